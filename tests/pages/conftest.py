import pytest
from playwright.sync_api import BrowserContext, Page

from fixtures.procesos import Mock
from robot.models import Asesor
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.recuerdos import RecuerdosEnMemoria
from robot.pages.serviweb import Serviweb
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.perfil.perfil import Perfil
from tests.conftest import known_screens


@pytest.fixture
def abierto(page: Page, context: BrowserContext, perfil: Perfil, skin: str, lentitud: float) -> Serviweb:
    """A browser page with Serviweb's objects, nobody signed in; it knows the screens that tests/conocidas has."""
    context.add_init_script("window.print = () => {};")
    recuerdos = RecuerdosEnMemoria()
    for pantalla, recordada in known_screens(skin):
        recuerdos.keep(pantalla, recordada)
    return Serviweb(page, perfil, espera_ms=4_000 * lentitud, recuerdos=recuerdos)


@pytest.fixture
def menu(abierto: Serviweb, serviweb: Mock, asesor: Asesor) -> MenuPage:
    """The menu, where asesor1 has signed in before: `tests/pages/test_ingreso_y_menu.py` does so on the screen."""
    name, value = serviweb.open_session(asesor.usuario)
    abierto.page.context.add_cookies([{"name": name, "value": value, "url": serviweb.url}])
    opened = LoginPage(abierto).open(serviweb.url)
    assert opened is not None
    return opened


@pytest.fixture
def tramite(menu: MenuPage, abierto: Serviweb) -> TramitePage:
    """The empty form of a trámite."""
    menu.open("tramite")
    return TramitePage(abierto)


@pytest.fixture
def datos(serviweb: Mock) -> DatosDelTramite:
    """What a whole form holds, for a tercero that the mock knows."""
    return DatosDelTramite(
        zona="FLORENCIA",
        medio="PERSONAL",
        suscriptor="001008",
        tercero=serviweb.state()["terceros"][0]["cedula"],
        servicio="ALCANTARILLADO",
        tipo="PETICIÓN INTERNA",
        causal="VISITA DOMICILIARIA",
        observacion="Pide  visita: Ñandú, «1 < 2» & más. Ref. VD-PRUEBA",
    )
