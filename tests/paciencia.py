"""How long a test waits: by what this machine gets done at the time, never by the clock alone.

A wait ends on an event. Its limit is there for a test that will never pass, so it may be generous, and grows with what else the
machine has to do: it is a multiple of the time that a known piece of work has just taken.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable

_ROUNDS = 50_000
_AT_REST_SECONDS = 0.02
"""What the piece of work takes on a machine of today that has nothing else to do."""
_SAMPLES = 3
_WAITING_AT_REST = 3
"""So many processes a core wait for their turn while the tests run alone. A short piece of work gets through past those that
wait, but a browser, its driver and a server, each waiting for the others, do not."""


def slowness(samples: int = 1) -> float:
    """How many times as long as at rest work takes now, by a known piece of it and by who waits; at least 1."""
    waiting = os.getloadavg()[0] / ((os.cpu_count() or 1) * _WAITING_AT_REST)
    return max(1.0, waiting, max(_piece() for _ in range(samples)) / _AT_REST_SECONDS)


def _piece() -> float:
    begun = time.monotonic()
    hashlib.pbkdf2_hmac("sha256", b"known", b"work", _ROUNDS)
    return time.monotonic() - begun


def patience(seconds: float = 60.0) -> float:
    """What takes so many seconds at the very most on a machine at rest, in seconds of this one as it is now."""
    return seconds * slowness()


def patience_ms(seconds: float = 60.0) -> float:
    """The same in milliseconds, as Playwright takes it."""
    return patience(seconds) * 1000


def eventually(check: Callable[[], bool], *, pause: float = 0.2, seconds: float = 60.0) -> None:
    """Wait until something comes to be so. A limit that has run out is looked at again: the machine may have become busier.

    Raises:
        AssertionError: it did not.
    """
    begun, limit = time.monotonic(), patience(seconds)
    waiting = threading.Event()
    while not check():
        waited = time.monotonic() - begun
        if waited > limit:
            limit = seconds * slowness(_SAMPLES)
            assert waited < limit, f"it did not come to be so in {waited:.0f} s"
        waiting.wait(pause)
