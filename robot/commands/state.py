"""`serviweb-robot estado`: how solicitudes stand, and what happened to one."""

from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import AsJson, Config, open_ventanilla, referencia_of
from robot.errors import ActoImposible, BadInput, Problema

if TYPE_CHECKING:
    from robot.models import Estado
    from robot.settings import Settings


def estado(
    referencia: Annotated[str, typer.Argument(help="Una solicitud; todas si falta.", show_default=False)] = "",
    config: Config = None,
    as_json: AsJson = False,
    seguir: Annotated[bool, typer.Option("--seguir", help="Seguirla en vivo hasta que termine.")] = False,
    solo: Annotated[
        list[str] | None, typer.Option("--solo", metavar="ESTADO", help="Solo las que están así; se puede repetir.")
    ] = None,
    procedimiento: Annotated[
        str, typer.Option("--procedimiento", metavar="CÓDIGO", help="Solo las de este procedimiento.")
    ] = "",
    evidencia: Annotated[
        bool, typer.Option("--evidencia", help="Abrir lo que se guardó de sus pantallas y fallas.")
    ] = False,
) -> None:
    """Muestra las solicitudes, o la historia de una: qué pasó, cuándo, quién y por qué."""
    if evidencia:
        _open_evidence(console.load_settings(config), referencia)
        return
    with console.failing_in_spanish(as_json=as_json), open_ventanilla(console.load_settings(config)) as ventanilla:
        registro = ventanilla.registro
        if not referencia:
            found = registro.expedientes([_estado(text) for text in solo or []])
            wanted = procedimiento.strip().upper()
            found = [one for one in found if wanted in {"", one.procedimiento}]
            if as_json:
                console.print_json({"solicitudes": [console.as_data(one) for one in found]})
            else:
                console.print_list(found)
            return
        own = referencia_of(referencia)
        registro.expediente(own)
        if seguir:
            from robot.work import follow

            with console.Pasos() as pasos:
                follow(registro, own, pasos.show)
        ventanilla.papel.follow(own)
        whole = (registro.expediente(own), registro.historia(own), registro.impresiones(own))
        if as_json:
            console.print_json(console.history_as_data(*whole))
        else:
            console.print_history(*whole)


def _open_evidence(settings: "Settings", referencia: str) -> None:
    from robot.flows.evidencia import INDICE, folder_of

    with console.failing_in_spanish():
        indice = folder_of(settings.datos, referencia_of(referencia)) / INDICE
        if not indice.is_file():
            raise ActoImposible(f"De {referencia} no se guardó evidencia, o ya se borró.")
    console.stdout.print(str(indice), soft_wrap=True)
    if console.stdout.is_terminal:
        typer.launch(indice.as_uri())


def _estado(text: str) -> "Estado":
    from robot.models import Estado

    try:
        return Estado(text.upper().replace("_", " "))
    except ValueError:
        known = ", ".join(estado.value for estado in Estado)
        raise BadInput([Problema("solo", f"«{text}» no es un estado; son: {known}.")]) from None
