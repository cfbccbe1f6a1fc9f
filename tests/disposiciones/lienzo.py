"""Draws a schedule that is known as a worksheet of an office, in one layout or another, with what offices leave around it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from babel.dates import format_date

from robot.planilla.cells import Valor
from robot.planilla.grid import Area, Grid, Lugar

ENCABEZADO = ("CÓDIGO", "RUTA", "ASESOR", "PQR")
_EPOCH = dt.date(1899, 12, 30)
LINEAS_SUELTAS: Sequence[Sequence[Valor]] = (
    (),
    ("",),
    ("TURNO DE LA TARDE",),
    ("", "", "ALMUERZO"),
    ("", "Traer casco y botas"),
    ("TOTAL", "", 7),
    ("Total visitas", 3),
    ("", "", "", 12),
    ("SEGUNDA SEMANA",),
    ("VISITAS DEL MES", "", "", "Coordinador: Luz"),
    (5,),
    ("", 11046),
    ("MIÉRCOLES",),
    ("", "", "", "Jornada de la tarde"),
    ("", "Semana del 7 al 11 de diciembre"),
    ("ACTIVIDAD", "FECHA", "HORA"),
    ("", "", "Pendiente", "Pendiente"),
    ("", "", "", "", 46390, 46391),
    ("Observación: confirmar por teléfono el 3/12",),
)
TITULOS: Sequence[Sequence[Valor]] = (
    (),
    ("PROGRAMACIÓN DE VISITAS DOMICILIARIAS",),
    ("EMPRESA DE ACUEDUCTO", "", "", "Versión 3"),
    ("", "Elaboró: Marta Ruiz", 2019),
    ("Código: F-PQR-012", "Fecha: 2019-05-10"),
)


@dataclass(frozen=True)
class Visita:
    """A row of the schedule as the office means it. `valores` are código, ruta, asesor and pqr; nothing if it is free."""

    fecha: dt.date
    hora: dt.time
    cuadrilla: str = ""
    valores: tuple[Valor, ...] | None = None


@dataclass(frozen=True)
class Escrita:
    """A visit and the row and column where its código is."""

    visita: Visita
    lugar: Lugar
    libre: bool


@dataclass
class Lienzo:
    """A worksheet that is being drawn, from the top.

    Attributes:
        azar: what decides about every whim.
        ruido: other things stand around the schedule, too.
    """

    azar: Random
    ruido: bool
    filas: list[list[Valor]] = field(default_factory=list)
    escritas: list[Escrita] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    notas: set[Lugar] = field(default_factory=set)
    tachadas: set[Lugar] = field(default_factory=set)
    colores: dict[Lugar, str] = field(default_factory=dict)
    ocultas: dict[int, str] = field(default_factory=dict)
    hoja: str = "Visitas"
    planilla: str = "Programación"

    @property
    def grid(self) -> Grid:
        return Grid(
            self.filas,
            notes=frozenset(self.notas),
            fills=self.colores,
            struck=frozenset(self.tachadas),
            merges=self.merges,
            hidden=self.ocultas,
        )

    def line(self, *cells: Valor) -> int:
        """Add a line. Returns its row."""
        self.filas.append(list(cells))
        return len(self.filas) - 1

    def whim(self, chance: float = 0.5) -> bool:
        return self.azar.random() < chance

    def title(self) -> None:
        """What stands above a schedule."""
        for _ in range(self.azar.randrange(3) if self.ruido else 0):
            self.line(*self.azar.choice(TITULOS))

    def noise(self, chance: float = 0.15) -> None:
        """Perhaps a line that is no row."""
        if self.ruido and self.whim(chance):
            self.line(*self.azar.choice(LINEAS_SUELTAS))

    def visit(self, visita: Visita, row: int, column: int) -> None:
        """Write a visit's four cells into a row; one that is free may be spoilt, so that it is none any more."""
        fila = self.filas[row]
        fila += [None] * (column + len(ENCABEZADO) - len(fila))
        fila[column : column + len(ENCABEZADO)] = visita.valores or (None,) * len(ENCABEZADO)
        libre = visita.valores is None
        if libre and self.ruido and self.whim(0.2):
            self.azar.choice((self._note, self._strike, self._paint, self._hide, self._write, self._remark))(
                row, column
            )
            libre = False
        if libre and self.ruido and self.whim(0.05) and self._joins_the_one_above(row, column):
            libre = False
        self.escritas.append(Escrita(visita, (row, column), libre))

    def _note(self, row: int, column: int) -> None:
        self.notas.add((row, column + self.azar.randrange(4)))

    def _strike(self, row: int, column: int) -> None:
        self.tachadas.add((row, column + self.azar.randrange(4)))

    def _paint(self, row: int, column: int) -> None:
        self.colores[row, column + self.azar.randrange(4)] = "#ea9999"

    def _hide(self, row: int, _: int) -> None:
        self.ocultas[row] = "la fila está oculta"

    def _write(self, row: int, column: int) -> None:
        self.filas[row][column + self.azar.randrange(4)] = self.azar.choice(("OCUPADO", "x", "-", "NO DISPONIBLE", 0))

    def _remark(self, row: int, column: int) -> None:
        after = column + len(ENCABEZADO)
        if after < max(map(len, self.filas)):
            self._write(row, column)
            return
        self.filas[row][after:] = [self.azar.choice(("OCUPADO", True, "ALMUERZO", "pendiente", 3, "Martes y jueves"))]

    def _joins_the_one_above(self, row: int, column: int) -> bool:
        """Merge a free visit with the one right above it: neither of them is plainly free then."""
        above = next((at for at, one in enumerate(self.escritas) if one.lugar == (row - 1, column)), None)
        at = column + self.azar.randrange(4)
        if above is None or self._is_merged(row - 1, at):
            return False
        self.merge(row - 1, at, row + 1, at + 1)
        self.escritas[above] = replace(self.escritas[above], libre=False)
        return True

    def _is_merged(self, row: int, column: int) -> bool:
        return any(area.covers((row, column)) for area in self.merges)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        self.merges.append(Area(top, bottom, left, right))


