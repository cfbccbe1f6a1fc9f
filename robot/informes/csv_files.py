"""Files for spreadsheets: semicolons and a byte order mark, as they read them in Spanish; no cell of them is ever a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(encabezado: Sequence[str], filas: Iterable[Sequence[str]]) -> str:
    """A whole file as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(encabezado)
    writer.writerows([_harmless(cell) for cell in fila] for fila in filas)
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(_FORMULA) else cell
