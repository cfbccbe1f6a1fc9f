"""Which day, and which crew, the rows of a block belong to: what their own cells say, and the lines between them."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field

from robot.planilla.block import Bloque
from robot.planilla.cells import LIBRES_EN_UN_CUPO, Columna, Fila, Valor, is_blank
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Lugar
from robot.planilla.lines import (
    Marcos,
    crew_line,
    day_line,
    frame_line,
    is_label,
    is_near,
    is_pause,
    lone_day,
    speaks_of_days,
)
from robot.planilla.parts import Parts
from robot.reading.dates import WEEKDAYS, Marco, split_moment
from robot.reading.equality import normalized

_LINES_ABOVE = 3
_A_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


@dataclass(slots=True)
class Dia:
    """The day that rows belong to until another one is told.

    Attributes:
        en: the cell that tells it, where one does.
        escrito: what that cell says.
        entero: it is the day of the whole block, as its title or the line above it says.
        suelta: why rows from here on are not known to belong to it; blank as long as they are.
        horas: the last hour of each crew.
    """

    fecha: dt.date | None = None
    en: Lugar | None = None
    escrito: Valor = None
    entero: bool = False
    suelta: str = ""
    horas: dict[str, dt.time] = field(default_factory=dict)


class Dias:
    """Goes down a block row by row.

    Attributes:
        dia: the day of the row that was followed last.
        cuadrilla, cuadrilla_en: the crew that the lines tell, and the cell that does.
        is_line: the row that was followed last is an understood line, such as the date of those below it.
        parts: what sets rows apart whatever day they are of.
    """

    def __init__(self, bloque: Bloque, criterio: Criterio, marcos: Marcos) -> None:
        self._bloque = bloque
        self._criterio = criterio
        self._marcos = marcos
        columnas = bloque.encabezado.columnas
        self._fecha = columnas.get(Columna.FECHA)
        self.joined = self._fecha is not None and self._fecha == columnas[Columna.HORA]
        self.cuadrilla = bloque.encabezado.cuadrilla
        self.cuadrilla_en = bloque.encabezado.cuadrilla_en
        self._tells_each_row = self._merges_days() or self._repeats_dates()
        self._numbers: dict[str, dt.date] = {}
        self.is_line = False
        self.parts = Parts(bloque, criterio.aparte)
        self.dia = self._first_day()

    def follow(self, row: int, own_day: Valor, hora: dt.time | None, cuadrilla: str, *, touched: bool) -> None:
        """Say to which day a row belongs, and those below it."""
        self.is_line = False
        if not is_blank(own_day) and self._fecha is not None:
            self._tell(row, own_day, hora, cuadrilla)
        elif self._fecha is not None and self._is_merged_down(row, self._fecha):
            pass
        elif hora is None and (not touched or self._is_over_entries(row)):
            self._between(row)
        elif hora is not None and not self.dia.suelta:
            self.dia.suelta = self._why_not_of_the_day(hora, cuadrilla)
        elif hora is None:
            self.parts.line(row, of_one_day=self.dia.entero)
        if hora is not None:
            self.dia.horas[cuadrilla] = hora
            self.parts.row()

    def close(self, why: str) -> None:
        """Rows that do not tell their day are not known to belong to the one above."""
        if not self.dia.entero:
            self.dia.suelta = self.dia.suelta or why

    def told_by_numbers(self) -> list[dt.date]:
        """The days that cells hold as dates, not as text, from the top."""
        return [day for value, day in self._written() if not isinstance(value, str)]

    def tells_in_words(self) -> bool:
        return any(isinstance(value, str) for value, _ in self._written())

    def _written(self) -> list[tuple[Valor, dt.date]]:
        """Every cell of the block that tells a day."""
        found: list[tuple[Valor, dt.date]] = []
        if self.dia.en is not None and self.dia.fecha is not None:
            found.append((self.dia.escrito, self.dia.fecha))
        for row in self._bloque.rows:
            at = self._fecha if self._fecha is not None else self._day_line(row, self._bloque.line(row))
            value = self._bloque.raw(row, at)
            day = self._criterio.reads_day(value, self._marcos.at(row)) if not is_blank(value) else None
            if day is not None:
                found.append((value, day))
        return found

    def _tell(self, row: int, own_day: Valor, hora: dt.time | None, cuadrilla: str) -> None:
        """Take what stands in the column of days for the day of a row and those below it, or for a line that stands there."""
        told = split_moment(own_day)[0] if self.joined else own_day
        fecha = self._criterio.reads_day(told, self._marcos.at(row))
        if hora is None and isinstance(told, int | float) and fecha and not is_near(fecha, self._criterio.hoy):
            fecha = None  # a count, in a line that is no row
        if fecha is None and hora is None:
            self._between(row)
            if self.is_line:
                return
        elif hora is None:
            self.parts.understood()
        self.dia = self._as_told(fecha, (row, self._bloque.encabezado.columnas[Columna.FECHA]))
        self.dia.suelta = self.dia.suelta or self._doubt_about_number(told, fecha, row, cuadrilla)

    def _first_day(self) -> Dia:
        encabezado = self._bloque.encabezado
        if encabezado.dia_encima is not None:
            return self._as_told(encabezado.dia, encabezado.dia_encima, entero=True)
        if self._fecha is not None:
            return Dia()
        for row in reversed(range(max(encabezado.fila - _LINES_ABOVE, 0), encabezado.fila)):
            fila = self._bloque.grid.values[row]
            column = day_line(fila, lambda value: self._lone(value, encabezado.fila))
            if column is not None:
                return self._as_told(self._lone(fila[column], encabezado.fila), (row, column))
        return Dia(self._criterio.fecha, entero=self._criterio.fecha is not None)

    def _as_told(self, fecha: dt.date | None, en: Lugar, *, entero: bool = False) -> Dia:
        title = self._criterio.titulo
        contradicts = bool(title) and fecha is not None and fecha != self._criterio.fecha
        suelta = f"la fecha es {fecha:%d/%m/%Y}, pero la hoja se llama «{title}»" if contradicts else ""
        return Dia(fecha, en, self._bloque.raw(*en), entero=entero, suelta=suelta)

    def _lone(self, value: Valor, row: int) -> dt.date | None:
        return lone_day(value, self._criterio.hoy, self._criterio.reads_day, self._marcos.at(row))

    def _day_line(self, row: int, fila: Fila) -> int | None:
        """The column of the sheet whose cell tells the day of what stands below a line."""
        at = day_line(fila, lambda value: self._lone(value, row))
        return self._bloque.columns[at] if at is not None else None

    def _is_over_entries(self, row: int) -> bool:
        """Whether what stands in the columns of a visit is no entry but the day of those below it."""
        fila = self._bloque.line(row)
        if _is_of_weekdays(fila):
            return True
        return self._fecha is None and day_line(fila, lambda value: self._lone(value, row)) is not None

    def _is_plainly_a_day(self, row: int, at: int) -> bool:
        """Whether a day is none of the codes of a visit: in its words, by its place, or by its width."""
        columnas = self._bloque.encabezado.columnas
        entries = {columnas[columna] for columna in LIBRES_EN_UN_CUPO}
        if self._fecha is None and at not in entries:
            return True
        value, area = self._bloque.raw(row, at), self._bloque.area(row, at)
        in_words = isinstance(value, str) and (any(map(str.isalpha, value)) or _A_YEAR.search(value) is not None)
        cells = enumerate(self._bloque.grid.values[row])
        line = {column for column, one in cells if not is_blank(one) and not is_label(one)}
        as_above = at in line <= self._bloque.encabezado.dias_encima
        return in_words or (area is not None and area.right > at + 1) or as_above

    def _between(self, row: int) -> None:
        """A line without an hour may tell the day, the month or the crew of those below it; one that is not understood leaves
        open what they belong to, and what they are kept for.
        """
        fila, whole = self._bloque.line(row), self._bloque.grid.values[row]
        self.is_line = True
        if all(map(is_blank, fila)) and frame_line(whole) is None:
            self._after_a_blank_line(whole)
            self.parts.blank()
        elif is_pause(fila, self._criterio.palabras):
            pass
        elif self._tells_of_those_below(row, fila):
            self.parts.understood()
        else:
            self.is_line = False
            self.parts.line(row, of_one_day=self.dia.entero)
            if not self.dia.entero or speaks_of_days(whole):
                self.dia.suelta = self.dia.suelta or "encima hay una fila que no se entiende y no se sabe de qué día es"

    def _tells_of_those_below(self, row: int, fila: Fila) -> bool:
        """Take the day, the month or the crew that a line tells; returns whether it tells one."""
        whole = self._bloque.grid.values[row]
        at = self._day_line(row, fila)
        if at is not None and self._is_plainly_a_day(row, at):
            across = self._bloque.encabezado.dia_encima is not None
            self.dia = self._as_told(self._lone(self._bloque.raw(row, at), row), (row, at), entero=across)
        elif frame_line(whole) is not None:
            self.dia = Dia(suelta="encima empieza otro mes y no se sabe de qué día es")
            self._numbers.clear()
        elif _is_of_weekdays(fila):
            self.dia.suelta = "encima hay un día de la semana sin fecha"
        elif crew := crew_line(fila):
            self.cuadrilla = crew
            self.cuadrilla_en = (row, next(at for at, one in enumerate(whole) if not is_blank(one) and one in fila))
            if self._fecha is not None:
                self.close("encima empieza otra cuadrilla y no se sabe de qué día es")
        else:
            return False
        return True

    def _after_a_blank_line(self, whole: Fila) -> None:
        if self._bloque.encabezado.al_lado and (
            speaks_of_days(whole) or any(self._lone(value, 0) is not None for value in whole)
        ):
            self.dia.suelta = self.dia.suelta or "al lado empieza otro día y no se sabe de qué día es"
        elif self.dia.horas and self.dia.en is not None:
            self.close("encima hay una fila en blanco y no se sabe de qué día es")

    def _why_not_of_the_day(self, hora: dt.time, cuadrilla: str) -> str:
        """Why a row that does not tell its day is not known to be of the day above; blank if it is."""
        if self.dia.en is None:
            return ""
        if self._tells_each_row:
            return "no tiene fecha, y en esta hoja cada fila la tiene"
        last = self.dia.horas.get(cuadrilla)
        if last is not None and (hora < last or (hora == last and cuadrilla)):
            return "no tiene fecha y sus horas vuelven a empezar: puede ser de otro día"
        return ""

    def _doubt_about_number(self, told: Valor, fecha: dt.date | None, row: int, cuadrilla: str) -> str:
        """Why the number of a day may be of another month than the one that is told; blank if it is of that."""
        if fecha is None or (isinstance(told, int | float) and told > 31):  # days of a month
            return ""
        marco = self._marcos.at(row)
        if marco.mes is None or self._criterio.reads_day(told, Marco(marco.anio)) is not None:
            return ""
        highest = self._numbers.get(cuadrilla)
        if highest is not None and fecha < highest:
            return f"los días vuelven a empezar y no se sabe de qué mes es el {fecha.day}"
        self._numbers[cuadrilla] = fecha
        return ""

    def _merges_days(self) -> bool:
        return self._fecha is not None and any(
            area.left <= self._fecha < area.right and area.bottom > area.top + 1 and area.top in self._bloque.rows
            for area in self._bloque.grid.merges
        )

    def _repeats_dates(self) -> bool:
        """Whether the day is written again on every row, so that a row without one does not belong to the day above."""
        if self._fecha is None:
            return False
        written = [self._bloque.raw(row, self._fecha) for row in self._bloque.rows]
        return any(
            one == other and not is_blank(one) and self._criterio.reads_day(one, self._marcos.at(row)) is not None
            for row, (one, other) in enumerate(itertools.pairwise(written), self._bloque.rows.start)
        )

    def _is_merged_down(self, row: int, column: int) -> bool:
        area = self._bloque.area(row, column)
        return area is not None and row > area.top and not is_blank(self._bloque.raw(area.top, area.left))


def _is_of_weekdays(fila: Fila) -> bool:
    """Whether a line has nothing but names of weekdays; the dates are in the next one."""
    return all(is_blank(value) or (isinstance(value, str) and normalized(value) in WEEKDAYS) for value in fila)
