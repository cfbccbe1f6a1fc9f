"""Every step up to Guardar, and then out: against the mock, or against whatever Serviweb QA has (docs/qa.md)."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from fixtures.procesos import Mock
from robot.models import Asesor
from robot.pages.consulta import ConsultaPage
from robot.pages.impresion import ImpresionPage
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.pages.veredicto import confirmed
from robot.perfil.perfil import Perfil
from robot.referencia import Referencia
from robot.settings import load_settings
from tests.procedimientos import VISITA_DOMICILIARIA

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Destino:
    """A Serviweb, somebody who may sign in there, and a suscriptor and a tercero that it knows."""

    url: str
    perfil: Perfil
    asesor: Asesor
    suscriptor: str
    cedula: str


@pytest.fixture
def destino(request: pytest.FixtureRequest) -> Destino:
    url: str = request.config.getoption("--serviweb-url")
    if not url:
        mock: Mock = request.getfixturevalue("serviweb")
        cedula = mock.state()["terceros"][0]["cedula"]
        return Destino(mock.url, request.getfixturevalue("perfil"), request.getfixturevalue("asesor"), "001008", cedula)
    archivo: str = request.config.getoption("--perfil")
    settings = load_settings()
    asesor = settings.asesor(next(iter(settings.asesores)))
    perfil = Perfil.load(Path(archivo) if archivo else None)
    return Destino(url, perfil, asesor, os.environ["QA_SUSCRIPTOR"], os.environ["QA_CEDULA"])


@pytest.fixture
def menu(context: BrowserContext, destino: Destino) -> MenuPage:
    context.add_init_script("window.print = () => {};")
    serviweb = Serviweb(context.new_page(), destino.perfil)
    login = LoginPage(serviweb)
    return login.open(destino.url) or login.sign_in(destino.asesor)


def filled(menu: MenuPage, destino: Destino, referencia: Referencia) -> tuple[TramitePage, DatosDelTramite]:
    """The form, as the robot fills it."""
    visita = VISITA_DOMICILIARIA
    menu.open("tramite")
    tramite = TramitePage(menu.serviweb)
    datos = DatosDelTramite(
        zona=visita.zona,
        medio=visita.medio,
        suscriptor=destino.suscriptor,
        tercero=destino.cedula,
        servicio=visita.servicio,
        tipo=visita.tipo,
        causal=visita.causal,
        observacion=f"Prueba del robot; no requiere visita. Ref. {referencia}",
    )
    tramite.choose_zona_y_medio(datos.zona, datos.medio)
    tramite.load_suscriptor(datos.suscriptor)
    assert TercerosPage(menu.serviweb, tramite).find(datos.tercero) is not None
    tramite.choose_servicio_y_tipo(datos.servicio, datos.tipo)
    tramite.choose_causal(datos.causal)
    tramite.write_observacion(datos.observacion)
    return tramite, datos


def test_the_form_holds_everything_up_to_guardar_and_is_left(menu: MenuPage, destino: Destino) -> None:
    referencia = Referencia.new("QA")
    tramite, datos = filled(menu, destino, referencia)
    tramite.require_holds(datos)
    menu.open("consulta")
    found = ConsultaPage(menu.serviweb).find(suscriptor=destino.suscriptor, referencia=referencia)
    assert found.radicados == ()


@pytest.mark.larga
def test_a_saved_tramite_is_found_by_its_referencia_and_printed(
    menu: MenuPage, destino: Destino, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--serviweb-url") and not request.config.getoption("--guardar"):
        pytest.skip("nothing is saved without --guardar")
    referencia = Referencia.new("QA")
    tramite, datos = filled(menu, destino, referencia)
    tramite.require_holds(datos)
    said = confirmed(tramite.save())
    menu.open("consulta")
    consulta = ConsultaPage(menu.serviweb)
    (found,) = consulta.find(suscriptor=destino.suscriptor, referencia=referencia).radicados
    assert said in {None, found}
    consulta.open_tramite(found)
    assert ImpresionPage(menu.serviweb).document(VISITA_DOMICILIARIA.documento, found.numero).startswith(b"%PDF")
