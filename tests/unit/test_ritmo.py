"""A bounded share of what others need, too."""

import threading
from concurrent.futures import ThreadPoolExecutor

from robot.worker.pace import Ritmo
from tests.paciencia import patience


def test_calls_beyond_the_share_of_a_minute_wait() -> None:
    parando = threading.Event()
    ritmo = Ritmo(5, parando)
    done = threading.Semaphore(0)

    def call() -> None:
        ritmo()
        done.release()

    pool = ThreadPoolExecutor(1)
    for _ in range(6):
        pool.submit(call)
    assert all(done.acquire(timeout=patience(5)) for _ in range(5))
    assert not done.acquire(timeout=0.3)
    parando.set()
    pool.shutdown()
