"""The rows of Programación for the pages that list visits: read when somebody looks, and kept for a moment."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import RobotError
from robot.informes.entregas import rows_once
from robot.procedure.definition import Procedimiento
from robot.settings import ProgramacionSettings, Settings
from robot.sheets import Programacion

_FRESH_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class AgendaLeida:
    """Every row, or why they could not be read, in Spanish."""

    filas: Sequence[FilaDePlanilla] = ()
    falla: str = ""


class AgendaVista:
    """One reading for everybody who looks at the same time.

    Args:
        procedimientos: those whose visits are listed, wherever each has its own.
    """

    def __init__(self, settings: Settings, procedimientos: Callable[[], Sequence[Procedimiento]]) -> None:
        self._settings = settings
        self._procedimientos = procedimientos
        self._programaciones: list[tuple[ProgramacionSettings, Programacion]] = []
        self._google = threading.Lock()
        self._read_at = float("-inf")
        self._lectura = AgendaLeida()

    def read(self) -> AgendaLeida:
        """What Programación says, at most some seconds old."""
        with self._google:
            if time.monotonic() - self._read_at > _FRESH_SECONDS:
                self._lectura = self._look()
                self._read_at = time.monotonic()
            return self._lectura

    def forget(self) -> None:
        """Read anew at the next look: a row is about to change."""
        with self._google:
            self._read_at = float("-inf")

    def _look(self) -> AgendaLeida:
        try:
            places = [donde for donde, _ in self._settings.agendas(self._procedimientos())]
            hojas = [hoja for donde in places for hoja in self._in(donde).hojas()]
            return AgendaLeida(rows_once(fila for hoja in hojas for fila in hoja.filas))
        except RobotError as error:
            return AgendaLeida(falla=error.texto)

    def _in(self, donde: ProgramacionSettings) -> Programacion:
        known = next((one for where, one in self._programaciones if where == donde), None)
        if known is None:
            known = Programacion(donde, self._settings.google)
            self._programaciones.append((donde, known))
        return known
