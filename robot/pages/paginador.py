"""The way through the pages of CONSULTA's results, whatever it is drawn with, and whether all of them were seen.

That a page shows nothing more proves nothing by itself: a pager may be drawn in a way that the robot does not know. So a
reading is whole only where the screen shows that it is (docs/decisiones/0023).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

from playwright.sync_api import Locator
from pydantic import BaseModel, ConfigDict

from robot.pages.localizadores import Raiz
from robot.pages.resultados import PARTS_OF_ROWS
from robot.pages.serviweb import Pantalla
from robot.perfil.perfil import Paginas
from robot.perfil.screens import PANTALLAS

_CANDIDATES = (
    "a, button, input, select, img, li, span, b, strong, u, i, font, em, div, td, [role=button], [role=link], [onclick]"
)
SHORTEST_PAGE = 5
"""No Serviweb is known that shows fewer results on a page: where fewer stand and nothing speaks of other pages, those are all."""
_MOST_TURNS = 500
_BEING_DRAWN_MS = 2_000.0
_SCROLL = """results => {
  const last = [...document.querySelectorAll('tr, [role=row]')].filter(row => row.offsetParent !== null).at(-1);
  for (let part = last ?? results; part; part = part.parentElement) part.scrollTop = part.scrollHeight;
}"""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Numero(_Read):
    """The number of a page, and where it can be clicked."""

    n: int
    at: int | None


class _Siguiente(_Read):
    """What leads forward; `worded` where it says so in words."""

    at: int
    enabled: bool
    worded: bool


class _Puntos(_Read):
    """Dots after the last number, which may lead to the numbers behind it."""

    at: int | None


class _Lista(_Read):
    """A list of the pages: the chosen one, and how many there are."""

    at: int
    value: int
    count: int


class _Tamano(_Read):
    """A list of how many results come on a page: the chosen one, nothing where that is all; and the place of the longest."""

    at: int
    value: int | None
    chosen: int
    most: int


class _Senales(_Read):
    """What stands around the results; `at` are places among the candidates, `levels` words, the nearest first."""

    levels: tuple[str, ...]
    numbers: tuple[_Numero, ...]
    actual: int | None
    dots: _Puntos | None
    next: _Siguiente | None
    back: bool
    pages: _Lista | None
    size: _Tamano | None


@cache
def _script() -> str:
    own = files("robot.pages").joinpath("paginador.js").read_text(encoding="utf-8")
    return f"(all, given) => ({own})(all, {{...given, parts: given.cards ? [] : ({PARTS_OF_ROWS})(given.results)}})"


@dataclass(frozen=True, slots=True)
class Vuelta:
    """What may bring more results.

    Attributes:
        hacer: the click or choice that does it.
        tal_vez: it may as well bring nothing.
    """

    hacer: Callable[[], object]
    tal_vez: bool = False


class Paginador:
    """Leads through the pages of one search's results, and knows whether all of them were seen."""

    def __init__(self, pantalla: Pantalla) -> None:
        self._pantalla = pantalla
        self._leidos = self._largo = self._came = self._most = 0
        self._turns = self._clicks = 0
        self._vistas: set[int] = set()
        self._ultima = 0
        self._mayor = 0
        self._beyond = False
        self._total: int | None = None
        self._paginas: int | None = None
        self._parcial = ""
        self._exhausted = False
        self._on_scrolling = self._worded = False
        self._stopped = ""

    def after(self, raiz: Raiz, results: Locator, *, leidos: int, largo: int, cards: bool) -> Vuelta | None:
        """What leads on from the page that stands there; nothing where nothing does.

        Args:
            raiz: the part of the page that is the screen.
            results: the row of column names, or one of the cards.
            leidos: how many results were read by now, on all pages.
            largo: how many stand on this one.
        """
        self._came, self._leidos, self._largo = leidos - self._leidos, leidos, largo
        self._most = max(self._most, self._came)
        if self._pantalla.serviweb.perfil.consulta.paginas is Paginas.NINGUNA:
            self._exhausted = True
            return None
        candidates = raiz.locator(_CANDIDATES)
        senales = self._look_when_drawn(partial(self._look, candidates, raiz, results, cards=cards))
        self._note(senales)
        self._turns += 1
        if self._turns > _MOST_TURNS:
            self._stopped = "Los resultados de la consulta no se acaban."
            return None
        vuelta = self._given() or next(self._found(senales, candidates), None)
        self._exhausted = vuelta is None and self._at_the_end(senales)
        if vuelta is not None or not self.falta:
            self._clicks += vuelta is not None
            return vuelta
        return Vuelta(partial(results.evaluate, _SCROLL), tal_vez=True)

    def scrolled(self, *, more: bool) -> None:
        """What only may bring more did, or did not; where it has before, that was the end."""
        self._exhausted = self._on_scrolling and not more
        self._on_scrolling = self._on_scrolling or more

    def ran_out(self) -> None:
        """What led on brought a page without results, or the words that there are none."""
        self._exhausted = True

    def came_twice(self, *, unchanged: bool) -> None:
        """What led on brought a page that was there before. Where it is the very page that it stands on, that was the last one,
        and what leads forward only does not look as if it were off: if it led on before, or says in words what it is.
        """
        if unchanged and (self._clicks > 1 or self._worded):
            self._exhausted = True
        else:
            self._stopped = "Una página de la consulta se repitió."

    @property
    def falta(self) -> str:
        """Why this is not known to be everything, as a Spanish sentence; blank where the screen shows that it is."""
        if self._parcial:
            return f"La consulta dice que no muestra todo: «{self._parcial}»."
        if self._total is not None and self._total != self._leidos:
            return f"La consulta dice que hay {self._total} resultados, y se leyeron {self._leidos}."
        pages = max(self._paginas or 0, self._mayor)
        if self._beyond or not self._vistas.issuperset(range(1, pages + 1)):
            return f"La consulta tiene más páginas que las {len(self._vistas)} que se leyeron."
        if self._total is not None or pages:
            return ""
        if self._stopped or self._exhausted or self._largo < SHORTEST_PAGE:
            return self._stopped
        return "No se ve si los resultados que muestra la consulta son todos."

    def _look_when_drawn(self, look: Callable[[], _Senales]) -> _Senales:
        """What stands there now, or a little later: toolkits switch the way on off while they draw what came by it."""
        serviweb, senales = self._pantalla.serviweb, look()

        def led_on(milliseconds: float) -> None:
            nonlocal senales
            serviweb.espera.await_news(milliseconds)
            senales = look()
            assert not self._is_held_up(senales)  # noqa: S101  # a check asserts

        if self._is_held_up(senales):
            serviweb.espera.comes_within(_BEING_DRAWN_MS, led_on)
        return senales

    def _is_held_up(self, senales: _Senales) -> bool:
        """Whether the way on is off although more are counted than were read."""
        total = _number(_nearest(self._pantalla.serviweb.pattern("total"), senales.levels))
        return senales.next is not None and not senales.next.enabled and total is not None and total > self._leidos

    def _look(self, candidates: Locator, raiz: Raiz, results: Locator, *, cards: bool) -> _Senales:
        return _Senales.model_validate(
            candidates.evaluate_all(
                _script(),
                {
                    "results": results.element_handle(),
                    "cards": cards,
                    "root": raiz.element_handle() if isinstance(raiz, Locator) else None,
                    "forward": PANTALLAS["consulta"].elementos["siguiente"].etiquetas,
                },
            )
        )

    def _note(self, senales: _Senales) -> None:
        """What is said of how many there are, and which page this is."""
        serviweb = self._pantalla.serviweb
        self._total = _number(_nearest(serviweb.pattern("total"), senales.levels))
        self._paginas = _number(_nearest(serviweb.pattern("paginas"), senales.levels))
        self._parcial = _nearest(serviweb.pattern("parcial"), senales.levels)
        here = senales.actual
        if senales.pages is not None:
            self._paginas, here = senales.pages.count, senales.pages.value
        self._mayor = max([self._mayor, *(one.n for one in senales.numbers)])
        self._beyond = senales.dots is not None
        self._worded = senales.next is not None and senales.next.worded
        self._ultima = here or self._ultima + 1
        self._vistas.add(self._ultima)

    @property
    def _named(self) -> bool:
        return "siguiente" in self._pantalla.serviweb.perfil.pantalla(self._pantalla.nombre).localizadores

    def _given(self) -> Vuelta | None:
        """The way that the perfil names."""
        if not self._named:
            return None
        siguiente = self._pantalla.find("siguiente").first
        return Vuelta(siguiente.click) if siguiente.is_visible() and siguiente.is_enabled() else None

    def _found(self, senales: _Senales, candidates: Locator) -> Iterator[Vuelta]:
        """The ways that the screen shows. A page by its number comes first: an arrow may lead to the last one."""
        following = self._ultima + 1
        if senales.pages is not None and following <= senales.pages.count:
            yield Vuelta(partial(candidates.nth(senales.pages.at).select_option, index=following - 1))
        unseen = {one.n: one.at for one in senales.numbers if one.at is not None and one.n not in self._vistas}
        if (at := unseen.get(following)) is not None:
            yield Vuelta(candidates.nth(at).click)
        over = self._paginas is not None and len(self._vistas) >= self._paginas
        if senales.next is not None and senales.next.enabled and not over:
            yield Vuelta(candidates.nth(senales.next.at).click)
        if senales.dots is not None and senales.dots.at is not None:
            yield Vuelta(candidates.nth(senales.dots.at).click)
        for _, at in sorted(unseen.items()):
            yield Vuelta(candidates.nth(at).click)
        size = senales.size
        if size is not None and size.value is not None and self._largo >= size.value and size.most != size.chosen:
            yield Vuelta(partial(self._lengthen, candidates.nth(size.at), size.most))

    def _lengthen(self, size: Locator, most: int) -> None:
        """Have more results on a page, which begins with the first one again."""
        self._vistas.clear()
        self._ultima = self._mayor = 0
        size.select_option(index=most)

    def _at_the_end(self, senales: _Senales) -> bool:
        """Whether the screen shows that there is nothing behind this page, its way forward being there no more.

        That it is not found may as well be due to how it is drawn; so there must be a way back, or less than came before.
        """
        size = senales.size
        if size is not None and (size.value is None or self._largo < size.value):
            return True
        ended = self._clicks > 0 and (senales.back or self._came < self._most)
        return self._named or senales.next is not None or ended


def _nearest(pattern: re.Pattern[str], levels: Sequence[str]) -> str:
    """What the first group that takes part in the first match holds, or all of it where there are no groups."""
    for words in levels:
        if (found := pattern.search(words)) is not None:
            return next((group for group in found.groups() if group is not None), found[0])
    return ""


def _number(text: str) -> int | None:
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits else None
