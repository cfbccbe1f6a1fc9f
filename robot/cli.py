"""The command line, in Spanish. What it does lives elsewhere; heavy modules are imported by the command that needs them."""

import typer

from robot.commands import (
    accounts,
    api,
    citas,
    console,
    deciding,
    filing,
    lotes,
    procedures,
    receive,
    reconcile,
    schedule,
    screens,
    serving,
    spanish,
    state,
)
from robot.commands.options import Config
from robot.errors import CodigoSalida

app = spanish.Aplicacion(
    name="serviweb-robot",
    help="Radica visitas domiciliarias en Serviweb, aparta la cita en Programación e imprime las copias.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(screens.app, name="pantallas")
app.add_typer(procedures.app, name="procedimientos")
app.add_typer(accounts.app, name="asesor")
app.add_typer(api.app, name="api")
app.add_typer(schedule.app, name="programacion")
app.add_typer(citas.app, name="cita")
app.add_typer(citas.entregas, name="entregas")
app.add_typer(lotes.app, name="lotes")
app.command()(reconcile.conciliar)
app.command()(receive.recibir)
app.command()(filing.radicar)
app.command()(state.estado)
app.command()(deciding.reintentar)
app.command()(deciding.resolver)
app.command()(deciding.cancelar)
app.command()(deciding.imprimir)
app.command()(deciding.purgar)
app.command()(serving.trabajador)
app.command()(serving.servir)
app.command()(schedule.cupos)


def main() -> None:
    """Entry point of the console script."""
    console.write_to_any_console()
    spanish.speak_spanish()
    app()


@app.callback()
def _root() -> None:
    """The options common to all commands stand with each command."""


@app.command()
def diagnostico(config: Config = None) -> None:
    """Revisa configuración, navegador, Serviweb, Google e impresora, y dice cómo remediar lo que falte."""
    from robot.commands.checkup import diagnose

    with console.failing_in_spanish():
        settings = console.load_settings(config)
    worst = CodigoSalida.HECHO
    for revision in diagnose(settings):
        mark = "[green]✓[/]" if revision.bien else "[red]✗[/]"
        console.stdout.print(f"{mark} {revision.nombre}: {console.plain(revision.detalle)}")
        worst = max(worst, revision.codigo)
    raise typer.Exit(worst)
