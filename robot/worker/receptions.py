"""Looking at sheets of requests and mailbox: runs of the engine that need no Serviweb, one at a time on all machines.

Each look is one step. Done again after an interruption it takes and answers nothing twice (`robot.receiving`).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from dbos import DBOS

from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA
from robot.queueing.names import RECIBIR
from robot.receiving.mail import fetch
from robot.receiving.sheet import MiradorDeHoja
from robot.recepcion.report import InformeDeRecepcion
from robot.worker.pace import Ritmo
from robot.worker.rounds import told_failure
from robot.worker.schedules import SCHEDULED, as_function, keep_schedule, last_due
from robot.worker.shift import Shift

_SCHEDULE = "recepción"
_ROUNDS_KEPT = dt.timedelta(days=1)


class RondasDeRecepcion:
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
        self._settings = ventanilla.settings.recibir
        self._record = ventanilla.recepciones
        self._shift = shift
        self._due: Callable[[dt.datetime, Any], None] | None = None

    @property
    def _cron(self) -> str:
        return self._settings.horario if self._settings.hay_algo else ""

    def register(self) -> None:
        """Before the engine is launched."""
        DBOS.workflow(name=RECIBIR)(as_function(self._receive))
        self._due = DBOS.workflow(name=f"{_SCHEDULE} programada")(as_function(self._is_due))

    def start(self) -> None:
        """Once the engine is launched."""
        if self._due is not None:
            keep_schedule(_SCHEDULE, self._cron, self._due)
        self.catch_up()

    def catch_up(self) -> None:
        """Ask for the look that was due last, unless it was asked for, or one waits that nobody has begun."""
        if self._cron and not self._record.is_waiting():
            self._ventanilla.rondas.recibir(identidad=f"H-{last_due(self._cron):%Y%m%d-%H%M%S}", quien=SCHEDULED)

    def rescue_the_stuck(self, is_at_work: Callable[[str], bool]) -> None:
        """A look that the engine has given up has failed; the next one sees the same.

        Args:
            is_at_work: whether the engine still has the run of this name to do.
        """
        for identidad in self._record.open_ones():
            if not is_at_work(identidad):
                self._record.end(identidad, InformeDeRecepcion(), falla="El motor no siguió con ella. Pídala de nuevo.")

    def _is_due(self, cuando: dt.datetime, contexto: Any) -> None:  # noqa: ANN401  # as dbos declares a schedule
        del cuando, contexto
        self.catch_up()

    def _receive(self, identidad: str) -> None:
        with self._shift.run():
            if self._record.begin(identidad):
                DBOS.run_step({"name": _SCHEDULE}, self._look_at_all, identidad)

    def _look_at_all(self, identidad: str) -> None:
        ritmo = Ritmo(self._settings.llamadas_por_minuto, self._shift.stopping)
        hojas, correo = [], None
        with told_failure() as failure:
            for hoja in self._settings.hojas:
                self._shift.require_open()
                hojas.append(MiradorDeHoja(self._ventanilla, hoja, ritmo).receive())
            if self._settings.correo.servidor:
                correo = fetch(self._ventanilla.correos, self._settings.correo, self._ventanilla.settings)
        self._record.end(identidad, InformeDeRecepcion(hojas=tuple(hojas), correo=correo), falla=failure[0])
        self._ventanilla.rondas.forget_looks(dt.datetime.now(ZONA_HORARIA) - _ROUNDS_KEPT)
