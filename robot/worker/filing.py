"""One run of a solicitud, from what was asked for to how it ended: the parts of its filing as steps of the engine."""

import logging
import time
from collections.abc import Callable
from typing import Any

from dbos import DBOS

from robot.errors import (
    EjecucionAbandonada,
    ImprevistoError,
    ProcedimientoIlegible,
    ProcesoPerdido,
    RegistroUnavailable,
    RobotError,
)
from robot.flows.constancia import Constancia, Etapa
from robot.flows.oficina import Oficina
from robot.flows.partes import Desenlace, Llamada, T
from robot.flows.radicacion import Radicacion
from robot.flows.una_parte import run_part
from robot.flows.visita import Trabajo
from robot.intake import Ventanilla
from robot.log import about, log_defect
from robot.models import Estado, FallaInformada, Resultado
from robot.procedure import Paso
from robot.procedure.definition import Procedimiento
from robot.queueing.names import DE_SOLICITUDES, run_id
from robot.record.database import is_failure_of_database
from robot.record.dossier import Expediente
from robot.record.execution import ConstanciaDurable
from robot.referencia import Referencia
from robot.worker.anuncios import Anunciador
from robot.worker.checkpoints import KeptParts
from robot.worker.progress import ProgressWriter
from robot.worker.schedules import as_function
from robot.worker.seats import Puesto, PuestoColgado, Puestos
from robot.worker.shift import Shift
from robot.worker.telling import Avisador

_RECOVERIES = 50

_log = logging.getLogger(__name__)


