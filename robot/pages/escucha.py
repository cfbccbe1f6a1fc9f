"""What a browser context says while the robot works in it: dialogs, and requests under way or failed."""

import functools
import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote_plus, urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, Response
from playwright.sync_api import Error as PlaywrightError

_KEPT = 60
_ANSWERS = {"document", "xhr", "fetch"}
FORGOTTEN = {403, 419, 440}
"""Answers of a server to what comes from a page that it does not remember, or from a token of it, whatever it says."""
_MAY_ANSWER = {*_ANSWERS, "script"}
"""Some pages ask by adding a script."""


class Acuerdo:
    """Which questions are answered yes, each of them once, however the page asks.

    Attributes:
        aceptadas: those that were, in order.
    """

    def __init__(self, *questions: re.Pattern[str]) -> None:
        self._left = list(questions)
        self.aceptadas: list[str] = []

    def accepts(self, asked: str) -> bool:
        """Whether to answer yes, which is the answer then."""
        this = next((one for one in self._left if one.search(asked)), None)
        if this is None:
            return False
        self._left.remove(this)
        self.aceptadas.append(asked)
        return True


class Dialogos:
    """Answers every dialog of the browser context and remembers what it said.

    An alert is acknowledged. A `confirm` is accepted only where the page object said which, and once; else it is dismissed, as
    is whatever asks for more than yes or no.

    Args:
        unimportant: what an alert says that need not be remembered.

    Attributes:
        refused: what was asked instead of what the page object waits for, or besides.
    """

    def __init__(self, page: Page, unimportant: re.Pattern[str]) -> None:
        self._unimportant = unimportant
        self._texts: list[str] = []
        self._heard: list[list[str]] = []
        self._acuerdo = Acuerdo()
        self.refused = ""
        page.context.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        for heard in self._heard:
            heard.append(dialog.message)
        if dialog.type in {"confirm", "prompt"}:
            self._decide(dialog)
            return
        if dialog.type == "beforeunload":
            dialog.accept()
            return
        if not self._unimportant.search(dialog.message):
            self._texts.append(dialog.message)
        dialog.accept()

    def _decide(self, dialog: Dialog) -> None:
        asked = " ".join(dialog.message.split())
        if dialog.type == "confirm" and self._acuerdo.accepts(asked):
            dialog.accept()
            return
        self._texts.append(dialog.message)
        self.refused = self.refused or asked
        dialog.dismiss()

    @contextmanager
    def accepting(self, acuerdo: Acuerdo) -> Iterator[None]:
        """Accept inside what it accepts."""
        self._acuerdo, self.refused = acuerdo, ""
        try:
            yield
        finally:
            self._acuerdo = Acuerdo()

    @contextmanager
    def remembered(self) -> Iterator[list[str]]:
        """All that dialogs say inside, whoever takes it meanwhile."""
        heard: list[str] = []
        self._heard.append(heard)
        try:
            yield heard
        finally:
            self._heard.remove(heard)

    @property
    def seen(self) -> bool:
        return bool(self._texts)

    def take(self) -> list[str]:
        """The texts since the last call."""
        texts, self._texts = self._texts, []
        return texts


