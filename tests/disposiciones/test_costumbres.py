"""Habits of real offices: each is read as it is meant, or said not to be understood."""

from collections.abc import Sequence

import pytest

from robot.planilla.cells import Valor
from robot.planilla.grid import Area
from tests.disposiciones.lectura import ENCABEZADO, LUNES, day, grid_told, offered, read, why

OCHO, NUEVE, DIEZ, DOS = 8 / 24, 9 / 24, 10 / 24, 14 / 24
VISITA = ("CÓDIGO", "RUTA", "ASESOR", "PQR")


def test_a_column_of_hours_that_is_a_duration_says_nothing() -> None:
    leida = read((*ENCABEZADO[:7], "DURACIÓN"), (LUNES, OCHO, "C1", "", "", "", "", 1.5 / 24))
    assert offered(leida) == ["30/11 08:00 C1"]


def test_two_cupos_in_a_row_are_two_crews_of_columns() -> None:
    leida = read(
        ("", "", "CUPO 1", "", "", "", "CUPO 2"),
        ("FECHA", "HORA", *VISITA, *VISITA),
        (LUNES, OCHO, "00123", "01", "Luz", "", "", "", "", ""),
    )
    assert offered(leida) == ["30/11 08:00 CUPO 2"]


def test_a_cupo_in_one_cell_is_refused_in_words() -> None:
    rows = [(LUNES, hour, "", "") for hour in (OCHO, NUEVE, DIEZ)]
    assert "ningún encabezado" in str(read(("FECHA", "HORA", "CUPO 1", "CUPO 2"), *rows).ajenas)


@pytest.mark.parametrize("total", [("TOTAL", "", "", 12), ("", "", "TOTAL", 12), ("Subtotal", "", "", "", "", "", 3)])
def test_a_total_under_codigo_is_no_visit(total: tuple[Valor, ...]) -> None:
    leida = day((LUNES, OCHO, "C1"), total, (LUNES + 1, OCHO, "C1"))
    assert offered(leida) == ["30/11 08:00 C1", "01/12 08:00 C1"]
    assert not any(fila.ilegible or fila.codigo for fila in leida.filas)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("8.30", "08:30"),
        ("8:00 – 9:30", "08:00"),
        ("7-9 am", "07:00"),
        ("08h00", "08:00"),
        ("8:00 hrs", "08:00"),
        ("8 a 9:30 a. m.", "08:00"),
        ("11-1 pm", "11:00"),
        ("2-4 pm", "14:00"),
        ("12-2 pm", "12:00"),
        ("De 10:00 a.m. a 11:30 a.m.", "10:00"),
        ("2 p.m. a 4 p.m.", "14:00"),
        ("10:00 hasta las 11:00", "10:00"),
        ("12 m", "12:00"),
    ],
)
def test_hours_as_people_write_them(written: str, hour: str) -> None:
    assert offered(day((LUNES, written, "C1"))) == [f"30/11 {hour} C1"]


@pytest.mark.parametrize(
    "written",
    ["2 pm a 1 pm", "800", "0800", "8", "8-10", "8 y 30", "mañana 8:00", "8:00 Luz", "8:00/9:00", "9:00 a 8:00 am"],
)
def test_hours_that_are_not_plain_are_not_offered(written: str) -> None:
    assert offered(day((LUNES, written, "C1"))) == []


@pytest.mark.parametrize(
    "written",
    [
        "30-nov",
        "Lun 30",
        "lun. 30/11",
        "30 de nov.",
        "30-11-26",
        "Lunes, 30 de noviembre",
        30,
        "30",
        "lunes 30 nov 2026",
    ],
)
def test_dates_as_people_write_them(written: Valor) -> None:
    assert offered(day((written, OCHO, "C1"), hoja="Noviembre", planilla="Programación 2026")) == ["30/11 08:00 C1"]


@pytest.mark.parametrize(
    "written", ["30", 30, "Lun 30", "30 o 31 nov", "30/11 y 1/12", "fin de mes", "31/11/2026", "noviembre"]
)
def test_dates_that_are_not_plain_are_not_offered(written: Valor) -> None:
    assert offered(day((written, OCHO, "C1"))) == []


def test_tuesday_in_a_title_is_no_march() -> None:
    """24 March 2026 is a Tuesday as 24 November 2026 is."""
    rows = (("HORA", *VISITA), (OCHO,))
    assert offered(read(*rows, hoja="Mar 1", planilla="Programación diciembre 2026")) == ["01/12 08:00"]


