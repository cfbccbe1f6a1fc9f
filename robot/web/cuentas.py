"""Cuentas for the coordinador: who may use the form, as what, and with which user of Serviweb."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import SecretStr

from robot.errors import ActoImposible, BadInput
from robot.llavero import require_key
from robot.models import Estado
from robot.record.accounts import Cuenta, Rol
from robot.record.overview import Filtro
from robot.web.claves import for_one_use, in_turn
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Coordinador, NoEsta, Servicio, problems_by_field
from robot.web.vistas import page, see_other

router = APIRouter()
_CHANGES_SHOWN = 40
_LONGEST = 80
_ON_THE_WAY = (Estado.EN_COLA, Estado.EN_CURSO, Estado.POR_VERIFICAR)
"""What the user of Serviweb is still needed for: whatever a person decides of one POR VERIFICAR, a run goes on from there."""
_MOST_ON_THE_WAY = 1000
_HECHO = {
    "rol": "El rol cambió.",
    "serviweb": "La clave de Serviweb quedó guardada: el robot ingresa con ella desde la próxima solicitud.",
    "igual": "Quedó guardada, pero es la misma que Serviweb rechazó: el robot no la prueba por sí solo.",
    "sesiones": "Las sesiones abiertas de la cuenta terminaron.",
    "borrada": "La clave de Serviweb se borró de esta máquina.",
    "desactivada": "La cuenta quedó desactivada y sus sesiones terminaron.",
}


def _named(cual: str, con: Con, cuenta: Coordinador) -> Cuenta:
    """The account that an address names.

    Raises:
        NoEsta.
    """
    del cuenta
    found = con.cuentas.find(cual)
    if found is None:
        raise NoEsta
    return found


Otra = Annotated[Cuenta, Depends(_named)]


@router.get("/cuentas")
def listing(request: Request, con: Con, cuenta: Coordinador) -> Response:
    return _list(request, con, cuenta, {}, {})


def _list(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    escrito: Mapping[str, str],
    problemas: Mapping[str, Sequence[str]],
) -> Response:
    shown = {
        "cuentas": sorted(con.cuentas.all(), key=lambda one: (not one.activa, one.clave)),
        "usuarios": con.serviweb.users(),
        "roles": list(Rol),
        "escrito": {name: escrito.get(name, "") for name in ("asesor", "nombre", "rol", "usuario")},
        "problemas": problemas,
    }
    return page(request, "cuentas.html", cuenta, shown, status=422 if problemas else 200)


@router.post("/cuentas")
async def create(request: Request, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    """Open an account with a password of one use, which is shown this once."""

    def work() -> Response:
        typed = {name: one(fields, name).strip() for name in ("asesor", "nombre", "rol", "usuario")}
        problems, de_un_uso = _problems(fields, typed), for_one_use()
        if not problems:
            try:
                con.cuentas.add(
                    require_key(typed["asesor"]),
                    nombre=typed["nombre"],
                    rol=Rol(typed["rol"]),
                    password=de_un_uso,
                    quien=cuenta.clave,
                    de_un_uso=True,
                )
            except BadInput as refused:
                problems = problems_by_field(refused)
        if problems:
            return _list(request, con, cuenta, typed, problems)
        otra = _named(typed["asesor"], con, cuenta)
        falla = _kept_serviweb(con, otra, fields, cuenta) if typed["usuario"] else ""
        return _one(request, con, cuenta, otra, de_un_uso=de_un_uso, problemas={"usuario": [falla]} if falla else {})

    return await in_turn(con, work)


def _problems(fields: Formulario, typed: Mapping[str, str]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    try:
        require_key(typed["asesor"])
    except BadInput as refused:
        problems |= problems_by_field(refused)
    if not 0 < len(typed["nombre"]) <= _LONGEST or not typed["nombre"].isprintable():
        problems["nombre"] = ["Escriba nombre y apellido, como quedan en Programación."]
    if typed["rol"] not in {rol.value for rol in Rol}:
        problems["rol"] = ["Escoja el rol."]
    return problems | (_serviweb_problems(fields) if typed["usuario"] or one(fields, "serviweb") else {})


def _serviweb_problems(fields: Formulario) -> dict[str, list[str]]:
    usuario = one(fields, "usuario").strip()
    problems: dict[str, list[str]] = {}
    if not 0 < len(usuario) <= _LONGEST or not usuario.isprintable():
        problems["usuario"] = ["Escriba su usuario de Serviweb."]
    if not 0 < len(one(fields, "serviweb")) <= _LONGEST:
        problems["serviweb"] = ["Escriba su clave de Serviweb."]
    return problems


def _kept_serviweb(con: Servicio, otra: Cuenta, fields: Formulario, cuenta: Cuenta) -> str:
    """Keep the user and password of Serviweb that were typed; why that could not be done, blank where it was."""
    usuario, password = one(fields, "usuario").strip(), SecretStr(one(fields, "serviweb"))
    try:
        con.serviweb.keep(otra, usuario=usuario, password=password, quien=cuenta.clave)
    except ActoImposible as refused:
        return str(refused)
    return ""


@router.get("/cuentas/{cual}")
def look(request: Request, con: Con, cuenta: Coordinador, otra: Otra, hecho: str = "") -> Response:
    return _one(request, con, cuenta, otra, hecho=hecho)


def _one(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    otra: Cuenta,
    *,
    hecho: str = "",
    de_un_uso: str = "",
    problemas: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    """One account.

    Args:
        de_un_uso: its new password, which no other page ever shows.
    """
    _, pendientes = con.panorama.search(Filtro(asesor=otra.clave, estados=_ON_THE_WAY), limite=1)
    shown = {
        "donde": "/cuentas",
        "otra": otra,
        "propia": otra.clave == cuenta.clave,
        "roles": list(Rol),
        "sesiones": con.ingresos.open(otra.clave),
        "serviweb": con.serviweb.of(otra.clave),
        "pendientes": pendientes,
        "cambios": con.cuentas.changes(otra.clave, limite=_CHANGES_SHOWN),
        "hecho": _HECHO.get(hecho, ""),
        "igual": hecho == "igual",
        "de_un_uso": de_un_uso,
        "problemas": problemas or {},
    }
    return page(request, "cuenta.html", cuenta, shown, status=422 if problemas and not de_un_uso else 200)


def _done(request: Request, otra: Cuenta, que: str) -> Response:
    return see_other(request, f"/cuentas/{otra.clave}?hecho={que}")


@router.post("/cuentas/{cual}/clave")
async def reset(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    """Give a password of one use, which is shown this once, and let the account in again if it was shut out."""
    del fields

    def work() -> Response:
        de_un_uso = for_one_use()
        con.cuentas.set_password(otra.clave, de_un_uso, quien=cuenta.clave, de_un_uso=True)
        return _one(request, con, cuenta, _named(otra.clave, con, cuenta), de_un_uso=de_un_uso)

    return await in_turn(con, work)


@router.post("/cuentas/{cual}/rol")
def change_role(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    if one(fields, "rol") not in {rol.value for rol in Rol}:
        raise NoEsta
    con.cuentas.set_role(otra.clave, Rol(one(fields, "rol")), quien=cuenta.clave)
    return _done(request, otra, "rol")


@router.post("/cuentas/{cual}/serviweb")
def change_serviweb(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    if problems := _serviweb_problems(fields):
        return _one(request, con, cuenta, otra, problemas=problems)
    usuario, password = one(fields, "usuario").strip(), SecretStr(one(fields, "serviweb"))
    new = con.serviweb.keep(otra, usuario=usuario, password=password, quien=cuenta.clave)
    return _done(request, otra, "serviweb" if new else "igual")


@router.post("/cuentas/{cual}/serviweb/borrar")
def forget_serviweb(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    del fields
    con.serviweb.forget(otra.clave, quien=cuenta.clave)
    return _done(request, otra, "borrada")


@router.post("/cuentas/{cual}/sesiones")
def end_sessions(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    del fields
    con.cuentas.end_sessions(otra.clave, quien=cuenta.clave)
    return _done(request, otra, "sesiones")


@router.post("/cuentas/{cual}/desactivar")
def deactivate(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, otra: Otra) -> Response:
    """Shut an account out. What it has handed in goes on, with its user of Serviweb, unless it is to be cancelled."""
    con.cuentas.deactivate(otra.clave, quien=cuenta.clave)
    on_the_way = Filtro(asesor=otra.clave, estados=_ON_THE_WAY)
    found, _ = con.panorama.search(on_the_way, limite=_MOST_ON_THE_WAY)
    if one(fields, "pendientes") == "cancelar":
        for expediente in found:
            with contextlib.suppress(ActoImposible):  # what has been sent to be saved goes on to its end
                con.ventanilla.cancel(expediente.referencia, quien=cuenta.clave, motivo="Su cuenta se desactivó.")
    if not con.panorama.search(on_the_way, limite=1)[1]:
        with contextlib.suppress(ActoImposible):  # the page tells what is still kept, and why
            con.serviweb.forget(otra.clave, quien=cuenta.clave)
    return _done(request, otra, "desactivada")