class Corridas:
    """Registers and does them, within a worker.

    Args:
        shift: what that worker is at.
        ejecutor: the worker.
        sigue: it goes on after what is queued now, so that it gets ready for what comes next.
        avance: writes how far each has come.
        avisador, anunciador: to be woken when one has come to an end.
    """

    def __init__(
        self,
        ventanilla: Ventanilla,
        puestos: Puestos,
        shift: Shift,
        *,
        ejecutor: str,
        sigue: bool,
        avance: ProgressWriter,
        avisador: Avisador,
        anunciador: Anunciador,
    ) -> None:
        self._ventanilla = ventanilla
        self._settings = ventanilla.settings
        self._motor = ventanilla.settings.motor
        self._puestos = puestos
        self._shift = shift
        self._ejecutor = ejecutor
        self._sigue = sigue
        self._avance = avance
        self._avisador = avisador
        self._anunciador = anunciador

    def register(self) -> None:
        """Before the engine is launched."""
        for nombre in sorted(DE_SOLICITUDES):
            DBOS.workflow(name=nombre, max_recovery_attempts=_RECOVERIES)(as_function(self._file))

    def rescue_the_stuck(self, is_at_work: Callable[[str], bool]) -> None:
        """A run that the engine has given up is a person's to look at.

        Args:
            is_at_work: whether the engine still has the run of this name to do.
        """
        registro = self._ventanilla.registro
        for expediente in registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO], limite=1000):
            if not is_at_work(run_id(expediente.referencia, expediente.corrida)):
                stuck = _defective(expediente.referencia, "RuntimeError")
                if registro.give_up(expediente.referencia, expediente.corrida, stuck):
                    _log.error("el motor no siguió", extra={"referencia": str(expediente.referencia)})

    def _file(self, referencia: str, corrida: int) -> None:
        """The workflow of one run. Only the referencia goes through the engine; no personal data does."""
        own = Referencia(referencia)
        with self._shift.run(), about(referencia=own, corrida=corrida):
            registro = self._ventanilla.registro
            try:
                expediente = registro.expediente(own)
                procedimiento = registro.definiciones.of(expediente.procedimiento, expediente.version)
                constancia = registro.take(own, corrida=corrida, ejecutor=self._ejecutor)
                if constancia is not None:
                    constancia.parando = self._shift.stopping
                    self._carry(expediente, corrida, procedimiento, constancia)
            except ProcedimientoIlegible:
                _log.error("no se entiende el procedimiento de la solicitud; la hará otro trabajador")
                raise EjecucionAbandonada from None

    def _carry(
        self, expediente: Expediente, corrida: int, procedimiento: Procedimiento, constancia: ConstanciaDurable
    ) -> None:
        referencia = expediente.referencia
        with self._puestos.taken(expediente.usuario) as puesto:
            try:
                trabajo = self._work(referencia, corrida, procedimiento)
                resultado = self._radicar(puesto, trabajo, constancia)
            except RegistroUnavailable:
                raise
            except Exception as defect:  # noqa: BLE001  # a defect of ours ends in a person's hands, never in silence
                log_defect(_log, defect)
                if is_failure_of_database(defect):
                    raise RegistroUnavailable from None
                constancia.close(_defective(referencia, type(defect).__name__))
                self._avisador.wake()
                self._aside(puesto, Oficina.record_nothing, "la grabación sigue en el disco")
                return
            self._avance.settle()
            constancia.close(resultado)
            self._anunciador.wake()
            clase = resultado.error.clase if resultado.error else ""
            _log.info("corrida terminada", extra={"estado": resultado.estado.value, "clase": clase})
            self._aside(puesto, Oficina.record_nothing, "la grabación sigue en el disco")
            self._change_worn_page(puesto)
            if resultado.estado is Estado.RADICADA:
                self._get_ready(puesto, trabajo.procedimiento)
            elif resultado.estado is Estado.POR_VERIFICAR:
                self._avisador.wake()

    def _change_worn_page(self, puesto: Puesto) -> None:
        if self._sigue and not self._shift.stopping.is_set():
            usuario = puesto.usuario
            self._aside(puesto, lambda oficina: oficina.change_worn_page(usuario), "página gastada sin cambiar")

    def _get_ready(self, puesto: Puesto, procedimiento: Procedimiento) -> None:
        """While nobody waits: the form of the user's next solicitud, as one like the last begins.

        Before the run ends, so that no other worker is at work for the same user.
        """
        if not self._sigue or self._shift.stopping.is_set() or self._puestos.wanted:
            return
        usuario = puesto.usuario
        self._aside(puesto, lambda oficina: oficina.get_ready(usuario, procedimiento), "formulario siguiente sin abrir")

    def _aside(self, puesto: Puesto, work: Callable[[Oficina], None], undone: str) -> None:
        """Do what a solicitud that has ended does not depend on."""
        try:
            puesto.run(work, self._motor.plazo_etapa_segundos)
        except PuestoColgado:
            raise ProcesoPerdido from None
        except RobotError as hindered:
            _log.info(undone, extra={"clase": type(hindered).__name__})
        except Exception as defect:  # noqa: BLE001  # the next one begins without it
            log_defect(_log, defect)

    def _work(self, referencia: Referencia, corrida: int, procedimiento: Procedimiento) -> Trabajo:
        solicitud = self._ventanilla.registro.solicitud(referencia)
        if solicitud is None:
            raise LookupError("what was asked for is gone")
        first = corrida == 1 and solicitud.clave_idempotencia is None
        return Trabajo.of(procedimiento, solicitud, referencia, primer_intento=first)

    def _radicar(self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia) -> Resultado:
        """Each part is done on the thread that owns the browser, as a step of the engine or with others as one.

        The engine records what a step raises, too, as its outcome; what is none is no `Exception`, and is not recorded.
        """

        def do(llamada: Llamada[Any]) -> Desenlace[Any]:
            begun = time.monotonic()
            desenlace = self._part(puesto, trabajo, constancia, llamada)
            self._ventanilla.ajustes.propose(desenlace.propuestas)
            clase = desenlace.falla["clase"] if desenlace.falla is not None else ""
            took = round((time.monotonic() - begun) * 1000)
            _log.info("parte terminada", extra={"etapa": llamada.etapa.value, "ms": took, "clase": clase})
            return desenlace

        kept = KeptParts(do, self._shift)
        impresora = self._settings.impresion.impresora
        return Radicacion(trabajo, kept.part, tramo=kept.together, impresora=impresora).run()

    def _part(self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia, llamada: Llamada[T]) -> Desenlace[T]:
        self._shift.require_open()

        def note(paso: Paso, ms: int | None) -> None:
            self._avance.note(constancia.pasos, paso, ms)

        try:
            return puesto.run(
                lambda oficina: run_part(oficina, trabajo, constancia, llamada, note),
                self._motor.plazo_etapa_segundos + self._waits_for_people(llamada.etapa),
            )
        except RobotError as error:
            return Desenlace[T](falla=error.redacted(trabajo.secretos).as_data())
        except PuestoColgado:
            raise ProcesoPerdido from None
        except Exception as defect:  # noqa: BLE001  # its words may quote personal data, so they do not leave
            log_defect(_log, defect)
            return Desenlace[T](falla=ImprevistoError(f"{type(defect).__name__}.").as_data())

    def _waits_for_people(self, etapa: Etapa) -> float:
        return self._settings.web.revision_minutos * 60 if etapa is Etapa.REVISION else 0.0


def _defective(referencia: Referencia, kind: str) -> Resultado:
    """How a solicitud ends that a defect of ours has stopped."""
    error = FallaInformada.of(ImprevistoError(f"{kind}."))
    return Resultado(referencia=referencia, estado=Estado.POR_VERIFICAR, error=error)
