"""Lists that a page draws itself: opening one, choosing by a click, reading back what is posted."""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from playwright.sync_api import ElementHandle, Locator
from playwright.sync_api import Error as PlaywrightError

from robot.errors import OptionMissing, ScreenChanged, ServiwebUnavailable
from robot.pages.contenido import CONTENT
from robot.pages.espera import click_within
from robot.pages.serviweb import Pantalla
from robot.reading.equality import option_text, same_option

_OPENS_MS = 250.0
"""A list that a click opens is there by then; where the field can be typed into, the next way is tried."""
_ANIMATED_MS = 600.0
"""One that opens slowly."""
_ANSWERS_MS = 900.0
"""What listens to keys waits a moment for the next one before it asks or shows."""
_CHOSEN_MS = 1_500.0
_CLICK_MS = 2_000.0
_PREFIX = 3
"""So many letters bring what is like the option, where the whole of it brings nothing at all."""
_LEAVE = "e => e.blur()"
_WHOLE = {"clic", "botón", "flecha"}
"""Ways to open a list with all that it offers; one of them is enough to know that it lacks an option. The last one is for a list
that nothing else opens: it chooses from one that stays closed.
"""
_TURN_MS = 80.0
_TURNS = 400
_IN_VAIN = 3
"""So many turns of the wheel that bring nothing new are the end of a list."""


@cache
def _script() -> str:
    return files("robot.pages").joinpath("lista.js").read_text(encoding="utf-8").rstrip().rstrip(";")


def _call(function: str) -> str:
    """A function of `lista.js` on a field, with what is given besides as a list."""
    return f"(field, given) => ({_script()})({CONTENT}).{function}(field, ...(given ?? []))"


@dataclass(frozen=True, slots=True)
class _Vista:
    """What is to be seen of a list: whether it is open, the wanted option stands still in it, or is there at all, what it offers,
    and what tells whether it has moved.
    """

    open: bool = False
    found: bool = False
    texts: tuple[str, ...] = ()
    comes: bool = False
    mark: str = ""


