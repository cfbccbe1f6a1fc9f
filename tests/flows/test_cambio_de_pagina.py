"""A page that has seen many solicitudes gives way to a new one, and the session goes along; what earlier ones left does not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Solicitud
from robot.referencia import Referencia
from tests.flows.test_radicacion import assert_radicada_once
from tests.procedimientos import VISITA_DOMICILIARIA

New = Callable[..., Solicitud]
SIGNED_IN = "POST /serviweb/ingreso.do"
_MANY = 30
_LEFT_BY_OTHERS = "() => document.body.insertAdjacentHTML('beforeend', '<i></i>'.repeat(1000))"


def end_some(oficina: Oficina, asesor: Asesor, cuantas: int) -> None:
    """As if so many solicitudes had been filed in the page."""
    for _ in range(cuantas):
        oficina.record(asesor.clave_asesor, str(Referencia.new("VD")))
        oficina.record_nothing()


def test_a_page_that_has_seen_many_solicitudes_is_changed_without_a_second_sign_in_and_closed(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle, browser: Browser
) -> None:
    others = len(browser.contexts)
    oficina.sesion(asesor).menu()
    used = oficina.sesion(asesor).serviweb.page
    end_some(oficina, asesor, 1)
    oficina.change_worn_page(asesor.usuario)
    assert oficina.sesion(asesor).serviweb.page is used
    end_some(oficina, asesor, _MANY)
    oficina.change_worn_page(asesor.usuario)
    assert used.is_closed()
    assert len(browser.contexts) == others + 1
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.state()["registro"].count(SIGNED_IN) == 1


def test_a_page_that_keeps_what_earlier_solicitudes_left_is_changed_sooner(oficina: Oficina, asesor: Asesor) -> None:
    oficina.sesion(asesor).menu()
    used = oficina.sesion(asesor).serviweb.page
    end_some(oficina, asesor, 1)
    used.evaluate(_LEFT_BY_OTHERS)
    end_some(oficina, asesor, 1)
    oficina.change_worn_page(asesor.usuario)
    assert used.is_closed()


def test_where_the_session_cannot_be_taken_along_the_page_stays_and_so_does_the_session(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle, browser: Browser
) -> None:
    """As where what keeps somebody signed in is in no cookie and no storage."""
    others = len(browser.contexts)
    oficina.sesion(asesor).menu()
    used = oficina.sesion(asesor).serviweb.page
    end_some(oficina, asesor, _MANY)
    cookies = used.context.cookies()
    used.context.clear_cookies()
    oficina.change_worn_page(asesor.usuario)
    used.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "domain": one["domain"], "path": one["path"]} for one in cookies]
    )
    assert oficina.sesion(asesor).serviweb.page is used
    assert len(browser.contexts) == others + 1
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.state()["registro"].count(SIGNED_IN) == 1


@pytest.mark.cada_skin
@pytest.mark.larga
def test_in_a_page_that_took_the_place_of_a_worn_one_solicitudes_are_filed_as_before(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    radicar(oficina, solicitud(suscriptor="001015"))
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    used = oficina.sesion(asesor).serviweb.page
    end_some(oficina, asesor, _MANY)
    oficina.change_worn_page(asesor.usuario)
    assert used.is_closed()
    oficina.get_ready(asesor.usuario, VISITA_DOMICILIARIA)
    radicar(oficina, solicitud())
    assert [one["suscriptor"] for one in serviweb.state()["tramites"]] == ["001015", "001008"]
