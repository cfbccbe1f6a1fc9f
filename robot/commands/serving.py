"""`serviweb-robot trabajador` and `servir`: what runs until it is stopped."""

from typing import Annotated

import typer

from robot.commands import console
from robot.commands.carrying import require_complete
from robot.commands.options import Config, open_ventanilla
from robot.errors import CodigoSalida


def _web_path(text: str) -> str:
    from robot.settings import web_path

    try:
        return web_path(text)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None


def trabajador(
    config: Config = None,
    relevar: Annotated[
        list[str] | None,
        typer.Option("--relevar", metavar="EJECUTOR", help="Tomar el trabajo que dejó otro ejecutor que ya no vive."),
    ] = None,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
) -> None:
    """Radica lo que llega a la cola, hasta que se le detenga (Ctrl-C o SIGTERM)."""
    from robot.work import work

    with console.failing_in_spanish():
        settings = console.load_settings(config, visible=visible)
        require_complete(settings)
        with open_ventanilla(settings) as ventanilla:
            ended_well = work(ventanilla, relevar or [], console.stderr.print)
    if not ended_well:
        console.leave(CodigoSalida.FALLA_TRANSITORIA)


def servir(
    config: Config = None,
    puerto: Annotated[int, typer.Option("--puerto", min=0, max=65535, help="0 elige uno libre.")] = -1,
    direccion: Annotated[str, typer.Option("--direccion", help="La configurada si falta.")] = "",
    ruta: Annotated[
        str, typer.Option("--ruta", parser=_web_path, metavar="RUTA", help="Bajo cuál lo sirve el proxy: /visitas.")
    ] = "",
    sin_trabajador: Annotated[
        bool, typer.Option("--sin-trabajador", help="Solo el formulario; otro proceso radica.")
    ] = False,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
) -> None:
    """Atiende el formulario de los asesores y radica lo que llega, hasta que se le detenga."""
    from robot.web.servidor import serve

    with console.failing_in_spanish():
        settings = console.load_settings(config, visible=visible)
        given = {"puerto": puerto if puerto >= 0 else None, "direccion": direccion or None, "ruta": ruta or None}
        web = {name: value for name, value in given.items() if value is not None}
        settings = settings.model_copy(update={"web": settings.web.model_copy(update=web)})
        settings.catalogo.require()
        if not sin_trabajador:
            require_complete(settings)
        ended_well = serve(settings, con_trabajador=not sin_trabajador, say=console.stderr.print)
    if not ended_well:
        console.leave(CodigoSalida.FALLA_TRANSITORIA)
