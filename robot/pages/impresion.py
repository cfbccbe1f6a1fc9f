"""The print icon of a saved trámite and the document behind it (step 12)."""

import contextlib
from collections.abc import Iterator
from urllib.parse import quote, urljoin

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import DocumentIncomplete
from robot.models import Radicado
from robot.pages.encima import close_what_covers
from robot.pages.entrega import Entrega
from robot.pages.espera import click_within, visible
from robot.pages.serviweb import Serviweb
from robot.perfil.screens import PANTALLAS

_NOMBRE = "impresion"
_TITULO = PANTALLAS[_NOMBRE].titulo
_COVERED_MS = 400.0
"""What covers the icon for so long does not go by itself."""


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
        own = [self._serviweb.page, *self._before]
        self._serviweb.close_windows(own)  # one that an earlier attempt left would be taken again by its name
        try:
            with _whole(), Entrega(self._serviweb, own) as entrega:
                self._ask_for(nombre, entrega)
                return entrega.take(radicado)
        finally:
            self._serviweb.close_windows(own)

    def _ask_for(self, nombre: str, entrega: Entrega) -> None:
        """Click the icon, and the document where the icon opens a menu, until something is given."""
        serviweb = self._serviweb
        documento = self.pantalla.find("documento", serviweb.perfil.opcion("documento", nombre)).first
        since = serviweb.trafico.total
        with self.pantalla.using("imprimir"):
            self._click_the_icon()
        with self.pantalla.using(nombre, since):
            seen = serviweb.first_of(dado=entrega.came, menu=visible(documento))
            if seen == "menu":
                documento.click()

    def _click_the_icon(self) -> None:
        """A message of the page may lie over it."""
        try:
            click_within(self.imprimir, _COVERED_MS)
        except PlaywrightTimeout as late:
            if "intercepts pointer events" in late.message:
                close_what_covers(self._serviweb, self.imprimir)
            click_within(self.imprimir, self._serviweb.espera_ms)


def document_at(serviweb: Serviweb, direccion: str, radicado: Radicado) -> bytes:
    """The document at the address that the perfil gives, as a PDF.

    Args:
        direccion: with `{radicado}` where the number goes.

    Raises:
        DocumentIncomplete: it came empty, truncated or for another radicado.
        SessionExpired, ServiwebUnavailable.
    """
    address = urljoin(serviweb.page.url, direccion.format(radicado=quote(radicado.numero, safe="")))
    own = [serviweb.page]
    serviweb.close_windows(own)
    try:
        with _whole(), Entrega(serviweb, own) as entrega:
            window: Page = serviweb.page.context.new_page()
            with contextlib.suppress(PlaywrightError):  # a download is no page
                window.goto(address, timeout=serviweb.espera_ms)
            serviweb.raise_if_let_down(_NOMBRE)
            return entrega.take(radicado.numero)
    finally:
        serviweb.close_windows(own)


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """What breaks on the way comes as a document that is not whole."""
    try:
        yield
    except PlaywrightError:
        raise DocumentIncomplete("La conexión se cortó mientras llegaba.", pantalla=_TITULO) from None
