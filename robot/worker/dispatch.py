"""What the engine gave to a worker that does not do it goes on: elsewhere, aside, or from the beginning.

dbos lets a worker take any run of a queue. One whose workflow it does not know, or that fails before it begins, stays PENDING,
and every other run of that Serviweb user waits behind it, through restart and resume.
"""

import logging
from collections.abc import Callable, Collection

from dbos import DBOS
from dbos import WorkflowStatus as Corrida

from robot.queueing.names import APARTE, COLA, DE_SOLICITUDES, FLUJOS
from robot.worker.lease import Lease

_TAKING_BACK = "+aparte"
"""No executor has such a name; its lock belongs to whoever takes back what was set aside."""

_log = logging.getLogger(__name__)


class Reparto:
    """Looks after the runs that were given to one worker.

    Args:
        at_work: the runs that this process is doing.
        is_beyond: whether this version does not understand the procedure by which a run files.
    """

    def __init__(
        self,
        ejecutor: str,
        lease: Lease,
        at_work: Callable[[], Collection[str]],
        is_beyond: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._ejecutor = ejecutor
        self._lease = lease
        self._at_work = at_work
        self._is_beyond = is_beyond
        self._idle: set[str] = set()

    def set_aside_unknown(self) -> None:
        """Put what a worker of another version must do where nobody takes it, so that others need not wait behind it."""
        for run in self._given():
            if not self._is_known(run):
                DBOS.resume_workflows([run.workflow_id], queue_name=APARTE)
                _log.error(
                    "esta versión no conoce este trabajo; espera aparte a un trabajador que lo conozca",
                    extra={"ronda": run.workflow_id, "clase": run.name},
                )

    def take_back_known(self) -> None:
        """Queue again, in its old place, what a worker of another version has set aside. One worker at a time does."""
        with self._lease.relieving(_TAKING_BACK) as mine:
            aside = _list(status="ENQUEUED", queue_name=APARTE) if mine else []
            known = [run.workflow_id for run in aside if self._is_known(run)]
            if known:
                DBOS.resume_workflows(known, queue_name=COLA)
                _log.warning("trabajo de otra versión tomado otra vez", extra={"cuantas": len(known)})

    def restart_idle(self) -> None:
        """Queue again what was given to this worker and is not being done, neither now nor when this was asked last."""
        idle = {run.workflow_id for run in self._given() if self._is_known(run)} - set(self._at_work())
        again = sorted(idle & self._idle)
        self._idle = idle - self._idle
        if again:
            DBOS.resume_workflows(again, queue_name=COLA)
            _log.error("trabajo tomado que nadie hacía; vuelve a la cola", extra={"cuantas": len(again)})

    def _is_known(self, run: Corrida) -> bool:
        """Whether a worker of this version can do it; what is being done here is."""
        if run.name not in DE_SOLICITUDES or run.workflow_id in self._at_work():
            return run.name in FLUJOS
        return not self._is_beyond(run.workflow_id)

    def _given(self) -> list[Corrida]:
        return _list(status="PENDING", queue_name=COLA, executor_id=self._ejecutor)


def _list(*, status: str, queue_name: str, executor_id: str | None = None) -> list[Corrida]:
    return DBOS.list_workflows(
        status=status, queue_name=queue_name, executor_id=executor_id, load_input=False, load_output=False
    )
