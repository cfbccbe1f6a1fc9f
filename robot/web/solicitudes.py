"""Nueva solicitud and Seguimiento: from what the person at the counter says to the printed copies."""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import AsyncIterable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from robot.cuentas import Cuenta
from robot.errors import BadInput, ConfigurationError
from robot.expediente import Expediente
from robot.flows.constancia import Etapa
from robot.models import ZONA_HORARIA, Cupo, Decision, Estado, EstadoImpresion, Solicitud
from robot.panorama import Avance
from robot.referencia import Referencia
from robot.web.cupos import without
from robot.web.guardia import POLITICA_PDF, Formulario, one
from robot.web.servicio import Con, Coordinador, NoEsta, Quien, Servicio, Suya, problems_by_field
from robot.web.vistas import by_day, fragment, page, timeline

router = APIRouter()
CAMPOS = ("suscriptor", "cedula", "nombre", "celular", "ruta", "solicitud")
NAVEGADOR = "navegador"
"""What the print ledger calls the printer that somebody chooses in the browser."""
_LONGEST_RUTA = 20
_DIGITS_OF_CELULAR = 10
_BEFORE_BOOKING = {None, Etapa.PREPARACION, Etapa.SESION, Etapa.FORMULARIO}


@dataclass(frozen=True)
class Duplicado:
    """Another visita domiciliaria of the same suscriptor."""

    referencia: str
    radicado: str | None
    creada: dt.datetime
    estado: Estado


@router.get("/solicitudes/nueva")
def new_form(request: Request, con: Con, cuenta: Quien) -> Response:
    return show_form(request, con, cuenta, {})


@router.get("/cupos")
def free_cupos(con: Con, cuenta: Quien) -> HTMLResponse:
    """The calendar alone, for a form that has been open for a while."""
    del cuenta
    lectura = con.cupos.shown()
    free = without(lectura.cupos, _wished(con))
    return HTMLResponse(fragment("cupos.html", dias=by_day(free), elegido="", falla=lectura.falla, leida=lectura.leida))


@router.post("/solicitudes")
async def hand_in(request: Request, cuenta: Quien, fields: Formulario, con: Con) -> Response:
    return await run_in_threadpool(_hand_in, request, con, cuenta, {name: one(fields, name) for name in fields})


def _hand_in(request: Request, con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> Response:
    problems, solicitud = _read(con, cuenta, typed)
    if solicitud is None:
        return show_form(request, con, cuenta, typed, problems=problems, status=422)
    with con.turno:
        known = _handed_in_before(con, cuenta, typed)
        if known is not None:
            return RedirectResponse(f"/solicitudes/{known}", status_code=303)
        duplicates = _duplicates(con, cuenta, solicitud)
        if duplicates and solicitud.revisar_duplicados:
            return show_form(request, con, cuenta, typed, duplicates=duplicates, status=409)
        if problem := _cupo_problem(con, solicitud):
            return show_form(request, con, cuenta, {**typed, "cupo": ""}, problems={"cupo": [problem]}, status=409)
        referencia = con.ventanilla.accept(solicitud, quien=cuenta.clave, formulario=typed.get("formulario"))
    return RedirectResponse(f"/solicitudes/{referencia}", status_code=303)


def _read(con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> tuple[dict[str, list[str]], Solicitud | None]:
    fecha, _, hora = typed.get("cupo", "").partition(" ")
    data = {
        **{name: typed.get(name, "") for name in CAMPOS},
        "fecha": fecha,
        "hora": hora,
        "asesor": cuenta.clave,
        "revisar_duplicados": typed.get("otra_visita") != "si",
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
    over = _observacion_length(con, typed) - con.settings.reglas.observacion_maxima
    if over > 0:
        problems.setdefault("solicitud", []).append(f"Sobran {over} caracteres para el campo Observación de Serviweb.")
    try:
        con.settings.asesor(cuenta.clave)
    except ConfigurationError:
        problems.setdefault("asesor", []).append(
            "Su cuenta no tiene usuario de Serviweb. Pida al administrador `serviweb-robot asesor agregar`."
        )
    return problems, solicitud if not problems else None


def _observacion_length(con: Servicio, typed: Mapping[str, str]) -> int:
    solicitud = " ".join(typed.get("solicitud", "").split())
    ruta = typed.get("ruta", "").strip()
    return (
        _fixed_length(con)
        + len(solicitud)
        + len(typed.get("suscriptor", "").strip())
        + (len(ruta) if ruta else _LONGEST_RUTA)
        + _DIGITS_OF_CELULAR
    )


def _fixed_length(con: Servicio) -> int:
    """What Observación holds beside request, código, ruta and celular."""
    procedimiento = con.ventanilla.procedimiento
    referencia = Referencia.new(procedimiento.prefijo_referencia)
    return len(procedimiento.observacion(solicitud="", suscriptor="", ruta="", celular="", referencia=referencia))


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
    dias = con.settings.reglas.dias_duplicado
    if not dias:
        return []
    desde = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=dias)
    return [
        Duplicado(
            referencia=one.referencia if cuenta.coordina or one.asesor == cuenta.clave else "",
            radicado=one.radicado,
            creada=one.creada,
            estado=one.estado,
        )
        for one in con.panorama.visitas_recientes(solicitud.suscriptor, desde)
    ]


def _wished(con: Servicio) -> Counter[tuple[dt.date, dt.time]]:
    """What solicitudes want that have not got to the sheet yet."""
    wished: Counter[tuple[dt.date, dt.time]] = Counter()
    for expediente in con.registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO]):
        asked = con.registro.solicitud(expediente.referencia) if expediente.etapa in _BEFORE_BOOKING else None
        if asked is not None and asked.fecha is not None and asked.hora is not None:
            wished[asked.fecha, asked.hora] += 1
    return wished


