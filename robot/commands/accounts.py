"""`serviweb-robot asesor …`: the accounts of the intake form, and where each asesor's Serviweb password is kept."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from robot.commands import console
from robot.commands.options import Config
from robot.commands.spanish import Aplicacion
from robot.errors import BadInput, Problema

if TYPE_CHECKING:
    from robot.record.accounts import Cuentas

app = Aplicacion(no_args_is_help=True, help="Cuentas del formulario y claves de Serviweb de los asesores.")
Clave = Annotated[str, typer.Argument(metavar="ASESOR", help="Nombre corto, como «ana».")]


def _cuentas(config: Path | None) -> "Cuentas":
    from robot.record.accounts import Cuentas
    from robot.record.database import open_database

    return Cuentas(open_database(console.load_settings(config)))


def _secret(question: str) -> str:
    """Asked for without showing it, twice; from a pipe, one line."""
    if sys.stdin.isatty():
        return str(typer.prompt(question, hide_input=True, confirmation_prompt="Otra vez", err=True))
    return sys.stdin.readline().rstrip("\n")


@app.command()
def agregar(
    asesor: Clave,
    nombre: Annotated[str, typer.Option("--nombre", help="Nombre y apellido, como queda en Programación.")],
    rol: Annotated[str, typer.Option("--rol", help="asesor o coordinador.")] = "asesor",
    usuario_serviweb: Annotated[
        str, typer.Option("--usuario-serviweb", help="Su usuario de Serviweb; sin él, no radica.")
    ] = "",
    config: Config = None,
) -> None:
    """Crea una cuenta. Pide la clave del formulario y, con --usuario-serviweb, la de Serviweb."""
    from pydantic import SecretStr

    from robot import llavero
    from robot.models import Asesor
    from robot.record.accounts import Rol

    with console.failing_in_spanish():
        key = llavero.require_key(asesor)
        if rol not in {one.value for one in Rol}:
            raise BadInput([Problema("rol", "es asesor o coordinador.")])
        password = _secret("Clave del formulario")
        cuentas, quien = _cuentas(config), console.current_user()
        cuentas.add(key, nombre=nombre.strip(), rol=Rol(rol), password=password, quien=quien)
        console.stdout.print(f"Cuenta «{key}» creada.")
        if usuario_serviweb:
            clave = SecretStr(_secret("Clave de Serviweb"))
            where = llavero.keep(Asesor(clave_asesor=key, usuario=usuario_serviweb, clave=clave, nombre=nombre.strip()))
            cuentas.note(key, "Guardó la clave de Serviweb.", quien=quien)
            console.stdout.print(f"Su clave de Serviweb quedó en {where}.")


@app.command()
def clave(
    asesor: Clave,
    serviweb: Annotated[bool, typer.Option("--serviweb", help="La de Serviweb, no la del formulario.")] = False,
    usuario_serviweb: Annotated[
        str,
        typer.Option("--usuario-serviweb", help="Con --serviweb: su usuario de Serviweb, si aún no lo tiene o cambió."),
    ] = "",
    config: Config = None,
) -> None:
    """Cambia una clave. Con la del formulario, las sesiones abiertas terminan y la cuenta vuelve a quedar activa."""
    from pydantic import SecretStr

    from robot import llavero
    from robot.models import Asesor

    with console.failing_in_spanish():
        key, cuentas, quien = llavero.require_key(asesor), _cuentas(config), console.current_user()
        if serviweb:
            known = llavero.find(key)
            cuenta = cuentas.get(key)
            usuario = usuario_serviweb or (known.usuario if known is not None else "")
            nombre = known.nombre if known is not None else cuenta.nombre if cuenta is not None else ""
            if not (usuario and nombre):
                raise BadInput(
                    [Problema("asesor", f"«{key}» no tiene usuario de Serviweb guardado; indique --usuario-serviweb.")]
                )
            secret = SecretStr(_secret("Clave de Serviweb"))
            where = llavero.keep(Asesor(clave_asesor=key, usuario=usuario, clave=secret, nombre=nombre))
            cuentas.note(key, "Guardó la clave de Serviweb.", quien=quien)
            console.stdout.print(f"La clave de Serviweb quedó en {where}.")
            return
        cuentas.set_password(key, _secret("Clave del formulario"), quien=quien)
        console.stdout.print(f"La clave de «{key}» cambió.")


@app.command()
def ingresar(asesor: Clave, config: Config = None) -> None:
    """Abre Serviweb en una ventana para que usted ingrese (CAPTCHA, código enviado…); el robot sigue con esa sesión."""
    from robot import llavero
    from robot.flows.ingreso_de_persona import open_by_hand
    from robot.flows.oficina import Oficina
    from robot.pages.serviweb import Serviweb

    def say(_: Serviweb) -> None:
        console.stderr.print(
            "Ingrese en la ventana que se abrió. Se cierra sola cuando aparezca el menú; tiene diez minutos."
        )

    with console.failing_in_spanish():
        settings = console.load_settings(config)
        known = settings.asesor(llavero.require_key(asesor))
        visible = settings.navegador.model_copy(update={"visible": True})
        with Oficina(settings.model_copy(update={"navegador": visible})) as oficina:
            open_by_hand(oficina, known, say)
        console.stdout.print(
            "La sesión quedó guardada y cifrada; el robot sigue con ella hasta que Serviweb la cierre."
        )


@app.command()
def listar(config: Config = None) -> None:
    """Muestra las cuentas, y quién tiene usuario de Serviweb."""
    from robot import llavero

    with console.failing_in_spanish():
        settings = console.load_settings(config)
        table = console.table_of("Asesor", "Nombre", "Rol", "Activa", "Usuario de Serviweb", title="Cuentas")
        for cuenta in _cuentas(config).all():
            known = cuenta.clave in settings.asesores or llavero.find(cuenta.clave) is not None
            marks = ("sí" if cuenta.activa else "no", "sí" if known else "no")
            table.add_row(cuenta.clave, cuenta.nombre, cuenta.rol.value, *marks)
        console.stdout.print(table)


@app.command()
def desactivar(asesor: Clave, config: Config = None) -> None:
    """Cierra una cuenta y borra su clave de Serviweb. Sus solicitudes quedan."""
    from robot import llavero

    with console.failing_in_spanish():
        key = llavero.require_key(asesor)
        cuentas, quien = _cuentas(config), console.current_user()
        cuentas.deactivate(key, quien=quien)
        llavero.forget(key)
        cuentas.note(key, "Borró la clave de Serviweb.", quien=quien)
        console.stdout.print(f"La cuenta «{key}» quedó desactivada.")
