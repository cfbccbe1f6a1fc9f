"""The form of the next solicitud, opened ahead: it saves time, and nothing else depends on it."""

from collections.abc import Callable

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
from tests.flows.test_radicacion import assert_radicada_once
from tests.procedimientos import VISITA_DOMICILIARIA

New = Callable[..., Solicitud]
OPENED = ("GET /serviweb/pqr/tramite.do", "POST /serviweb/pqr/tramite.do")


def opened(serviweb: Mock) -> list[str]:
    return [line for line in serviweb.state()["registro"] if line in OPENED]


@pytest.fixture
def ready(oficina: Oficina, asesor: Asesor, serviweb: Mock) -> Oficina:
    """An oficina in which the asesor's next form is open."""
    oficina.sesion(asesor).menu()
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    return oficina


@pytest.mark.larga
def test_what_is_the_same_in_each_is_set_ahead_and_what_a_suscriptor_resets_is_set_again(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    radicar(oficina, solicitud())
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    before = len(serviweb.state()["registro"])
    radicar(oficina, solicitud(suscriptor="001015"))
    asked = serviweb.state()["registro"][before:]
    assert not [line for line in asked if any(name in line for name in ("tramite.do", "tipos.do", "causales.do"))]
    serviweb.faults(suscriptor_reinicia=-1)
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    resultado = radicar(oficina, solicitud(suscriptor="001022"))
    assert resultado.estado is Estado.RADICADA, resultado.error
    first, *others = serviweb.state()["tramites"]
    same = ("zona", "medio", "servicio", "tipo", "causal", "tercero")
    for other in others:
        assert [first[name] for name in same] == [other[name] for name in same]
    assert len(others) == 2


@pytest.mark.cada_skin
@pytest.mark.larga
def test_an_ended_session_costs_a_new_sign_in_and_nothing_else(
    ready: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(sesion_expirada=1)
    resultado = radicar(ready, solicitud())
    assert_radicada_once(resultado, serviweb, google)


@pytest.mark.larga
def test_a_page_that_was_closed_meanwhile_is_opened_anew(
    ready: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    ready.sesion(asesor).serviweb.page.close()
    resultado = radicar(ready, solicitud())
    assert_radicada_once(resultado, serviweb, google)


def test_the_form_that_waits_is_used_and_each_once_and_all_in_one_session(
    ready: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    assert opened(serviweb) == list(OPENED)
    assert_radicada_once(radicar(ready, solicitud()), serviweb, google)
    assert opened(serviweb) == list(OPENED)
    radicar(ready, solicitud(suscriptor="001015"))
    assert [one["suscriptor"] for one in serviweb.state()["tramites"]] == ["001008", "001015"]
    assert opened(serviweb) == [*OPENED, *OPENED]
    assert serviweb.state()["registro"].count("POST /serviweb/ingreso.do") == 1
