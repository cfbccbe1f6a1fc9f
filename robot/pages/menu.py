"""The menu at the top left (step 3)."""

from itertools import pairwise

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.pages.localizadores import whole_text
from robot.pages.serviweb import Pantalla, Serviweb

_NOMBRE, _TITULO = "menu", "Menú"
_HOVER_MS = 600


class MenuPage:
    """Opens screens by the path of their menu entries, whether the menu opens on hover or on click."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb

    @staticmethod
    def first_entry(pantalla: Pantalla) -> Locator:
        """The top entry of the way to the trámite: what tells that somebody is signed in."""
        return MenuPage._entry(pantalla, pantalla.serviweb.perfil.menu["tramite"][0])

    @staticmethod
    def _entry(pantalla: Pantalla, nombre: str) -> Locator:
        by_text = pantalla.frame.get_by_text(whole_text(nombre))
        return pantalla.action(f"menu.{nombre}", nombre).or_(by_text.filter(visible=True))

    def open(self, destino: str) -> None:
        """Open a screen by its name in the perfil's menu (`tramite`, `consulta`).

        Raises:
            ScreenChanged: an entry is not there.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        path = self._serviweb.perfil.menu[destino]
        pantalla = self._serviweb.pantalla(_NOMBRE, _TITULO, self.first_entry)
        for parent, child in pairwise(path):
            with pantalla.using(parent):
                entry = self._entry(pantalla, parent).first
                entry.hover()
                try:
                    expect(self._entry(pantalla, child).first).to_be_visible(timeout=_HOVER_MS)
                except (AssertionError, PlaywrightTimeout):
                    entry.click()
        with pantalla.using(path[-1]), self._serviweb.settled(sends=True):
            self._entry(pantalla, path[-1]).first.click()
