"""What `make demo` and `make serve` run, on mocks of their own, as somebody who has just come to the project sees it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.servir import CLAVE, folder_of_its_own
from robot.settings import PREFIX

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.calendario, pytest.mark.larga]


@pytest.fixture
def bare() -> Mapping[str, str]:
    """An environment in which nothing is set."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, "PYTHONUNBUFFERED": "1", "PUERTO": "0"}


@pytest.fixture
def address(bare: Mapping[str, str], tmp_path: Path) -> Iterator[str]:
    """Where the form is; it must end by itself when it is asked to."""
    command = [sys.executable, "-m", "fixtures.servir", "--carpeta", str(tmp_path)]
    with subprocess.Popen(command, env=bare, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            told = next(line for line in process.stderr if "Formulario en http" in line)
            yield told.split()[2].rstrip("/")
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()


def test_the_demo_files_a_solicitud_and_shows_what_it_left(bare: Mapping[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fixtures.demo", "--carpeta", str(tmp_path)]
    done = subprocess.run(command, env=bare, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Estado      RADICADA" in done.stdout
    (copias,) = tmp_path.glob("**/*.pdf")
    assert str(copias) in done.stdout


def test_who_serves_from_a_checkout_leaves_alone_who_does_already(tmp_path: Path) -> None:
    with folder_of_its_own(tmp_path) as first:
        (first / "robot.sqlite").touch()
        with folder_of_its_own(tmp_path) as second:
            assert first != second
        assert (first / "robot.sqlite").exists()
    with folder_of_its_own(tmp_path) as again:
        assert (again, list(again.iterdir())) == (first, [])


def test_the_form_offers_cupos(page: Page, address: str) -> None:
    page.set_default_timeout(30_000)
    page.goto(address)
    page.get_by_label("Asesor").fill("ana")
    page.get_by_label("Clave").fill(CLAVE)
    page.get_by_role("button", name="Ingresar").click()
    expect(page.locator("input[name=cupo]:checked")).to_have_count(1)
    assert page.locator("input[name=cupo]").count() > 20
