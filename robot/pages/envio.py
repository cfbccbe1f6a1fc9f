"""Sending what Guardar submits, once."""

import contextlib
import re
import time
from collections.abc import Callable
from typing import Self

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route

from robot.errors import EnvioVencido

_STALE_SECONDS = 2.0
"""A process that stood still for longer may have been relieved of its work: it must not send any more."""
UNSHARED = {"connection": "close"}
"""Of Playwright's own client: a connection kept for the next request may just be ended by the server when that leaves, and then
nobody knows whether it arrived."""
_NOT_TRUSTED = re.compile(r"certificate|self.signed|unable to verify", re.IGNORECASE)
"""Refusals before anything is sent: the browser may trust an authority of the utility that Playwright's client does not."""


class Envio:
    """Sends what Guardar submits exactly once, and knows whether it was sent and answered.

    A browser that finds a kept-alive connection cut sends the request again by itself, a POST too, and so saves twice
    (docs/decisiones/0003). So while this is on, submissions go out through Playwright's own client, which does not, and the
    same submission is let through only once.

    A request that was held back is let go when nobody intercepts any more. So after the block nothing more is submitted: what
    is under way is turned away first, and where the block failed, a page that may yet submit stays intercepted until it is
    given up.

    Args:
        page: the page of the form.
        espera_ms: how long the server may take to answer, in milliseconds.
        antes_de_enviar: called once, when the first request is about to leave; what it raises is raised at the end of the
            block, and nothing leaves.

    Attributes:
        enviados: submissions that left.
        respuesta: the status of the last answer.
        gastada: the page may yet submit something that nobody waits for: it must be given up.
    """

    def __init__(self, page: Page, espera_ms: float, antes_de_enviar: Callable[[], None]) -> None:
        self.enviados = 0
        self.respuesta: int | None = None
        self.gastada = False
        self._page = page
        self._espera_ms = espera_ms
        self._antes_de_enviar = antes_de_enviar
        self._announced = False
        self._over = False
        self._forbidden: BaseException | None = None
        self._seen: set[tuple[str, bytes | None]] = set()

    def __enter__(self) -> Self:
        self._page.context.route("**/*", self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over = True
        if kind is None and self._forbidden is None:
            with contextlib.suppress(PlaywrightError):
                self._page.evaluate("0")  # whatever was held back before this answer is turned away by now
            self._page.context.unroute("**/*", self._handle)
            return
        self.gastada = True
        if self._forbidden is not None:
            raise self._forbidden from None

    @property
    def anunciado(self) -> bool:
        """A request was about to leave."""
        return self._announced

    @property
    def sigue_en_proceso(self) -> bool:
        """Nobody knows whether the server is still at work: it has not answered, or a gateway answered in its place."""
        return self.respuesta is None or self.respuesta in {502, 504}

    def _may_leave(self) -> bool:
        if not self._announced:
            self._announced = True
            begun = time.monotonic()
            try:
                self._antes_de_enviar()
                if time.monotonic() - begun > _STALE_SECONDS:
                    raise EnvioVencido
            except BaseException as forbidden:  # noqa: BLE001  # raised again where the click is; here nobody would hear it
                self._forbidden = forbidden
        return self._forbidden is None

    def _handle(self, route: Route) -> None:
        request = route.request
        if self._over and request.method == "GET" and not self.gastada:
            route.continue_()
            return
        if self._over or not self._may_leave():
            route.abort("blockedbyclient")
            return
        if request.method == "GET":
            route.continue_()
            return
        submission = (request.url, request.post_data_buffer)
        if submission in self._seen:
            route.abort("blockedbyclient")
            return
        self._seen.add(submission)
        self.enviados += 1
        try:
            answer = route.fetch(
                headers={**request.headers, **UNSHARED}, max_redirects=0, max_retries=0, timeout=self._espera_ms
            )
        except PlaywrightError as error:
            if _NOT_TRUSTED.search(error.message.splitlines()[0]):
                route.continue_()
            else:
                route.abort("connectionreset")
            return
        self.respuesta = answer.status
        route.fulfill(response=answer)
