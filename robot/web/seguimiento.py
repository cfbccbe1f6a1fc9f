"""Seguimiento: how far a solicitud has come, its copies, and what people decide about it."""

import contextlib
from collections.abc import AsyncIterable, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from robot.errors import (
    CopiasEnCamino,
    CredentialsRefused,
    OtroNombre,
    PosibleDuplicado,
    PrinterRefused,
    PrinterSilent,
)
from robot.flows.constancia import Resolucion
from robot.flows.traslado import EstadoDeTraslado
from robot.models import Decision, Estado, EstadoImpresion, Solicitud
from robot.procedure.definition import Procedimiento
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente, Impresion, TrasladoVisto
from robot.record.overview import Avance
from robot.referencia import Referencia
from robot.web.borrador import CAMPOS, RESPUESTA
from robot.web.cupos import Deseo
from robot.web.guardia import POLITICA_PDF, Formulario, one
from robot.web.nueva import show_form
from robot.web.servicio import Con, Coordinador, NoEsta, Quien, Servicio, Suya, still_in
from robot.web.vistas import page, see_other, timeline, why

router = APIRouter()
_NOMBRES = {"tercero": "Documento del tercero", "tipo": "Tipo de trámite", "observacion": "Observación"}
_CONFIRMABLES = {
    PosibleDuplicado.__name__: "Es otra visita: radicarla",
    OtroNombre.__name__: "Sí, es la misma persona: radicarla",
}
"""Refusals that only a confirmed form goes past, and what is confirmed."""
_CORREGIBLES = {Estado.RECHAZADA, Estado.CANCELADA}
_OTRA = "otra"
_LONGEST_REASON = 200
NAVEGADOR = "navegador"
"""What the print ledger calls the printer that somebody chooses in the browser."""


@router.get("/solicitudes/{referencia}")
def follow(request: Request, expediente: Suya, con: Con, cuenta: Quien, igual: str = "") -> Response:
    shown = {**_progress(con, cuenta, expediente), "igual": igual == "si"}
    return page(request, "seguimiento.html", cuenta, shown)


