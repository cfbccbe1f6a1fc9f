"""Solicitudes that live longer than a command: queued, listed, followed, cancelled, interrupted, done by another process."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from fixtures.procesos import Mock, MockGoogle
from tests.acceptance.test_cli import ROOT, ask, radicar, run
from tests.conftest import SOLICITUD
from tests.paciencia import patience
from tests.planilla import rows_of

Environment = Mapping[str, str]


def answer(environment: Environment, *arguments: str, code: int = 0) -> dict[str, Any]:
    """The JSON on stdout of a command that ends with this exit code."""
    done = ask(environment, *arguments, "--json")
    assert done.returncode == code, done.stderr
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_a_queued_solicitud_is_listed_told_and_cancelled(environment: Environment, serviweb: Mock) -> None:
    request = json.dumps({**SOLICITUD, "clave_idempotencia": "ventanilla-3/0042"})
    queued = [how(environment, "radicar", "-", "--encolar", "--json", stdin=request) for how in (run, ask)]
    assert {done.returncode for done in queued} == {0}
    first, second = (json.loads(done.stdout) for done in queued)
    assert (first["referencia"], first["estado"]) == (second["referencia"], "EN COLA")
    other = ask(environment, "radicar", "-", "--encolar", "--json", stdin=request.replace("sifones", "grifos"))
    assert other.returncode == 2
    assert "otros datos" in json.loads(other.stdout)["error"]["mensaje"]
    (listed,) = answer(environment, "estado", "--solo", "en cola")["solicitudes"]
    assert (listed["referencia"], listed["suscriptor"]) == (first["referencia"], "001008")
    reason = ["--quien", "Ana Torres", "--motivo", "Rosa Elvira Muñoz desistió."]
    assert answer(environment, "cancelar", first["referencia"], *reason)["estado"] == "CANCELADA"
    assert "Ya terminó" in answer(environment, "cancelar", first["referencia"], code=2)["error"]["mensaje"]
    history = answer(environment, "estado", first["referencia"])["historia"]
    assert [line["estado"] for line in history] == ["EN COLA", "CANCELADA"]
    assert (history[-1]["quien"], history[-1]["detalle"]) == ("Ana Torres", "••• desistió.")
    assert serviweb.state()["peticiones"] == 0


def test_the_same_without_a_key_is_told_as_the_first_one_unless_it_is_said_to_be_another(
    environment: Environment,
) -> None:
    def radicar_later(*options: str) -> dict[str, Any]:
        done = ask(environment, "radicar", "-", "--encolar", "--json", *options, stdin=json.dumps(dict(SOLICITUD)))
        data: dict[str, Any] = json.loads(done.stdout)
        return data

    first, again, other = radicar_later(), radicar_later(), radicar_later("--otra")
    assert again["referencia"] == first["referencia"] != other["referencia"]
    assert "no se radicó otra" in " ".join(again["avisos"])
    assert first["avisos"] == other["avisos"] == []


def test_what_people_ask_wrongly_is_told_and_changes_nothing(environment: Environment) -> None:
    for arguments, words in (
        (["estado", "VD-7K3Q9M2X"], "referencia"),
        (["reintentar", "VD-MAL"], "carácter de control"),
        (["resolver", "VD-7K3Q9M2X"], "--radicado N o --no-guardado"),
    ):
        assert words in answer(environment, *arguments, code=2)["error"]["mensaje"]
    assert answer(environment, "estado")["solicitudes"] == []


def test_a_worker_of_this_machine_files_what_the_command_hands_in(
    environment: Environment, serviweb: Mock, google: MockGoogle
) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "robot", "trabajador"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stderr is not None
        assert "en servicio" in worker.stderr.readline()
        code, resultado, stderr = radicar(environment)
        assert (code, resultado["estado"]) == (0, "RADICADA")
        assert "✓ 11" in stderr
        assert worker.poll() is None
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=patience()) == 0
    whole = ask(environment, "estado", resultado["referencia"]).stdout
    assert "pasos 3 a 9" in whole
    assert resultado["radicado"] in whole
    assert len(serviweb.state()["tramites"]) == 1
    assert len(rows_of(google, "001008")) == 1


@pytest.mark.larga
def test_an_interrupted_command_is_taken_up_by_the_next_one(
    environment: Environment, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(espera_antes={"veces": 1, "ruta": "GET .*causales", "segundos": 1.5})
    request = json.dumps({**SOLICITUD, "clave_idempotencia": "interrumpida"})
    command = subprocess.Popen(
        [sys.executable, "-m", "robot", "radicar", "-", "--json"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdin is not None
    command.stdin.write(request)
    command.stdin.close()
    command.stdin = None
    pause = threading.Event()
    while not any(serviweb.struck().values()):
        assert command.poll() is None
        pause.wait(0.05)
    command.send_signal(signal.SIGINT)
    stdout, stderr = command.communicate(timeout=patience())
    assert command.returncode == 130
    assert json.loads(stdout)["estado"] == "EN CURSO"
    assert "continuará" in stderr
    code, resultado, _ = radicar(environment, clave_idempotencia="interrumpida")
    assert (code, resultado["estado"]) == (0, "RADICADA")
    assert resultado["referencia"] == json.loads(stdout)["referencia"]
    assert len(serviweb.state()["tramites"]) == 1
    assert len(rows_of(google, "001008")) == 1
