"""A worksheet: values, and what else people have put on rows and cells that values do not tell."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from robot.planilla.cells import Fila, Valor, is_blank
from robot.reading.equality import normalized

_SPILLING = re.compile(
    r"\b(ARRAYFORMULA|MAP|BYROW|BYCOL|MAKEARRAY|SCAN|FILTER|QUERY|UNIQUE|SORTN?|SEQUENCE|TRANSPOSE|IMPORTRANGE|FLATTEN|"
    r"VSTACK|HSTACK|CHOOSECOLS|CHOOSEROWS|WRAPROWS|TOCOL|SPLIT)\s*\(|^=\s*\{",
    re.IGNORECASE,
)

Lugar = tuple[int, int]
"""Row and column of a cell, from 0."""


class Area(NamedTuple):
    """A rectangle of cells; rows and columns count from 0, the ends are not in it."""

    top: int
    bottom: int
    left: int
    right: int

    def covers(self, lugar: Lugar) -> bool:
        row, column = lugar
        return self.top <= row < self.bottom and self.left <= column < self.right


class Marca(NamedTuple):
    """A tag of the robot on a row: whose, and its id."""

    referencia: str
    id: int


@dataclass(frozen=True)
class Grid:
    """One worksheet.

    Attributes:
        values: dates and hours as serial numbers or as text, as the cells hold them; an error of a formula as its text.
        formulas: cells that hold a formula, or that one above fills.
        spills: where a formula may fill more than its own column, such as a table that is copied from another worksheet.
        notes: cells with a note on them.
        fills: cells that a person has painted, and the colour as `#rrggbb`; white is no colour.
        struck: cells whose text is struck through.
        merges: cells that are one.
        hidden: rows that nobody sees, and why, in Spanish.
        hidden_columns: columns that nobody sees.
        protected: what the robot's account must not change.
        tags: the robot's tags by row.
    """

    values: Sequence[Fila]
    formulas: frozenset[Lugar] = frozenset()
    spills: Sequence[Area] = ()
    notes: frozenset[Lugar] = frozenset()
    fills: Mapping[Lugar, str] = field(default_factory=dict)
    struck: frozenset[Lugar] = frozenset()
    merges: Sequence[Area] = ()
    hidden: Mapping[int, str] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    protected: Sequence[Area] = ()
    tags: Mapping[int, Sequence[Marca]] = field(default_factory=dict)

    @cached_property
    def width(self) -> int:
        return max(map(len, self.values), default=0)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Every text with letters in it, once, and its words: a long schedule says the same ones over and over."""
        texts = {value for fila in self.values for value in fila if isinstance(value, str)}
        return {text: normalized(text) for text in texts if text.upper() != text.lower()}

    @cached_property
    def covered(self) -> Mapping[Lugar, Area]:
        """The merged area of each cell that belongs to one."""
        return {
            (row, column): area
            for area in self.merges
            for row in range(area.top, min(area.bottom, len(self.values)))
            for column in range(area.left, min(area.right, max(self.width, area.left + 1)))
        }

    def lines_with(self, texts: Collection[str]) -> list[tuple[int, Fila]]:
        """The lines that hold one of some texts."""
        sought = frozenset(texts)
        return [(row, fila) for row, fila in enumerate(self.values) if not sought.isdisjoint(fila)] if sought else []

    def raw(self, row: int, column: int) -> Valor:
        """What a cell holds; of a merged area, only the first one holds anything."""
        fila = self.values[row] if row < len(self.values) else ()
        return fila[column] if column < len(fila) else None

    def seen(self, row: int, column: int) -> Valor:
        """What a person sees in a cell: that of the whole merged area."""
        area = self.covered.get((row, column)) if self.merges else None
        return self.raw(area.top, area.left) if area else self.raw(row, column)


_ERRORS = {
    "N_A": "#N/A",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
}


def error_text(kind: str) -> str:
    """What a cell shows whose formula fails in this way."""
    return _ERRORS.get(kind, "#ERROR!")


def is_error(value: Valor) -> bool:
    """Whether a formula's cell shows an error instead of a value."""
    return value == "#ERROR!" or value in _ERRORS.values()


def with_spills(formulas: Mapping[Lugar, str], rows: int) -> frozenset[Lugar]:
    """The cells with a formula, and those below one that fills more than its own."""
    filled = set(formulas)
    for (at, column), formula in formulas.items():
        if _SPILLING.search(formula):
            filled.update((row, column) for row in range(at, rows))
    return frozenset(filled)


def spills_of(formulas: Mapping[Lugar, str], values: Sequence[Fila]) -> list[Area]:
    """What the formulas that fill more than their own cell may fill."""
    return [_spill(lugar, values) for lugar, formula in formulas.items() if _SPILLING.search(formula)]


def _spill(lugar: Lugar, values: Sequence[Fila]) -> Area:
    """What a formula may fill: all below it, in its column and those that are not blank beside it."""
    row, column = lugar
    right = column + 1
    while right < len(values[row]) and not is_blank(values[row][right]):
        right += 1
    return Area(row, len(values), column, right)
