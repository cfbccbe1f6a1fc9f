"""Copies that go to the printer of the counter."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from robot.paper import Seguidor
from robot.settings import Settings, load_settings
from tests.cups import IMPRESORA, Cups
from tests.papel.mostrador import two_sheets
from tests.web.conftest import Ejecucion, Formulario
from tests.web.test_nueva import radicar
from tests.web.test_seguimiento import expect_estado

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]


@pytest.fixture
def settings(settings: Settings, cups: Cups, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a printer."""
    assert settings
    for name, value in cups.environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.fixture
def _followed(formulario: Formulario) -> Iterator[None]:
    """Prints are followed, as in every process that serves the form."""
    follower = Seguidor(formulario.servicio.ventanilla.papel)
    follower.start()
    yield
    follower.stop()


@pytest.mark.usefixtures("_followed")
def test_what_becomes_of_the_copies_is_shown_live_and_they_are_sent_again_only_when_somebody_asks(
    page: Page, entrar: Entrar, llenar: Llenar, cups: Cups, tomar: Callable[[], Ejecucion], tmp_path: Path
) -> None:
    """What the worker sends there itself is in `tests/engine/test_what_is_kept.py`."""
    entrar(page, "ana")
    llenar(page)
    radicar(page)
    expect_estado(page, "EN COLA")
    tomar().file(two_sheets(tmp_path / "copias.pdf"))
    expect_estado(page, "RADICADA")
    lines = page.get_by_role("listitem").filter(has_text=f"{IMPRESORA} · ana")
    cups.admin("cupsdisable", IMPRESORA)
    page.get_by_role("button", name=f"Enviar a {IMPRESORA}").click()
    expect(lines).to_have_text([re.compile("DETENIDA.*La impresora está en pausa.*No las pida otra vez", re.DOTALL)])
    expect(page.get_by_role("button", name=IMPRESORA)).to_have_count(0)
    cups.admin("cupsenable", IMPRESORA)
    expect(lines).to_have_text([re.compile("IMPRESA")])
    cups.admin("cupsreject", IMPRESORA)
    page.get_by_role("button", name=f"Imprimir de nuevo en {IMPRESORA}").click()
    expect(lines).to_have_text(
        [re.compile("IMPRESA"), re.compile("NO IMPRESA.*no acepta trabajos.*Pídalas otra vez", re.DOTALL)]
    )
    assert len(cups.papeles) == 1
