"""Writing a perfil by pointing: a person clicks each thing as it is named, and the best way to find it again is kept."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from playwright.sync_api import ConsoleMessage, Frame, JSHandle, Locator
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.pages import localizadores
from robot.pages.inspeccion import inventory_script, line_for, ways_to
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.perfil import Localizador
from robot.perfil.screens import PANTALLAS

_TOLD = "robot-captura "
_LOOK_MS = 500


class Senalado(StrEnum):
    """What the person did."""

    TOMADO = "tomado"
    NO_HAY = "no_hay"
    LISTO = "listo"
    SALTAR = "saltar"
    TERMINAR = "terminar"


_NAVIGATING = ((Senalado.LISTO, "Listo"), (Senalado.SALTAR, "Saltar esta pantalla"), (Senalado.TERMINAR, "Terminar"))
_POINTING = ((Senalado.NO_HAY, "No la hay"), (Senalado.LISTO, "Debo moverme"), (Senalado.TERMINAR, "Terminar"))


class _Pregunta(NamedTuple):
    """What the person is asked, the buttons beside it, and whether a click takes what is under it."""

    words: str
    buttons: tuple[tuple[Senalado, str], ...]
    pointing: bool


@cache
def _script() -> str:
    return files("robot.pages").joinpath("captura.js").read_text(encoding="utf-8")


class Captura:
    """The pointing, one question at a time. What the robot finds by itself needs no line and gets none."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self._lines: dict[str, list[str]] = {}
        self._told: list[str] = []
        self._question = _Pregunta("", (), pointing=False)
        context = serviweb.page.context
        context.add_init_script(_script())
        context.on("console", self._hear)
        for frame in serviweb.marcos:
            frame.evaluate(_script())

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(_TOLD):
            self._told.append(message.text.removeprefix(_TOLD))

    def ask_to_open(self, pantalla: str) -> None:
        """Ask for a screen; clicks do what they always do."""
        self._show(f"Abra la pantalla «{PANTALLAS[pantalla].titulo}» y pulse Listo.", _NAVIGATING, pointing=False)

    def ask_for(self, pantalla: str, elemento: str) -> None:
        """Ask for one thing; a click takes it and does nothing else."""
        definicion = PANTALLAS[pantalla]
        self._show(
            f"{definicion.titulo}: haga clic en {definicion.elementos[elemento].que_es}.", _POINTING, pointing=True
        )

    def ask_to_move(self) -> None:
        """Let the person go to another part of the screen."""
        self._show("Vaya a donde está y pulse Listo.", _NAVIGATING, pointing=False)

    def answer(self) -> Senalado:
        """What the person does; waits for as long as it takes, over as many pages as they open meanwhile.

        Closing the window ends it.
        """
        page = self._serviweb.page
        while not self._told:
            try:
                page.context.wait_for_event("console", timeout=_LOOK_MS)
            except PlaywrightTimeout:
                self._show_again()
            except PlaywrightError:
                if not page.is_closed():
                    raise
            if page.is_closed():
                return Senalado.TERMINAR
        return Senalado(self._told.pop(0))

    def take(self, pantalla: str, elemento: str) -> str:
        """Keep how to find what was clicked; the line for the perfil, blank where the robot finds it by itself."""
        for frame in self._serviweb.marcos:
            handle = frame.evaluate_handle("() => window.robotCaptura?.taken ?? null")
            if handle.as_element() is None:
                continue
            frame.evaluate("() => { window.robotCaptura.taken = null; }")
            line = self._line(Pantalla(self._serviweb, pantalla, frame), elemento, frame, handle)
            if line:
                self._lines.setdefault(pantalla, []).append(line)
            return line
        return ""

    def _line(self, pantalla: Pantalla, elemento: str, frame: Frame, handle: JSHandle) -> str:
        if _is(pantalla.find(elemento), handle):
            return ""
        (thing,) = frame.evaluate(inventory_script(), handle)
        for way in ways_to(thing):
            if _is(_located(frame, way), handle):
                return line_for(elemento, way)
        return ""

    def _show(self, words: str, buttons: Sequence[tuple[Senalado, str]], *, pointing: bool) -> None:
        self._told.clear()
        self._question = _Pregunta(words, tuple(buttons), pointing)
        self._show_again()

    def _show_again(self) -> None:
        """The question stands in the newest window; a page that was opened since has lost it."""
        words, buttons, pointing = self._question
        shown = False
        for frame in self._serviweb.marcos:
            try:
                frame.evaluate("on => { window.robotCaptura.on = on; }", pointing)
                whole = frame.parent_frame is None or not _has_body(frame.page.main_frame)
                if whole and not shown and _has_body(frame):
                    frame.evaluate(
                        "([words, buttons]) => window.robotCaptura.ask(words, buttons)", [words, list(buttons)]
                    )
                    shown = True
            except PlaywrightError:  # a frame that is just being replaced
                continue

    def as_toml(self) -> str:
        """The perfil, as far as it differs from what the robot finds by itself."""
        parts = [
            f"[pantallas.{pantalla}.localizadores]\n" + "\n".join(lines) for pantalla, lines in self._lines.items()
        ]
        return "\n\n".join(["# Escrito con `serviweb-robot pantallas capturar`.", *parts]) + "\n"

    def close(self) -> None:
        """Leave the pages as they are."""
        self._serviweb.page.context.remove_listener("console", self._hear)


def _has_body(frame: Frame) -> bool:
    """Not so for a page that is a frameset."""
    return bool(frame.evaluate("() => document.body?.tagName === 'BODY'"))


def _located(frame: Frame, way: Localizador) -> Locator:
    return localizadores.from_perfil(frame, way).filter(visible=True)


def _is(locator: Locator, handle: JSHandle) -> bool:
    """Whether it finds this very thing and no other."""
    try:
        return locator.count() == 1 and bool(locator.evaluate("(found, taken) => found === taken", handle))
    except PlaywrightError:
        return False
