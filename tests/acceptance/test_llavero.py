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


@pytest.mark.larga
def test_an_asesor_of_the_keyring_works_with_the_password_there_and_has_a_new_one_or_none(
    environment: Mapping[str, str], serviweb: Mock, tmp_path: Path
) -> None:
    assert "el llavero del sistema" in add(environment)
    done = robot(environment, "radicar", "-", "--json", typed=json.dumps({**SOLICITUD, "suscriptor": "999999"}))
    assert json.loads(done.stdout)["error"]["clase"] == "SuscriptorNotFound", done.stderr
    assert serviweb.state()["sesiones"]
    assert CLAVE in (tmp_path / "llavero.json").read_text()
    kept = [file.read_bytes() for file in (tmp_path / "datos").rglob("*") if file.is_file()]
    assert not any(CLAVE.encode() in content for content in kept)
    assert robot(environment, "asesor", "clave", "ana", "--serviweb", typed="nueva\n").returncode == 0
    assert "nueva" in (tmp_path / "llavero.json").read_text()
    assert robot(environment, "asesor", "desactivar", "ana").returncode == 0
    assert json.loads((tmp_path / "llavero.json").read_text()) == {}


@pytest.mark.parametrize(
    "backend",
    [
        "keyring.backends.fail.Keyring",
        "keyring.backends.null.Keyring",
        "tests.acceptance.llavero_de_prueba.LlaveroRoto",
        "no.hay.Llavero",
    ],
)
def test_a_keyring_that_keeps_nothing_is_told_with_its_remedy(environment: Mapping[str, str], backend: str) -> None:
    told = " ".join(add({**environment, "PYTHON_KEYRING_BACKEND": backend}).split())
    assert "carpeta de secretos" in told
    assert "Su clave de Serviweb quedó" not in told
    assert "Traceback" not in told
    assert CLAVE not in told


def test_a_folder_of_secrets_that_cannot_be_written_is_told_and_the_key_can_be_given_later(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    blocked = tmp_path / "secretos"
    (blocked / "asesores__ana__usuario").mkdir(parents=True)
    with_folder = {**environment, "SERVIWEB_ROBOT_SECRETOS": str(blocked)}
    assert "No se puede escribir" in " ".join(add(with_folder).split())
    (blocked / "asesores__ana__usuario").rmdir()
    given = robot(
        with_folder, "asesor", "clave", "ana", "--serviweb", "--usuario-serviweb", "asesor1", typed=f"{CLAVE}\n"
    )
    assert given.returncode == 0, given.stderr
    assert (blocked / "asesores__ana__clave").read_text() == CLAVE