def _cupo_problem(con: Servicio, solicitud: Solicitud) -> str:
    """Look into Programación now, whatever the form showed; blank if the wished cupo, or any, is free."""
    lectura = con.cupos.read_again()
    if lectura.falla:
        return lectura.falla
    free = without(lectura.cupos, _wished(con))
    if not free:
        return "No quedan cupos libres en Programación."
    if solicitud.fecha is None or any(_fits(cupo, solicitud) for cupo in free):
        return ""
    at = f" a las {solicitud.hora:%H:%M}" if solicitud.hora else ""
    return f"El cupo del {solicitud.fecha:%d/%m/%Y}{at} acaba de ocuparse. Elija otro."


def _fits(cupo: Cupo, solicitud: Solicitud) -> bool:
    return cupo.fecha == solicitud.fecha and (solicitud.hora is None or cupo.hora == solicitud.hora)


def show_form(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    typed: Mapping[str, str],
    *,
    problems: Mapping[str, Sequence[str]] | None = None,
    duplicates: Sequence[Duplicado] = (),
    status: int = 200,
) -> Response:
    """The form with what was typed, and every problem beside its field."""
    lectura = con.cupos.shown()
    free = without(lectura.cupos, _wished(con))
    chosen = typed.get("cupo", "")
    offered = {f"{cupo.fecha} {cupo.hora:%H:%M}" for cupo in free}
    if chosen not in offered:
        chosen = f"{free[0].fecha} {free[0].hora:%H:%M}" if free else ""
    return page(
        request,
        "nueva.html",
        cuenta,
        {
            "donde": "/solicitudes/nueva",
            "escrito": {name: typed.get(name, "") for name in CAMPOS},
            "problemas": dict(problems or {}),
            "duplicados": list(duplicates),
            "dias_duplicado": con.settings.reglas.dias_duplicado,
            "otra_visita": typed.get("otra_visita") == "si",
            "formulario": typed.get("formulario") or secrets.token_urlsafe(16),
            "dias": by_day(free),
            "elegido": chosen,
            "falla": lectura.falla,
            "leida": lectura.leida,
            "fijo": _fixed_length(con),
            "maximo": con.settings.reglas.observacion_maxima,
            "ruta_mas_larga": _LONGEST_RUTA,
        },
        status=status,
    )


