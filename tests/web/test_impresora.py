"""Copies that go to the printer of the counter."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from robot.models import DocumentoCopias
from robot.settings import Settings, load_settings
from tests.web.conftest import Ejecucion
from tests.web.test_nueva import radicar
from tests.web.test_seguimiento import expect_estado

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the command `lp` of this machine is told, one line a print."""
    told, command = tmp_path / "spool", tmp_path / "bin" / "lp"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {told}\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    return told


@pytest.fixture
def settings(settings: Settings, spool: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a printer."""
    assert settings
    assert spool
    monkeypatch.setenv("SERVIWEB_ROBOT_IMPRESION__IMPRESORA", "ventanilla")
    return load_settings()


def test_copies_go_to_the_configured_printer_again_only_when_somebody_asks(
    page: Page, entrar: Entrar, llenar: Llenar, spool: Path, tomar: Callable[[], Ejecucion], tmp_path: Path
) -> None:
    """What the worker sends there itself is in `tests/engine/test_what_is_kept.py`."""
    entrar(page, "ana")
    llenar(page)
    radicar(page)
    expect_estado(page, "EN COLA")
    copies = tmp_path / "copias.pdf"
    copies.write_bytes(b"%PDF")
    tomar().file(DocumentoCopias(archivo=copies, sha256="0" * 64, copias=2, paginas=2))
    expect_estado(page, "RADICADA")
    assert not spool.exists()
    page.get_by_role("button", name="Enviar a ventanilla").click()
    expect(page.get_by_role("listitem").filter(has_text="ventanilla · ana")).to_have_count(1)
    page.get_by_role("button", name="Imprimir de nuevo en ventanilla").click()
    expect(page.get_by_role("listitem").filter(has_text="ventanilla · ana")).to_have_count(2)
    assert [line.split()[:2] for line in spool.read_text().splitlines()] == [["-d", "ventanilla"]] * 2
