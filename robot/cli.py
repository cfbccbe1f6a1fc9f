"""The command line, in Spanish. What it does lives elsewhere; heavy modules are imported by the command that needs them."""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from babel.dates import format_date
from rich.console import Console
from rich.live import Live
from rich.table import Table

from robot.errors import BadInput, CodigoSalida, Problema, RobotError
from robot.models import ZONA_HORARIA, Estado, FallaInformada, Resultado, Solicitud
from robot.procedure import Paso
from robot.settings import Settings, load_settings

app = typer.Typer(
    name="serviweb-robot",
    help="Radica visitas domiciliarias en Serviweb, aparta la cita en Programación e imprime las copias.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_stderr = Console(stderr=True, highlight=False)
_stdout = Console(highlight=False)

Config = Annotated[
    Path | None, typer.Option("--config", help="Archivo robot.toml.", envvar="SERVIWEB_ROBOT_CONFIG", dir_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")]


def main() -> None:
    """Entry point of the console script."""
    app()


@app.callback()
def _root() -> None:
    """The options common to all commands stand with each command."""


class _Pasos:
    """The live list of steps on stderr: a moving table on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self._ms: dict[Paso, int | None] = {}
        self._live = Live(self._table(), console=_stderr, refresh_per_second=8) if _stderr.is_terminal else None

    def __enter__(self) -> "_Pasos":
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, paso: Paso, ms: int | None) -> None:
        first_time = self._ms.get(paso) is None
        self._ms[paso] = ms if ms is not None else self._ms.get(paso)
        if self._live is not None:
            self._live.update(self._table())
        elif ms is not None and first_time:
            _stderr.print(f"✓ {paso.numero:>2}  {paso.nombre}  ({ms} ms)")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for paso in sorted(self._ms, key=lambda one: one.numero):
            ms = self._ms[paso]
            done = ms is not None
            table.add_row(
                "[green]✓[/]" if done else "[yellow]…[/]",
                str(paso.numero),
                paso.nombre,
                f"[dim]{ms} ms[/]" if done else "",
            )
        return table


@contextmanager
def _failing_in_spanish() -> Iterator[None]:
    try:
        yield
    except RobotError as error:
        _stderr.print(f"[red]✗[/] {_plain(error.texto)}")
        raise typer.Exit(error.codigo_salida) from None


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


@app.command()
def radicar(
    solicitud: Annotated[str, typer.Argument(help="Archivo JSON con la solicitud, o - para leerla de la entrada.")],
    config: Config = None,
    as_json: AsJson = False,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
    imprimir_de_nuevo: Annotated[
        bool, typer.Option("--imprimir-de-nuevo", help="Enviar otra vez las copias a la impresora.")
    ] = False,
) -> None:
    """Radica una solicitud: trámite en Serviweb, cita en Programación y las dos copias."""
    try:
        settings = load_settings(config)
        if visible:
            navegador = settings.navegador.model_copy(update={"visible": True})
            settings = settings.model_copy(update={"navegador": navegador})
        request = Solicitud.parse_json(_read(solicitud), settings.reglas_de_solicitud)
        settings.asesor(request.asesor)
        resultado = _file(settings, request, imprimir_de_nuevo=imprimir_de_nuevo)
    except RobotError as error:
        resultado = Resultado(
            referencia=None,
            estado=Estado.RECHAZADA,
            error=FallaInformada(
                tipo=error.familia,
                clase=type(error).__name__,
                mensaje=error.texto,
                paso=error.paso.numero if error.paso else None,
            ),
        )
        _report(resultado, as_json=as_json)
        raise typer.Exit(error.codigo_salida) from None
    _report(resultado, as_json=as_json)
    raise typer.Exit(_exit_code(resultado))


def _read(solicitud: str) -> bytes:
    if solicitud == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(solicitud).read_bytes()
    except OSError:
        raise BadInput([Problema("archivo", f"{solicitud} no existe o no se puede leer.")]) from None


def _file(settings: Settings, solicitud: Solicitud, *, imprimir_de_nuevo: bool) -> Resultado:
    from robot.flows.radicacion import Oficina

    with _Pasos() as pasos, Oficina(settings) as oficina:
        return oficina.radicar(solicitud, pasos, imprimir_de_nuevo=imprimir_de_nuevo)


def _exit_code(resultado: Resultado) -> int:
    if resultado.estado is Estado.RADICADA:
        return CodigoSalida.HECHO
    if resultado.estado is Estado.POR_VERIFICAR:
        return CodigoSalida.POR_VERIFICAR
    families = {
        "TransientFailure": CodigoSalida.FALLA_TRANSITORIA,
        "BusinessRejection": CodigoSalida.RECHAZADA,
    }
    familia = resultado.error.tipo if resultado.error else ""
    return families.get(familia, CodigoSalida.ENTRADA_O_CONFIGURACION)


def _report(resultado: Resultado, *, as_json: bool) -> None:
    for aviso in resultado.avisos:
        _stderr.print(f"[yellow]![/] {_plain(aviso)}")
    if resultado.error is not None:
        _stderr.print(f"[red]✗[/] {_plain(resultado.error.mensaje)}")
    if as_json:
        sys.stdout.write(resultado.model_dump_json() + "\n")
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("Estado", f"[bold]{resultado.estado.value}[/]")
    if resultado.referencia:
        table.add_row("Referencia", resultado.referencia)
    if resultado.radicado:
        table.add_row("Radicado", f"[bold green]{resultado.radicado}[/]")
    if cita := resultado.cita:
        day = format_date(cita.fecha, "EEEE d 'de' MMMM 'de' y", locale="es_CO")
        table.add_row(
            "Cita",
            f"{day}, {cita.hora:%H:%M}  ({cita.planilla} / {cita.hoja}{' / ' if cita.cuadrilla else ''}{cita.cuadrilla})",
        )
    if resultado.copias:
        table.add_row("Copias", str(resultado.copias))
    _stdout.print(table)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("escriba la fecha como 2026-11-24") from None


@app.command()
def cupos(
    desde: Annotated[
        dt.date | None, typer.Option(parser=_date, metavar="FECHA", help="Primer día; hoy si falta.")
    ] = None,
    hasta: Annotated[
        dt.date | None, typer.Option(parser=_date, metavar="FECHA", help="Último día; 30 después si falta.")
    ] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Muestra los cupos libres de Programación."""
    from robot.sheets import Programacion

    with _failing_in_spanish():
        settings = load_settings(config)
        first = desde or dt.datetime.now(ZONA_HORARIA).date()
        last = hasta or first + dt.timedelta(days=30)
        found = Programacion(settings.programacion, settings.google).cupos(first, last)
    if as_json:
        import json

        rows = [{**cupo.model_dump(mode="json"), "hora": f"{cupo.hora:%H:%M}"} for cupo in found]
        sys.stdout.write(json.dumps({"cupos": rows}, ensure_ascii=False) + "\n")
        return
    table = Table(title=f"{len(found)} cupos libres")
    for name in ("Fecha", "Hora", "Cuadrilla", "Planilla", "Hoja"):
        table.add_column(name)
    for cupo in found:
        day = format_date(cupo.fecha, "EEE d MMM y", locale="es_CO")
        table.add_row(day, f"{cupo.hora:%H:%M}", cupo.cuadrilla, cupo.planilla, cupo.hoja)
    _stdout.print(table)


@app.command()
def diagnostico(config: Config = None) -> None:
    """Revisa configuración, navegador, Serviweb, Google e impresora, y dice cómo remediar lo que falte."""
    from robot.diagnostico import diagnose

    with _failing_in_spanish():
        settings = load_settings(config)
    worst = CodigoSalida.HECHO
    for revision in diagnose(settings):
        mark = "[green]✓[/]" if revision.bien else "[red]✗[/]"
        _stdout.print(f"{mark} {revision.nombre}: {_plain(revision.detalle)}")
        worst = max(worst, revision.codigo)
    raise typer.Exit(worst)
