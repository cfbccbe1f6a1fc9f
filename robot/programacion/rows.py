"""The rows of a worksheet, understood: which are cupos, which are taken, and which are left alone, and why.

A row is offered only if everything on it is understood. What is not is said with its reason, for a person to mend or allow.
"""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from robot.dates import DAYS_TOLD, MONTHS, WEEKDAYS, HoraEscrita, Marco, parse_fecha, read_hora, split_moment
from robot.igualdad import normalized
from robot.programacion.cells import LIBRES_EN_UN_CUPO, Columna, Valor, is_blank, text_of
from robot.programacion.grid import Area, Grid, Lugar, is_error
from robot.programacion.layout import Encabezado, day_line

_SHOWN = 40
PROTEGIDA = "sus celdas están protegidas y el robot no puede escribir en ellas"
"""The reason that is no matter of how people write: the robot's account must be let in."""


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

    def reads_day(self, value: Valor) -> dt.date | None:
        return parse_fecha(value, self.hoy, self.marco)


@dataclass(frozen=True, slots=True)
class FilaLeida:
    """A row of a schedule, understood. `indice` counts from 0; `fecha` is filled down from the first row of its day.

    Attributes:
        encabezado: the header that its columns go by.
        libre: it is a cupo that can be taken.
        aparte: a note says that it is no cupo, or it is part of the row above.
        ilegible: what of a row with somebody's entry cannot be read, in Spanish.
        duda: why a row without any entry is not offered, in Spanish; blank where it is, or is plainly no cupo.
        formulas: the columns whose cell holds a formula; nothing is written there.
        dia_en: the cell that tells its day, where one does.
        dia_escrito: what that cell says.
        cuadrilla_escrita: what its own cell says of the crew, which a merged one may tell for several rows.
    """

    indice: int
    fecha: dt.date | None
    hora: dt.time | None
    codigo: Valor
    ruta: Valor
    asesor: Valor
    pqr: Valor
    cuadrilla: str
    libre: bool
    encabezado: Encabezado
    aparte: bool = False
    ilegible: str = ""
    duda: str = ""
    formulas: frozenset[Columna] = frozenset()
    dia_en: Lugar | None = None
    dia_escrito: Valor = None
    cuadrilla_escrita: Valor = None


def read_rows(grid: Grid, encabezado: Encabezado, criterio: Criterio) -> list[FilaLeida]:
    """Read every row under a header, down to the next one."""
    return list(_Reading(grid, encabezado, criterio).rows())


@dataclass(slots=True)
class _Dia:
    """The day that rows belong to until another one is told.

    Attributes:
        suelta: why rows that do not tell their day are not known to belong to it; blank as long as they are.
        aparte: it says that nobody works on it.
        horas: the last hour of each crew.
    """

    fecha: dt.date | None = None
    en: Lugar | None = None
    suelta: str = ""
    aparte: bool = False
    horas: dict[str, dt.time] = field(default_factory=dict)


