"""`serviweb-robot api`: which programs may hand in by HTTP, and where they are told what became of it."""

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import AsJson, Config
from robot.commands.reconcile import parse_date
from robot.commands.spanish import Aplicacion
from robot.errors import BadInput, Problema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from robot.record.programs import Alcance, Llave, Llaves
    from robot.settings import Settings

app = Aplicacion(no_args_is_help=True, help="Programas que envían solicitudes por HTTP (docs/api.md).")
llaves = Aplicacion(no_args_is_help=True, help="Las llaves con que se presentan.")
app.add_typer(llaves, name="llaves")
Quien = Annotated[str, typer.Option("--quien", help="Quién lo pide; el usuario de la máquina si falta.")]


@app.command()
def contrato() -> None:
    """Escribe el contrato de la API (OpenAPI 3.1), el mismo que sirve en /api/v1/openapi.json."""
    import json

    from robot.web.api.aplicacion import contract

    sys.stdout.write(json.dumps(contract(), ensure_ascii=False, indent=2) + "\n")


@llaves.command()
def crear(
    programa: Annotated[str, typer.Argument(metavar="PROGRAMA", help="Nombre corto del programa, como «crm».")],
    asesor: Annotated[
        list[str] | None,
        typer.Option("--asesor", help="Por quién puede radicar; se puede repetir. «*» es por todos."),
    ] = None,
    alcance: Annotated[
        list[str] | None,
        typer.Option("--alcance", help="solicitudes:crear o solicitudes:leer; se puede repetir. Los dos si falta."),
    ] = None,
    vence: Annotated[
        dt.date | None,
        typer.Option(parser=parse_date, metavar="FECHA", help="El último día en que sirve; siempre si falta."),
    ] = None,
    aviso_a: Annotated[
        str, typer.Option("--aviso-a", metavar="URL", help="A dónde anunciarle cómo terminan sus solicitudes.")
    ] = "",
    config: Config = None,
    as_json: AsJson = False,
    quien: Quien = "",
) -> None:
    """Hace una llave y la muestra, esta única vez; con --aviso-a, también el secreto con que se firman los anuncios."""
    from robot.models import ZONA_HORARIA
    from robot.record.programs import TODOS
    from robot.worker.webhook import new_receiver

    with console.failing_in_spanish(as_json=as_json):
        settings = console.load_settings(config)
        for one in asesor or ():
            if one != TODOS:
                settings.asesor(one)
        receptor = new_receiver(aviso_a, settings.api) if aviso_a else None
        texto, llave = _of(settings).create(
            programa,
            alcances=_scopes(alcance),
            asesores=asesor or (),
            quien=quien or console.current_user(),
            vence=dt.datetime.combine(vence, dt.time.max, ZONA_HORARIA) if vence is not None else None,
            receptor=receptor,
        )
        secreto = receptor.secreto if receptor is not None else None
        if as_json:
            console.print_json({"llave": texto, "secreto": secreto, **_as_data(llave)})
            return
        console.stderr.print(f"Llave {llave.identidad} de «{programa}». No se vuelve a mostrar: guárdela ya.")
        console.stdout.print(texto, soft_wrap=True)
        if secreto is not None:
            console.stderr.print("El secreto con que se firma lo que se le anuncia; tampoco se vuelve a mostrar:")
            console.stdout.print(secreto, soft_wrap=True)


@llaves.command()
def listar(config: Config = None, as_json: AsJson = False) -> None:
    """Muestra las llaves: de quién son, para qué, hasta cuándo, y cuándo se usaron. Ninguna se puede volver a ver."""
    with console.failing_in_spanish(as_json=as_json):
        found = _of(console.load_settings(config)).all()
        if as_json:
            console.print_json({"llaves": [_as_data(one) for one in found]})
            return
        _print(found)


@llaves.command()
def revocar(
    llave: Annotated[str, typer.Argument(metavar="LLAVE", help="Las ocho letras que muestra `listar`.")],
    config: Config = None,
    quien: Quien = "",
) -> None:
    """Cierra una llave desde la petición siguiente. Lo que se entregó con ella sigue su curso."""
    with console.failing_in_spanish():
        gone = _of(console.load_settings(config)).revoke(llave, quien=quien or console.current_user())
        console.stdout.print(f"La llave {gone.identidad} de «{gone.programa}» quedó revocada.")


def _of(settings: "Settings") -> "Llaves":
    from robot.cipher import load_cipher
    from robot.record.database import open_database
    from robot.record.finding import Indice
    from robot.record.programs import Llaves
    from robot.record.solicitudes import Registro

    return Llaves(Registro(open_database(settings), load_cipher(settings), Indice.of(settings)))


def _scopes(given: "Sequence[str] | None") -> "set[Alcance]":
    from robot.record.programs import Alcance

    try:
        return {Alcance(one) for one in given or Alcance}
    except ValueError:
        known = ", ".join(Alcance)
        raise BadInput([Problema("alcance", f"los que hay son: {known}.")]) from None


def _as_data(llave: "Llave") -> dict[str, object]:
    return {
        "identidad": llave.identidad,
        "programa": llave.programa,
        "alcances": sorted(llave.alcances),
        "asesores": list(llave.asesores),
        "creada": llave.creada.isoformat(),
        "quien": llave.quien,
        "vence": llave.vence.isoformat() if llave.vence else None,
        "usada": llave.usada.isoformat() if llave.usada else None,
        "revocada": llave.revocada.isoformat() if llave.revocada else None,
        "revocada_por": llave.revocada_por,
        "anuncia": llave.receptor is not None,
    }


def _print(found: "Sequence[Llave]") -> None:
    table = console.table_of(
        "Llave", "Programa", "Alcances", "Asesores", "Vence", "Usada", "Anuncia", "Estado", title=f"{len(found)} llaves"
    )
    for one in found:
        table.add_row(
            one.identidad,
            one.programa,
            " ".join(sorted(one.alcances)),
            " ".join(one.asesores),
            f"{one.vence:%d/%m/%Y}" if one.vence else "",
            f"{one.usada:%d/%m/%Y %H:%M}" if one.usada else "nunca",
            "sí" if one.receptor is not None else "no",
            "vigente" if one.vigente else "revocada" if one.revocada else "vencida",
        )
    console.stdout.print(table)
