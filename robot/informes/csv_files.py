"""Files for spreadsheets: semicolons and a byte order mark, as they read them in Spanish; no cell of them is ever a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\N{MINUS SIGN}")


def as_csv(encabezado: Sequence[str], filas: Iterable[Sequence[str]]) -> str:
    """A whole file as text."""
    return rows_as_csv([encabezado, *filas])


def rows_as_csv(filas: Iterable[Sequence[str]]) -> str:
    """As `as_csv`, where the titles may stand in any row."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([_harmless(cell) for cell in fila] for fila in filas)
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet drops what it does not show before a formula, and knows the wide signs of other keyboards."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", cell) if not _is_unseen(sign))
    return "'" + cell if shown.startswith(_FORMULA) else cell


def _is_unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf"}
