"""Handing in by HTTP, and asking what became of what was handed in."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field

from robot.errors import BadInput, ConfigurationError, Problema, ProcedimientoIlegible, RobotError
from robot.models import Estado, Solicitud
from robot.reading.documents import TipoDocumento
from robot.record.dossier import Aceptada, Expediente
from robot.record.outward import SolicitudConResultado, SolicitudContada
from robot.record.programs import Llave
from robot.referencia import Referencia
from robot.web.api.acceso import QuienCrea, QuienLee
from robot.web.api.juntas import Juntas
from robot.web.api.problemas import MEDIA, PeticionNegada, ProblemaContado, TipoDeProblema, to_correct
from robot.web.direccion import root
from robot.web.servicio import Con, Servicio

router = APIRouter()
_NOT_ITS_OWN = Problema("asesor", "no es uno de los de esta llave.")
_WITHOUT_USER = Problema("asesor", "no tiene usuario de Serviweb; pida al administrador que se lo asigne.")
_BODY_BYTES = 64 * 1024
_MOST = 200
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEY_FIELD = "clave_idempotencia"
_OF_CONTENT = {TipoDeProblema.DATOS, TipoDeProblema.CLAVE_USADA}
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json", re.IGNORECASE)


_NOTES: Mapping[str, str] = {
    "suscriptor": "El código de suscriptor, con sus ceros.",
    "cedula": "Cualquier documento, con su clase delante si no es cédula de ciudadanía: «CE 123456», «NIT 900123456-1».",
    "nombre": "El nombre completo de quien pide, o la razón social.",
    "celular": "Celular o fijo, de aquí o de otro país; dos separados por «/»; o «no tiene».",
    "ruta": "La de Serviweb si falta.",
    "solicitud": "Lo que pide el usuario, en una línea.",
    "asesor": "La clave del asesor por quien se radica; puede faltar si la llave es de uno solo.",
    "fecha": "El día de la cita; el primer cupo libre si falta.",
    "hora": "La hora de la cita; cualquiera de ese día si falta.",
    "clave_idempotencia": "Lo mismo que la cabecera Idempotency-Key; con una de las dos basta.",
    "revisar_duplicados": "Rechazarla si el suscriptor tuvo otra hace poco.",
    "revisar_antes": "Alguien mira el formulario lleno antes de guardar; sin respuesta a tiempo, se cancela.",
    "nombre_confirmado": "Es la persona que Serviweb tiene con ese documento, aunque el nombre sea otro.",
    "otra_visita": "Es otra visita, aunque el suscriptor tenga una abierta.",
    "procedimiento": "El código del procedimiento; el primero de la oficina si falta.",
    "medio": "Por dónde llegó la petición, si el procedimiento deja escoger.",
    "causal": "La causal, si el procedimiento deja escoger.",
    "respuestas": "Las respuestas a las preguntas del procedimiento, por el nombre de cada una.",
    "tipo_documento": "La clase del documento, si no va delante del número.",
}
"""What the contract says of a field; the fields themselves are the model's."""


class ListaDeSolicitudes(BaseModel):
    """A stretch of what a program has handed in."""

    solicitudes: list[SolicitudContada]
    siguiente: Annotated[
        str | None, Field(description="Para el parámetro «despues» de la página siguiente; null en la última.")
    ]


