"""The engine: a worker that takes solicitudes from the queue and carries each through, whatever happens to its process.

dbos keeps the queue and the outcome of every part; the record (`robot.record.solicitudes`) keeps what the parts must not do
twice. A part that was interrupted is done again, by this worker after a restart or by another one that relieves it.
"""

import datetime as dt
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self, TypeVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from robot.errors import (
    ConfigurationError,
    EjecucionAbandonada,
    ImprevistoError,
    MotorOcupado,
    ProcedimientoIlegible,
    ProcesoPerdido,
    RegistroUnavailable,
    RobotError,
)
from robot.flows.constancia import Constancia, Etapa
from robot.flows.evidencia import drop_old
from robot.flows.oficina import Oficina
from robot.flows.partes import Corredor, Desenlace, Llamada, T
from robot.flows.radicacion import Radicacion
from robot.flows.una_parte import run_part
from robot.flows.visita import Trabajo
from robot.host.private import TEMPORALES, TemporaryFolders, settle
from robot.intake import ANUNCIOS, APLICACION, COLA, DE_SOLICITUDES, VERSION_DEL_FLUJO, Ventanilla, run_id
from robot.log import about
from robot.lotes.recepcion import Lotes
from robot.models import ZONA_HORARIA, Estado, FallaInformada, Resultado
from robot.paper import Seguidor
from robot.procedure import Paso
from robot.procedure.definition import Procedimiento
from robot.record.database import database_url, executor_name, is_failure_of_database
from robot.record.execution import ConstanciaDurable
from robot.referencia import Referencia
from robot.settings import PREFIX, MotorSettings
from robot.worker.anuncios import Anunciador
from robot.worker.dispatch import Reparto
from robot.worker.lease import FileLease, Lease, PostgresLease
from robot.worker.progress import ProgressWriter
from robot.worker.receptions import Recibos
from robot.worker.rounds import Rondas
from robot.worker.seats import Puesto, PuestoColgado, Puestos
from robot.worker.telling import Avisador
from robot.worker.traslados import Mudanzas

_PURGA = "purga"
_PURGE_CRON = "30 3 * * *"
_AFTER_LAUNCH_SECONDS = 10.0
_RECOVERIES = 50
_ENGINE_CONNECTIONS = 4
"""Beside one for each run: for the queue, schedules, relief."""
_LISTENER_SECONDS = 0.1
"""The engine's listener for messages, of which there are none here, sleeps so long at a time; stopping waits for it."""
_LOCK_ATTEMPTS = 5
_LOCK_PAUSE_SECONDS = 0.3
_HOUSEKEEPING_SECONDS = 60.0
_PACE_SECONDS = 12.0
_FOR_EXECUTION = {"ENQUEUED", "PENDING", "DELAYED"}

_log = logging.getLogger(__name__)

Hecho = TypeVar("Hecho")


