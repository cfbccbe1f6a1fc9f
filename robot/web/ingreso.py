"""Signing in and out."""

import math

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from robot.record.access import Tope
from robot.record.accounts import Cuenta
from robot.web.direccion import origin_of
from robot.web.equipo import Equipo
from robot.web.guardia import Formulario, one
from robot.web.limites import Demasiado
from robot.web.pendiente import NADA, Pendiente
from robot.web.propia import new_password_page
from robot.web.servicio import Con, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_ACCOUNTS_OF_AN_OFFICE = 20
"""So many accounts may be guessed at from one address, each as often as it may, before strangers have to wait there."""
_LONGEST_NAME = 100
_MOMENT_SECONDS = 2.0
_LONG_SECONDS = 100
_TOO_LATE = "Esa clave de un solo uso ya venció. Pida otra a un coordinador."


def sign_in_page(request: Request, *, mensaje: str = "", pendiente: Pendiente = NADA, status: int = 200) -> Response:
    """The first page; what is pending waits behind it."""
    return page(request, "ingreso.html", None, {"mensaje": mensaje, "escrito": pendiente.hidden}, status=status)


@router.get("/ingreso")
def sign_in_form(request: Request) -> Response:
    return sign_in_page(request)


@router.post("/ingreso")
async def sign_in(request: Request, fields: Formulario, con: Con) -> Response:
    pendiente = Pendiente.of(fields)
    clave, equipo = one(fields, "asesor").strip().lower()[:_LONGEST_NAME], con.equipos.of(request)
    turnos = con.limites.conocidos if equipo.knows(clave) else con.limites.ajenos
    try:
        async with turnos.taken():
            topes = _topes(request, con, clave, equipo)
            tried = await run_in_threadpool(_try, con, clave, one(fields, "clave"), topes)
    except Demasiado:
        tried = _MOMENT_SECONDS
    if isinstance(tried, float):
        return _to_wait(request, pendiente, tried)
    if tried is None:
        return sign_in_page(request, mensaje="El asesor o la clave no son correctos.", pendiente=pendiente, status=401)
    if tried.vencida:
        return sign_in_page(request, mensaje=_TOO_LATE, pendiente=pendiente, status=401)
    answer = await run_in_threadpool(_begin, request, con, tried, pendiente)
    con.equipos.mark(answer, equipo, tried.clave)
    return answer


def _topes(request: Request, con: Servicio, clave: str, equipo: Equipo) -> list[Tope]:
    """Whose tries these are. In a browser that the account knows they are that browser's, and whatever strangers do is theirs."""
    intentos = con.settings.web.intentos
    if equipo.knows(clave):
        return [Tope(f"equipo {equipo.nombre} {clave}", intentos, cede=True)]
    address = f"direccion {origin_of(request)}"
    return [Tope(f"cuenta {clave}", intentos), Tope(address, intentos * _ACCOUNTS_OF_AN_OFFICE)]


def _try(con: Servicio, clave: str, password: str, topes: list[Tope]) -> Cuenta | float | None:
    """The account if the password is its own; seconds to wait where there were too many tries before this one."""
    if (waiting := con.intentos.spend(topes)) > 0:
        return waiting
    cuenta = con.cuentas.verified(clave, password)
    if cuenta is not None:
        con.intentos.give_back(topes)
    return cuenta


def _begin(request: Request, con: Servicio, cuenta: Cuenta, pendiente: Pendiente) -> Response:
    con.sign_in(request, cuenta)
    if cuenta.provisional is not None:
        return new_password_page(request, cuenta, pendiente=pendiente)
    return pendiente.take_up(request, con, cuenta)


def _to_wait(request: Request, pendiente: Pendiente, segundos: float) -> Response:
    whole = math.ceil(segundos)
    mensaje = f"Demasiados intentos. Espere {_in_words(whole)} y vuelva a ingresar."
    answer = sign_in_page(request, mensaje=mensaje, pendiente=pendiente, status=429)
    answer.headers["retry-after"] = str(whole)
    return answer


def _in_words(segundos: int) -> str:
    if segundos <= _MOMENT_SECONDS:
        return "un momento"
    return f"{segundos} segundos" if segundos < _LONG_SECONDS else f"{math.ceil(segundos / 60)} minutos"


@router.post("/salida")
async def sign_out(request: Request, fields: Formulario, con: Con) -> Response:
    del fields
    await run_in_threadpool(con.ingresos.end, str(request.session.get("ingreso", "")))
    request.session.clear()
    return see_other(request, "/ingreso")
