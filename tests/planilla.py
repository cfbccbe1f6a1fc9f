"""Reading what the mock Google holds, for assertions."""

from collections.abc import Mapping, Sequence
from typing import Any

from fixtures.procesos import MockGoogle

Row = Sequence[str]


def visible_rows(google: MockGoogle) -> list[Row]:
    """Every row of every visible worksheet."""
    return [
        row
        for book in google.state()["spreadsheets"]
        for sheet in book["sheets"]
        if not sheet["hidden"]
        for row in sheet["values"]
    ]


def rows_of(google: MockGoogle, codigo: str) -> list[Row]:
    """The rows whose código is this one."""
    return [row for row in visible_rows(google) if len(row) > 3 and row[3] == codigo]


def first_sheet(google: MockGoogle, book: int = 0) -> Mapping[str, Any]:
    sheet: Mapping[str, Any] = google.state()["spreadsheets"][book]["sheets"][0]
    return sheet


def tags(google: MockGoogle) -> list[Any]:
    return [tag for book in google.state()["spreadsheets"] for sheet in book["sheets"] for tag in sheet["metadata"]]


def first_free_row(google: MockGoogle) -> int:
    """The number, as the sheet shows it, of the first row that the robot would take."""
    values = first_sheet(google)["values"]
    last_taken = max(at for at, row in enumerate(values) if len(row) > 3 and row[3])
    return next(at for at in range(last_taken + 1, len(values)) if len(values[at]) == 3) + 1
