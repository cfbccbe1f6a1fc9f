"""The rows of a worksheet, understood: which are cupos, which are taken, and which are left alone, and why.

A row is offered only if everything on it is understood. What is not is said with its reason, for a person to mend or allow.
"""

import datetime as dt
from dataclasses import dataclass

from robot.planilla.block import Bloque
from robot.planilla.cells import LIBRES_EN_UN_CUPO, Columna, Fila, Valor, is_blank, text_of
from robot.planilla.criterio import Criterio
from robot.planilla.days import Dia, Dias
from robot.planilla.doubts import Dudas
from robot.planilla.grid import Grid, Lugar, is_error
from robot.planilla.layout import Encabezado
from robot.planilla.lines import Marcos, is_total
from robot.reading.dates import HoraEscrita, read_hora, split_moment
from robot.reading.equality import normalized


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


def read_rows(grid: Grid, encabezado: Encabezado, criterio: Criterio, marcos: Marcos) -> list[FilaLeida]:
    """Read every row under a header, down to the next one."""
    reading = _Reading(Bloque(grid, encabezado), criterio, marcos)
    return [reading.row(indice) for indice in reading.bloque.rows]


class _Reading:
    """One pass down the rows of a block."""

    def __init__(self, bloque: Bloque, criterio: Criterio, marcos: Marcos) -> None:
        self.bloque = bloque
        self._criterio = criterio
        self._dias = Dias(bloque, criterio, marcos)
        self._dudas = Dudas(bloque, criterio, self._dias)
        self._columnas = bloque.encabezado.columnas
        self._entered = [(columna, self._columnas[columna]) for columna in LIBRES_EN_UN_CUPO]
        self._notes = {
            text for text, words in bloque.grid.words.items() if any(note in words for note in criterio.notas)
        }

    def row(self, indice: int) -> FilaLeida:
        grid, columnas = self.bloque.grid, self._columnas
        fila, line = grid.values[indice], self.bloque.line(indice)
        formulas = self._formulas(indice) if grid.formulas else frozenset()
        entries = self._entries(fila, formulas)
        touched = {columna for columna, value in entries.items() if value is not None}
        own_day, own_hour = _cell(fila, columnas.get(Columna.FECHA)), _cell(fila, columnas[Columna.HORA])
        hour = self._hour(own_hour)
        hora = hour.hora if hour else None
        cuadrilla = self._crew(indice, fila)
        self._dias.follow(indice, own_day, self._likely(hour), cuadrilla, touched=bool(touched))
        sums = hora is None and bool(touched) and is_total(line)
        if sums:
            self._dias.close("encima hay una fila que suma y no se sabe de qué día es")
        if sums or self._dias.is_line:
            entries, touched = dict.fromkeys(entries), set()
        dia = self._dias.dia
        aside = self._says_no_cupo(indice, line, dia) or (not touched and self._is_part_of_another(indice))
        duda = ""
        if not touched and not aside:
            if hour is not None:
                duda = self._dudas.about(indice, dia, hour, cuadrilla)
            elif not self._dias.is_line:
                duda = self._dudas.about_no_hour(own_hour)
        lacking = self._lacking(dia, hora, touched) if touched and not aside else ""
        return FilaLeida(
            indice=indice,
            fecha=dia.fecha,
            hora=hora,
            codigo=entries[Columna.CODIGO],
            ruta=entries[Columna.RUTA],
            asesor=entries[Columna.ASESOR],
            pqr=entries[Columna.PQR],
            cuadrilla=cuadrilla,
            libre=hora is not None and not touched and not aside and not duda,
            encabezado=self.bloque.encabezado,
            aparte=aside or (not touched and hora is None and not duda and any(not is_blank(one) for one in line)),
            ilegible=lacking,
            duda=duda,
            formulas=formulas,
            dia_en=dia.en,
            dia_escrito=dia.escrito,
            cuadrilla_escrita=_cell(fila, columnas.get(Columna.CUADRILLA)),
        )

    def _formulas(self, indice: int) -> frozenset[Columna]:
        held = self.bloque.grid.formulas
        return frozenset(columna for columna, at in self._columnas.items() if (indice, at) in held)

    def _entries(self, fila: Fila, formulas: frozenset[Columna]) -> dict[Columna, Valor]:
        """What somebody has entered into the four cells of a visit; nothing where they are free.

        Neither the error of a formula nor a box that nobody has ticked is an entry, nor a ruta that only a formula gives, nor the
        word for a free one.
        """
        found: dict[Columna, Valor] = {}
        for columna, at in self._entered:
            value = _cell(fila, at)
            blank = value is None or value is False or is_blank(value) or (columna in formulas and is_error(value))
            found[columna] = None if blank else value
        held = [columna for columna, value in found.items() if value is not None]
        only_given = held == [Columna.RUTA] and Columna.RUTA in formulas
        if only_given or (held and all(self._means_free(found[columna]) for columna in held)):
            return dict.fromkeys(found)
        return found

    def _means_free(self, value: Valor) -> bool:
        return isinstance(value, str) and normalized(value) in self._criterio.palabras

    def _hour(self, value: Valor) -> HoraEscrita | None:
        hour = read_hora(split_moment(value)[1] if self._dias.joined else value)
        if hour is None or hour.cierta or not self._criterio.tarde or hour.hora >= self._criterio.jornada[0]:
            return hour
        return HoraEscrita(hour.hora.replace(hour=(hour.hora.hour + 12) % 24), cierta=True)

    def _likely(self, hour: HoraEscrita | None) -> dt.time | None:
        """The hour that comes next in a day where one of the morning may be of the afternoon."""
        if hour is None or hour.cierta or hour.hora >= self._criterio.jornada[0]:
            return hour.hora if hour else None
        return hour.hora.replace(hour=(hour.hora.hour + 12) % 24)

    def _crew(self, indice: int, fila: Fila) -> str:
        at = self._columnas.get(Columna.CUADRILLA)
        if at is None:
            return self._dias.cuadrilla
        own = self.bloque.seen(indice, at) if self.bloque.grid.merges else _cell(fila, at)
        return text_of(own) or self._dias.cuadrilla

    def _says_no_cupo(self, indice: int, line: Fila, dia: Dia) -> bool:
        """Whether a word anywhere in a row, or in the cell that tells its day, says that it is no cupo."""
        if self.bloque.grid.merges:
            line = [self.bloque.seen(indice, column) for column in self.bloque.columns]
        return not self._notes.isdisjoint(line) or (dia.escrito in self._notes)

    def _is_part_of_another(self, row: int) -> bool:
        """Whether an entry of a neighbour reaches over this row in cells that are one."""
        if not self.bloque.grid.merges:
            return False
        areas = (self.bloque.area(row, self._columnas[columna]) for columna in LIBRES_EN_UN_CUPO)
        return any(area is not None and not is_blank(self.bloque.raw(area.top, area.left)) for area in areas)

    def _lacking(self, dia: Dia, hora: dt.time | None, touched: set[Columna]) -> str:
        """What of a row with somebody's entry cannot be read."""
        lacking = [name for name, found in (("la fecha", dia.fecha), ("la hora", hora)) if found is None]
        return ", ".join(lacking if Columna.CODIGO in touched else [*lacking, "el código"])


def _cell(fila: Fila, at: int | None) -> Valor:
    return fila[at] if at is not None and at < len(fila) else None


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
