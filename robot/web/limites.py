"""How much of the form somebody may have: requests by account, and passwords that are looked at at the same time.

How many passwords somebody may try stands in the database (`robot.record.access`); what is here is this process's own to protect.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

_WAITING = 3


class Demasiado(Exception):
    """Too often; somebody must wait a little."""


class Turnos:
    """Lets passwords be looked at one after the other: each takes 64 MiB and every core for a moment.

    A few wait for their turn; whoever comes after them is told so at once. Lives in the event loop.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._inside = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Raises: Demasiado: as many wait as may."""
        if self._inside > _WAITING:
            raise Demasiado
        self._inside += 1
        try:
            async with self._turn:
                yield
        finally:
            self._inside -= 1


class Limites:
    """The limits of one process.

    Args:
        vistazos_por_minuto: how many look-ups an account may ask for.
        programa_por_minuto: how many requests a program may make.

    Attributes:
        conocidos, ajenos: turns of browsers in which the account has signed in before, and of all others, so that these never
            stand in the way of those.
    """

    def __init__(self, vistazos_por_minuto: int, programa_por_minuto: int) -> None:
        self.conocidos = Turnos()
        self.ajenos = Turnos()
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerSecond(600, 60, namespace="peticiones")
        self._glances = RateLimitItemPerSecond(vistazos_por_minuto, 60, namespace="vistazos")
        self._minutes = FixedWindowRateLimiter(MemoryStorage())
        self._of_programs = RateLimitItemPerSecond(programa_por_minuto, 60, namespace="programas")

    def require_calm(self, clave: str) -> None:
        """Raises: Demasiado: an account asks for more than a person can."""
        if not self._window.hit(self._requests, clave):
            raise Demasiado

    def require_few_glances(self, clave: str) -> None:
        """Raises: Demasiado: an account looks up more of other people than somebody who types a form."""
        if not self._window.hit(self._glances, clave):
            raise Demasiado

    def to_wait(self, programa: str) -> float:
        """Count a request of a program: 0 where it may be made, else in how many seconds another one may."""
        if self._minutes.hit(self._of_programs, programa):
            return 0.0
        return max(1.0, self._minutes.get_window_stats(self._of_programs, programa).reset_time - time.time())
