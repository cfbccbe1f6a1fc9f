"""A perfil written by pointing: driven here as a person does, with real clicks."""

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
