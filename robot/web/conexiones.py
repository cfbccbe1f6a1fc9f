"""How long a connection may stand open without a request, and how many may at once: uvicorn's own protocol, with an end to it.

uvicorn ends one that is idle after an answer, and keeps for ever whoever never asks, or never comes to the end of a request.
"""

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

_HANDSHAKE_SECONDS = 10.0
_OTHER_FILES = 100
"""Database, browsers, Google, and what else a process with a worker has open."""
_MOST = 500
_LEAST = 16


class _Deadline:
    """A time limit that runs from the first `begin` to the next `end`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, segundos: float, over: Callable[[], None]) -> None:
        self._start = partial(loop.call_later, segundos, over)
        self._running: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        if self._running is None:
            self._running = self._start()

    def end(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None


class Connection(H11Protocol):
    """One connection. Where `limit_concurrency` is reached, the one that has asked for nothing for longest goes for the newest.

    Attributes:
        PETICION_SEGUNDOS: for a whole request, however it drips in.
        LECTURA_SEGUNDOS: for a client that takes nothing of its answer.
    """

    PETICION_SEGUNDOS: ClassVar[float] = 15.0
    LECTURA_SEGUNDOS: ClassVar[float] = 60.0

    @property
    def is_answered(self) -> bool:
        """Whether a whole request is being answered, which takes as long as it takes."""
        cycle = self.cycle
        return cycle is not None and not cycle.more_body and not cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        self._request = _Deadline(self.loop, self.PETICION_SEGUNDOS, self._drop)
        self._reader = _Deadline(self.loop, self.LECTURA_SEGUNDOS, self._drop)
        self._idle_since = self.loop.time()
        self._make_room()
        super().connection_made(transport)
        self._request.begin()

    def data_received(self, data: bytes) -> None:
        self._request.begin()
        super().data_received(data)
        if self.is_answered:
            self._request.end()

    def on_response_complete(self) -> None:
        """Go on to what was sent behind the request, which may be half of the next one."""
        self._idle_since = self.loop.time()
        super().on_response_complete()
        if not self.is_answered:
            self._request.begin()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader.begin()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._reader.end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._request.end()
        self._reader.end()
        super().connection_lost(exc)

    def _make_room(self) -> None:
        """Where everybody is being answered there is none, and uvicorn says so with 503."""
        limit = self.limit_concurrency
        if limit is None or len(self.connections) < limit - 1:
            return
        idle = [one for one in self.connections if isinstance(one, Connection) and not one.is_answered]
        if idle:
            min(idle, key=lambda one: one._idle_since)._drop()

    def _drop(self) -> None:
        self.connections.discard(self)
        self.transport.abort()


def most_connections() -> int:
    """How many connections this process may have open and still open whatever else it needs."""
    if sys.platform == "win32":
        return _MOST
    import resource  # noqa: PLC0415  # Windows has none

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else max(_LEAST, min(_MOST, (files - _OTHER_FILES) // 2))


def loop_of_https() -> asyncio.AbstractEventLoop:
    """The event loop for a server with a certificate: a TLS handshake that nobody goes on with ends.

    uvicorn has no setting for that.
    """
    loop = asyncio.new_event_loop()
    patient = partial(loop.create_server, ssl_handshake_timeout=_HANDSHAKE_SECONDS)
    loop.create_server = patient  # type: ignore[method-assign]  # of this one loop
    return loop
