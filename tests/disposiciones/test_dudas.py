"""What stands on a row and keeps it from being offered, and what does not: one rule each."""

import datetime as dt

import pytest

from robot.planilla.cells import Columna
from robot.planilla.doubts import PROTEGIDA
from robot.planilla.grid import Area
from tests.disposiciones.lectura import ENCABEZADO, LUNES, day, grid_told, offered, read, why

OCHO, NUEVE, DIEZ = 8 / 24, 9 / 24, 10 / 24
TRES = ((LUNES, OCHO, "C1"), ("", NUEVE, "C1"), ("", DIEZ, "C1"))
TAKEN = (LUNES, OCHO, "C1", "00123", "011", "Luz")


def test_plain_rows_are_offered() -> None:
    assert offered(day(*TRES)) == ["30/11 08:00 C1", "30/11 09:00 C1", "30/11 10:00 C1"]


def test_a_visit_merged_over_two_hours_takes_both() -> None:
    leida = day(TAKEN, *TRES[1:], merges=[Area(1, 3, 3, 4)])
    assert offered(leida) == ["30/11 10:00 C1"]
    assert leida.filas[1].aparte


def test_a_word_merged_over_the_columns_of_a_visit_takes_the_row() -> None:
    assert offered(day((LUNES, OCHO, "CAPACITACIÓN"), *TRES[1:], merges=[Area(1, 2, 2, 7)])) == [
        "30/11 09:00 C1",
        "30/11 10:00 C1",
    ]


@pytest.mark.parametrize("area", [Area(1, 3, 3, 4), Area(1, 2, 3, 5), Area(1, 3, 1, 2), Area(1, 3, 0, 2)])
def test_merged_cells_without_an_entry_leave_their_rows_in_doubt(area: Area) -> None:
    assert why(day(*TRES, merges=[area]))[1] == "tiene celdas combinadas"


def test_a_day_and_a_crew_may_be_merged_over_their_rows() -> None:
    rows = ((LUNES, OCHO, "C1"), ("", NUEVE, ""), (LUNES + 1, OCHO, "C2"))
    leida = day(*rows, merges=[Area(1, 3, 0, 1), Area(1, 3, 2, 3)])
    assert offered(leida) == ["30/11 08:00 C1", "30/11 09:00 C1", "01/12 08:00 C2"]


def test_the_row_below_a_merged_day_is_of_no_day() -> None:
    leida = day(*TRES, merges=[Area(1, 3, 0, 1)])
    assert why(leida) == {3: "no tiene fecha, y en esta hoja cada fila la tiene"}


@pytest.mark.parametrize("reason", ["la fila está oculta", "un filtro oculta la fila"])
def test_a_row_that_nobody_sees_is_not_offered(reason: str) -> None:
    assert why(day(*TRES, hidden={2: reason})) == {2: reason}


@pytest.mark.parametrize("column", range(8))
def test_a_note_on_any_cell_of_a_row_keeps_it(column: int) -> None:
    assert 2 in why(day(*TRES, notes=frozenset({(2, column)})))


def test_a_note_on_the_date_keeps_all_rows_of_the_day() -> None:
    leida = day(*TRES, (LUNES + 1, OCHO, "C1"), notes=frozenset({(1, 0)}))
    assert offered(leida) == ["01/12 08:00 C1"]


def test_a_note_on_the_crew_keeps_all_its_rows() -> None:
    rows = (("CUADRILLA 1",), ENCABEZADO[:2] + ENCABEZADO[3:7], (LUNES, OCHO), ("CUADRILLA 2",), (LUNES, OCHO))
    assert list(why(read(*rows, notes=frozenset({(0, 0)})))) == [2]
    assert list(why(read(*rows, notes=frozenset({(3, 0)})))) == [4]


def test_a_column_that_nobody_sees_keeps_its_rows() -> None:
    assert why(day(TRES[0], hidden_columns=frozenset({3}))) == {1: "la columna CODIGO está oculta"}
    assert not why(day(TRES[0], hidden_columns=frozenset({4, 6, 7})))


def test_what_is_struck_through_is_no_cupo() -> None:
    assert why(day(*TRES, struck=frozenset({(2, 1)}))) == {2: "está tachada"}
    assert offered(day(*TRES, struck=frozenset({(1, 0)}))) == []


def test_a_painted_cell_keeps_its_row_unless_the_colour_is_allowed() -> None:
    painted = {(2, 3): "#ff0000"}
    assert why(day(*TRES, fills=painted)) == {2: "la celda de CODIGO está pintada (#ff0000)"}
    assert not why(day(*TRES, fills=painted, colores=frozenset({"#ff0000"})))


def test_a_painted_day_or_hour_says_nothing() -> None:
    assert not why(day(*TRES, fills={(1, 0): "#ffff00", (2, 1): "#ffff00"}))