class Motor:
    """Runs the queued solicitudes on this machine; `with` starts and stops it.

    A process has one, and the world has one under its executor id.

    Args:
        sigue: it goes on after what is queued now, so that it gets ready for what comes next.
        enseguida: something is queued that needs a browser, so that one starts while the engine does.
        puestos: where it works; as many as the settings say, each with a browser of its own, if nothing.

    Stopping lets the part that is being done end; what remains of the run goes on at the next start.

    Raises (on entering):
        MotorOcupado: another live process works under this executor id.
        RegistroUnavailable, ConfigurationError.
    """

    def __init__(
        self, ventanilla: Ventanilla, *, sigue: bool = True, enseguida: bool = False, puestos: Puestos | None = None
    ) -> None:
        self._ventanilla = ventanilla
        self._sigue = sigue
        self._enseguida = enseguida
        self._settings = ventanilla.settings
        self._motor = ventanilla.settings.motor
        self.ejecutor = executor_name(self._motor)
        self._lease = self._lease_of_worker()
        self._puestos = puestos or Puestos(Puesto(self._oficina) for _ in range(self._motor.concurrencia))
        self._stopping = threading.Event()
        self._idle = threading.Condition()
        self._active: list[str] = []
        self._reparto = Reparto(self.ejecutor, self._lease, self._active.copy, ventanilla.is_beyond)
        self._life = threading.Thread(target=self._stay_alive, name="vida", daemon=True)
        self._rounds = threading.Thread(target=self._make_rounds, name="ronda", daemon=True)
        self._avance = ProgressWriter(_log_without_words)
        self._avisador = Avisador(ventanilla.registro, self._settings.avisos, _log_without_words)
        self.averia = threading.Event()
        """Set when this process cannot go on and must be started anew; what it was doing will be taken up again."""
        self._papel = Seguidor(ventanilla.papel)
        self._lotes = Lotes(ventanilla)
        self._rondas = Rondas(ventanilla, self._puestos, self._working, self._stopping, self.averia)
        self._mudanzas = Mudanzas(ventanilla, self._working, self._stopping, self.averia)
        self._anunciador = Anunciador(ventanilla, self._working, self.averia, _log_without_words)
        self._recibos = Recibos(ventanilla, self._working, self._stopping, self.averia)

    def _oficina(self) -> Oficina:
        return Oficina(self._settings, ajustes=self._ventanilla.ajustes.in_force)

    def _lease_of_worker(self) -> Lease:
        url = database_url(self._settings)
        if url.get_backend_name() == "postgresql":
            return PostgresLease(self._ventanilla.base, self.ejecutor, self._motor.relevo_segundos)
        return FileLease(self._settings.datos, self.ejecutor)

    def __enter__(self) -> Self:
        if not self._held(self._lease.acquire):
            raise MotorOcupado(f"Ejecutor «{self.ejecutor}».")
        if self._enseguida:
            self._puestos.warm_up()
        try:
            _elsewhere(self._launch)
        except BaseException:
            self._lease.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _held(self, take: Callable[[], bool]) -> bool:
        """Whether the lock of this worker can be had; who relieves it holds it for a moment only."""
        return any(take() or self._stopping.wait(_LOCK_PAUSE_SECONDS) for _ in range(_LOCK_ATTEMPTS))

    def _launch(self) -> None:
        config: DBOSConfig = {
            "name": APLICACION,
            "system_database_url": database_url(self._settings).render_as_string(hide_password=False),
            "executor_id": self.ejecutor,
            "application_version": VERSION_DEL_FLUJO,
            "serializer": DBOSPortableJSONSerializer(),
            "notification_listener_polling_interval_sec": _LISTENER_SECONDS,
            "sys_db_pool_size": self._motor.concurrencia + _ENGINE_CONNECTIONS,
            "db_engine_kwargs": {"hide_parameters": True},
            "console_log_level": "CRITICAL",
            **_telemetry(self._motor),
        }
        DBOS(config=config)
        for nombre in sorted(DE_SOLICITUDES):
            DBOS.workflow(name=nombre, max_recovery_attempts=_RECOVERIES)(self._flujo())
        purge = DBOS.workflow(name=_PURGA)(self._purga())
        self._rondas.register()
        self._mudanzas.register()
        self._anunciador.register()
        self._recibos.register()
        settle(self._settings.datos)
        self._ventanilla.register_queue()
        DBOS.launch()
        self._ventanilla.expect(_AFTER_LAUNCH_SECONDS)
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": _PURGA,
                    "workflow_fn": purge,
                    "schedule": _PURGE_CRON,
                    "context": None,
                    "cron_timezone": str(ZONA_HORARIA),
                }
            ]
        )
        today = dt.datetime.now(ZONA_HORARIA)
        with SetWorkflowID(f"{_PURGA}-{today:%Y-%m-%d}"):
            DBOS.start_workflow(purge, today, None)
        self._rondas.start()
        self._recibos.start()
        self._ventanilla.registro.beat(self.ejecutor)
        self._ventanilla.traslados.complete()
        self._avance.start()
        self._avisador.start()
        self._anunciador.start()
        self._life.start()
        self._rounds.start()
        self._papel.start()

    def stop(self, plazo_segundos: float = 60.0) -> bool:
        """Take no more work, let what is being done come to the end of its part; whether it did in time."""
        if self._stopping.is_set():
            return not self._active
        self._stopping.set()
        with self._idle:
            ended = self._idle.wait_for(lambda: not self._active, plazo_segundos)
        for thread in (self._life, self._rounds):
            if thread.is_alive():
                thread.join(timeout=10)
        self._papel.stop()
        if ended:
            self._puestos.close()
            self._avance.close()
            self._avisador.close()
            self._anunciador.close()
            _elsewhere(lambda: DBOS.destroy(destroy_registry=True))
            self._lease.release()
        return ended

    def relieve(self, ejecutor: str) -> int | None:
        """Take over the runs that another worker left; how many, or nothing where that worker is alive."""
        return _elsewhere(lambda: self._relieve(ejecutor))

    def _relieve(self, ejecutor: str) -> int | None:
        with self._lease.relieving(ejecutor) as dead:
            if not dead:
                return None
            left = {cola: _given_to(ejecutor, cola) for cola in (COLA, ANUNCIOS)}
            for cola, runs in left.items():
                if runs:
                    DBOS.resume_workflows(runs, queue_name=cola)
            return len(left[COLA])

    def _flujo(self) -> Callable[[str, int], None]:
        """The workflow of one run. Only the referencia goes through the engine; no personal data does."""

        def flujo(referencia: str, corrida: int) -> None:
            own = Referencia(referencia)
            with self._working(), about(referencia=own, corrida=corrida):
                registro = self._ventanilla.registro
                try:
                    procedimiento = registro.procedimiento(own)
                    constancia = registro.take(own, corrida=corrida, ejecutor=self.ejecutor)
                    if constancia is not None:
                        constancia.parando = self._stopping
                        self._carry(own, corrida, procedimiento, constancia)
                except ProcedimientoIlegible:
                    _log.error("no se entiende el procedimiento de la solicitud; la hará otro trabajador")
                    raise EjecucionAbandonada from None
                except (ProcesoPerdido, RegistroUnavailable):
                    self.averia.set()
                    raise EjecucionAbandonada from None

        return flujo

    def _purga(self) -> Callable[[dt.datetime, Any], None]:
        def purga(cuando: dt.datetime, contexto: Any) -> None:  # noqa: ANN401  # as dbos declares a schedule
            del cuando, contexto
            dias = self._settings.retencion.dias
            DBOS.run_step({"name": _PURGA}, lambda: len(self._ventanilla.purge(dias=dias, quien=self.ejecutor)))

        return purga

    def _carry(
        self, referencia: Referencia, corrida: int, procedimiento: Procedimiento, constancia: ConstanciaDurable
    ) -> None:
        with self._puestos.taken(self._ventanilla.registro.expediente(referencia).usuario) as puesto:
            try:
                trabajo = self._work(referencia, corrida, procedimiento)
                resultado = self._radicar(puesto, trabajo, constancia)
            except RegistroUnavailable:
                raise
            except Exception as defect:  # noqa: BLE001  # a defect of ours ends in a person's hands, never in silence
                _log_without_words(defect)
                if is_failure_of_database(defect):
                    raise RegistroUnavailable from None
                constancia.close(_defective(referencia, type(defect).__name__))
                self._avisador.wake()
                self._aside(puesto, Oficina.record_nothing, "la grabación sigue en el disco")
                return
            self._avance.settle()
            DBOS.run_step({"name": Etapa.CIERRE.value}, constancia.close, resultado)
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
        if self._sigue and not self._stopping.is_set():
            usuario = puesto.usuario
            self._aside(puesto, lambda oficina: oficina.change_worn_page(usuario), "página gastada sin cambiar")

    def _get_ready(self, puesto: Puesto, procedimiento: Procedimiento) -> None:
        """While nobody waits: the form of the user's next solicitud, as one like the last begins.

        Before the run ends, so that no other worker is at work for the same user.
        """
        if not self._sigue or self._stopping.is_set() or self._puestos.wanted:
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
            _log_without_words(defect)

    def _work(self, referencia: Referencia, corrida: int, procedimiento: Procedimiento) -> Trabajo:
        solicitud = self._ventanilla.registro.solicitud(referencia)
        if solicitud is None:
            raise LookupError("what was asked for is gone")
        first = corrida == 1 and solicitud.clave_idempotencia is None
        return Trabajo.of(procedimiento, solicitud, referencia, primer_intento=first)

    def _radicar(self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia) -> Resultado:
        impresora = self._settings.impresion.impresora
        return Radicacion(trabajo, self._durable(puesto, trabajo, constancia), impresora=impresora).run()

    def _durable(self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia) -> Corredor:
        """Each part is a step of the engine, done on the thread that owns the browser.

        The engine records what a step raises, too, as its outcome; what is none is no `Exception`, and is not recorded.
        """

        def run(llamada: Llamada[T]) -> Desenlace[T]:
            def part() -> str:
                begun = time.monotonic()
                desenlace = self._part(puesto, trabajo, constancia, llamada)
                self._ventanilla.ajustes.propose(desenlace.propuestas)
                clase = desenlace.falla["clase"] if desenlace.falla is not None else ""
                took = round((time.monotonic() - begun) * 1000)
                _log.info("parte terminada", extra={"etapa": llamada.etapa.value, "ms": took, "clase": clase})
                return desenlace.model_dump_json()

            kept = DBOS.run_step({"name": llamada.etapa.value}, part)
            tipo = llamada.tipo
            return Desenlace[tipo].model_validate_json(kept)  # type: ignore[valid-type]  # known at run time only

        return run

    def _part(self, puesto: Puesto, trabajo: Trabajo, constancia: Constancia, llamada: Llamada[T]) -> Desenlace[T]:
        if self._stopping.is_set():
            raise EjecucionAbandonada

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
            _log_without_words(defect)
            return Desenlace[T](falla=ImprevistoError(f"{type(defect).__name__}.").as_data())

    def _waits_for_people(self, etapa: Etapa) -> float:
        return self._settings.web.revision_minutos * 60 if etapa is Etapa.REVISION else 0.0

    @contextmanager
    def _working(self) -> Iterator[None]:
        run = str(DBOS.workflow_id)
        with self._idle:
            if self._stopping.is_set():
                raise EjecucionAbandonada
            self._active.append(run)
        try:
            yield
        finally:
            with self._idle:
                self._active.remove(run)
                self._idle.notify_all()

    def _stay_alive(self) -> None:
        """Keep the lock of this worker, whatever else the database is slow to answer."""
        lost = False
        while not self._stopping.wait(self._motor.relevo_segundos / 4):
            try:
                if not self._held(self._lease.renew):
                    self.averia.set()
                    return
                if lost:
                    _log.warning("la base de datos responde otra vez")
                lost = False
            except RegistroUnavailable as silence:
                if not lost:
                    _log.error("la base de datos no responde", extra={"clase": type(silence).__name__})
                lost = True

    def _make_rounds(self) -> None:
        """Tell that this worker is there, relieve those that are not, and see that nothing is stuck."""
        last_housekeeping = last_pace = 0.0
        while not self._stopping.wait(self._motor.relevo_segundos / 4):
            try:
                self._ventanilla.registro.beat(self.ejecutor)
                if time.monotonic() - last_pace > _PACE_SECONDS:
                    last_pace = time.monotonic()
                    self._ventanilla.settle_pace()
                self._relieve_the_dead()
                self._reparto.set_aside_unknown()
                self._reparto.take_back_known()
                if time.monotonic() - last_housekeeping > _HOUSEKEEPING_SECONDS:
                    last_housekeeping = time.monotonic()
                    self._reparto.restart_idle()
                    self._rescue_the_stuck()
                    self._rondas.catch_up()
                    self._recibos.catch_up()
                    self._ventanilla.registro.fill_index()
                    TemporaryFolders(self._settings.datos / TEMPORALES).sweep()
                    drop_old(self._settings.datos, self._settings.retencion.dias, dt.datetime.now(ZONA_HORARIA))
                self._lotes.go_on()
            except Exception as defect:  # noqa: BLE001  # the next round tries again; the work itself goes on
                _log_without_words(defect)

    def _relieve_the_dead(self) -> None:
        if not isinstance(self._lease, PostgresLease):
            return
        queues = [COLA, ANUNCIOS]
        running = DBOS.list_workflows(status="PENDING", queue_name=queues, load_input=False, load_output=False)
        for ejecutor in {one.executor_id for one in running} - {self.ejecutor, None}:
            if relieved := self.relieve(str(ejecutor)):
                _log.warning("relevo de un trabajador", extra={"ejecutor": ejecutor, "cuantas": relieved})

    def _rescue_the_stuck(self) -> None:
        """A run that the engine has given up is a person's to look at."""
        registro = self._ventanilla.registro
        for expediente in registro.expedientes([Estado.EN_COLA, Estado.EN_CURSO], limite=1000):
            if not _is_at_work(run_id(expediente.referencia, expediente.corrida)):
                stuck = _defective(expediente.referencia, "RuntimeError")
                if registro.give_up(expediente.referencia, expediente.corrida, stuck):
                    _log.error("el motor no siguió", extra={"referencia": str(expediente.referencia)})
        self._rondas.rescue_the_stuck(_is_at_work)
        self._mudanzas.rescue_the_stuck(_is_at_work)
        self._recibos.rescue_the_stuck(_is_at_work)


