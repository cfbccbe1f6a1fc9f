"""axe-core looks at every page, in light and dark, wide and narrow: nothing serious hinders anybody."""

from collections.abc import Callable
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from robot.engine import Motor
from robot.models import Solicitud
from robot.referencia import Referencia
from tests.paciencia import eventually
from tests.web.conftest import Formulario

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]
New = Callable[..., Solicitud]
PHONE = {"width": 360, "height": 740}


def assert_nothing_hinders(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ] == []
    if page.viewport_size == PHONE:
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "dark"), ({"width": 1280, "height": 800}, "light")],
    ids=["phone-dark", "desktop-light"],
)
def test_no_page_hinders_anybody(
    page: Page,
    formulario: Formulario,
    entrar: Entrar,
    llenar: Llenar,
    solicitud: New,
    scheme: str,
    size: dict[str, int],
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(formulario.url)
    assert_nothing_hinders(page)
    formulario.servicio.ventanilla.accept(solicitud(), quien="ana")
    entrar(page, "ana")
    assert_nothing_hinders(page)
    page.get_by_role("button", name="Radicar").click()
    assert_nothing_hinders(page)
    llenar(page)
    page.get_by_role("button", name="Radicar").click()
    expect(page.get_by_label("Es otra visita")).to_be_visible()
    assert_nothing_hinders(page)
    page.get_by_label("Es otra visita").check()
    page.get_by_role("button", name="Radicar").click()
    expect(page.locator(".sello.en-cola")).to_be_visible()
    assert_nothing_hinders(page)
    for path in ("/solicitudes", "/nada"):
        page.goto(formulario.url + path)
        assert_nothing_hinders(page)
    page.goto(formulario.url + "/solicitudes")
    page.get_by_role("button", name="Salir").click()
    entrar(page, "clara")
    assert_nothing_hinders(page)


def has_ended(formulario: Formulario, referencia: Referencia) -> bool:
    return formulario.servicio.registro.expediente(referencia).estado.terminado


def test_no_end_of_a_solicitud_hinders_anybody(
    page: Page, formulario: Formulario, motor: Motor, entrar: Entrar, solicitud: New
) -> None:
    assert motor
    entrar(page, "clara")
    for suscriptor, sello in (("001008", "radicada"), ("999999", "rechazada")):
        own = formulario.servicio.ventanilla.accept(solicitud(suscriptor=suscriptor), quien="ana")
        eventually(partial(has_ended, formulario, own))
        page.goto(f"{formulario.url}/solicitudes/{own}")
        expect(page.locator(f".sello.{sello}")).to_be_visible()
        assert_nothing_hinders(page)
    page.goto(f"{formulario.url}/tablero")
    expect(page.get_by_role("img", name="Tiempo por paso")).to_be_visible()
    assert_nothing_hinders(page)
