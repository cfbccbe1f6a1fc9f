"""The application: its pages, what guards them, and how what goes wrong is told."""

import logging
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Mount
from starlette.types import Scope

from robot.errors import ActoImposible, BadInput, RegistroUnavailable, RobotError
from robot.record.accounts import Cuenta
from robot.web import (
    bandeja,
    borrador,
    cita,
    conciliacion,
    cuentas,
    entregas,
    historia,
    informes,
    ingreso,
    lotes,
    nueva,
    pantallas,
    propia,
    recibidas,
    seguimiento,
    tablero,
    vistazo,
)
from robot.web.api.aplicacion import create_api
from robot.web.direccion import route
from robot.web.guardia import FormularioAjeno, Guardia, own_form, require_same_origin
from robot.web.ingreso import sign_in_page
from robot.web.limites import Demasiado
from robot.web.pendiente import Pendiente, is_act
from robot.web.servicio import ClaveDeUnUso, NoEsta, Quien, Servicio, SinIngreso, servicio, session_secret, still_in
from robot.web.vistas import page, see_other

_BODY_BYTES = 64 * 1024
_STATUS = {BadInput: 422, ActoImposible: 409}
_TITLES = {404: "No se encontró", 405: "No se puede hacer eso", 413: "Demasiado grande", 422: "Hay datos por corregir"}

ExceptionHandler = Callable[[Request, Exception], Coroutine[Any, Any, Response]]

_log = logging.getLogger(__name__)


class _OwnFiles(StaticFiles):
    """Our own files, whose address changes with their content, may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def create_app(servicio: Servicio) -> FastAPI:
    """The intake form as an ASGI application. Whoever serves it starts and ends what `servicio` holds."""
    web = servicio.settings.web

    app = FastAPI(
        title="serviweb-robot",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=_BODY_BYTES,
        exception_handlers=_TELLING,
    )
    app.state.servicio = servicio
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_secret(servicio.settings),
        session_cookie="sesion",
        max_age=int(web.sesion_horas * 3600),
        same_site="lax",
        https_only=web.seguro,
        path=web.ruta or "/",
    )
    app.add_middleware(Guardia, web=web)
    app.router.routes.append(_api(servicio))  # first, since programs come in thousands and routes are tried in order
    for part in _PARTS:
        app.include_router(part.router)
    own = Path(str(files("robot.web").joinpath("estatico")))
    app.mount("/estatico", _OwnFiles(directory=own, packages=[("robot.informes", "estatico")]))

    @app.get("/")
    def home(request: Request, cuenta: Quien) -> Response:
        return see_other(request, "/tablero" if cuenta.coordina else "/solicitudes/nueva")

    return app


def _api(servicio: Servicio) -> Mount:
    """The API with every path below its own, also one with a line break, which Starlette's pattern leaves to the form."""
    api = Mount("/api/v1", app=create_api(servicio))
    api.path_regex = re.compile(api.path_regex.pattern, re.DOTALL)
    return api


async def _whose(request: Request) -> Cuenta | None:
    """The account that asks, whose menu a page that tells a problem has, too; nobody's where that cannot be told."""
    if "session" not in request.scope:
        return None
    try:
        return await run_in_threadpool(still_in, request, servicio(request))
    except RegistroUnavailable:
        return None


def _telling(status: int, texto: str) -> ExceptionHandler:
    async def tell(request: Request, _: Exception) -> Response:
        return _problem(request, status, texto, cuenta=await _whose(request))

    return tell


_FIRST_ANOTHER = _telling(403, "Su clave es de un solo uso. Escoja primero una suya, en «Mi cuenta».")
_FOREIGN = _telling(403, "El formulario venció. Vuelva a la página anterior y recárguela.")