def serial(day: dt.date) -> int:
    return (day - _EPOCH).days


def written_day(azar: Random, day: dt.date) -> Valor:
    """A day as somebody writes it who says all of it."""
    patterns: tuple[str | None, ...] = (
        "d/M/yyyy",
        "dd-MM-yyyy",
        "yyyy-MM-dd",
        "EEEE d 'de' MMMM 'de' yyyy",
        "d 'de' MMMM",
        "EEE d MMM",
        "d-MMM",
        "EEEE d/M",
    )
    pattern = azar.choice(patterns)
    if pattern is None:
        return serial(day)
    text = format_date(day, pattern, locale="es_CO")
    return text if azar.random() < 0.5 else text.upper()


def written_hour(azar: Random, hour: dt.time, *, lone: bool = True) -> Valor:
    """An hour as somebody writes it who says which half of the day it is in, or writes all 24."""
    end = hour.replace(hour=hour.hour + 1)
    half, end_half = ("a. m." if one.hour < 12 else "p. m." for one in (hour, end))
    short, minutes = (hour.hour - 1) % 12 + 1, f"{hour.minute:02d}"
    end_short = (end.hour - 1) % 12 + 1
    written: list[Valor] = [
        f"{hour.hour}:{minutes}",
        f"{short}:{minutes} {half}",
        f"{short}:{minutes}{half[0]}m",
        f"{hour.hour:02d}h{minutes}",
        f"{hour.hour}:{minutes} hrs",
        f"{hour.hour}:{minutes} – {end.hour}:{minutes}",
        f"{short}:{minutes} {half} a {end_short}:{minutes} {end_half}",
        f"de {hour.hour}:{minutes} a {end.hour}:{minutes}",
    ]
    if half == end_half and short < end_short:
        written += [
            f"{short}:{minutes}-{end_short}:{minutes} {half[0]}m",
            f"{short}:{minutes} a {end_short}:{minutes} {half}",
        ]
    if not hour.minute:
        written += [f"{short} {half[0]}m", f"{hour.hour}h"]
    if lone:
        written.append((hour.hour * 60 + hour.minute) / 1440)
    return azar.choice(written)
