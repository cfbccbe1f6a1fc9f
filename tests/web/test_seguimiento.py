"""Seguimiento: from the keyboard of the counter to the printed copies, with a worker at work."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from fixtures.procesos import Mock, MockGoogle
from robot.models import Estado
from robot.retencion import Retencion
from robot.settings import Settings
from tests.conftest import CLAVE as CLAVE_SERVIWEB
from tests.paciencia import eventually, patience_ms
from tests.planilla import rows_of, tags
from tests.web.conftest import CLAVE, Formulario
from tests.web.test_nueva import radicar

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]
pytestmark = pytest.mark.usefixtures("motor")


def own_referencia(page: Page) -> str:
    return page.url.rsplit("/", 1)[1]


def expect_estado(page: Page, estado: str) -> None:
    expect(page.locator(".tarjeta.estado .sello")).to_have_text(estado, timeout=patience_ms())


def test_with_the_keyboard_alone_from_the_sign_in_to_the_copies(
    page: Page, formulario: Formulario, serviweb: Mock, google: MockGoogle
) -> None:
    page.goto(formulario.url)
    expect(page.get_by_label("Asesor")).to_be_focused()
    for text in ("ana", "\t", CLAVE, "\n"):
        press(page, text)
    expect(page.get_by_label("Código de suscriptor")).to_be_focused()
    fields = (
        "001008",
        "\t",
        "\t",
        "40765123",
        "\t",
        "3105550101",
        "\t",
        "Rosa Elvira Muñoz",
        "\t",
        "Sale agua del piso.",
    )
    for text in (*fields, "\t", "\t", "\t"):
        press(page, text)
    expect(page.get_by_role("button", name="Radicar")).to_be_focused()
    press(page, "\n")
    expect(page.locator(".pasos .en-curso")).to_be_visible(timeout=patience_ms())
    expect_estado(page, "RADICADA")
    (tramite,) = serviweb.state()["tramites"]
    expect(page.locator(".radicado strong")).to_have_text(str(tramite["radicado"]))
    expect(page.locator(".pasos .hecho")).to_have_count(11)
    assert [row[6] for row in rows_of(google, "001008")] == [tramite["radicado"]]
    pdf = page.request.get(f"{page.url}/copias.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")


def press(page: Page, text: str) -> None:
    if text in {"\t", "\n"}:
        page.keyboard.press("Tab" if text == "\t" else "Enter")
    else:
        page.keyboard.type(text)


def test_a_refused_password_is_tried_again_at_the_asesors_word_and_a_new_one_without_a_restart(
    page: Page, serviweb: Mock, entrar: Entrar, llenar: Llenar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ANA__CLAVE", "equivocada")
    entrar(page, "ana")
    llenar(page)
    radicar(page)
    expect_estado(page, "RECHAZADA")
    page.get_by_role("button", name="Probar otra vez la misma clave").click()
    eventually(lambda: serviweb.state()["fallos_de_ingreso"] == {"asesor1": 2})
    expect_estado(page, "RECHAZADA")
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ANA__CLAVE", CLAVE_SERVIWEB)
    page.get_by_role("button", name="Reintentar tal como está").click()
    expect_estado(page, "RADICADA")


def test_a_rejected_solicitud_is_corrected_with_one_click(
    page: Page, serviweb: Mock, google: MockGoogle, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page, **{"Código de suscriptor": "999999"})
    radicar(page)
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".pasos .fallo")).to_contain_text("Consultar el suscriptor")
    assert tags(google) == []
    page.get_by_role("link", name="Corregir y enviar de nuevo").click()
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    page.get_by_label("Código de suscriptor").fill("001008")
    radicar(page)
    expect_estado(page, "RADICADA")
    assert len(serviweb.state()["tramites"]) == 1


def test_a_visit_that_only_serviweb_knows_must_be_confirmed_too(
    page: Page, formulario: Formulario, serviweb: Mock, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    radicar(page)
    expect_estado(page, "RADICADA")
    forget(formulario)
    page.goto(f"{formulario.url}/solicitudes/nueva")
    llenar(page)
    radicar(page)
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".aviso.mal")).to_contain_text(str(serviweb.state()["tramites"][0]["radicado"]))
    expect(page.get_by_role("button", name="Reintentar")).to_have_count(0)
    page.get_by_role("link", name="Es otra visita").click()
    expect(page.get_by_label("Es otra visita")).to_be_checked()
    radicar(page)
    expect_estado(page, "RADICADA")
    assert len(serviweb.state()["tramites"]) == 2


def test_who_serviweb_has_under_another_name_is_confirmed_by_the_asesor_and_nobody_else_with_it(
    page: Page, serviweb: Mock, entrar: Entrar, llenar: Llenar
) -> None:
    known, other = serviweb.state()["terceros"][:2]
    entrar(page, "ana")
    llenar(page, Cédula=known["cedula"])
    radicar(page)
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".aviso.mal")).to_contain_text(known["nombre"])
    expect(page.locator(".aviso.mal")).to_contain_text("Rosa Elvira Muñoz")
    expect(page.get_by_role("button", name="Reintentar")).to_have_count(0)
    page.get_by_role("link", name="Sí, es la misma persona").click()
    expect(page.get_by_label("Es la misma persona")).to_be_checked()
    page.get_by_label("Cédula", exact=True).fill(other["cedula"])
    radicar(page)
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".aviso.mal")).to_contain_text(other["nombre"])
    page.get_by_role("link", name="Sí, es la misma persona").click()
    radicar(page)
    expect_estado(page, "RADICADA")
    expect(page.locator(".aviso", has_text="otro nombre")).to_contain_text(other["nombre"])
    assert [one["tercero"] for one in serviweb.state()["tramites"]] == [other["cedula"]]


def forget(formulario: Formulario) -> None:
    """The robot has no record of the suscriptor's solicitudes any more."""
    registro = formulario.servicio.registro
    for expediente in registro.expedientes():
        Retencion(registro).purge(expediente.referencia, quien="prueba")


