"""The Serviweb passwords of asesores in the system's keyring, and nowhere else."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock
from tests.acceptance.test_servir import ROOT, robot
from tests.conftest import CLAVE, SOLICITUD

DEL_FORMULARIO = "Formulario#2026"


@pytest.fixture
def environment(environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
    """No asesor configured, no folder of secrets, and a system with a keyring."""
    clean = {name: value for name, value in environment.items() if "ASESORES__" not in name}
    backend = "tests.acceptance.llavero_de_prueba.Llavero"
    own = {"PYTHON_KEYRING_BACKEND": backend, "LLAVERO_DE_PRUEBA": str(tmp_path / "llavero.json")}
    return {**clean, **own, "PYTHONPATH": str(ROOT)}


def add(environment: Mapping[str, str], clave: str = CLAVE) -> str:
    done = robot(
        environment, "asesor", "agregar", "ana", "--nombre", "Ana Torres", "--usuario-serviweb", "asesor1",
        typed=f"{DEL_FORMULARIO}\n{clave}\n",
    )  # fmt: skip
    return done.stdout + done.stderr


def test_an_asesor_of_the_keyring_files_a_solicitud(
    environment: Mapping[str, str], serviweb: Mock, tmp_path: Path
) -> None:
    assert "el llavero del sistema" in add(environment)
    done = robot(environment, "radicar", "-", "--json", typed=json.dumps(dict(SOLICITUD)))
    assert json.loads(done.stdout)["estado"] == "RADICADA", done.stderr
    (tramite,) = serviweb.state()["tramites"]
    assert tramite["usuario"] == "asesor1"
    assert CLAVE in (tmp_path / "llavero.json").read_text()
    kept = [file.read_bytes() for file in (tmp_path / "datos").rglob("*") if file.is_file()]
    assert not any(CLAVE.encode() in content for content in kept)


def test_a_new_password_replaces_the_old_one_and_a_closed_account_has_none(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    add(environment, "vieja")
    assert robot(environment, "asesor", "clave", "ana", "--serviweb", typed="nueva\n").returncode == 0
    assert "nueva" in (tmp_path / "llavero.json").read_text()
    assert robot(environment, "asesor", "desactivar", "ana").returncode == 0
    assert json.loads((tmp_path / "llavero.json").read_text()) == {}


def test_a_machine_without_a_keyring_says_what_to_do(environment: Mapping[str, str]) -> None:
    bare = {**environment, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    assert "carpeta de secretos" in " ".join(add(bare).split())
