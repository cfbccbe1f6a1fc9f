"""`make fechas`: the tests that look at the calendar, on the days of the year that are not like the others."""

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from robot.models import ZONA_HORARIA
from tests.reloj import RelojDeProcesos

_ROOT = Path(__file__).resolve().parents[2]
_out = Console(highlight=False)

DIAS: Mapping[str, str] = {
    "viernes, el último del mes": "2027-04-30T10:00",
    "sábado, el primero del mes": "2026-08-01T10:00",
    "lunes festivo": "2027-01-11T10:00",
    "Jueves Santo": "2027-03-25T10:00",
    "29 de febrero": "2028-02-29T10:00",
    "31 de diciembre": "2026-12-31T10:00",
    "la noche de año nuevo": "2026-12-31T23:59:20",
}
"""Instants of Bogotá; the last day is over while the tests run."""


def main() -> int:
    """Exit code 0 if every test passes on every day, 2 where no clock can be set."""
    parser = argparse.ArgumentParser(prog="python -m tests.fechas", epilog="What follows -- goes to pytest.")
    parser.add_argument("--dia", action="append", metavar="AAAA-MM-DDTHH:MM", help="another instant of Bogotá, only")
    parser.add_argument("pytest", nargs="*", help="instead of the tests that look at the calendar")
    given = parser.parse_args()
    if not RelojDeProcesos.is_possible():
        _out.print(
            "Para correr el reloj hacen falta Linux y un compilador de C (en Debian: apt-get install gcc libc6-dev)."
        )
        return 2
    table = Table("día", "instante", "pruebas", "segundos")
    passed = True
    for nombre, instante in ({dia: dia for dia in given.dia} if given.dia else DIAS).items():
        begun = time.monotonic()
        good = _run_on(dt.datetime.fromisoformat(instante), given.pytest)
        passed &= good
        table.add_row(nombre, instante, "bien" if good else "[red]FALLAN[/]", f"{time.monotonic() - begun:.0f}")
    _out.print(table)
    return 0 if passed else 1


def _run_on(instante: dt.datetime, words: Sequence[str]) -> bool:
    chosen = words or ["-m", "calendario", "-n", "auto", "--dist", "worksteal"]
    with tempfile.TemporaryDirectory(prefix="fechas-") as carpeta:
        reloj = RelojDeProcesos(Path(carpeta))
        reloj.set_to(instante.replace(tzinfo=ZONA_HORARIA).timestamp())
        _out.rule(f"{instante:%Y-%m-%d %H:%M}")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *chosen],
            env={**os.environ, **reloj.variables, "LARGAS": "si"},
            cwd=_ROOT,
            check=False,
        )
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
