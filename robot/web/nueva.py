"""Nueva solicitud: what the person at the counter says, checked, and handed in once."""

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from robot.errors import BadInput, ConfigurationError
from robot.flows.constancia import Etapa
from robot.models import ZONA_HORARIA, Estado, Solicitud
from robot.procedure.definition import Procedimiento
from robot.reading.documents import Identificacion, TipoDocumento
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente
from robot.record.messages import Correo, EstadoDeCorreo
from robot.referencia import Referencia
from robot.web.borrador import CAMPOS, Borrador, find, keep, newest
from robot.web.cupos import Deseo, without
from robot.web.guardia import Formulario, one
from robot.web.preguntas import answers_in, observacion_length, procedure_of, shown
from robot.web.servicio import Con, NoEsta, Quien, Servicio, problems_by_field
from robot.web.vistas import by_day, fragment, page, see_other

router = APIRouter()
_BEFORE_BOOKING = {None, Etapa.PREPARACION, Etapa.SESION, Etapa.FORMULARIO}


@dataclass(frozen=True)
class Duplicado:
    """Another solicitud of the same suscriptor, that may be for the same thing."""

    referencia: str
    radicado: str | None
    creada: dt.datetime
    estado: Estado


@router.get("/solicitudes/nueva")
def new_form(request: Request, con: Con, cuenta: Quien, borrador: str = "") -> Response:
    """A blank form, or the one that an address names and that was left: by Back, by a reload."""
    con.ventanilla.queue.expect()
    if con.vistazos is not None:
        con.vistazos.expect()
    kept = find(con, cuenta, borrador)
    if kept is not None or _message(con, cuenta, borrador) is not None:
        written = kept.escrito if kept is not None else {}
        return show_form(request, con, cuenta, {**written, "formulario": borrador})
    return show_form(request, con, cuenta, {}, dejada=newest(con, cuenta))


def _message(con: Servicio, cuenta: Cuenta, formulario: str) -> Correo | None:
    """The message that the account completes in a form, by the form's number."""
    found = con.ventanilla.correos.of_form(formulario)
    held = found is not None and found.estado is EstadoDeCorreo.TOMADO and found.quien == cuenta.clave
    return found if held else None