class _Reading:
    """One pass down the rows of a block."""

    def __init__(self, grid: Grid, encabezado: Encabezado, criterio: Criterio) -> None:
        self._grid = grid
        self._encabezado = encabezado
        self._criterio = criterio
        self._notes: dict[str, bool] = {}
        self._end = min(encabezado.hasta or len(grid.values), len(grid.values))
        self._width = max((len(fila) for fila in grid.values[encabezado.fila : self._end]), default=0)
        self._to = min(encabezado.hasta_columna or self._width, self._width)
        self._merged = _covered(grid.merges, self._end, self._width)
        fecha = encabezado.columnas.get(Columna.FECHA)
        self._fecha = fecha
        self._joined = fecha is not None and fecha == encabezado.columnas[Columna.HORA]
        self._merges_days = any(
            lugar[1] == fecha and area.bottom > area.top + 1 for lugar, area in self._merged.items()
        )
        self._dates_each_row = self._repeats_dates()
        self._swapped = criterio.mes_primero and self._may_be_swapped()
        self._columns = self._own_columns()
        self._header = tuple(normalized(self._raw(encabezado.fila, column)) for column in range(self._width))
        self._dia = self._first_day()

    def rows(self) -> Iterator[FilaLeida]:
        for indice in range(self._encabezado.fila + 1, self._end):
            yield self._read(indice)

    def _raw(self, row: int, column: int | None) -> Valor:
        if column is None or row >= len(self._grid.values):
            return None
        fila = self._grid.values[row]
        return fila[column] if column < len(fila) else None

    def _seen(self, row: int, column: int) -> Valor:
        """What a person sees in a cell: that of the whole merged area."""
        area = self._merged.get((row, column))
        return self._raw(area.top, area.left) if area else self._raw(row, column)

    def _says_no_cupo(self, value: Valor) -> bool:
        if not isinstance(value, str) or not value:
            return False
        known = self._notes.get(value)
        if known is None:
            text = normalized(value)
            known = self._notes[value] = any(note in text for note in self._criterio.notas)
        return known

    def _own_columns(self) -> tuple[int, ...]:
        """The columns of the block, and those of the day and hour that it may share with the blocks beside it."""
        own = set(range(self._encabezado.desde_columna, self._to)) | set(self._encabezado.columnas.values())
        return tuple(sorted(own))

    def _first_day(self) -> _Dia:
        above = self._encabezado.dia_encima
        if above is not None:
            return _Dia(self._criterio.reads_day(self._raw(*above)), above)
        if self._fecha is None:
            before = range(max(self._encabezado.fila - 3, 0), self._encabezado.fila)
            for row in reversed(before):
                column = day_line(self._grid.values[row], self._criterio.reads_day)
                if column is not None:
                    return _Dia(self._criterio.reads_day(self._raw(row, column)), (row, column))
            return _Dia(self._criterio.fecha)
        return _Dia()

    def _repeats_dates(self) -> bool:
        """Whether the day is written again on every row, so that a row without one does not belong to the day above."""
        if self._fecha is None:
            return False
        written = [self._raw(row, self._fecha) for row in range(self._encabezado.fila + 1, self._end)]
        return any(
            not is_blank(one) and one == other and self._criterio.reads_day(one) is not None
            for one, other in itertools.pairwise(written)
        )

    def _may_be_swapped(self) -> bool:
        """Whether days typed as d/m may have become m/d: no day above the twelfth is a date, or the dates are in no order."""
        if self._fecha is None:
            return False
        written = [self._raw(row, self._fecha) for row in range(self._encabezado.fila + 1, self._end)]
        days = [
            day
            for one in written
            if isinstance(one, int | float) and not isinstance(one, bool) and (day := self._criterio.reads_day(one))
        ]
        as_text = any(isinstance(one, str) and self._criterio.reads_day(one) for one in written)
        return as_text or days != sorted(days) or all(day.day <= 12 for day in days)  # months of a year

    def _read(self, indice: int) -> FilaLeida:
        celdas = {columna: self._raw(indice, at) for columna, at in self._encabezado.columnas.items()}
        formulas = frozenset(
            columna for columna, at in self._encabezado.columnas.items() if (indice, at) in self._grid.formulas
        )
        entries = {columna: _entry(celdas.get(columna), columna in formulas) for columna in LIBRES_EN_UN_CUPO}
        touched = [columna for columna, value in entries.items() if not is_blank(value)]
        if Columna.RUTA in formulas and touched == [Columna.RUTA]:
            touched, entries[Columna.RUTA] = [], None
        hour = self._hour(celdas.get(Columna.HORA))
        hora = hour.hora if hour else None
        cuadrilla = self._crew(indice)
        own_day = celdas.get(Columna.FECHA)
        self._follow(indice, own_day, hora, cuadrilla, touched=bool(touched))
        dia = self._dia
        aside = dia.aparte or any(self._says_no_cupo(self._seen(indice, column)) for column in self._columns)
        occupied = not touched and self._is_part_of_another(indice)
        candidate = hora is not None and not touched and not aside and not occupied
        duda = self._doubt(indice, hour, formulas) if candidate and hour is not None else ""
        lacking = self._lacking(dia.fecha, hora, own_day, celdas.get(Columna.HORA), touched)
        if lacking and not touched and hora is None:
            aside = True
        if candidate and dia.fecha is None:
            duda = duda or "no se sabe de qué día es"
        return FilaLeida(
            indice=indice,
            fecha=dia.fecha,
            hora=hora,
            codigo=entries[Columna.CODIGO],
            ruta=entries[Columna.RUTA],
            asesor=entries[Columna.ASESOR],
            pqr=entries[Columna.PQR],
            cuadrilla=cuadrilla,
            libre=candidate and dia.fecha is not None and not duda,
            encabezado=self._encabezado,
            aparte=aside or occupied,
            ilegible="" if aside or occupied or not touched else ", ".join(lacking),
            duda=duda if candidate else "",
            formulas=formulas,
            dia_en=dia.en,
            dia_escrito=self._raw(*dia.en) if dia.en else None,
            cuadrilla_escrita=celdas.get(Columna.CUADRILLA),
        )

    def _hour(self, value: Valor) -> HoraEscrita | None:
        hour = read_hora(split_moment(value)[1] if self._joined else value)
        if hour is None or hour.cierta or not self._criterio.tarde or hour.hora >= self._criterio.jornada[0]:
            return hour
        return HoraEscrita(hour.hora.replace(hour=(hour.hora.hour + 12) % 24), cierta=True)

    def _crew(self, indice: int) -> str:
        at = self._encabezado.columnas.get(Columna.CUADRILLA)
        return text_of(self._seen(indice, at)) if at is not None else self._encabezado.cuadrilla

    def _follow(self, indice: int, own_day: Valor, hora: dt.time | None, cuadrilla: str, *, touched: bool) -> None:
        """Say to which day the rows from this one on belong."""
        dia = self._dia
        if not is_blank(own_day) and self._fecha is not None:
            self._dia = _Dia(
                self._criterio.reads_day(split_moment(own_day)[0] if self._joined else own_day),
                (indice, self._fecha),
                aparte=self._says_no_cupo(own_day),
            )
        elif self._fecha is not None and self._is_merged_down(indice, self._fecha):
            pass
        elif hora is None and not touched:
            self._between_days(indice)
        elif hora is not None and dia.en is not None and not dia.suelta and self._encabezado.dia_encima is None:
            dia.suelta = self._why_not_of_the_day(hora, cuadrilla)
        if hora is not None:
            self._dia.horas[cuadrilla] = hora

    def _between_days(self, indice: int) -> None:
        """A line without an hour may tell the day of those below it; any other one ends the day above, where days are told so."""
        fila = [self._raw(indice, column) for column in self._columns]
        column = day_line(fila, self._criterio.reads_day)
        if column is not None:
            at = self._columns[column]
            self._dia = _Dia(self._criterio.reads_day(self._raw(indice, at)), (indice, at))
        elif self._dia.en is not None and self._encabezado.dia_encima is None and not self._dia.suelta:
            blank = all(is_blank(value) for value in fila)
            self._dia.suelta = (
                "encima hay una fila en blanco y no se sabe de qué día es"
                if blank
                else "encima hay una fila que no se entiende y no se sabe de qué día es"
            )

    def _why_not_of_the_day(self, hora: dt.time, cuadrilla: str) -> str:
        """Why a row that does not tell its day is not known to be of the day above; blank if it is."""
        if self._fecha is not None and (self._merges_days or self._dates_each_row):
            return "no tiene fecha, y en esta hoja cada fila la tiene"
        last = self._dia.horas.get(cuadrilla)
        if last is not None and (hora < last or (hora == last and cuadrilla)):
            return "no tiene fecha y sus horas vuelven a empezar: puede ser de otro día"
        return ""

    def _is_merged_down(self, row: int, column: int) -> bool:
        area = self._merged.get((row, column))
        return area is not None and row > area.top and not is_blank(self._raw(area.top, area.left))

    def _is_part_of_another(self, row: int) -> bool:
        """Whether an entry of a neighbour reaches over this row in cells that are one."""
        written = {at for columna, at in self._encabezado.columnas.items() if columna in LIBRES_EN_UN_CUPO}
        return any(
            (area := self._merged.get((row, column))) is not None and not is_blank(self._raw(area.top, area.left))
            for column in written
        )

    def _lacking(
        self, fecha: dt.date | None, hora: dt.time | None, own_day: Valor, own_hour: Valor, touched: Sequence[Columna]
    ) -> list[str]:
        lacking = [
            name
            for name, found, cell in (("la fecha", fecha, own_day), ("la hora", hora, own_hour))
            if found is None and (touched or not is_blank(cell))
        ]
        if touched and Columna.CODIGO not in touched:
            lacking.append("el código")
        return lacking

    def _doubt(self, row: int, hour: HoraEscrita, formulas: frozenset[Columna]) -> str:
        """Why a row that nobody has written into is not offered; blank if everything on it is understood."""
        fecha = self._dia.fecha
        return (
            self._dia.suelta
            or self._grid.hidden.get(row, "")
            or self._doubt_about_cells(row, formulas)
            or self._doubt_about_other_columns(row, fecha)
            or self._doubt_about_hour(row, hour)
            or (self._doubt_about_day(fecha) if fecha is not None else "")
        )

    def _doubt_about_cells(self, row: int, formulas: frozenset[Columna]) -> str:
        if any((row, column) in self._grid.notes for column in self._columns):
            return "hay una nota en una celda"
        if self._dia.en is not None and self._dia.en in self._grid.notes:
            return "hay una nota en su fecha"
        day_or_crew = {self._encabezado.columnas.get(columna) for columna in (Columna.FECHA, Columna.CUADRILLA)}
        for column in set(self._encabezado.columnas.values()):
            area = self._merged.get((row, column))
            if area is not None and not (column in day_or_crew and area.right == area.left + 1):
                return "tiene celdas combinadas"
        for columna in LIBRES_EN_UN_CUPO:
            at = self._encabezado.columnas[columna]
            name = columna.value.upper()
            if self._raw(row, at) is False:
                return f"la columna {name} tiene casillas"
            if columna in formulas and columna is not Columna.RUTA:
                return f"hay una fórmula en {name}"
            colour = self._grid.fills.get((row, at))
            if colour is not None and colour not in self._criterio.colores:
                return f"la celda de {name} está pintada ({colour})"
            if any(area.covers((row, at)) for area in self._grid.protected):
                return PROTEGIDA
        return ""

    def _doubt_about_other_columns(self, row: int, fecha: dt.date | None) -> str:
        """What stands in columns that the robot does not know."""
        mapped = set(self._encabezado.columnas.values())
        for column in self._columns:
            value = self._seen(row, column)
            if column in mapped or is_blank(value) or value is False:
                continue
            header = self._header[column] if column < len(self._header) else ""
            if header in self._criterio.columnas:
                continue
            where = f" en {text_of(self._raw(self._encabezado.fila, column))}" if header else ""
            if value is True:
                return f"hay una casilla marcada{where}"
            text = normalized(text_of(value))
            if text in self._criterio.palabras or self._tells_its_day(text, fecha):
                continue
            if text in WEEKDAYS and fecha is not None:
                return f"dice «{text_of(value)}», pero el {fecha:%d/%m/%Y} es {DAYS_TOLD[fecha.weekday()]}"
            return f"dice «{_short(text_of(value))}»{where}"
        return ""

    def _tells_its_day(self, text: str, fecha: dt.date | None) -> bool:
        return fecha is not None and (WEEKDAYS.get(text) == fecha.weekday() or MONTHS.get(text) == fecha.month)

    def _doubt_about_hour(self, row: int, hour: HoraEscrita) -> str:
        first, last = self._criterio.jornada
        if first <= hour.hora <= last:
            return ""
        shown = text_of(self._raw(row, self._encabezado.columnas[Columna.HORA]))
        shown = shown if not shown.replace(".", "").isdigit() else f"{hour.hora:%H:%M}"
        later = hour.hora.replace(hour=(hour.hora.hour + 12) % 24)
        if not hour.cierta and first <= later <= last:
            return f"la hora «{shown}» puede ser de la tarde"
        return f"la hora «{shown}» está fuera de la jornada"

    def _doubt_about_day(self, fecha: dt.date) -> str:
        if self._swapped and fecha.day <= 12 and fecha.day != fecha.month:  # months of a year
            return (
                f"no se sabe si es el {fecha:%d/%m/%Y} o el {fecha.month:02d}/{fecha.day:02d}/{fecha.year}: "
                "la configuración regional de la planilla pone el mes primero"
            )
        if why := self._criterio.descanso(fecha):
            return f"el {fecha:%d/%m/%Y} es {why}"
        return ""


