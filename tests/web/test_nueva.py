"""Nueva solicitud: forgiving with what is typed, and never two solicitudes from one form."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from fixtures.planilla import rows
from fixtures.procesos import MockGoogle
from robot.models import Estado
from robot.settings import Settings
from tests.web.conftest import Formulario

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]


def referencias(formulario: Formulario) -> list[str]:
    return [str(one.referencia) for one in formulario.servicio.registro.expedientes()]


def radicar(page: Page) -> None:
    page.get_by_role("button", name="Radicar").click()


def test_every_problem_stands_beside_its_field_and_what_was_typed_is_kept(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page, Cédula="12", Celular="435 0202", Solicitud="")
    radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("Hay 3 datos por corregir")
    expect(page.get_by_label("Cédula", exact=True)).to_have_value("12")
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    expect(page.get_by_label("Cédula", exact=True)).to_have_accessible_description(re.compile("Debe tener entre 4"))
    expect(page.get_by_label("Cédula", exact=True)).to_have_attribute("aria-invalid", "true")
    assert referencias(formulario) == []


def test_which_document_it_is_is_asked_only_where_the_number_does_not_tell_and_nobody_needs_a_telephone(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page, Cédula="AB 123456", Celular="No tiene")
    expect(page.get_by_label("Tipo de documento")).to_have_count(0)
    radicar(page)
    expect(page.get_by_label("Cédula", exact=True)).to_have_accessible_description(re.compile("qué documento es"))
    page.get_by_label("Tipo de documento").select_option("Pasaporte")
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()
    (expediente,) = formulario.servicio.registro.expedientes()
    asked = formulario.servicio.registro.solicitud(expediente.referencia)
    assert asked is not None
    assert (asked.cedula, asked.celular) == ("PA AB123456", "no tiene")


def test_the_count_tells_what_is_left_of_observacion_and_the_server_refuses_what_does_not_fit(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    page.get_by_label("Ruta").fill("00-0001")
    llenar(page, Solicitud="x" * 900)
    expect(page.get_by_text(re.compile(r"Quedan \d+ caracteres"))).to_be_visible()
    page.get_by_label("Solicitud", exact=True).fill("x" * 960)
    over = page.locator("#solicitud-cuenta").inner_text()
    assert over.startswith("Sobran")
    radicar(page)
    expect(page.locator("#solicitud-problema1")).to_contain_text(over.removesuffix("."))
    assert referencias(formulario) == []


@pytest.mark.calendario
def test_the_next_free_cupo_is_chosen_and_what_was_chosen_is_what_is_asked_for(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    free = formulario.servicio.cupos.shown().cupos
    entrar(page, "ana")
    first = f"{free[0].fecha} {free[0].hora:%H:%M}"
    expect(page.locator(f"input[name=cupo][value='{first}']")).to_be_checked()
    other = next(one for one in free if one.fecha > free[0].fecha)
    page.locator(f"input[name=cupo][value='{other.fecha} {other.hora:%H:%M}']").check()
    llenar(page)
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()
    (expediente,) = formulario.servicio.registro.expedientes()
    asked = formulario.servicio.registro.solicitud(expediente.referencia)
    assert asked is not None
    assert (asked.fecha, asked.hora, asked.cedula) == (other.fecha, other.hora, "40765123")


def test_double_click_reload_and_back_give_one_solicitud(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    page.evaluate("() => { const f = document.getElementById('solicitud-nueva'); f.submit(); f.submit(); }")
    expect(page.locator(".sello.en-cola")).to_be_visible()
    page.reload()
    page.go_back()
    llenar(page)
    radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("ya pidió una visita")
    assert len(referencias(formulario)) == 1


def test_two_tabs_of_one_asesor_are_two_solicitudes(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    other = page.context.new_page()
    other.goto(f"{formulario.url}/solicitudes/nueva")
    for tab, suscriptor in ((page, "001008"), (other, "001015")):
        llenar(tab, **{"Código de suscriptor": suscriptor})
        radicar(tab)
        expect(tab.locator(".sello.en-cola")).to_be_visible()
    assert len(set(referencias(formulario))) == 2


class TestWhereNobodyIsAskedAboutDuplicates:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        reglas = settings.reglas.model_copy(update={"dias_duplicado": 0})
        return settings.model_copy(update={"reglas": reglas})

    def test_the_very_same_from_another_form_is_the_first_one_unless_it_is_said_to_be_another(
        self, page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
    ) -> None:
        """The answer was lost, and the asesor went back: the browser has what was typed, in a form with another number."""
        entrar(page, "ana")
        other = page.context.new_page()
        other.goto(f"{formulario.url}/solicitudes/nueva")
        for tab in (page, other):
            llenar(tab)
            radicar(tab)
            expect(tab.locator(".sello.en-cola")).to_be_visible()
        assert len(referencias(formulario)) == 1
        expect(other.locator("#igual")).to_contain_text("no se radicó otra")
        other.get_by_role("link", name="Es otra visita").click()
        expect(other.get_by_label("Es otra visita")).to_be_checked()
        radicar(other)
        expect(other.locator(".sello.en-cola")).to_be_visible()
        assert len(referencias(formulario)) == 2


@pytest.mark.calendario
def test_a_recent_visit_of_the_suscriptor_must_be_confirmed(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    for number in (1, 2):
        page.goto(f"{formulario.url}/solicitudes/nueva")
        llenar(page)
        radicar(page)
        if number == 2:
            expect(page.get_by_role("alert")).to_contain_text("ya pidió una visita en los últimos 15 días")
            assert len(referencias(formulario)) == 1
            page.get_by_label("Es otra visita").check()
            radicar(page)
        expect(page.locator(".sello.en-cola")).to_be_visible()
    assert len(referencias(formulario)) == 2


@pytest.mark.calendario
def test_a_cupo_that_a_person_took_meanwhile_is_told_and_another_is_offered(
    page: Page, formulario: Formulario, google: MockGoogle, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    chosen = page.locator("input[name=cupo]:checked").get_attribute("value")
    leave_one(google)
    only = formulario.servicio.cupos.read_again().cupos
    radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("acaba de ocuparse")
    expect(page.locator("input[name=cupo]:checked")).not_to_have_value(str(chosen))
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    assert len(only) == 1
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()


@pytest.mark.calendario
def test_two_asesores_cannot_both_have_the_last_cupo(
    page: Page, formulario: Formulario, google: MockGoogle, browser: Browser, entrar: Entrar, llenar: Llenar
) -> None:
    leave_one(google)
    formulario.servicio.cupos.read_again()
    context = browser.new_context()
    other = entrar(context.new_page(), "luis")
    entrar(page, "ana")
    for tab, suscriptor in ((page, "001008"), (other, "001015")):
        llenar(tab, **{"Código de suscriptor": suscriptor})
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()
    radicar(other)
    expect(other.get_by_role("alert")).to_contain_text("No quedan cupos libres")
    expect(other.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    context.close()
    assert [one.estado for one in formulario.servicio.registro.expedientes()] == [Estado.EN_COLA]


def test_an_unreadable_programacion_is_told_and_nothing_is_lost(
    page: Page, formulario: Formulario, google: MockGoogle, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page)
    google.faults(error_antes={"veces": -1, "status": 503})
    radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("Google")
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    google.faults()
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()


def leave_one(google: MockGoogle) -> None:
    """Have people take every free cupo but one, some days from now."""
    free = [place for place, row in rows(google) if len(row) == 3]
    del free[len(free) // 4]
    google.edit(ediciones=[{"accion": "type", "value": "000777", **place.cell("D")} for place in free])
