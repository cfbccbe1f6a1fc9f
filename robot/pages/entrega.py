"""What a page gives when it is asked to print: a document, a window, a download, a blob, or what it prints of itself."""

import base64
import contextlib
import re
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Self

from playwright.sync_api import Download, Page, Request, Response, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from pydantic import BaseModel, ConfigDict

from robot.errors import DocumentIncomplete
from robot.pages.camino import ask
from robot.pages.contenido import TEXT
from robot.pages.marcos import ask_frames
from robot.pages.serviweb import Serviweb
from robot.perfil.screens import PANTALLAS

_TITULO = PANTALLAS["impresion"].titulo
_SLICE_MS = 120.0
_DOCUMENTS = ("text/html", "application/pdf", "application/octet-stream")
_PDF = b"%PDF"
_KEPT = "view[Symbol.for('serviweb-robot-impreso')]"
_TAKEN = f"""async view => {{
  const kept = {_KEPT};
  const asText = async thing => {{
    const bytes = new Uint8Array(await thing.arrayBuffer());
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  }};
  const inline = [...view.document.querySelectorAll('embed, object, iframe')].map(e => e.src || e.data || '')
    .filter(address => address.startsWith('data:')).map(address => fetch(address).then(answer => answer.blob()));
  const things = [...(kept?.blobs ?? []), ...await Promise.all(inline)];
  return {{printed: kept?.html ?? '', blobs: await Promise.all(things.map(asText))}};
}}"""
_ANY = f"view => Boolean({_KEPT}?.html || {_KEPT}?.blobs.length)"
_FORGET = f"view => {{ const kept = {_KEPT}; if (kept) {{ kept.html = ''; kept.blobs.length = 0; }} }}"
_TEXT = f"() => {TEXT}(window)"
_HTML_TEXT = "html => new DOMParser().parseFromString(html, 'text/html').body.textContent"


class _Tomado(BaseModel):
    """What a frame has printed of itself, as HTML, and the blobs that it made, base64."""

    model_config = ConfigDict(frozen=True)

    printed: str
    blobs: tuple[str, ...]


