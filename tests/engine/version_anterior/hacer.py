"""Makes `VERSION.sql.gz` and `VERSION.llave`: the database of an older version of the robot, with its work in flight.

Run it once for a version that people have, before the tables change:

    git worktree add /tmp/viejo VERSION
    python -m tests.engine.version_anterior.hacer /tmp/viejo VERSION

The robot is that version's; the mocks and this script are of the checkout it is run in, and it uses nothing of the robot but
its commands and settings. Every person in it is invented. What it leaves, told by `estado`:

* RADICADA, RECHAZADA and CANCELADA, one each; a conciliación; two accounts of the form;
* EN CURSO: one whose worker was killed while it filled the form, one whose worker was killed when Serviweb had saved and not
  answered;
* EN COLA: one that was waiting behind them.

The schedule is that of `SCHEDULE_DAY`, so that cupos are still to come whenever the tests are run.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fixtures.procesos import Mock, MockGoogle, running

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
SCHEDULE_DAY = "2099-02-01"
EJECUTOR = "mostrador"
CLAVE = "Clave#2026"
CLAVE_FORMULARIO = "Formulario#2026"
EN_FORMULARIO = {"suscriptor": "001015", "asesor": "ana", "clave_idempotencia": "en-formulario"}
EN_GUARDAR = {"suscriptor": "001022", "asesor": "luis", "clave_idempotencia": "en-guardar"}
EN_ESPERA = {"suscriptor": "001036", "asesor": "ana", "clave_idempotencia": "en-espera"}
RADICADA = {"suscriptor": "001008", "asesor": "ana", "clave_idempotencia": "radicada"}
PERSONA = {
    "cedula": "40.765.123",
    "nombre": "Rosa Elvira Muñoz",
    "celular": "310 555 0101",
    "solicitud": "El agua se devuelve por los sifones.",
}


class Robot:
    """An older version of the robot, by its commands."""

    def __init__(self, checkout: Path, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, "PYTHONPATH": str(checkout)}
        self._checkout = checkout

    def run(self, *command: str, told: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "robot", *command],
            env=self._environment,
            cwd=self._checkout,
            input=told,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in {0, 1, 3}:
            raise RuntimeError(done.stderr)
        return done.stdout

    def hand_in(self, **of_this_one: str) -> str:
        """The referencia of a solicitud that waits for a worker."""
        told = json.dumps({**PERSONA, **of_this_one})
        return str(json.loads(self.run("radicar", "-", "--encolar", "--json", told=told))["referencia"])

    def wait_for(self, so: Callable[[Mapping[str, Any]], bool], referencia: str) -> None:
        pause = threading.Event()
        for _ in range(120):
            if so(json.loads(self.run("estado", referencia, "--json"))):
                return
            pause.wait(0.5)
        raise RuntimeError(f"{referencia} never came to that")

    @contextmanager
    def working(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker, killed at the end of the block."""
        command = [sys.executable, "-m", "robot", "trabajador"]
        with subprocess.Popen(command, env=self._environment, cwd=self._checkout) as worker:
            try:
                yield worker
            finally:
                worker.kill()


def environment(serviweb: Mock, google: MockGoogle, folder: Path) -> Mapping[str, str]:
    """The settings of the robot that is killed, and of the one that goes on."""
    key = folder / "google.json"
    key.write_text(json.dumps(google.credentials()), encoding="utf-8")
    values = {
        "DATOS": str(folder / "datos"),
        "SERVIWEB__URL": serviweb.url,
        "SERVIWEB__PERFIL": str(ROOT / "perfiles" / "classic.toml"),
        "SERVIWEB__ESPERA_SEGUNDOS": "110",
        "GOOGLE__API": google.url,
        "GOOGLE__CREDENCIALES": str(key),
        "MOTOR__EJECUTOR": EJECUTOR,
        "ASESORES__ANA__USUARIO": "asesor1",
        "ASESORES__ANA__CLAVE": CLAVE,
        "ASESORES__ANA__NOMBRE": "Ana Torres",
        "ASESORES__LUIS__USUARIO": "asesor2",
        "ASESORES__LUIS__CLAVE": CLAVE,
        "ASESORES__LUIS__NOMBRE": "Luis Mora",
    }
    return {**os.environ, **{f"SERVIWEB_ROBOT_{name}": value for name, value in values.items()}}


def leave_work(robot: Robot, serviweb: Mock) -> None:
    """Live through a day that ends with a power cut."""
    for clave, rol in (("ana", "asesor"), ("clara", "coordinador")):
        robot.run(
            "asesor", "agregar", clave, "--nombre", f"{clave.title()} Torres", "--rol", rol, told="Formulario#2026\n"
        )
    robot.run("cancelar", robot.hand_in(suscriptor="001043", asesor="ana"))
    with robot.working() as worker:
        ended = [robot.hand_in(**RADICADA), robot.hand_in(suscriptor="999999", asesor="ana")]
        for referencia in ended:
            robot.wait_for(lambda seen: seen["estado"] in {"RADICADA", "RECHAZADA"}, referencia)
        robot.run("conciliar")
        serviweb.faults(
            espera_antes={"veces": 1, "ruta": "GET .*causales", "saltar": 1, "segundos": 600},
            espera_despues={"veces": 1, "ruta": "POST .*guardar", "segundos": 600},
        )
        sent = robot.hand_in(**EN_GUARDAR)
        robot.wait_for(lambda seen: seen["etapa"] == "guardar" and serviweb.struck()["espera_despues"] == 1, sent)
        filling = robot.hand_in(**EN_FORMULARIO)
        robot.wait_for(lambda seen: seen["etapa"] == "formulario" and serviweb.struck()["espera_antes"] == 1, filling)
        robot.hand_in(**EN_ESPERA)
        worker.kill()


def main() -> None:
    checkout, version = Path(sys.argv[1]).resolve(), sys.argv[2]
    with (
        tempfile.TemporaryDirectory() as name,
        running("fixtures.mock_serviweb") as serviweb,
        running("fixtures.mock_google") as google,
    ):
        folder = Path(name)
        MockGoogle(google).reset(hoy=SCHEDULE_DAY)
        settings = environment(Mock(serviweb), MockGoogle(google), folder)
        leave_work(Robot(checkout, settings), Mock(serviweb))
        with closing(sqlite3.connect(folder / "datos" / "robot.sqlite")) as kept:
            dump = "\n".join(kept.iterdump())
        (HERE / f"{version}.sql.gz").write_bytes(gzip.compress(dump.encode(), mtime=0))
        (HERE / f"{version}.llave").write_bytes((folder / "datos" / "robot.llave").read_bytes())


if __name__ == "__main__":
    main()
