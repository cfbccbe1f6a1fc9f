"""Solicitudes handed in by HTTP on one Postgres, beside a queue that is being worked on: `python -m bench.api`.

The server is the real one, as a process of its own; a worker whose browser is simulated (`bench.cola`) takes from the queue
meanwhile. The same number is first handed in without HTTP, by `Ventanilla.hand_in`, for what HTTP adds. Postgres runs without
fsync, as the tests' does.
"""

import argparse
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from bench.entorno import CEDULA, CELULAR, NOMBRE, machine, mocks
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.programs import Alcance, Llaves
from robot.settings import PREFIX, load_settings
from tests.postgres import find_binaries, running_postgres

_ROOT = Path(__file__).resolve().parent.parent
_USUARIOS = 40
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Pasada:
    """What one pass over so many requests took: in all, each, and of which process's time."""

    nombre: str
    cuantas: int
    segundos: float
    esperas: list[float]
    cpu: Mapping[str, float]

    @property
    def line(self) -> str:
        waited = sorted(self.esperas)
        spent = " + ".join(f"{name} {1000 * one / self.cuantas:.2f}" for name, one in self.cpu.items())
        return (
            f"| {self.nombre} | {self.cuantas:,} | {self.cuantas / self.segundos:.0f} | {statistics.median(waited):.1f}"
            f" | {waited[int(len(waited) * 0.95)]:.1f} | {waited[-1]:.0f} | {spent} |"
        )


def _bodies(cuantas: int) -> Iterator[dict[str, str]]:
    for number in range(cuantas):
        yield {
            "suscriptor": f"{1001 + number % 50:06d}",
            "cedula": CEDULA,
            "nombre": NOMBRE,
            "celular": CELULAR,
            "solicitud": f"Carga {number}.",
            "asesor": f"a{number % _USUARIOS}",
            "clave_idempotencia": uuid.uuid4().hex,
        }


def _cpu(pid: int) -> float:
    """Seconds of processor that a process and those below it have had; of this one, without those that it has started."""
    if pid == os.getpid():
        return time.process_time()
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS + sum(_cpu(int(one)) for one in children)


class _Contador:
    """The processor's time of some processes from here on."""

    def __init__(self, **pids: int) -> None:
        self._pids = pids
        self._before = {name: _cpu(pid) for name, pid in pids.items()}

    def spent(self) -> Mapping[str, float]:
        return {name: _cpu(pid) - self._before[name] for name, pid in self._pids.items()}


def _by_hand(ventanilla: Ventanilla, cuantas: int, postgres: int) -> Pasada:
    """Handed in by a process of its own, one after the other."""
    asked = [Solicitud.parse(one, ventanilla.settings.reglas_de_solicitud) for one in _bodies(cuantas)]
    contador, begun, waited = _Contador(python=os.getpid(), postgres=postgres), time.perf_counter(), []
    for one in asked:
        at = time.perf_counter()
        ventanilla.hand_in(one, quien="bench", programa="bench")
        waited.append((time.perf_counter() - at) * 1000)
    return Pasada("`hand_in`", cuantas, time.perf_counter() - begun, waited, contador.spent())


def _by_http(url: str, llave: str, cuantas: int, conexiones: int, contador: _Contador) -> Pasada:
    """Handed in over so many connections that are kept open."""
    asked = [json.dumps(one).encode() for one in _bodies(cuantas)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(conexiones) as pool:
        parts = [asked[at::conexiones] for at in range(conexiones)]
        waited = list(itertools.chain.from_iterable(pool.map(lambda part: _send(url, llave, part), parts)))
    return Pasada(f"API, {conexiones} at once", cuantas, time.perf_counter() - begun, waited, contador.spent())


def _send(url: str, llave: str, bodies: Sequence[bytes]) -> list[float]:
    where = urlsplit(url)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waited = []
    for body in bodies:
        begun = time.perf_counter()
        headers = {"Authorization": f"Bearer {llave}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/solicitudes", body, headers)
        answer = connection.getresponse()
        told = answer.read()
        waited.append((time.perf_counter() - begun) * 1000)
        assert answer.status == 202, told
    connection.close()
    return waited


@contextmanager
def _serving(variables: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    command = [sys.executable, "-m", "robot", "servir", "--sin-trabajador", "--puerto", "0"]
    with subprocess.Popen(command, cwd=_ROOT, env=variables, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None  # it was asked for
        url = next(line for line in server.stderr if line.startswith("Formulario en")).split()[2].rstrip("/")
        drain = threading.Thread(target=server.stderr.read, daemon=True)
        drain.start()
        try:
            yield url, server.pid
        finally:
            server.terminate()


@contextmanager
def _working(variables: Mapping[str, str], cuantos: int, ms_por_parte: float) -> Iterator[None]:
    command = [sys.executable, "-m", "bench.cola", "--trabajar", "--ms-por-parte", str(ms_por_parte)]
    workers = [
        subprocess.Popen(command, cwd=_ROOT, env={**variables, PREFIX + "MOTOR__EJECUTOR": f"t{number}"})
        for number in range(cuantos)
    ]
    try:
        yield
    finally:
        for one in workers:
            one.terminate()
        for one in workers:
            one.wait(90)


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuantas", type=int, default=10_000)
    parser.add_argument("--conexiones", type=int, default=8)
    parser.add_argument("--trabajadores", type=int, default=1)
    parser.add_argument("--ms-por-parte", type=float, default=200.0, help="how long each part of a solicitud takes")
    given = parser.parse_args()
    binaries = find_binaries()
    assert binaries is not None, "this machine has no Postgres"
    with mocks(*(f"a{number}" for number in range(_USUARIOS))) as entorno, running_postgres(binaries) as server:
        variables = {
            **entorno.variables,
            PREFIX + "MOTOR__BASE_DE_DATOS": server.url,
            PREFIX + "MOTOR__LLAVE": Fernet.generate_key().decode(),
        }
        os.environ.update(variables)
        with Ventanilla(load_settings()) as ventanilla:
            llave, _ = Llaves(ventanilla.registro).create(
                "bench", alcances=list(Alcance), asesores=["*"], quien="bench"
            )
            lines = [_by_hand(ventanilla, min(given.cuantas, 1000), server.pid).line]
            with (
                _working(variables, given.trabajadores, given.ms_por_parte),
                _serving(variables) as (url, pid),
            ):
                _by_http(url, llave, 50, given.conexiones, _Contador())
                contador = _Contador(server=pid, postgres=server.pid, client=os.getpid())
                lines.append(_by_http(url, llave, given.cuantas, given.conexiones, contador).line)
                done = len(ventanilla.registro.expedientes([Estado.RADICADA], limite=100_000))
        sys.stdout.write(
            f"{machine()}; load {os.getloadavg()[0]:.1f}; {done} were filed meanwhile.\n\n"
            "| handed in | solicitudes | a second | ms: median | 95 % | most | ms of processor each |\n"
            "|---|---:|---:|---:|---:|---:|---|\n" + "\n".join(lines) + "\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
