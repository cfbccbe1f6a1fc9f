"""axe-core looks at every page, in light and dark, wide and narrow: nothing serious hinders anybody."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from robot.errors import OutcomeUnknown, SuscriptorNotFound
from robot.models import Estado, Solicitud
from robot.procedure import Paso
from tests.entradas.test_archivos import separated
from tests.entradas.test_filas import GOOD, TITLES
from tests.web.conftest import Ejecucion, Formulario

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


def look_by_day_and_night(page: Page) -> None:
    """Nothing hinders anybody, on a desk by day and on a telephone in the dark, with which somebody goes on."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    assert_nothing_hinders(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(color_scheme="dark")
    assert_nothing_hinders(page)


def file_a_lote(page: Page, formulario: Formulario) -> None:
    """One good row and one with problems."""
    page.goto(formulario.url + "/lotes")
    content = separated([TITLES, ["001009", *GOOD[1:]], ["1", *GOOD[1:]]]).encode()
    page.get_by_label("Archivo").set_input_files({"name": "lote.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Revisar el archivo").click()
    expect(page.get_by_role("heading", name="Revisar el lote")).to_be_visible()
    look_by_day_and_night(page)
    page.get_by_label("Radique solo las filas sin problemas").check()
    page.get_by_role("button", name="Revisar otra vez").click()
    page.get_by_role("button", name="Radicar 1 solicitud").click()
    expect(page.get_by_role("heading", name="Lote L-")).to_be_visible()
    look_by_day_and_night(page)
    page.goto(formulario.url + "/lotes")
    look_by_day_and_night(page)


def test_no_page_hinders_anybody_on_a_desk_by_day_nor_on_a_telephone_in_the_dark(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, solicitud: New
) -> None:
    page.goto(formulario.url)
    look_by_day_and_night(page)
    formulario.servicio.ventanilla.accept(solicitud(), quien="ana")
    entrar(page, "ana")
    look_by_day_and_night(page)
    page.get_by_role("button", name="Radicar").click()
    look_by_day_and_night(page)
    llenar(page)
    page.get_by_role("button", name="Radicar").click()
    expect(page.get_by_label("Es otra visita")).to_be_visible()
    look_by_day_and_night(page)
    page.get_by_label("Es otra visita").check()
    page.get_by_role("button", name="Radicar").click()
    expect(page.locator(".sello.en-cola")).to_be_visible()
    look_by_day_and_night(page)
    for path in ("/solicitudes", "/nada"):
        page.goto(formulario.url + path)
        look_by_day_and_night(page)
    file_a_lote(page, formulario)
    page.goto(formulario.url + "/solicitudes")
    page.get_by_role("button", name="Salir").click()
    entrar(page, "clara")
    look_by_day_and_night(page)
    page.goto(formulario.url + "/solicitudes")
    own = page.locator("tbody th a").first.inner_text()
    for path in (
        "/solicitudes",
        f"/solicitudes/{own}/historia",
        "/conciliacion",
        "/informes",
        "/cuentas",
        "/cuentas/ana",
        "/mi-cuenta",
        "/mi-cuenta/clave",
        "/solicitudes?por_responder=si",
        "/api/v1/",
    ):
        page.goto(formulario.url + path)
        look_by_day_and_night(page)


def test_no_end_of_a_solicitud_hinders_anybody(
    page: Page, formulario: Formulario, entrar: Entrar, solicitud: New, tomar: Callable[[], Ejecucion]
) -> None:
    """RADICADA with its copies is looked at where they were made (`tests/web/test_seguimiento.py`)."""
    entrar(page, "clara")
    for suscriptor, estado, sello, error in (
        ("001008", Estado.RADICADA, "radicada", None),
        ("001015", Estado.RECHAZADA, "rechazada", SuscriptorNotFound(paso=Paso.SUSCRIPTOR)),
        ("001022", Estado.POR_VERIFICAR, "por-verificar", OutcomeUnknown("No llegó respuesta.")),
    ):
        own = formulario.servicio.ventanilla.accept(solicitud(suscriptor=suscriptor), quien="ana")
        ejecucion = tomar()
        ejecucion.constancia.pasos([(Paso.INGRESAR, 800), (Paso.SUSCRIPTOR, 400)])
        if error is None:
            ejecucion.file()
        else:
            ejecucion.end(estado, error)
        page.goto(f"{formulario.url}/solicitudes/{own}")
        expect(page.locator(f".sello.{sello}")).to_be_visible()
        assert_nothing_hinders(page)
        page.goto(f"{formulario.url}/solicitudes/{own}/historia")
        assert_nothing_hinders(page)
    page.goto(f"{formulario.url}/tablero")
    expect(page.get_by_role("img", name="Tiempo por paso")).to_be_visible()
    assert_nothing_hinders(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert_nothing_hinders(page)
