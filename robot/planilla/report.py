"""What of the schedule is not understood, told to people: each reason once, with its place and its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from robot.planilla.rows import FilaDudosa

_ROWS_TOLD = 8


@dataclass(frozen=True, slots=True)
class NoEntendidas:
    """Rows of a worksheet that are not offered for one reason; no row where it is the whole worksheet, spreadsheet or file."""

    planilla: str
    hoja: str
    motivo: str
    filas: tuple[int, ...]

    @property
    def lugar(self) -> str:
        """Where they are, as people find them."""
        return " / ".join(part for part in (self.planilla, self.hoja, self.filas_texto) if part)

    @property
    def texto(self) -> str:
        return f"{self.lugar}: {self.motivo}" if self.lugar else self.motivo

    @property
    def filas_texto(self) -> str:
        """The numbers of the first rows, and how many more; blank where it is no matter of rows."""
        if not self.filas:
            return ""
        more = len(self.filas) - _ROWS_TOLD
        told = ", ".join(map(str, self.filas[:_ROWS_TOLD])) + (f" y {more} más" if more > 0 else "")
        return f"fila {told}" if len(self.filas) == 1 else f"filas {told}"


def by_reason(dudosas: Iterable[FilaDudosa]) -> list[NoEntendidas]:
    """Each reason of each worksheet once, in the order in which they come."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for one in dudosas:
        rows.setdefault((one.planilla, one.hoja, one.motivo), []).extend([one.fila] if one.fila else [])
    return [NoEntendidas(planilla, hoja, motivo, tuple(told)) for (planilla, hoja, motivo), told in rows.items()]


def why_left_alone(dudosas: Sequence[FilaDudosa]) -> str:
    """How many rows look free and are not offered, and why most of them; blank for none."""
    rows = [one for one in dudosas if one.fila]
    if not rows:
        return ""
    most = max(by_reason(rows), key=lambda one: len(one.filas))
    if len(rows) == 1:
        return f"Hay una fila que parece libre y el robot no ofrece porque no la entiende: {most.texto}."
    return f"Hay {len(rows)} filas que parecen libres y el robot no ofrece porque no las entiende. {most.texto}."