def _answers(*tipos: TipoDeProblema) -> dict[int | str, dict[str, Any]]:
    """What a route may answer besides, for the contract."""
    always = (TipoDeProblema.SIN_LLAVE, TipoDeProblema.SIN_ALCANCE, TipoDeProblema.DEMASIADAS, TipoDeProblema.SIN_BASE)
    by_status: dict[int | str, dict[str, Any]] = {}
    for one in sorted((*tipos, *always), key=lambda tipo: tipo.status):
        told = by_status.setdefault(
            one.status,
            {
                "description": "",
                "content": {MEDIA: {"schema": {"$ref": f"#/components/schemas/{ProblemaContado.__name__}"}}},
            },
        )
        told["description"] = f"{told['description']} {one.titulo}".strip()
        if one is TipoDeProblema.DEMASIADAS:
            told["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "En cuántos segundos."}}
        if one is TipoDeProblema.SIN_LLAVE:
            told["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return by_status


def body_schema() -> dict[str, Any]:
    """A solicitud as programs write it: the model itself, with the kind of the document that may be told apart."""
    schema = Solicitud.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["properties"]["tipo_documento"] = {"enum": [*TipoDocumento, ""], "default": ""}
    for name, one in schema["properties"].items():
        one.pop("title", None)
        if name in _NOTES:
            one["description"] = _NOTES[name]
    schema["required"] = [one for one in schema["required"] if one != "asesor"]
    schema["title"], schema["description"] = "Solicitud", "Los mismos campos que por los demás caminos."
    return schema


@router.post(
    "/solicitudes",
    status_code=202,
    operation_id="entregar",
    summary="Entrega una solicitud",
    description=(
        "Queda aceptada y en la cola antes de que llegue la respuesta. Con la misma clave de idempotencia es la misma solicitud, "
        "por muchas veces que se envíe: la respuesta dice cómo va."
    ),
    response_model=SolicitudConResultado,
    response_description="Aceptada; Location dice dónde se pregunta por ella.",
    responses={
        202: {
            "headers": {
                "Location": {"schema": {"type": "string"}, "description": "La dirección de la solicitud."},
                "Idempotent-Replayed": {
                    "schema": {"type": "string", "enum": ["true"]},
                    "description": "Está si la clave ya era de esta solicitud.",
                },
            }
        },
        **_answers(
            TipoDeProblema.SIN_CLAVE,
            TipoDeProblema.ASESOR_AJENO,
            TipoDeProblema.GRANDE,
            TipoDeProblema.CONTENIDO,
            TipoDeProblema.DATOS,
            TipoDeProblema.CLAVE_USADA,
            TipoDeProblema.SIN_CONFIGURAR,
        ),
    },
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": body_schema()}}}},
)
async def hand_in(
    request: Request,
    response: Response,
    llave: QuienCrea,
    clave: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Una por solicitud; también puede ir en «clave_idempotencia».",
            json_schema_extra={"maxLength": 200},
        ),
    ] = None,
) -> SolicitudConResultado:
    _require_json(request)
    juntas: Juntas[SolicitudEnviada, SolicitudRecibida] = request.app.state.solicitudes
    recibida = await juntas.do(SolicitudEnviada(llave, clave, await _body(request)))
    response.headers["location"] = f"{root(request)}/solicitudes/{recibida.expediente.referencia}"
    if not recibida.nueva:
        response.headers["idempotent-replayed"] = "true"
    return SolicitudConResultado.of(recibida.expediente)


