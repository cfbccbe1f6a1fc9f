"""Signing in and out."""

import time

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from robot.web.guardia import Formulario, one
from robot.web.limites import Demasiado
from robot.web.nueva import show_form
from robot.web.servicio import Con, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_TYPED = "escrito."
"""What somebody had typed when the session was over travels through the sign-in under this prefix."""


def sign_in_page(
    request: Request, *, mensaje: str = "", typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    """The first page; with what was typed, it comes back after signing in."""
    hidden = {_TYPED + name: value for name, value in (typed or {}).items()}
    return page(request, "ingreso.html", None, {"mensaje": mensaje, "escrito": hidden}, status=status)


@router.get("/ingreso")
def sign_in_form(request: Request) -> Response:
    return sign_in_page(request)


@router.post("/ingreso")
async def sign_in(request: Request, fields: Formulario, con: Con) -> Response:
    typed = {name.removeprefix(_TYPED): values[-1] for name, values in fields.items() if name.startswith(_TYPED)}
    mensaje = await run_in_threadpool(_signed_in, request, con, one(fields, "asesor").strip(), one(fields, "clave"))
    if mensaje:
        return sign_in_page(request, mensaje=mensaje, typed=typed, status=401)
    if typed:
        cuenta = con.cuentas.get(str(request.session["cuenta"]))
        if cuenta is not None:
            return await run_in_threadpool(show_form, request, con, cuenta, typed)
    return see_other(request, "/")


def _signed_in(request: Request, con: Servicio, clave: str, password: str) -> str:
    """Begin a session; else what to tell. A name that has failed too often is not looked at any more."""
    address = request.client.host if request.client else ""
    try:
        con.limites.require_trial(clave.lower(), address)
    except Demasiado:
        return "Demasiados intentos. Espere unos minutos y vuelva a ingresar."
    cuenta = con.cuentas.verified(clave, password)
    if cuenta is None:
        con.limites.failed(clave.lower(), address)
        return "El asesor o la clave no son correctos."
    request.session.clear()
    request.session.update({"cuenta": cuenta.clave, "sello": cuenta.sello, "desde": int(time.time())})
    return ""


@router.post("/salida")
async def sign_out(request: Request, fields: Formulario) -> Response:
    del fields
    request.session.clear()
    return see_other(request, "/ingreso")