@router.post("/solicitudes/procedimiento")
def change_procedure(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The form as the procedure asks that was chosen in it, with all that was typed."""
    # that it is another one was said of the procedure before
    typed = {name: one(fields, name) for name in fields if name != "otra_visita"}
    keep(con, cuenta, typed)
    return show_form(request, con, cuenta, typed)


@router.get("/cupos")
def free_cupos(con: Con, cuenta: Quien, elegido: str = "", procedimiento: str = "") -> HTMLResponse:
    """The calendar alone, for a form that has been open for a while and in which `elegido` is chosen."""
    own = procedure_of(con, cuenta, {"procedimiento": procedimiento})
    return HTMLResponse(fragment("cupos.html", **_calendar(con, own, Deseo.parse(elegido))))


def _calendar(con: Servicio, procedimiento: Procedimiento, deseo: Deseo) -> dict[str, object]:
    """What is free, and the choice: it is shown as it was made, also where it is free no more."""
    if not procedimiento.lleva_cita:
        return {"elegido": deseo}
    lectura = con.cupos_of(procedimiento).shown()
    free = without(lectura.cupos, _wished(con, procedimiento))
    offered = {Deseo(cupo.fecha, cupo.hora) for cupo in free}
    return {
        "lectura": lectura,
        "dias": by_day(free),
        "primera": next(iter(free), None),
        "elegido": deseo,
        "aparte": deseo.fecha is not None and deseo not in offered,
        "libre": any(deseo.accepts(cupo) for cupo in free),
        "vence": con.calendario.vence(dt.datetime.now(ZONA_HORARIA).date(), procedimiento.termino_dias_habiles),
    }


@router.post("/solicitudes")
async def hand_in(request: Request, cuenta: Quien, fields: Formulario, con: Con) -> Response:
    return await run_in_threadpool(_hand_in, request, con, cuenta, {name: one(fields, name) for name in fields})


def _hand_in(request: Request, con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> Response:
    typed = {**typed, "procedimiento": typed.get("procedimiento") or con.ventanilla.procedimiento.codigo}
    problems, solicitud = _read(con, cuenta, typed)
    keep(con, cuenta, typed)
    if solicitud is None:
        return show_form(request, con, cuenta, typed, problems=problems, status=422)
    with con.turno:
        known = _handed_in_before(con, cuenta, typed)
        if known is not None:
            return _to(request, con, cuenta, typed, known, igual=False)
        if (message := con.ventanilla.correos.of_form(typed.get("formulario", ""))) is not None:
            con.ventanilla.correos.take(message.identidad, quien=cuenta.clave)
        duplicates = _duplicates(con, cuenta, solicitud)
        if duplicates and solicitud.revisar_duplicados:
            return show_form(request, con, cuenta, typed, duplicates=duplicates, status=409)
        if solicitud.revisar_duplicados and (same := con.ventanilla.handed_in_lately(solicitud, quien=cuenta.clave)):
            return _to(request, con, cuenta, typed, same, igual=True)
        if problem := _cupo_problem(con, solicitud):
            return show_form(request, con, cuenta, typed, problems={"cupo": [problem]}, status=409)
        aceptada = con.ventanilla.hand_in(
            solicitud,
            quien=cuenta.clave,
            formulario=typed.get("formulario"),
            otra=solicitud.otra_visita,
        )
    return _to(request, con, cuenta, typed, aceptada.referencia, igual=aceptada.igual)


def _to(
    request: Request, con: Servicio, cuenta: Cuenta, typed: Mapping[str, str], referencia: Referencia, *, igual: bool
) -> Response:
    """To the page of the solicitud that a form has become, of which nothing else remains.

    Args:
        igual: it was not handed in by this form.
    """
    con.apuntes.drop(cuenta.clave, typed.get("formulario", ""))
    con.ventanilla.correos.handed_in(typed.get("formulario", ""), referencia=referencia, quien=cuenta.clave)
    return see_other(request, f"/solicitudes/{referencia}{'?igual=si' if igual else ''}")


def _read(con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> tuple[dict[str, list[str]], Solicitud | None]:
    procedimiento = procedure_of(con, cuenta, typed)
    fecha, _, hora = typed.get("cupo", "").partition(" ") if procedimiento.lleva_cita else ("", "", "")
    data = {
        **{name: typed.get(name, "") for name in (*CAMPOS, "procedimiento")},
        "medio": typed.get("medio", "") if len(procedimiento.medios) > 1 else "",
        "causal": typed.get("causal", "") if len(procedimiento.causales) > 1 else "",
        "respuestas": answers_in(typed, procedimiento),
        "fecha": fecha,
        "hora": hora,
        "asesor": cuenta.clave,
        "revisar_duplicados": typed.get("otra_visita") != "si",
        "otra_visita": typed.get("otra_visita") == "si",
        "tipo_documento": typed.get("tipo_documento", ""),
        "nombre_confirmado": _is_confirmed(typed),
        "revisar_antes": bool({"*", cuenta.clave} & set(con.settings.web.revision)),
    }
    problems: dict[str, list[str]] = {}
    solicitud = None
    try:
        solicitud = Solicitud.parse(data, con.settings.reglas_de_solicitud)
    except BadInput as invalid:
        problems = problems_by_field(invalid)
        problems |= (
            {"cupo": [*problems.pop("fecha", []), *problems.pop("hora", [])]}
            if {"fecha", "hora"} & set(problems)
            else {}
        )
    over = observacion_length(procedimiento, typed) - con.settings.reglas.observacion_maxima
    if over > 0:
        problems.setdefault("solicitud", []).append(f"Sobran {over} caracteres para el campo Observación de Serviweb.")
    try:
        con.settings.asesor(cuenta.clave)
    except ConfigurationError:
        problems.setdefault("asesor", []).append(
            "Su cuenta no tiene usuario de Serviweb. Pida al administrador que se lo asigne."
        )
    return problems, solicitud if not problems else None


def _is_confirmed(typed: Mapping[str, str]) -> bool:
    """Who was confirmed to be the one whom Serviweb knows is not somebody else by now."""
    confirmed = typed.get("misma_persona", "")
    shown = f"{typed.get('tipo_documento', '')} {typed.get('cedula', '')}"
    return bool(confirmed) and Identificacion.of(shown) == Identificacion.of(confirmed)


def _handed_in_before(con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> Referencia | None:
    """The solicitud that this very form was handed in for: a double click, a reload, or Back and again."""
    formulario = typed.get("formulario", "")
    referencia = con.ventanilla.of_form(formulario) if formulario else None
    if referencia is None:
        return None
    try:
        con.visible_to(cuenta, referencia)
    except NoEsta:
        return None
    return referencia


def _duplicates(con: Servicio, cuenta: Cuenta, solicitud: Solicitud) -> list[Duplicado]:
    procedimiento = con.ventanilla.catalogo.get(solicitud.procedimiento or "")
    dias = _days_of_duplicates(con, procedimiento)
    if not dias:
        return []
    causales = procedimiento.repetidas(solicitud.causal)
    desde = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=dias)
    return [
        Duplicado(
            referencia=one.referencia if cuenta.coordina or one.asesor == cuenta.clave else "",
            radicado=one.radicado,
            creada=one.creada,
            estado=one.estado,
        )
        for one in con.panorama.visitas_recientes(solicitud.suscriptor, desde)
        if con.causal_of(one) in causales
    ]


def _days_of_duplicates(con: Servicio, procedimiento: Procedimiento) -> int:
    own = procedimiento.duplicados.dias
    return con.settings.reglas.dias_duplicado if own is None else own


def _wished(con: Servicio, procedimiento: Procedimiento) -> list[Deseo]:
    """What solicitudes want, where a procedure books its citas, that have not got to the sheet yet."""
    wished = []
    for expediente in con.registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO]):
        if expediente.etapa not in _BEFORE_BOOKING or not _books_with(con, procedimiento, expediente):
            continue
        if (asked := con.registro.solicitud(expediente.referencia)) is not None:
            wished.append(Deseo(asked.fecha, asked.hora))
    return wished


def _books_with(con: Servicio, procedimiento: Procedimiento, expediente: Expediente) -> bool:
    """Whether a solicitud takes its cupo from where the procedure does; so it may where its own is not understood."""
    own = con.procedimiento_of(expediente)
    if own is None:
        return True
    return own.lleva_cita and con.settings.programacion_of(own) == con.settings.programacion_of(procedimiento)


def _cupo_problem(con: Servicio, solicitud: Solicitud) -> str:
    """Look into Programación now, whatever the form showed; blank if the wished cupo, or any, is free."""
    procedimiento = con.ventanilla.catalogo.get(solicitud.procedimiento or "")
    if not procedimiento.lleva_cita:
        return ""
    lectura = con.cupos_of(procedimiento).read_again()
    if lectura.falla:
        return lectura.falla
    free = without(lectura.cupos, _wished(con, procedimiento))
    deseo = Deseo(solicitud.fecha, solicitud.hora)
    if any(deseo.accepts(cupo) for cupo in free):
        return ""
    if solicitud.fecha is None or not free:
        return "No quedan cupos libres en Programación."
    at = f" a las {solicitud.hora:%H:%M}" if solicitud.hora else ""
    return f"El cupo del {solicitud.fecha:%d/%m/%Y}{at} acaba de ocuparse. Elija otro."


def _gone(con: Servicio, typed: Mapping[str, str]) -> str:
    """The name of the procedure that a form was of and that is in use no more; blank where it is, or the form is of none."""
    codigo = typed.get("procedimiento", "")
    if not codigo or any(one.codigo == codigo for one in con.ventanilla.catalogo.activos):
        return ""
    return con.procedimientos().get(codigo, codigo)


def show_form(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    typed: Mapping[str, str],
    *,
    problems: Mapping[str, Sequence[str]] | None = None,
    duplicates: Sequence[Duplicado] = (),
    motivo: str = "",
    dejada: Borrador | None = None,
    status: int = 200,
) -> Response:
    """The form with what was typed, and every problem beside its field.

    Args:
        motivo: why it was refused before.
        dejada: another form that the account has left.
    """
    procedimiento = procedure_of(con, cuenta, typed)
    return page(
        request,
        "nueva.html",
        cuenta,
        {
            **shown(con, procedimiento, typed),
            "donde": "/solicitudes/nueva",
            "escrito": {name: typed.get(name, "") for name in CAMPOS},
            "problemas": dict(problems or {}),
            "duplicados": list(duplicates),
            "motivo": motivo,
            "ya_no_esta": _gone(con, typed) if "procedimiento" not in (problems or {}) else "",
            "dejada": dejada,
            "correo": _message(con, cuenta, typed.get("formulario", "")),
            "dias_duplicado": _days_of_duplicates(con, procedimiento),
            "otra_visita": typed.get("otra_visita") == "si",
            "misma_persona": typed.get("misma_persona", ""),
            "tipos": list(TipoDocumento),
            "tipo": typed.get("tipo_documento", ""),
            "formulario": typed.get("formulario") or secrets.token_urlsafe(16),
            **_calendar(con, procedimiento, Deseo.parse(typed.get("cupo", ""))),
            "maximo": con.settings.reglas.observacion_maxima,
            "mira": con.vistazos is not None,
        },
        status=status,
    )
