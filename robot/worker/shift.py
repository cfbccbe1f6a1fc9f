"""What one worker is at, and how it ends: every run of the engine in it goes by this."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOS

from robot.errors import EjecucionAbandonada, ProcesoPerdido, RegistroUnavailable


class Shift:
    """From the start of a worker to its end.

    Attributes:
        stopping: set when the worker ends; a part that is being done comes to its end, and no other one begins.
        averia: set when this process cannot go on and must be started anew; what it was doing will be taken up again.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.averia = threading.Event()
        self._idle = threading.Condition()
        self._active: list[str] = []

    @property
    def at_work(self) -> list[str]:
        """The runs that are being done."""
        return self._active.copy()

    @contextmanager
    def run(self) -> Iterator[None]:
        """While a run of the engine is being done; where this process cannot go on with it, another one will."""
        run = str(DBOS.workflow_id)
        with self._idle:
            self.require_open()
            self._active.append(run)
        try:
            yield
        except (ProcesoPerdido, RegistroUnavailable):
            self.averia.set()
            raise EjecucionAbandonada from None
        finally:
            with self._idle:
                self._active.remove(run)
                self._idle.notify_all()

    def require_open(self) -> None:
        """Raises: EjecucionAbandonada: the worker ends."""
        if self.stopping.is_set():
            raise EjecucionAbandonada

    def end(self, plazo_segundos: float) -> bool:
        """Let nothing more begin, and wait for what is being done; whether it came to an end in time."""
        self.stopping.set()
        with self._idle:
            return self._idle.wait_for(lambda: not self._active, plazo_segundos)
