"""What tells how an office writes its schedule: its settings, the titles, and the day it is."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from robot.planilla.cells import Valor
from robot.reading.dates import Marco, parse_fecha


def _nothing(_: dt.date) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Criterio:
    """What tells how an office writes its schedule.

    Attributes:
        hoy: the day it is.
        marco: the year and month that the titles tell.
        notas: words that, anywhere in a row, say that it is no cupo; normalized, as the next two.
        palabras: texts in columns that the robot does not know that say nothing against a cupo.
        columnas: names of columns that do not matter.
        colores: colours of cells that do not matter, as `#rrggbb`.
        jornada: the first and the last hour at which a visit may begin.
        tarde: hours before the first one, without a. m. or p. m., are of the afternoon.
        descanso: why a day is none for visits, such as the name of a festivo; blank for others.
        mes_primero: the spreadsheet takes 1/2 for the second of January.
        fecha: the day that the worksheet's title tells.
        titulo: the worksheet's title, where it tells that day in full.
        aparte: why no row of the worksheet is a cupo, as its title or its spreadsheet's says; blank for others.
    """

    hoy: dt.date
    marco: Marco = field(default_factory=Marco)
    notas: Sequence[str] = ()
    palabras: frozenset[str] = frozenset()
    columnas: frozenset[str] = frozenset()
    colores: frozenset[str] = frozenset()
    jornada: tuple[dt.time, dt.time] = (dt.time(6), dt.time(19))
    tarde: bool = False
    descanso: Callable[[dt.date], str] = _nothing
    mes_primero: bool = False
    fecha: dt.date | None = None
    titulo: str = ""
    aparte: str = ""

    def reads_day(self, value: Valor, marco: Marco | None = None) -> dt.date | None:
        """The day in a cell of a column of dates."""
        return parse_fecha(value, self.hoy, self.marco if marco is None else marco)