def test_two_tables_one_below_the_other_keep_their_own_columns() -> None:
    leida = read(
        ENCABEZADO,
        (LUNES, OCHO, "C1"),
        (),
        ("CUADRILLA DE LA TARDE",),
        ("", "FECHA", "HORA", *VISITA),
        ("", LUNES, DOS),
    )
    assert offered(leida) == ["30/11 08:00 C1", "30/11 14:00"]


def test_a_table_may_begin_at_any_column() -> None:
    leida = read((), ("", "", "", *ENCABEZADO), ("", "", "", LUNES, OCHO, "C1"))
    assert offered(leida) == ["30/11 08:00 C1"]


@pytest.mark.parametrize(
    "header",
    [
        [("FECHA", "HORA", "", "", "", "PQR"), ("", "", "CÓDIGO", "RUTA", "ASESOR", "")],
        [("FECHA", "HORA", "VISITA"), ("", "", *VISITA)],
    ],
)
def test_a_header_over_two_rows_is_refused_in_words(header: list[tuple[str, ...]]) -> None:
    leida = read(*header, (LUNES, OCHO), merges=[Area(0, 2, 0, 1), Area(0, 2, 1, 2)])
    assert offered(leida) == []
    assert any("en dos filas" in motivo for motivo in leida.ajenas.values())


def test_a_month_over_its_days_is_the_month_of_their_numbers() -> None:
    leida = read(
        ("NOVIEMBRE 2026",),
        ("FECHA", "HORA", *VISITA),
        (30, OCHO),
        ("", NUEVE),
        ("DICIEMBRE 2026",),
        (1, OCHO),
        ("", NUEVE),
    )
    assert offered(leida) == ["30/11 08:00", "30/11 09:00", "01/12 08:00", "01/12 09:00"]


def test_numbers_of_days_that_start_again_are_of_no_month() -> None:
    rows = ((28, OCHO), (29, OCHO), (1, OCHO), (2, OCHO))
    leida = read(("FECHA", "HORA", *VISITA), *rows, hoja="Noviembre 2026")
    assert offered(leida) == ["28/11 08:00", "29/11 08:00"]
    assert list(why(leida)) == [3, 4]


def test_numbers_of_days_start_again_for_each_crew() -> None:
    rows = ((29, OCHO, "C1"), (30, OCHO, "C1"), (29, OCHO, "C2"))
    leida = read(("FECHA", "HORA", "CUADRILLA", *VISITA), *rows, hoja="Noviembre 2026")
    assert offered(leida) == ["29/11 08:00 C1", "30/11 08:00 C1", "29/11 08:00 C2"]


def test_totals_at_the_right_keep_only_their_rows() -> None:
    leida = day((LUNES, OCHO, "C1", "", "", "", "", "", "", "Libres:", 3), ("", NUEVE, "C1"))
    assert offered(leida) == ["30/11 09:00 C1"]


def test_an_hour_column_again_at_the_right_is_refused_in_words() -> None:
    leida = read((*ENCABEZADO, "HORA"), (LUNES, OCHO, "C1", "", "", "", "", "", OCHO))
    assert (offered(leida), "repetidas" in leida.ajenas[0]) == ([], True)


def test_an_hour_at_which_a_visit_ends_is_not_the_one_at_which_it_begins() -> None:
    header = ("FECHA", "HORA INICIO", "HORA FIN", *VISITA)
    assert offered(read(header, (LUNES, OCHO, NUEVE))) == ["30/11 08:00"]


def test_the_number_of_a_row_says_nothing() -> None:
    for name in ("#", "N°", "Nº", "No.", "ÍTEM"):
        assert offered(read((name, *ENCABEZADO), (1, LUNES, OCHO, "C1"))) == ["30/11 08:00 C1"]


def test_crews_one_below_the_other_are_told_by_their_lines() -> None:
    leida = read(
        ("CUADRILLA 1",),
        ("FECHA", "HORA", *VISITA),
        (LUNES, OCHO),
        ("CUADRILLA 2",),
        (LUNES, OCHO),
        ("CUADRILLA:", "Norte"),
        (LUNES, OCHO),
    )
    assert offered(leida) == ["30/11 08:00 CUADRILLA 1", "30/11 08:00 CUADRILLA 2", "30/11 08:00 Norte"]


