"""What one office accepts in the fields of a solicitud, and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from robot.procedure.definition import Procedimiento

ZONA_HORARIA = ZoneInfo("America/Bogota")
PATRON_SUSCRIPTOR = r"\d{3,12}"
PATRON_RUTA = r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}"


@dataclass(frozen=True, slots=True)
class Reglas:
    """What a utility accepts in the fields of an intake form, and the instant it is judged at.

    Attributes:
        procedimientos: those that a solicitud may be of, the first one where it names none; nothing is judged by them if empty.
        aceptada: it was accepted before, by the rules of then.
    """

    suscriptor: str = PATRON_SUSCRIPTOR
    ruta: str = PATRON_RUTA
    procedimientos: Sequence[Procedimiento] = ()
    ahora: dt.datetime | None = None
    aceptada: bool = False

    @property
    def instante(self) -> dt.datetime:
        return self.ahora or dt.datetime.now(ZONA_HORARIA)
