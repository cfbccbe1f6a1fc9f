"""Sending what Guardar submits, once."""

import contextlib
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, Request, Response, Route

from robot.errors import EnvioVencido
from robot.pages.camino import UNSHARED, cookies_and_account, distrusts, never_left
from robot.pages.carga import carries, shown_whole
from robot.pages.escucha import class_of
from robot.pages.por_proxy import SinConexion, send_by_proxy
from robot.red import Proxy, RedSettings

_STALE_SECONDS = 2.0
"""A process that stood still for longer may have been relieved of its work: it must not send any more."""
_OF_A_GATEWAY = {502, 504}
_ASKING = {"GET", "HEAD", "OPTIONS"}
_OF_SCRIPTS = {"xhr", "fetch"}
"""What a script sends and hears an answer to."""
_HANDLED = "already handled"
"""In the words of a route that the end of its page has settled."""


@dataclass(slots=True)
class _Enviada:
    """A request of Guardar's that was to leave, and what has come of it."""

    respuesta: int | None = None
    cortada: bool = False
    sin_salir: bool = False

    @property
    def en_proceso(self) -> bool:
        """It has left, and the server has not answered, or a gateway has in its place."""
        return not self.sin_salir and (self.respuesta is None or self.respuesta in _OF_A_GATEWAY)

    @property
    def fallida(self) -> bool:
        return self.cortada or (self.respuesta is not None and self.respuesta >= 500)


