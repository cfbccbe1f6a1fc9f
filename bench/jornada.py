"""A working day in one worker, compressed: `python -m bench.jornada`; many solicitudes of two asesores with pauses, sessions that
end, and a conciliación at the end. What grows with it is in the table and in the picture.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.carga import file_solicitudes, open_ventanilla, worker
from bench.entorno import Entorno, machine, mocks
from bench.lineas import Linea, drawn
from bench.peso import cpu_of_family, handles, own_by_kind, pss_of_family
from robot.host.private import TEMPORALES

_ROOT = Path(__file__).resolve().parent.parent
_ASESORES = ("ana", "beto")
_PARTS = 10
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Medida:
    """What there is after some of the solicitudes.

    Attributes:
        memoria: megabytes of worker, driver, browser and page that are no file's.
        pss: the same with their part of the programs, which others on the machine run, too.
        temporales: files in the folder of what is kept for a moment, and their kilobytes.
        handles: open files and connections.
        cpu, segundos: for each solicitud since the last one.
    """

    solicitudes: int
    memoria: Mapping[str, float]
    pss: float
    temporales: tuple[int, int]
    handles: int
    cpu: float
    segundos: float

    @property
    def total(self) -> float:
        return sum(self.memoria.values())


def growth(medidas: Sequence[Medida]) -> float:
    """Megabytes that each solicitud added: the slope of a line through all but the first part, while everything warms up."""
    warm = medidas[1:]
    return statistics.linear_regression([one.solicitudes for one in warm], [one.total for one in warm]).slope


def spend_the_day(cuantas: int, skin: str = "classic", usuarios: int = 2) -> Iterator[Medida]:
    """File so many, in ten parts, and measure after each; a session of everybody's ends in every other one."""
    each = max(1, cuantas // _PARTS // usuarios)
    pause = threading.Event()
    with (
        mocks(*_ASESORES, skin=skin) as entorno,
        worker(entorno, usuarios) as process,
        open_ventanilla(entorno) as ventanilla,
    ):
        for part in range(_PARTS):
            cpu, begun = cpu_of_family(process.pid), time.perf_counter()
            file_solicitudes(ventanilla, usuarios, each)
            took, filed = time.perf_counter() - begun, each * usuarios
            pause.wait(_PAUSE_SECONDS)
            yield Medida(
                (part + 1) * filed,
                own_by_kind(process.pid),
                pss_of_family(process.pid),
                _temporary(entorno),
                handles(process.pid),
                (cpu_of_family(process.pid) - cpu) / filed,
                took / filed,
            )
            if part % 2:
                entorno.serviweb.faults(sesion_expirada=1)
        assert len(entorno.serviweb.state()["tramites"]) == _PARTS * each * usuarios
        _reconcile(entorno)


def _temporary(entorno: Entorno) -> tuple[int, int]:
    folder = entorno.carpeta / "datos" / TEMPORALES
    sizes = [one.stat().st_size for one in folder.rglob("*") if one.is_file()]
    return len(sizes), sum(sizes) // 1024


def _reconcile(entorno: Entorno) -> None:
    """Have the whole day looked at; what the sheet held before is told, too (exit code 1)."""
    command = [sys.executable, "-m", "robot", "conciliar", "--json"]
    run = subprocess.run(
        command, cwd=_ROOT, env=dict(entorno.variables), stdout=subprocess.PIPE, text=True, check=False
    )
    told = json.loads(run.stdout)
    assert told["tramites"] == told["solicitudes"] == len(entorno.serviweb.state()["tramites"])


def main() -> int:
    """Print the table and draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--solicitudes", type=int, default=300)
    parser.add_argument("--usuarios", type=int, choices=(1, 2), default=2)
    parser.add_argument("--skin", default="classic")
    parser.add_argument("--dibujo", type=Path, help="write the picture there (SVG)")
    given = parser.parse_args()
    sys.stdout.write(f"{machine()}; {os.getloadavg()[0]:.0f} of load.\n\n")
    sys.stdout.write(
        "| solicitudes | own memory, MB | worker | driver | browser | page"
        " | PSS, MB | temporary | handles | CPU s each | s each |\n"
    )
    sys.stdout.write("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
    medidas = []
    for one in spend_the_day(given.solicitudes, given.skin, given.usuarios):
        medidas.append(one)
        kinds = " | ".join(
            f"{one.memoria.get(kind, 0):.0f}" for kind in ("trabajador", "driver", "navegador", "página")
        )
        files, kilobytes = one.temporales
        sys.stdout.write(
            f"| {one.solicitudes} | {one.total:.0f} | {kinds} | {one.pss:.0f} | {files} files, {kilobytes} kB"
            f" | {one.handles} | {one.cpu:.2f} | {one.segundos:.2f} |\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"\nGrowth: {growth(medidas):.2f} MB a solicitud.\n")
    if given.dibujo is not None:
        lineas = (
            Linea("memoria propia, MB", [one.total for one in medidas]),
            Linea("CPU por solicitud, s", [one.cpu for one in medidas]),
            Linea("archivos abiertos", [float(one.handles) for one in medidas]),
            Linea("archivos temporales", [float(one.temporales[0]) for one in medidas]),
        )
        given.dibujo.write_text(drawn(lineas, [one.solicitudes for one in medidas]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
