"""A queue of 10,000 solicitudes and eight workers on one Postgres, the browser's part simulated: `python -m bench.cola`.

What the engine itself costs, and that nothing is lost or done twice. Postgres runs without fsync, as the tests' does.
"""

import argparse
import collections
import datetime as dt
import hashlib
import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bench.entorno import CEDULA, CELULAR, NOMBRE, machine, mocks
from robot.engine import Motor
from robot.flows import partes
from robot.flows.constancia import Constancia, Etapa
from robot.flows.visita import Trabajo
from robot.intake import Ventanilla
from robot.models import Cita, DocumentoCopias, Estado, Radicado, Solicitud
from robot.settings import PREFIX, load_settings
from robot.work import stop_asked
from robot.worker.seats import Puesto
from tests.postgres import find_binaries, running_postgres

_ROOT = Path(__file__).resolve().parent.parent
_USUARIOS = 40
_LOOK_SECONDS = 1.0


class MotorDePrueba(Motor):
    """A worker whose parts take no browser and no sheet: each is noted as it is in earnest, takes its time, and succeeds."""

    segundos_por_parte = 0.0

    def _part(
        self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia, llamada: partes.Llamada[Any]
    ) -> partes.Desenlace[Any]:
        del puesto
        constancia.empezar(llamada.etapa)
        if self.segundos_por_parte:
            threading.Event().wait(self.segundos_por_parte)
        return partes.Desenlace[Any](valor=_outcome(trabajo, constancia, llamada.etapa))


def _outcome(trabajo: Trabajo, constancia: Constancia, etapa: Etapa) -> partes.Dato | Cita | DocumentoCopias:
    cita = Cita(
        fecha=dt.date(2026, 12, 1),
        hora=dt.time(8),
        planilla="Programación",
        hoja="Diciembre",
        referencia=trabajo.referencia,
        suscriptor=trabajo.solicitud.suscriptor,
        planilla_id="1",
        hoja_id=1,
        marca=1,
    )
    if etapa is Etapa.PREPARACION:
        return partes.Previo()
    if etapa is Etapa.FORMULARIO:
        return partes.FormularioLleno(ruta="00-0001")
    if etapa is Etapa.CITA:
        return cita
    if etapa is Etapa.GUARDAR:
        constancia.enviar()
        radicado = Radicado(numero=f"2026-{int(hashlib.sha256(trabajo.referencia.encode()).hexdigest()[:12], 16):015d}")
        constancia.guardado(radicado)
        return partes.Guardado(radicado=radicado)
    if etapa in {Etapa.RADICADO, Etapa.VERIFICACION}:
        return partes.CitaVigente(cita=cita)
    if etapa is Etapa.COPIAS:
        documento = DocumentoCopias(archivo=Path("ninguno.pdf"), sha256="0" * 64, copias=2, paginas=2)
        constancia.copias_hechas(documento)
        return documento
    return partes.Hecho()


def _work(segundos_por_parte: float) -> None:
    """One worker process, until it is told to stop."""
    MotorDePrueba.segundos_por_parte = segundos_por_parte
    with Ventanilla(load_settings()) as ventanilla, stop_asked() as stop, MotorDePrueba(ventanilla, sigue=False):
        stop.wait()


def _queue(ventanilla: Ventanilla, cuantas: int) -> float:
    """Hand them in; seconds it took."""
    begun = time.perf_counter()
    for number in range(cuantas):
        solicitud = Solicitud(
            suscriptor=f"{1001 + number % 50:06d}",
            cedula=CEDULA,
            nombre=NOMBRE,
            celular=CELULAR,
            solicitud=f"Carga {number}.",
            asesor=f"a{number % _USUARIOS}",
        )
        ventanilla.accept(solicitud, quien="bench", otra=True)
    return time.perf_counter() - begun


