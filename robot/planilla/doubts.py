"""Why a row that nobody has written into is not offered: something on it, or around it, is not understood."""

import datetime as dt
import re

from robot.planilla.block import Bloque
from robot.planilla.cells import LIBRES_EN_UN_CUPO, Columna, Valor, is_blank, text_of
from robot.planilla.criterio import Criterio
from robot.planilla.days import Dia, Dias
from robot.planilla.lines import says_absent
from robot.reading.dates import DAYS_TOLD, MONTHS, WEEKDAYS, HoraEscrita, read_hora
from robot.reading.equality import normalized

_OFFICE = frozenset(
    normalized("""
        a agendada agendado agendar al almuerzo anulada anulado aplazada aplazado apartado asignada asignado atendida atendido
        bloqueada bloqueado cancelada cancelado capacitación cerrada cerrado confirmada confirmado cupo de del día disponible el
        en espera exclusivo festivo hora incapacidad la libre lleno mantenimiento mañana no ocupada ocupado otro para pendiente
        permiso personal por programada programado reprogramada reprogramado reserva reservada reservado reunión sí sin suspendida
        suspendido tarde turno urgencia urgencias vacaciones vehículo visita x
    """).split()
)
"""Words that an office writes into a schedule. Others are not repeated: they may be somebody's name."""
_OF_HOURS = frozenset(
    {"a", "al", "am", "de", "h", "hora", "horas", "hrs", "las", "m", "p", "pm", "y", *WEEKDAYS, *MONTHS}
)
_WORDS_TOLD = 8
_TITLE_TOLD = 40
_NUMBER = re.compile(r"\d+[hapm]*\d*")
PROTEGIDA = "sus celdas están protegidas y el robot no puede escribir en ellas"
"""The reason that is no matter of how people write: the robot's account must be let in."""


class Dudas:
    """What stands against offering the rows of a block."""

    def __init__(self, bloque: Bloque, criterio: Criterio, dias: Dias) -> None:
        self._bloque = bloque
        self._grid = bloque.grid
        self._criterio = criterio
        columnas = bloque.encabezado.columnas
        self._mapped = frozenset(columnas.values())
        self._day_or_crew = {columnas.get(Columna.FECHA), columnas.get(Columna.CUADRILLA)} - {columnas[Columna.HORA]}
        self._dias = dias
        self._tell_when = {at for columna, at in columnas.items() if columna in {Columna.FECHA, Columna.HORA}}
        seen = (Columna.FECHA, Columna.HORA, Columna.CODIGO, Columna.ASESOR)
        unseen = [columna for columna in seen if columnas.get(columna) in bloque.grid.hidden_columns]
        self._unseen = f"la columna {unseen[0].value.upper()} está oculta" if unseen else ""
        self._swapped = criterio.mes_primero and _may_be_swapped(dias)

    def about(self, row: int, dia: Dia, hour: HoraEscrita, cuadrilla: str) -> str:
        """Say why a row is not offered, in Spanish; blank if everything on it is understood."""
        return (
            dia.suelta
            or self._dias.parts.why
            or self._unseen
            or self._grid.hidden.get(row, "")
            or self._of_its_cells(row, dia)
            or self._of_other_columns(row, dia.fecha)
            or (f"{_told(cuadrilla)} donde va la cuadrilla" if says_absent(cuadrilla) else "")
            or self._of_its_hour(row, hour)
            or self._of_its_day(dia)
        )

    def about_no_hour(self, written: Valor) -> str:
        """Say that what stands in the column of hours is not read, in Spanish; blank where it does not look like one."""
        text = text_of(written)
        if not any(map(str.isdigit, text)):
            return ""
        shown = f" «{text}»" if _may_be_hour(text) or _is_fraction(written) else ""
        if self._dias.joined:
            return f"no se entiende la fecha y hora{shown}; escríbala como 30/11/2026 8:00 a. m."
        return f"no se entiende la hora{shown}; escríbala con minutos, como 8:00 a. m."

    def _of_its_cells(self, row: int, dia: Dia) -> str:
        bloque, grid = self._bloque, self._grid
        places = [(row, column) for column in bloque.columns]
        around = [place for place in (dia.en, self._dias.cuadrilla_en) if place is not None]
        if grid.notes and not grid.notes.isdisjoint(places):
            return "hay una nota en una celda"
        if grid.notes and not grid.notes.isdisjoint(around):
            return "hay una nota en su fecha o en su cuadrilla"
        places += around
        if grid.struck and not grid.struck.isdisjoint(places):
            return "está tachada"
        if grid.spills and any(area.covers((row, column)) for area in grid.spills for column in self._tell_when):
            return "una fórmula llena su fecha o su hora: la fila puede ser copia de otra"
        if grid.merges and any(self._is_joined(row, column) for column in self._mapped):
            return "tiene celdas combinadas"
        for columna in LIBRES_EN_UN_CUPO:
            if why := self._of_a_cell_to_fill(row, columna):
                return why
        return ""

    def _is_joined(self, row: int, column: int) -> bool:
        """Whether a cell is one with others; a day or a crew may reach over the rows that belong to it."""
        area = self._bloque.area(row, column)
        return area is not None and not (column in self._day_or_crew and area.right == area.left + 1)

    def _of_a_cell_to_fill(self, row: int, columna: Columna) -> str:
        at, name = self._bloque.encabezado.columnas[columna], columna.value.upper()
        value = self._bloque.raw(row, at)
        if value is False:
            return f"la columna {name} tiene casillas"
        if (row, at) in self._grid.formulas:
            return f"hay una fórmula en {name}" if columna is not Columna.RUTA else ""
        if not is_blank(value):
            return f"{name} {_told(value)}; un cupo libre tiene esa celda en blanco"
        colour = self._grid.fills.get((row, at))
        if colour is not None and colour not in self._criterio.colores:
            return f"la celda de {name} está pintada ({colour})"
        return PROTEGIDA if any(area.covers((row, at)) for area in self._grid.protected) else ""

    def _of_other_columns(self, row: int, fecha: dt.date | None) -> str:
        """What stands in columns that the robot does not know."""
        for column in self._bloque.columns:
            if column in self._mapped:
                continue
            value = self._bloque.seen(row, column)
            if is_blank(value) or value is False:
                continue
            if why := self._of_another_cell(column, value, fecha):
                return why
        return ""

    def _of_another_cell(self, column: int, value: Valor, fecha: dt.date | None) -> str:
        title = text_of(self._bloque.raw(self._bloque.encabezado.fila, column))
        header = self._bloque.names.get(column, "")
        text = normalized(text_of(value))
        if fecha is not None and (told := _other_day(header, text, fecha)):
            return f"dice «{text_of(value)}», pero {told}"
        ends = header.startswith("hora") and read_hora(value) is not None
        if ends or header in self._criterio.columnas or title == "#":
            return ""
        where = f" en {_title_told(title)}" if header else ""
        if value is True:
            return f"hay una casilla marcada{where}"
        if text in self._criterio.palabras or (fecha is not None and _tells_its_day(text, fecha)):
            return ""
        return f"{_told(value)}{where}"

    def _of_its_hour(self, row: int, hour: HoraEscrita) -> str:
        first, last = self._criterio.jornada
        if first <= hour.hora <= last:
            return ""
        shown = text_of(self._bloque.cell(row, Columna.HORA))
        shown = shown if not shown.replace(".", "").isdigit() else f"{hour.hora:%H:%M}"
        later = hour.hora.replace(hour=(hour.hora.hour + 12) % 24)
        if not hour.cierta and first <= later <= last:
            return f"la hora «{shown}» puede ser de la tarde"
        return f"la hora «{shown}» está fuera de la jornada"

    def _of_its_day(self, dia: Dia) -> str:
        fecha = dia.fecha
        if fecha is None:
            return "no se sabe de qué día es"
        if self._swapped and fecha.day <= 12 and fecha.day != fecha.month and not _is_in_words(dia.escrito):  # months
            return (
                f"no se sabe si es el {fecha:%d/%m/%Y} o el {fecha.month:02d}/{fecha.day:02d}/{fecha.year}: "
                "la configuración regional de la planilla pone el mes primero"
            )
        if why := self._criterio.descanso(fecha):
            return f"el {fecha:%d/%m/%Y} es {why}"
        return ""