@router.get("/solicitudes/{referencia}")
def follow(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    return page(request, "seguimiento.html", cuenta, _progress(con, cuenta, expediente))


@router.get("/solicitudes/{referencia}/avance")
def progress(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    """The moving part of the page alone, for a browser without events."""
    return page(request, "avance.html", cuenta, _progress(con, cuenta, expediente))


@router.get("/solicitudes/{referencia}/eventos", response_class=EventSourceResponse)
async def events(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> AsyncIterable[ServerSentEvent]:
    """The moving part of the page, now and whenever it changes."""
    async for avance in con.vigia.changes(expediente.referencia):
        html = await run_in_threadpool(_moving_part, request, con, cuenta, expediente.referencia, avance)
        yield ServerSentEvent(raw_data=html, event="fin" if avance.estado.terminado else "avance")


def _moving_part(request: Request, con: Servicio, cuenta: Cuenta, referencia: Referencia, avance: Avance) -> str:
    expediente = con.registro.expediente(referencia)
    answer = page(request, "avance.html", cuenta, _progress(con, cuenta, expediente, avance))
    return bytes(answer.body).decode()


def _progress(con: Servicio, cuenta: Cuenta, expediente: Expediente, avance: Avance | None = None) -> dict[str, object]:
    resultado = expediente.resultado if expediente.estado.terminado else None
    error = resultado.error if resultado else None
    pasos = avance.pasos if avance is not None else con.registro.pasos(expediente.referencia)
    etapa = expediente.etapa.value if expediente.etapa else ""
    documento = resultado.documento if resultado else None
    hitos = timeline(expediente.estado, etapa, pasos, error.paso if error else None)
    revision = con.registro.revision(expediente.referencia) if not expediente.estado.terminado else None
    return {
        "e": expediente,
        "hitos": hitos,
        "ahora": next((hito.nombre for hito in hitos if hito.situacion == "en-curso"), ""),
        "resultado": resultado,
        "error": error,
        "copias": documento is not None and documento.archivo.is_file(),
        "hay_copias": documento is not None,
        "impresora": con.settings.impresion.impresora,
        "impresiones": _on_paper(con, expediente.referencia),
        "vence": con.calendario.vence(expediente.creada.date()),
        "corregible": error is not None and expediente.estado in {Estado.RECHAZADA, Estado.CANCELADA},
        "duplicado": error is not None and error.clase == "PosibleDuplicado",
        "trabaja": bool(con.panorama.workers(con.settings.motor.relevo_segundos)),
        "revision": revision,
        "coordina": cuenta.coordina,
        "problema": "",
    }


def _on_paper(con: Servicio, referencia: Referencia) -> list[object]:
    return [one for one in con.registro.impresiones(referencia) if one.resultado is not EstadoImpresion.PDF]


@router.get("/solicitudes/{referencia}/corregir")
def correct(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    """A new form with what the old one held."""
    asked = con.registro.solicitud(expediente.referencia)
    if asked is None or expediente.estado is Estado.RADICADA:
        raise NoEsta
    values = {name: str(getattr(asked, name) or "") for name in CAMPOS}
    if asked.fecha is not None and asked.hora is not None:
        values["cupo"] = f"{asked.fecha} {asked.hora:%H:%M}"
    error = expediente.resultado.error if expediente.resultado else None
    if error is not None and error.clase == "PosibleDuplicado":
        values["otra_visita"] = "si"
    return show_form(request, con, cuenta, values)


@router.get("/solicitudes/{referencia}/copias.pdf")
def copies(expediente: Suya) -> Response:
    documento = expediente.resultado.documento if expediente.resultado else None
    if documento is None or not documento.archivo.is_file():
        raise NoEsta
    return FileResponse(
        documento.archivo,
        media_type="application/pdf",
        filename=f"{expediente.referencia}.pdf",
        content_disposition_type="inline",
        headers={"content-security-policy": POLITICA_PDF},
    )


@router.post("/solicitudes/{referencia}/imprimir")
def print_copies(expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """Note that somebody prints in the browser, or send the copies to the configured printer."""
    if one(fields, "en") == NAVEGADOR:
        documento = expediente.resultado.documento if expediente.resultado else None
        if documento is None:
            raise NoEsta
        con.registro.reprint(expediente.referencia, documento, impresora=NAVEGADOR, quien=cuenta.clave)
        return Response(status_code=204)
    con.ventanilla.print_again(expediente.referencia, impresora="", quien=cuenta.clave)
    return _back_to(expediente)


@router.get("/solicitudes/{referencia}/revision.png")
def form_picture(expediente: Suya, con: Con) -> Response:
    revision = con.registro.revision(expediente.referencia)
    if revision is None:
        raise NoEsta
    return Response(revision.visto.captura, media_type="image/png")


@router.post("/solicitudes/{referencia}/revision")
def decide(expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The asesor's word on the filled form."""
    decision = Decision.CONFIRMADA if one(fields, "decision") == "confirmar" else Decision.DEVUELTA
    con.registro.decide(expediente.referencia, decision, quien=cuenta.clave)
    return _back_to(expediente)


@router.post("/solicitudes/{referencia}/reintentar")
def retry(expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    del fields
    con.ventanilla.retry(expediente.referencia, quien=cuenta.clave)
    return _back_to(expediente)


@router.post("/solicitudes/{referencia}/cancelar")
def cancel(expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    del fields
    con.ventanilla.cancel(expediente.referencia, quien=cuenta.clave, motivo="")
    return _back_to(expediente)


@router.post("/solicitudes/{referencia}/resolver")
def resolve(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    """What the coordinador found in Serviweb."""
    radicado = one(fields, "radicado").strip()
    if one(fields, "hallado") == "no":
        con.ventanilla.resolve(expediente.referencia, radicado=None, quien=cuenta.clave, motivo="")
    elif not radicado or len(radicado) > 40 or not radicado.isprintable():
        problem = "Escriba el radicado que muestra Serviweb."
        return page(
            request,
            "seguimiento.html",
            cuenta,
            {**_progress(con, cuenta, expediente), "problema": problem},
            status=422,
        )
    else:
        con.ventanilla.resolve(expediente.referencia, radicado=radicado, quien=cuenta.clave, motivo="")
    return _back_to(expediente)


def _back_to(expediente: Expediente) -> Response:
    return RedirectResponse(f"/solicitudes/{expediente.referencia}", status_code=303)
