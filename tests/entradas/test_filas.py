"""A table of rows is read whole: what is understood becomes solicitudes, what is not is told beside its row and column."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pytest

from robot.entradas.celdas import Celda, Ilegible
from robot.entradas.columnas import TITULOS, ColumnasPosibles, letter_of
from robot.entradas.filas import NINGUNA, Eleccion, Elecciones, Fila, HojaDeFilas, Tabla, read_table
from robot.models import ZONA_HORARIA, Reglas
from robot.procedure.definition import PreguntaPropia, TipoDePregunta
from tests.procedimientos import VISITA_DOMICILIARIA

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=ZONA_HORARIA)
TITLES = ("Código de suscriptor", "Cédula", "Nombre completo", "Celular", "Solicitud")
GOOD = ("001008", "40.765.123", "Rosa Elvira Muñoz", "310 555 0101", "El agua se devuelve por los sifones.")


def table(*rows: Sequence[Celda], elecciones: Elecciones = NINGUNA, hidden: Mapping[int, bool] | None = None) -> Tabla:
    filas = [Fila(number, row, (hidden or {}).get(number, False)) for number, row in enumerate(rows, start=1)]
    catalogo = ColumnasPosibles(fijos=["asesor"])
    return read_table(HojaDeFilas(filas), catalogo, Reglas(ahora=NOW), fijos={"asesor": "ana"}, elecciones=elecciones)


def one(tabla: Tabla) -> str:
    assert len(tabla.problemas) == 1, [problem.texto for problem in tabla.problemas]
    return tabla.problemas[0].texto


@pytest.mark.parametrize(
    "titles",
    [
        TITLES,
        ("CODIGO SUSCRIPTOR", "No. de cédula", "NOMBRES Y APELLIDOS", "Teléfono/Celular", "Descripción"),
        ("suscriptor", "cedula", "nombre", "celular", "solicitud"),
        ("Código  de\nsuscriptor *", "Documento (obligatorio)", "Solicitante", "Cel.", "Observación:"),
    ],
)
def test_titles_are_known_by_their_words(titles: Sequence[str]) -> None:
    tabla = table(titles, GOOD)
    solicitud = tabla.buenas[0].solicitud
    assert solicitud is not None
    assert (solicitud.suscriptor, solicitud.cedula, solicitud.celular) == ("001008", "40765123", "3105550101")


def test_no_title_means_two_fields() -> None:
    catalogo = ColumnasPosibles()
    seen: dict[str, str] = {}
    for campo in catalogo.campos:
        for title in campo.titulos:
            assert seen.setdefault(title, campo.nombre) == campo.nombre
    assert set(seen.values()) <= {campo.nombre for campo in catalogo.campos}
    assert {"cedula", "tipo_documento"} <= TITULOS.keys()


def test_a_title_that_a_question_has_too_is_told_and_never_taken_for_the_visit_s_own() -> None:
    """The day of a damage would be the wished day of the visit."""
    pregunta = PreguntaPropia(nombre="dano", etiqueta="Fecha", tipo=TipoDePregunta.FECHA, obligatoria=False)
    propio = VISITA_DOMICILIARIA.model_copy(update={"preguntas": (pregunta,)})
    catalogo = ColumnasPosibles([pregunta], fijos=["asesor"])

    def read(titulo: str) -> Tabla:
        filas = [Fila(1, (*TITLES, titulo)), Fila(2, (*GOOD, "2026-12-01"))]
        reglas = Reglas(ahora=NOW, procedimientos=[propio])
        return read_table(HojaDeFilas(filas), catalogo, reglas, fijos={"asesor": "ana"})

    assert one(read("Fecha")) == (
        "Columna F «Fecha»: puede ser «Fecha de la visita» o «Fecha (dano)», de un procedimiento: llámela como la que sea."
    )
    visit, damage = (read(titulo).buenas[0].solicitud for titulo in ("Fecha de la visita", "Fecha (dano)"))
    assert visit is not None
    assert damage is not None
    assert (visit.fecha, visit.respuestas, damage.fecha, damage.respuestas) == (
        dt.date(2026, 12, 1),
        {},
        None,
        {"dano": "2026-12-01"},
    )
    titles = [campo.titulo for campo in catalogo.de_plantilla]
    assert [columna.campo and columna.campo.titulo for columna in catalogo.header(titles).columnas] == titles


def test_the_titles_are_found_under_others_and_over_two_rows() -> None:
    above = ("Programa de visitas", None, None, None, None)
    high = ("Código de suscriptor", "Quien pide", None, None, "Solicitud")
    low = (None, "Cédula", "Nombre completo", "Celular", None)
    tabla = table(above, high, low, GOOD)
    assert (tabla.fila_encabezado, [row.numero for row in tabla.buenas]) == (3, [4])


def test_every_problem_of_every_row_is_told_at_once_with_row_and_column() -> None:
    tabla = table(
        TITLES,
        ("12", "40.765.123", "", "310 555 0101", "Sifones."),
        GOOD,
        ("001009", "12", "Ana", "99", ""),
    )
    told = [(problem.fila, problem.letra, problem.titulo, problem.mensaje) for problem in tabla.problemas]
    assert told == [
        (2, "A", "Código de suscriptor", "no tiene la forma de un código de suscriptor de esta empresa."),
        (2, "C", "Nombre completo", "escriba el nombre completo."),
        (4, "B", "Cédula", "debe tener entre 4 y 10 dígitos."),
        (4, "D", "Celular", "está incompleto: un fijo tiene diez dígitos, por ejemplo 608 435 0202."),
        (4, "E", "Solicitud", "escriba lo que pide el usuario."),
    ]
    assert [row.numero for row in tabla.buenas] == [3]


def test_an_unknown_column_is_told_until_somebody_says_not_to_read_it() -> None:
    rows = ((*TITLES, "Barrio"), (*GOOD, "Centro"))
    tabla = table(*rows)
    assert one(tabla) == "Columna F «Barrio»: no se conoce: cámbiele el título, bórrela, o diga que no se lea."
    assert not tabla.buenas
    assert len(table(*rows, elecciones=frozenset({Eleccion.OTRAS_COLUMNAS})).buenas) == 1


def test_a_column_with_data_and_without_title_is_told() -> None:
    assert "no tiene título" in one(table((*TITLES, None), (*GOOD, "Centro")))
    assert "sin título" in one(table(TITLES, (*GOOD, "una cosa; otra")))
    assert table((*TITLES, None), (*GOOD, None, "  ")).buenas


def test_what_the_robot_wrote_into_a_result_and_what_rows_are_counted_with_is_not_read() -> None:
    counted = ("N.º", *TITLES, "Estado", "Referencia", "Radicado", "Cita", "Motivo")
    assert table(counted, ("1", *GOOD, "RADICADA", "VD-1", "2026", "mañana", "")).buenas


def test_a_missing_column_and_two_that_mean_the_same_are_told() -> None:
    assert one(table(TITLES[:-1], GOOD[:-1])) == "Falta la columna «Solicitud»."  # once, not for every row
    same = one(table((*TITLES, "Teléfono"), (*GOOD, "")))
    assert same == "Las columnas D «Celular» y F «Teléfono» dicen lo mismo: deje una."


def test_a_table_without_titles_says_which_are_needed() -> None:
    assert "«Código de suscriptor», «Cédula»" in one(table(GOOD, GOOD))
    assert "no tiene datos" in one(table())


def test_a_code_that_is_kept_as_a_number_may_have_lost_its_zeros_and_is_asked_about() -> None:
    rows = (TITLES, (1008, 40765123.0, "Rosa Elvira Muñoz", 3105550101, "Sifones."))
    tabla = table(*rows)
    assert one(tabla).startswith("Fila 2, columna A «Código de suscriptor»: está guardado como número")
    assert tabla.preguntas == [Eleccion.SIN_CEROS]
    solicitud = table(*rows, elecciones=frozenset({Eleccion.SIN_CEROS})).buenas[0].solicitud
    assert solicitud is not None
    assert (solicitud.suscriptor, solicitud.cedula, solicitud.celular) == ("1008", "40765123", "3105550101")


@pytest.mark.parametrize("cell", ["1E+11", "3,10556E+09", 1e16, 12.5, True, dt.date(2026, 11, 24), Ilegible("Otra.")])
def test_a_number_that_lost_its_digits_is_told_and_never_guessed(cell: Celda) -> None:
    assert one(table(TITLES, (*GOOD[:3], cell, GOOD[4]))).startswith("Fila 2, columna D «Celular»: ")


@pytest.mark.parametrize(
    ("fecha", "hora", "understood"),
    [
        (dt.datetime(2026, 11, 24), dt.time(14, 0), ("2026-11-24", "14:00")),  # noqa: DTZ001  # as openpyxl gives it
        ("24/11/2026", "2:00 p. m.", ("2026-11-24", "14:00")),
        ("martes 24 de noviembre de 2026", "14:00", ("2026-11-24", "14:00")),
        (46350, 14 / 24, ("2026-11-24", "14:00")),
        ("2026-11-24", dt.timedelta(hours=14), ("2026-11-24", "14:00")),
    ],
)
def test_fecha_and_hora_are_read_as_offices_write_them(fecha: Celda, hora: Celda, understood: tuple[str, str]) -> None:
    solicitud = table((*TITLES, "Fecha", "Hora"), (*GOOD, fecha, hora)).buenas[0].solicitud
    assert solicitud is not None
    assert (str(solicitud.fecha), f"{solicitud.hora:%H:%M}") == understood


@pytest.mark.parametrize("fecha", ["24/11", "mañana", 7, 46350.5, "31/02/2027", dt.datetime(2026, 11, 24, 8)])  # noqa: DTZ001
def test_a_fecha_that_may_mean_another_day_is_told(fecha: Celda) -> None:
    assert one(table((*TITLES, "Fecha"), (*GOOD, fecha))).startswith("Fila 2, columna F «Fecha»: ")


def test_rows_that_ask_for_the_same_are_told_and_filed_both_only_where_somebody_says_so() -> None:
    again = ("001008", "40765123", "MUÑOZ ROSA ELVIRA", "+57 3105550101", GOOD[4])
    tabla = table(TITLES, GOOD, again)
    assert one(tabla) == "Fila 3: pide lo mismo que la fila 2; si son dos visitas distintas, dígalo."
    both = table(TITLES, GOOD, again, elecciones=frozenset({Eleccion.REPETIDAS})).buenas
    assert [(row.repeticion, row.solicitud and row.solicitud.otra_visita) for row in both] == [(0, False), (1, True)]


def test_blank_rows_repeated_titles_and_sums_are_left_out_and_told() -> None:
    tabla = table(TITLES, GOOD, (), ("", None), TITLES, ("001009", *GOOD[1:]), ("TOTAL", 2))
    assert [row.numero for row in tabla.buenas] == [2, 6]
    assert tabla.avisos == ("La fila 5 repite los títulos: no se lee.", "La fila 7 parece un total: no se lee.")


def test_a_hidden_row_is_told() -> None:
    assert one(table(TITLES, GOOD, hidden={2: True})) == "Fila 2: está oculta: muéstrela o bórrela."


def test_what_a_program_for_spreadsheets_was_kept_from_reading_is_read() -> None:
    solicitud = table(TITLES, ('="001008"', GOOD[1], GOOD[2], "'+58 412 123 4567", GOOD[4])).buenas[0].solicitud
    assert solicitud is not None
    assert (solicitud.suscriptor, solicitud.celular) == ("001008", "+584121234567")


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert [letter_of(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
