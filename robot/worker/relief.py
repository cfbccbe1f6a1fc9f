"""A worker takes over the runs that another one left, and sees which runs the engine has given up."""

import logging

from dbos import DBOS

from robot.queueing.names import ANUNCIOS, COLA
from robot.worker.lease import Lease, PostgresLease

_FOR_EXECUTION = {"ENQUEUED", "PENDING", "DELAYED"}

_log = logging.getLogger(__name__)


class Relevo:
    """Relieves other workers.

    Args:
        ejecutor: the worker that does.
        lease: its lock, by which it is told who is alive.
    """

    def __init__(self, ejecutor: str, lease: Lease) -> None:
        self._ejecutor = ejecutor
        self._lease = lease

    def relieve(self, ejecutor: str) -> int | None:
        """Take over the runs that another worker left; how many, or nothing where that worker is alive."""
        with self._lease.relieving(ejecutor) as dead:
            if not dead:
                return None
            left = {cola: _given_to(ejecutor, cola) for cola in (COLA, ANUNCIOS)}
            for cola, runs in left.items():
                if runs:
                    DBOS.resume_workflows(runs, queue_name=cola)
            return len(left[COLA])

    def relieve_the_dead(self) -> None:
        """Take over what the workers left that give no sign of life; on one machine, what was left goes on at the next start."""
        if not isinstance(self._lease, PostgresLease):
            return
        queues = [COLA, ANUNCIOS]
        running = DBOS.list_workflows(status="PENDING", queue_name=queues, load_input=False, load_output=False)
        for ejecutor in {one.executor_id for one in running} - {self._ejecutor, None}:
            if relieved := self.relieve(str(ejecutor)):
                _log.warning("relevo de un trabajador", extra={"ejecutor": ejecutor, "cuantas": relieved})


def _given_to(ejecutor: str, cola: str) -> list[str]:
    """The runs of a queue that an executor has to do."""
    found = DBOS.list_workflows(
        status="PENDING", executor_id=ejecutor, queue_name=cola, load_input=False, load_output=False
    )
    return [one.workflow_id for one in found]


def is_at_work(run: str) -> bool:
    """Whether the engine has a run to do. That somebody does what was given out is seen to elsewhere: by `Reparto` in its own
    worker, by whoever relieves a dead one.
    """
    status = DBOS.get_workflow_status(run)
    return status is not None and status.status in _FOR_EXECUTION