class Envio:
    """Sends what Guardar submits exactly once, and knows whether it was sent and answered.

    Guardar's is the request that carries what was filled in, whatever its method, and a page that is posted for in the place
    of the form's; any other one (a page tells its server that somebody is there, keeps a draft …) passes untouched, and its
    answer is none to Guardar. But what a script sends now that was never sent before may be Guardar's, made unreadable: until
    it is answered, too, the server may be at work.

    A browser that finds a kept-alive connection cut sends the request again by itself, a POST too, and so saves twice
    (docs/decisiones/0003). So while this is on, what is Guardar's goes out through Playwright's own client, which does not,
    and the same submission is let through only once.

    A request that was held back is let go when nobody intercepts any more. So after the block nothing more is submitted: what
    is under way is turned away first, and where the block failed, a page that may yet submit stays intercepted until it is
    given up.

    Args:
        page: Serviweb's page.
        marco: the frame of the form.
        espera_ms: how long the server may take to answer, in milliseconds.
        red: what stands on the way to Serviweb.
        lleva: words of the form that nothing else has, by which what carries it is known: the referencia.
        habituales: the kinds of requests that were made before (`class_of`).
        antes_de_enviar: called once, when the first request of any kind is about to leave, since one that is not understood
            may save, too; what it raises is raised at the end of the block, and nothing leaves.

    Attributes:
        gastada: the page may yet submit something that nobody waits for: it must be given up.
    """

    def __init__(
        self,
        page: Page,
        marco: Frame,
        espera_ms: float,
        *,
        red: RedSettings,
        lleva: str,
        habituales: Collection[str],
        antes_de_enviar: Callable[[], None],
    ) -> None:
        self.gastada = False
        self._page = page
        self._marco = marco
        self._espera_ms = espera_ms
        self._red = red
        self._lleva = lleva
        self._habituales = frozenset(habituales)
        self._antes_de_enviar = antes_de_enviar
        self._announced = False
        self._over = False
        self._forbidden: BaseException | None = None
        self._seen: set[tuple[str, bytes | None]] = set()
        self._enviadas: list[_Enviada] = []
        self._insolitas: list[_Enviada] = []
        self._let_go: dict[Request, _Enviada] = {}

    def __enter__(self) -> Self:
        self._page.context.route("**/*", self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over = True
        if kind is None and self._forbidden is None:
            with contextlib.suppress(PlaywrightError):
                self._page.evaluate("0")  # whatever was held back before this answer is turned away by now
            self._page.context.unroute("**/*", self._handle)
            if self._let_go:
                self._page.context.remove_listener("response", self._answered)
                self._page.context.remove_listener("requestfailed", self._cut)
            return
        self.gastada = True
        if self._forbidden is not None:
            raise self._forbidden from None

    @property
    def anunciado(self) -> bool:
        """A request was about to leave."""
        return self._announced

    @property
    def reconocido(self) -> bool:
        """A request of Guardar's has left."""
        return bool(self._enviadas)

    @property
    def respuesta(self) -> int | None:
        """The status of the answer to the last of them."""
        return self._enviadas[-1].respuesta if self._enviadas else None

    @property
    def nada_salio(self) -> bool:
        """What was to leave found no connection to leave by."""
        return bool(self._enviadas) and all(one.sin_salir for one in self._enviadas)

    @property
    def fallido(self) -> bool:
        """One of them was cut or answered with an error of the server."""
        return any(one.fallida for one in self._enviadas)

    @property
    def sigue_en_proceso(self) -> bool:
        """Nobody knows whether the server is still at work on one of them, or whether one has left at all."""
        return not self._enviadas or any(one.en_proceso for one in (*self._enviadas, *self._insolitas))

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
        ours = self._is_of_guardar(request)
        if self._over and not self.gastada and not ours:
            route.continue_()
        elif self._over or not self._may_leave() or (ours and not self._is_new(request)):
            route.abort("blockedbyclient")
        elif ours:
            self._send(route)
        elif self._is_unheard_of(request):
            insolita = _Enviada()
            self._insolitas.append(insolita)
            self._send_by_browser(route, insolita)
        else:
            route.continue_()

    def _is_unheard_of(self, request: Request) -> bool:
        told_by_script = request.method not in _ASKING and request.resource_type in _OF_SCRIPTS
        return told_by_script and class_of(request) not in self._habituales

    def _is_of_guardar(self, request: Request) -> bool:
        if carries(self._lleva, request.url, request.post_data_buffer):
            return True
        return request.method not in _ASKING and request.is_navigation_request() and self._replaces_form(request)

    def _replaces_form(self, request: Request) -> bool:
        """Whether a page comes in the place of the form, or in a window of its own: not in a hidden frame beside it."""
        try:
            place = request.frame
        except PlaywrightError:  # a window that is only opening
            return True
        around: Frame | None = self._marco
        while around is not None and around != place:
            around = around.parent_frame
        return around is not None or place.page != self._marco.page

    def _is_new(self, request: Request) -> bool:
        submission = (request.url, request.post_data_buffer)
        if submission in self._seen:
            return False
        self._seen.add(submission)
        return True

    def _send(self, route: Route) -> None:
        request = route.request
        enviada = _Enviada()
        self._enviadas.append(enviada)
        if request.method not in _ASKING and not shown_whole(request.post_data_buffer):
            self._send_by_browser(route, enviada)
        elif (proxy := self._red.plain_proxy_for(request.url)) is not None:
            self._send_by_proxy(route, enviada, proxy)
        else:
            self._send_below(route, enviada)

    def _send_below(self, route: Route, enviada: _Enviada) -> None:
        request = route.request
        try:
            answer = route.fetch(
                headers={**request.headers, **UNSHARED}, max_redirects=0, max_retries=0, timeout=self._espera_ms
            )
        except PlaywrightError as error:
            if distrusts(error.message):
                self._send_by_browser(route, enviada)
            else:
                enviada.cortada, enviada.sin_salir = True, never_left(error.message)
                route.abort("connectionreset")
            return
        enviada.respuesta = answer.status
        with _unless_nobody_waits():
            route.fulfill(response=answer)

    def _send_by_proxy(self, route: Route, enviada: _Enviada, proxy: Proxy) -> None:
        request = route.request
        headers = {**request.headers, **cookies_and_account(self._page, self._red, request.url)}
        try:
            answer = send_by_proxy(
                proxy, request.method, request.url, headers, request.post_data_buffer, self._espera_ms
            )
        except OSError as cut:
            enviada.cortada, enviada.sin_salir = True, isinstance(cut, SinConexion)
            route.abort("connectionreset")
            return
        enviada.respuesta = answer.status
        with _unless_nobody_waits():
            route.fulfill(status=answer.status, headers=dict(answer.headers), body=answer.body)

    def _send_by_browser(self, route: Route, enviada: _Enviada) -> None:
        """What is left to the browser: it knows an authority or an attachment that Playwright's client does not."""
        if not self._let_go:
            self._page.context.on("response", self._answered)
            self._page.context.on("requestfailed", self._cut)
        self._let_go[route.request] = enviada
        route.continue_()

    def _answered(self, response: Response) -> None:
        if response.request in self._let_go:
            self._let_go[response.request].respuesta = response.status

    def _cut(self, request: Request) -> None:
        if request in self._let_go:
            enviada = self._let_go[request]
            enviada.cortada, enviada.sin_salir = True, never_left(request.failure or "")


@contextlib.contextmanager
def _unless_nobody_waits() -> Iterator[None]:
    """Hand an answer over; a page that has gone meanwhile needs none, and what came of it is known already.

    Raised here it would be raised again by whatever is asked of the browser next.
    """
    try:
        yield
    except PlaywrightError as gone:
        if _HANDLED not in gone.message:
            raise
