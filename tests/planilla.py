"""Reading what the mock Google holds, for assertions."""

from typing import Any

from fixtures.planilla import CODIGO, PQR, Place, Row, rows, visitas
from fixtures.procesos import MockGoogle


def visible_rows(google: MockGoogle) -> list[Row]:
    """Every row of every visible worksheet."""
    return [row for _, row in rows(google)]


def rows_of(google: MockGoogle, codigo: str) -> list[Row]:
    """The rows whose código is this one."""
    return [row for row in visible_rows(google) if len(row) > CODIGO and row[CODIGO] == codigo]


def row_at(google: MockGoogle, place: Place) -> Row:
    """What stands at a place now."""
    return dict(rows(google))[place]


def tags(google: MockGoogle) -> list[Any]:
    return [tag for book in google.state()["spreadsheets"] for sheet in book["sheets"] for tag in sheet["metadata"]]


def place_with(google: MockGoogle, radicado: str) -> Place:
    """Where the visit with a radicado is."""
    return next(place for place, row in visitas(google) if radicado in row[PQR:])


def first_free(google: MockGoogle) -> Place:
    """The row that the robot would take: all are taken up to some morning, and none after it."""
    *_, (last, _) = visitas(google)
    return last.moved(1)
