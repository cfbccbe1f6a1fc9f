"""Who gets in, and for how long."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from robot.errors import BadInput
from tests.web.conftest import CLAVE, Formulario
from tests.web.test_nueva import radicar

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]


def attempt(page: Page, clave: str, password: str) -> None:
    page.get_by_label("Asesor").fill(clave)
    page.get_by_label("Clave").fill(password)
    page.get_by_role("button", name="Ingresar").click()


def test_after_too_many_wrong_passwords_not_even_the_right_one_is_looked_at(page: Page, formulario: Formulario) -> None:
    page.goto(formulario.url)
    for _ in range(formulario.servicio.settings.web.intentos):
        attempt(page, "ana", "equivocada-1")
        expect(page.get_by_role("alert")).to_have_text("El asesor o la clave no son correctos.")
    attempt(page, "ana", CLAVE)
    expect(page.get_by_role("alert")).to_contain_text("Demasiados intentos")


def test_somebody_unknown_is_told_the_same_as_somebody_with_a_wrong_password(
    page: Page, formulario: Formulario
) -> None:
    page.goto(formulario.url)
    attempt(page, "nadie", CLAVE)
    expect(page.get_by_role("alert")).to_have_text("El asesor o la clave no son correctos.")


@pytest.mark.parametrize("change", ["desactivar", "clave"])
def test_a_session_ends_when_its_account_is_closed_or_its_password_changes(
    page: Page, formulario: Formulario, entrar: Entrar, change: str
) -> None:
    entrar(page, "ana")
    cuentas = formulario.servicio.cuentas
    if change == "clave":
        cuentas.set_password("ana", "Otra-clave-2026", quien="clara")
    else:
        cuentas.deactivate("ana", quien="clara")
    page.goto(f"{formulario.url}/solicitudes/nueva")
    expect(page.get_by_role("heading", name="Ingreso")).to_be_visible()


def test_what_was_typed_survives_an_expired_session(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    page.context.clear_cookies()
    radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("Su sesión terminó")
    attempt(page, "ana", CLAVE)
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()
    assert len(formulario.servicio.registro.expedientes()) == 1


def test_leaving_ends_the_session(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    entrar(page, "ana")
    page.get_by_role("button", name="Salir").click()
    page.goto(f"{formulario.url}/solicitudes")
    expect(page.get_by_role("heading", name="Ingreso")).to_be_visible()


def test_a_short_password_and_a_second_account_of_one_name_are_refused(formulario: Formulario) -> None:
    cuentas = formulario.servicio.cuentas
    with pytest.raises(BadInput):
        cuentas.set_password("ana", "corta", quien="clara")
    known = cuentas.get("ana")
    assert known is not None
    with pytest.raises(BadInput):
        cuentas.add("ANA", nombre="Otra", rol=known.rol, password=CLAVE, quien="clara")
