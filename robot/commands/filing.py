"""`serviweb-robot radicar`: one solicitud, or all of a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from robot.commands import console, lotes
from robot.commands.carrying import finish, reporting, require_complete
from robot.commands.options import AsJson, Config, Quien, open_ventanilla
from robot.errors import BadInput, Problema

_IGUAL = (
    "Hace poco se recibió esta misma solicitud, sin clave: es esa, y no se radicó otra. Si de verdad es otra, envíela con "
    "`--otra`, o con una `clave_idempotencia` propia."
)


def _read(solicitud: str) -> bytes:
    if solicitud == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(solicitud).read_bytes()
    except OSError:
        raise BadInput([Problema("archivo", f"{solicitud} no existe o no se puede leer.")]) from None


def radicar(  # noqa: PLR0913, PLR0917  # an option each
    solicitud: Annotated[
        str,
        typer.Argument(
            metavar="ARCHIVO",
            help="Archivo JSON con una solicitud, o CSV o Excel (.xlsx) con muchas; - para leerlo de la entrada.",
        ),
    ],
    config: Config = None,
    as_json: AsJson = False,
    visible: Annotated[bool, typer.Option("--visible", help="Mostrar el navegador mientras trabaja.")] = False,
    encolar: Annotated[
        bool, typer.Option("--encolar", help="Solo dejarla en la cola; un `trabajador` la radica.")
    ] = False,
    otra: Annotated[
        bool,
        typer.Option(
            "--otra", help="Es otra visita, aunque sea igual a una que se envió hace poco o Serviweb tenga una abierta."
        ),
    ] = False,
    procedimiento: Annotated[
        str,
        typer.Option(
            "--procedimiento",
            metavar="CÓDIGO",
            help="Por cuál se radica, diga lo que diga el archivo.",
        ),
    ] = "",
    aceptar: Annotated[
        list[str] | None,
        typer.Option("--aceptar", metavar="QUÉ", help="De un lote, lo que usted asegura; se dice cuando hace falta."),
    ] = None,
    asesor: Annotated[str, typer.Option("--asesor", help="De un lote, de quién son las filas que no lo dicen.")] = "",
    resultado: Annotated[
        Path | None,
        typer.Option(
            "--resultado", help="De un lote, dónde dejar sus filas con lo que fue de cada una.", dir_okay=False
        ),
    ] = None,
    quien: Quien = "",
) -> None:
    """Radica una solicitud, o todas las de un archivo: trámite en Serviweb, cita en Programación y las dos copias."""
    from robot.entradas.archivos import looks_like_a_table
    from robot.models import Solicitud

    with reporting(as_json=as_json):
        settings = console.load_settings(config, visible=visible)
        content = _read(solicitud)
        if looks_like_a_table(solicitud, content):
            elegidas = lotes.elecciones([*(aceptar or []), *(["otra-vez"] if otra else [])])
            require_complete(settings)
            with open_ventanilla(settings) as ventanilla:
                lotes.file_lote(
                    ventanilla,
                    content,
                    origen=solicitud,
                    asesor=asesor,
                    procedimiento=procedimiento,
                    elegidas=elegidas,
                    resultado=resultado,
                    quien=quien or console.current_user(),
                    encolar=encolar,
                    as_json=as_json,
                )
        request = Solicitud.parse_json(content, settings.reglas_de_solicitud, procedimiento=procedimiento)
        if otra:
            request = request.model_copy(update={"otra_visita": True})
        settings.asesor(request.asesor)
        require_complete(settings)
        with open_ventanilla(settings) as ventanilla:
            aceptada = ventanilla.hand_in(request, quien=quien or console.current_user(), otra=otra)
            avisos = (_IGUAL,) if aceptada.igual else ()
            finish(ventanilla, aceptada.referencia, as_json=as_json, encolar=encolar, avisos=avisos)