def _entry(value: Valor, is_formula: bool) -> Valor:  # noqa: FBT001  # two cells' worth of facts
    """What somebody has entered: neither the error of a formula nor a box that nobody has ticked is an entry."""
    if value is False or (is_formula and is_error(value)):
        return None
    return value


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _covered(merges: Sequence[Area], rows: int, columns: int) -> Mapping[Lugar, Area]:
    """The merged area of each cell that belongs to one."""
    return {
        (row, column): area
        for area in merges
        for row in range(area.top, min(area.bottom, rows))
        for column in range(area.left, min(area.right, max(columns, area.left + 1)))
    }


@dataclass(frozen=True, slots=True)
class FilaDudosa:
    """What of a schedule the robot does not understand and therefore leaves alone.

    Attributes:
        fila: the number of the row as the sheet shows it; 0 where it is the whole worksheet or spreadsheet.
        motivo: why, in Spanish.
    """

    planilla: str
    hoja: str
    fila: int
    motivo: str
    fecha: dt.date | None = None
    hora: dt.time | None = None


@dataclass(frozen=True, slots=True)
class FilaDePlanilla:
    """A row of a schedule as conciliación looks at it: every value as text, and where people find it.

    Attributes:
        numero: the row's number as the sheet shows it, for people; rows move, so nothing is ever written by it.
        libre: it can be booked.
        aparte: a note says that it is no cupo.
        numerico: the código is a number, which may have lost its zeros.
        referencia, marca: the robot's tag on it, where it has one.
        ilegible: what cannot be read, in Spanish; blank where all can.
        duda: why nobody's row is not offered, in Spanish.
    """

    planilla_id: str
    planilla: str
    hoja_id: int
    hoja: str
    numero: int
    fecha: dt.date | None
    hora: dt.time | None
    codigo: str = ""
    ruta: str = ""
    asesor: str = ""
    pqr: str = ""
    cuadrilla: str = ""
    libre: bool = False
    aparte: bool = False
    numerico: bool = False
    referencia: str = ""
    marca: int | None = None
    ilegible: str = ""
    duda: str = ""

    @property
    def tocada(self) -> bool:
        """Somebody has written who comes."""
        return bool(self.codigo or self.ruta or self.asesor or self.pqr)