def _require_json(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = re.search(r'charset="?([\w-]+)', parameters)
    if not _JSON.fullmatch(kind.strip()) or (charset and charset[1].lower() not in {"utf-8", "utf8"}):
        raise PeticionNegada(TipoDeProblema.CONTENIDO)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise PeticionNegada(TipoDeProblema.CONTENIDO)


async def _body(request: Request) -> bytes:
    """What was sent, as far as it is not too much.

    Raises:
        PeticionNegada.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES:
            raise PeticionNegada(TipoDeProblema.GRANDE)
    return bytes(body)


@dataclass(frozen=True, slots=True)
class SolicitudEnviada:
    """What a program hands in: the body as it came, and the key of its header."""

    llave: Llave
    clave: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class SolicitudRecibida:
    """How it stands; `nueva` where it was not there before."""

    expediente: Expediente
    nueva: bool


def hand_in_together(con: Servicio, enviadas: Sequence[SolicitudEnviada]) -> list[SolicitudRecibida | Exception]:
    """What became of each: those of one program are accepted in one transaction."""
    told: dict[int, SolicitudRecibida | Exception] = {}
    by_program: dict[str, dict[int, Solicitud]] = defaultdict(dict)
    for at, one in enumerate(enviadas):
        try:
            by_program[one.llave.programa][at] = _read(con, one)
        except Exception as refused:  # noqa: BLE001  # it is raised where that one is waited for, and hinders none of the others
            told[at] = refused
    for programa, asked in by_program.items():
        accepted = con.ventanilla.hand_in_together(list(asked.values()), quien=_as_quien(programa), programa=programa)
        own = con.del_programa.those(programa, [one.referencia for one in accepted if isinstance(one, Aceptada)])
        told |= {at: _received(one, own) for at, one in zip(asked, accepted, strict=True)}
    return [_as_then(con, one, told[at]) for at, one in enumerate(enviadas)]


def _received(
    accepted: Aceptada | RobotError, own: Mapping[Referencia, Expediente]
) -> SolicitudRecibida | PeticionNegada | RobotError:
    match accepted:
        case Aceptada():
            return SolicitudRecibida(own[accepted.referencia], accepted.nueva)
        case BadInput() if _KEY_FIELD in {one.campo for one in accepted.problemas}:
            return to_correct(accepted, TipoDeProblema.CLAVE_USADA)
        case _:
            return accepted


def _read(con: Servicio, enviada: SolicitudEnviada) -> Solicitud:
    """The solicitud that a program may hand in.

    Raises:
        PeticionNegada.
    """
    llave = enviada.llave
    try:
        solicitud = Solicitud.parse(_data(enviada), con.settings.reglas_de_solicitud)
    except BadInput as invalid:
        raise to_correct(invalid) from None
    if not llave.may_file_for(solicitud.asesor):
        raise PeticionNegada(TipoDeProblema.ASESOR_AJENO, problemas=[_NOT_ITS_OWN])
    try:
        con.settings.asesor(solicitud.asesor)
    except ConfigurationError:
        raise to_correct(BadInput([_WITHOUT_USER])) from None
    return solicitud


def _data(enviada: SolicitudEnviada) -> dict[str, object]:
    """What was sent, with its key, and its asesor where that can be one only.

    Raises:
        PeticionNegada: there is no key, or none that can be.
        BadInput.
    """
    data = _with_key(Solicitud.read_json(enviada.body), enviada.clave)
    if "asesor" not in data and enviada.llave.only_asesor is not None:
        data["asesor"] = enviada.llave.only_asesor
    return data


def _with_key(data: Mapping[str, object], clave: str | None) -> dict[str, object]:
    """What was sent, with the key of the header in its field.

    Raises:
        PeticionNegada: there is no key, or none that can be.
        BadInput: header and field do not say the same.
    """
    within = data.get(_KEY_FIELD)
    if isinstance(within, str) and not within.strip():
        within = None
    if clave is None:
        if within is None:
            raise PeticionNegada(TipoDeProblema.SIN_CLAVE)
        return dict(data)
    key = clave.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':  # a string of structured headers, as the draft of the IETF has it
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        wrong = Problema("Idempotency-Key", "debe tener de 1 a 200 caracteres visibles, sin espacios ni tildes.")
        raise PeticionNegada(TipoDeProblema.SIN_CLAVE, problemas=[wrong])
    if within is not None and within != key:
        raise BadInput([Problema(_KEY_FIELD, "no es la misma que dice la cabecera Idempotency-Key.")])
    return {**data, _KEY_FIELD: key}


def _as_then(
    con: Servicio, enviada: SolicitudEnviada, came: SolicitudRecibida | Exception
) -> SolicitudRecibida | Exception:
    """What came of one; where it is refused and has come before, it is judged by the instant and the procedure of then."""
    if not isinstance(came, PeticionNegada) or came.tipo not in _OF_CONTENT:
        return came
    llave = enviada.llave
    try:
        data = _data(enviada)
        referencia = con.ventanilla.of_program(llave.programa, str(data[_KEY_FIELD]).strip())
        earlier = con.del_programa.one(llave.programa, referencia) if referencia is not None else None
        if earlier is None:
            return came
        solicitud = Solicitud.parse(data, con.ventanilla.rules_of_then(earlier.referencia))
        quien = _as_quien(llave.programa)
        if not llave.may_file_for(solicitud.asesor) or not con.ventanilla.hand_in_again(
            earlier.referencia, solicitud, quien=quien
        ):
            return came
        own = con.del_programa.one(llave.programa, earlier.referencia)
    except (BadInput, ProcedimientoIlegible):
        return came
    except RobotError as failed:
        return failed
    return SolicitudRecibida(own or earlier, nueva=False)


def _as_quien(programa: str) -> str:
    """As the history calls a program."""
    return f"API {programa}"


@router.get(
    "/solicitudes",
    operation_id="listar",
    summary="Lista las solicitudes del programa",
    description="Las más nuevas primero, por páginas.",
    response_description="Una página de ellas.",
    responses=_answers(TipoDeProblema.DATOS),
)
def of_program(
    llave: QuienLee,
    con: Con,
    estado: Annotated[list[Estado] | None, Query(description="Solo las que están así; se puede repetir.")] = None,
    despues: Annotated[
        str | None, Query(description="El «siguiente» de la página anterior.", json_schema_extra={"maxLength": 20})
    ] = None,
    limite: Annotated[int, Query(ge=1, le=_MOST, description="Cuántas en cada página.")] = 50,
) -> ListaDeSolicitudes:
    behind = None
    if despues is not None:
        behind = _own(con, llave, despues)
        if behind is None:
            raise to_correct(BadInput([Problema("despues", "no es el «siguiente» de ninguna página.")]))
    found = con.del_programa.some(llave.programa, limite=limite + 1, estados=estado or (), despues=behind)
    shown = [SolicitudContada.of(one) for one in found[:limite]]
    return ListaDeSolicitudes(solicitudes=shown, siguiente=shown[-1].referencia if len(found) > limite else None)


@router.get(
    "/solicitudes/{referencia}",
    operation_id="consultar",
    summary="Dice cómo va una solicitud",
    description="Solo de las que entregó el mismo programa, con cualquiera de sus llaves.",
    response_description="Cómo va, y su resultado.",
    responses=_answers(TipoDeProblema.NO_ESTA),
)
def state(
    referencia: Annotated[str, Path(description="El código de la solicitud, como VD-7K3Q9M2X.")],
    llave: QuienLee,
    con: Con,
) -> SolicitudConResultado:
    expediente = _own(con, llave, referencia)
    if expediente is None:
        raise PeticionNegada(TipoDeProblema.NO_ESTA)
    return SolicitudConResultado.of(expediente)


def _own(con: Servicio, llave: Llave, texto: str) -> Expediente | None:
    try:
        return con.del_programa.one(llave.programa, Referencia(texto))
    except ValueError:
        return None
