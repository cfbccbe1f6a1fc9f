"""`make chaos`: kill everything, over and over, and see that nothing is lost or done twice."""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fixtures.mock_serviweb.skins import SKINS
from tests.buzon import find_dovecot
from tests.chaos.carrera import Carrera, Plan, run
from tests.chaos.carrera_de_entradas import CarreraDeEntradas, run_entries
from tests.chaos.juicio import Juicio
from tests.postgres import find_binaries, running_postgres

_out = Console(highlight=False)


def main() -> int:
    """Exit code 0 if the table is clean."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--golpes", type=int, default=300, help="blows on SQLite")
    parser.add_argument("--golpes-postgres", type=int, default=100, help="blows on Postgres with two workers")
    parser.add_argument("--entradas", type=int, default=60, metavar="PEDIDOS", help="pedidos by the four ways in")
    parser.add_argument("--entradas-postgres", type=int, default=30, metavar="PEDIDOS", help="the same on Postgres")
    parser.add_argument("--golpes-entradas", type=int, default=60, help="blows while they come")
    parser.add_argument("--semilla", type=int, default=1)
    parser.add_argument("--skin", choices=SKINS, default="classic", help="which face Serviweb has")
    parser.add_argument("--carpeta", type=Path, help="where to leave everything; deleted otherwise")
    given = parser.parse_args()
    if (given.entradas or given.entradas_postgres) and find_dovecot() is None:
        _out.print("No hay Dovecot en esta máquina (en Debian: apt-get install dovecot-imapd).")
        return 2
    clean = True
    with tempfile.TemporaryDirectory(prefix="caos-") as name:
        carpeta = given.carpeta or Path(name)
        if given.golpes:
            clean &= _one("SQLite", Plan(given.semilla, given.golpes, skin=given.skin), carpeta / "sqlite")
        if given.entradas:
            clean &= _entries("Entradas", given, carpeta / "entradas")
        if given.golpes_postgres or given.entradas_postgres:
            binaries = find_binaries()
            if binaries is None:
                _out.print("No hay Postgres en esta máquina (en Debian: apt-get install postgresql).")
                return 2
            if given.golpes_postgres:
                with running_postgres(binaries) as server:
                    plan = Plan(given.semilla, given.golpes_postgres, server.url, given.skin)
                    clean &= _one("Postgres", plan, carpeta / "postgres")
            if given.entradas_postgres:
                with running_postgres(binaries) as server:
                    clean &= _entries("Entradas, Postgres", given, carpeta / "entradas-postgres", server.url)
    return 0 if clean else 1


def _entries(title: str, given: argparse.Namespace, carpeta: Path, base_de_datos: str = "") -> bool:
    carpeta.mkdir(parents=True)
    pedidos = given.entradas_postgres if base_de_datos else given.entradas
    plan = Plan(
        given.semilla, given.golpes_entradas, base_de_datos, given.skin, pausa=(2, 8), en_cola=8, plazo_final=900
    )
    carrera = run_entries(plan, pedidos, carpeta, lambda text: print(f"{title}: {text}", file=sys.stderr, flush=True))  # noqa: T201  # progress
    show_entries(title, plan, carrera)
    return carrera.juicio.limpio


def _one(title: str, plan: Plan, carpeta: Path) -> bool:
    carpeta.mkdir(parents=True)
    carrera = run(plan, carpeta, lambda text: print(f"{title}: {text}", file=sys.stderr, flush=True))  # noqa: T201  # progress
    show(title, plan, carrera)
    return carrera.juicio.limpio


def show(title: str, plan: Plan, carrera: Carrera) -> None:
    """The table."""
    juicio = carrera.juicio
    table = _begun(title, plan, carrera)
    _add_accepted(table, juicio)
    _end(table, juicio, juicio.defectos)


def show_entries(title: str, plan: Plan, carrera: CarreraDeEntradas) -> None:
    """The table of a run of the ways in."""
    juicio = carrera.juicio
    table = _begun(title, plan, carrera)
    table.add_row("pedidos", str(juicio.pedidos))
    for codigo, times in sorted(juicio.por_procedimiento.items()):
        table.add_row(f"  radicados por {codigo}", str(times))
    for via, estados in juicio.por_via.items():
        table.add_row(
            f"respuestas en {via}", ", ".join(f"{times} {estado}" for estado, times in sorted(estados.items()))
        )
    table.add_row("negados por duplicado", str(juicio.por_duplicado))
    for what, times in carrera.repetidos.items():
        table.add_row(f"repetidos: {what}", str(times))
    table.add_row("ediciones en la hoja; notas", f"{carrera.ediciones}; {juicio.notas}")
    table.add_row("motivos tapados por una nota, contados en «Recibidas»", str(juicio.motivos_tapados))
    table.add_row("correos", str(juicio.correos))
    for what, times in carrera.correo.items():
        table.add_row(f"  {what}", str(times))
    table.add_row("anuncios recibidos", str(carrera.anuncios))
    _add_accepted(table, juicio.comun)
    _end(table, juicio.comun, juicio.defectos)


def _begun(title: str, plan: Plan, carrera: Carrera | CarreraDeEntradas) -> Table:
    table = Table(title=f"{title}, semilla {plan.semilla}, {carrera.segundos:.0f} s")
    table.add_column("qué")
    table.add_column("cuántas", justify="right")
    table.add_row("golpes", str(sum(carrera.golpes.values())))
    for what, times in sorted(carrera.golpes.items()):
        table.add_row(f"  {what}", str(times))
    table.add_row("cambios de fallas", str(carrera.fallas))
    return table


def _add_accepted(table: Table, juicio: Juicio) -> None:
    table.add_row("escritos por personas", str(juicio.escrito_por_personas))
    table.add_row("solicitudes aceptadas", str(juicio.aceptadas))
    for estado, times in sorted(juicio.por_estado.items()):
        table.add_row(f"  {estado}", str(times))
    table.add_row("copias pendientes, dichas", str(len(juicio.copias_pendientes)))
    table.add_row("partes retomadas", str(juicio.recuperaciones))


def _end(table: Table, juicio: Juicio, defectos: Mapping[str, Sequence[str]]) -> None:
    """What must be zero, and what is known of each case that is not."""
    for what, cases in defectos.items():
        table.add_row(what, f"[{'red' if cases else 'green'}]{len(cases)}[/]")
    _out.print(table)
    for line in juicio.por_verificar:
        _out.print(f"POR VERIFICAR {line}", markup=False)
    for what, cases in defectos.items():
        for case in cases:
            _out.print(f"{what}: {case}", style="red", markup=False)
    for referencia, lines in juicio.historias.items():
        _out.print(f"{referencia}:", *lines, sep="\n  ")


if __name__ == "__main__":
    raise SystemExit(main())
