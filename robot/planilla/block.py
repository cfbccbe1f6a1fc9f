"""The cells under one header of a worksheet, as people see them."""

from collections.abc import Sequence

from robot.planilla.cells import Columna, Fila, Valor
from robot.planilla.grid import Area, Grid
from robot.planilla.layout import Encabezado
from robot.reading.equality import normalized


class Bloque:
    """The rows under a header, down to the next one.

    Attributes:
        columns: its own, and those of day and hour that it may share with the blocks beside it.
        names: what its header says of each column, normalized.
    """

    def __init__(self, grid: Grid, encabezado: Encabezado) -> None:
        self.grid = grid
        self.encabezado = encabezado
        self.rows = range(encabezado.fila + 1, min(encabezado.hasta or len(grid.values), len(grid.values)))
        to = min(encabezado.hasta_columna or grid.width, grid.width)
        self.columns: Sequence[int] = sorted({*range(encabezado.desde_columna, to), *encabezado.columnas.values()})
        self.names = {column: normalized(self.raw(encabezado.fila, column) or "") for column in range(grid.width)}
        self._is_whole = self.columns == list(range(grid.width))
        self._covered = grid.covered if grid.merges else {}

    def raw(self, row: int, column: int | None) -> Valor:
        return None if column is None else self.grid.raw(row, column)

    def cell(self, row: int, columna: Columna) -> Valor:
        return self.raw(row, self.encabezado.columnas.get(columna))

    def seen(self, row: int, column: int) -> Valor:
        return self.grid.seen(row, column)

    def line(self, row: int) -> Fila:
        """What stands in its columns in a row, cell by cell."""
        fila = self.grid.values[row]
        if self._is_whole:
            return fila if len(fila) == self.grid.width else [*fila, *[None] * (self.grid.width - len(fila))]
        return [fila[column] if column < len(fila) else None for column in self.columns]

    def area(self, row: int, column: int) -> Area | None:
        """The merged area that a cell belongs to."""
        return self._covered.get((row, column))
