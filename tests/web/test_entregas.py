"""The cita of a RADICADA in the form, the relación de entrega, and how Bandeja finds both."""

import csv
import datetime as dt
import io
import os
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from fixtures.procesos import MockGoogle
from robot.engine import Motor
from robot.flows.traslado import SituacionDeCita
from robot.models import ZONA_HORARIA, Solicitud
from tests.paciencia import eventually
from tests.planilla import place_with, row_at, rows_of
from tests.radicada import Radicada, file_one
from tests.web.conftest import Formulario
from tests.web.test_accesibilidad import PHONE, assert_nothing_hinders

Entrar = Callable[[Page, str], Page]
New = Callable[..., Solicitud]


@pytest.fixture
def radicada(formulario: Formulario, solicitud: New) -> Radicada:
    return file_one(formulario.servicio.ventanilla, solicitud())


def shot(page: Page, name: str) -> None:
    """A picture for whoever looks at the pages, where a folder for them is told."""
    if folder := os.environ.get("CAPTURAS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def look(page: Page, name: str) -> None:
    """Nothing hinders anybody, on a telephone in the dark and on a desk by day."""
    for size, scheme in (({"width": 1280, "height": 800}, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert_nothing_hinders(page)
        shot(page, f"{name}-{size['width']}-{scheme}")
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.calendario
def test_a_cita_is_moved_and_cancelled_in_the_form_and_its_paper_is_followed(
    page: Page, formulario: Formulario, entrar: Entrar, radicada: Radicada, motor: Motor, google: MockGoogle
) -> None:
    before = place_with(google, "2026-000123")
    entrar(page, "ana")
    page.goto(f"{formulario.url}/solicitudes/{radicada.referencia}")
    page.get_by_role("link", name="Mover o cancelar la cita").click()
    look(page, "cita")
    page.get_by_role("button", name="Mover la cita").click()
    expect(page.get_by_role("alert")).to_have_text("Elija un día y una hora.")
    page.locator(".dia .cupo input").nth(3).check()
    page.get_by_role("button", name="Mover la cita").click()
    expect(page.locator(".situacion")).to_contain_text("movida: ana")
    look(page, "seguimiento-movida")
    (row,) = rows_of(google, "001008")
    assert row[6] == "2026-000123"
    assert not any(row_at(google, before)[3:7])

    page.get_by_role("link", name="Entregas").click()
    page.get_by_label(f"Elegir {radicada.referencia}").check()
    page.get_by_role("button", name="Marcar entregadas").click()
    expect(page.get_by_role("cell", name="✓")).to_contain_text("Ana Torres")
    expect(page.get_by_label("Asignar a")).to_have_count(0)
    page.get_by_role("button", name="Salir").click()

    entrar(page, "clara")
    cita = radicada.expediente.cita
    assert cita is not None
    today = dt.datetime.now(ZONA_HORARIA).date()
    page.goto(f"{formulario.url}/entregas?dia={today}&visitas={cita.fecha}")
    page.get_by_label(f"Elegir {radicada.referencia}").check()
    page.get_by_label("Asignar a").fill("Contratista Pérez")
    page.get_by_role("button", name="Asignar las elegidas").click()
    expect(page.get_by_role("region", name="Visitas de")).to_contain_text(["Contratista Pérez"])
    look(page, "entregas")
    pdf = page.request.get(f"{formulario.url}/entregas/visitas.pdf?visitas={cita.fecha}").body()
    with pypdfium2.PdfDocument(pdf) as made:
        assert "2026-000123" in "".join(one.get_textpage().get_text_bounded() for one in made)
    lines = page.request.get(f"{formulario.url}/entregas/relacion.csv?dia={today}").body().decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(lines), delimiter=";")
    assert (line["Entregada por"], line["Asignada a"], line["Asignada por"]) == ("ana", "Contratista Pérez", "clara")

    page.goto(f"{formulario.url}/solicitudes")
    page.get_by_text("Por cita y entrega").click()
    for entrega, found in (("SIN ENTREGAR", 0), ("ASIGNADA", 1)):
        page.get_by_label("Entrega", exact=True).select_option(entrega)
        page.get_by_label("Cita desde").fill(cita.fecha.isoformat())
        page.get_by_role("button", name="Buscar").click()
        expect(page.get_by_role("link", name=radicada.referencia)).to_have_count(found)
    look(page, "bandeja")

    page.goto(f"{formulario.url}/solicitudes/{radicada.referencia}/cita")
    assert_nothing_hinders(page)
    page.get_by_role("button", name="Cancelar la cita").click()
    expect(page.get_by_text("Cancelada", exact=True)).to_be_visible()
    expect(page.get_by_text("Dicen la cita que se canceló")).to_be_visible()
    look(page, "seguimiento-cancelada")
    assert rows_of(google, "001008") == []


@pytest.mark.calendario
def test_whoever_is_about_to_move_a_cita_is_told_that_a_person_has_done_so_by_hand_and_the_record_follows(
    page: Page, formulario: Formulario, entrar: Entrar, radicada: Radicada, motor: Motor, google: MockGoogle
) -> None:
    entrar(page, "clara")
    address = f"{formulario.url}/solicitudes/{radicada.referencia}/cita"
    page.goto(address)
    expect(page.get_by_text("Alguien la movió")).to_have_count(0)
    place = place_with(google, "2026-000123")
    row, below = row_at(google, place), place.moved(2)
    for at, column in enumerate("DEFG", start=3):
        google.edit(accion="clear", **place.cell(column))
        google.edit(accion="type", **below.cell(column), value=row[at], raw=True)
    eventually(lambda: page.goto(address) is not None and page.get_by_text("Alguien la movió").count() == 1)
    assert_nothing_hinders(page)
    eventually(lambda: radicada.expediente.situacion is not None)
    assert radicada.expediente.situacion is not None
    assert radicada.expediente.situacion.situacion is SituacionDeCita.A_MANO
