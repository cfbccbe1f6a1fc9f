"""The page that explains the API to whoever writes a program: made from the contract itself, with nothing from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from robot.web.api.problemas import TipoDeProblema
from robot.web.direccion import root
from robot.web.vistas import fragment

router = APIRouter(include_in_schema=False)
_REF = "#/components/schemas/"
_KINDS = {
    "string": "texto",
    "integer": "número entero",
    "number": "número",
    "boolean": "sí o no",
    "object": "objeto",
    "null": "null",
}
_FORMATS = {"date": "fecha: 2026-11-24", "date-time": "instante, con su zona", "time": "hora: 08:00"}

Esquema = Mapping[str, Any]
"""A piece of the contract, as JSON Schema has it."""


@dataclass(frozen=True, slots=True)
class DatoDelContrato:
    """One field or parameter, as the page shows it."""

    nombre: str
    tipo: str
    obligatorio: bool
    descripcion: str


@dataclass(frozen=True, slots=True)
class OperacionDelContrato:
    """What may be asked at one address, with its parameters, and the fields of what is sent and of what is answered."""

    metodo: str
    ruta: str
    titulo: str
    descripcion: str
    alcances: tuple[str, ...]
    parametros: list[DatoDelContrato]
    cuerpo: list[DatoDelContrato]
    respuestas: list[tuple[str, str]]


@router.get("/", response_class=HTMLResponse)
def page_of_the_api(request: Request) -> HTMLResponse:
    """For anybody: it says nothing of anybody, and nothing that the repository does not."""
    contrato: Esquema = request.app.openapi()
    schemas: Mapping[str, Esquema] = contrato["components"]["schemas"]
    shown = {
        "cuenta": None,
        "donde": "/api/v1/",
        "raiz": root(request).removesuffix("/api/v1"),
        "base": root(request),
        "version": contrato["info"]["version"],
        "operaciones": list(_operations(contrato)),
        "modelos": [(name, list(_fields(one))) for name, one in schemas.items() if "properties" in one],
        "tipos": list(TipoDeProblema),
    }
    return HTMLResponse(fragment("api.html", **shown))


def _operations(contrato: Esquema) -> Iterator[OperacionDelContrato]:
    for ruta, methods in contrato["paths"].items():
        for metodo, one in methods.items():
            content = one.get("requestBody", {}).get("content", {})
            yield OperacionDelContrato(
                metodo=metodo.upper(),
                ruta=ruta,
                titulo=one["summary"],
                descripcion=one["description"],
                alcances=tuple(name for needs in one.get("security", ()) for names in needs.values() for name in names),
                parametros=[_as_dato(each["name"], each["schema"], each) for each in one.get("parameters", ())],
                cuerpo=[field for each in content.values() for field in _fields(each["schema"])],
                respuestas=[(status, told["description"]) for status, told in one["responses"].items()],
            )


def _fields(schema: Esquema) -> Iterator[DatoDelContrato]:
    for name, one in schema.get("properties", {}).items():
        yield _as_dato(name, one, {"required": name in schema.get("required", ()), **one})


def _as_dato(nombre: str, schema: Esquema, told: Esquema) -> DatoDelContrato:
    return DatoDelContrato(nombre, _kind(schema), bool(told.get("required")), str(told.get("description", "")))


def _kind(schema: Esquema) -> str:
    """What a value is, in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_REF)
    if "enum" in schema:
        return " | ".join(f"«{one}»" for one in schema["enum"])
    if several := schema.get("anyOf"):
        return " o ".join(_kind(one) for one in several)
    if schema.get("type") == "array":
        return f"lista de {_kind(schema.get('items', {}))}"
    most = f", hasta {schema['maxLength']} caracteres" if "maxLength" in schema else ""
    return _FORMATS.get(str(schema.get("format")), _KINDS.get(str(schema.get("type")), "valor") + most)