def test_a_ruta_that_a_formula_gives_is_no_entry() -> None:
    leida = day((LUNES, OCHO, "C1", "", "011"), formulas=frozenset({(1, 4)}))
    assert offered(leida) == ["30/11 08:00 C1"]
    assert leida.filas[0].formulas == {Columna.RUTA}


def test_a_formula_under_codigo_keeps_the_row() -> None:
    assert why(day(*TRES, formulas=frozenset({(2, 3)}))) == {2: "hay una fórmula en CODIGO"}


def test_a_formula_that_fills_down_from_the_header_is_one_in_every_row() -> None:
    cells = [{"effectiveValue": {"stringValue": name}} for name in ENCABEZADO]
    cells[4] = {
        "effectiveValue": {"stringValue": "RUTA"},
        "userEnteredValue": {"formulaValue": '={"RUTA";ARRAYFORMULA(D2:D)}'},
    }
    row = [{"effectiveValue": {"numberValue": value}} for value in (LUNES, OCHO)]
    grid = grid_told({"data": [{"rowData": [{"values": cells}, {"values": row}]}]})
    assert grid.formulas == {(0, 4), (1, 4)}


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#ERROR!"])
def test_the_error_of_a_formula_is_no_entry(error: str) -> None:
    row = (LUNES, OCHO, "C1", "", error)
    assert offered(day(row, formulas=frozenset({(1, 4)}))) == ["30/11 08:00 C1"]
    assert offered(day(row)) == []
    taken = (LUNES, OCHO, "C1", "00123", error, "Luz")
    assert day(taken, formulas=frozenset({(1, 4)})).filas[0].ruta is None
    assert day(taken).filas[0].ruta == error


@pytest.mark.parametrize("word", ["ALMUERZO", "NO AGENDAR", "OCUPADO", "CANCELADO", "Asignado", "VACACIONES", 3, 46390])
def test_a_word_in_another_column_keeps_the_row(word: str | float) -> None:
    assert list(why(day((LUNES, OCHO, "C1", "", "", "", "", word), *TRES[1:]))) == [1]


def test_words_and_columns_that_do_not_matter_are_a_setting() -> None:
    row = (LUNES, OCHO, "C1", "", "", "", "", "Barrio nuevo")
    assert why(day(row)) == {1: "dice algo en OBSERVACIONES"}
    assert not why(day(row, palabras=frozenset({"barrio nuevo"})))
    assert not why(day(row, columnas=frozenset({"observaciones"})))
    assert not why(day((LUNES, OCHO, "C1", "", "", "", "", "Disponible")))


def test_a_word_beside_the_table_keeps_its_row() -> None:
    assert why(day((*TRES[0], "", "", "", "", "", "ver con Luz"))) == {1: "dice algo"}


def test_only_words_of_an_office_are_repeated_since_others_may_be_somebodys_name() -> None:
    assert why(day((LUNES, OCHO, "C1", "", "", "", "", "NO AGENDAR"))) == {1: "dice «NO AGENDAR» en OBSERVACIONES"}
    assert why(day((LUNES, OCHO, "C1", "", "", "", "", "Rosa Muñoz"))) == {1: "dice algo en OBSERVACIONES"}


def test_a_ticked_box_keeps_the_row_and_one_that_is_not_does_not() -> None:
    rows = ((LUNES, OCHO, "C1", "", "", "", "", True), ("", NUEVE, "C1", "", "", "", "", False))
    assert why(day(*rows)) == {1: "hay una casilla marcada en OBSERVACIONES"}


def test_boxes_where_a_visit_is_to_be_written_keep_the_row() -> None:
    assert why(day((LUNES, OCHO, "C1", "", "", "", False))) == {1: "la columna PQR tiene casillas"}


def test_the_word_for_free_where_a_visit_is_to_be_written_is_told() -> None:
    leida = day((LUNES, OCHO, "C1", "LIBRE"), TAKEN)
    assert list(why(leida)) == [1]
    assert leida.filas[0].codigo is None


def test_a_crew_that_is_away_does_not_come() -> None:
    rows = ((LUNES, OCHO, "C1 - vacaciones"), ("", OCHO, "Cuadrilla No 3"), ("", OCHO, "Cuadrilla Norte"))
    assert why(day(*rows)) == {1: "dice algo donde va la cuadrilla"}


def test_a_protected_cell_keeps_its_row() -> None:
    assert why(day(*TRES, protected=[Area(2, 3, 5, 6)])) == {2: PROTEGIDA}


