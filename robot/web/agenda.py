"""The rows of Programación for the pages that list visits: read when somebody looks, and kept for a moment."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import RobotError
from robot.settings import Settings
from robot.sheets import Programacion

_FRESH_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class AgendaLeida:
    """Every row, or why they could not be read, in Spanish."""

    filas: Sequence[FilaDePlanilla] = ()
    falla: str = ""


class AgendaVista:
    """One reading for everybody who looks at the same time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._programacion: Programacion | None = None
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

    def _look(self) -> AgendaLeida:
        try:
            if self._programacion is None:
                self._programacion = Programacion(self._settings.programacion, self._settings.google)
            return AgendaLeida([fila for hoja in self._programacion.hojas() for fila in hoja.filas])
        except RobotError as error:
            return AgendaLeida(falla=error.texto)
