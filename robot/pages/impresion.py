"""The print icon of a saved trámite and the document behind it (step 12)."""

import base64
import contextlib
import time
from pathlib import Path

from playwright.sync_api import Download, Page, Response, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import DocumentIncomplete
from robot.pages.serviweb import Serviweb

_NOMBRE, _TITULO = "impresion", "Impresión"
_SLICE_MS = 120.0
_DOCUMENTS = ("text/html", "application/pdf", "application/octet-stream")


class ImpresionPage:
    """A saved trámite on screen. Constructing it waits for the print icon."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(_NOMBRE, _TITULO, lambda p: p.action("imprimir", "Imprimir"))
        self.imprimir = self.pantalla.action("imprimir", "Imprimir")

    def document(self, nombre: str, radicado: str) -> bytes:
        """The document as a PDF, however Serviweb gives it: a page to print, a PDF in a window, a download.

        Making it again is harmless.

        Args:
            nombre: what the print menu calls it (`Solicitud de trámite`).
            radicado: the number that must stand in it.

        Raises:
            DocumentIncomplete: it came empty, truncated or for another radicado.
            ScreenChanged, SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        page, given = self._serviweb.page, _Given()
        self._close_windows()
        page.on("download", given.keep_download)
        page.context.on("page", given.listen_to)
        page.context.on("response", given.keep_response)
        try:
            self._ask_for(nombre, given)
            return self._bytes(given, radicado)
        except PlaywrightError:
            raise DocumentIncomplete("La conexión se cortó mientras llegaba.", pantalla=_TITULO) from None
        finally:
            page.remove_listener("download", given.keep_download)
            page.context.remove_listener("page", given.listen_to)
            page.context.remove_listener("response", given.keep_response)
            self._close_windows()

    def _ask_for(self, nombre: str, given: "_Given") -> None:
        with self.pantalla.using("imprimir"):
            self.imprimir.first.click()
        with self.pantalla.using(nombre):
            self.pantalla.action("documento", nombre).first.click()
        begun = time.monotonic()
        while not given.anything:
            if time.monotonic() - begun > self._serviweb.espera_ms / 1000:
                raise DocumentIncomplete("Serviweb no lo entregó.", pantalla=_TITULO)
            with contextlib.suppress(PlaywrightTimeout):
                self._serviweb.page.context.wait_for_event("requestfinished", timeout=_SLICE_MS)

    def _bytes(self, given: "_Given", radicado: str) -> bytes:
        """What was given, as a PDF. Asking again for one that a viewer shows works in every browser."""
        if not given.responses:
            return Path(given.downloads[0].path()).read_bytes()
        response = given.responses[0]
        if response.status >= 500:
            raise DocumentIncomplete(f"Serviweb respondió con el error {response.status}.", pantalla=_TITULO)
        if _is_page(response):
            return self._printed(self._window(), radicado)
        if response.request.method == "GET":
            return self._serviweb.page.context.request.get(response.url).body()
        if not given.downloads:
            raise DocumentIncomplete("El PDF no llegó.", pantalla=_TITULO)
        return Path(given.downloads[0].path()).read_bytes()

    def _close_windows(self) -> None:
        """A window that an earlier attempt left would be taken again by its name."""
        for window in self._serviweb.page.context.pages:
            if window is not self._serviweb.page:
                window.close()

    def _window(self) -> Page:
        """The window that printing opened; its answer may come before the window itself is known."""
        context = self._serviweb.page.context
        opened = [window for window in context.pages if window is not self._serviweb.page]
        if opened:
            return opened[-1]
        try:
            return context.wait_for_event("page", timeout=self._serviweb.espera_ms)
        except PlaywrightTimeout:
            raise DocumentIncomplete("La ventana de impresión no se abrió.", pantalla=_TITULO) from None

    def _printed(self, window: Page, radicado: str) -> bytes:
        try:
            window.wait_for_load_state("load")
            expect(window.locator("body")).to_contain_text(radicado, timeout=self._serviweb.espera_ms)
            return _print_to_pdf(window)
        except (AssertionError, PlaywrightTimeout):
            raise DocumentIncomplete("La página para imprimir no muestra el radicado.", pantalla=_TITULO) from None
        except PlaywrightError:
            raise DocumentIncomplete("La ventana de impresión se cerró.", pantalla=_TITULO) from None


class _Given:
    """The documents and downloads that came since printing was asked for."""

    def __init__(self) -> None:
        self.responses: list[Response] = []
        self.downloads: list[Download] = []

    @property
    def anything(self) -> bool:
        return bool(self.responses or self.downloads)

    def keep_download(self, download: Download) -> None:
        self.downloads.append(download)

    def listen_to(self, page: Page) -> None:
        page.on("download", self.keep_download)

    def keep_response(self, response: Response) -> None:
        if _is_document(response):
            self.responses.append(response)


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


def _print_to_pdf(window: Page) -> bytes:
    """As `Page.pdf`, which refuses in a visible browser; the browser's own command does not."""
    session = window.context.new_cdp_session(window)
    try:
        printed = session.send("Page.printToPDF", {"printBackground": True, "paperWidth": 8.5, "paperHeight": 11})
    finally:
        session.detach()
    return base64.b64decode(printed["data"])