async def _to_sign_in(request: Request, _: Exception) -> Response:
    """What somebody had typed when their session ended is kept through the sign-in."""
    if request.method == "GET":
        if request.headers.get("accept", "").startswith("text/html"):
            return see_other(request, "/ingreso")
        return Response(status_code=401)
    try:
        require_same_origin(request)
    except FormularioAjeno as foreign:
        return await _FOREIGN(request, foreign)
    if request.headers.get("content-type", "").startswith("multipart/"):
        return sign_in_page(request, mensaje="Su sesión terminó. Ingrese y envíe el archivo otra vez.", status=401)
    form = await request.form(max_files=0)
    typed = {name: value for name, value in form.items() if isinstance(value, str) and name != "csrf"}
    asked = route(request)
    if asked == "/solicitudes":
        mensaje = "Su sesión terminó. Ingrese de nuevo; lo que escribió se conserva."
        return sign_in_page(request, mensaje=mensaje, pendiente=Pendiente(typed), status=401)
    if is_act(asked):
        mensaje = "Su sesión terminó. Ingrese de nuevo; lo que iba a hacer lo espera después."
        return sign_in_page(request, mensaje=mensaje, pendiente=Pendiente(typed, asked), status=401)
    return sign_in_page(request, mensaje="Su sesión terminó. Ingrese de nuevo.", status=401)


async def _to_new_password(request: Request, error: Exception) -> Response:
    if request.method == "GET" and request.headers.get("accept", "").startswith("text/html"):
        return see_other(request, "/mi-cuenta/clave")
    return await _FIRST_ANOTHER(request, error)


async def _database_is_gone(request: Request, _: Exception) -> Response:
    """What was typed is kept in the page, to be sent again."""
    _log.error("la base de datos no responde", extra={"metodo": request.method, "ruta": route(request)})
    typed: dict[str, list[str]] = {}
    if request.method == "POST" and route(request).startswith("/solicitudes"):
        try:
            typed = await own_form(request)
        except FormularioAjeno as foreign:
            return await _FOREIGN(request, foreign)
    todo = "envíe otra vez: lo que escribió se conserva y nada se duplica" if typed else "recargue la página"
    texto = f"La base de datos del robot no responde. Espere un minuto y {todo}. Si sigue igual, avise a soporte."
    return _problem(request, 503, texto, otra_vez=typed)


async def _told(request: Request, error: Exception) -> Response:
    return _problem(request, _STATUS.get(type(error), 409), str(error), cuenta=await _whose(request))


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 400
    text = "Esa página no existe." if status == 404 else "El servidor no puede atender esa petición."
    return _problem(request, status, text, getattr(error, "headers", None), cuenta=await _whose(request))


async def _defect(request: Request, error: Exception) -> Response:
    where = {"clase": type(error).__name__, "metodo": request.method, "ruta": route(request)}
    _log.error("defecto del formulario", extra=where)
    return _problem(request, 500, "Ocurrió un error del robot. Nada quedó a medias; intente de nuevo.")


_PARTS = (
    ingreso,
    propia,
    borrador,
    vistazo,
    nueva,
    lotes,
    seguimiento,
    cita,
    historia,
    bandeja,
    recibidas,
    entregas,
    tablero,
    conciliacion,
    pantallas,
    informes,
    cuentas,
)
_TELLING: dict[int | type[Exception], ExceptionHandler] = {
    SinIngreso: _to_sign_in,
    ClaveDeUnUso: _to_new_password,
    NoEsta: _telling(404, "Esa página o solicitud no existe, o no es suya."),
    FormularioAjeno: _FOREIGN,
    Demasiado: _telling(429, "Demasiadas peticiones. Espere un minuto."),
    RegistroUnavailable: _database_is_gone,
    RobotError: _told,
    ClientDisconnect: _telling(400, "La petición llegó incompleta."),
    RequestValidationError: _telling(422, "La petición no se puede leer."),
    StarletteHTTPException: _refused,
    Exception: _defect,
}


def _problem(
    request: Request,
    status: int,
    texto: str,
    headers: Mapping[str, str] | None = None,
    otra_vez: Mapping[str, Sequence[str]] | None = None,
    cuenta: Cuenta | None = None,
) -> Response:
    told = {"titulo": _TITLES.get(status, "No se pudo"), "texto": texto, "otra_vez": otra_vez or {}, "acto": ""}
    answer = page(request, "problema.html", cuenta, told, status=status)
    answer.headers.update(headers or {})
    return answer
