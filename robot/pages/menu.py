"""The menu at the top left (step 3)."""

import contextlib
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import urljoin

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FloatRect, Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import ScreenChanged, ServiwebUnavailable
from robot.pages.contenido import covered
from robot.pages.encima import close_what_covers
from robot.pages.espera import Check, click_within
from robot.pages.inspeccion import entries_like
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.screens import PANTALLAS

_NOMBRE = "menu"
_HOVER_MS = 600
_ALREADY_THERE_MS = 200
_KNOWN_WAY_MS = 500
_NEAR = 3
_COVERED_MS = 1_000.0
"""What covers an entry for so long does not go by itself."""


class MenuPage:
    """Opens screens by the path of their menu entries, whether the menu opens on hover or on click, and in whatever frame."""

    def __init__(self, serviweb: Serviweb) -> None:
        self.serviweb = serviweb
        self._home = serviweb.page.url

    @staticmethod
    def first_entry(pantalla: Pantalla) -> Locator:
        """The top entry of the way to the trámite: what tells that somebody is signed in."""
        perfil = pantalla.serviweb.perfil
        menu = Pantalla(pantalla.serviweb, _NOMBRE, pantalla.frame)
        ways = perfil.entradas("tramite") or perfil.entradas("consulta")
        return menu.entry(ways[0]) if ways else menu.ancla

    def open(self, destino: str) -> None:
        """Open a screen by its name in the perfil's menu (`tramite`, `consulta`).

        Raises:
            ScreenChanged: an entry is not there.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        serviweb = self.serviweb
        if (direccion := serviweb.perfil.direccion(destino)) is not None:
            self._go_to(direccion)
            return
        if self._go_known_way(destino):
            return
        first, *others = serviweb.perfil.entradas(destino)
        there = serviweb.espera.comes_within(_ALREADY_THERE_MS, self._shows(first))
        if not there:
            self._go_to(self._home)  # many a screen has no menu of its own
        pantalla = self._await_entry(first)
        serviweb.close_windows([serviweb.page, pantalla.frame.page])
        entry = pantalla.entry(first).first
        way = [entry]
        for parent, child in pairwise([first, *others]):
            with pantalla.using(parent):
                below = None
                if parent not in serviweb.aprendido.se_abren_con_clic:
                    self._hover(entry)
                    below = self._below(pantalla, child, _HOVER_MS)
                if below is None:
                    self._click(entry)
                    below = self._below(pantalla, child, serviweb.espera_ms)
                    serviweb.aprendido.se_abren_con_clic.add(parent)
                if below is None:
                    serviweb.raise_if_broken()
                    raise self._missing(child)
                pantalla, entry = below, _nearest(below.entry(child), entry)
                way.append(entry)
        before = self._anchors(destino)

        def opened(_: float) -> None:
            assert self._anchors(destino) != before  # noqa: S101  # a check asserts, like Playwright's own

        with pantalla.using(destino), serviweb.settled(sends=True, unless=opened):
            self._click(entry)
        if there and serviweb.trafico.seen and not serviweb.aprendido.se_abren_con_clic:
            serviweb.aprendido.caminos.setdefault(destino, tuple(way))

    def _await_entry(self, nombre: str) -> Pantalla:
        """The menu once an entry of it is there.

        Raises:
            ScreenChanged: it does not come; with what is like it.
        """
        try:
            return self.serviweb.await_any(_NOMBRE, entrada=lambda p: p.entry(nombre))[1]
        except ScreenChanged as missing:
            if type(missing) is not ScreenChanged:  # the screen itself says what is wrong
                raise
            raise self._missing(nombre) from None

    def _missing(self, nombre: str) -> ScreenChanged:
        near = list(dict.fromkeys(one.dice for one in entries_like(self.serviweb, nombre)))
        hint = f" Opciones parecidas: {', '.join(f'«{one}»' for one in near[:_NEAR])}." if near else ""
        titulo = PANTALLAS[_NOMBRE].titulo
        return ScreenChanged(f"La opción «{nombre}» no está en el menú.{hint}", pantalla=titulo, campo=nombre)

    def _hover(self, entry: Locator) -> None:
        self._uncovered(entry, lambda milliseconds: entry.hover(timeout=milliseconds))

    def _click(self, entry: Locator) -> None:
        self._uncovered(entry, lambda milliseconds: click_within(entry, milliseconds))

    def _uncovered(self, entry: Locator, act: Callable[[float], None]) -> None:
        """Do something with an entry; a message of the page that lies over it is closed first."""
        try:
            act(_COVERED_MS)
        except PlaywrightTimeout as late:
            if "intercepts pointer events" in late.message:
                close_what_covers(self.serviweb, entry)
            act(self.serviweb.espera_ms)

    def _go_known_way(self, destino: str) -> bool:
        """Go where the mouse has led before; whether that was possible. A way that fails once is not gone again."""
        serviweb = self.serviweb
        *parents, entry = serviweb.aprendido.caminos.get(destino, ()) or (None,)
        if entry is None:
            return False
        serviweb.close_windows([serviweb.page, entry.page])
        try:
            with serviweb.settled(sends=True):
                for parent in parents:
                    parent.hover(timeout=_KNOWN_WAY_MS)
                click_within(entry, _KNOWN_WAY_MS)
        except PlaywrightError:
            serviweb.aprendido.caminos[destino] = ()
            return False
        return True

    def _anchors(self, destino: str) -> int:
        """How many times the screen is there: a page may draw it without asking the server."""
        count = 0
        for frame in self.serviweb.candidates(destino):
            with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                count += Pantalla(self.serviweb, destino, frame).ancla.filter(visible=True).count()
        return count

    def _go_to(self, direccion: str) -> None:
        page = self.serviweb.page
        try:
            page.goto(urljoin(page.url, direccion), wait_until="domcontentloaded")
        except PlaywrightError:
            raise ServiwebUnavailable(f"No se pudo abrir {direccion}.") from None

    def _shows(self, nombre: str) -> Check:
        def shown(milliseconds: float) -> None:
            frames = self.serviweb.candidates(_NOMBRE)
            for frame in frames:
                entry = Pantalla(self.serviweb, _NOMBRE, frame).entry(nombre).first
                if frame is frames[-1]:
                    expect(entry).to_be_visible(timeout=milliseconds)
                elif entry.is_visible():
                    return

        return shown

    def _below(self, parent: Pantalla, child: str, plazo_ms: float) -> Pantalla | None:
        """Where the child of an entry shows: in the same frame, or in one that its parent filled."""
        found: list[Pantalla] = []

        def shown(milliseconds: float) -> None:
            for frame in self.serviweb.candidates(_NOMBRE):
                other = Pantalla(self.serviweb, _NOMBRE, frame)
                with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                    if frame is not parent.frame and other.entry(child, words=False).first.is_visible():
                        found.append(other)
                        return
            expect(parent.entry(child).first).to_be_visible(timeout=milliseconds)
            found.append(parent)

        return found[-1] if self.serviweb.espera.comes_within(plazo_ms, shown) else None


def _nearest(entries: Locator, parent: Locator) -> Locator:
    """Of several with the same words, such as a menu entry and the title of a screen, the one beside its parent."""
    if entries.count() < 2:
        return entries.first
    at = parent.bounding_box()
    boxes = [entry.bounding_box() for entry in entries.all()]
    under = covered(entries)  # as the title of a tab under the menu that has opened
    if at is None or None in boxes or not 0 < len(boxes) == len(under):  # one of them is just coming or going
        return entries.first
    distances = [(hides, _distance(box, at)) for box, hides in zip(boxes, under, strict=True) if box is not None]
    return entries.nth(distances.index(min(distances)))


def _distance(one: FloatRect, other: FloatRect) -> float:
    across = max(one["x"] - other["x"] - other["width"], other["x"] - one["x"] - one["width"], 0)
    down = max(one["y"] - other["y"] - other["height"], other["y"] - one["y"] - one["height"], 0)
    return across + down
