"""The rounds that a worker makes beside the solicitudes: conciliaciones, verifications of the screens, accepted repairs.

Each is a run of the engine in the partition of its Serviweb user, like a solicitud: never two at once with one user, on
whatever machine, and after an interruption it goes on with the part that it was at.
"""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dbos import DBOS

from robot.conciliacion.findings import Accion, Hallazgo, Tipo
from robot.conciliacion.report import EstadoReparacion
from robot.conciliacion.runs import Conciliacion, ProcedimientoHallado
from robot.errors import ConfigurationError, ProcesoPerdido, RegistroUnavailable, RobotError
from robot.flows.conciliar import AgendaDeProcedimientos, compare, repair_row
from robot.flows.constancia import Resolucion
from robot.flows.lector import Lector, together
from robot.flows.oficina import Oficina
from robot.flows.verificacion import verify
from robot.informes import as_html, estilo
from robot.intake import Ventanilla
from robot.log import log_defect
from robot.models import Asesor
from robot.queueing.names import CONCILIAR, REPARAR, VERIFICAR
from robot.record.answered import Respuestas
from robot.record.overview import Panorama
from robot.record.reconciliations import Conciliaciones
from robot.referencia import Referencia
from robot.settings import Settings
from robot.sheets import Programacion
from robot.worker import notify
from robot.worker.pace import Ritmo
from robot.worker.schedules import SCHEDULED, as_function, keep_schedule, last_due
from robot.worker.seats import PuestoColgado, Puestos
from robot.worker.shift import Shift

_PART_SECONDS = 3600.0
_CONCILIACION = "conciliacion"
_VERIFICACION = "verificacion"
_BY_ITSELF = "conciliación"
_LOOKED_AT = 50

_log = logging.getLogger(__name__)


class RondaFallida(Exception):
    """A round cannot go on; its words are for people."""


