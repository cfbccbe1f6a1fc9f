"""What Serviweb does before, at and after Guardar that is no plain success: judged by what is left."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fixtures.mock_serviweb.habitos.guardar import OTRO_ABIERTO
from fixtures.procesos import Mock, MockGoogle
from robot.flows.formulario import open_ahead
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
from robot.referencia import Referencia
from tests.flows.test_radicacion import assert_nothing_behind, assert_radicada_once
from tests.planilla import visible_rows
from tests.procedimientos import VISITA_DOMICILIARIA

New = Callable[..., Solicitud]
pytestmark = pytest.mark.usefixtures("ya_trabaja")


def test_a_tramite_that_serviweb_saved_before_guardar_is_in_doubt_and_no_rejection(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.faults(guion_guarda=-1)
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.POR_VERIFICAR
    assert resultado.error is not None
    assert "Antes de Guardar, Serviweb dijo: «El trámite fue guardado correctamente." in resultado.error.mensaje
    assert len(serviweb.state()["tramites"]) == 1
    assert visible_rows(google) == before


@pytest.mark.cada_skin
def test_what_serviweb_denies_is_no_success_whatever_number_it_tells(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.faults(niega=-1)
    resultado = radicar(oficina, solicitud())
    assert_nothing_behind(resultado, serviweb, google, before)
    assert resultado.error is not None
    assert "no fue guardado correctamente" in resultado.error.mensaje


@pytest.mark.parametrize("skin", ["aspx"], indirect=True)
def test_a_question_of_the_server_is_refused_and_leaves_nothing_unless_it_is_the_one_that_somebody_has_confirmed(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.faults(otro_abierto={"veces": -1, "ruta": "guardar"})
    resultado = radicar(oficina, solicitud())
    assert_nothing_behind(resultado, serviweb, google, before)
    assert resultado.error is not None
    assert resultado.error.clase == "PosibleDuplicado"
    assert "¿Desea radicar otro?" in resultado.error.mensaje
    confirmed = radicar(oficina, solicitud(otra_visita=True))
    assert_radicada_once(confirmed, serviweb, google)
    (told,) = confirmed.avisos
    assert f"«{OTRO_ABIERTO}»" in told


@pytest.mark.larga
def test_what_serviweb_has_after_the_form_was_sent_once_may_be_this_very_one_whatever_was_confirmed(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    ours_comes_late = {"guardado_tras_error": {"veces": 1, "ruta": ".*"}}
    serviweb.faults(**ours_comes_late, otro_abierto={"veces": -1, "saltar": 1, "ruta": "guardar"})
    resultado = radicar(oficina, solicitud(otra_visita=True))
    assert serviweb.struck() == {"guardado_tras_error": 1, "otro_abierto": 1}
    assert_nothing_behind(resultado, serviweb, google, before)
    assert resultado.error is not None
    assert resultado.error.clase == "PosibleDuplicado"


def test_a_tramite_that_speaks_of_another_solicitud_is_never_taken_for_that_one_s(
    oficina: Oficina, solicitud: New, serviweb: Mock
) -> None:
    """Who asks twice quotes the first referencia; that one, tried again, is filed itself."""
    first = Referencia.of_key("VD", "k-1")
    speaks = radicar(oficina, solicitud(solicitud=f"Pidió antes, ref. {first} y {first.lower()}, y nadie vino."))
    itself = radicar(oficina, solicitud(clave_idempotencia="k-1"))
    assert (speaks.estado, itself.estado, itself.referencia) == (Estado.RADICADA, Estado.RADICADA, first)
    other, own = serviweb.state()["tramites"]
    assert (other["radicado"], own["radicado"]) == (speaks.radicado, itself.radicado)
    assert other["observacion"].startswith(f"Pidió antes, ref. {first.replace('-', ' ')} y ")
    assert own["observacion"].endswith(f"Ref. {first}")


@pytest.mark.parametrize(
    ("skin", "forma"),
    [pytest.param("aspx", "{a}-{n}-A", marks=pytest.mark.larga), ("spa", "{n} - {a}")],
    indirect=["skin"],
)
def test_a_radicado_is_the_whole_of_what_serviweb_shows(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle, forma: str
) -> None:
    """Where a pattern finds a part of it, CONSULTA tells."""
    serviweb.faults(radicado_con_forma={"veces": -1, "forma": forma})
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)


@pytest.mark.parametrize(
    ("skin", "caduca"),
    [
        ("classic", {"ruta": "guardar"}),
        pytest.param(
            "aspx",
            {"ruta": "guardar", "status": 403, "texto": "No está autorizado: token de seguridad inválido."},
            marks=pytest.mark.larga,
        ),
        ("classic", {"ruta": "suscriptor", "status": 403, "texto": "Token inválido."}),
        pytest.param("aspx", {"ruta": "suscriptor"}, marks=pytest.mark.larga),
    ],
    indirect=["skin"],
)
@pytest.mark.larga
def test_a_form_opened_ahead_that_serviweb_does_not_remember_is_filled_anew_once(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle, caduca: Mapping[str, object]
) -> None:
    serviweb.faults(formulario_caduca={"veces": 1, **caduca})
    open_ahead(oficina.sesion(asesor), VISITA_DOMICILIARIA)
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.struck() == {"formulario_caduca": 1}


def test_a_document_with_another_number_is_told_with_what_consulta_has(
    oficina: Oficina, solicitud: New, serviweb: Mock
) -> None:
    longer = {"de": "</b><br>", "a": "-A</b><br>"}
    serviweb.faults(etiqueta_cambiada={"veces": -1, "ruta": "solicitud", **longer})
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.POR_VERIFICAR
    assert resultado.error is not None
    numero = resultado.radicado
    told = f"Al guardar dijo: {numero}; CONSULTA: {numero}; el documento: {numero}-A."
    assert told in resultado.error.mensaje


@pytest.mark.parametrize(
    "beside", [{}, {"sin_radicado": {"veces": 1, "ruta": "guardar"}}], ids=["in the document", "in CONSULTA"]
)
def test_what_was_saved_is_compared_word_for_word(
    oficina: Oficina, solicitud: New, serviweb: Mock, beside: Mapping[str, Any]
) -> None:
    serviweb.faults(observacion_alterada=1, **beside)
    resultado = radicar(oficina, solicitud(solicitud="Se rebosó “la caja”."))
    assert resultado.estado is Estado.POR_VERIFICAR
    assert resultado.error is not None
    assert resultado.error.clase == "ObservacionLost", resultado.error
    assert resultado.radicado == serviweb.state()["tramites"][0]["radicado"]
