import importlib
import json
import pickle
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import robot.errors
import robot.failures
from robot.errors import BadInput, OutcomeUnknown, Problema, RobotError, struck_out
from robot.procedure import Paso
from robot.procedure.definition import Firmante
from robot.referencia import Referencia, quoted
from tests.procedimientos import VISITA_DOMICILIARIA


def all_errors() -> Iterator[type[RobotError]]:
    for value in vars(robot.errors).values():
        if isinstance(value, type) and issubclass(value, RobotError):
            yield value


@pytest.mark.parametrize("kind", list(all_errors()))
def test_every_error_comes_back_whole_from_a_pickle(kind: type[RobotError]) -> None:
    error = BadInput([Problema("cedula", "está vacía.")]) if kind is BadInput else kind("Detalle.", pantalla="Trámite")
    error.paso = Paso.GUARDAR
    error.quedo = "El cupo quedó apartado."
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert back.texto == error.texto


@pytest.mark.parametrize("kind", [kind for kind in all_errors() if kind is not BadInput])
def test_every_error_comes_back_whole_from_json(kind: type[RobotError]) -> None:
    error = kind("Detalle.", pantalla="Trámite")
    error.paso = Paso.GUARDAR
    error.quedo = "El cupo quedó apartado."
    back = RobotError.from_data(json.loads(json.dumps(error.as_data())))
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert back.texto == error.texto


def test_an_error_of_another_version_still_says_what_it_said() -> None:
    data = {**OutcomeUnknown("No respondió.").as_data(), "clase": "ErrorQueYaNoExiste", "paso": "PASO_QUE_YA_NO_EXISTE"}
    back = RobotError.from_data(data)
    assert type(back) is RobotError
    assert back.detalle == "No respondió."


def test_every_error_is_imported_from_one_place() -> None:
    modules = pkgutil.iter_modules(robot.failures.__path__, "robot.failures.")
    defined = [value for one in modules for value in vars(importlib.import_module(one.name)).values()]
    assert {one for one in defined if isinstance(one, type) and issubclass(one, RobotError)} == set(all_errors())


@pytest.mark.parametrize("kind", list(all_errors()))
def test_every_error_has_a_sentence_in_spanish(kind: type[RobotError]) -> None:
    assert kind.mensaje.endswith(".")
    assert kind.__doc__


def test_an_error_can_have_personal_data_struck_out() -> None:
    error = RobotError("El tercero Rosa Muñoz (40765123) no sirve.").redacted(["Rosa Muñoz", "40765123", ""])
    assert "Rosa" not in str(error)
    assert "40765123" not in repr(error)


@pytest.mark.parametrize("quoted", ["40765123", "40.765.123", "40 765 123", "ROSA MUÑOZ", "310-555-0101"])
def test_personal_data_is_struck_out_however_it_is_written(quoted: str) -> None:
    assert struck_out(f"El tercero {quoted} ya existe.", ["40765123", "Rosa Muñoz", "3105550101"]) == (
        "El tercero ••• ya existe."
    )


def test_the_procedure_is_data_word_for_word() -> None:
    procedure = VISITA_DOMICILIARIA
    assert (procedure.zona, procedure.medio) == ("FLORENCIA", "PERSONAL")
    assert (procedure.servicio, procedure.tipo) == ("ALCANTARILLADO", "PETICIÓN INTERNA")
    assert procedure.causal == "VISITA DOMICILIARIA"
    assert [copia.firma for copia in procedure.copias] == [Firmante.ASESOR, Firmante.USUARIO]
    assert [paso.numero for paso in Paso] == list(range(2, 13))


def test_the_observacion_says_what_the_procedure_asks_and_ends_with_the_referencia() -> None:
    text = VISITA_DOMICILIARIA.observacion(
        solicitud="Pide visita.", suscriptor="001008", ruta="07", celular="3105550101", referencia="VD-X"
    )
    assert text == "Pide visita. Código: 001008, Ruta: 07, Número de celular: 3105550101. Ref. VD-X"


@given(st.text(max_size=9), st.text(max_size=9), st.sampled_from([str, str.lower, str.title]))
def test_a_referencia_that_is_quoted_is_none_and_everything_else_stays(
    before: str, after: str, written: Callable[[str], str]
) -> None:
    one = Referencia.new("VD")
    text = f"{before} {written(one)} {after}"
    assert one.lower() not in quoted(text).lower()
    assert quoted(text).replace(written(one).replace("-", " "), written(one)) == text
    assert quoted("Placa VD-22222223, documento CC-98765432.") == "Placa VD-22222223, documento CC-98765432."


@given(st.integers(0, 6), st.sampled_from("23456789ABCDEFGHJKMNPQRSTUVWXYZ"))
def test_a_referencia_notices_one_wrong_character(at: int, character: str) -> None:
    good = Referencia.new("VD")
    wrong = good[: 3 + at] + character + good[4 + at :]
    if wrong != good:
        with pytest.raises(ValueError, match="referencia"):
            Referencia(wrong)


@given(st.integers(3, 9))
def test_a_referencia_notices_two_exchanged_characters(at: int) -> None:
    good = Referencia.new("VD")
    exchanged = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
    if exchanged != good:
        with pytest.raises(ValueError, match="referencia"):
            Referencia(exchanged)


@given(st.text(min_size=1))
def test_one_key_gives_one_referencia(key: str) -> None:
    assert Referencia.of_key("VD", key) == Referencia.of_key("VD", key)
