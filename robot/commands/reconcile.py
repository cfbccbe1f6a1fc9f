"""`serviweb-robot conciliar`: what Serviweb, Programación and the robot believe, and where they differ."""

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from robot.commands import console
from robot.commands.carrying import INTERRUPTED
from robot.errors import CodigoSalida

if TYPE_CHECKING:
    from robot.conciliacion.report import Informe
    from robot.conciliacion.runs import Conciliacion
    from robot.intake import Ventanilla

_FINDINGS = 1
_RUNS_SHOWN = 14
_COLOURS = {"alta": "red", "media": "yellow", "baja": "cyan"}


def parse_date(text: str) -> dt.date:
    """A day as people type it at the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("escriba la fecha como 2026-11-24") from None


def conciliar(
    desde: Annotated[
        dt.date | None,
        typer.Option(
            parser=parse_date, metavar="FECHA", help="Primer día; los de la configuración antes de hoy si falta."
        ),
    ] = None,
    hasta: Annotated[
        dt.date | None, typer.Option(parser=parse_date, metavar="FECHA", help="Último día; hoy si falta.")
    ] = None,
    reparar: Annotated[
        bool, typer.Option("--reparar", help="Hacer también las reparaciones que no pueden causar daño.")
    ] = False,
    informe: Annotated[
        Path | None, typer.Option(help="Carpeta para el informe en HTML, CSV y JSON.", file_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Archivo robot.toml.", envvar="SERVIWEB_ROBOT_CONFIG", dir_okay=False),
    ] = None,
    quien: Annotated[str, typer.Option("--quien", help="Quién lo pide; el usuario de la máquina si falta.")] = "",
) -> None:
    """Compara Serviweb, Programación y el robot, y dice en qué difieren. Sin --reparar no cambia nada.

    Sale con 0 si no queda ninguna diferencia por revisar y con 1 si queda alguna.
    """
    from robot.intake import Ventanilla
    from robot.work import see_done

    with console.failing_in_spanish(as_json=as_json), Ventanilla(console.load_settings(config)) as ventanilla:
        record = ventanilla.conciliaciones
        identidad = ventanilla.rondas.conciliar(
            reparar=reparar, quien=quien or console.current_user(), desde=desde, hasta=hasta
        )
        with _Avance() as avance:
            see_done(
                ventanilla, lambda: record.get(identidad).estado.terminado, lambda: avance.show(record.get(identidad))
            )
        done, found = record.get(identidad), record.report(identidad)
        if not done.estado.terminado:
            console.stderr.print(f"Se detuvo: {identidad} continuará con el próximo `trabajador`.")
            console.leave(INTERRUPTED)
        if informe is not None and found is not None:
            _write(ventanilla, done, found, informe)
        _tell(ventanilla, done, found, as_json=as_json)
    raise typer.Exit(_exit_code(done))


def _exit_code(done: "Conciliacion") -> int:
    if done.falla:
        return CodigoSalida.FALLA_TRANSITORIA
    return _FINDINGS if done.pendientes else CodigoSalida.HECHO


class _Avance:
    """How far it has come: a bar on a terminal, lines elsewhere."""

    def __init__(self) -> None:
        self._last = ""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console.stderr) if console.stderr.is_terminal else None
        self._task = self._bar.add_task("En espera", total=1) if self._bar is not None else None

    def __enter__(self) -> "_Avance":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, one: "Conciliacion") -> None:
        if self._bar is not None and self._task is not None:
            done = one.total if one.estado.terminado else one.hecho
            idle = "Listo" if one.estado.terminado else "En espera"
            self._bar.update(self._task, description=one.avance or idle, completed=done, total=one.total or 1)
        elif one.avance and one.avance != self._last:
            self._last = one.avance
            console.stderr.print(f"{one.avance}…")


def _write(ventanilla: "Ventanilla", done: "Conciliacion", found: "Informe", carpeta: Path) -> None:
    from robot.informes.conciliacion import as_data, write_csv, write_html

    record = ventanilla.conciliaciones
    made = record.repairs(done.identidad)
    carpeta.mkdir(parents=True, exist_ok=True)
    name = f"conciliacion-{done.identidad}"
    html = write_html(done, found, made, record.newest(_RUNS_SHOWN))
    (carpeta / f"{name}.html").write_text(html, encoding="utf-8")
    (carpeta / f"{name}.csv").write_text(write_csv(found, made), encoding="utf-8", newline="")
    data = json.dumps(as_data(done, found, made), ensure_ascii=False, indent=2)
    (carpeta / f"{name}.json").write_text(data, encoding="utf-8")
    console.stderr.print(f"Informe: {carpeta / name}.html", soft_wrap=True)


def _tell(ventanilla: "Ventanilla", done: "Conciliacion", found: "Informe | None", *, as_json: bool) -> None:
    from robot.informes.conciliacion import as_data, what_became

    made = ventanilla.conciliaciones.repairs(done.identidad)
    if done.falla:
        console.stderr.print(f"[red]✗[/] No se pudo conciliar. {console.plain(done.falla)}")
    if as_json:
        console.print_json(as_data(done, found, made))
        return
    if found is None:
        return
    for aviso in found.avisos:
        console.stderr.print(f"[yellow]![/] {console.plain(aviso)}")
    for tipo, hallazgos in found.por_tipo.items():
        severidad = hallazgos[0].tipo.severidad
        title = f"[{_COLOURS[severidad]}]{tipo}[/] ({len(hallazgos)})"
        table = console.table_of("Suscriptor", "Radicado", "Procedimiento", "Detalle", "Reparación", title=title)
        for one in hallazgos:
            table.add_row(
                one.suscriptor, one.radicado, one.procedimiento, console.plain(one.detalle), what_became(one, made)
            )
        console.stdout.print(table)
        console.stdout.print(f"{hallazgos[0].tipo.que_hacer}\n")
    counts = f"{found.tramites} trámites, {found.filas} filas asignadas y {found.solicitudes} solicitudes"
    if done.pendientes:
        console.stdout.print(f"[red]✗[/] {done.pendientes} diferencias por revisar entre {counts}.")
    else:
        console.stdout.print(f"[green]✓[/] No queda ninguna diferencia por revisar entre {counts}.")