def test_a_second_header_in_another_order_is_followed() -> None:
    leida = read(
        ("FECHA", "HORA", "CÓDIGO", "RUTA", "ASESOR", "PQR"),
        (LUNES, OCHO, "00111", "01", "Luz", ""),
        ("FECHA", "HORA", "ASESOR", "PQR", "CÓDIGO", "RUTA"),
        (LUNES + 1, OCHO, "Luz", "", "00112", "01"),
        (LUNES + 1, NUEVE),
    )
    assert [fila.codigo for fila in leida.filas] == ["00111", "00112", None]
    assert [fila.encabezado.columnas[Columna.CODIGO] for fila in leida.filas if fila.libre] == [4]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("FECHA", "HORA", "CÓDIGO", "RUTA"), "el encabezado no tiene ASESOR, PQR"),
        (("FECHA", "HORA", "ACTIVIDAD"), "el encabezado no tiene CODIGO, RUTA, ASESOR, PQR"),
        (("FECHA", "HORA", "CÓDIGO", "RUTA", "ASESOR", "ASESOR", "PQR"), "el encabezado tiene columnas repetidas"),
    ],
)
def test_what_stands_under_a_header_that_is_not_understood_is_not_read(header: tuple[str, ...], reason: str) -> None:
    leida = day(*TRES, header, (LUNES + 1, OCHO), (LUNES + 1, NUEVE))
    assert len(offered(leida)) == 3
    assert leida.ajenas[4].startswith(reason)


@pytest.mark.parametrize("hour", ["2:00", "4:30", 2 / 24])
def test_an_hour_that_may_be_of_the_afternoon_is_not_taken_for_the_night(hour: str | float) -> None:
    rows = (*TRES, ("", hour, "C2"))
    assert "puede ser de la tarde" in why(day(*rows))[4]
    assert offered(day(*rows, tarde=True))[3].startswith(("30/11 14:00", "30/11 16:30"))


def test_hours_of_the_afternoon_do_not_start_the_day_again() -> None:
    rows = (*TRES, ("", "2:00", "C1"), ("", "4:00", "C1"))
    assert all("puede ser de la tarde" in duda for duda in why(day(*rows)).values())
    assert offered(day(*rows, tarde=True))[3:] == ["30/11 14:00 C1", "30/11 16:00 C1"]


@pytest.mark.parametrize("hour", ["5:00 a. m.", "20:00", "11 pm"])
def test_an_hour_outside_the_working_day_is_not_offered(hour: str | float) -> None:
    leida = day((LUNES, hour, "C1"))
    assert "está fuera de la jornada" in why(leida)[1]
    assert offered(day((LUNES, hour, "C1"), jornada=(dt.time(0), dt.time(23, 59))))


@pytest.mark.parametrize("hour", [8, 800, 8.3, "8", "8:00 y 9:00", "80:00", LUNES + OCHO])
def test_what_looks_like_an_hour_and_is_none_is_told(hour: str | float) -> None:
    assert why(day((LUNES, hour, "C1")))[1].startswith("no se entiende la hora «")


def test_what_may_be_a_name_is_not_repeated() -> None:
    assert "Luz" not in str(why(day((LUNES, "8:00 Luz", "C1"), ("", NUEVE, "C1", "", "", "", "", "Luz"))))


def test_the_year_of_the_title_is_that_of_its_dates() -> None:
    rows = (("1 de diciembre", OCHO, "C1"),)
    assert day(*rows, planilla="Programación diciembre 2025").filas[0].fecha == dt.date(2025, 12, 1)
    assert day(*rows, hoja="Diciembre 2026", planilla="2025").filas[0].fecha == dt.date(2026, 12, 1)


def test_a_date_beside_the_month_of_the_title_is_of_the_year_beside_it() -> None:
    leida = day(("28 de diciembre", OCHO), ("4 de enero", OCHO), hoja="Enero 2027")
    assert [fila.fecha for fila in leida.filas] == [dt.date(2026, 12, 28), dt.date(2027, 1, 4)]


def test_titles_that_contradict_each_other_complete_no_date() -> None:
    leida = read(("DICIEMBRE 2025",), ENCABEZADO, ("1 de diciembre", OCHO), planilla="Programación 2026")
    assert why(leida) == {2: "no se sabe de qué día es"}


@pytest.mark.parametrize("written", ["martes 30 de noviembre", "MAR 30/11/2026", "dom 30-11"])
def test_a_weekday_that_contradicts_its_date_makes_it_none(written: str) -> None:
    assert why(day((written, OCHO, "C1"))) == {1: "no se sabe de qué día es"}


@pytest.mark.parametrize(
    ("header", "value"), [("DÍA SEM", "martes"), ("", "mié"), ("MES", "enero"), ("MES", 1), ("AÑO", 2027)]
)
def test_a_column_that_contradicts_the_date_is_a_doubt(header: str, value: str | float) -> None:
    rows = ((*ENCABEZADO[:7], header), (LUNES, OCHO, "C1", "", "", "", "", value))
    assert ", pero " in why(read(*rows))[1]