class Rondas:
    """Registers and does them, within a worker.

    Args:
        shift: what that worker is at.
    """

    def __init__(
        self,
        ventanilla: Ventanilla,
        puestos: Puestos,
        shift: Shift,
    ) -> None:
        self._ventanilla = ventanilla
        self._settings: Settings = ventanilla.settings
        self._record: Conciliaciones = ventanilla.conciliaciones
        self._puestos = puestos
        self._shift = shift
        self._scheduled: dict[str, tuple[str, Callable[[dt.datetime, Any], None]]] = {}

    def register(self) -> None:
        """Before the engine is launched."""
        DBOS.workflow(name=CONCILIAR)(as_function(self._conciliar))
        DBOS.workflow(name=VERIFICAR)(as_function(self._verificar))
        DBOS.workflow(name=REPARAR)(as_function(self._reparar))
        for name, cron, due in (
            (_CONCILIACION, self._settings.conciliacion.horario, self._conciliacion_due),
            (_VERIFICACION, self._settings.verificacion.horario, self._verificacion_due),
        ):
            self._scheduled[name] = (cron, DBOS.workflow(name=f"{name} programada")(as_function(due)))

    def start(self) -> None:
        """Once the engine is launched: what is done by itself, and what was missed while no worker was there."""
        for name, (cron, due) in self._scheduled.items():
            keep_schedule(name, cron, due)
        self.catch_up()

    def catch_up(self) -> None:
        """Ask for what was due last and has not been asked for, whatever the clock did since and whether the engine noticed."""
        for cron, ask in (
            (self._settings.conciliacion.horario, self._ask_conciliacion),
            (self._settings.verificacion.horario, self._ask_verificacion),
        ):
            if cron:
                ask(last_due(cron))

    def rescue_the_stuck(self, is_at_work: Callable[[str], bool]) -> None:
        """A round that the engine has given up has failed.

        Args:
            is_at_work: whether the engine still has the run of this name to do.
        """
        for one in self._record.newest(_LOOKED_AT):
            if not one.estado.terminado and not is_at_work(one.identidad):
                self._record.end(one.identidad, falla="El motor no siguió con ella. Pídala de nuevo.")

    def _conciliacion_due(self, cuando: dt.datetime, contexto: Any) -> None:  # noqa: ANN401  # as dbos declares a schedule
        del cuando, contexto
        self._ask_conciliacion(last_due(self._settings.conciliacion.horario))

    def _verificacion_due(self, cuando: dt.datetime, contexto: Any) -> None:  # noqa: ANN401  # as dbos declares a schedule
        del cuando, contexto
        self._ask_verificacion(last_due(self._settings.verificacion.horario))

    def _ask_conciliacion(self, cuando: dt.datetime) -> None:
        """One for each time that it is due, whoever notices first and however late.

        The time is what the clock says was due last, never the tick that the engine tells: where the clock has jumped, that is
        one of many in between, or has not come yet.
        """
        identidad = f"C-{cuando:%Y%m%d-%H%M%S}"
        self._ventanilla.rondas.conciliar(
            identidad=identidad, reparar=self._settings.conciliacion.reparar, quien=SCHEDULED
        )

    def _ask_verificacion(self, cuando: dt.datetime) -> None:
        self._ventanilla.rondas.verificar(identidad=f"V-{cuando:%Y%m%d-%H%M%S}")

    def _conciliar(self, identidad: str) -> None:
        with self._shift.run():
            pedida = self._record.begin(identidad)
            if pedida is None:
                return
            falla = ""
            try:
                self._do_conciliacion(pedida)
            except ConfigurationError as incomplete:
                falla = incomplete.texto
            except RondaFallida as failed:
                falla = str(failed)
            self._record.end(identidad, falla=falla)
            if pedida.quien == SCHEDULED:
                try:
                    self._step("aviso", lambda: self._tell_conciliacion(identidad))
                except RondaFallida as silent:
                    self._record.advance(identidad, f"No se pudo avisar: {silent}", 0, 0)

    def _do_conciliacion(self, pedida: Conciliacion) -> None:
        identidad = pedida.identidad
        asesor = self._ventanilla.rondas.conciliador()
        back = dt.timedelta(days=self._settings.conciliacion.dias_antes)

        def divide(oficina: Oficina) -> None:
            self._record.advance(identidad, "Abriendo la consulta de Serviweb", 0, 1)
            lector = self._lector(oficina, asesor)
            self._record.keep_parts(identidad, lector.parts(pedida.desde - back, pedida.hasta))

        self._at_a_puesto("partes", asesor, divide)
        partes = self._record.parts(identidad) or []
        total = len(partes) + 2
        pages = 0
        for at, parte in enumerate(partes, start=1):
            most = max(1, self._settings.conciliacion.paginas - pages)

            def read(oficina: Oficina, parte: Any = parte, at: int = at, most: int = most) -> None:  # noqa: ANN401
                self._record.advance(identidad, f"Leyendo la consulta desde el {parte.desde:%d/%m/%Y}", at, total)
                self._record.keep_reading(
                    identidad, parte.nombre, self._lector(oficina, asesor).read(parte, paginas=most)
                )

            self._at_a_puesto(f"consulta {parte.nombre}", asesor, read)
            kept = self._record.reading(identidad, parte.nombre)
            pages += kept.paginas if kept else 0

        def match(oficina: Oficina) -> None:
            self._record.advance(identidad, "Comparando con Programación y con el robot", total - 1, total)
            read = [one for parte in partes if (one := self._record.reading(identidad, parte.nombre)) is not None]
            tramites = together(read)
            answered = [one.radicado for one in tramites.tramites if one.respondido]
            Respuestas(self._ventanilla.registro).mark_all(answered, quien=_BY_ITSELF)
            known = self._ventanilla.procedimientos()
            informe = compare(
                self._settings,
                tramites,
                self._agendas(),
                [one for one in known if not one.lleva_cita],
                Panorama(self._ventanilla.registro).for_conciliacion,
                self._lector(oficina, asesor),
                desde=pedida.desde,
                hasta=pedida.hasta,
            )
            self._record.keep_report(identidad, informe)
            for moved in informe.hallazgos:
                if moved.tipo is Tipo.CITA_MOVIDA:
                    self._ventanilla.follow_cita(Referencia(moved.solicitudes[0].referencia), quien=_BY_ITSELF)

        self._at_a_puesto("cotejo", asesor, match)
        if pedida.reparar:
            self._step("reparaciones", lambda: self._repair_all(identidad, total))

    def _repair_all(self, identidad: str, total: int) -> None:
        informe = self._record.report(identidad)
        agendas = self._agendas()
        made = self._record.repairs(identidad)
        for hallazgo in informe.hallazgos if informe else ():
            if hallazgo.sola and hallazgo.clave not in made:
                self._record.advance(identidad, "Reparando lo que es seguro", total, total)
                self._repair(identidad, hallazgo, agendas, quien=_BY_ITSELF)

    def _repair(
        self, identidad: str, hallazgo: Hallazgo, agendas: Sequence[AgendaDeProcedimientos], *, quien: str
    ) -> None:
        """One repair; whatever keeps the robot from it is noted beside the finding."""
        self._shift.require_open()
        estado, detalle = EstadoReparacion.HECHA, ""
        try:
            if hallazgo.reparacion in {Accion.DECIDIR_RADICADA, Accion.DECIDIR_NO_GUARDADA}:
                self._decide(identidad, hallazgo, quien)
            else:
                repair_row(agendas, hallazgo)
        except RobotError as hindered:
            estado, detalle = EstadoReparacion.IMPOSIBLE, hindered.texto
        self._record.note_repair(identidad, hallazgo.clave, estado, quien=quien, detalle=detalle)

    def _decide(self, identidad: str, hallazgo: Hallazgo, quien: str) -> None:
        """What was found of a solicitud in doubt; nothing where an interrupted attempt of this has told it already."""
        own = Referencia(hallazgo.solicitudes[0].referencia)
        motivo = f"Conciliación {identidad}."
        if not any(motivo in suceso.detalle for suceso in self._ventanilla.registro.historia(own)):
            radicado = hallazgo.tramites[0].radicado if hallazgo.tramites else None
            self._ventanilla.resolve(own, Resolucion(radicado), quien=quien, motivo=motivo)

    def _reparar(self, identidad: str, clave: str) -> None:
        """A repair that a person has accepted."""

        def repair() -> None:
            asked = self._record.repairs(identidad).get(clave)
            informe = self._record.report(identidad)
            found = next((one for one in informe.hallazgos if one.clave == clave), None) if informe else None
            if asked is not None and found is not None and asked.estado is EstadoReparacion.PEDIDA:
                self._repair(identidad, found, self._agendas(), quien=asked.quien)
                self._record.count_again(identidad)

        with self._shift.run():
            self._step("reparación", repair)

    def _verificar(self, identidad: str) -> None:
        with self._shift.run():
            if not self._record.begin_verification(identidad):
                return
            settings = self._settings.verificacion
            asesor = self._ventanilla.rondas.conciliador(settings.asesor)

            def look(oficina: Oficina) -> None:
                done = verify(
                    oficina, asesor, suscriptor=settings.suscriptor, cedula=settings.cedula.get_secret_value()
                )
                oficina.sesion(asesor).renew()
                self._ventanilla.ajustes.propose(done.propuestas, vistas=done.nombradas)
                self._record.end_verification(
                    identidad,
                    puede_trabajar=done.puede_trabajar,
                    impedimentos="" if done.puede_trabajar else done.impedimentos,
                    informe=as_html("verificacion.html", v=done, estilo=estilo()),
                    procedimientos=[
                        ProcedimientoHallado(one.codigo, one.version, one.nombre, one.faltan)
                        for one in done.procedimientos
                    ],
                )

            try:
                self._at_a_puesto("pantallas", asesor, look)
            except RondaFallida as failed:
                self._record.end_verification(identidad, puede_trabajar=None, impedimentos=str(failed))
            with contextlib.suppress(RondaFallida):  # the log has it, and the form shows what was to be told
                self._step("aviso", self._tell_verificacion)

    def _tell_conciliacion(self, identidad: str) -> None:
        done = self._record.get(identidad)
        if done.falla or done.pendientes or done.cuentas.get("reparados"):
            informe = self._record.report(identidad)
            notify.send(self._settings.avisos, notify.about_conciliacion(done, informe, self._settings.avisos.enlace))

    def _tell_verificacion(self) -> None:
        done = self._record.last_verification()
        if done is not None and not done.puede_trabajar:
            notify.send(self._settings.avisos, notify.about_verificacion(done, self._settings.avisos.enlace))

    def _agendas(self) -> list[AgendaDeProcedimientos]:
        """Of its own, so that its calls to Google keep to their share."""
        ritmo = Ritmo(self._settings.conciliacion.llamadas_por_minuto, self._shift.stopping)
        return [
            AgendaDeProcedimientos(Programacion(donde, self._settings.google, ritmo=ritmo), procedimientos)
            for donde, procedimientos in self._settings.agendas(self._ventanilla.procedimientos())
        ]

    def _lector(self, oficina: Oficina, asesor: Asesor) -> Lector:
        return Lector(oficina.sesion(asesor), oficina.perfil, self._ventanilla.procedimientos())

    def _at_a_puesto(self, name: str, asesor: Asesor, work: Callable[[Oficina], None]) -> None:
        def up_to_date(oficina: Oficina) -> None:
            oficina.keep_up()
            work(oficina)

        with self._puestos.taken(asesor.usuario) as puesto:
            self._step(name, lambda: puesto.run(up_to_date, _PART_SECONDS))

    def _step(self, name: str, work: Callable[[], None]) -> None:
        """A part that is not done again once it is done.

        Raises:
            RondaFallida: an error of ours, or a defect.
        """

        def part() -> str:
            self._shift.require_open()
            with told_failure() as failure:
                work()
            return failure[0]

        if failed := DBOS.run_step({"name": name}, part):
            raise RondaFallida(failed)


@contextmanager
def told_failure() -> Iterator[list[str]]:
    """What kept the block from its end, for people; blank where nothing did. A defect's own words may quote personal data."""
    failure = [""]
    try:
        yield failure
    except (PuestoColgado, RegistroUnavailable):
        raise ProcesoPerdido from None
    except RobotError as error:
        _log.warning("ronda fallida", extra={"clase": type(error).__name__})
        failure[0] = error.texto
    except Exception as defect:  # noqa: BLE001  # told as a failure of the round, and where it happened in the log
        log_defect(_log, defect)
        failure[0] = f"Ocurrió un error del robot ({type(defect).__name__})."