@pytest.mark.parametrize("line", ["CUADRILLA 2 - VACACIONES", "Equipo en mantenimiento", "CUADRILLA 2 NO TRABAJA"])
def test_a_crew_that_does_not_come_is_offered_to_nobody(line: str) -> None:
    leida = read(("FECHA", "HORA", *VISITA), (LUNES, OCHO), (line,), ("", NUEVE), (LUNES, DIEZ))
    assert offered(leida) == ["30/11 08:00"]
    aside = read(("", "", "CUADRILLA 1", "", "", "", line), ("FECHA", "HORA", *VISITA, *VISITA), (LUNES, OCHO))
    assert offered(aside) == ["30/11 08:00 CUADRILLA 1"]


def test_one_date_over_the_first_of_two_blocks_is_of_no_other_block() -> None:
    header = ("HORA", *VISITA, *VISITA)
    assert offered(read(("", LUNES), header, (OCHO,))) == []
    both = read(("", LUNES), header, (OCHO,), merges=[Area(0, 1, 1, 9)])
    assert offered(both) == ["30/11 08:00", "30/11 08:00"]
    crews = read((LUNES,), ("", "C1", "", "", "", "C2"), header, (OCHO,))
    assert offered(crews) == ["30/11 08:00 C1", "30/11 08:00 C2"]


def test_numbers_over_blocks_are_no_days() -> None:
    leida = read(("", 1, "", "", "", 2), ("HORA", *VISITA, *VISITA), (OCHO,), hoja="Diciembre 2026")
    assert offered(leida) == []


def test_a_second_week_below_the_first_is_of_its_own_days() -> None:
    header = ("HORA", *VISITA, *VISITA)
    first = (("", LUNES, "", "", "", LUNES + 1), header, (OCHO,), (NUEVE,))
    second = ("HORA", LUNES + 7, "", "", "", LUNES + 8)
    assert offered(read(*first, second, (OCHO,))) == [
        "30/11 08:00",
        "30/11 09:00",
        "07/12 08:00",
        "01/12 08:00",
        "01/12 09:00",
        "08/12 08:00",
    ]
    for line in (
        ("SEGUNDA SEMANA",),
        ("", "LUNES", "", "", "", "MARTES"),
        ("", LUNES + 7),
        ("", "", "", "", "", LUNES + 8),
    ):
        offer = offered(read(*first, line, (OCHO,)))
        assert [one for one in offer if one.startswith(("30/11", "01/12"))] == [
            "30/11 08:00",
            "30/11 09:00",
            "01/12 08:00",
            "01/12 09:00",
        ], line


def test_a_day_that_begins_beside_a_block_leaves_it_open() -> None:
    first = (("", LUNES, "", "", "", LUNES + 1), ("HORA", *VISITA, *VISITA), (OCHO,))
    assert offered(read(*first, ("", "", "", "", "", LUNES + 8), (DIEZ,))) == [
        "30/11 08:00",
        "01/12 08:00",
        "08/12 10:00",
    ]


def test_a_title_over_all_blocks_is_nobodys_crew() -> None:
    rows = (("", "", "PROGRAMACIÓN"), ("FECHA", "HORA", *VISITA, *VISITA), (LUNES, OCHO))
    assert offered(read(*rows, merges=[Area(0, 1, 2, 10)])) == ["30/11 08:00", "30/11 08:00"]


def test_a_line_that_speaks_of_days_leaves_open_the_day_of_a_tab() -> None:
    rows = (("HORA", *VISITA), (OCHO,), ("Casco y botas",), (NUEVE,), ("Visitas del miércoles",), (DIEZ,))
    assert offered(read(*rows, hoja="1 de diciembre")) == ["01/12 08:00", "01/12 09:00"]


def test_a_month_that_begins_ends_the_day_above() -> None:
    rows = (("FECHA", "HORA", *VISITA), (LUNES, OCHO), ("DICIEMBRE",), ("", NUEVE))
    assert offered(read(*rows)) == ["30/11 08:00"]


def test_hours_that_start_again_under_one_day_of_a_week_are_in_doubt() -> None:
    leida = read(("", LUNES, "", "", "", LUNES + 1), ("HORA", *VISITA, *VISITA), (OCHO,), (NUEVE,), (OCHO,))
    assert list(why(leida)) == [4]


def test_a_day_that_is_told_in_two_lines_is_its_number_under_its_name() -> None:
    """Numbers alone are no days; a weekday that contradicts its date makes it none."""
    header = ("HORA", *VISITA, *VISITA)
    rows = (("", "LUNES", "", "", "", "MARTES"), ("", LUNES, "", "", "", LUNES + 1), header, (OCHO,))
    assert offered(read(*rows)) == ["30/11 08:00", "01/12 08:00"]
    assert offered(read(("", "JUEVES", "", "", "", "VIERNES"), *rows[1:])) == []