def test_a_coordinador_resolves_what_the_robot_cannot_know(
    page: Page, formulario: Formulario, serviweb: Mock, browser: Browser, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    serviweb.faults(corte_antes={"veces": 1, "ruta": "guardar"})
    radicar(page)
    expect_estado(page, "POR VERIFICAR")
    expect(page.get_by_text("Un coordinador debe resolverla")).to_be_visible()
    context = browser.new_context()
    boss = entrar(context.new_page(), "clara")
    boss.goto(page.url)
    boss.get_by_role("button", name="Está radicada").click()
    expect(boss.get_by_role("alert")).to_contain_text("Escriba el radicado")
    boss.get_by_role("button", name="No se guardó: radicarla").click()
    expect_estado(boss, "RADICADA")
    context.close()
    assert len(serviweb.state()["tramites"]) == 1


def cut_at_once(route: Route) -> None:
    """A stream of events that ends as soon as it has begun."""
    route.fulfill(content_type="text/event-stream", body="retry: 300\n\n")


def test_a_lost_connection_is_told_and_the_page_catches_up(
    page: Page, serviweb: Mock, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    page.route("**/eventos", cut_at_once, times=1)
    radicar(page)
    expect(page.locator("#desconectado")).to_be_visible()
    expect_estado(page, "RADICADA")
    expect(page.locator("#desconectado")).to_be_hidden()


def test_without_events_the_page_asks_for_itself_and_printing_is_recorded(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/eventos", refuse)
    llenar(page)
    radicar(page)
    expect(page.locator("#desconectado")).to_be_visible()
    expect_estado(page, "RADICADA")
    expect(page.locator("#desconectado")).to_be_hidden()
    with page.expect_response(re.compile("imprimir$")) as noted:
        page.get_by_role("button", name="Imprimir", exact=True).click()
    assert noted.value.status == 204
    (expediente,) = formulario.servicio.registro.expedientes()
    last = formulario.servicio.registro.impresiones(expediente.referencia)[-1]
    assert (last.impresora, last.quien) == ("navegador", "ana")


def test_on_a_slow_network_a_double_click_makes_one_solicitud(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, serviweb: Mock
) -> None:
    """Two seconds there and back, 30 kB a second, as at the end of a bad line."""
    entrar(page, "ana")
    llenar(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 1000, "downloadThroughput": 30_000, "uploadThroughput": 30_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="Radicar").dblclick()
    expect_estado(page, "RADICADA")
    expect(page.locator(".radicado strong")).to_be_visible()
    assert (len(formulario.servicio.registro.expedientes()), len(serviweb.state()["tramites"])) == (1, 1)


def test_a_solicitud_can_be_cancelled_while_it_waits(
    page: Page, formulario: Formulario, serviweb: Mock, google: MockGoogle, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    serviweb.faults(latencia={"veces": -1, "ms": 400})
    radicar(page)
    page.get_by_role("button", name="Cancelar la solicitud").click()
    expect_estado(page, "CANCELADA")
    assert serviweb.state()["tramites"] == []
    assert tags(google) == []


class TestRevision:
    """The form is looked at before Guardar."""

    @pytest.fixture
    def minutos(self) -> float:
        return 1.0

    @pytest.fixture
    def settings(self, settings: Settings, minutos: float) -> Settings:
        web = settings.web.model_copy(update={"revision": ("ana",), "revision_minutos": minutos})
        return settings.model_copy(update={"web": web})

    def test_nothing_is_saved_before_the_asesor_confirms_what_the_screen_holds(
        self, page: Page, serviweb: Mock, entrar: Entrar, llenar: Llenar
    ) -> None:
        entrar(page, "ana")
        llenar(page)
        radicar(page)
        shown = page.get_by_role("region", name="Revise antes de guardar")
        expect(shown).to_contain_text("VISITA DOMICILIARIA", timeout=patience_ms())
        expect(page.locator(".ahora")).to_have_text("Espera que usted revise el formulario.")
        expect(shown).to_contain_text("El agua se devuelve por los sifones. Código: 001008")
        picture = page.request.get(f"{page.url}/revision.png")
        assert picture.body().startswith(b"\x89PNG")
        assert serviweb.state()["tramites"] == []
        page.get_by_role("button", name="Confirmar y guardar").click()
        expect_estado(page, "RADICADA")
        assert len(serviweb.state()["tramites"]) == 1
        assert page.request.get(f"{page.url}/revision.png").status == 404

    def test_what_is_sent_back_frees_its_cupo_and_can_be_corrected(
        self, page: Page, formulario: Formulario, serviweb: Mock, google: MockGoogle, entrar: Entrar, llenar: Llenar
    ) -> None:
        entrar(page, "ana")
        llenar(page)
        radicar(page)
        page.get_by_role("button", name="Devolver para corregir").click(timeout=patience_ms())
        expect_estado(page, "RECHAZADA")
        assert (serviweb.state()["tramites"], tags(google)) == ([], [])
        expect(page.get_by_role("link", name="Corregir y enviar de nuevo")).to_be_visible()
        assert not (formulario.servicio.settings.datos / "evidencia").exists()

    @pytest.mark.parametrize("minutos", [0.05])
    def test_what_nobody_answers_is_given_up_and_its_cupo_is_free(
        self, page: Page, formulario: Formulario, serviweb: Mock, google: MockGoogle, entrar: Entrar, llenar: Llenar
    ) -> None:
        entrar(page, "ana")
        llenar(page)
        radicar(page)
        expect_estado(page, "RECHAZADA")
        expect(page.locator(".aviso.mal")).to_contain_text("Nadie confirmó la solicitud a tiempo")
        assert (serviweb.state()["tramites"], tags(google)) == ([], [])
        assert (
            formulario.servicio.panorama.counts(formulario.servicio.registro.expedientes()[0].creada)[Estado.RECHAZADA]
            == 1
        )
