"""`serviweb-robot servir` and `asesor` as processes, from the command line to the radicado."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.procesos import Mock
from tests.acceptance.test_cli import ask
from tests.paciencia import patience, patience_ms

CLAVE = "Formulario#2026"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
    """No asesor configured: they are added by command, into a folder of secrets."""
    secrets = tmp_path / "secretos"
    secrets.mkdir(mode=0o700)
    clean = {name: value for name, value in environment.items() if "ASESORES__" not in name}
    return {**clean, "SERVIWEB_ROBOT_SECRETOS": str(secrets), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def robot(environment: Mapping[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "robot", *words]
    return subprocess.run(
        command, env=environment, input=typed, text=True, capture_output=True, check=False, timeout=patience()
    )


@pytest.fixture
def url(environment: Mapping[str, str]) -> Iterator[str]:
    """Where `servir` listens; it must end by itself when it is asked to."""
    added = robot(
        environment, "asesor", "agregar", "Ana", "--nombre", "Ana Torres", "--usuario-serviweb", "asesor1",
        typed=f"{CLAVE}\nClave#2026\n",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    command = [sys.executable, "-m", "robot", "servir", "--puerto", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert "Formulario en http://127.0.0.1:" in line, line
            yield line.split()[2].rstrip("/")
            process.send_signal(signal.SIGTERM)
            assert process.wait(patience()) == 0
        finally:
            process.kill()


def test_an_added_asesor_files_a_solicitud_and_the_form_ends_when_it_is_asked_to(
    page: Page, url: str, serviweb: Mock
) -> None:
    page.set_default_timeout(patience_ms(20))
    page.goto(url)
    page.get_by_label("Asesor").fill("ana")
    page.get_by_label("Clave").fill(CLAVE)
    page.get_by_role("button", name="Ingresar").click()
    fields = {"Código de suscriptor": "001008", "Cédula": "40765123", "Celular": "3105550101"}
    for etiqueta, value in {**fields, "Nombre completo": "Rosa Muñoz", "Solicitud": "Sale agua."}.items():
        page.get_by_label(etiqueta, exact=True).fill(value)
    page.get_by_role("button", name="Radicar").click()
    expect(page.locator(".sello.radicada")).to_be_visible(timeout=patience_ms())
    (tramite,) = serviweb.state()["tramites"]
    assert tramite["usuario"] == "asesor1"


def test_accounts_are_listed_changed_and_closed_and_no_password_is_shown(environment: Mapping[str, str]) -> None:
    typed = f"{CLAVE}\nClave#2026\n"
    ask(environment, "asesor", "agregar", "luis", "--nombre", "Luis Mora", "--usuario-serviweb", "u2", stdin=typed)
    again = ask(environment, "asesor", "agregar", "luis", "--nombre", "Luis Mora", stdin=typed)
    assert (again.returncode, "ya hay una cuenta" in again.stderr) == (2, True)
    assert ask(environment, "asesor", "clave", "luis", stdin="corta\n").returncode == 2
    assert ask(environment, "asesor", "clave", "luis", stdin="Otra-clave-2026\n").returncode == 0
    assert ask(environment, "asesor", "agregar", "../x", "--nombre", "X", stdin=typed).returncode == 2
    listed = ask(environment, "asesor", "listar")
    assert "Luis Mora" in listed.stdout
    secrets = Path(environment["SERVIWEB_ROBOT_SECRETOS"])
    assert sorted(one.name for one in secrets.iterdir()) == [
        f"asesores__luis__{p}" for p in ("clave", "nombre", "usuario")
    ]
    assert all(one.stat().st_mode & 0o077 == 0 for one in secrets.iterdir())
    assert ask(environment, "asesor", "desactivar", "luis").returncode == 0
    assert list(secrets.iterdir()) == []
    assert CLAVE not in listed.stdout + again.stderr


def test_a_public_address_without_https_is_refused(environment: Mapping[str, str]) -> None:
    refused = ask(environment, "servir", "--direccion", "0.0.0.0", "--puerto", "0")  # noqa: S104  # that it is refused is the point
    assert refused.returncode == 2
    assert "exige https" in " ".join(refused.stderr.split())
