"""`serviweb-robot programacion`: seeing how the robot understands the schedule before it books in it."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import AsJson, Config
from robot.commands.reconcile import parse_date
from robot.commands.spanish import Aplicacion
from robot.errors import BadInput, CodigoSalida, Problema

if TYPE_CHECKING:
    from robot.informes.programacion import VistaDeAgenda
    from robot.settings import ProgramacionSettings, Settings


app = Aplicacion(help="Muestra cómo entiende el robot la hoja Programación.", no_args_is_help=True)


@app.callback()
def _programacion() -> None:
    """Keep `verificar` a command with a name, though it is the only one."""


@app.command()
def verificar(
    config: Config = None,
    informe: Annotated[Path | None, typer.Option(help="Carpeta para el informe en HTML.", file_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")] = False,
) -> None:
    """Muestra cada hoja como el robot la entiende: qué está libre, qué ocupado y qué no se ofrece, y por qué.

    Mira las planillas de cada procedimiento activo que lleve cita. No reserva ni cambia nada. Sale con 0 si todo se entiende
    y con 2 si algo no.
    """
    from robot.informes.programacion import as_data

    with console.failing_in_spanish(as_json=as_json):
        agendas = _seen(console.load_settings(config))
    if informe is not None:
        console.stderr.print(f"Informe: {_write_report(agendas, informe)}")
    if as_json:
        console.print_json(as_data(agendas))
    else:
        _show(agendas)
    understood = not any(agenda.dudas for agenda in agendas)
    failed = next((agenda.codigo for agenda in agendas if agenda.falla), CodigoSalida.ENTRADA_O_CONFIGURACION)
    raise typer.Exit(CodigoSalida.HECHO if understood else failed)


def _seen(settings: "Settings") -> "list[VistaDeAgenda]":
    """The schedule of each procedure in use; one that cannot be read says so and keeps nobody from the others.

    Raises:
        SheetUnusable, GoogleUnavailable, ConfigurationError: there is only one.
    """
    from robot.errors import RobotError
    from robot.informes.programacion import VistaDeAgenda, views
    from robot.sheets import Programacion

    seen = []
    agendas = settings.agendas(settings.catalogo.activos)
    for donde, procedimientos in agendas:
        names = tuple(one.nombre for one in procedimientos)
        programacion = Programacion(donde, settings.google)
        try:
            hojas = views(programacion.hojas())
            seen.append(VistaDeAgenda(names, tuple(hojas), tuple(programacion.sin_leer())))
        except RobotError as error:
            if len(agendas) == 1:
                raise
            seen.append(VistaDeAgenda(names, falla=error.texto, codigo=error.codigo_salida))
    return seen


def _write_report(agendas: "Sequence[VistaDeAgenda]", carpeta: Path) -> Path:
    from robot.informes.programacion import write_html

    carpeta.mkdir(parents=True, exist_ok=True)
    archivo = carpeta / "programacion.html"
    archivo.touch(mode=0o600)
    archivo.write_text(write_html(agendas), encoding="utf-8")
    return archivo


def _show(agendas: "Sequence[VistaDeAgenda]") -> None:
    if not agendas:
        console.stdout.print("Ningún procedimiento en uso lleva cita: no hay planillas que mirar.")
    for agenda in agendas:
        _show_one(agenda, title=console.plain(agenda.nombre) if len(agendas) > 1 else "")


def _show_one(agenda: "VistaDeAgenda", title: str) -> None:
    table = console.table_of("Planilla", "Hoja", "Libres", "Ocupadas", "No se ofrecen", "Otras", title=title)
    for hoja in agenda.hojas:
        times = Counter(renglon.clase.value for renglon in hoja.renglones)
        table.add_row(
            hoja.planilla, hoja.hoja, *(str(times[clase]) for clase in ("libre", "ocupada", "duda", "aparte"))
        )
    console.stdout.print(table)
    for line in _doubts(agenda):
        console.stdout.print(f"[yellow]![/] {console.plain(line)}")


def _doubts(agenda: "VistaDeAgenda") -> Iterator[str]:
    if agenda.falla:
        yield agenda.falla
    for hoja in agenda.hojas:
        yield from (f"No se ofrece {one.texto}" for one in hoja.no_entendidas)
    yield from (f"No se usa {one.texto}" for one in agenda.sin_leer)


def cupos(
    desde: Annotated[
        dt.date | None, typer.Option(parser=parse_date, metavar="FECHA", help="Primer día; hoy si falta.")
    ] = None,
    hasta: Annotated[
        dt.date | None,
        typer.Option(parser=parse_date, metavar="FECHA", help="Último día; 30 después si falta."),
    ] = None,
    procedimiento: Annotated[
        str,
        typer.Option(
            "--procedimiento", metavar="CÓDIGO", help="De qué procedimiento es la planilla; del primero que lleve cita."
        ),
    ] = "",
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Muestra los cupos libres de Programación, y qué filas no se ofrecen porque el robot no las entiende."""
    from robot.models import ZONA_HORARIA
    from robot.planilla.report import by_reason
    from robot.sheets import Programacion

    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        first = desde or dt.datetime.now(ZONA_HORARIA).date()
        last = hasta or first + dt.timedelta(days=30)
        donde = _schedule_of(settings, procedimiento)
        offered = Programacion(donde, settings.google).oferta(first, last)
    found, left_alone = offered.cupos, by_reason(offered.dudosas)
    if as_json:
        rows = [{**cupo.model_dump(mode="json"), "hora": f"{cupo.hora:%H:%M}"} for cupo in found]
        console.print_json({"cupos": rows, "no_entendidas": [dataclasses.asdict(one) for one in left_alone]})
        return
    table = console.table_of("Fecha", "Hora", "Cuadrilla", "Planilla", "Hoja", title=f"{len(found)} cupos libres")
    for cupo in found:
        day = console.on_day(cupo.fecha, "EEE d MMM y")
        table.add_row(day, f"{cupo.hora:%H:%M}", cupo.cuadrilla, cupo.planilla, cupo.hoja)
    console.stdout.print(table)
    for one in left_alone:
        console.stdout.print(f"[yellow]![/] No se ofrece {console.plain(one.texto)}")


def _schedule_of(settings: "Settings", codigo: str) -> "ProgramacionSettings":
    """Where a procedure books its citas; where the first one does that has any, if none is named.

    Raises:
        BadInput: it is not in use, or has no cita.
    """
    if codigo:
        wanted = settings.catalogo.get(codigo.strip().upper())
        if not wanted.lleva_cita:
            raise BadInput([Problema("procedimiento", f"{wanted.nombre} no lleva cita.")])
        return settings.programacion_of(wanted)
    return next((donde for donde, _ in settings.agendas(settings.catalogo.activos)), settings.programacion)