@pytest.mark.parametrize(
    ("header", "value"), [("", "lunes"), ("", "Lun"), ("MES", "noviembre"), ("MES", 11), ("AÑO", 2026)]
)
def test_a_column_that_agrees_with_the_date_says_nothing(header: str, value: str | float) -> None:
    rows = ((*ENCABEZADO[:7], header), (LUNES, OCHO, "C1", "", "", "", "", value))
    assert not why(read(*rows, columnas=frozenset({"mes", "ano"})))


def test_a_blank_row_ends_the_day_above() -> None:
    assert why(day(*TRES, (), ("", 11 / 24, "C1"))) == {5: "encima hay una fila en blanco y no se sabe de qué día es"}


def test_hours_that_start_again_are_not_of_the_day_above() -> None:
    assert list(why(day(*TRES, ("", OCHO, "C1"), ("", NUEVE, "C1")))) == [4, 5]
    assert not why(day(*TRES, ("", OCHO, "C2"), ("", NUEVE, "C2")))


def test_a_row_without_date_among_dates_on_each_row_is_of_no_day() -> None:
    assert list(why(day((LUNES, OCHO, "C1"), (LUNES, NUEVE, "C1"), ("", DIEZ, "C1")))) == [3]


@pytest.mark.parametrize("line", [("TOTAL", "", "", 2), ("VISITAS DE LA TARDE",), ("", "a las 2 y a las 3")])
def test_a_line_that_is_not_understood_ends_the_day_above(line: tuple[str | float, ...]) -> None:
    assert 5 in why(day(*TRES, line, ("", 11 / 24, "C1")))


def test_a_pause_does_not_end_the_day() -> None:
    assert not why(day(*TRES, ("", "ALMUERZO"), ("", 14 / 24, "C1")))


def test_days_may_be_swapped_where_the_month_comes_first() -> None:
    """A date that was typed as d/m became m/d up to the twelfth, and stayed text after it."""
    swapped = (46356 + 40, OCHO, "C1")  # 9 January 2027
    assert offered(day(swapped)) == ["09/01 08:00 C1"]
    assert "pone el mes primero" in why(day(swapped, mes_primero=True))[1]
    assert "pone el mes primero" in why(day(swapped, ("14/12/2026", OCHO), (LUNES, OCHO), mes_primero=True))[1]
    assert "pone el mes primero" in why(day(swapped, (46356 + 20, OCHO), mes_primero=True))[1]


def test_days_in_order_and_beyond_the_twelfth_are_not_swapped() -> None:
    rows = [(LUNES + n, OCHO, "C1") for n in (8, 9, 10, 14, 15)]
    assert not why(day(*rows, mes_primero=True))


def test_a_day_above_the_rows_may_be_swapped_too() -> None:
    leida = read((LUNES + 40,), ENCABEZADO[1:], (OCHO, "C1"), mes_primero=True)
    assert "pone el mes primero" in why(leida)[2]


def test_days_in_lines_are_looked_at_together() -> None:
    header, later = ("HORA", "CUADRILLA", "CÓDIGO", "RUTA", "ASESOR", "PQR"), ((LUNES + 40,), (OCHO, "C1"))
    both = ["14/12 08:00 C1", "09/01 08:00 C1"]
    assert offered(read(header, (LUNES + 14,), (OCHO, "C1"), *later, mes_primero=True)) == both
    assert offered(read((LUNES + 14,), header, (OCHO, "C1"), *later, mes_primero=True)) == both


def test_a_day_on_which_nobody_works_is_not_offered() -> None:
    def rest(one: dt.date) -> str:
        return "domingo" if one.isoweekday() == 7 else ""

    assert why(day((LUNES + 6, OCHO, "C1"), (LUNES + 7, OCHO, "C1"), descanso=rest)) == {1: "el 06/12/2026 es domingo"}


def test_a_column_that_was_put_in_between_moves_the_entries_with_their_names() -> None:
    """What people type under the wrong column is seen as an entry, wherever it is."""
    leida = read(
        ("FECHA", "HORA", "CUADRILLA", "CÓDIGO", "", "RUTA", "ASESOR", "PQR"),
        (LUNES, OCHO, "C1", "", "00123"),
        ("", NUEVE, "C1", "", "", "00123"),
        ("", DIEZ, "C1"),
    )
    assert offered(leida) == ["30/11 10:00 C1"]


def test_a_tab_whose_title_tells_another_day_than_its_rows_is_in_doubt() -> None:
    leida = day((LUNES, OCHO, "C1"), (LUNES + 1, OCHO, "C1"), hoja="1 de diciembre")
    assert list(why(leida)) == [1]
    assert offered(leida) == ["01/12 08:00 C1"]
