"""Seguimiento: from the keyboard of the counter to the printed copies, and what is shown and asked at each end."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from fixtures.procesos import Mock, MockGoogle
from robot.errors import Cancelada, OtroNombre, OutcomeUnknown, PosibleDuplicado, SuscriptorNotFound
from robot.flows.constancia import Dicho, Etapa
from robot.models import Estado, Solicitud
from robot.procedure import Paso
from robot.settings import Settings
from robot.web.servicio import Servicio
from tests.conftest import CLAVE as CLAVE_SERVIWEB
from tests.paciencia import eventually, patience_ms
from tests.planilla import rows_of, tags
from tests.web.conftest import CLAVE, Ejecucion, Formulario
from tests.web.test_accesibilidad import assert_nothing_hinders
from tests.web.test_nueva import radicar

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]
Tomar = Callable[[], Ejecucion]


def expect_estado(page: Page, estado: str) -> None:
    expect(page.locator(".tarjeta.estado .sello")).to_have_text(estado, timeout=patience_ms())


@pytest.mark.usefixtures("motor")
def test_with_the_keyboard_alone_from_the_sign_in_to_the_copies_and_printing_is_recorded(
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
    assert_nothing_hinders(page)
    pdf = page.request.get(f"{page.url}/copias.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
    with page.expect_response(re.compile("imprimir$")) as noted:
        page.get_by_role("button", name="Imprimir", exact=True).click()
    assert noted.value.status == 204
    (expediente,) = formulario.servicio.registro.expedientes()
    last = formulario.servicio.registro.impresiones(expediente.referencia)[-1]
    assert (last.impresora, last.quien) == ("navegador", "ana")


def press(page: Page, text: str) -> None:
    if text in {"\t", "\n"}:
        page.keyboard.press("Tab" if text == "\t" else "Enter")
    else:
        page.keyboard.type(text)


@pytest.mark.usefixtures("motor")
@pytest.mark.larga
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


def sign_in_again(page: Page) -> None:
    page.get_by_label("Asesor").fill("ana")
    page.get_by_label("Clave").fill(CLAVE)
    page.get_by_role("button", name="Ingresar").click()


def send(page: Page) -> None:
    """Radicar, and the page that follows the solicitud is there."""
    radicar(page)
    expect_estado(page, "EN COLA")


def handed_in(formulario: Formulario) -> Solicitud:
    """The newest solicitud as it was handed in."""
    registro = formulario.servicio.registro
    solicitud = registro.solicitud(registro.expedientes()[0].referencia)
    assert solicitud is not None
    return solicitud


def test_a_rejected_solicitud_is_corrected_with_one_click(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    entrar(page, "ana")
    llenar(page, **{"Código de suscriptor": "999999"})
    send(page)
    tomar().end(Estado.RECHAZADA, SuscriptorNotFound(paso=Paso.SUSCRIPTOR))
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".pasos .fallo")).to_contain_text("Consultar el suscriptor")
    page.get_by_role("link", name="Corregir y enviar de nuevo").click()
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    page.get_by_label("Código de suscriptor").fill("001008")
    send(page)
    assert len(formulario.servicio.registro.expedientes()) == 2
    assert (handed_in(formulario).suscriptor, handed_in(formulario).cedula) == ("001008", "40765123")


def test_what_was_refused_for_a_visit_or_a_name_is_confirmed_by_the_asesor_and_nothing_else_with_it(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    entrar(page, "ana")
    llenar(page)
    send(page)
    assert (handed_in(formulario).revisar_duplicados, handed_in(formulario).otra_visita) == (True, False)
    tomar().end(Estado.RECHAZADA, PosibleDuplicado("Serviweb tiene: 2026-000123 del 03/11/2026."))
    expect_estado(page, "RECHAZADA")
    expect(page.locator(".aviso.mal")).to_contain_text("2026-000123")
    expect(page.get_by_role("button", name="Reintentar")).to_have_count(0)
    page.get_by_role("link", name="Es otra visita").click()
    expect(page.get_by_label("Es otra visita")).to_be_checked()
    send(page)
    asked = handed_in(formulario)
    assert (asked.revisar_duplicados, asked.otra_visita, asked.nombre_confirmado) == (False, True, False)
    for cedula in ("40765124", ""):
        tomar().end(Estado.RECHAZADA, OtroNombre("Serviweb: PEDRO ROJAS; usted: Rosa Elvira Muñoz."))
        expect_estado(page, "RECHAZADA")
        expect(page.locator(".aviso.mal")).to_contain_text("PEDRO ROJAS")
        expect(page.get_by_role("button", name="Reintentar")).to_have_count(0)
        page.get_by_role("link", name="Sí, es la misma persona").click()
        expect(page.get_by_label("Es la misma persona")).to_be_checked()
        if cedula:
            page.get_by_label("Cédula", exact=True).fill(cedula)
        send(page)
        asked = handed_in(formulario)
        assert (asked.otra_visita, asked.nombre_confirmado) == (True, not cedula), cedula
    assert asked.cedula == "40765124"


def test_a_coordinador_resolves_what_the_robot_cannot_know(
    page: Page, formulario: Formulario, browser: Browser, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    entrar(page, "ana")
    llenar(page)
    send(page)
    execution = tomar()
    execution.constancia.enviar()
    execution.end(Estado.POR_VERIFICAR, OutcomeUnknown("No llegó respuesta."))
    expect_estado(page, "POR VERIFICAR")
    expect(page.locator(".tarjeta.estado .aviso")).to_have_count(1)
    expect(page.locator("#por-verificar")).to_contain_text("No llegó respuesta. Un coordinador debe decidirla.")
    context = browser.new_context()
    boss = entrar(context.new_page(), "clara")
    expect(boss.locator(".pendientes")).to_have_text("Por verificar: 1")
    boss.goto(page.url)
    boss.get_by_role("button", name="Está radicada").click()
    expect(boss.get_by_role("alert")).to_contain_text("Escriba el radicado")
    boss.get_by_role("button", name="No se guardó: radicarla").click()
    expect_estado(boss, "EN COLA")
    context.close()
    (expediente,) = formulario.servicio.registro.expedientes()
    assert (expediente.corrida, tomar().constancia.dicho) == (2, Dicho.NO_GUARDADO)
    assert any(one.quien == "clara" for one in formulario.servicio.registro.historia(expediente.referencia))


def cut_at_once(route: Route) -> None:
    """A stream of events that ends as soon as it has begun."""
    route.fulfill(content_type="text/event-stream", body="retry: 300\n\n")


def refuse(route: Route) -> None:
    route.abort()


def test_a_lost_connection_is_told_and_the_page_catches_up_or_without_events_asks_for_itself(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    entrar(page, "ana")
    for hindrance, times, suscriptor in ((cut_at_once, 1, "001008"), (refuse, None, "001015")):
        page.goto(f"{formulario.url}/solicitudes/nueva")
        llenar(page, **{"Código de suscriptor": suscriptor})
        page.route("**/eventos", hindrance, times=times)
        send(page)
        expect(page.locator("#desconectado")).to_be_visible()
        tomar().file()
        expect_estado(page, "RADICADA")
        expect(page.locator("#desconectado")).to_be_hidden()


def test_on_a_slow_network_a_double_click_makes_one_solicitud(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    """Two seconds there and back, 30 kB a second, as at the end of a bad line."""
    entrar(page, "ana")
    llenar(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    slow = {"offline": False, "latency": 1000, "downloadThroughput": 30_000, "uploadThroughput": 30_000}
    session.send("Network.emulateNetworkConditions", slow)
    page.get_by_role("button", name="Radicar").dblclick()
    expect_estado(page, "EN COLA")
    tomar().file()
    expect(page.locator(".radicado strong")).to_be_visible(timeout=patience_ms())
    assert len(formulario.servicio.registro.expedientes()) == 1


def test_a_solicitud_can_be_cancelled_while_it_waits_and_while_it_is_filed(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, tomar: Tomar
) -> None:
    entrar(page, "ana")
    llenar(page)
    send(page)
    page.get_by_role("button", name="Cancelar la solicitud").click()
    expect_estado(page, "CANCELADA")
    page.get_by_role("link", name="Nueva solicitud").last.click()
    llenar(page)
    send(page)
    execution = tomar()
    assert execution.constancia.empezar(Etapa.SESION)
    expect_estado(page, "EN CURSO")
    page.get_by_role("button", name="Cancelar la solicitud").click()
    expect(page.locator(".aviso", has_text="Cancelación pedida")).to_be_visible()
    with pytest.raises(Cancelada):
        execution.constancia.empezar(Etapa.FORMULARIO)
    execution.end(Estado.CANCELADA, Cancelada())
    expect_estado(page, "CANCELADA")


@pytest.mark.usefixtures("motor")
class TestRevision:
    """The form is looked at before Guardar."""

    @pytest.fixture
    def minutos(self) -> float:
        return 1.0

    @pytest.fixture
    def settings(self, settings: Settings, minutos: float) -> Settings:
        web = settings.web.model_copy(update={"revision": ("ana",), "revision_minutos": minutos})
        return settings.model_copy(update={"web": web})

    def test_nothing_is_saved_before_the_asesor_confirms_and_what_is_sent_back_frees_its_cupo_and_can_be_corrected(
        self, page: Page, formulario: Formulario, serviweb: Mock, google: MockGoogle, entrar: Entrar, llenar: Llenar
    ) -> None:
        entrar(page, "ana")
        llenar(page, Solicitud="Sale agua del piso.")
        radicar(page)
        page.get_by_role("button", name="Devolver para corregir").click(timeout=patience_ms())
        expect_estado(page, "RECHAZADA")
        assert (serviweb.state()["tramites"], tags(google)) == ([], [])
        assert not (formulario.servicio.settings.datos / "evidencia").exists()
        page.get_by_role("link", name="Corregir y enviar de nuevo").click()
        page.get_by_label("Solicitud", exact=True).fill("El agua se devuelve por los sifones.")
        radicar(page)
        shown = page.get_by_role("region", name="Revise antes de guardar")
        expect(shown).to_contain_text("VISITA DOMICILIARIA", timeout=patience_ms())
        expect(page.locator(".ahora")).to_have_text("Espera a que usted revise el formulario.")
        expect(shown).to_contain_text("El agua se devuelve por los sifones. Código: 001008")
        known = next(one for one in serviweb.state()["suscriptores"] if one["codigo"] == "001008")
        for told in (known["nombre"], r"(CL|CR|TV|DG|AV) \d", "ROSA ELVIRA MUÑOZ", r"Cita\w+ \d+ de \w+, \d\d:\d\d"):
            expect(shown).to_contain_text(re.compile(str(told)))
        with page.expect_popup() as enlarged:
            shown.get_by_role("link", name="Ampliar").click()
        enlarged.value.close()
        picture = page.request.get(f"{page.url}/revision.png")
        assert picture.body().startswith(b"\x89PNG")
        assert serviweb.state()["tramites"] == []
        address = page.url
        page.context.clear_cookies()
        page.get_by_role("button", name="Confirmar y guardar").click()
        sign_in_again(page)
        expect(page.get_by_role("alert")).to_contain_text("Su sesión terminó antes de «Confirmar y guardar»")
        assert serviweb.state()["tramites"] == []
        page.get_by_role("button", name="Confirmar y guardar").click()
        expect_estado(page, "RADICADA")
        assert page.url == address
        assert len(serviweb.state()["tramites"]) == 1
        assert page.request.get(f"{page.url}/revision.png").status == 404

    @pytest.mark.parametrize("minutos", [0.05])
    @pytest.mark.larga
    def test_what_nobody_answers_is_given_up_and_its_cupo_is_free(
        self, servicio: Servicio, solicitud: Callable[..., Solicitud], serviweb: Mock, google: MockGoogle
    ) -> None:
        own = servicio.ventanilla.accept(solicitud(revisar_antes=True), quien="ana")
        eventually(lambda: servicio.registro.expediente(own).estado.terminado)
        expediente = servicio.registro.expediente(own)
        assert expediente.estado is Estado.RECHAZADA
        assert expediente.resultado is not None
        assert expediente.resultado.error is not None
        assert "Nadie confirmó la solicitud a tiempo" in expediente.resultado.error.mensaje
        assert (serviweb.state()["tramites"], tags(google)) == ([], [])
        assert servicio.panorama.counts(expediente.creada)[Estado.RECHAZADA] == 1
