"""The print icon of a saved trámite and the document behind it (step 12)."""

import base64
import contextlib
import time
from pathlib import Path

from playwright.sync_api import Download, Page, Response, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import DocumentIncomplete
from robot.pages.envio import UNSHARED
from robot.pages.serviweb import Serviweb, visible
from robot.pantallas import PANTALLAS

_NOMBRE = "impresion"
_TITULO = PANTALLAS[_NOMBRE].titulo
_SLICE_MS = 120.0
_DOCUMENTS = ("text/html", "application/pdf", "application/octet-stream")


class ImpresionPage:
    """A saved trámite on screen. Constructing it waits for the print icon."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(_NOMBRE)
        self.imprimir = self.pantalla.find("imprimir").first
        self._before = [window for window in serviweb.ventanas if window is self.pantalla.frame.page]

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
        context, given = self._serviweb.page.context, _Given()
        self._close_windows()
        for page in context.pages:
            given.listen_to(page)
        context.on("page", given.listen_to)
        context.on("response", given.keep_response)
        try:
            self._ask_for(nombre, given)
            return self._bytes(given, radicado)
        except PlaywrightError:
            raise DocumentIncomplete("La conexión se cortó mientras llegaba.", pantalla=_TITULO) from None
        finally:
            for page in context.pages:
                page.remove_listener("download", given.keep_download)
            context.remove_listener("page", given.listen_to)
            context.remove_listener("response", given.keep_response)
            self._close_windows()

    def _ask_for(self, nombre: str, given: "_Given") -> None:
        """Click the icon, and the document where the icon opens a menu, until something is given."""
        serviweb = self._serviweb
        documento = self.pantalla.find("documento", serviweb.perfil.opcion("documento", nombre)).first
        since = serviweb.trafico.total
        with self.pantalla.using("imprimir"):
            self.imprimir.click()

        def came(_: float) -> None:
            assert given.anything  # noqa: S101  # a check asserts, like Playwright's own

        with self.pantalla.using(nombre, since):
            seen = serviweb.first_of(dado=came, menu=visible(documento))
            if seen == "menu":
                documento.click()
        begun = time.monotonic()
        while not given.anything:
            if time.monotonic() - begun > serviweb.espera_ms / 1000:
                raise DocumentIncomplete("Serviweb no lo entregó.", pantalla=_TITULO)
            with contextlib.suppress(PlaywrightTimeout):
                serviweb.page.context.wait_for_event("requestfinished", timeout=_SLICE_MS)

    def _bytes(self, given: "_Given", radicado: str) -> bytes:
        """What was given, as a PDF. Asking again for one that a viewer shows works in every browser."""
        if not given.responses:
            return Path(given.downloads[0].path()).read_bytes()
        response = given.responses[0]
        if response.status >= 500:
            raise DocumentIncomplete(f"Serviweb respondió con el error {response.status}.", pantalla=_TITULO)
        if not _is_page(response):
            return self._asked_again(response, given)
        window = self._page_of(response)
        window.wait_for_load_state("load")
        inside = [one for one in given.responses if not _is_page(one)]
        return self._asked_again(inside[0], given) if inside else self._printed(window, radicado)

    def _asked_again(self, response: Response, given: "_Given") -> bytes:
        if given.downloads:
            return Path(given.downloads[0].path()).read_bytes()
        request = response.request
        kind = request.headers.get("content-type")
        return self._serviweb.page.context.request.fetch(
            response.url,
            method=request.method,
            data=request.post_data_buffer,
            headers={**UNSHARED, **({"content-type": kind} if kind else {})},
        ).body()

    def _close_windows(self) -> None:
        """A window that an earlier attempt left would be taken again by its name."""
        self._serviweb.close_windows([self._serviweb.page, *self._before])

    def _page_of(self, response: Response) -> Page:
        """The window that printing opened; its answer may come before the window itself is known.

        A page that came in the place of the trámite is opened once more in a window of its own.
        """
        serviweb = self._serviweb
        own = [serviweb.page, *self._before]
        with contextlib.suppress(PlaywrightError):
            if response.frame.page in own:
                window = serviweb.page.context.new_page()
                window.goto(response.url)
                return window
        opened = [window for window in serviweb.ventanas if window not in own]
        if opened:
            return opened[0]
        try:
            return serviweb.page.context.wait_for_event("page", timeout=serviweb.espera_ms)
        except PlaywrightTimeout:
            raise DocumentIncomplete("La ventana de impresión no se abrió.", pantalla=_TITULO) from None

    def _printed(self, window: Page, radicado: str) -> bytes:
        try:
            window.wait_for_load_state("load")
            if radicado not in str(window.evaluate("() => document.body?.innerText ?? ''")):
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
