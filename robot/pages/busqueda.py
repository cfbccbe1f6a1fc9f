"""Looking somebody up in the form: putting the question, and telling its answer from what stood there before (decision 21)."""

import html
import re
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from playwright.sync_api import Locator

from robot.errors import ReadBackMismatch, ServiwebUnavailable
from robot.pages.contenido import (
    CONTENT,
    VISIBLE_CONTENTS,
    Recuerdo,
    await_change,
    contents,
    keep,
    keep_field,
    remembered,
    type_out,
)
from robot.pages.enter import look_out
from robot.pages.escucha import Pedido
from robot.pages.espera import Check
from robot.pages.serviweb import Pantalla
from robot.reading.equality import words

_ENTER_MS = 400
_OTHERS_SECONDS = 2.0
"""For so long a request is waited for that may have nothing to do with the question: some pages keep one open for ever."""
_QUIET_SECONDS = 0.5
"""From an answer to what it shows on screen."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LONGEST_ANSWER = 300_000
_FIELD = "campo"


class Contenido:
    """A check whether a thing has come to hold or show something, which remembers what."""

    def __init__(self, pantalla: Pantalla, nombre: str) -> None:
        self.texto = ""
        self._serviweb = pantalla.serviweb
        self._locator = pantalla.find(nombre)

    def __call__(self, milliseconds: float) -> None:
        if not self.look():
            self._serviweb.espera.await_news(milliseconds)
            assert self.look()  # noqa: S101  # a check asserts, like Playwright's own

    def look(self) -> str:
        """What it holds or shows now.

        Raises:
            PlaywrightError: there are several.
        """
        shown: list[str] = self._locator.evaluate_all(VISIBLE_CONTENTS)
        if len(shown) > 1:
            self._locator.evaluate(CONTENT)  # which complains of several
        self.texto = shown[0] if shown else ""
        return self.texto


class Same(Protocol):
    """Whether a screen shows a code, alone or before the name of whose it is (`robot.reading.equality`)."""

    def __call__(self, shown: str, code: str, /, *, nombre: str = "") -> bool: ...


class LookUp:
    """One question: a code typed into a field, and what the screen shows of whose it is.

    What stands there is its answer only once every request made for it has ended, and only if the page is another one since,
    or something has changed, or the server has answered just what stands there, or it belongs to the same code as before.

    Args:
        pantalla: the screen with what shows the answer.
        campo: where the code is typed.
        codigo: what is looked up.
        same: whether a screen shows this code, as codes of its kind are compared.
        lecturas: what shows the answer; the first is always there, and a name.
        earlier: the question that was put in this field before, in the same form.
        escrito: what is typed for the code, where that is not the code itself.

    Attributes:
        written: what the screen made of the code in its answer; blank where the server was not asked for this very code.
    """

    def __init__(
        self,
        pantalla: Pantalla,
        campo: Locator,
        codigo: str,
        *,
        same: Same,
        lecturas: tuple[str, ...],
        earlier: "LookUp | None" = None,
        escrito: str = "",
    ) -> None:
        self._same = same
        self._pantalla = pantalla
        self._serviweb = pantalla.serviweb
        self._campo = campo
        self._codigo = codigo
        self._escrito = escrito = escrito or codigo
        self._clave = lecturas[0]
        self._lecturas = [pantalla.find(one).first for one in lecturas]
        self._nombre = Contenido(pantalla, lecturas[0])
        self._exactly = re.compile(rf"(?<!\d){re.escape(escrito)}(?!\d)")
        digits = r"[.,' ]?".join(escrito.lstrip("0") or "0")
        self._somehow = re.compile(rf"(?<!\d)0*{digits}(?!\d)") if escrito.isdigit() else self._exactly
        self._begin = self._serviweb.pedidos.moment()
        self._asked = 0.0
        self._held = ""
        self._denials = 0
        self._before: list[str] = []
        self._seen: list[str] = []
        self._hidden: Recuerdo = Recuerdo()
        self._after: Recuerdo = Recuerdo()
        self._of_others: dict[str, str] = dict(earlier._of_others) if earlier is not None else {}
        self._found: bool = False
        self._of_nobody = earlier is not None and not earlier._found
        self._moved = self._other_page = False
        self.written = ""

    @property
    def nombre(self) -> str:
        """Whose code it is."""
        return self._nombre.texto

    @property
    def held(self) -> str:
        """What the field held when the answer was there."""
        kept = self._after.vista.get(_FIELD)
        return next(iter(kept if kept is not None else contents(self._campo)), "")

    def ask(self, boton: str) -> None:
        """Type the code and have Serviweb look it up: with the button that the perfil names; else with Enter, or with the usual
        button where Enter asks for nothing.
        """
        self._look_before()
        self._serviweb.trafico.forget()
        self._begin = self._serviweb.pedidos.moment()
        self._campo.fill(self._escrito)
        self._put(boton)
        self._asked = time.monotonic()

    def _put(self, boton: str) -> None:
        serviweb, pantalla = self._serviweb, self._pantalla
        button = pantalla.find(boton).first
        if boton in serviweb.perfil.pantalla(pantalla.nombre).localizadores:
            self._campo.press("End")  # for scripts that listen to keys
            self._await_written(self._campo.input_value)
        else:
            self._await_written(lambda: look_out(self._campo))
            self._campo.press("Enter")
            if serviweb.espera.comes_within(_ENTER_MS, self._begun) or not button.is_visible():
                return
        button.click()

    def _await_written(self, held: Callable[[], str | None]) -> None:
        """See that the field has taken the whole code: what listens to keys may lose what is written at once.

        Raises:
            ReadBackMismatch: it takes it in no way.
        """
        for writes in (lambda: type_out(self._campo, self._codigo), None):
            now = held()
            if now is None or self._same(now, self._codigo):
                return
            if writes is not None:
                writes()
        raise ReadBackMismatch("El campo no recibe completo lo que se escribe.", pantalla=self._pantalla.titulo)

    def _look_before(self) -> None:
        self._held = next(iter(keep_field(self._campo, _FIELD)), "")
        self._before = self._seen = keep(self._together(), self._clave)
        self._hidden = remembered(self._pantalla.frame)
        self._of_others |= {
            name: value
            for name, value in self._hidden.ocultos.items()
            if self._is(value, self._held) and not self._is(value, self._codigo)
        }
        self._denials = self._count_denials()

    def _together(self) -> Locator:
        first, *others = self._lecturas
        for one in others:
            first = first.or_(one)
        return first.filter(visible=True)

    def _begun(self, milliseconds: float) -> None:
        if not self._asks() and not self._serviweb.dialogos.seen:
            self._serviweb.page.context.wait_for_event("request", timeout=milliseconds)
            assert self._asks()  # noqa: S101  # a check asserts, like Playwright's own

    def _asks(self) -> bool:
        """Whether something may have been asked for the question."""
        return self._begin.has_led_on(self._somehow)

    def first_of(self, **others: Check) -> str:
        """Which came first: `datos`, `no_existe`, one of the others, or `dialogo`.

        Raises:
            TimeoutError: none came in time.
            ServiwebUnavailable: the server has not answered yet.
        """
        try:
            came = self._serviweb.first_of(datos=self.answered, no_existe=self.denied, **others)
        except TimeoutError:
            if any(one.fin is None for one in self._own()):
                self._serviweb.raise_if_broken()
                raise ServiwebUnavailable("No respondió a tiempo.", pantalla=self._pantalla.titulo) from None
            raise
        self._found = came == "datos"
        return came

    def answered(self, milliseconds: float) -> None:
        """A check whether the answer is there."""
        if self._seen:
            await_change(self._pantalla.frame, self._clave, self._seen, milliseconds)
        elif self._awaited() or not self._nombre.look():
            self._serviweb.espera.await_news(milliseconds)
        self._look()
        if self._moved and self._awaited():  # it may be drawn a moment before its request is told to have ended
            self._serviweb.espera.await_news(milliseconds)
        assert not self._awaited()  # noqa: S101  # a check asserts, like Playwright's own
        assert self._nombre.look()  # noqa: S101
        if len(self._seen) < len(self._lecturas):  # what was blank may not have been there
            self._seen = keep(self._together(), self._clave)
            self._moved = self._moved or self._seen != self._before
        assert self._is_new()  # noqa: S101
        asked = any(one.carries(self._exactly) for one in self._made())
        self.written = self.held if asked else ""

    def denied(self, _: float) -> None:
        """A check whether Serviweb says that it knows nobody by this code."""
        said = self._count_denials()
        assert said > (0 if self._other_page else self._denials) or (said and self._is_denied_as_before())  # noqa: S101
        assert not self._awaited()  # noqa: S101
        assert self._is_denied_in(self._made()) or self._is_settled()  # noqa: S101  # words of before may be seen late
        assert not self._is_told_of()  # noqa: S101  # words that come late belong to the question before

    def _is_denied_in(self, answers: list[Pedido]) -> bool:
        """One of these answers of the server says that nobody is known."""
        return any(self._serviweb.pattern("no_existe").search(_plain(one.content())) for one in answers)

    def _is_told_of(self) -> bool:
        """The server has answered just the record that stands there, and not a word of nobody being known."""
        return not self._is_denied_in(self._own()) and bool(self._nombre.look()) and self._says_so()

    def _is_denied_as_before(self) -> bool:
        """Words that stood there already are the answer where nothing has come of it for a moment, and no record is."""
        if not (self._own() and self._is_quiet()):
            return False
        self._look()
        return not (self._nombre.look() and self._is_new())

    def _look(self) -> None:
        """What the page shows now. A page that remembers nothing is another one; what any goes on showing while it waits for
        the server is no answer.
        """
        waits = any(one.fin is None and not one.brings_page and one.carries(self._somehow) for one in self._made())
        now = remembered(self._pantalla.frame)
        self._other_page = self._other_page or now.otra_pagina
        seen = now.vista.get(self._clave)
        if seen is None:
            seen = keep(self._together(), self._clave)
            keep(self._campo, _FIELD)
            now = remembered(self._pantalla.frame)
        self._moved = self._moved or seen != self._before
        if waits and seen == self._seen:
            self._before, self._moved, self._other_page = seen, False, False
        self._seen, self._after = seen, now

    def _is_new(self) -> bool:
        """Or, where nothing has come of it on screen for a moment, the answer may be what stood there already."""
        if self._other_page or self._moved:
            return True
        return self._is_quiet() and (self._belongs_to_it() or self._says_so())

    def _says_so(self) -> bool:
        """The server has answered just what stands there."""
        told = " ".join(word for one in self._own() for word in words(_plain(one.content())))
        return all(f" {' '.join(words(one))} " in f" {told} " for one in self._seen if one)

    def _belongs_to_it(self) -> bool:
        """What stood there belonged to the same code, and was not left there when nobody was found by it."""
        return not self._of_nobody and self._same(self._held, self._codigo, nombre=self.nombre)

    def _is_quiet(self) -> bool:
        last = max([one.fin or 0.0 for one in self._made()], default=0.0)
        return time.monotonic() - max(last, self._asked) > _QUIET_SECONDS

    def _is_settled(self) -> bool:
        """Nothing more comes of it, or it is so long ago that what still does is of something else."""
        return self._is_quiet() or time.monotonic() - self._asked > _OTHERS_SECONDS

    def _made(self) -> list[Pedido]:
        return self._begin.made()

    def _own(self) -> list[Pedido]:
        """The requests that ask for this code; where none tells, all that were made since."""
        made = self._made()
        return [one for one in made if one.carries(self._somehow)] or made

    def _awaited(self) -> bool:
        """Whether an answer is still to come."""
        own = self._own()
        long_ago = time.monotonic() - self._asked > _OTHERS_SECONDS
        telling = any(one.carries(self._somehow) for one in own)
        return any(
            one.fin is None and (one.brings_page or not long_ago or (telling and one in own)) for one in self._made()
        )

    def _count_denials(self) -> int:
        lines = self._serviweb.text().texto.splitlines()
        return sum(len(self._serviweb.pattern("no_existe").findall(line)) for line in lines)

    def adopt(self) -> None:
        """Take what stands there now for the answer: it came another way."""
        self._found = True
        self._look()
        self._seen = keep(self._together(), self._clave)
        self._nombre.look()

    def what_differs(self, now: Recuerdo) -> str:
        """What has come in the place of the answer since, in Spanish; blank where it still stands there, or cannot be seen."""
        shown = now.vista.get(self._clave)
        if shown is None and now.otra_pagina:
            shown = keep(self._together(), self._clave) or None
        if shown is not None and shown != self._seen:
            return "lo que muestra de él"
        return next((f"el campo oculto «{name}»" for name in self._replaced(now)), "")

    def _replaced(self, now: Recuerdo) -> Iterator[str]:
        """The unseen fields that tell of somebody else: of whom the form was about before, or no longer of this one."""
        for name, value in now.ocultos.items():
            before, after = self._hidden.ocultos.get(name), self._after.ocultos.get(name)
            of_another = value == self._of_others.get(name) or value == before != after
            if (of_another or self._is(after, self._codigo)) and not self._is(value, self._codigo):
                yield name

    def _is(self, value: str | None, codigo: str) -> bool:
        return value is not None and self._same(value, codigo)


def _plain(answer: str) -> str:
    return html.unescape(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), answer[:_LONGEST_ANSWER]))