def _wait(ventanilla: Ventanilla, cuantas: int) -> None:
    pause = threading.Event()
    while ventanilla.registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO], limite=1):
        pause.wait(_LOOK_SECONDS)
    ended = collections.Counter(one.estado for one in ventanilla.registro.expedientes(limite=cuantas))
    assert ended == {Estado.RADICADA: cuantas}, ended


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuantas", type=int, default=10_000)
    parser.add_argument("--trabajadores", type=int, default=8)
    parser.add_argument("--concurrencia", type=int, default=4, help="solicitudes at once in each worker")
    parser.add_argument("--ms-por-parte", type=float, default=0.0, help="how long each of the parts takes besides")
    parser.add_argument("--trabajar", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.trabajar:
        _work(given.ms_por_parte / 1000)
        return 0
    binaries = find_binaries()
    assert binaries is not None, "this machine has no Postgres"
    asesores = [f"a{number}" for number in range(_USUARIOS)]
    with mocks(*asesores) as entorno, running_postgres(binaries) as server:
        variables = {
            **entorno.variables,
            PREFIX + "MOTOR__BASE_DE_DATOS": server.url,
            PREFIX + "MOTOR__LLAVE": Fernet.generate_key().decode(),
            PREFIX + "MOTOR__CONCURRENCIA": str(given.concurrencia),
        }
        os.environ.update(variables)
        command = [sys.executable, "-m", "bench.cola", "--trabajar", "--ms-por-parte", str(given.ms_por_parte)]
        with Ventanilla(load_settings()) as ventanilla:
            accepting = _queue(ventanilla, given.cuantas)
            begun = time.perf_counter()
            workers = [
                subprocess.Popen(command, cwd=_ROOT, env={**variables, PREFIX + "MOTOR__EJECUTOR": f"t{number}"})
                for number in range(given.trabajadores)
            ]
            try:
                _wait(ventanilla, given.cuantas)
                took = time.perf_counter() - begun
            finally:
                for worker in workers:
                    worker.terminate()
                for worker in workers:
                    worker.wait(90)
            _report(ventanilla, given, accepting, took)
    return 0


def _report(ventanilla: Ventanilla, given: argparse.Namespace, accepting: float, took: float) -> None:
    expedientes = ventanilla.registro.expedientes(limite=given.cuantas)
    assert len({one.radicado for one in expedientes}) == given.cuantas, "each has a radicado of its own"
    assert {one.corrida for one in expedientes} == {1}
    durations, gaps = _times(ventanilla, expedientes[:: max(1, given.cuantas // 500)])
    sys.stdout.write(
        f"{machine()}; {given.trabajadores} workers of {given.concurrencia}, {_USUARIOS} users.\n\n"
        "| solicitudes | handed in, ms each | filed in, s | a second | engine, ms each: median (95 %)"
        " | from one's end to the next one of the same user, ms: median (95 %) |\n"
        "|---:|---:|---:|---:|---:|---:|\n"
        f"| {given.cuantas:,} | {accepting * 1000 / given.cuantas:.1f} | {took:.0f} | {given.cuantas / took:.0f}"
        f" | {_median_95(durations)} | {_median_95(gaps)} |\n"
    )


def _times(ventanilla: Ventanilla, some: Sequence[Any]) -> tuple[list[float], list[float]]:
    """Of some solicitudes: from the first part to the end; and from an end to the beginning of the user's next one."""
    durations, spans = [], collections.defaultdict(list)
    for one in some:
        lines = ventanilla.registro.historia(one.referencia)
        first = next(line.instante for line in lines if line.etapa is not None)
        durations.append((lines[-1].instante - first).total_seconds() * 1000)
    for one in ventanilla.registro.expedientes(limite=10_000):
        if one.asesor == "a0" and one.terminada is not None:
            lines = ventanilla.registro.historia(one.referencia)
            spans[one.asesor].append((next(line.instante for line in lines if line.etapa is not None), one.terminada))
    ordered = sorted(spans["a0"])
    gaps = [(later[0] - earlier[1]).total_seconds() * 1000 for earlier, later in itertools.pairwise(ordered)]
    return durations, gaps


def _median_95(values: Sequence[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.0f} ({ordered[int(len(ordered) * 0.95)]:.0f})" if ordered else "–"


if __name__ == "__main__":
    raise SystemExit(main())
