"""Browsers that go on from one test to the next, each on the thread that owns it, for the workers of this process.

To start a driver and a browser takes longer than what most tests do with them.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from robot.browser import QUIET, register_selectors
from robot.engine import Motor
from robot.flows.oficina import Oficina
from robot.intake import Ventanilla
from robot.worker.seats import Puesto, Puestos


class _Banco:
    """A thread with a browser, started when it is first used."""

    def __init__(self, ejecutable: Path | None) -> None:
        self.hilo = ThreadPoolExecutor(max_workers=1, thread_name_prefix="banco")
        self._ejecutable = ejecutable
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def oficina(self, ventanilla: Ventanilla) -> Oficina:
        if self._browser is None or not self._browser.is_connected():
            self._end()
            self._playwright = sync_playwright().start()
            register_selectors(self._playwright)
            self._browser = self._playwright.chromium.launch(executable_path=self._ejecutable, args=list(QUIET))
        accepted = ventanilla.ajustes.in_force
        return Oficina(ventanilla.settings, browser=self._browser, ajustes=accepted)

    def _end(self) -> None:
        if self._playwright is not None:
            self._playwright.stop()

    def close(self) -> None:
        self.hilo.submit(self._end).result()
        self.hilo.shutdown()


class Taller:
    """Makes workers of this process that need not start a browser."""

    def __init__(self, bancos: list[_Banco]) -> None:
        self._bancos = bancos

    def motor(self, ventanilla: Ventanilla) -> Motor:
        """A worker; one at a time may use them."""
        puestos = Puestos(Puesto(partial(banco.oficina, ventanilla), banco.hilo) for banco in self._bancos)
        return Motor(ventanilla, puestos=puestos)

    def puesto(self, ventanilla: Ventanilla) -> Puesto:
        """One for what is beside the worker, in the last of the browsers."""
        banco = self._bancos[-1]
        return Puesto(partial(banco.oficina, ventanilla), banco.hilo)


@contextmanager
def open_taller(ejecutable: Path | None, cuantos: int = 2) -> Iterator[Taller]:
    """As many browsers as a worker has by its settings."""
    bancos = [_Banco(ejecutable) for _ in range(cuantos)]
    try:
        yield Taller(bancos)
    finally:
        for banco in bancos:
            banco.close()
