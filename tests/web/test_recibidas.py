"""Recibidas: how the sheets stand, and messages that an asesor takes, completes or discards."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from robot.intake import Ventanilla
from robot.recepcion.message import read_message
from robot.recepcion.report import InformeDeHoja
from robot.record.messages import EstadoDeCorreo
from robot.settings import Settings, load_settings
from tests.web.conftest import Formulario
from tests.web.test_accesibilidad import PHONE, assert_nothing_hinders
from tests.web.test_ingreso import Entrar

TEXTO = "Buenas. Soy Rosa. Suscriptor 001008, cédula 40.765.123.\n<b>El agua se devuelve</b> por los sifones."


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a sheet and a mailbox."""
    monkeypatch.setenv("SERVIWEB_ROBOT_RECIBIR__HOJAS", '[{"planilla": "abc", "hoja": "Respuestas", "asesor": "ana"}]')
    monkeypatch.setenv("SERVIWEB_ROBOT_RECIBIR__CORREO__SERVIDOR", "correo.invalid")
    return load_settings()


def deliver(ventanilla: Ventanilla, asunto: str, uid: int) -> str:
    message = EmailMessage()
    message["From"], message["Subject"] = "Rosa <rosa@example.org>", asunto
    message.set_content(TEXTO)
    mensaje = read_message(bytes(message), suscriptor=r"\d{3,12}")
    assert ventanilla.correos.keep(mensaje, buzon="b", validez=1, uid=uid)
    return mensaje.identidad


def test_an_asesor_completes_a_message_and_what_was_found_goes_only_where_they_say(
    page: Page, formulario: Formulario, ventanilla: Ventanilla, entrar: Entrar, llenar: Callable[..., None]
) -> None:
    identidad, other = deliver(ventanilla, "Visita", 1), deliver(ventanilla, "Propaganda", 2)
    told = InformeDeHoja(planilla="Llamadas", hoja="Respuestas", tomadas=3, cambiadas=1)
    ventanilla.recepciones.note_look("abc", "Respuestas", told)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(color_scheme="dark")
    entrar(page, "ana")
    page.get_by_role("link", name="Recibidas").click()
    expect(page.get_by_role("main")).to_contain_text("Llamadas · Respuestas")
    expect(page.get_by_role("main")).to_contain_text("3 filas tomadas")
    expect(page.get_by_role("main")).to_contain_text("vale lo que se tomó")
    assert_nothing_hinders(page)

    page.get_by_role("link", name="Visita", exact=True).click()
    expect(page.get_by_text("Rosa <rosa@example.org>")).to_be_visible()
    expect(page.locator("p.mensaje")).to_contain_text("<b>El agua se devuelve</b>")
    assert_nothing_hinders(page)
    box = page.get_by_role("checkbox", name="Código de suscriptor: 001008")
    expect(box).not_to_be_checked()
    box.check()
    page.get_by_role("button", name="Tomarlo y completarla").click()
    expect(page.get_by_label("Código de suscriptor", exact=True)).to_have_value("001008")
    expect(page.get_by_label("Cédula", exact=True)).to_have_value("")
    expect(page.locator("#correo")).to_contain_text("por los sifones")
    assert_nothing_hinders(page)
    seen = ventanilla.correos.get(identidad)
    assert seen is not None
    assert (seen.estado, seen.quien) == (EstadoDeCorreo.TOMADO, "ana")
    llenar(page)
    page.get_by_role("button", name="Radicar").click()
    expect(page).to_have_url(re.compile("/solicitudes/VD-"))
    (one,) = ventanilla.registro.expedientes()
    page.goto(f"{formulario.url}/recibidas/{identidad}")
    expect(page.get_by_role("link", name=one.referencia)).to_be_visible()
    expect(page.get_by_role("button", name="Tomarlo")).to_have_count(0)

    page.goto(f"{formulario.url}/recibidas/{other}")
    page.get_by_label("Por qué se descarta").fill("Es propaganda.")
    page.get_by_role("button", name="Descartarlo").click()
    expect(page.get_by_role("main")).to_contain_text("Ningún correo espera.")
    discarded = ventanilla.correos.get(other)
    assert discarded is not None
    assert (discarded.estado, discarded.quien, discarded.motivo) == (EstadoDeCorreo.DESCARTADO, "ana", "Es propaganda.")


def test_what_one_asesor_has_taken_another_one_cannot_take_and_a_coordinador_can_give_back(
    page: Page, formulario: Formulario, ventanilla: Ventanilla, entrar: Entrar
) -> None:
    identidad = deliver(ventanilla, "Visita", 1)
    ventanilla.correos.take(identidad, quien="luis")
    entrar(page, "clara")
    page.goto(f"{formulario.url}/recibidas/{identidad}")
    expect(page.get_by_role("main")).to_contain_text("Lo tiene luis")
    expect(page.get_by_role("button", name="Tomarlo y completarla")).to_have_count(0)
    page.get_by_role("button", name="Devolverlo").click()
    expect(page.get_by_role("button", name="Tomarlo y completarla")).to_be_visible()