def _telemetry(motor: MotorSettings) -> DBOSConfig:
    """Where the engine sends its traces: names of parts, referencias, executors, times.

    Raises:
        ConfigurationError: what sends them is not installed.
    """
    if not motor.otlp:
        return {}
    if find_spec("opentelemetry.exporter") is None:
        raise ConfigurationError(
            "Para enviar trazas instale `serviweb-robot[otel]`, o déjelo vacío.", campo=PREFIX + "MOTOR__OTLP"
        )
    return {"enable_otlp": True, "otlp_traces_endpoints": [motor.otlp], "otel_attribute_format": "semconv"}


def _given_to(ejecutor: str, cola: str) -> list[str]:
    """The runs of a queue that an executor has to do."""
    found = DBOS.list_workflows(
        status="PENDING", executor_id=ejecutor, queue_name=cola, load_input=False, load_output=False
    )
    return [one.workflow_id for one in found]


def _is_at_work(run: str) -> bool:
    """Whether the engine has a run to do. That somebody does what was given out is seen to elsewhere: by `Reparto` in its own
    worker, by whoever relieves a dead one.
    """
    status = DBOS.get_workflow_status(run)
    return status is not None and status.status in _FOR_EXECUTION


def _elsewhere(work: Callable[[], Hecho]) -> Hecho:
    """Do `work` on a thread of its own: dbos refuses a thread with an event loop, which a web server or Playwright runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def _defective(referencia: Referencia, kind: str) -> Resultado:
    """How a solicitud ends that a defect of ours has stopped."""
    error = FallaInformada.of(ImprevistoError(f"{kind}."))
    return Resultado(referencia=referencia, estado=Estado.POR_VERIFICAR, error=error)


def _log_without_words(defect: BaseException) -> None:
    """Where it happened and what kind it was; never what it said."""
    _log.error("defecto %s\n%s", type(defect).__name__, "".join(traceback.format_tb(defect.__traceback__)))
