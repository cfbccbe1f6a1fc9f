"""Bandeja and Tablero: who sees what, what is found, and a file that no spreadsheet takes for formulas."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from robot.errors import OutcomeUnknown
from robot.informes.csv_files import as_csv
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.record.database import transaction
from robot.record.tables import solicitudes
from robot.referencia import Referencia
from tests.web.conftest import Ejecucion, Formulario

Entrar = Callable[[Page, str], Page]
New = Callable[..., Solicitud]


@pytest.fixture
def handed_in(formulario: Formulario, solicitud: New) -> dict[str, Referencia]:
    """One solicitud of each asesor."""
    return {
        asesor: formulario.servicio.ventanilla.accept(solicitud(asesor=asesor, suscriptor=suscriptor), quien=asesor)
        for asesor, suscriptor in (("ana", "001008"), ("luis", "001015"))
    }


def test_an_asesor_sees_their_own_and_a_coordinador_everyones(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    for clave, seen in (("ana", {"ana"}), ("clara", {"ana", "luis"})):
        entrar(page, clave)
        page.goto(f"{formulario.url}/solicitudes")
        for asesor, referencia in handed_in.items():
            expect(page.get_by_role("link", name=referencia)).to_have_count(int(asesor in seen))
        page.get_by_role("button", name="Salir").click()


def test_what_is_not_ones_own_is_not_there(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    entrar(page, "ana")
    other = f"{formulario.url}/solicitudes/{handed_in['luis']}"
    for path in ("", "/avance", "/eventos", "/copias.pdf", "/corregir", "/revision.png"):
        assert page.request.get(other + path).status == 404
    assert page.request.get(f"{formulario.url}/tablero").status == 404
    assert page.request.get(f"{formulario.url}/solicitudes/{handed_in['ana']}").status == 200


def test_solicitudes_are_found_by_suscriptor_referencia_and_estado_and_never_in_the_address(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    entrar(page, "clara")
    page.goto(f"{formulario.url}/solicitudes")
    addresses = []
    for text, found in (("001015", 1), (handed_in["ana"].lower(), 1), ("00", 2), ("999", 0), ("%", 0)):
        page.get_by_label("Cédula, celular, nombre, radicado, suscriptor o referencia").fill(text)
        page.get_by_role("button", name="Buscar").click()
        expect(page.get_by_role("status")).to_contain_text(f"{found} solicitud")
        addresses.append(page.url)
        assert text not in page.url.removeprefix(formulario.url)
    expect(page.get_by_text("Ninguna solicitud cumple con lo que buscó.")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("2 solicitudes")
    expect(page.get_by_label("Cédula, celular, nombre, radicado, suscriptor o referencia")).to_have_value("00")
    other = page.context.browser.new_context() if page.context.browser else None
    assert other is not None
    entrar(somebody := other.new_page(), "luis")
    somebody.goto(addresses[0])
    expect(somebody.get_by_text("Esa búsqueda ya no se guarda.")).to_be_visible()
    expect(somebody.get_by_label("Cédula, celular, nombre, radicado, suscriptor o referencia")).to_have_value("")
    other.close()
    page.get_by_label("Cédula, celular, nombre, radicado, suscriptor o referencia").fill("")
    page.get_by_label("RADICADA").check()
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_role("status")).to_contain_text("0 solicitudes")


@pytest.mark.calendario
def test_the_list_tells_the_working_days_left_of_the_legal_term(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    entrar(page, "ana")
    page.goto(f"{formulario.url}/solicitudes")
    row = page.get_by_role("row").filter(has_text=handed_in["ana"])
    expect(row).to_contain_text("días hábiles")
    accepted = formulario.servicio.registro.expediente(handed_in["ana"]).creada
    midnight_has_passed = dt.datetime.now(ZONA_HORARIA).date() != accepted.date()
    expect(row).to_contain_text(re.compile(r"\b1[45] días" if midnight_has_passed else r"\b15 días"))


def test_a_petition_that_was_answered_is_not_counted_against_the_term_any_more(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia], tomar: Callable[[], Ejecucion]
) -> None:
    tomar().file()
    entrar(page, "luis")
    page.goto(f"{formulario.url}/solicitudes/{handed_in['luis']}")
    page.get_by_role("button", name="Ya se respondió").click()
    expect(page.get_by_text("Respondida")).to_be_visible()
    page.goto(f"{formulario.url}/solicitudes")
    expect(page.get_by_role("row").filter(has_text=handed_in["luis"])).to_contain_text("respondida el")
    page.goto(f"{formulario.url}/solicitudes/{handed_in['luis']}")
    page.get_by_role("button", name="No se ha respondido").click()
    expect(page.get_by_text("Respuesta, a más tardar")).to_be_visible()
    told = [one.detalle for one in formulario.servicio.registro.historia(handed_in["luis"]) if one.quien == "luis"]
    assert told[-2:] == ["Anotó que se respondió.", "Anotó que no se ha respondido."]


def test_what_waits_for_a_person_is_counted_and_marked_however_old_it_is(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia], tomar: Callable[[], Ejecucion]
) -> None:
    tomar().end(Estado.POR_VERIFICAR, OutcomeUnknown())
    long_ago = sa.update(solicitudes).values(creada=dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=40))
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(long_ago))
    entrar(page, "clara")
    expect(page.locator(".cifra.por-verificar")).to_contain_text("1")
    told = page.request.get(f"{formulario.url}/metrics").text()
    assert 'serviweb_solicitudes{estado="POR VERIFICAR"} 1.0' in told
    page.locator(".pendientes").click()
    expect(page.get_by_role("status")).to_contain_text("1 solicitud")
    expect(page.get_by_role("link", name=handed_in["luis"])).to_be_visible()


def test_the_file_is_whole_and_no_cell_of_it_is_a_formula(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    entrar(page, "clara")
    page.goto(f"{formulario.url}/solicitudes")
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Descargar CSV").click()
    text = downloaded.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {row[0] for row in rows[1:]} == set(handed_in.values())
    assert {row[3] for row in rows[1:]} == {"001008", "001015"}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_what_spreadsheets_take_for_a_formula_becomes_text(cell: str) -> None:
    assert as_csv(["a"], [[cell]]).endswith(f'"\'{cell}"\r\n')


@pytest.mark.calendario
def test_the_board_counts_and_machines_are_told(
    page: Page, formulario: Formulario, entrar: Entrar, handed_in: dict[str, Referencia]
) -> None:
    assert handed_in
    entrar(page, "clara")
    expect(page.get_by_role("heading", name="Tablero")).to_be_visible()
    expect(page.locator(".cifra.en-cola")).to_contain_text("2")
    expect(page.get_by_text("ninguna", exact=True)).to_be_visible()
    health = page.request.get(f"{formulario.url}/salud")
    assert (health.status, health.json()["trabajador"]) == (503, False)
    formulario.servicio.registro.beat("otra-maquina")
    assert page.request.get(f"{formulario.url}/salud").status == 200
    assert 'serviweb_solicitudes{estado="EN COLA"} 2.0' in page.request.get(f"{formulario.url}/metrics").text()
