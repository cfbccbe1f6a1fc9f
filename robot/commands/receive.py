"""`serviweb-robot recibir`: look at the sheets of requests and the mailbox now."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from robot.commands import console
from robot.commands.carrying import INTERRUPTED
from robot.errors import CodigoSalida

if TYPE_CHECKING:
    from robot.intake import Ventanilla
    from robot.record.receptions import Recepcion


def recibir(
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Archivo robot.toml.", envvar="SERVIWEB_ROBOT_CONFIG", dir_okay=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Un solo objeto JSON por la salida estándar.")] = False,
    esperar: Annotated[
        bool, typer.Option("--esperar", help="Mirar otra vez tras el reposo, para tomar ya las filas recién escritas.")
    ] = False,
    quien: Annotated[str, typer.Option("--quien", help="Quién lo pide; el usuario de la máquina si falta.")] = "",
) -> None:
    """Mira las hojas de solicitudes y el buzón: toma las filas listas y escribe al lado en qué va cada una.

    Una fila se toma cuando nadie la está escribiendo: si no cambió entre dos miradas, o si su columna de envío lo dice.
    Un correo nunca se radica solo: queda en la Bandeja para que un asesor lo complete.
    """
    from robot.intake import Ventanilla

    with console.failing_in_spanish(as_json=as_json), Ventanilla(console.load_settings(config)) as ventanilla:
        done = _look(ventanilla, quien or console.current_user())
        if esperar and done.informe.esperan:
            console.stderr.print("Hay filas que alguien puede estar escribiendo: se espera a que reposen…")
            threading.Event().wait(ventanilla.settings.recibir.reposo_segundos)
            done = _look(ventanilla, quien or console.current_user())
        _tell(done, as_json=as_json)
    raise typer.Exit(_exit_code(done))


def _look(ventanilla: "Ventanilla", quien: str) -> "Recepcion":
    from robot.work import see_done

    identidad = ventanilla.rondas.recibir(quien=quien)
    see_done(ventanilla, lambda: ventanilla.recepciones.get(identidad).estado.terminado, lambda: None)
    done = ventanilla.recepciones.get(identidad)
    if not done.estado.terminado:
        console.stderr.print(f"Se detuvo: {identidad} continuará con el próximo `trabajador`.")
        console.leave(INTERRUPTED)
    return done


def _exit_code(done: "Recepcion") -> int:
    if done.falla:
        return CodigoSalida.FALLA_TRANSITORIA
    return done.informe.codigo_salida


def _tell(done: "Recepcion", *, as_json: bool) -> None:
    if as_json:
        _tell_programs(done)
    else:
        _tell_people(done)


def _tell_programs(done: "Recepcion") -> None:
    hojas = [{**one.model_dump(exclude={"codigo_salida"}), "avisos": one.avisos} for one in done.informe.hojas]
    correo = done.informe.correo
    told = correo.model_dump(mode="json", exclude={"codigo_salida"}) if correo is not None else None
    console.print_json({"hojas": hojas, "correo": told, "falla": done.falla})


def _tell_people(done: "Recepcion") -> None:
    avisos = [done.falla]
    if (correo := done.informe.correo) is not None:
        console.stdout.print(f"Correo: {correo.nuevos} mensajes nuevos, en la Bandeja para completar.")
        avisos += [correo.falla, *correo.avisos]
    if done.informe.hojas:
        console.stdout.print(_table(done))
        avisos += [f"{one.hoja}: {aviso}" for one in done.informe.hojas for aviso in one.avisos]
    for aviso in filter(None, avisos):
        console.stderr.print(f"[yellow]![/] {console.plain(aviso)}")


def _table(done: "Recepcion") -> Table:
    table = console.table_of("Hoja", "Tomadas", "Respondidas", "Por corregir", "Esperan")
    for one in done.informe.hojas:
        name = console.plain(f"{one.planilla} / {one.hoja}".lstrip(" /"))
        table.add_row(name, *map(str, (one.tomadas, one.respondidas, one.por_corregir, one.esperan)))
    return table
