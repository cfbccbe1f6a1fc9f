"""A perfil written by pointing: driven here as a person does, with real clicks."""

import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fixtures.procesos import Mock
from robot.models import Asesor
from robot.pages.captura import Captura, Senalado
from robot.pages.login import LoginPage
from robot.pages.serviweb import Serviweb
from robot.perfil.perfil import Perfil


@pytest.mark.parametrize("skin", ["aspx"], indirect=True)
def test_a_perfil_is_written_from_clicks_and_works(page: Page, serviweb: Mock, asesor: Asesor, tmp_path: Path) -> None:
    bare = Serviweb(page, Perfil(), 4_000)
    LoginPage(bare).go_to(serviweb.url)
    captura = Captura(bare)
    requests = serviweb.state()["peticiones"]
    for elemento, css in (("usuario", "[type=text]"), ("clave", "[type=password]"), ("ingresar", "[type=image]")):
        captura.ask_for("ingreso", elemento)
        page.locator(f"input{css}").click()
        assert captura.answer() is Senalado.TOMADO
        assert captura.take("ingreso", elemento).startswith(f'{elemento} = {{ css = "input[name=')
    assert serviweb.state()["peticiones"] == requests, "what is pointed at is not used"
    captura.ask_for("ingreso", "siguiente")
    page.get_by_role("button", name="No la hay").click()
    assert captura.answer() is Senalado.NO_HAY
    captura.ask_to_open("menu")
    archivo = tmp_path / "escrito.toml"
    written = captura.as_toml() + '\n[menu]\ntramite = ["Atención al usuario", "Registro", "PQR nueva"]\n'
    archivo.write_text(written, encoding="utf-8")
    captura.close()
    with_perfil = Serviweb(page, Perfil.load(archivo), 4_000)
    LoginPage(with_perfil).sign_in(asesor)
    assert serviweb.state()["sesiones"] == ["asesor1"]


def test_what_the_robot_finds_by_itself_needs_no_line(page: Page, serviweb: Mock) -> None:
    bare = Serviweb(page, Perfil(), 4_000)
    LoginPage(bare).go_to(serviweb.url)
    captura = Captura(bare)
    captura.ask_for("ingreso", "usuario")
    page.get_by_label("Usuario").click()
    assert captura.answer() is Senalado.TOMADO
    assert captura.take("ingreso", "usuario") == ""
    assert "usuario" not in captura.as_toml()


def test_the_way_through_the_menu_and_what_serviweb_says_are_kept_too(page: Page) -> None:
    page.set_content(
        "<ul><li><a href='#'>Atención</a><ul><li><a href='#'>PQR nueva</a></li></ul></li></ul><table><tr><td onclick=''>Consulta"
    )
    captura = Captura(Serviweb(page, Perfil(), 4_000))
    captura.ask_to_open("tramite")
    page.get_by_text("PQR nueva").click()
    page.get_by_role("button", name="Listo").click()
    assert captura.answer() is Senalado.LISTO
    assert captura.keep_way("tramite") == 'tramite = ["Atención", "PQR nueva"]'
    captura.ask_for_words("lo que dice")
    page.get_by_role("textbox").fill("Quedó archivada la petición, expediente 88-123.")
    page.get_by_role("button", name="Listo").click()
    assert captura.answer() is Senalado.LISTO
    assert captura.keep_words("guardado", "radicado") == [
        r"guardado = 'Quedó\s+archivada\s+la\s+petición,\s+expediente'",
        r"radicado = 'petición,\s+expediente\s+([\w./-]*\d[\w/-]*)'",
    ]
    captura.ask_for_words("lo que muestra")
    page.get_by_role("textbox").fill("No se encontraron registros.")
    page.get_by_role("button", name="Listo").click()
    assert captura.answer() is Senalado.LISTO
    assert captura.keep_words("sin_resultados") == [], "the robot understands it by itself"
    perfil = Perfil.model_validate(tomllib.loads(captura.as_toml()))
    assert perfil.entradas("tramite") == ("Atención", "PQR nueva")
