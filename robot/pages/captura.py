"""Writing a perfil by pointing: a person clicks each thing as it is named, and the best way to find it again is kept."""

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from playwright.sync_api import ConsoleMessage, Frame, JSHandle, Locator
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.pages import localizadores
from robot.pages.inspeccion import line_for, ways_to
from robot.pages.inventario import inventory_script
from robot.pages.palabras import pattern_of
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.patterns import Patrones
from robot.perfil.perfil import Localizador, Perfil
from robot.perfil.screens import PANTALLAS
from robot.reading.equality import plain

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
    """What the person is asked, the buttons beside it, whether a click takes what is under it, and whether it asks for words."""

    words: str
    buttons: tuple[tuple[Senalado, str], ...]
    pointing: bool
    writing: bool = False


@cache
def _script() -> str:
    return files("robot.pages").joinpath("captura.js").read_text(encoding="utf-8")


class Captura:
    """The pointing, one question at a time. What the robot finds by itself needs no line and gets none."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self._lines: dict[str, list[str]] = {}
        self._told: list[str] = []
        self._camino: list[str] = []
        self._texto = ""
        self._menu: dict[str, str] = {}
        self._patrones: dict[str, str] = {}
        self._question = _Pregunta("", (), pointing=False)
        context = serviweb.page.context
        context.add_init_script(_script())
        context.on("console", self._hear)
        for frame in serviweb.marcos:
            frame.evaluate(_script())

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(_TOLD):
            return
        what, _, more = message.text.removeprefix(_TOLD).partition(" ")
        if what == "camino":
            entries: list[str] = json.loads(more)
            self._camino = entries if len(entries) > 1 else [*self._camino, *entries]
        elif what == "texto":
            self._texto = more.strip()
        else:
            self._told.append(what)

    def ask_to_open(self, pantalla: str) -> None:
        """Ask for a screen; clicks do what they always do, and are the way to it."""
        self._camino.clear()
        self._show(f"Abra la pantalla «{PANTALLAS[pantalla].titulo}» y pulse Listo.", _NAVIGATING, pointing=False)

    def ask_for(self, pantalla: str, elemento: str) -> None:
        """Ask for one thing; a click takes it and does nothing else."""
        definicion = PANTALLAS[pantalla]
        self._show(
            f"{definicion.titulo}: haga clic en {definicion.elementos[elemento].que_es}.", _POINTING, pointing=True
        )

    def keep_way(self, destino: str) -> str:
        """Keep the way that the person has gone to a screen; the line for the perfil, blank where it is the usual one."""
        usual = [plain(entry) for entry in Perfil().entradas(destino)]
        if not self._camino or [plain(entry) for entry in self._camino] == usual:
            return ""
        self._menu[destino] = f"{destino} = {json.dumps(self._camino, ensure_ascii=False)}"
        return self._menu[destino]

    def ask_for_words(self, que: str) -> None:
        """Ask for a sentence that Serviweb says."""
        self._texto = ""
        words = f"Escriba {que}, y pulse Listo."
        self._show(words, ((Senalado.LISTO, "Listo"), (Senalado.SALTAR, "No lo sé")), pointing=False, writing=True)

    def keep_words(self, *nombres: str) -> list[str]:
        """Keep patterns for what was written; the lines for the perfil, none where the robot understands it by itself."""
        made = {
            nombre: _numbered(self._texto) if nombre == "radicado" else pattern_of(self._texto, private=_nobody)
            for nombre in nombres
            if not re.search(Patrones().whole(nombre), self._texto, re.IGNORECASE)
        }
        new = {nombre: f"{nombre} = '{pattern}'" for nombre, pattern in made.items() if pattern}
        self._patrones |= new
        return list(new.values())

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

    def _show(
        self, words: str, buttons: Sequence[tuple[Senalado, str]], *, pointing: bool, writing: bool = False
    ) -> None:
        self._told.clear()
        self._question = _Pregunta(words, tuple(buttons), pointing, writing)
        self._show_again()

    def _show_again(self) -> None:
        """The question stands in the newest window; a page that was opened since has lost it."""
        words, buttons, pointing, writing = self._question
        shown = False
        for frame in self._serviweb.marcos:
            try:
                frame.evaluate("on => { window.robotCaptura.on = on; }", pointing)
                whole = frame.parent_frame is None or not _has_body(frame.page.main_frame)
                if whole and not shown and _has_body(frame):
                    frame.evaluate(
                        "([words, buttons, writes]) => window.robotCaptura.ask(words, buttons, writes)",
                        [words, list(buttons), writing],
                    )
                    shown = True
            except PlaywrightError:  # a frame that is just being replaced
                continue

    def as_toml(self) -> str:
        """The perfil, as far as it differs from what the robot finds by itself."""
        parts = [
            f"[pantallas.{pantalla}.localizadores]\n" + "\n".join(lines) for pantalla, lines in self._lines.items()
        ]
        if self._menu:
            parts.insert(0, "[menu]\n" + "\n".join(self._menu.values()))
        if self._patrones:
            parts.append("[patrones]\n" + "\n".join(self._patrones.values()))
        return "\n\n".join(["# Escrito con `serviweb-robot pantallas capturar`.", *parts]) + "\n"

    def close(self) -> None:
        """Leave the pages as they are."""
        self._serviweb.page.context.remove_listener("console", self._hear)


def _nobody(_: str) -> bool:
    """No word of a sentence that was asked for is private."""
    return False


def _numbered(said: str) -> str:
    """A pattern for the number in a sentence, by the words right before it; blank where there is none."""
    words = said.replace("'", ".").split()
    at = next((at for at, word in enumerate(words) if any(map(str.isdigit, word))), 0)
    before = r"\s+".join(map(re.escape, words[max(0, at - 2) : at]))
    return rf"{before}\s+([\w./-]*\d[\w/-]*)" if before else ""


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
