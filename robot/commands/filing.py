"""`serviweb-robot radicar`: one solicitud, or all of a file."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console, lotes
from robot.commands.carrying import finish, reporting, require_complete
from robot.commands.options import AsJson, Config, Quien, open_ventanilla
from robot.errors import BadInput, Problema, ProcedimientoIlegible
from robot.reading.writing import one_line

if TYPE_CHECKING:
    from robot.intake import Ventanilla
    from robot.models import Solicitud
    from robot.referencia import Referencia

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
    from robot.record.dossier import Aceptada

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
        data = Solicitud.read_json(content) | ({"procedimiento": procedimiento} if procedimiento else {})
        who = quien or console.current_user()
        try:
            request = _as_asked(Solicitud.parse(data, settings.reglas_de_solicitud), otra=otra)
        except BadInput as refused:
            with open_ventanilla(settings) as ventanilla:
                again = _as_then(ventanilla, data, refused, otra=otra, quien=who)
                require_complete(settings)
                finish(ventanilla, again, as_json=as_json, encolar=encolar)
        settings.asesor(request.asesor)
        require_complete(settings)
        with open_ventanilla(settings) as ventanilla:
            try:
                aceptada = ventanilla.hand_in(request, quien=who, otra=otra)
            except BadInput as refused:
                aceptada = Aceptada(_as_then(ventanilla, data, refused, otra=otra, quien=who), nueva=False)
            avisos = (_IGUAL,) if aceptada.igual else ()
            finish(ventanilla, aceptada.referencia, as_json=as_json, encolar=encolar, avisos=avisos)


def _as_asked(request: "Solicitud", *, otra: bool) -> "Solicitud":
    return request.model_copy(update={"otra_visita": True}) if otra else request


def _as_then(
    ventanilla: "Ventanilla", data: Mapping[str, object], refused: BadInput, *, otra: bool, quien: str
) -> "Referencia":
    """The solicitud that came before with the key of what is refused now, if the same is asked for by the rules of then.

    Raises:
        BadInput: there is none, or it asked for something else.
    """
    from robot.models import Solicitud

    clave = data.get("clave_idempotencia")
    referencia = ventanilla.of_key(one_line(clave)) if isinstance(clave, str) and clave.strip() else None
    if referencia is None:
        raise refused
    try:
        request = _as_asked(Solicitud.parse(data, ventanilla.rules_of_then(referencia)), otra=otra)
    except (BadInput, ProcedimientoIlegible):
        raise refused from None
    if not ventanilla.hand_in_again(referencia, request, quien=quien):
        raise refused
    return referencia
