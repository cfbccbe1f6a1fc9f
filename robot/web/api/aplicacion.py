"""The application under `/api/v1`: its routes, its contract, and how it tells what goes wrong."""

import json
import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from robot.errors import ActoImposible, BadInput, ConfigurationError, Problema, RegistroUnavailable, RobotError
from robot.web.api import descripcion, solicitudes
from robot.web.api.juntas import Juntas
from robot.web.api.problemas import PeticionNegada, ProblemaContado, TipoDeProblema, told
from robot.web.direccion import route
from robot.web.servicio import Servicio

VERSION = "1.0.0"
"""Of the contract: the first number changes with what breaks a program, and with it the address."""
_WHERE = "La dirección completa depende de dónde está el robot; el contrato empieza en /api/v1."
REF = "#/components/schemas/"
_REFERENCE = re.compile(rf'"{re.escape(REF)}(\w+)"')
_OF_FASTAPI = "Validation Error"
"""What FastAPI says of every route; what is wrong is told as RFC 9457 here."""
_NEVER_READ = 2**40
"""Whoever reads a body counts it: what counts for the whole application would answer with no problem of RFC 9457."""
_BY_STATUS = {tipo.status: tipo for tipo in TipoDeProblema}

_log = logging.getLogger(__name__)


def create_api(servicio: Servicio) -> FastAPI:
    """The API as an application to be mounted; it has no session and sets no cookie."""
    api = _described()
    api.state.servicio = servicio
    api.state.llaves = Juntas(servicio.llaves.of)
    api.state.solicitudes = Juntas(partial(solicitudes.hand_in_together, servicio))
    return api


def _described() -> FastAPI:
    api = FastAPI(
        title="serviweb-robot",
        summary="Solicitudes de visita domiciliaria, de programa a programa.",
        description=_WHERE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # its whole address may be http behind a proxy, and the llave would go there in the clear
        openapi_url="/openapi.json",
        max_body_size=_NEVER_READ,
        exception_handlers=_TELLING,
    )
    for part in (solicitudes, descripcion):
        api.include_router(part.router)
    api.openapi = lambda: _contract(api)  # type: ignore[method-assign]  # as FastAPI's documentation says
    return api


def contract() -> dict[str, Any]:
    """The OpenAPI document: the same wherever it is served."""
    return _described().openapi()


def _contract(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            summary=api.summary,
            description=api.description,
            routes=api.routes,
            servers=[{"url": "/api/v1"}],
        )
        schemas = made["components"]["schemas"]
        schemas[ProblemaContado.__name__] = ProblemaContado.model_json_schema(ref_template=f"{REF}{{model}}")
        schemas |= schemas[ProblemaContado.__name__].pop("$defs")
        for one in (one for methods in made["paths"].values() for one in methods.values()):
            if one["responses"].get("422", {}).get("description") == _OF_FASTAPI:
                del one["responses"]["422"]
        made["components"]["schemas"] = {name: schemas[name] for name in sorted(_used(made["paths"], schemas))}
        api.openapi_schema = made
    return api.openapi_schema


def _used(within: object, schemas: Mapping[str, object], known: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of the schemas that something refers to, and those that these refer to."""
    for name in set(_REFERENCE.findall(json.dumps(within))) - known:
        known = _used(schemas[name], schemas, known | {name})
    return known


Telling = Callable[[Request, Exception], Coroutine[Any, Any, Response]]


async def _negada(request: Request, error: Exception) -> Response:
    return told(request, error) if isinstance(error, PeticionNegada) else await _defect(request, error)


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    tipo = _BY_STATUS.get(status, TipoDeProblema.ILEGIBLE)
    headers: Mapping[str, str] | None = getattr(error, "headers", None)
    return told(request, PeticionNegada(tipo, headers=headers))


async def _invalid(request: Request, error: Exception) -> Response:
    """Headers and parameters only: what is in a body is judged by the model."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # that is what it is registered for
    problemas = [
        Problema(str(one["loc"][1]), "no es un valor válido.") for one in error.errors() if len(one["loc"]) > 1
    ]
    return told(request, PeticionNegada(TipoDeProblema.DATOS, problemas=problemas))


async def _ours(request: Request, error: Exception) -> Response:
    match error:
        case BadInput():
            return told(request, PeticionNegada(TipoDeProblema.DATOS, problemas=error.problemas))
        case RegistroUnavailable():
            _log.error("la base de datos no responde", extra={"metodo": request.method, "ruta": route(request)})
            return told(request, PeticionNegada(TipoDeProblema.SIN_BASE, headers={"retry-after": "30"}))
        case ConfigurationError():
            _log.error("falta configurar algo", extra={"clase": type(error).__name__, "ruta": route(request)})
            return told(request, PeticionNegada(TipoDeProblema.SIN_CONFIGURAR))
        case ActoImposible():
            return told(request, PeticionNegada(TipoDeProblema.IMPOSIBLE, error.detalle))
        case _:
            return await _defect(request, error)


async def _incomplete(request: Request, _: Exception) -> Response:
    return told(request, PeticionNegada(TipoDeProblema.ILEGIBLE))


async def _defect(request: Request, error: Exception) -> Response:
    where = {"clase": type(error).__name__, "metodo": request.method, "ruta": route(request)}
    _log.error("defecto de la API", extra=where)
    return told(request, PeticionNegada(TipoDeProblema.DEFECTO))


_TELLING: dict[int | type[Exception], Telling] = {
    PeticionNegada: _negada,
    RobotError: _ours,
    RequestValidationError: _invalid,
    HTTPException: _refused,
    ClientDisconnect: _incomplete,
    Exception: _defect,
}
