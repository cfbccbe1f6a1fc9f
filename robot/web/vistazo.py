"""What Serviweb has of the código and the document that somebody is typing, as a piece of the form."""

import asyncio
import datetime as dt
import re

from fastapi import APIRouter, BackgroundTasks
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from robot.conciliacion.sides import TramiteLeido
from robot.flows.vistazo import (
    MOST_VISITS,
    RECENT_DAYS,
    Desconocido,
    Que,
    Retirado,
    SuscriptorVisto,
    TerceroVisto,
    VisitasVistas,
    Vistazo,
    form_for,
)
from robot.models import ZONA_HORARIA, Estado
from robot.reading.documents import Identificacion, TipoDocumento, Unreadable
from robot.reading.equality import same_name
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Quien, Servicio
from robot.web.vistas import fragment
from robot.worker.vistazos import Respuesta, SinRespuesta

router = APIRouter()
_LONGEST_CODE = 40
_LONGEST_WAIT_SECONDS = 8.0
_STILL_LOOKING = "<p><small>Mirando en Serviweb…</small></p>"
_NOT_IN_SERVIWEB_YET = {Estado.EN_COLA, Estado.EN_CURSO, Estado.POR_VERIFICAR}


@router.post("/solicitudes/vistazo")
async def glance(cuenta: Quien, fields: Formulario, con: Con, after: BackgroundTasks) -> Response:
    """What there is to be shown beside a field; nothing (204) of what is no whole code, or where this is off.

    What has not come yet (202) is to be asked for again.
    """
    pregunta = _question(
        con, {name: one(fields, name) for name in ("que", "suscriptor", "cedula", "tipo_documento", "procedimiento")}
    )
    if con.vistazos is None or pregunta is None:
        return Response(status_code=204)
    con.limites.require_few_glances(cuenta.clave)
    asked = asyncio.wrap_future(con.vistazos.ask(cuenta.clave, pregunta))
    await asyncio.wait({asked}, timeout=_LONGEST_WAIT_SECONDS)
    if not asked.done():
        return HTMLResponse("" if pregunta.que is Que.VISITAS else _STILL_LOOKING, status_code=202)
    found: Respuesta = asked.result()
    if not isinstance(found, SinRespuesta):
        after.add_task(con.miradas.count, cuenta.clave, pregunta.que.value)
    own = await run_in_threadpool(_underway, con, pregunta)
    shown = _shown(cuenta, found, own, one(fields, "nombre"))
    nombres = con.procedimientos()
    varios = nombres if len(nombres) > 1 else {}
    return HTMLResponse(fragment("vistazo.html", que=pregunta.que.value, nombres=varios, **shown), background=after)


def _question(con: Servicio, typed: dict[str, str]) -> Vistazo | None:
    """What is to be looked up; nothing where it is not typed to its end, or the procedure has no use for it."""
    activos = con.ventanilla.catalogo.activos
    procedimiento = next((one for one in activos if one.codigo == typed["procedimiento"]), activos[0])
    formulario = form_for(procedimiento, activos)
    try:
        que = Que(typed["que"])
        if que is Que.TERCERO:
            if not procedimiento.identifica:
                return None
            tipo = TipoDocumento.told_by(typed["tipo_documento"]) if typed["tipo_documento"] else None
            return Vistazo(que, Identificacion.read(typed["cedula"][:_LONGEST_CODE], tipo).kept, formulario)
    except (ValueError, Unreadable):
        return None
    codigo = typed["suscriptor"].strip()
    whole = len(codigo) <= _LONGEST_CODE and re.fullmatch(con.settings.reglas.suscriptor, codigo)
    return Vistazo(que, codigo, "" if que is Que.VISITAS else formulario) if whole else None


def _underway(con: Servicio, pregunta: Vistazo) -> list[Expediente]:
    """The visits of the suscriptor that the robot has and Serviweb may not show yet."""
    if pregunta.que is not Que.VISITAS:
        return []
    since = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(days=RECENT_DAYS)
    return [one for one in con.panorama.visitas_recientes(pregunta.valor, since) if one.estado in _NOT_IN_SERVIWEB_YET]


def _shown(cuenta: Cuenta, found: Respuesta, own: list[Expediente], nombre: str) -> dict[str, object]:
    shown: dict[str, object] = {
        "clase": "",
        "suscriptor": None,
        "tercero": None,
        "otro_nombre": False,
        "visitas": [],
        "propias": [(one, cuenta.coordina or one.asesor == cuenta.clave) for one in own],
    }
    match found:
        case SuscriptorVisto(suscriptor):
            return {**shown, "suscriptor": suscriptor}
        case TerceroVisto(tercero):
            other = bool(nombre.strip()) and not same_name(tercero.nombre, nombre)
            return {**shown, "tercero": tercero, "otro_nombre": other}
        case VisitasVistas(visitas):
            return {**shown, "visitas": _recent(visitas)}
        case Retirado() | Desconocido() | SinRespuesta():
            return {**shown, "clase": type(found).__name__}


def _recent(visitas: tuple[TramiteLeido, ...]) -> list[TramiteLeido]:
    since = dt.datetime.now(ZONA_HORARIA).date() - dt.timedelta(days=RECENT_DAYS)
    return [one for one in visitas if one.fecha is None or one.fecha >= since][:MOST_VISITS]
