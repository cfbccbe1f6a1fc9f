"""What a conciliación costs as the world grows: matching and report, without reading. `python -m bench.conciliacion`.

The world is given as it is read, or with `--barajado` in no order at all, which no reading gives and no cache likes.
"""

import argparse
import datetime as dt
import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from robot.conciliacion.findings import Severidad
from robot.conciliacion.report import Informe
from robot.conciliacion.rules import reconcile
from robot.conciliacion.runs import Conciliacion, EstadoRonda
from robot.informes.conciliacion import write_csv, write_html
from tests.conciliacion.casos import CASOS, inject
from tests.conciliacion.mundos import AHORA, DESDE, HOY, consistent

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_DIFFERENCES = 300
_COLUMNS = (
    "trámites",
    "rows",
    "solicitudes",
    "findings",
    "matching s",
    "µs a row",
    "report s",
    "HTML MB",
    "MB before",
    "MB at most",
)


def measure(citas: int, *, barajado: bool) -> str:
    """One line of the table, from a process that has done nothing else."""
    mundo = consistent(random.Random(1), citas)  # noqa: S311  # repeatable, not secret
    expected = inject(mundo, {name: _DIFFERENCES // len(CASOS) for name in CASOS})
    world = mundo.as_mundo() if barajado else mundo.as_read()
    del mundo
    before = _megabytes()
    begun = time.perf_counter()
    found = reconcile(world)
    matched = time.perf_counter()
    informe = Informe(DESDE, HOY, AHORA, len(world.tramites), len(world.filas), len(world.solicitudes), tuple(found))
    html = write_html(_ended(informe), informe, {}, [])
    write_csv(informe, {})
    reported = time.perf_counter()
    assert len(found) == expected.total()  # a bench that measures the wrong thing says so
    matching, report = matched - begun, reported - matched
    return (
        f"| {len(world.tramites):,} | {len(world.filas):,} | {len(world.solicitudes):,} | {len(found)}"
        f" | {matching:.2f} | {matching * 1e6 / len(world.filas):.1f} | {report:.2f}"
        f" | {len(html) / 1e6:.1f} | {before} | {_megabytes()} |"
    )


def _ended(informe: Informe) -> Conciliacion:
    return _run(AHORA, {kind.value: informe.por_severidad[kind] for kind in Severidad})


def _run(when: dt.datetime, counts: Mapping[str, int]) -> Conciliacion:
    return Conciliacion(
        identidad=f"C-{when:%Y%m%d}",
        estado=EstadoRonda.TERMINADA,
        quien="horario",
        creada=when,
        terminada=when,
        desde=DESDE,
        hasta=HOY,
        reparar=True,
        avance="",
        hecho=0,
        total=0,
        cuentas=counts,
        falla="",
    )


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Print the table; or one line of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citas", type=int)
    parser.add_argument("--barajado", action="store_true", help="in no order")
    parser.add_argument("--hasta", type=int, default=_SIZES[-1], help="the largest world")
    parser.add_argument(
        "--informe", type=Path, help="write the report of a world of 1,000 citas with 60 differences there"
    )
    chosen = parser.parse_args()
    if chosen.informe is not None:
        chosen.informe.write_text(_example(), encoding="utf-8")
        return 0
    if chosen.citas is not None:
        sys.stdout.write(measure(chosen.citas, barajado=chosen.barajado) + "\n")
        return 0
    sys.stdout.write(f"| {' | '.join(_COLUMNS)} |\n|{'---:|' * len(_COLUMNS)}\n")
    sys.stdout.flush()
    for citas in (size for size in _SIZES if size <= chosen.hasta):
        command = [sys.executable, "-m", "bench.conciliacion", "--citas", str(citas)]
        command += ["--barajado"] if chosen.barajado else []
        subprocess.run(command, check=True)
    return 0


def _example() -> str:
    mundo = consistent(random.Random(2026), 1000)  # noqa: S311  # repeatable, not secret
    names = sorted(CASOS)
    inject(mundo, {name: 3 if at < 60 - 2 * len(names) else 2 for at, name in enumerate(names)})
    world = mundo.as_mundo()
    taken = sum(fila.tocada for fila in world.filas)
    found = tuple(reconcile(world))
    informe = Informe(DESDE, HOY, AHORA, len(world.tramites), taken, len(world.solicitudes), found)
    earlier = [
        _run(AHORA - dt.timedelta(days=n), {"alta": n * 7 % 5, "media": n * 3 % 7 + 1, "baja": n % 3})
        for n in range(1, 11)
    ]
    return write_html(_ended(informe), informe, {}, [_ended(informe), *earlier])


if __name__ == "__main__":
    raise SystemExit(main())
