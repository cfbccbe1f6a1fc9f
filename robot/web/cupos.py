"""The free cupos as the form shows them: read in the background, looked at again when one is taken."""

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from robot.errors import RobotError
from robot.models import ZONA_HORARIA, Cupo
from robot.planilla.report import NoEntendidas, by_reason
from robot.sheets import Programacion

DIAS = 45
_FORGOTTEN_SECONDS = 120.0
_FIRST_READ_SECONDS = 20.0


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
        self._thread = threading.Thread(target=self._keep_reading, name="cupos", daemon=True)

    def __enter__(self) -> "CuposLibres":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

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


def without(cupos: Sequence[Cupo], wished: Counter[tuple[dt.date, dt.time]]) -> list[Cupo]:
    """What is left when each wish has been given one cupo of its fecha and hora."""
    left = Counter(wished)
    free = []
    for cupo in cupos:
        key = (cupo.fecha, cupo.hora)
        if left[key] > 0:
            left[key] -= 1
        else:
            free.append(cupo)
    return free
