"""Parts of a worksheet that words set apart from the rest, whatever day their rows tell: *lista de espera*, *solo urgencias*."""

from robot.planilla.block import Bloque
from robot.planilla.cells import Columna, is_blank, text_of
from robot.planilla.lines import is_heading, is_total, says_no_cupos, speaks_of_days

_LINES_ABOVE = 3


class Parts:
    """Goes down a block with `robot.planilla.days.Dias`, which knows what each line tells.

    A part begins with a line that is not understood. It ends with a blank line, or with the next line that is understood, once it
    has had rows. Words that close the rows above them, such as who made the list, open none.

    Args:
        whole: why no row of the block is a cupo, where that is known already.

    Attributes:
        why: why the rows are left alone; blank where nothing sets them apart.
    """

    def __init__(self, bloque: Bloque, whole: str) -> None:
        self._bloque = bloque
        self._whole = whole or self._told_above()
        self.why = self._whole
        self._has_rows = self._follows_rows = False

    def row(self) -> None:
        """A row with an hour was read."""
        self._has_rows = self._follows_rows = True

    def understood(self) -> None:
        """A line was understood: a day, a month, a crew. One that comes before the rows of a part belongs to it."""
        if self._has_rows:
            self.why = self._whole

    def blank(self) -> None:
        """A blank line was read."""
        if self._follows_rows:
            self.why = self._whole
        self._follows_rows = False

    def line(self, row: int, *, of_one_day: bool) -> None:
        """A line was not understood.

        Args:
            of_one_day: all of the block is of one day, so that what people note between its rows sets none apart.
        """
        closed = self._says_no_cupos(row)
        if not self._is_title(row) or (of_one_day and not closed and not speaks_of_days(self._bloque.line(row))):
            return
        self.why = self._whole or f"está bajo una línea que no se entiende, la fila {row + 1}"
        self._has_rows = False
        self._follows_rows = self._follows_rows and not closed

    def _is_title(self, row: int) -> bool:
        """Whether its words stand where titles do, and are not what was left of a row: its hour, or more of the one above."""
        fila, columnas = self._bloque.line(row), self._bloque.encabezado.columnas
        held = [at for at, value in zip(self._bloque.columns, fila, strict=True) if not is_blank(value)]
        if not held or is_total(fila) or is_heading(fila):
            return False
        if not any(map(str.isalpha, text_of(self._bloque.raw(row, held[0])))):  # a código whose row has no hour
            return False
        if any(map(str.isdigit, text_of(self._bloque.cell(row, Columna.HORA)))):
            return False
        area = self._bloque.area(row, held[0])
        is_wide = area is not None and area.right > area.left + 1
        return held[0] <= columnas[Columna.HORA] or is_wide or held == [columnas[Columna.CODIGO]]

    def _told_above(self) -> str:
        encabezado = self._bloque.encabezado
        for row in reversed(range(max(encabezado.fila - _LINES_ABOVE, 0), encabezado.fila)):
            if all(map(is_blank, self._bloque.line(row))):
                break
            if self._says_no_cupos(row):
                return "encima del encabezado dice que no son cupos"
        return ""

    def _says_no_cupos(self, row: int) -> bool:
        return any(says_no_cupos(value) for value in self._bloque.line(row) if isinstance(value, str))
