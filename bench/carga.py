"""What a worker weighs: throughput with several users, memory, an idle worker, the start of the command line and of a first
solicitud. `python -m bench.carga`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.entorno import CEDULA, CELULAR, NOMBRE, Entorno, machine, mocks
from bench.peso import busy_seconds, cpu_of_family, cpu_seconds, pss_of_family
from robot.intake import Ventanilla
from robot.models import Solicitud
from robot.settings import PREFIX, load_settings
from robot.work import follow

_ROOT = Path(__file__).resolve().parent.parent
_ASESORES = ("ana", "beto", "carla", "dario")
_LATENCIA_MS = 100
_IDLE_AFTER_SECONDS = 30.0
_IDLE_FOR_SECONDS = 30.0


@dataclass(frozen=True)
class Marcha:
    """What so many users at once made of a worker.

    Attributes:
        por_hora: solicitudes filed.
        megabytes: memory (PSS) of worker, driver and browsers when they had been filed.
        cpu: seconds of a core that worker, driver and browsers took for one.
        ocupada: the share of the whole machine that was busy, the mocks with it.
    """

    por_hora: float
    megabytes: float
    cpu: float
    ocupada: float


def throughput(usuarios: int, cada_uno: int) -> Marcha:
    """So many users hand in so many solicitudes each at once, to one worker that keeps their sessions open."""
    with mocks(*_ASESORES) as entorno, worker(entorno, usuarios) as process, open_ventanilla(entorno) as ventanilla:
        entorno.delay(_LATENCIA_MS)
        file_solicitudes(ventanilla, usuarios, 1)
        begun, cpu, busy = time.perf_counter(), cpu_of_family(process.pid), busy_seconds()
        file_solicitudes(ventanilla, usuarios, cada_uno)
        took = time.perf_counter() - begun
        cpu = (cpu_of_family(process.pid) - cpu) / (usuarios * cada_uno)
        ocupada = (busy_seconds() - busy) / took / (os.cpu_count() or 1)
        megabytes = pss_of_family(process.pid)
        assert len(entorno.serviweb.state()["tramites"]) == usuarios * (cada_uno + 1)
    return Marcha(usuarios * cada_uno / took * 3600, megabytes, cpu, ocupada)


def idle() -> tuple[float, float]:
    """A worker for whom nothing comes: its share of a core, and its memory (PSS, MB)."""
    pause = threading.Event()
    with mocks(*_ASESORES) as entorno, worker(entorno, 2) as process:
        pause.wait(_IDLE_AFTER_SECONDS)
        before = cpu_seconds(process.pid)
        pause.wait(_IDLE_FOR_SECONDS)
        return (cpu_seconds(process.pid) - before) / _IDLE_FOR_SECONDS, pss_of_family(process.pid)


def cold_start() -> float:
    """Milliseconds from the start of `radicar` to the end of its process: browser, sign-in, everything."""
    with mocks("ana") as entorno:
        asked = entorno.carpeta / "solicitud.json"
        asked.write_text(json.dumps(_request("ana", 0)), encoding="utf-8")
        return _timed([sys.executable, "-m", "robot", "radicar", str(asked), "--json"], entorno.variables)


def help_time(times: int = 7) -> list[float]:
    """Milliseconds that `--help` takes, as a whole process."""
    return [_timed([sys.executable, "-m", "robot", "--help"], os.environ) for _ in range(times)]


def _timed(command: list[str], variables: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=dict(variables), cwd=_ROOT, capture_output=True, check=True)
    return (time.perf_counter() - begun) * 1000


def _request(asesor: str, number: int) -> dict[str, str]:
    return {
        "suscriptor": f"{1001 + 7 * (number % 40):06d}",
        "cedula": CEDULA,
        "nombre": NOMBRE,
        "celular": CELULAR,
        "solicitud": f"Banco de pruebas {number}.",
        "asesor": asesor,
    }


def file_solicitudes(ventanilla: Ventanilla, usuarios: int, cada_uno: int) -> None:
    reglas = ventanilla.settings.reglas_de_solicitud
    accepted = [
        ventanilla.accept(Solicitud.parse(_request(asesor, number), reglas), quien="bench", otra=True)
        for number in range(cada_uno)
        for asesor in _ASESORES[:usuarios]
    ]
    for referencia in accepted:
        follow(ventanilla.registro, referencia, lambda _: None)


@contextmanager
def open_ventanilla(entorno: Entorno) -> Iterator[Ventanilla]:
    os.environ.update(entorno.variables)
    with Ventanilla(load_settings()) as ventanilla:
        yield ventanilla


@contextmanager
def worker(entorno: Entorno, concurrencia: int) -> Iterator["subprocess.Popen[str]"]:
    variables = {**entorno.variables, PREFIX + "MOTOR__CONCURRENCIA": str(concurrencia)}
    command = [sys.executable, "-m", "robot", "trabajador"]
    with subprocess.Popen(command, cwd=_ROOT, env=variables, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        process.stderr.readline()
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cada-uno", type=int, default=12, help="solicitudes of each user")
    given = parser.parse_args()
    sys.stdout.write(f"{machine()}; {_LATENCIA_MS} ms of latency in both systems.\n\n")
    sys.stdout.write(
        "| users | solicitudes an hour | × one user | CPU s each | machine busy | memory, MB (PSS) | MB for each user more |\n"
    )
    sys.stdout.write("|---:|---:|---:|---:|---:|---:|---:|\n")
    alone: Marcha | None = None
    for usuarios in (1, 2, 4):
        marcha = throughput(usuarios, given.cada_uno)
        alone = alone or marcha
        more = (marcha.megabytes - alone.megabytes) / (usuarios - 1) if usuarios > 1 else 0.0
        sys.stdout.write(
            f"| {usuarios} | {marcha.por_hora:.0f} | {marcha.por_hora / alone.por_hora:.2f}"
            f" | {marcha.cpu:.2f} | {marcha.ocupada:.0%} | {marcha.megabytes:.0f} | {more:.0f} |\n"
        )
        sys.stdout.flush()
    share, megabytes = idle()
    helps = help_time()
    sys.stdout.write("\n| what | measured |\n|---|---:|\n")
    sys.stdout.write(f"| idle worker, share of a core | {share:.1%} |\n")
    sys.stdout.write(f"| idle worker, memory (PSS) | {megabytes:.0f} MB |\n")
    sys.stdout.write(f"| `radicar`, from nothing to the copies | {cold_start():.0f} ms |\n")
    sys.stdout.write(f"| `--help` | {statistics.median(helps):.0f} ms ({min(helps):.0f}–{max(helps):.0f}) |\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
