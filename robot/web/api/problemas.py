"""What is wrong with a request of a program, as RFC 9457 tells it: one JSON object, with every problem beside its field."""

import math
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Annotated

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from robot.errors import BadInput, Problema
from robot.record.programs import Alcance
from robot.web.direccion import root

MEDIA = "application/problem+json"
_REALM = 'Bearer realm="serviweb-robot"'


class TipoDeProblema(Enum):
    """The kinds of problems, and what is always the same of each.

    Attributes:
        nombre: stands in `type`, where the page of the API explains it.
        que_hacer: what whoever writes the program does about it.
    """

    def __init__(self, nombre: str, status: int, titulo: str, que_hacer: str) -> None:
        self.nombre = nombre
        self.status = status
        self.titulo = titulo
        self.que_hacer = que_hacer

    ILEGIBLE = (
        "ilegible",
        400,
        "La petición no se puede leer.",
        "Envíela completa, con los parámetros que dice el contrato.",
    )
    SIN_CLAVE = (
        "sin-clave-de-idempotencia",
        400,
        "Falta la clave de idempotencia.",
        "Envíe la cabecera Idempotency-Key, distinta en cada solicitud y la misma cuando la repita: hasta 200 caracteres.",
    )
    SIN_LLAVE = (
        "sin-llave",
        401,
        "Falta la llave, o no sirve.",
        "Envíe la cabecera «Authorization: Bearer …» con una llave vigente; las da quien administra el robot.",
    )
    SIN_ALCANCE = (
        "sin-alcance",
        403,
        "La llave no alcanza para eso.",
        "Pida a quien administra el robot una llave con ese alcance.",
    )
    ASESOR_AJENO = (
        "asesor-ajeno",
        403,
        "La llave no puede radicar por ese asesor.",
        "Indique uno de los asesores de la llave, o pida que se lo agreguen.",
    )
    NO_ESTA = ("no-esta", 404, "No existe, o no es de su programa.", "Revise la dirección.")
    METODO = ("metodo", 405, "Esa dirección no atiende ese método.", "Use el que dice el contrato.")
    IMPOSIBLE = ("imposible", 409, "Eso no se puede hacer ahora.", "Mire el estado de la solicitud.")
    GRANDE = ("demasiado-grande", 413, "El cuerpo de la petición es demasiado grande.", "Hasta 64 KiB.")
    CONTENIDO = ("tipo-de-contenido", 415, "El cuerpo no es JSON.", "Envíe «Content-Type: application/json», en UTF-8.")
    DATOS = (
        "datos-por-corregir",
        422,
        BadInput.mensaje,
        "Corrija lo que dice «problemas», campo por campo; no se tocó nada.",
    )
    CLAVE_USADA = (
        "clave-ya-usada",
        422,
        "Esa clave de idempotencia ya se usó para otra solicitud.",
        "Con la misma clave envíe exactamente lo mismo; para otra solicitud, use otra clave.",
    )
    DEMASIADAS = (
        "demasiadas",
        429,
        "Demasiadas peticiones.",
        "Espere los segundos que dice Retry-After y siga más despacio.",
    )
    DEFECTO = (
        "defecto",
        500,
        "El robot falló por un defecto propio.",
        "Repita la petición con la misma clave: nada se duplica. Si sigue igual, avise a soporte.",
    )
    SIN_CONFIGURAR = (
        "sin-configurar",
        503,
        "Al robot le falta algo de su configuración.",
        "Avise a quien lo administra; después repita la petición con la misma clave: nada se duplica.",
    )
    SIN_BASE = (
        "sin-base-de-datos",
        503,
        "La base de datos del robot no responde.",
        "Espere y repita la petición con la misma clave: nada se duplica.",
    )


class ProblemaDeCampo(BaseModel):
    """One thing wrong with one field."""

    campo: Annotated[str, Field(description="El campo de la solicitud, la cabecera o el parámetro.")]
    mensaje: Annotated[str, Field(description="Qué tiene, en español; las mismas palabras que en el formulario.")]


class ProblemaContado(BaseModel):
    """The object itself."""

    model_config = ConfigDict(title="Problema")

    type: Annotated[str, Field(description="La dirección en que se explica; se compara por ella.")]
    title: str
    status: int
    detail: Annotated[str, Field(description="Qué pasó y qué hacer.")]
    problemas: Annotated[list[ProblemaDeCampo], Field(description="Todo lo que hay por corregir, de una vez.")] = []


class PeticionNegada(Exception):
    """A request is not served.

    Args:
        detalle: what is particular to it, a whole Spanish sentence or nothing.
        problemas: what is wrong, field by field.
        headers: what the answer carries besides.
    """

    def __init__(
        self,
        tipo: TipoDeProblema,
        detalle: str = "",
        *,
        problemas: Iterable[Problema] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(tipo.titulo)
        self.tipo = tipo
        self.detalle = detalle
        self.problemas = tuple(problemas)
        self.headers = dict(headers or {})


def without_llave(*, shown: bool) -> PeticionNegada:
    """No llave was shown, or none that is in force."""
    error = ', error="invalid_token"' if shown else ""
    return PeticionNegada(TipoDeProblema.SIN_LLAVE, headers={"www-authenticate": _REALM + error})


def without_scope(alcance: Alcance) -> PeticionNegada:
    error = f'{_REALM}, error="insufficient_scope", scope="{alcance.value}"'
    return PeticionNegada(
        TipoDeProblema.SIN_ALCANCE, f"Hace falta «{alcance.value}».", headers={"www-authenticate": error}
    )


def too_many(segundos: float) -> PeticionNegada:
    return PeticionNegada(TipoDeProblema.DEMASIADAS, headers={"retry-after": str(math.ceil(segundos))})


def to_correct(invalid: BadInput, tipo: TipoDeProblema = TipoDeProblema.DATOS) -> PeticionNegada:
    return PeticionNegada(tipo, problemas=invalid.problemas)


def told(request: Request, negada: PeticionNegada) -> Response:
    """A problem as the answer to a request."""
    tipo = negada.tipo
    content = ProblemaContado(
        type=f"{root(request)}/#{tipo.nombre}",
        title=tipo.titulo,
        status=tipo.status,
        detail=" ".join(part for part in (negada.detalle or tipo.titulo, tipo.que_hacer) if part),
        problemas=[ProblemaDeCampo(campo=one.campo, mensaje=one.mensaje) for one in negada.problemas],
    )
    return JSONResponse(
        content.model_dump(mode="json"), status_code=tipo.status, headers=negada.headers, media_type=MEDIA
    )
