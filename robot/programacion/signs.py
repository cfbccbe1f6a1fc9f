"""What a person may put on a row beside its entries: notes, colours, words in other columns, hiding it, joining its cells.

A row that is offered has been read whole. What somebody puts on it in the instant between that reading and the robot's write
shows where the answer to the write is compared with the reading.
"""

from collections.abc import Collection
from dataclasses import dataclass

from robot.planilla.cells import text_of
from robot.planilla.grid import Area, Grid


@dataclass(frozen=True, slots=True)
class Signs:
    """What is on some columns of a row; two readings of a row that nobody has touched are equal.

    Attributes:
        values: what its cells say, by column, blank ones left out.
        fills: the colours that they are painted with.
        hidden: why nobody sees the row.
    """

    values: frozenset[tuple[int, str]]
    notes: frozenset[int]
    fills: frozenset[tuple[int, str]]
    struck: frozenset[int]
    hidden: str
    merges: frozenset[Area]


def signs_on(grid: Grid, row: int, columns: Collection[int], *, said_in: Collection[int], row_in_sheet: int) -> Signs:
    """Tell what is on a row of a grid.

    Args:
        columns: where signs count.
        said_in: of these, where what a cell says counts, too; not where the robot writes, or a formula does.
        row_in_sheet: the number of the row as merged areas count it; another one where the grid holds this row alone.
    """
    return Signs(
        values=frozenset((at, text) for at in said_in if (text := text_of(grid.raw(row, at)))),
        notes=frozenset(at for at in columns if (row, at) in grid.notes),
        fills=frozenset((at, grid.fills[row, at]) for at in columns if (row, at) in grid.fills),
        struck=frozenset(at for at in columns if (row, at) in grid.struck),
        hidden=grid.hidden.get(row, ""),
        merges=frozenset(area for area in grid.merges if any(area.covers((row_in_sheet, at)) for at in columns)),
    )
