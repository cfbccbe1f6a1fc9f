"""What is known of a spreadsheet and of a row between one call to Google and the next."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from robot.planilla.block import Bloque
from robot.planilla.cells import Columna, Fila
from robot.planilla.grid import Grid
from robot.planilla.rows import FilaDudosa, FilaLeida
from robot.programacion.diary import ANCHO_DIARIO, ANCHO_IMAGEN, TITULO, Entrada
from robot.programacion.signs import Signs, signs_on


@dataclass(frozen=True, slots=True)
class Hoja:
    """A worksheet: its id, its title, and how many columns and rows its grid has."""

    id: int
    titulo: str
    columnas: int
    filas: int


@dataclass(slots=True)
class Planilla:
    """A spreadsheet of the folder and what is remembered of it between calls.

    Attributes:
        titulos: of all its worksheets.
        diario: how many lines its diary has room for; 0 where it has none.
        ancho_diario: how many columns it has.
        titulo_diario: what people call its diary by now.
        fechas: the first and last day in it when it was last read; nothing where it has none.
        leida: it has been read.
        ilegible: why it could not be read the last time, in Spanish.
    """

    id: str
    titulo: str
    hojas: dict[int, Hoja] = field(default_factory=dict)
    hojas_vistas: float = 0.0
    titulos: frozenset[str] = frozenset()
    diario: int = 0
    ancho_diario: int = ANCHO_DIARIO
    titulo_diario: str = TITULO
    fechas: tuple[dt.date, dt.date] | None = None
    leida: bool = False
    ilegible: str = ""


@dataclass(frozen=True, slots=True)
class Lectura:
    """One read of a whole spreadsheet, by worksheet id.

    Attributes:
        filas: the rows under its headers, understood.
        celdas: all rows as they were answered.
        grids: what else is on them.
        marcada: worksheet id and row of the tag that was asked for.
        diario: the newest lines of the diary, where asked for.
        avisos: worksheets and lines that are not understood at all.
        hojas: the worksheets that `filas` names, as they were then.
    """

    filas: Mapping[int, Sequence[FilaLeida]]
    grids: Mapping[int, Grid]
    marcada: tuple[int, int] | None
    diario: Sequence[Entrada]
    avisos: Sequence[FilaDudosa]
    hojas: Mapping[int, Hoja]

    @property
    def fechas(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day in it."""
        fechas = [fila.fecha for filas in self.filas.values() for fila in filas if fila.fecha is not None]
        return (min(fechas), max(fechas)) if fechas else None

    def sitio(self, planilla: Planilla, hoja_id: int, fila: FilaLeida) -> "Sitio":
        """Where a row of this reading is."""
        return Sitio(planilla, self.hojas[hoja_id], fila, self.grids[hoja_id])

    def celda(self, hoja_id: int, fila: FilaLeida) -> Fila:
        """A row's values as they were answered."""
        return self.grids[hoja_id].values[fila.indice]


@dataclass(frozen=True, slots=True)
class Sitio:
    """A row, for the moment, and the reading of its worksheet that it stands in."""

    planilla: Planilla
    hoja: Hoja
    fila: FilaLeida
    grid: Grid

    def signs(self, escrito: Collection[Columna]) -> Signs:
        """What was on it beside the cells that are to be written."""
        return self._signs(self.grid, self.fila.indice, escrito)

    def signs_now(self, answered: Grid, escrito: Collection[Columna]) -> Signs:
        """The same of an answer that holds this row alone."""
        return self._signs(answered, 0, escrito)

    def _signs(self, grid: Grid, row: int, escrito: Collection[Columna]) -> Signs:
        bloque, indice = Bloque(self.grid, self.fila.encabezado), self.fila.indice
        columns = [at for at in bloque.columns if at < ANCHO_IMAGEN]
        written = {self.fila.encabezado.columnas[columna] for columna in escrito}
        calculated = {at for at in columns if (indice, at) in self.grid.formulas} | {
            at for at in columns for area in self.grid.spills if area.covers((indice, at))
        }
        said_in = set(columns) - written - calculated
        return signs_on(grid, row, columns, said_in=said_in, row_in_sheet=indice)