@pytest.mark.parametrize(
    "label",
    [("FECHA:", LUNES), ("Fecha: 30/11/2026",), ("DÍA", "lunes", LUNES), ("Programación lunes 30 de noviembre",)],
)
def test_a_day_with_its_label_tells_the_day_of_a_tab(label: tuple[Valor, ...]) -> None:
    assert offered(read(label, (), ("HORA", "CUADRILLA", *VISITA), (OCHO, "C1"))) == ["30/11 08:00 C1"]


@pytest.mark.parametrize("code", [46357, "2-12", "46357"])
def test_a_code_alone_in_a_row_is_no_day(code: Valor) -> None:
    with_date = read(("FECHA", "HORA", *VISITA), (LUNES, OCHO), ("", "", code), ("", NUEVE))
    with_lines = read(("HORA", *VISITA), (LUNES,), (OCHO,), ("", code), (NUEVE,))
    for leida in (with_date, with_lines):
        assert not [one for one in offered(leida) if not one.startswith("30/11")]


@pytest.mark.parametrize("count", [4, 11046])
def test_a_count_alone_in_a_row_is_no_day(count: int) -> None:
    leida = read(
        ("HORA", "CUADRILLA", *VISITA), ("lunes 30",), (OCHO, "C1"), ("", count), (NUEVE, "C1"), hoja="Noviembre 2026"
    )
    assert offered(leida) == ["30/11 08:00 C1"]


def test_a_day_and_an_hour_in_one_cell_are_told_apart() -> None:
    header = ("FECHA Y HORA", *VISITA)
    for written in (
        LUNES + OCHO,
        "30/11/2026 8:00",
        "30-11 - 8:00 am",
        "lunes 30 de noviembre, 8:00 a. m. - 9:00 a. m.",
    ):
        assert offered(read(header, (written,))) == ["30/11 08:00"], written
    for unclear in ("30/11/2026", "30-11-8:00", "8:00", "30/11/2026 mañana", "30/11/2026 8"):
        assert offered(read(header, (unclear,))) == [], unclear


def test_a_serial_with_an_hour_in_the_column_of_days_is_the_day() -> None:
    assert offered(day((LUNES + OCHO, NUEVE, "C1"))) == ["30/11 09:00 C1"]


def test_a_week_of_names_with_a_visit_in_each_cell_is_refused_in_words() -> None:
    hours = [(hour, "", "", "") for hour in (OCHO, NUEVE, DIEZ)]
    assert "días están en columnas" in read(("HORA", "LUNES", "MARTES", "MIÉRCOLES"), *hours).ajenas[0]


def test_a_table_on_its_side_is_refused_in_words() -> None:
    leida = read(("FECHA", LUNES), ("HORA", OCHO, NUEVE, DIEZ), ("CÓDIGO", "00123"), ("RUTA", "01"), ("ASESOR", "Luz"))
    assert "ningún encabezado" in leida.ajenas[1]


@pytest.mark.parametrize("formula", ["=QUERY(Visitas!A1:G)", "=IMPORTRANGE(A1;B1)", "=ARRAYFORMULA(Visitas!A1:G50)"])
def test_a_table_that_a_formula_copies_from_another_tab_is_none_of_its_own(formula: str) -> None:
    rows = [("FECHA", "HORA", *VISITA), (LUNES, OCHO), (LUNES, NUEVE)]
    assert offered(read(*rows)) == ["30/11 08:00", "30/11 09:00"]
    cells = [[_as_answered(value) for value in row] for row in rows]
    cells[0][0]["userEnteredValue"] = {"formulaValue": formula}
    grid = grid_told({"data": [{"rowData": [{"values": row} for row in cells]}]})
    leida = read(*grid.values, formulas=grid.formulas, spills=grid.spills)
    assert offered(leida) == []
    assert all("copia" in duda for duda in why(leida).values())


def _as_answered(value: Valor) -> dict[str, object]:
    return {"effectiveValue": {"stringValue" if isinstance(value, str) else "numberValue": value}}


def test_a_tab_of_another_kind_is_left_alone() -> None:
    leida = read(("Técnico", "Teléfono"), ("J. Pérez", 3101234567), ("A. Ríos", 3117654321))
    assert (leida.filas, leida.ajenas) == ([], {})


