import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.errors import BadInput
from robot.models import ZONA_HORARIA, Reglas, Solicitud
from tests.conftest import SOLICITUD

AHORA = dt.datetime(2026, 11, 24, 9, 30, tzinfo=ZONA_HORARIA)
REGLAS = Reglas(ahora=AHORA)


def parse(**changes: object) -> Solicitud:
    return Solicitud.parse({**SOLICITUD, **changes}, REGLAS)


def problems(**changes: object) -> dict[str, str]:
    with pytest.raises(BadInput) as refused:
        parse(**changes)
    return {problem.campo: problem.mensaje for problem in refused.value.problemas}


def test_codes_keep_their_leading_zeros() -> None:
    parsed = parse(suscriptor=" 000123 ", ruta="007-01")
    assert (parsed.suscriptor, parsed.ruta) == ("000123", "007-01")


def test_cedula_loses_its_separators() -> None:
    assert parse(cedula=" 1.117.500 123 ").cedula == "1117500123"


@pytest.mark.parametrize("cedula", ["123", "12345678901", "12a45", "", "٤٥٦٧", 40765123])
def test_a_cedula_that_cannot_exist_is_refused(cedula: object) -> None:
    assert "cedula" in problems(cedula=cedula)


@pytest.mark.parametrize("celular", ["3105550101", "310 555 0101", "+57 310-555-0101", "(310) 5550101"])
def test_celular_is_kept_as_ten_digits(celular: str) -> None:
    assert parse(celular=celular).celular == "3105550101"


@pytest.mark.parametrize("celular", ["310555", "4350202", "hola", ""])
def test_what_is_no_telephone_is_no_celular(celular: str) -> None:
    assert "celular" in problems(celular=celular)


def test_all_problems_are_told_at_once_naming_their_fields() -> None:
    found = problems(suscriptor="x", cedula="1", nombre="  ", celular="1", fecha="2026-02-30", color="rojo")
    assert set(found) == {"suscriptor", "cedula", "nombre", "celular", "fecha", "color"}


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        Solicitud.parse({}, REGLAS)
    campos = {problem.campo for problem in refused.value.problemas}
    assert campos == {"suscriptor", "cedula", "nombre", "celular", "solicitud", "asesor"}


def test_what_was_typed_is_never_quoted() -> None:
    with pytest.raises(BadInput) as refused:
        parse(cedula="987654321012345", nombre="Secreto\x00Secreto", celular="31055")
    assert "987654321012345" not in str(refused.value)
    assert "Secreto" not in str(refused.value)


@pytest.mark.parametrize("hostile", ["a\x00b", "a\ud800b", "\x1b[31mrojo"])
def test_what_is_no_character_is_refused(hostile: str) -> None:
    assert "no se ve ni se puede escribir" in problems(solicitud=hostile)["solicitud"]


def test_what_was_accepted_once_is_as_it_was_then() -> None:
    accepted = Reglas(ahora=AHORA, aceptada=True)
    assert Solicitud.parse({**SOLICITUD, "solicitud": "Sale agua ✅"}, accepted).solicitud == "Sale agua ✅"


def test_a_pictograph_is_refused_at_the_door_and_named() -> None:
    assert problems(solicitud="Sale agua 😀 del piso ✅")["solicitud"].endswith("Serviweb: ✅ 😀 Quítelo.")
    assert parse(solicitud="Tubería n.º 2 de 1½″ a 20 °C: ¿presión ≥ 3?").solicitud.endswith("¿presión ≥ 3?")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Pen\u0303a\r\n pide\tvisita ", "Peña pide visita"),
        ("al\u00adcanta\u200brilla\ufeffdo", "alcantarillado"),
        ("uno\x0bdos\u2028tres\u202fcuatro\u2009cinco", "uno dos tres cuatro cinco"),
        ("\u200eCL 12\x1e8\x1f \u202b# 4\u2011B", "CL 12-8 # 4-B"),
    ],
)
def test_a_text_is_what_people_see_of_it_on_one_line(typed: str, kept: str) -> None:
    assert parse(solicitud=typed).solicitud == kept


@pytest.mark.parametrize("blank", ["", "  ", "\u200b"])
def test_a_blank_field_is_asked_for_in_its_own_words(blank: str) -> None:
    found = problems(**dict.fromkeys(("suscriptor", "cedula", "nombre", "celular", "solicitud"), blank))
    assert found == {
        "suscriptor": "escriba el código de suscriptor.",
        "cedula": "escriba la cédula.",
        "nombre": "escriba el nombre completo.",
        "celular": "escriba el celular o fijo, o «no tiene».",
        "solicitud": "escriba lo que pide el usuario.",
    }


def test_a_ruta_and_a_long_name_have_words_of_their_own() -> None:
    assert problems(ruta="?")["ruta"] == "no tiene la forma de una ruta de esta empresa."
    assert problems(nombre="x" * 121)["nombre"] == "es demasiado largo (máximo 120 caracteres)."


def test_a_past_date_or_hour_is_refused() -> None:
    assert "fecha" in problems(fecha="2026-11-23")
    assert "hora" in problems(fecha="2026-11-24", hora="09:00")
    assert parse(fecha="2026-11-24", hora="10:00").hora == dt.time(10)


@pytest.mark.parametrize("hora", ["24:00", "8", "8:60", "mañana"])
def test_an_hour_that_does_not_exist_is_refused(hora: str) -> None:
    assert "hora" in problems(hora=hora)


def test_the_forms_of_codes_are_a_setting() -> None:
    rules = Reglas(suscriptor=r"[A-Z]\d+", ahora=AHORA)
    assert Solicitud.parse({**SOLICITUD, "suscriptor": "A77"}, rules).suscriptor == "A77"


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[]", b'"x"', b""])
def test_what_is_no_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput):
        Solicitud.parse_json(text, REGLAS)


def test_personal_data_is_not_in_the_repr() -> None:
    shown = repr(parse())
    assert not any(secret in shown for secret in parse().secretos)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SOLICITUD, "ruta", "fecha", "hora", "clave_idempotencia"]), json_values))
def test_any_json_is_either_a_solicitud_or_bad_input(data: dict[str, Any]) -> None:
    with contextlib.suppress(BadInput):
        Solicitud.parse({**SOLICITUD, **data}, REGLAS)
