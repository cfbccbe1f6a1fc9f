"""That a process cannot go on is no outcome of the part it was at: nothing is recorded, and the next process does the part."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from robot.conciliacion.report import Informe
from robot.engine import Motor
from robot.errors import EjecucionAbandonada
from robot.flows.constancia import Etapa
from robot.flows.lector import LecturaDeTramites
from robot.flows.oficina import Oficina
from robot.flows.partes import Hecho, Llamada
from robot.flows.progreso import silent
from robot.flows.una_parte import run_part
from robot.flows.visita import Trabajo
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, Radicado, Solicitud
from robot.record.database import with_patience
from robot.record.dossier import Expediente
from robot.record.execution import ConstanciaDurable
from robot.record.solicitudes import Registro
from robot.referencia import Referencia
from robot.settings import Settings
from robot.worker.seats import Puesto, Puestos
from tests.paciencia import eventually
from tests.procedimientos import VISITA_DOMICILIARIA
from tests.taller import Taller

Accept = Callable[..., Referencia]


def test_a_part_that_hung_is_done_by_the_next_process(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Callable[[Referencia], Expediente]
) -> None:
    released = threading.Event()

    def never_opens() -> Oficina:
        released.wait()
        raise RuntimeError

    motor = ventanilla.settings.motor
    object.__setattr__(ventanilla.settings, "motor", motor.model_copy(update={"plazo_etapa_segundos": 0.2}))
    referencia = accept()
    try:
        with Motor(ventanilla, puestos=Puestos([Puesto(never_opens)])) as hung:
            eventually(hung.averia.is_set)
    finally:
        released.set()
    object.__setattr__(ventanilla.settings, "motor", motor)
    with taller.motor(ventanilla):
        expediente = ended(referencia)
    assert (expediente.estado, expediente.corrida) == (Estado.RADICADA, 1), expediente.resultado


def test_a_part_whose_database_does_not_answer_has_no_outcome(
    ventanilla: Ventanilla, accept: Accept, settings: Settings, solicitud: Callable[..., Solicitud]
) -> None:
    """Told as one, the trámite that Serviweb has just saved would be a solicitud RECHAZADA."""
    referencia = accept()
    soon_told = Registro(with_patience(ventanilla.base, 0.2), ventanilla._cifra, ventanilla.registro.indice)
    constancia = soon_told.take(referencia, corrida=1, ejecutor="uno")
    assert isinstance(constancia, ConstanciaDurable)
    trabajo = Trabajo(VISITA_DOMICILIARIA, solicitud(), referencia, primer_intento=True)
    with Oficina(settings) as oficina, closing(sqlite3.connect(settings.datos / "robot.sqlite")) as other:
        other.isolation_level = None

        def save(_: object) -> Hecho:
            other.execute("BEGIN IMMEDIATE")
            constancia.guardado(Radicado(numero="2026-000001"))
            return Hecho()

        with pytest.raises(EjecucionAbandonada):
            run_part(oficina, trabajo, constancia, Llamada(Etapa.GUARDAR, Hecho, save, insistir=False), silent)


def test_a_comparison_that_is_done_again_has_what_was_read_and_nothing_stays_of_it_in_the_end(
    ventanilla: Ventanilla,
) -> None:
    """Compared with nothing, every row of the schedule would be told as one without a trámite."""
    identidad = ventanilla.rondas.conciliar(reparar=False, quien="ana")
    record, lectura = ventanilla.conciliaciones, LecturaDeTramites((), completa=True, paginas=3)
    record.keep_reading(identidad, "una", lectura)
    now = dt.datetime.now(ZONA_HORARIA)
    record.keep_report(identidad, Informe(now.date(), now.date(), now, tramites=0, filas=0, solicitudes=0))
    assert record.reading(identidad, "una") == lectura
    record.end(identidad)
    assert record.reading(identidad, "una") is None
