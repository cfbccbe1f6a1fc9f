"""How far a solicitud has come, noted for whoever looks at it while the browser goes on. Nothing is decided by it."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from robot.procedure import Paso

Nota = tuple[Paso, int | None]
"""A step that began (no milliseconds yet) or ended."""
Escribe = Callable[[Sequence[Nota]], None]

_TOGETHER_SECONDS = 0.03


class ProgressWriter:
    """Writes the steps of running solicitudes into the record, from a thread of its own.

    The first step is written at once and those of the next moment in one transaction: each takes its turn with those that
    matter.

    Args:
        falla: told what a note could not be written for; the work goes on.
    """

    def __init__(self, falla: Callable[[Exception], None]) -> None:
        self._falla = falla
        self._pending: dict[Escribe, list[Nota]] = defaultdict(list)
        self._changed = threading.Condition()
        self._writing = self._hurry = self._over = False
        self._thread = threading.Thread(target=self._work, name="avance", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def note(self, escribe: Escribe, paso: Paso, ms: int | None) -> None:
        """Have a step written soon."""
        with self._changed:
            self._pending[escribe].append((paso, ms))
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until everything noted so far is written."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._pending and not self._writing)
            self._hurry = False

    def close(self) -> None:
        """Write what is left and end."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        not_before = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._over)
                self._changed.wait_for(lambda: self._hurry or self._over, max(0.0, not_before - time.monotonic()))
                pending, self._pending = self._pending, defaultdict(list)
                over, self._writing = self._over, True
            for escribe, notas in pending.items():
                try:
                    escribe(notas)
                except Exception as defect:  # noqa: BLE001  # a view that lags is no reason to stop the work
                    self._falla(defect)
            not_before = time.monotonic() + _TOGETHER_SECONDS
            with self._changed:
                self._writing = False
                self._changed.notify_all()
            if over:
                return
