"""Tablero for the coordinador, and what machines ask: /salud and /metrics."""

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from robot.errors import RegistroUnavailable
from robot.models import ZONA_HORARIA, Estado
from robot.record.overview import PENDIENTES
from robot.web.jornada import cupos_by_week, of_today
from robot.web.servicio import Con, Coordinador, Servicio
from robot.web.vistas import page

router = APIRouter()


def _today() -> dt.datetime:
    return dt.datetime.now(ZONA_HORARIA).replace(hour=0, minute=0, second=0, microsecond=0)


def _alive(con: Servicio) -> list[str]:
    return con.panorama.workers(con.settings.motor.relevo_segundos)


@router.get("/tablero")
def board(request: Request, con: Con, cuenta: Coordinador) -> Response:
    counts = con.panorama.counts(_today())
    times = con.panorama.times(_today())
    return page(
        request,
        "tablero.html",
        cuenta,
        {
            "jornada": of_today(con, _today().date()),
            "cupos": cupos_by_week(con, _today().date()),
            "procedimientos": con.procedimientos(),
            "cuentas_por_estado": counts,
            "esperan": PENDIENTES,
            "tiempos": times,
            "mayor": max((one.p95 for one in times), default=1.0),
            "trabajadores": _alive(con),
            "en_cola": counts[Estado.EN_COLA],
            "hoy": _today().date(),
            "conciliacion": next(iter(con.ventanilla.conciliaciones.newest(1)), None),
            "verificacion": con.ventanilla.conciliaciones.last_verification(),
        },
    )


@router.get("/salud")
def health(con: Con) -> JSONResponse:
    """200 while solicitudes can be taken in and are worked on, else 503 and what is missing."""
    try:
        alive = bool(_alive(con))
        base = True
    except RegistroUnavailable:
        alive = base = False
    whole = base and alive
    state = {"estado": "bien" if whole else "mal", "base_de_datos": base, "trabajador": alive}
    return JSONResponse(state, status_code=200 if whole else 503)


@router.get("/metrics")
def metrics(con: Con) -> Response:
    """For Prometheus: counts only, nobody's data."""
    registry = CollectorRegistry()
    solicitudes = Gauge(
        "serviweb_solicitudes", "Solicitudes de hoy, y todas las que esperan", ["estado"], registry=registry
    )
    for estado, count in con.panorama.counts(_today()).items():
        solicitudes.labels(estado.value).set(count)
    Gauge("serviweb_trabajadores", "Trabajadores vivos", registry=registry).set(len(_alive(con)))
    if (last := next(iter(con.ventanilla.conciliaciones.newest(1)), None)) is not None and last.terminada is not None:
        pending = Gauge("serviweb_diferencias", "Diferencias por revisar de la última conciliación", registry=registry)
        pending.set(last.pendientes)
    paso = Gauge("serviweb_paso_segundos", "Tiempo de cada paso hoy", ["paso", "cuantil"], registry=registry)
    for one in con.panorama.times(_today()):
        paso.labels(str(one.paso.numero), "0.5").set(one.mediana / 1000)
        paso.labels(str(one.paso.numero), "0.95").set(one.p95 / 1000)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
