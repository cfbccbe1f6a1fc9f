"""Keeping to so many calls a minute, so that the account's quota is left to others, too."""

import threading
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_KEY = "llamadas"
_MINUTE_SECONDS = 61.0


class Ritmo:
    """Called before each of many calls; waits where there have been too many in the last minute, unless the worker stops."""

    def __init__(self, por_minuto: int, parando: threading.Event) -> None:
        self._item = RateLimitItemPerMinute(por_minuto)
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._parando = parando

    def __call__(self) -> None:
        while not self._window.hit(self._item, _KEY):
            until = self._window.get_window_stats(self._item, _KEY).reset_time - time.time()
            if until > _MINUTE_SECONDS:  # the clock was set back: what was counted lies in the future
                self._window = MovingWindowRateLimiter(MemoryStorage())
            elif self._parando.wait(max(0.05, until)):
                return
