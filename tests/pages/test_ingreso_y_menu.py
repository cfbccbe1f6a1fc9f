import pytest
from playwright.sync_api import Page, expect

from fixtures.procesos import Mock
from robot.errors import ServiwebUnavailable
from robot.models import Asesor
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.tramite import TramitePage
from tests.conftest import SKINS


@pytest.mark.parametrize("skin", [*SKINS, "bootstrap"], indirect=True)
def test_signing_in_opens_the_menu(abierto: Serviweb, serviweb: Mock, asesor: Asesor) -> None:
    login = LoginPage(abierto)
    assert login.open(serviweb.url) is None
    login.sign_in(asesor).open("tramite")
    assert TramitePage(abierto).pantalla.find("zona").first.is_visible()
    assert serviweb.state()["sesiones"] == ["asesor1"]


def test_an_open_session_needs_no_password(menu: MenuPage, abierto: Serviweb, serviweb: Mock) -> None:
    assert LoginPage(abierto).open(serviweb.url) is not None


def test_nobody_at_the_address_is_unavailable(abierto: Serviweb) -> None:
    with pytest.raises(ServiwebUnavailable):
        LoginPage(abierto).open("http://127.0.0.1:9/")


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_of_the_server_is_unavailable(abierto: Serviweb, serviweb: Mock, status: int) -> None:
    serviweb.faults(error_antes={"veces": -1, "status": status})
    with pytest.raises(ServiwebUnavailable):
        LoginPage(abierto).open(serviweb.url)


def test_the_menu_opens_the_tramite_in_its_frame(tramite: TramitePage, page: Page) -> None:
    expect(page.frame_locator("iframe").get_by_role("button", name="Guardar")).to_be_visible()
    assert tramite.pantalla.frame.name == "contenido"


@pytest.mark.parametrize("skin", ["bootstrap"], indirect=True)
def test_a_screen_that_takes_longer_to_come_than_a_click_may_is_asked_for_once(
    menu: MenuPage, abierto: Serviweb, serviweb: Mock
) -> None:
    abierto.espera_ms *= 3
    serviweb.faults(latencia={"veces": -1, "ruta": "consulta", "ms": 2_500})
    for _ in range(2):
        asked = sum("consulta" in line for line in serviweb.state()["registro"])
        menu.open("consulta")
        assert sum("consulta" in line for line in serviweb.state()["registro"]) == asked + 1