def test_a_crew_that_a_title_names_is_that_of_a_tab() -> None:
    leida = read(("FECHA", "HORA", *VISITA), (LUNES, OCHO), hoja="Cuadrilla Sur")
    assert offered(leida) == ["30/11 08:00 Cuadrilla Sur"]


@pytest.mark.parametrize("line", [("EMPRESA", "", "", "", "Versión 3"), ("", "", "", "", 4, 7)])
def test_what_stands_above_blocks_by_chance_is_no_crew(line: tuple[Valor, ...]) -> None:
    leida = read(line, ("", LUNES, "", "", "", LUNES + 1), ("HORA", *VISITA, *VISITA), (OCHO,))
    assert offered(leida) == ["30/11 08:00", "01/12 08:00"]


PLANO = ("FECHA", "HORA", *VISITA)
FREE_AT_EIGHT, FREE_AT_TEN = (LUNES, OCHO), (LUNES, DIEZ)


@pytest.mark.parametrize(
    "line",
    [
        ("LISTA DE ESPERA",),
        ("Solo urgencias",),
        ("NO PROGRAMAR DESDE AQUÍ",),
        ("Vereda El Caraño",),
        ("SÁBADO 5",),
        ("", "", "CANCELADAS"),
    ],
)
def test_rows_under_words_that_are_not_understood_are_left_alone_though_they_tell_their_day(
    line: Sequence[str],
) -> None:
    leida = read(PLANO, FREE_AT_EIGHT, line, FREE_AT_TEN, (LUNES + 1, OCHO))
    assert offered(leida) == ["30/11 08:00"]
    assert why(leida)[3] == why(leida)[4] == "está bajo una línea que no se entiende, la fila 3"


@pytest.mark.parametrize(
    "line",
    [
        ("Semana 2",),
        ("Semana del 30 de noviembre al 4 de diciembre",),
        ("VISITAS DOMICILIARIAS",),
        ("Turno 2",),
        ("Jornada de la mañana",),
        ("ALMUERZO",),
        ("TOTAL", 5),
        ("", "", "", "", "", "", "junto al parque"),
    ],
)
def test_titles_that_any_cupo_may_stand_under_keep_none(line: Sequence[str]) -> None:
    assert offered(read(PLANO, FREE_AT_EIGHT, line, FREE_AT_TEN)) == ["30/11 08:00", "30/11 10:00"]


def test_a_visit_whose_hour_is_missing_sets_nothing_apart() -> None:
    rows = ((*VISITA, "FECHA", "HORA"), ("00123", "01", "Luz"), ("", "", "", "", LUNES, OCHO))
    assert offered(read(*rows)) == ["30/11 08:00"]


def test_a_part_ends_with_its_rows() -> None:
    for before in ((), ((),), (("30/11/2026",),), (("CUADRILLA 2",),)):
        for end in ((), ("1 de diciembre de 2026",), ("CUADRILLA 3",)):
            rows = (PLANO, ("Lista de espera",), *before, FREE_AT_EIGHT, end, (LUNES + 1, OCHO))
            assert [one[:11] for one in offered(read(*rows))] == ["01/12 08:00"], (before, end)


def test_words_that_close_the_rows_above_them_set_none_apart() -> None:
    for line, offer in (("Elaboró: Luz Marina", 2), ("Canceladas", 1)):
        assert len(offered(read(PLANO, FREE_AT_EIGHT, (line,), (), FREE_AT_TEN))) == offer, line


def test_nothing_is_offered_under_a_title_that_says_what_it_is_kept_for() -> None:
    rows = (PLANO, FREE_AT_EIGHT)
    assert offered(read(*rows, ("CANCELADAS",), PLANO, FREE_AT_TEN)) == ["30/11 08:00"]
    assert offered(read(*rows, ("VEREDA EL CARAÑO",), PLANO, FREE_AT_TEN)) == ["30/11 08:00", "30/11 10:00"]
    for titles in ({"hoja": "Lista de espera"}, {"planilla": "Programación 2025 (histórico)"}):
        leida = read(*rows, (LUNES, NUEVE, "00123", "011", "Luz"), **titles)
        assert (offered(leida), len(leida.filas), list(why(leida))) == ([], 2, [1]), titles


def test_a_word_of_the_office_sets_nothing_apart_once_the_settings_allow_it() -> None:
    rows = (PLANO, ("Zona rural",), FREE_AT_EIGHT)
    assert offered(read(*rows)) == []
    assert offered(read(*rows, palabras=frozenset({"zona rural"}))) == ["30/11 08:00"]
