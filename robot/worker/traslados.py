"""Changes of a cita that a worker does beside solicitudes: runs of the engine that need no Serviweb and no browser.

Each part is a step of the engine (`robot.flows.traslado`). Where Google does not answer after a cupo may have been taken, the run
ends and another one is queued, until it does: nobody is left with two cupos or none.
"""

import datetime as dt
import logging
from collections.abc import Callable

from dbos import DBOS
from pydantic import JsonValue

from robot.errors import ImprevistoError, ProcesoPerdido, RegistroUnavailable, RobotError
from robot.flows.partes import Dato
from robot.flows.traslado import Cambio, D, Encargo, Traslado
from robot.intake import Ventanilla
from robot.log import about, log_defect
from robot.models import ZONA_HORARIA, Radicado
from robot.procedure.definition import Copia
from robot.queueing.names import TRASLADAR, move_run_id
from robot.record.accounts import Cuentas
from robot.record.moves import ConstanciaDeTraslado
from robot.referencia import Referencia
from robot.sheets import Programacion
from robot.worker.schedules import as_function
from robot.worker.shift import Shift

_RECOVERIES = 50
_STUCK = dt.timedelta(minutes=2)

_log = logging.getLogger(__name__)


class _Desenlace(Dato):
    """How a part ended: what it told, as JSON, or an error."""

    valor: str = ""
    falla: dict[str, JsonValue] | None = None


class Mudanzas:
    """Registers and does them, within a worker.

    Args:
        shift: what that worker is at.
    """

    def __init__(
        self,
        ventanilla: Ventanilla,
        shift: Shift,
    ) -> None:
        self._ventanilla = ventanilla
        self._record = ventanilla.traslados
        self._shift = shift

    def register(self) -> None:
        """Before the engine is launched."""
        DBOS.workflow(name=TRASLADAR, max_recovery_attempts=_RECOVERIES)(as_function(self._move))

    def rescue_the_stuck(self, is_at_work: Callable[[str], bool]) -> None:
        """Queue again what the engine has given up: every part is safe to do again.

        Args:
            is_at_work: whether the engine still has the run of this name to do.
        """
        before = dt.datetime.now(ZONA_HORARIA) - _STUCK
        for one in self._record.open_ones():
            if one.instante < before and not is_at_work(move_run_id(one.identidad, one.corrida)):
                detalle = "El motor no siguió con él."
                if self._record.take_up_again(one, encolar=self._ventanilla.queue.enqueue_move, detalle=detalle):
                    _log.error("el motor no siguió con un cambio de cita", extra={"referencia": str(one.referencia)})

    def _move(self, identidad: str, corrida: int) -> None:
        with self._shift.run():
            constancia = self._record.take(identidad, corrida=corrida)
            if constancia is not None:
                with about(referencia=constancia.pedido.referencia, corrida=corrida):
                    self._end(constancia)

    def _end(self, constancia: ConstanciaDeTraslado) -> None:
        try:
            cambio = self._carry(constancia)
        except RobotError as hindered:
            self._later(constancia, hindered)
            return
        DBOS.run_step({"name": "cierre"}, constancia.close, cambio)
        situacion = cambio.situacion.value if cambio.situacion is not None else ""
        _log.info("cambio de cita terminado", extra={"estado": situacion})

    def _carry(self, constancia: ConstanciaDeTraslado) -> Cambio:
        settings = self._ventanilla.settings
        procedimiento = self._ventanilla.registro.procedimiento(constancia.pedido.referencia)
        programacion = Programacion(settings.programacion_of(procedimiento), settings.google)
        encargo = self._encargo(constancia, procedimiento.copias)
        if encargo is None:
            return Cambio(motivo="Sus datos personales ya se eliminaron.")
        return Traslado(encargo, programacion, self._as_step).run()

    def _encargo(self, constancia: ConstanciaDeTraslado, copias: tuple[Copia, ...]) -> Encargo | None:
        """What is to be done, or None where what was asked for is gone."""
        pedido = constancia.pedido
        expediente = self._ventanilla.registro.expediente(pedido.referencia)
        solicitud = self._ventanilla.registro.solicitud(pedido.referencia)
        if solicitud is None or expediente.radicado is None:
            return None
        resultado = expediente.resultado
        return Encargo(
            identidad=pedido.identidad,
            clase=pedido.clase,
            referencia=Referencia(pedido.referencia),
            solicitud=solicitud,
            radicado=Radicado(numero=expediente.radicado),
            cita=expediente.cita,
            ruta=self._record.known_ruta(pedido.referencia) or solicitud.ruta or "",
            asesor=self._name_of(solicitud.asesor),
            fecha=pedido.fecha,
            hora=pedido.hora,
            documento=resultado.documento if resultado is not None else None,
            copias=copias,
            otra_vez=constancia.pedido.corrida > 1,
        )

    def _name_of(self, clave: str) -> str:
        """As it goes into Programación, also of an account that was opened in the browser, or is shut out by now."""
        known = self._ventanilla.settings.asesores.get(clave) or Cuentas(self._ventanilla.base).find(clave)
        return known.nombre if known is not None else clave

    def _later(self, constancia: ConstanciaDeTraslado, hindered: RobotError) -> None:
        _log.warning("cambio de cita por terminar", extra={"clase": type(hindered).__name__})
        self._record.take_up_again(
            constancia.pedido,
            encolar=self._ventanilla.queue.enqueue_move,
            detalle=hindered.mensaje,
            ficha=constancia.ficha,
        )

    def _as_step(self, nombre: str, tipo: type[D], hacer: Callable[[], D]) -> D:
        """A part that is not done again once it is done; an error of ours is its outcome."""

        def part() -> str:
            self._shift.require_open()
            try:
                return _Desenlace(valor=hacer().model_dump_json()).model_dump_json()
            except RegistroUnavailable:
                raise ProcesoPerdido from None
            except RobotError as error:
                return _Desenlace(falla=error.as_data()).model_dump_json()
            except Exception as defect:  # noqa: BLE001  # its words may quote personal data, so they do not leave
                log_defect(_log, defect)
                return _Desenlace(falla=ImprevistoError(f"{type(defect).__name__}.").as_data()).model_dump_json()

        kept = _Desenlace.model_validate_json(DBOS.run_step({"name": nombre}, part))
        if kept.falla is not None:
            raise RobotError.from_data(kept.falla)
        return tipo.model_validate_json(kept.valor)
