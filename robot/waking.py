"""How often the workers look at the queue: often while solicitudes come, and rarely when none has for a while."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from dbos import DBOSClient
from sqlalchemy.exc import SQLAlchemyError

DESPIERTA_SEGUNDOS = 0.1
"""How often workers look while solicitudes come; each look costs them 5 ms of a core."""
_DORMIDA_SEGUNDOS = 3.0
QUIET_SECONDS = 120.0
_JUST_WOKEN_SECONDS = 1.0
"""Of many that come within it, only the first need wake them."""

_log = logging.getLogger(__name__)


class Despertador:
    """Sets the pace of one queue, for all its workers."""

    def __init__(self, cliente: DBOSClient, cola: str) -> None:
        self._cliente = cliente
        self._cola = cola
        self._until = 0.0
        self._woken = -_JUST_WOKEN_SECONDS
        self._aparte = ThreadPoolExecutor(1, "cola")
        self._awaking: Future[None] | None = None

    def expect(self, segundos: float) -> None:
        """For so long they look often. Nobody waits for that, and nothing fails with it: they come by themselves, only later."""
        at = time.monotonic()
        self._until = max(self._until, at + segundos)
        if at < self._woken + _JUST_WOKEN_SECONDS:
            return
        if self._awaking is None or self._awaking.done():
            self._woken = at
            self._awaking = self._aparte.submit(self._wake)

    def settle(self, busy: Callable[[], bool]) -> None:
        """Often where something is expected or `busy`, rarely where not."""
        awake = time.monotonic() < self._until or busy()
        self._set(DESPIERTA_SEGUNDOS if awake else _DORMIDA_SEGUNDOS)

    def close(self) -> None:
        self._aparte.shutdown()

    def _wake(self) -> None:
        try:
            self._set(DESPIERTA_SEGUNDOS)
        except SQLAlchemyError as hindered:
            _log.warning("la cola no se pudo despertar", extra={"clase": type(hindered).__name__})

    def _set(self, segundos: float) -> None:
        queue = self._cliente.retrieve_queue(self._cola)
        if queue is not None and queue.polling_interval_sec != segundos:
            queue.set_polling_interval_sec(segundos)
