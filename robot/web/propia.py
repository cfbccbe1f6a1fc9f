"""Mi cuenta: each person's own password of the form, and their own of Serviweb."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import SecretStr

from robot.record.accounts import Cuenta
from robot.web.claves import change, in_turn, problems_of
from robot.web.guardia import Formulario, one
from robot.web.pendiente import NADA, Pendiente
from robot.web.servicio import Con, Ingresada, NoEsta, Quien, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_HECHO = {
    "clave": "Su clave del formulario cambió. Las demás sesiones de su cuenta terminaron.",
    "serviweb": "Su clave de Serviweb quedó guardada: el robot ingresa con ella desde la próxima solicitud.",
    "igual": "Quedó guardada, pero es la misma que Serviweb rechazó: el robot no la prueba por sí solo.",
}


@router.get("/mi-cuenta")
def own_account(request: Request, con: Con, cuenta: Quien, hecho: str = "") -> Response:
    return _own_page(request, con, cuenta, hecho=hecho)


def _own_page(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    *,
    hecho: str = "",
    problemas: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    shown = {
        "problemas": problemas or {},
        "hecho": _HECHO.get(hecho, ""),
        "igual": hecho == "igual",
        "serviweb": con.serviweb.of(cuenta.clave),
    }
    return page(request, "mi_cuenta.html", cuenta, shown, status=422 if problemas else 200)


@router.get("/mi-cuenta/clave")
def new_password_form(request: Request, cuenta: Ingresada) -> Response:
    return new_password_page(request, cuenta) if cuenta.provisional else see_other(request, "/mi-cuenta")


def new_password_page(
    request: Request,
    cuenta: Cuenta,
    *,
    pendiente: Pendiente = NADA,
    problemas: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    """What stands between a password of one use and everything else; what is pending waits behind it, too."""
    shown = {"problemas": problemas or {}, "escrito": pendiente.hidden}
    return page(request, "clave_nueva.html", cuenta, shown, status=422 if problemas else 200)


@router.post("/mi-cuenta/clave")
async def change_password(request: Request, fields: Formulario, con: Con, cuenta: Ingresada) -> Response:
    pendiente = Pendiente.of(fields)

    def work() -> Response:
        problems = problems_of(fields) or change(con, cuenta, actual=one(fields, "actual"), nueva=one(fields, "nueva"))
        if problems and cuenta.provisional is not None:
            return new_password_page(request, cuenta, pendiente=pendiente, problemas=problems)
        if problems:
            return _own_page(request, con, cuenta, problemas=problems)
        return _go_on(request, con, cuenta, pendiente)

    return await in_turn(con, work)


def _go_on(request: Request, con: Servicio, cuenta: Cuenta, pendiente: Pendiente) -> Response:
    """Whoever has changed it stays signed in, and nobody else."""
    fresh = con.cuentas.get(cuenta.clave)
    if fresh is None:
        raise NoEsta
    con.sign_in(request, fresh)
    return (
        pendiente.take_up(request, con, fresh) if cuenta.provisional else see_other(request, "/mi-cuenta?hecho=clave")
    )


@router.post("/mi-cuenta/serviweb")
async def change_serviweb(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The password only: which user of Serviweb an account files with is the coordinador's to say."""

    def work() -> Response:
        known = con.serviweb.of(cuenta.clave)
        if known is None:
            raise NoEsta
        password = SecretStr(one(fields, "serviweb"))
        if not password.get_secret_value():
            return _own_page(request, con, cuenta, problemas={"serviweb": ["Escriba la clave."]})
        new = con.serviweb.keep(cuenta, usuario=known.usuario, password=password, quien=cuenta.clave)
        return see_other(request, f"/mi-cuenta?hecho={'serviweb' if new else 'igual'}")

    return await run_in_threadpool(work)