class ListaDibujada:
    """One list of a form.

    The field is looked for once, while its list is closed: an open list may go by the same label, and so may its arrow.

    Args:
        campo: its name.
        box: where it is.
    """

    def __init__(self, pantalla: Pantalla, campo: str, box: Locator) -> None:
        self._pantalla = pantalla
        self._serviweb = pantalla.serviweb
        self._campo = campo
        self._box = box
        named = "opcion" in pantalla.serviweb.perfil.pantalla(pantalla.nombre).localizadores
        self._named = pantalla.find("opcion") if named else None
        self._field: ElementHandle | None = None
        self._offered: dict[str, None] = {}
        self._opened_by: set[str] = set()
        self._before: Mapping[str, Any] = {}
        self._editable = self._lost = False

    def choose(self, wanted: str) -> None:
        """Open the list in whatever way it opens, click the very option, and see that it stays.

        Not where it is chosen already: the field shows it, and nothing that can be seen of what is posted speaks against it.
        What cannot be chosen leaves nothing in the field.

        Raises:
            OptionMissing: the list was open, and lacks it.
            ScreenChanged: the list does not open, does not let the option be clicked, or does not keep what was clicked.
            ServiwebUnavailable: what it offers has not come.
        """
        deadline = time.monotonic() + self._serviweb.espera_ms / 1000
        self._before = self._begin()
        if self._before["unchanged"] and self._holds(self._before, wanted):
            return
        while True:
            opened: set[str] = set()
            for way, opens in self._ways(wanted).items():
                if self._is_in_vain(way, opened):
                    continue
                vista = opens()
                if vista.found and self._take(wanted):
                    maneras = self._serviweb.aprendido.maneras
                    maneras.pop(self._campo, None)
                    maneras[self._campo] = way
                    return
                opened |= {way} if vista.open else set()
                self._opened_by |= opened
                self._leave_nothing()
            if time.monotonic() > deadline:
                self._refuse(wanted)
            self._begin()

    def _is_in_vain(self, way: str, opened: set[str]) -> bool:
        """Whether a way to open the list would show nothing that others have not shown."""
        if way in _WHOLE:
            return bool(opened & _WHOLE) or (way == "flecha" and bool(self._opened_by - {way}))
        return bool(self._opened_by - {way}) if way == "prefijo" else way == "recorrido" and not opened & _WHOLE

    def _ways(self, wanted: str) -> Mapping[str, Callable[[], _Vista]]:
        """How lists open, by name: the way that has opened this one first, or else the last other one."""
        every: dict[str, Callable[[], _Vista]] = {
            "clic": lambda: self._by_click(wanted),
            "botón": lambda: self._by_trigger(wanted),
        }
        if self._editable:
            every["teclas"] = lambda: self._by_keys(wanted, wanted)
            every["prefijo"] = lambda: self._by_keys(wanted[:_PREFIX], wanted)
        every["flecha"] = lambda: self._by_arrow_key(wanted)
        if "teclas" in every:
            every["recorrido"] = lambda: self._by_reading_it_all(wanted)
        maneras = self._serviweb.aprendido.maneras
        known = maneras.get(self._campo) or next(reversed(maneras.values()), "")
        return {known: every[known], **every} if known in every else every

    def _by_click(self, wanted: str) -> _Vista:
        self._serviweb.trafico.forget()
        self._resolved().click()
        editable = self._editable
        vista = self._look(wanted, _OPENS_MS if editable else _ANIMATED_MS)
        return vista if editable else self._searched(vista, wanted)

    def _by_keys(self, typed: str, wanted: str) -> _Vista:
        """What can be typed into narrows to what fits."""
        self._empty()
        self._resolved().type(typed)
        return self._look(wanted, _ANSWERS_MS)

    def _by_arrow_key(self, wanted: str) -> _Vista:
        if self._editable:
            self._empty()
        self._resolved().press("ArrowDown")
        return self._searched(self._look(wanted, _ANIMATED_MS), wanted)

    def _by_trigger(self, wanted: str) -> _Vista:
        arrow = self._resolved().evaluate_handle(_call("trigger")).as_element()
        if arrow is None:
            return _Vista()
        self._serviweb.trafico.forget()
        try:
            click_within(arrow, _CLICK_MS)
        except PlaywrightError:  # what looks like an arrow may be none, or another sign by now
            return _Vista()
        vista = self._look(wanted, _ANIMATED_MS)
        return vista if self._editable else self._searched(vista, wanted)

    def _by_reading_it_all(self, wanted: str) -> _Vista:
        """What typing does not bring may be far down in a list that can be typed into."""
        for opens in (self._by_click, self._by_trigger):
            vista = opens(wanted)
            if vista.open:
                return self._searched(vista, wanted)
        return _Vista()

    def _searched(self, vista: _Vista, wanted: str) -> _Vista:
        """An open list that has not all of its options on the page is looked through."""
        if vista.found or not vista.open or self._named is not None:
            return vista
        vista = self._seen(self._ask("scroll", option_text(wanted).pattern))
        return vista if vista.found else self._wheeled(vista, wanted)

    def _wheeled(self, vista: _Vista, wanted: str) -> _Vista:
        """What a list moves by itself, or brings from the server as it is moved, comes by the wheel of the mouse only."""
        row = self._resolved().evaluate_handle(_call("row")).as_element()
        place = row.bounding_box() if row is not None else None
        if place is None:
            return vista
        turn = self._ask("height") * 0.7
        mouse, vain = self._box.page.mouse, 0
        mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        for _ in range(_TURNS):
            before = vista.mark
            mouse.wheel(0, turn)
            vista = self._look(wanted, _TURN_MS)
            vain = 0 if vista.mark != before else vain + 1
            if vista.comes or vain >= _IN_VAIN:
                break
        return self._look(wanted, _ANSWERS_MS) if vista.comes else vista

    def _look(self, wanted: str, plazo_ms: float) -> _Vista:
        """Wait for the option; longer where the page is still asking for what it offers."""
        vista = self._wait(wanted, plazo_ms)
        begun = time.monotonic()
        while not vista.found and self._serviweb.trafico.busy(pages_only=False):
            if time.monotonic() - begun > self._serviweb.espera_ms / 1000:
                break
            self._serviweb.espera.await_news(_OPENS_MS)
            vista = self._wait(wanted, _OPENS_MS)
        return vista

    def _wait(self, wanted: str, plazo_ms: float) -> _Vista:
        if self._named is None:
            return self._seen(self._ask("wait", option_text(wanted).pattern, plazo_ms))
        deadline = time.monotonic() + plazo_ms / 1000
        while True:
            texts = [text for text in _own(self._named) if text is not None]
            found = any(same_option(text, wanted) for text in texts)
            if found or time.monotonic() > deadline:
                return self._seen({"open": bool(texts), "found": found, "texts": texts})
            self._serviweb.espera.await_news(_TURN_MS)

    def _seen(self, told: Mapping[str, Any]) -> _Vista:
        vista = _Vista(**{**told, "texts": tuple(told["texts"])})
        if vista.open:
            self._offered.update(dict.fromkeys(vista.texts))
        return vista

    def _take(self, wanted: str) -> bool:
        """Click the option; whether the field holds it then, and what is posted has changed with it."""
        option = self._option(wanted)
        if option is None:
            return False
        try:
            with self._serviweb.settled():
                click_within(option, _CLICK_MS)
        except PlaywrightError:  # it went, or was covered, as the list was drawn anew
            return False
        came = self._ask("taken", option_text(wanted).pattern, self._campo, _CHOSEN_MS, self._before)
        if came == "abierta":
            self._resolved().evaluate(_LEAVE)
            option.wait_for_element_state("hidden", timeout=self._serviweb.espera_ms)
        self._lost = came == "no"
        return not self._lost

    def _option(self, wanted: str) -> ElementHandle | None:
        if self._named is not None:
            called = self._named.filter(has_text=option_text(wanted))
            at = next((at for at, text in enumerate(_own(called)) if text is not None), None)
            return called.nth(at).element_handle() if at is not None else None
        return self._resolved().evaluate_handle(_call("option"), [option_text(wanted).pattern]).as_element()

    def _leave_nothing(self) -> None:
        """What was typed would be taken for chosen at the next look, and what is open be closed by the next click.

        Escape would close the window of the form where no list is open.
        """
        with contextlib.suppress(PlaywrightError):
            if self._editable and self._resolved().evaluate(CONTENT):
                self._empty()
            if self._ask("opened"):
                self._resolved().press("Escape")
            self._resolved().evaluate(_LEAVE)

    def _empty(self) -> None:
        field = self._resolved()
        field.focus()
        field.press("ControlOrMeta+A")
        field.press("Delete")

    def _begin(self) -> Mapping[str, Any]:
        """How things are before the list is opened."""
        if self._field is not None and not self._field.evaluate("e => e.isConnected"):
            self._field = None
        now: Mapping[str, Any] = self._ask("begin", self._campo)
        self._editable = now["editable"]
        return now

    def _holds(self, now: Mapping[str, Any], wanted: str) -> bool:
        if not same_option(now["text"], wanted):
            return False
        posted = [one for one in now["posted"] if one["lista"]] or now["posted"]
        return not posted or any(same_option(one["valor"], wanted) if one["lista"] else one["valor"] for one in posted)

    def _resolved(self) -> ElementHandle:
        if self._field is None:
            self._field = self._box.element_handle()
        return self._field

    def _ask(self, function: str, *given: object) -> Any:  # noqa: ANN401  # each function of the script has its own answer
        return self._resolved().evaluate(_call(function), list(given))

    def _refuse(self, wanted: str) -> NoReturn:
        serviweb, titulo = self._serviweb, self._pantalla.titulo
        serviweb.raise_if_broken()
        serviweb.raise_if_let_down(self._pantalla.nombre)
        if serviweb.trafico.busy(pages_only=False):
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=titulo, campo=self._campo)
        if self._lost:
            raise ScreenChanged(f"La lista no conserva «{wanted}».", pantalla=titulo, campo=self._campo)
        if not self._opened_by:
            raise ScreenChanged("La lista no se abrió.", pantalla=titulo, campo=self._campo)
        if any(same_option(text, wanted) for text in self._offered):
            detalle = f"La lista muestra «{wanted}», pero no deja elegirla."
            raise ScreenChanged(detalle, pantalla=titulo, campo=self._campo)
        raise missing(list(self._offered), self._campo, wanted, titulo)


def _own(options: Locator) -> list[str | None]:
    """The texts of what the perfil takes for options; None for what was on the page before the list was opened, as a menu is."""
    texts: list[str | None] = options.evaluate_all(f"all => ({_script()})({CONTENT}).own(all)")
    return texts


def missing(offered: list[str], campo: str, wanted: str, titulo: str) -> OptionMissing:
    """That a list lacks an option, with those that are like it."""
    near = get_close_matches(wanted, [text.strip() for text in offered], n=3, cutoff=0.5)
    hint = f" Opciones parecidas: {', '.join(near)}." if near else ""
    return OptionMissing(f"Falta «{wanted}».{hint}", pantalla=titulo, campo=campo)