class Entrega:
    """What was given since printing was asked for, as a PDF.

    While this is on, whole documents go through our own client, which keeps what it gets: some servers give one only once, and
    the browser's viewer does not give it back.

    Args:
        propias: the windows that were there before.
    """

    def __init__(self, serviweb: Serviweb, propias: list[Page]) -> None:
        self._serviweb = serviweb
        self._propias = propias
        self._responses: list[Response] = []
        self._downloads: list[Download] = []
        self._bodies: dict[Request, bytes] = {}
        self._context = serviweb.page.context

    def __enter__(self) -> Self:
        list(self._ask_frames(_FORGET))
        for page in self._context.pages:
            self._listen_to(page)
        self._context.on("page", self._listen_to)
        self._context.on("response", self._keep_response)
        self._context.route("**/*", self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(PlaywrightError):  # the browser is just going
            self._context.unroute("**/*", self._handle)
        self._context.remove_listener("page", self._listen_to)
        self._context.remove_listener("response", self._keep_response)
        for page in self._context.pages:
            page.remove_listener("download", self._keep_download)

    def came(self, _: float) -> None:
        """A check whether anything was given."""
        given = self._responses or self._downloads or self._opened() or any(self._ask_frames(_ANY))
        assert given  # noqa: S101  # a check asserts, like Playwright's own

    def take(self, radicado: str) -> bytes:
        """The document, once it is there.

        Args:
            radicado: the number that must stand in what is a page.

        Raises:
            DocumentIncomplete: nothing came in time, or nothing with the number.
        """
        ways: tuple[Callable[[str], bytes | None], ...] = (self._file, self._blob, self._page, self._print)
        deadline = time.monotonic() + self._serviweb.espera_ms / 1000
        while True:
            late = time.monotonic() > deadline
            for way in ways:
                with contextlib.suppress(PlaywrightTimeout):
                    if (documento := way(radicado)) is not None:
                        return documento
            if late:
                raise DocumentIncomplete(self._why(), pantalla=_TITULO)
            self._serviweb.espera.await_news(_SLICE_MS)

    def _why(self) -> str:
        if any(_is_page(one) for one in self._responses) or self._opened():
            return "La página para imprimir no muestra el radicado, o se cerró."
        return "Serviweb no lo entregó."

    def _file(self, _: str) -> bytes | None:
        """A PDF that came as the answer to a whole page's request, or was downloaded."""
        for response in self._responses:
            if response.status >= 500:
                raise DocumentIncomplete(f"Serviweb respondió con el error {response.status}.", pantalla=_TITULO)
        if self._downloads:
            return Path(self._downloads[0].path()).read_bytes()
        given = [one for one in self._responses if not _is_page(one)]
        if not given:
            return None
        kept = self._bodies.get(given[0].request)
        return kept if kept is not None else self._asked_again(given[0])

    def _asked_again(self, response: Response) -> bytes:
        request = response.request
        kind = request.headers.get("content-type")
        serviweb = self._serviweb
        try:
            return ask(
                serviweb.page,
                serviweb.red,
                response.url,
                serviweb.espera_ms,
                method=request.method,
                headers={"content-type": kind} if kind else {},
                body=request.post_data_buffer,
            ).body
        except OSError:
            raise DocumentIncomplete("Serviweb no lo entregó de nuevo.", pantalla=_TITULO) from None

    def _blob(self, radicado: str) -> bytes | None:
        """A document that the page has made or fetched by script."""
        every = [base64.b64decode(blob) for one in self._taken() for blob in one.blobs]
        for blob in reversed(every):
            if blob.startswith(_PDF):
                return blob
        for blob in reversed(every):
            if radicado.encode() in blob:
                return self._rendered(blob.decode("utf-8", errors="replace"), radicado)
        return None

    def _page(self, radicado: str) -> bytes | None:
        """A page to print, in a window of its own; one that took the place of the trámite, or has gone, is drawn once more."""
        for window in self._opened():
            with contextlib.suppress(PlaywrightError):  # it is just closing
                window.wait_for_load_state("load", timeout=_SLICE_MS)
                if any(not _is_page(one) for one in self._responses):
                    return None  # a PDF inside it
                if radicado in str(window.evaluate(_TEXT)):
                    return print_to_pdf(window)
        pages = [one for one in self._responses if _is_page(one) and self._gone_or_in_place(one)]
        return self._rendered_again(pages[0], radicado) if pages and not self._print(radicado) else None

    def _gone_or_in_place(self, response: Response) -> bool:
        """Whether the window of a page has closed itself, or is the one that the trámite was in."""
        try:
            window = response.frame.page
        except PlaywrightError:  # it is not known yet
            return False
        return window.is_closed() or window in self._propias

    def _rendered_again(self, response: Response, radicado: str) -> bytes | None:
        body = self._bodies.get(response.request)
        if body is None:
            return None
        charset = re.search(r"charset=([\w-]+)", response.headers.get("content-type", ""))
        html = body.decode(charset[1] if charset else "utf-8", errors="replace")
        return self._rendered(f'<base href="{escape(response.url)}">{html}', radicado)

    def _print(self, radicado: str) -> bytes | None:
        """What a frame held when it printed itself."""
        for one in self._taken():
            if one.printed and radicado in str(self._serviweb.page.evaluate(_HTML_TEXT, one.printed)):
                return self._rendered(one.printed, radicado)
        return None

    def _rendered(self, html: str, radicado: str) -> bytes | None:
        """A page as PDF; nothing where the number is not to be seen on it."""
        window = self._context.new_page()
        try:
            window.set_content(html, wait_until="load")
            return print_to_pdf(window) if radicado in str(window.evaluate(_TEXT)) else None
        finally:
            window.close()

    def _taken(self) -> list[_Tomado]:
        return [_Tomado.model_validate(one) for one in self._ask_frames(_TAKEN)]

    def _ask_frames(self, script: str) -> Iterator[object]:
        for ventana in self._serviweb.ventanas:
            yield from ask_frames(ventana, script)

    def _opened(self) -> list[Page]:
        return [window for window in self._serviweb.ventanas if window not in self._propias]

    def _listen_to(self, page: Page) -> None:
        page.on("download", self._keep_download)

    def _keep_download(self, download: Download) -> None:
        self._downloads.append(download)

    def _keep_response(self, response: Response) -> None:
        if _is_document(response):
            self._responses.append(response)

    def _handle(self, route: Route) -> None:
        request = route.request
        by_tunnel_only = self._serviweb.red.plain_proxy_for(request.url) is not None  # which a proxy may refuse
        if by_tunnel_only or not request.is_navigation_request():
            route.continue_()
            return
        try:
            answer = route.fetch(max_redirects=0, max_retries=0, timeout=self._serviweb.espera_ms)
        except PlaywrightError:
            route.continue_()
            return
        self._bodies[request] = answer.body()
        route.fulfill(response=answer)


def _is_document(response: Response) -> bool:
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    return (
        response.request.is_navigation_request()
        and kind in _DOCUMENTS
        and response.status not in {301, 302, 303, 307, 308}
    )


def _is_page(response: Response) -> bool:
    headers = response.headers
    return "text/html" in headers.get("content-type", "") and "attachment" not in headers.get("content-disposition", "")


def print_to_pdf(window: Page) -> bytes:
    """As `Page.pdf`, which refuses in a visible browser; the browser's own command does not."""
    session = window.context.new_cdp_session(window)
    try:
        printed = session.send("Page.printToPDF", {"printBackground": True, "paperWidth": 8.5, "paperHeight": 11})
    finally:
        session.detach()
    return base64.b64decode(printed["data"])
