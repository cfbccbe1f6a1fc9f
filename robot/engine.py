"""The engine: a worker that takes solicitudes from the queue and carries each through, whatever happens to its process.

dbos keeps the queue and the outcome of every part; the record (`robot.record.solicitudes`) keeps what the parts must not do
twice. A part that was interrupted is done again, by this worker after a restart or by another one that relieves it.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self, TypeVar

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from robot.errors import ConfigurationError, MotorOcupado, RegistroUnavailable
from robot.flows.evidencia import drop_old
from robot.flows.oficina import Oficina
from robot.host.private import TEMPORALES, TemporaryFolders, settle
from robot.intake import Ventanilla
from robot.log import log_defect
from robot.lotes.recepcion import Lotes
from robot.models import ZONA_HORARIA
from robot.paper import Seguidor
from robot.purging import purge
from robot.queueing.names import APLICACION, VERSION_DEL_FLUJO
from robot.record.database import database_url, executor_name
from robot.settings import PREFIX, MotorSettings
from robot.worker.anuncios import Anunciador
from robot.worker.dispatch import Reparto
from robot.worker.filing import Corridas
from robot.worker.lease import FileLease, Lease, PostgresLease
from robot.worker.progress import ProgressWriter
from robot.worker.receptions import RondasDeRecepcion
from robot.worker.relief import Relevo, is_at_work
from robot.worker.rounds import Rondas
from robot.worker.schedules import keep_schedule
from robot.worker.seats import Puesto, Puestos
from robot.worker.shift import Shift
from robot.worker.telling import Avisador
from robot.worker.traslados import Mudanzas

_PURGA = "purga"
_PURGE_CRON = "30 3 * * *"
_AFTER_LAUNCH_SECONDS = 10.0
_ENGINE_CONNECTIONS = 4
"""Beside one for each run: for the queue, schedules, relief."""
_LISTENER_SECONDS = 0.1
"""The engine's listener for messages, of which there are none here, sleeps so long at a time; stopping waits for it."""
_LOCK_ATTEMPTS = 5
_LOCK_PAUSE_SECONDS = 0.3
_HOUSEKEEPING_SECONDS = 60.0
_PACE_SECONDS = 12.0

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
        self._enseguida = enseguida
        self._settings = ventanilla.settings
        self._motor = ventanilla.settings.motor
        self.ejecutor = executor_name(self._motor)
        self._lease = self._lease_of_worker()
        self._puestos = puestos or Puestos(Puesto(self._oficina) for _ in range(self._motor.concurrencia))
        self._shift = Shift()
        self.averia = self._shift.averia
        """Set when this process cannot go on and must be started anew."""
        self._reparto = Reparto(self.ejecutor, self._lease, lambda: self._shift.at_work, ventanilla.is_beyond)
        self._relevo = Relevo(self.ejecutor, self._lease)
        self._life = threading.Thread(target=self._stay_alive, name="vida", daemon=True)
        self._rounds = threading.Thread(target=self._make_rounds, name="ronda", daemon=True)
        on_defect = partial(log_defect, _log)
        self._avance = ProgressWriter(on_defect)
        self._avisador = Avisador(ventanilla.registro, self._settings.avisos, on_defect)
        self._anunciador = Anunciador(ventanilla, self._shift, on_defect)
        self._papel = Seguidor(ventanilla.papel)
        self._lotes = Lotes(ventanilla)
        self._corridas = Corridas(
            ventanilla,
            self._puestos,
            self._shift,
            ejecutor=self.ejecutor,
            sigue=sigue,
            avance=self._avance,
            avisador=self._avisador,
            anunciador=self._anunciador,
        )
        self._rondas = Rondas(ventanilla, self._puestos, self._shift)
        self._mudanzas = Mudanzas(ventanilla, self._shift)
        self._recepciones = RondasDeRecepcion(ventanilla, self._shift)

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
        return any(take() or self._shift.stopping.wait(_LOCK_PAUSE_SECONDS) for _ in range(_LOCK_ATTEMPTS))

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
        self._corridas.register()
        purge = DBOS.workflow(name=_PURGA)(self._purga())
        self._rondas.register()
        self._mudanzas.register()
        self._anunciador.register()
        self._recepciones.register()
        settle(self._settings.datos)
        self._ventanilla.queue.register()
        DBOS.launch()
        self._ventanilla.queue.expect(_AFTER_LAUNCH_SECONDS)
        keep_schedule(_PURGA, _PURGE_CRON, purge)
        today = dt.datetime.now(ZONA_HORARIA)
        with SetWorkflowID(f"{_PURGA}-{today:%Y-%m-%d}"):
            DBOS.start_workflow(purge, today, None)
        self._rondas.start()
        self._recepciones.start()
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
        if self._shift.stopping.is_set():
            return not self._shift.at_work
        ended = self._shift.end(plazo_segundos)
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
        return _elsewhere(lambda: self._relevo.relieve(ejecutor))

    def _purga(self) -> Callable[[dt.datetime, Any], None]:
        def purga(cuando: dt.datetime, contexto: Any) -> None:  # noqa: ANN401  # as dbos declares a schedule
            del cuando, contexto
            dias = self._settings.retencion.dias
            DBOS.run_step({"name": _PURGA}, lambda: len(purge(self._ventanilla, dias=dias, quien=self.ejecutor)))

        return purga

    def _stay_alive(self) -> None:
        """Keep the lock of this worker, whatever else the database is slow to answer."""
        lost = False
        while not self._shift.stopping.wait(self._motor.relevo_segundos / 4):
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
        while not self._shift.stopping.wait(self._motor.relevo_segundos / 4):
            try:
                self._ventanilla.registro.beat(self.ejecutor)
                if time.monotonic() - last_pace > _PACE_SECONDS:
                    last_pace = time.monotonic()
                    self._ventanilla.settle_pace()
                self._relevo.relieve_the_dead()
                self._reparto.set_aside_unknown()
                self._reparto.take_back_known()
                if time.monotonic() - last_housekeeping > _HOUSEKEEPING_SECONDS:
                    last_housekeeping = time.monotonic()
                    self._reparto.restart_idle()
                    for kind in (self._corridas, self._rondas, self._mudanzas, self._recepciones):
                        kind.rescue_the_stuck(is_at_work)
                    self._rondas.catch_up()
                    self._recepciones.catch_up()
                    self._ventanilla.registro.fill_index()
                    TemporaryFolders(self._settings.datos / TEMPORALES).sweep()
                    drop_old(self._settings.datos, self._settings.retencion.dias, dt.datetime.now(ZONA_HORARIA))
                self._lotes.go_on()
            except Exception as defect:  # noqa: BLE001  # the next round tries again; the work itself goes on
                log_defect(_log, defect)


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


def _elsewhere(work: Callable[[], Hecho]) -> Hecho:
    """Do `work` on a thread of its own: dbos refuses a thread with an event loop, which a web server or Playwright runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
