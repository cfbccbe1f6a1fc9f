"""Doing one part of a run on the thread that owns the browser: what it took, how it failed, and what is kept of that."""

import datetime as dt
import logging

from playwright.sync_api import Error as BrowserError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from robot.errors import (
    Cancelada,
    RevisionDevuelta,
    RevisionVencida,
    RobotError,
    ScreenChanged,
    ServiwebUnavailable,
    TransientFailure,
)
from robot.flows.cambios import explain
from robot.flows.constancia import Constancia, Etapa
from robot.flows.etapas import Etapas
from robot.flows.evidencia import folder_of, keep_evidence
from robot.flows.oficina import Oficina
from robot.flows.partes import Desenlace, Llamada, T
from robot.flows.progreso import Aviso
from robot.flows.visita import Trabajo
from robot.models import EVIDENCIA_GUARDADA, ZONA_HORARIA
from robot.perfil.ajustes import Propuesta
from robot.procedure import Paso
from robot.settings import Cuales

_WANTED_BY_PEOPLE = (Cancelada, RevisionDevuelta, RevisionVencida)
_SHOWN = {Etapa.FORMULARIO, Etapa.GUARDAR, Etapa.COPIAS}
"""The parts after which the screen shows something worth keeping."""

_log = logging.getLogger(__name__)


def run_part(
    oficina: Oficina, trabajo: Trabajo, constancia: Constancia, llamada: Llamada[T], aviso: Aviso
) -> Desenlace[T]:
    """Do one part on the thread of the oficina. Errors of ours are its outcome; others are raised."""
    etapas = Etapas(oficina, trabajo, constancia, aviso)
    before = oficina.peticiones()
    valor: T | None = None
    error: RobotError | None = None
    avisos: tuple[str, ...] = ()
    patience = oficina.settings.motor.insistencia_segundos if llamada.insistir else 0
    again = Retrying(
        retry=retry_if_exception_type((TransientFailure, BrowserError)),
        wait=wait_random_exponential(multiplier=0.5, max=15),
        stop=stop_after_delay(patience),
        before_sleep=lambda _: oficina.renew(),
        reraise=True,
    )
    try:
        if llamada.etapa is Etapa.PREPARACION:
            oficina.keep_up()
        etapas.primera_vez = constancia.empezar(llamada.etapa)
        oficina.record(trabajo.solicitud.asesor, trabajo.referencia)
        valor = again(llamada.hacer, etapas)
    except RobotError as raised:
        error = raised
    except BrowserError:
        error = ServiwebUnavailable("El navegador se cerró.")
    except BaseException:
        oficina.renew()
        raise
    propuestas: tuple[Propuesta, ...] = ()
    if error is not None:
        propuestas = _explained(etapas, error)
        error.redacted(trabajo.secretos)
        avisos = _after_failure(etapas, error)
    elif llamada.etapa in _SHOWN and oficina.settings.evidencia.cuales is Cuales.TODAS:
        _keep_evidence(etapas, None)
    if (used := oficina.open_sesion(trabajo.solicitud.asesor)) is not None:
        avisos += used.take_avisos()
        propuestas = propuestas or (used.prestados if llamada.etapa is Etapa.FORMULARIO else ())
    after = oficina.peticiones()
    return Desenlace[T](
        valor=valor,
        falla=error.as_data() if error is not None else None,
        pasos=etapas.progreso.pasos,
        peticiones={system: after[system] - before.get(system, 0) for system in after},
        avisos=avisos,
        propuestas=propuestas,
    )


def _explained(etapas: Etapas, error: RobotError) -> tuple[Propuesta, ...]:
    """What is proposed where a screen changed, while it still stands there."""
    sesion = etapas.oficina.open_sesion(etapas.trabajo.solicitud.asesor)
    shown = sesion.abierto if sesion is not None else None
    return explain(shown, error) if shown is not None and isinstance(error, ScreenChanged) else ()


def _after_failure(etapas: Etapas, error: RobotError) -> tuple[str, ...]:
    """Keep what the screen shows; nobody knows what it shows later on."""
    kept = False
    if error.paso is not Paso.PROGRAMACION and not isinstance(error, _WANTED_BY_PEOPLE):
        kept = _keep_evidence(etapas, error)
    etapas.oficina.renew()
    return (EVIDENCIA_GUARDADA,) if kept else ()


def _keep_evidence(etapas: Etapas, error: RobotError | None) -> bool:
    """Whether there is some: not where no screen was open, nor where there is no room for it."""
    oficina, trabajo = etapas.oficina, etapas.trabajo
    solicitud = trabajo.solicitud
    sesion = oficina.open_sesion(solicitud.asesor)
    if sesion is None or (shown := sesion.abierto) is None:
        return False
    try:
        keep_evidence(
            sesion,
            shown,
            folder_of(oficina.settings.datos, trabajo.referencia),
            error,
            etapas.progreso.pasos,
            (
                *trabajo.secretos,
                solicitud.solicitud,
                sesion.asesor.clave.get_secret_value(),
            ),
            dt.datetime.now(ZONA_HORARIA),
        )
    except OSError as refused:  # a full disk must not hide what went wrong before
        _log.error("la evidencia no se pudo escribir", extra={"clase": type(refused).__name__})
        return False
    return True
