"""Conciliación in the form: asked for, watched, read, its repairs accepted; the coordinador's alone."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.acuerdo import file_what_people_have_booked
from fixtures.planilla import Place
from fixtures.procesos import Mock, MockGoogle
from robot.engine import Motor
from robot.settings import Settings, load_settings
from tests.conftest import CLAVE
from tests.paciencia import patience_ms
from tests.planilla import place_with, row_at
from tests.web.conftest import Formulario
from tests.web.test_accesibilidad import PHONE, assert_nothing_hinders

Entrar = Callable[[Page, str], Page]


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With an account that only conciliación uses, and few days to look at."""
    account = {"USUARIO": "robot", "CLAVE": CLAVE, "NOMBRE": "Robot"}
    own = {f"ASESORES__ROBOT__{name}": value for name, value in account.items()}
    few = {"CONCILIACION__ASESOR": "robot", "CONCILIACION__DIAS": "2", "CONCILIACION__DIAS_ANTES": "8"}
    for name, value in {**own, **few}.items():
        monkeypatch.setenv(f"SERVIWEB_ROBOT_{name}", value)
    return load_settings()


@pytest.fixture
def sin_radicado(serviweb: Mock, google: MockGoogle) -> Place:
    """Where a visit is whose radicado nobody has written, in a world that agrees otherwise."""
    booked = file_what_people_have_booked(serviweb, google, hace_dias=1, ultimas=45)
    place = place_with(google, booked[-3])
    google.edit(accion="clear", **place.cell("G"))
    return place


@pytest.mark.calendario
@pytest.mark.usefixtures("motor")
def test_the_coordinador_reads_what_differs_takes_the_report_along_and_accepts_the_repair(
    page: Page, formulario: Formulario, entrar: Entrar, google: MockGoogle, sin_radicado: Place, tmp_path: Path
) -> None:
    entrar(page, "clara")
    page.get_by_role("link", name="Conciliación", exact=True).click()
    assert_nothing_hinders(page)
    page.get_by_role("button", name="Conciliar ahora").click()
    expect(page.get_by_role("status")).to_contain_text("1 diferencia por revisar", timeout=patience_ms())
    expect(page.get_by_role("heading", name="Cita sin radicado, con trámite en Serviweb")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=f"fila {sin_radicado.row} ")
    expect(row).to_contain_text("no hay otro")
    assert_nothing_hinders(page)
    take_the_report_along(page, tmp_path)
    row.get_by_role("button", name="Aceptar").click()
    expect(page.get_by_role("status")).to_contain_text("no queda ninguna por revisar", timeout=patience_ms())
    expect(page.get_by_text("Reparado (clara")).to_be_visible()
    assert re.fullmatch(r"\d{4}-\d+", row_at(google, sin_radicado)[6])
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(color_scheme="dark")
    assert_nothing_hinders(page)
    page.get_by_role("link", name="todas").click()
    expect(page.get_by_role("row").filter(has_text="clara")).to_contain_text("Sin diferencias · 1 reparada")
    assert_nothing_hinders(page)
    page.goto(f"{formulario.url}/tablero")
    expect(page.get_by_text("sin diferencias")).to_be_visible()


def take_the_report_along(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV").click()
    text = downloaded.value.path().read_text(encoding="utf-8-sig")
    (line,) = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert (line["Hallazgo"], line["Severidad"]) == ("cita sin radicado, con trámite en Serviweb", "media")
    with page.expect_download() as whole:
        page.get_by_role("link", name="Informe", exact=True).click()
    whole.value.save_as(tmp_path / "informe.html")
    report = page.context.new_page()
    report.goto((tmp_path / "informe.html").as_uri())
    expect(report.get_by_role("heading", name="Conciliación de visitas domiciliarias")).to_be_visible()
    report.get_by_role("button", name="Suscriptor").click()
    expect(report.get_by_role("columnheader", name="Suscriptor")).to_have_attribute("aria-sort", "ascending")
    report.close()


def test_it_is_not_an_asesors_to_see(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    identidad = formulario.servicio.ventanilla.rondas.conciliar(reparar=False, quien="clara")
    entrar(page, "ana")
    expect(page.get_by_role("link", name="Conciliación", exact=True)).to_have_count(0)
    for path in ("/conciliacion", f"/conciliacion/{identidad}", f"/conciliacion/{identidad}/informe.csv"):
        assert page.request.get(formulario.url + path).status == 404


def test_a_repair_that_was_never_proposed_is_not_made(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    identidad = formulario.servicio.ventanilla.rondas.conciliar(reparar=False, quien="clara")
    entrar(page, "clara")
    page.goto(f"{formulario.url}/conciliacion/{identidad}")
    csrf = page.locator("input[name=csrf]").first.input_value()
    answer = page.request.post(
        f"{formulario.url}/conciliacion/{identidad}/reparar", form={"csrf": csrf, "clave": "0" * 16}
    )
    assert answer.status == 404
    assert formulario.servicio.ventanilla.conciliaciones.repairs(identidad) == {}


@pytest.mark.larga
def test_the_screens_are_looked_at_when_asked(
    page: Page, formulario: Formulario, motor: Motor, entrar: Entrar, serviweb: Mock
) -> None:
    assert motor
    entrar(page, "clara")
    page.goto(f"{formulario.url}/conciliacion")
    page.get_by_role("button", name="Verificar las pantallas").click()
    looked_at = page.get_by_role("region", name="Pantallas de Serviweb")
    expect(looked_at.get_by_text("Revise: resultados no vistos")).to_be_visible(timeout=patience_ms())
    looked_at.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Verificación de pantallas")).to_be_visible()
    assert serviweb.state()["tramites"] == []