def _is_fraction(written: Valor) -> bool:
    """Whether a cell holds a moment as Google counts them, and not a number that stands for somebody."""
    return isinstance(written, float) and not written.is_integer()


def _title_told(title: str) -> str:
    """What a header says, as far as it can be repeated: no long text, no phone, no document."""
    if re.search(r"\d{5}", title):
        return "una columna que el robot no conoce"
    return title if len(title) <= _TITLE_TOLD else f"{title[:_TITLE_TOLD]}…"


def _may_be_hour(text: str) -> bool:
    """Whether a text has nothing but what hours are written with, so that it can be repeated: no phone, no document."""
    numbers = re.findall(r"\d+", text)
    short = all(len(one) <= 2 for one in numbers) or (len(numbers) == 1 and len(numbers[0]) <= 4)
    words = normalized(text).split()
    return (
        short
        and len(words) <= _WORDS_TOLD
        and all(word in _OF_HOURS or _NUMBER.fullmatch(word) is not None for word in words)
    )


def _is_in_words(written: Valor) -> bool:
    return isinstance(written, str) and any(map(str.isalpha, written))


def _may_be_swapped(dias: Dias) -> bool:
    """Whether days typed as d/m may have become m/d: no day above the twelfth is a date, or the dates are in no order."""
    days = dias.told_by_numbers()
    return dias.tells_in_words() or days != sorted(days) or all(day.day <= 12 for day in days)  # months of a year


def _other_day(header: str, text: str, fecha: dt.date) -> str:
    """What the date says where a weekday, a month or a year beside it says another one; blank if they agree."""
    weekday, month = WEEKDAYS.get(text), MONTHS.get(text)
    if weekday is not None and month is None and weekday != fecha.weekday():
        return f"el {fecha:%d/%m/%Y} es {DAYS_TOLD[fecha.weekday()]}"
    told_as_month = header == "mes" and (month or (int(text) if text.isdigit() else None))
    told_as_year = header in {"ano", "vigencia"} and text.isdigit() and int(text)
    if (told_as_month and told_as_month != fecha.month) or (told_as_year and told_as_year != fecha.year):
        return f"la fecha es {fecha:%d/%m/%Y}"
    return ""


def _tells_its_day(text: str, fecha: dt.date) -> bool:
    return WEEKDAYS.get(text) == fecha.weekday() or MONTHS.get(text) == fecha.month


def _told(value: Valor) -> str:
    """What a cell says, where all of it may be repeated in messages and logs."""
    text = text_of(value)
    words = normalized(text).split()
    known = 0 < len(words) <= _WORDS_TOLD and all(
        word in _OFFICE or word in WEEKDAYS or word in MONTHS for word in words
    )
    return f"dice «{text}»" if known else "dice algo"