class Incidentes:
    """What went wrong in the browser meanwhile: errors of the page's own scripts, and requests that failed.

    Addresses are kept without what follows the question mark, where personal data may stand.
    """

    def __init__(self, page: Page) -> None:
        self.lineas: deque[str] = deque(maxlen=_KEPT)
        page.context.on("console", self._said)
        page.context.on("weberror", lambda error: self.lineas.append(f"script: {error.error.message}"))
        page.context.on("requestfailed", lambda request: self._request(request, request.failure or "falló"))
        page.context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.lineas.append(f"consola: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._request(response.request, str(response.status))

    def _request(self, request: Request, why: str) -> None:
        self.lineas.append(f"{request.method} {urlsplit(request.url).path}: {why}")


class Trafico:
    """Requests under way and failed since the last action.

    Attributes:
        total: requests begun since the page was opened.
        fallas: how many of them were cut or answered with an error of the server.
        olvidos: how many were turned away as servers do with a page that they do not remember.
        failed: one of them was cut or answered with an error of the server.
        page_failed: one that was to bring a whole page did.
        seen: there was one at all since the last action.
    """

    def __init__(self, page: Page) -> None:
        self.total = self.fallas = self.olvidos = 0
        self.failed = False
        self.page_failed = False
        self.seen = False
        self._pending: dict[Request, int] = {}
        page.context.on("request", self._begun)
        page.context.on("requestfinished", self._ended)
        page.context.on("requestfailed", self._broken)
        page.context.on("response", self._answered)

    def _begun(self, request: Request) -> None:
        self.total += 1
        if request.resource_type in _ANSWERS:
            self.seen = True
            self._pending[request] = self.total

    def _ended(self, request: Request) -> None:
        self._pending.pop(request, None)

    def _broken(self, request: Request) -> None:
        if request in self._pending:
            self._pending.pop(request, None)
            if not (request.failure or "").endswith("ERR_ABORTED"):
                self._fail(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 500 and response.request.resource_type in _ANSWERS:
            self._fail(response.request)
        self.olvidos += response.status in FORGOTTEN and response.request.resource_type in _ANSWERS

    def _fail(self, request: Request) -> None:
        self.failed = True
        self.fallas += 1
        self.page_failed = self.page_failed or request.resource_type == "document"

    def forget(self) -> None:
        self._pending.clear()
        self.failed = self.page_failed = self.seen = False

    def busy(self, *, pages_only: bool) -> bool:
        """Whether answers are still awaited; of all kinds, or only those that bring a whole page."""
        return any(not pages_only or request.resource_type == "document" for request in self._pending)

    def awaits(self, since: int) -> bool:
        """Whether a page, or an answer asked for after so many requests, has not come yet."""
        return any(at > since or request.resource_type == "document" for request, at in self._pending.items())


def class_of(request: Request) -> str:
    """What a page asks for, whatever it sends with that."""
    return f"{request.method} {urlsplit(request.url).path}"


class Pedido:
    """A request that may bring an answer.

    Attributes:
        numero: how many of them had been made before.
        fin: the instant of the monotonic clock at which it ended, with or without an answer.
    """

    def __init__(self, request: Request, numero: int) -> None:
        self.numero = numero
        self.fin: float | None = None
        self.request = request
        self._response: Response | None = None

    def end(self) -> None:
        self.fin = time.monotonic()

    def answer(self, response: Response) -> None:
        self._response = response

    @property
    def answered(self) -> bool:
        """The server has begun to answer, or it has ended without that."""
        return self._response is not None or self.fin is not None

    @property
    def brings_page(self) -> bool:
        return self.request.resource_type == "document"

    def carries(self, pattern: re.Pattern[str]) -> bool:
        """Whether its address or its body holds such words."""
        return pattern.search(self._text) is not None

    @functools.cached_property
    def _text(self) -> str:
        body = (self.request.post_data_buffer or b"").decode("latin-1")
        return unquote_plus(f"{self.request.url}\n{body}")

    def content(self) -> str:
        """What the server answered; blank where it did not, or where the answer cannot be read any more."""
        if self.fin is None or self._response is None or not self._response.ok:
            return ""
        try:
            body = self._response.body()
        except PlaywrightError:  # the browser has not kept it
            return ""
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            return body.decode("cp1252", errors="replace")


class Pedidos:
    """The last requests that may have brought an answer, each with what became of it.

    Attributes:
        total: how many were made since the page was opened.
        clases: of which kinds, as `class_of` tells them.
    """

    def __init__(self, page: Page) -> None:
        self.total = 0
        self.clases: set[str] = set()
        self._last: deque[Pedido] = deque(maxlen=_KEPT)
        page.context.on("request", self._begun)
        page.context.on("response", self._answered)
        page.context.on("requestfinished", self._ended)
        page.context.on("requestfailed", self._ended)

    def _begun(self, request: Request) -> None:
        if request.resource_type in _MAY_ANSWER:
            self._last.append(Pedido(request, self.total))
            self.clases.add(class_of(request))
            self.total += 1

    def _answered(self, response: Response) -> None:
        if (pedido := self._of(response.request)) is not None:
            pedido.answer(response)

    def _ended(self, request: Request) -> None:
        if (pedido := self._of(request)) is not None:
            pedido.end()

    def _of(self, request: Request) -> Pedido | None:
        return next((one for one in reversed(self._last) if one.request == request), None)

    def since(self, total: int) -> list[Pedido]:
        """Those made after so many."""
        return [one for one in self._last if one.numero >= total]

    def moment(self) -> "Moment":
        return Moment(self)


class Moment:
    """What a page had asked for until a moment, so that what an action asks for is told from what the page asks for by itself,
    again and again: that somebody is there, that a draft be kept.
    """

    def __init__(self, pedidos: Pedidos) -> None:
        self._pedidos = pedidos
        self._since = pedidos.total
        self._usual = frozenset(pedidos.clases)

    def made(self) -> list[Pedido]:
        """What has been asked for since."""
        return self._pedidos.since(self._since)

    def has_led_on(self, words: re.Pattern[str] | None = None) -> bool:
        """Whether a page has been asked for since, or what never was before, or what carries these words."""
        return any(
            one.brings_page or class_of(one.request) not in self._usual or (words is not None and one.carries(words))
            for one in self.made()
        )
