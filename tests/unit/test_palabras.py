"""What words of Serviweb say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.pages.palabras import affirmed, denied, numbers_in, radicado_in, stands_whole_in
from robot.perfil.patterns import Patrones

GUARDADO = re.compile(Patrones().guardado, re.IGNORECASE)
AGREGADO = re.compile(Patrones().agregado, re.IGNORECASE)
RADICADO = re.compile(Patrones().radicado, re.IGNORECASE)
OTRA = re.compile(Patrones().pregunta_otra, re.IGNORECASE)
PREGUNTA = re.compile(Patrones().pregunta_guardar, re.IGNORECASE)
CODIGO_IMPRESO = re.compile(Patrones().codigo_impreso, re.IGNORECASE)


@pytest.mark.parametrize(
    ("said", "so"),
    [
        ("El trámite fue guardado correctamente. Radicado No. 2026-004301", True),
        ("Trámite No. 2026-004301 registrado con éxito", True),
        ("El trámite No 2026004301 fue registrado exitosamente", True),
        ("No hay errores. El trámite fue guardado correctamente", True),
        ("El trámite no fue guardado correctamente; el radicado 2026-004301 quedó anulado", False),
        ("El trámite NO ha sido registrado con éxito", False),
        ("Ni fue guardado correctamente ni se radicó", False),
        ("Terminó sin haber grabado correctamente los datos", False),
        ("El suscriptor ya tiene un trámite registrado con éxito. ¿Desea radicar otro?", False),
        ("Guardado correctamente: NO. Registrado con éxito = 0", False),
        ("Guardado correctamente: No. 2026-004301", True),
    ],
)
def test_what_is_denied_is_not_affirmed(said: str, so: bool) -> None:
    assert bool(affirmed(GUARDADO, said)) is so
    assert denied(GUARDADO, said) is not so


def test_a_person_that_was_not_added_is_not_added() -> None:
    assert affirmed(AGREGADO, "La persona fue agregada.")
    assert not affirmed(AGREGADO, "La persona no pudo ser agregada.")


parts = st.from_regex(r"[0-9]{3,6}|[A-Z]{1,3}", fullmatch=True)
tails = st.lists(st.tuples(st.sampled_from("-/_"), parts), max_size=4)
numbers = st.builds(
    lambda year, sign, number, tail, letter: f"{year}{sign}{number}{''.join(map(''.join, tail))}{letter}",
    st.from_regex(r"(20[0-9]{2}|[A-Z]{1,3}|)", fullmatch=True),
    st.sampled_from(["", "-", "/", "_", ".", " ", "-ER-"]),
    st.from_regex(r"[0-9]{4,8}", fullmatch=True),
    tails,
    st.sampled_from(["", "A", "E"]),
).filter(lambda number: re.match(r"(?![A-Z]+[. ])[0-9A-Z]", number) is not None)
"""Letters with a space behind them are a word of the sentence: «N 0000», «A 0000»."""
texts = st.sampled_from(
    [
        "El trámite fue guardado correctamente. Radicado No. {}",
        "Radicado: {}\nSuscriptor 001008",
        "El trámite quedó radicado con el número {}, fecha 24/11/2026 08:00",
        "Se generó el radicado Nº{}.",
        "RADICADO {} FECHA 2026",
    ]
)


@given(numbers, texts)
def test_a_radicado_is_read_whole_or_not_at_all(number: str, text: str) -> None:
    assert radicado_in(RADICADO, text.format(number), ()) in {number, None}


@given(numbers, texts, st.sampled_from([r"radicado\D*(\d{4})", r"radicado.*?(\d{4}[-/]\d+)", r"(\d{3,})"]))
def test_a_pattern_that_finds_a_part_of_it_finds_nothing(number: str, text: str, pattern: str) -> None:
    found = radicado_in(re.compile(pattern, re.IGNORECASE), text.format(number), ("001008",))
    assert found is None or stands_whole_in(found, text.format(number))
    assert found is None or found == number or found not in number


@pytest.mark.parametrize(
    "number",
    [
        *("2026-004301", "2026/004301", "2026.004301", "2026 004301", "2026_004301", "2026-ER-004301", "2026004301E"),
        *("S-2026-012-004301-A", "PQR/2026/004301", "20261000043011", "004301-2026-PQR", "FLO-VD-004301"),
    ],
)
def test_the_usual_numbers_are_read_without_asking(number: str) -> None:
    assert radicado_in(RADICADO, f"Fue guardado correctamente. Radicado No. {number}. Suscriptor 001008", ()) == number


@pytest.mark.parametrize(
    "number",
    [
        *(
            "004301–2026",
            "004301 - 2026",
            "004301 / 2026",
            "004301(2026)",
            "004301|2026",
            "004301:2026",
            "004301 de 2026",
        ),
        *("004301 2026", "20260000 4301", "2026-004301 ER", "004301,2026", "2026004301\u200b5", "2026 – 004301"),
    ],
)
def test_a_number_that_may_go_on_is_left_to_consulta(number: str) -> None:
    assert radicado_in(RADICADO, f"Fue guardado correctamente. Radicado No. {number}.\nSuscriptor 001008", ()) is None


@pytest.mark.parametrize(
    "behind", [" 24/11/2026", " - 24/11/2026 08:00", ". 001008", ", fecha 2026", " (24/11/2026)", " 08:00"]
)
def test_what_stands_behind_a_number_is_no_part_of_it(behind: str) -> None:
    assert radicado_in(RADICADO, f"Radicado No. 2026-004301{behind}", ()) == "2026-004301"


@pytest.mark.parametrize("said", ["Radicado el 24/11/2026", "Radicado el 2026-11-24 a las 08:00", "Radicado No. 2026"])
def test_a_day_or_a_year_is_no_radicado(said: str) -> None:
    assert radicado_in(RADICADO, said, ()) is None


@given(numbers)
def test_a_number_stands_in_a_text_as_a_whole(number: str) -> None:
    assert stands_whole_in(number, f"Radicado No. {number} del 24/11/2026")
    assert not stands_whole_in(number, f"Radicado No. {number}7 y {number}-A, 1{number}")


@pytest.mark.parametrize(
    "asked",
    [
        "¿Está seguro de guardar el trámite?",
        "¿Confirma el registro?",
        "Confirmación ¿Desea grabar el trámite No. 2026-1?",
        "¿Está seguro?",
        "Verifique los datos antes de guardar. ¿Desea continuar?",
        "Va a radicar la petición del suscriptor 001008. ¿Está seguro?",
        "¿Está seguro de que desea registrar la PQR? Esta acción no se puede deshacer.",
        "Verifique los datos, nombre y celular. ¿Desea guardar los cambios?",
        "¿Desea guardar y continuar?",
        "¿Desea radicar la petición a nombre de ROSA ELVIRA MUÑOZ?",
    ],
)
def test_whether_to_save_is_asked_in_many_ways(asked: str) -> None:
    assert PREGUNTA.search(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "El suscriptor ya tiene abierto el trámite 2026-1 por la misma causal. ¿Desea radicar otro?",
        "Ya tiene abierto el trámite 2026-1, ¿radicar otro?",
        "¿Desea radicar de todas formas?",
        "El suscriptor presenta deuda. ¿Desea guardar?",
        "Va a radicar la segunda petición del mes. ¿Está seguro?",
        "¿Desea imprimir la constancia?",
        "¿Desea enviar copia al correo?",
        "¿Desea salir sin guardar?",
        "El tercero no tiene correo. ¿Desea continuar?",
        "¿Desea guardar el trámite y anular el anterior?",
        "¿Desea guardar la solicitud y cerrar la visita del 24/11/2026?",
        "¿Desea guardar los cambios del trámite 2026-000001?",
        "¿Desea registrar el trámite en estado ANULADO?",
        "¿Desea guardar el trámite como borrador?",
        "¿Desea guardar una vez más?",
    ],
)
def test_what_is_asked_besides_is_not_whether_to_save(asked: str) -> None:
    assert not PREGUNTA.search(asked)


OF_ANOTHER_ONE = [
    "El suscriptor ya tiene abierto el trámite 2026-1 por la misma causal. ¿Desea radicar otro?",
    "Ya tiene abierto el trámite 2026-1, ¿radicar otro?",
    "Existe una solicitud pendiente para este suscriptor. ¿Desea registrar una nueva solicitud de todas formas?",
    "Atención: el usuario tiene una visita sin atender del 24/11/2026. ¿Está seguro de que desea crear otra?",
    "El suscriptor registra una PQR en trámite. ¿Desea continuar?",
    "Hay 2 trámites de este suscriptor. Desea guardar de todos modos?",
]


@pytest.mark.parametrize("asked", OF_ANOTHER_ONE)
def test_whether_to_file_another_one_is_asked_in_many_ways(asked: str) -> None:
    assert OTRA.search(asked)
    assert not PREGUNTA.search(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Ya tiene abierto el trámite 2026-1. ¿Desea anularlo y radicar otro?",
        "Ya tiene abierto el trámite 2026-1. ¿Desea reemplazarlo?",
        "Ya tiene abierto el trámite 2026-1. ¿Desea continuar con ese?",
        "Ya tiene abierto el trámite 2026-1. ¿Desea agregar esta observación a ese trámite?",
        "Ya tiene abierto el trámite 2026-1. ¿Desea radicar otro o continuar con ese?",
        "El suscriptor tiene deuda pendiente y una visita abierta. ¿Desea radicar otra?",
        "El suscriptor tiene el servicio suspendido. ¿Desea continuar?",
        "¿Desea radicar otro?",
        "¿Desea imprimir otra copia de la solicitud?",
        "Ya existe un tercero con esa cédula. ¿Desea crear otro?",
    ],
)
def test_what_is_asked_besides_is_not_whether_to_file_another_one(asked: str) -> None:
    assert not OTRA.search(asked)


@pytest.mark.parametrize(
    ("said", "codigo"),
    [
        ("Suscriptor: 001009", "001009"),
        ("SUSCRIPTOR No. 001009 - ROSA", "001009"),
        ("Código de suscriptor 001009", "001009"),
        ("Código del suscriptor: 001009.", "001009"),
        ("Matrícula 001009", "001009"),
        ("Suscriptor\n001009", "001009"),
        ("Código: SC-PQRS-PRO-018", None),
        ("Código postal 180001", None),
        ("Suscriptor desde 24/11/2026", None),
        ("Código: 018-2026", None),
        ("Factura 2026-001009", None),
    ],
)
def test_a_document_names_a_codigo_only_where_it_says_that_it_is_one(said: str, codigo: str | None) -> None:
    found = CODIGO_IMPRESO.search(said)
    assert (found[1] if found else None) == codigo


def test_a_part_of_a_longer_number_is_no_number() -> None:
    assert numbers_in("Radicado 2026-001008, cuenta 9-1008, ruta A1008: 1008.") == [
        "2026-001008",
        "9-1008",
        "A1008",
        "1008",
    ]
