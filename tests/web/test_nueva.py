"""Nueva solicitud: forgiving with what is typed, and never two solicitudes from one form."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Dialog, Page, expect

from fixtures.planilla import rows
from fixtures.procesos import MockGoogle
from robot.models import ZONA_HORARIA, Estado
from robot.record.database import transaction
from robot.record.notes import ClaseDeApunte
from robot.record.tables import apuntes
from robot.settings import Settings
from robot.web.cupos import Deseo
from tests.conftest import PRIVATE
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
def test_the_first_free_cupo_is_a_wish_for_the_moment_of_filing_and_what_was_chosen_is_what_is_asked_for(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    free = formulario.servicio.cupos.shown().cupos
    other = next(one for one in free if one.fecha > free[0].fecha)
    entrar(page, "ana")
    for suscriptor, wished in (("001008", None), ("001015", other)):
        page.goto(f"{formulario.url}/solicitudes/nueva")
        expect(page.get_by_label("La primera libre")).to_be_checked()
        if wished:
            choose(page, f"{wished.fecha} {wished.hora:%H:%M}")
        llenar(page, **{"Código de suscriptor": suscriptor})
        radicar(page)
        expect(page.locator(".sello.en-cola")).to_be_visible()
        asked = formulario.servicio.registro.solicitud(formulario.servicio.registro.expedientes()[0].referencia)
        assert asked is not None
        assert (asked.fecha, asked.hora) == ((wished.fecha, wished.hora) if wished else (None, None))
        assert asked.cedula == "40765123"


def choose(page: Page, cupo: str) -> None:
    page.locator(f"input[name=cupo][value='{cupo}']").evaluate(
        "radio => radio.closest('details')?.setAttribute('open', '')"
    )
    page.locator(f"input[name=cupo][value='{cupo}']").check()


@pytest.mark.calendario
def test_a_chosen_cupo_that_others_take_stays_chosen_is_shown_as_taken_and_asked_for_again(
    page: Page, formulario: Formulario, google: MockGoogle, entrar: Entrar, llenar: Llenar
) -> None:
    page.clock.install()
    entrar(page, "ana")
    chosen = Deseo(*next((one.fecha, one.hora) for one in formulario.servicio.cupos.shown().cupos))
    still = page.locator("input[name=cupo]:checked")
    choose(page, chosen.valor)
    leave_one(google)
    only = formulario.servicio.cupos.read_again().cupos
    page.clock.fast_forward(60_000)
    for again in ("the page itself", "a mistake in another field", "the cupo alone"):
        expect(page.locator("#cupo-tomado"), again).to_contain_text("ya no está libre. Elija otro.")
        expect(still, again).to_have_value(chosen.valor)
        llenar(page, Cédula="" if again == "the page itself" else "40.765.123")
        radicar(page)
    expect(page.get_by_role("alert")).to_contain_text("acaba de ocuparse")
    expect(page.get_by_label("Nombre completo")).to_have_value("Rosa Elvira Muñoz")
    assert referencias(formulario) == []
    assert len(only) == 1
    page.get_by_label("La primera libre").check()
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()


@pytest.mark.calendario
def test_a_visit_after_the_legal_term_is_offered_as_such(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    entrar(page, "ana")
    vence = formulario.servicio.calendario.vence(dt.datetime.now(ZONA_HORARIA).date())
    late = {one.fecha for one in formulario.servicio.cupos.shown().cupos if one.fecha > vence}
    assert late, "the schedule reaches beyond the term"
    expect(page.locator(".dia.tarde")).to_have_count(len(late))
    expect(page.locator(".dia.tarde", has_text="después del término")).to_have_count(len(late))


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


def test_what_was_typed_survives_reload_back_and_leaving_and_after_success_nothing_of_it_remains(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    warned: list[str] = []

    def leave_all_the_same(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave_all_the_same)
    nombre = page.get_by_label("Nombre completo")
    entrar(page, "ana")
    llenar(page)
    chosen = Deseo(*next((one.fecha, one.hora) for one in formulario.servicio.cupos.shown().cupos)).valor
    choose(page, chosen)
    expect(page).to_have_url(re.compile(r"/nueva\?borrador="))
    page.reload()
    expect(nombre).to_have_value("Rosa Elvira Muñoz")
    expect(page.locator("input[name=cupo]:checked")).to_have_value(chosen)
    page.get_by_role("link", name="Bandeja").click()
    expect(page.get_by_role("heading", name="Bandeja")).to_be_visible()
    assert warned == ["beforeunload"] * 2
    page.go_back()
    expect(nombre).to_have_value("Rosa Elvira Muñoz")
    page.goto(f"{formulario.url}/solicitudes/nueva")
    expect(nombre).to_have_value("")
    page.get_by_role("link", name="Seguir con ella").click()
    expect(nombre).to_have_value("Rosa Elvira Muñoz")
    left, servicio = page.url.split("borrador=")[1], formulario.servicio
    kept = transaction(servicio.ventanilla.base, lambda connection: connection.execute(sa.select(apuntes)).all())
    assert [one.clave for one in kept] == [left]
    assert not PRIVATE.search(str(kept))
    assert servicio.apuntes.get(ClaseDeApunte.BORRADOR, "luis", left) is None
    radicar(page)
    expect(page.locator(".sello.en-cola")).to_be_visible()
    page.go_back()
    expect(nombre).to_have_value("")
    expect(page.locator("#dejada")).to_be_hidden()
    assert servicio.apuntes.newest(ClaseDeApunte.BORRADOR, "ana") is None


def test_a_form_that_is_left_behind_is_discarded_at_a_word(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar
) -> None:
    entrar(page, "ana")
    llenar(page, Cédula="")
    radicar(page)
    expect(page).to_have_url(re.compile(r"/nueva\?borrador="))
    page.goto(f"{formulario.url}/solicitudes/nueva")
    page.get_by_role("button", name="Descartarla").click()
    expect(page.locator("#dejada")).to_be_hidden()
    assert formulario.servicio.apuntes.newest(ClaseDeApunte.BORRADOR, "ana") is None


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
