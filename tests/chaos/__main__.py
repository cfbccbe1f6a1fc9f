"""`make chaos`: kill everything, over and over, and see that nothing is lost or done twice."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fixtures.mock_serviweb.skins import SKINS
from tests.chaos.carrera import Carrera, Plan, run
from tests.postgres import find_binaries, running_postgres

_out = Console(highlight=False)


def main() -> int:
    """Exit code 0 if the table is clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--golpes", type=int, default=300, help="blows on SQLite")
    parser.add_argument("--golpes-postgres", type=int, default=100, help="blows on Postgres with two workers")
    parser.add_argument("--semilla", type=int, default=1)
    parser.add_argument("--skin", choices=SKINS, default="classic", help="which face Serviweb has")
    parser.add_argument("--carpeta", type=Path, help="where to leave everything; deleted otherwise")
    given = parser.parse_args()
    clean = True
    with tempfile.TemporaryDirectory(prefix="caos-") as name:
        carpeta = given.carpeta or Path(name)
        if given.golpes:
            clean &= _one("SQLite", Plan(given.semilla, given.golpes, skin=given.skin), carpeta / "sqlite")
        if given.golpes_postgres:
            binaries = find_binaries()
            if binaries is None:
                _out.print("No hay Postgres en esta máquina (en Debian: apt-get install postgresql).")
                return 2
            with running_postgres(binaries) as server:
                plan = Plan(given.semilla, given.golpes_postgres, server.url, given.skin)
                clean &= _one("Postgres", plan, carpeta / "postgres")
    return 0 if clean else 1


def _one(title: str, plan: Plan, carpeta: Path) -> bool:
    carpeta.mkdir(parents=True)
    carrera = run(plan, carpeta, lambda text: print(f"{title}: {text}", file=sys.stderr, flush=True))  # noqa: T201  # progress
    show(title, plan, carrera)
    return carrera.juicio.limpio


def show(title: str, plan: Plan, carrera: Carrera) -> None:
    """The table."""
    juicio = carrera.juicio
    table = Table(title=f"{title}, semilla {plan.semilla}, {carrera.segundos:.0f} s")
    table.add_column("qué")
    table.add_column("cuántas", justify="right")
    table.add_row("golpes", str(sum(carrera.golpes.values())))
    for what, times in sorted(carrera.golpes.items()):
        table.add_row(f"  {what}", str(times))
    table.add_row("cambios de fallas", str(carrera.fallas))
    table.add_row("escritos por personas", str(juicio.escrito_por_personas))
    table.add_row("solicitudes aceptadas", str(juicio.aceptadas))
    for estado, times in sorted(juicio.por_estado.items()):
        table.add_row(f"  {estado}", str(times))
    table.add_row("copias pendientes, dichas", str(len(juicio.copias_pendientes)))
    table.add_row("partes retomadas", str(juicio.recuperaciones))
    for what, cases in juicio.defectos.items():
        table.add_row(what, f"[{'red' if cases else 'green'}]{len(cases)}[/]")
    _out.print(table)
    for line in juicio.por_verificar:
        _out.print(f"POR VERIFICAR {line}")
    for what, cases in juicio.defectos.items():
        for case in cases:
            _out.print(f"[red]{what}[/]: {case}")
    for referencia, lines in juicio.historias.items():
        _out.print(f"{referencia}:", *lines, sep="\n  ")


if __name__ == "__main__":
    raise SystemExit(main())