@router.get("/solicitudes/{referencia}/avance")
def progress(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    """The moving part of the page alone, for a browser without events."""
    return page(request, "avance.html", cuenta, _progress(con, cuenta, expediente))


@router.get("/solicitudes/{referencia}/eventos", response_class=EventSourceResponse)
async def events(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> AsyncIterable[ServerSentEvent]:
    """The moving part of the page, now and whenever it changes, until whoever looks at it has left."""
    del cuenta
    async for avance in con.vigia.changes(expediente.referencia):
        html = await run_in_threadpool(_moving_part, request, con, expediente.referencia, avance)
        if html is None:
            return
        yield ServerSentEvent(raw_data=html, event="fin" if avance.quieta else "avance")


def _moving_part(request: Request, con: Servicio, referencia: Referencia, avance: Avance) -> str | None:
    """As HTML; nothing where the sign-in is over, or it is not the account's to see any more."""
    if (cuenta := still_in(request, con)) is None or cuenta.provisional is not None:
        return None
    try:
        expediente = con.visible_to(cuenta, referencia)
    except NoEsta:
        return None
    answer = page(request, "avance.html", cuenta, _progress(con, cuenta, expediente, avance))
    return bytes(answer.body).decode()


def _progress(con: Servicio, cuenta: Cuenta, expediente: Expediente, avance: Avance | None = None) -> dict[str, object]:
    resultado = expediente.resultado if expediente.estado.terminado else None
    error = resultado.error if resultado else None
    pasos = avance.pasos if avance is not None else con.registro.pasos(expediente.referencia)
    etapa = expediente.etapa.value if expediente.etapa else ""
    documento = resultado.documento if resultado else None
    impresiones = _on_paper(con, expediente.referencia)
    procedimiento = con.procedimiento_of(expediente)
    pedida = con.registro.solicitud(expediente.referencia)
    hitos = timeline(procedimiento, expediente.estado, etapa, pasos, error.paso if error else None)
    revision = con.ventanilla.revisiones.pending(expediente.referencia) if not expediente.estado.terminado else None
    return {
        "e": expediente,
        "pedida": pedida,
        **_by_procedure(con, expediente, procedimiento, pedida),
        "hitos": hitos,
        "ahora": "Espera a que usted revise el formulario."
        if revision
        else next((hito.nombre for hito in hitos if hito.situacion == "en-curso"), ""),
        "nombres": _NOMBRES,
        "resultado": resultado,
        "situacion": expediente.situacion,
        "traslado": _change_of_cita(con, expediente),
        "error": error,
        "dicho": why(expediente, cuenta),
        "copias": documento is not None and documento.archivo.is_file(),
        "hay_copias": documento is not None,
        "faltan_copias": resultado is not None and resultado.copias_pendientes,
        "impresora": con.settings.impresion.impresora,
        "impresiones": impresiones,
        "ultima": impresiones[-1] if impresiones else None,
        "vista": max((one.numero for one in impresiones if one.nombre), default=0),
        "en_camino": any(one.estado.saldra for one in impresiones),
        "sigue": not expediente.estado.terminado
        or bool(expediente.traslado)
        or any(one.abierta for one in impresiones),
        "vence": con.vence(expediente),
        "corregible": error is not None and expediente.estado in _CORREGIBLES,
        "por_confirmar": _CONFIRMABLES.get(_refusal(expediente), ""),
        "clave_rechazada": _refusal(expediente) == CredentialsRefused.__name__,
        "trabaja": bool(con.panorama.workers(con.settings.motor.relevo_segundos)),
        "revision": revision,
        "coordina": cuenta.coordina,
        "problema": "",
        "igual": False,
    }


def _by_procedure(
    con: Servicio, expediente: Expediente, procedimiento: Procedimiento | None, pedida: Solicitud | None
) -> dict[str, object]:
    """What the procedure of a solicitud is called, as far as there are several, and what was chosen and answered of it."""
    names = con.procedimientos()
    respuestas = pedida.respuestas if pedida is not None else {}
    preguntas = procedimiento.preguntas if procedimiento is not None else ()
    chosen: Sequence[str] = ()
    if procedimiento is not None and pedida is not None:
        own = procedimiento.as_chosen(medio=pedida.medio, causal=pedida.causal)
        chosen = (own.medio, own.causal)
    return {
        "procedimiento": names.get(expediente.procedimiento, "") if len(names) > 1 else "",
        "elegido": chosen,
        "respuestas": [(one.etiqueta, answer) for one in preguntas if (answer := respuestas.get(one.nombre))],
        "lleva_cita": procedimiento is None or procedimiento.lleva_cita,
    }


def _change_of_cita(con: Servicio, expediente: Expediente) -> TrasladoVisto | None:
    """The change of the cita that is under way, or the last one that people asked for, where it could not be made."""
    if expediente.estado is not Estado.RADICADA:
        return None
    last = con.ventanilla.traslados.newest(expediente.referencia)
    if last is None or (not expediente.traslado and last.estado is not EstadoDeTraslado.IMPOSIBLE):
        return None
    return last if last.identidad == expediente.traslado or not expediente.traslado else None


def _refusal(expediente: Expediente) -> str:
    """The class of the error that it ended with; blank where there is none."""
    error = expediente.resultado.error if expediente.resultado else None
    return error.clase if error is not None else ""


def _on_paper(con: Servicio, referencia: Referencia) -> list[Impresion]:
    return [one for one in con.registro.impresiones(referencia) if one.estado is not EstadoImpresion.PDF]


@router.get("/solicitudes/{referencia}/corregir")
def correct(request: Request, expediente: Suya, con: Con, cuenta: Quien, confirmado: str = "") -> Response:
    """A new form with what the old one held, and confirmed what it was refused for, or that it is another one."""
    asked = con.registro.solicitud(expediente.referencia)
    if asked is None or (expediente.estado not in _CORREGIBLES and confirmado != _OTRA):
        raise NoEsta
    values = {name: str(getattr(asked, name) or "") for name in CAMPOS}
    values["cupo"] = Deseo(asked.fecha, asked.hora).valor
    values |= {"procedimiento": expediente.procedimiento, "medio": asked.medio or "", "causal": asked.causal or ""}
    values |= {RESPUESTA + nombre: answer for nombre, answer in asked.respuestas.items()}
    refused_for = _refusal(expediente) if confirmado == "si" else ""
    if confirmado == _OTRA or refused_for == PosibleDuplicado.__name__ or (refused_for and asked.otra_visita):
        values["otra_visita"] = "si"
    if refused_for == OtroNombre.__name__ or asked.nombre_confirmado:
        values["misma_persona"] = asked.cedula
    motivo = why(expediente, cuenta) if expediente.estado in _CORREGIBLES and not confirmado else ""
    return show_form(request, con, cuenta, values, motivo=motivo)


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
def print_copies(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """Note that somebody prints in the browser, or send the copies to the configured printer."""
    if one(fields, "en") == NAVEGADOR:
        documento = expediente.resultado.documento if expediente.resultado else None
        if documento is None:
            raise NoEsta
        con.registro.papel.given_to(expediente.referencia, documento, impresora=NAVEGADOR, quien=cuenta.clave)
        return Response(status_code=204)
    if not con.ventanilla.make_copies(expediente.referencia, quien=cuenta.clave):
        with contextlib.suppress(CopiasEnCamino, PrinterRefused, PrinterSilent):  # the page tells, by the ledger
            con.ventanilla.print_again(expediente.referencia, impresora="", quien=cuenta.clave, vista=_seen(fields))
    return _back_to(request, expediente)


def _seen(fields: Mapping[str, list[str]]) -> int | None:
    """The newest print that the page showed on which somebody asks for another one."""
    text = one(fields, "vista")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


@router.get("/solicitudes/{referencia}/revision.png")
def form_picture(expediente: Suya, con: Con) -> Response:
    revision = con.ventanilla.revisiones.pending(expediente.referencia)
    if revision is None:
        raise NoEsta
    return Response(revision.visto.captura, media_type="image/png")


@router.post("/solicitudes/{referencia}/revision")
def decide(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The asesor's word on the filled form."""
    decision = Decision.CONFIRMADA if one(fields, "decision") == "confirmar" else Decision.DEVUELTA
    con.ventanilla.revisiones.decide(expediente.referencia, decision, quien=cuenta.clave)
    return _back_to(request, expediente)


@router.post("/solicitudes/{referencia}/respondida")
def answered(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The petition has been answered, so that its legal term runs no more; or it has not, after all."""
    con.respuestas.mark(expediente.referencia, quien=cuenta.clave, respondida=one(fields, "respondida") == "si")
    return _back_to(request, expediente)


@router.post("/solicitudes/{referencia}/reintentar")
def retry(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    if _refusal(expediente) in _CONFIRMABLES:
        raise NoEsta
    con.ventanilla.retry(expediente.referencia, quien=cuenta.clave, probar_clave=one(fields, "probar_clave") == "si")
    return _back_to(request, expediente)


@router.post("/solicitudes/{referencia}/cancelar")
def cancel(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    del fields
    con.ventanilla.cancel(expediente.referencia, quien=cuenta.clave, motivo="")
    return _back_to(request, expediente)


@router.post("/solicitudes/{referencia}/resolver")
def resolve(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    """What the coordinador found in Serviweb."""
    radicado = one(fields, "radicado").strip()
    if (found := one(fields, "hallado")) in {"no", "cancelar"}:
        resolucion = Resolucion(None, cancelar=found == "cancelar")
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
        resolucion = Resolucion(radicado, sin_referencia=bool(one(fields, "sin_referencia")))
    motivo = "".join(character for character in one(fields, "motivo") if character.isprintable())
    con.ventanilla.resolve(
        expediente.referencia, resolucion, quien=cuenta.clave, motivo=motivo.strip()[:_LONGEST_REASON]
    )
    return _back_to(request, expediente)


def _back_to(request: Request, expediente: Expediente) -> Response:
    return see_other(request, f"/solicitudes/{expediente.referencia}")
