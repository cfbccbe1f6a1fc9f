"""Where solicitudes are worked on: threads that each own a browser and an oficina, one Serviweb user at a time each."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from typing import TypeVar

from robot.flows.oficina import Oficina
from robot.models import user_key

_AFTER_KILL_SECONDS = 15.0
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)

T = TypeVar("T")


class PuestoColgado(RuntimeError):
    """A part of a run did not end, not even after its browser was ended: this process must be started anew."""


class Puesto:
    """One thread with its oficina, made when it is first needed.

    Args:
        abrir: makes the oficina, on the thread.
        hilo: an executor of one thread that stays somebody else's to end; one of its own, if nothing.
    """

    def __init__(self, abrir: Callable[[], Oficina], hilo: ThreadPoolExecutor | None = None) -> None:
        self._abrir = abrir
        self._own = hilo is None
        self._thread = hilo or ThreadPoolExecutor(max_workers=1, thread_name_prefix="puesto")
        self._oficina: Oficina | None = None
        self.usuario = ""

    def run(self, work: Callable[[Oficina], T], plazo_segundos: float) -> T:
        """Do `work` on the thread; if it takes too long, end its browser, so that it fails.

        Raises:
            ConfigurationError: the oficina cannot be set up.
            PuestoColgado: it did not even end then.
        """
        running: Future[T] = self._thread.submit(lambda: work(self._opened()))
        try:
            return running.result(plazo_segundos)
        except FutureTimeout:
            if running.done():
                raise
        self._end_browser()
        try:
            return running.result(_AFTER_KILL_SECONDS)
        except FutureTimeout:
            raise PuestoColgado from None

    def warm_up(self) -> None:
        """Start the browser on its thread, which nobody waits for. What keeps it from starting is told to who needs it first."""
        self._thread.submit(self._start_browser)

    def _start_browser(self) -> None:
        self._opened().navegador.start()

    def _opened(self) -> Oficina:
        if self._oficina is None:
            self._oficina = self._abrir().__enter__()
        return self._oficina

    def _end_browser(self) -> None:
        oficina = self._oficina
        process = oficina.navegador.proceso if oficina is not None else None
        if process is None:
            raise PuestoColgado
        with contextlib.suppress(OSError):  # it has ended already; Windows says so in another way than the rest
            os.kill(process, _KILL)

    def close(self) -> None:
        """End the oficina and the thread."""
        oficina, self._oficina = self._oficina, None
        if oficina is not None:
            self._thread.submit(oficina.__exit__, None, None, None).result(_AFTER_KILL_SECONDS)
        if self._own:
            self._thread.shutdown(wait=False)


class Puestos:
    """The puestos of one worker. A user comes back to the one that still has their session."""

    def __init__(self, puestos: Iterable[Puesto]) -> None:
        self._free = list(puestos)
        self._all = tuple(self._free)
        self._changed = threading.Condition()
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Somebody waits for a puesto."""
        return self._waiting > 0

    @contextmanager
    def taken(self, usuario: str) -> Iterator[Puesto]:
        """A puesto for as long as the block lasts; waits until one is free."""
        user = user_key(usuario)
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: bool(self._free))
            self._waiting -= 1
            known = [puesto for puesto in self._free if puesto.usuario == user]
            unused = [puesto for puesto in self._free if not puesto.usuario]
            puesto = (known or unused or self._free)[0]
            self._free.remove(puesto)
            puesto.usuario = user
        try:
            yield puesto
        finally:
            with self._changed:
                self._free.append(puesto)
                self._changed.notify()

    def warm_up(self) -> None:
        """Start the browser of the puesto that is taken first."""
        self._all[0].warm_up()

    def close(self) -> None:
        for puesto in self._all:
            puesto.close()
