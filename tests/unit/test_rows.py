import datetime as dt
from collections.abc import Sequence

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from robot.planilla.cells import Columna, Valor, same_code
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Grid
from robot.planilla.layout import Encabezado, Sinonimos, layout_of
from robot.planilla.rows import FilaLeida
from robot.planilla.worksheet import read_worksheet
from robot.reading.dates import parse_fecha, parse_hora

HOY = dt.date(2026, 11, 24)
HEADER = ["FECHA", "HORA", "CÓDIGO", "RUTA", "ASESOR", "PQR", "OBSERVACIONES"]
NOTAS = ("festivo", "no disponible")


@pytest.mark.parametrize(
    "written",
    [
        "24/11/2026",
        "24-11-26",
        "2026-11-24",
        "martes 24 de noviembre",
        "Martes, 24 de Noviembre de 2026",
        "24 nov",
        46350,
        46350.0,
    ],
)
def test_a_date_is_read_however_people_write_it(written: str | float) -> None:
    assert parse_fecha(written, HOY) == dt.date(2026, 11, 24)


@pytest.mark.parametrize("written", ["FESTIVO", "31/02/2026", "", "8", True, None, -3, "24 de noviembre NO DISPONIBLE"])
def test_what_is_no_date_is_none(written: str | float | None) -> None:
    assert parse_fecha(written, HOY) is None


@given(st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31)), st.integers(-150, 150))
def test_a_date_without_year_is_the_nearest_whose_weekday_agrees(hoy: dt.date, days: int) -> None:
    day = hoy + dt.timedelta(days=days)
    for pattern in ("EEEE d 'de' MMMM", "d 'de' MMMM", "d/M"):
        assert parse_fecha(format_date(day, pattern, locale="es_CO"), hoy) == day


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("8:00 a. m.", dt.time(8)),
        ("8:00\u00a0a.\u00a0m.", dt.time(8)),
        ("2 pm", dt.time(14)),
        ("12:00 m", dt.time(12)),
        ("12:15 a.m.", dt.time(0, 15)),
        ("14:30:00", dt.time(14, 30)),
        (1 / 3, dt.time(8)),
    ],
)
def test_an_hour_is_read_however_people_write_it(written: str | float, hour: dt.time) -> None:
    assert parse_hora(written) == hour


@pytest.mark.parametrize("written", ["", "8", "25:00", "13 pm", "NO", 1.5, True, None])
def test_what_is_no_hour_is_none(written: str | float | None) -> None:
    assert parse_hora(written) is None


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_every_minute_of_the_day_survives_a_serial_number(hour: dt.time) -> None:
    assert parse_hora((hour.hour * 60 + hour.minute) / 1440) == hour


def header_of(rows: Sequence[Sequence[Valor]], sinonimos: Sinonimos | None = None) -> Encabezado | None:
    bloques = layout_of(Grid(rows), sinonimos or {}, lambda value, _: parse_fecha(value, HOY)).bloques
    return bloques[0] if bloques else None


def test_the_header_is_found_below_titles_in_any_order_and_case() -> None:
    rows = [["VISITAS"], [], ["pqr", "Nombre del asesor", "ruta", "Código  de suscriptor", "hora", "Fecha"]]
    header = header_of(rows)
    assert header is not None
    assert header.fila == 2
    assert header.columnas[Columna.CODIGO] == 3


def test_more_names_for_a_column_are_a_setting() -> None:
    rows = [["Cuándo se visita", "Hora", "Código", "Ruta", "Asesor", "PQR"]]
    assert header_of(rows) is None
    assert header_of(rows, {"fecha": ("CUANDO SE VISITA",)}) is not None


def test_a_header_is_found_however_far_down() -> None:
    header = header_of([[]] * 25 + [HEADER])
    assert header is not None
    assert header.fila == 25


def read(*rows: Sequence[Valor], **more: object) -> list[FilaLeida]:
    """The rows below the header; the grid and the criteria are changed by `more`."""
    criterio = {name: more.pop(name) for name in list(more) if name in Criterio.__slots__}
    grid = Grid([HEADER, *rows], **more)  # type: ignore[arg-type]
    criteria = Criterio(HOY, notas=NOTAS, **criterio)  # type: ignore[arg-type]
    return list(read_worksheet(grid, "Visitas", "Programación", criteria, {}).filas)


def free(*rows: Sequence[Valor], **more: object) -> list[bool]:
    return [fila.libre for fila in read(*rows, **more)]


def test_the_date_is_filled_down_within_its_day() -> None:
    rows = read([46350, 1 / 3], ["", 0.5], [], [46351, 1 / 3], [None, 0.5])
    assert [fila.fecha.day for fila in rows if fila.libre and fila.fecha] == [24, 24, 25, 25]


@pytest.mark.parametrize(
    "row",
    [
        [46350, 1 / 3, "FESTIVO"],
        [46350, 1 / 3, "", "x"],
        [46350, 1 / 3, "", "", "Ana"],
        [46350, 1 / 3, "", "", "", "2026-1"],
        [46350, 1 / 3, "", "", "", "", "No  Disponible por paro"],
        [46350, "por definir"],
        [46350],
        ["FESTIVO", 1 / 3],
        ["", 1 / 3],
        [46350, 1 / 3, 0],
    ],
)
def test_a_row_with_any_entry_or_note_is_not_free(row: Sequence[Valor]) -> None:
    assert free(row) == [False]


def test_a_note_in_the_date_stops_the_filling_down() -> None:
    assert free([46350, 1 / 3], ["FESTIVO", 0.5], ["", 0.6]) == [True, False, False]


def test_several_crews_at_one_hour_are_several_cupos() -> None:
    assert free([46350, 1 / 3], ["", 1 / 3], ["", 1 / 3]) == [True, True, True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("00123", 123, True), ("00123", "123", False), (123.0, "123", True), ("", None, True), ("", 0, False)],
)
def test_a_code_that_became_a_number_is_still_the_same(one: str | float, other: str | float | None, same: bool) -> None:
    assert same_code(one, other) is same
