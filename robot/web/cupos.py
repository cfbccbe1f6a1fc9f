"""The free cupos as the form shows them: read in the background, looked at again when one is taken."""

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from robot.errors import RobotError
from robot.models import ZONA_HORARIA, Cupo
from robot.planilla.report import NoEntendidas, by_reason
from robot.settings import ProgramacionSettings
from robot.sheets import Programacion

DIAS = 45
_FORGOTTEN_SECONDS = 120.0
_FIRST_READ_SECONDS = 20.0


class Deseo(NamedTuple):
    """Which cupo a solicitud asks for: this one, any of a day, or with no fecha the first that is free when it is filed."""

    fecha: dt.date | None = None
    hora: dt.time | None = None

    @classmethod
    def parse(cls, texto: str) -> Self:
        """As `valor` wrote it; what was written by nobody asks for the first free one."""
        fecha, _, hora = texto.partition(" ")
        try:
            return cls(dt.date.fromisoformat(fecha), dt.time.fromisoformat(hora) if hora else None)
        except ValueError:
            return cls()

    @property
    def valor(self) -> str:
        if self.fecha is None:
            return ""
        return f"{self.fecha} {self.hora:%H:%M}" if self.hora else str(self.fecha)

    def accepts(self, cupo: Cupo) -> bool:
        return self.fecha in {None, cupo.fecha} and self.hora in {None, cupo.hora}


@dataclass(frozen=True, slots=True)
class CuposLeidos:
    """What Programación said last.

    Attributes:
        leida: when; nothing if it has never answered.
        falla: why it could not be read the last time, in Spanish.
        no_entendidas: what looks free and is not offered.
    """

    cupos: tuple[Cupo, ...] = ()
    leida: dt.datetime | None = None
    falla: str = ""
    no_entendidas: tuple[NoEntendidas, ...] = ()


class CuposLibres:
    """Keeps what is free, as long as somebody looks at it; `with` starts and ends the reading."""

    def __init__(self, programacion: Programacion, cada_segundos: float) -> None:
        self._programacion = programacion
        self._every = cada_segundos
        self._google = threading.Lock()
        self._lectura = CuposLeidos()
        self._wanted_at = time.monotonic()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._first = threading.Event()
        self._others: list[tuple[ProgramacionSettings, CuposLibres]] = []
        self._of_others = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._keep_reading, name="cupos", daemon=True)

    def __enter__(self) -> "CuposLibres":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._of_others.close()
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def elsewhere(self, donde: ProgramacionSettings) -> "CuposLibres":
        """What is free in another schedule: read as this one, from the first time that somebody asks for it."""
        with self._google:
            known = next((one for where, one in self._others if where == donde), None)
            if known is None:
                known = self._of_others.enter_context(CuposLibres(self._programacion.elsewhere(donde), self._every))
                self._others.append((donde, known))
            return known

    def shown(self) -> CuposLeidos:
        """What is known now; waits only for the very first reading."""
        stale = time.monotonic() - self._wanted_at > self._every
        self._wanted_at = time.monotonic()
        if stale:
            self._wake.set()
        self._first.wait(_FIRST_READ_SECONDS)
        return self._lectura

    def read_again(self) -> CuposLeidos:
        """What Programación says at this moment."""
        with self._google:
            today = dt.datetime.now(ZONA_HORARIA).date()
            try:
                found = self._programacion.oferta(today, today + dt.timedelta(days=DIAS))
                self._lectura = CuposLeidos(
                    found.cupos, dt.datetime.now(ZONA_HORARIA), no_entendidas=tuple(by_reason(found.dudosas))
                )
            except RobotError as error:
                self._lectura = replace(self._lectura, falla=error.texto)
        self._first.set()
        return self._lectura

    def _keep_reading(self) -> None:
        while not self._stop.is_set():
            if time.monotonic() - self._wanted_at < _FORGOTTEN_SECONDS:
                self.read_again()
            self._wake.wait(self._every)
            self._wake.clear()


def without(cupos: Sequence[Cupo], deseos: Iterable[Deseo]) -> list[Cupo]:
    """What is left when each wish has been given one cupo, those that want a certain one first."""
    free = list(cupos)
    for deseo in sorted(deseos, key=lambda one: (one.fecha is None, one.hora is None)):
        given = next((cupo for cupo in free if deseo.accepts(cupo)), None)
        if given is not None:
            free.remove(given)
    return free
