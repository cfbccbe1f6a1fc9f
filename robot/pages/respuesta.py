"""What has come in answer to a search in CONSULTA, and not before it (docs/decisiones/0016)."""

import contextlib
import time
from collections.abc import Callable
from typing import Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator, Response, expect

from robot.pages.carga import carries
from robot.pages.resultados import ROWS_BELOW
from robot.pages.serviweb import Serviweb

_MARKS = f"""(all, kind) => {{
  const known = window[Symbol.for('serviweb-robot-consulta')] ??= new WeakMap();
  const named = e => known.get(e) ?? (known.set(e, String(Math.random())), known.get(e));
  const holds = {{
    tabla: e => JSON.stringify(({ROWS_BELOW})(e).rows),
    fichas: () => all.map(e => e.innerText).join(),
    palabras: e => e.innerText,
  }}[kind];
  return all.map(e => all.some(other => other !== e && e.contains(other)) ? null : named(e) + holds(e));
}}"""
"""What tells each thing from others and from itself with another content; nothing for one that others are in."""
_ANSWER_AS_BEFORE_SECONDS = 2.0
"""So long after the last answer, what stands there as it stood before the search is taken for what came; a table without rows,
too, since they may be drawn after it."""
_ANSWERS = {"document", "xhr", "fetch"}

Look = Callable[[Frame], Locator]


class Dibujo(Protocol):
    """How the results of a Serviweb are drawn."""

    @property
    def en_fichas(self) -> bool:
        """Each result stands for itself, without a table."""

    def resultados(self, frame: Frame) -> Locator:
        """What tells that results are there."""

    def palabras(self, frame: Frame) -> Locator:
        """What says that there is nothing."""


class Respuesta:
    """The answer to the search that is about to be made.

    Attributes:
        marco: the frame that the results are in.
        primero: the row of column names of their table, or one of the cards.
        distinta: what came can be told from what stood there before, and came when the server had answered.
    """

    def __init__(self, serviweb: Serviweb, dibujo: Dibujo, marco: Frame, primero: Locator) -> None:
        self.marco = marco
        self.primero = primero
        self.distinta = True
        self._serviweb = serviweb
        self._dibujo = dibujo
        self._home = marco
        self._left_over: set[str] = set()
        self._since = self._asked_before = 0
        self._asked: str | None = None
        self._begun = self._answered = 0.0
        self._answers: list[Response] = []

    def listen(self) -> None:
        """Keep what the server answers from here on, until `deafen`."""
        self._answers.clear()
        self._serviweb.page.context.on("response", self._keep)

    def deafen(self) -> None:
        self._serviweb.page.context.remove_listener("response", self._keep)

    def _keep(self, response: Response) -> None:
        if response.request.resource_type in _ANSWERS and response.ok:
            self._answers.append(response)

    def lacks(self, words: str, *, asked: str) -> bool:
        """Whether something was answered to what was asked, and none of it holds these words.

        What the page does not draw may have come all the same.
        """
        bodies = []
        for response in self._answers:
            request = response.request
            with contextlib.suppress(PlaywrightError):  # it went with its page
                if asked in f"{request.url}\n{request.post_data or ''}":
                    bodies.append(response.text())
        return bool(bodies) and not any(words in body for body in bodies)

    def begin(self, asked: str | None = None) -> None:
        """What earlier searches left on screen, in this window of the page or in another, is no answer to the next one.

        Args:
            asked: what the server is asked for; nothing where a page of results may have the next one already.
        """
        self._asked = asked
        self._since, self._asked_before = self._serviweb.trafico.total, self._serviweb.pedidos.total
        self._left_over = self._standing()

    def keep_out_what_is_early(self) -> None:
        """What stands there before the server has begun to answer is as good as left over.

        The page may draw the answer in its place some time after that has come.
        """
        if self._heard():
            return
        standing = self._standing()
        if (
            not self._heard()
        ):  # asked last: what is drawn after an answer has begun is seen after that has been heard of
            self._left_over |= standing

    def _standing(self) -> set[str]:
        """The marks of all that could be an answer, in every window."""
        standing: set[str] = set()
        for frame in self._serviweb.marcos:
            with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                for look in (self._dibujo.resultados, self._dibujo.palabras):
                    standing.update(mark for mark in self._marks(look, frame) if mark is not None)
        return standing

    @property
    def since(self) -> int:
        """How many requests had been made when it was begun."""
        return self._since

    def shown(self, _: float) -> None:
        """A check whether something new stands there already."""
        assert self._new(self._dibujo.resultados) or self._new(self._dibujo.palabras)  # noqa: S101  # a check asserts

    def announced(self, milliseconds: float) -> None:
        """A check whether something new stands there, or has been asked for."""
        if not self._serviweb.trafico.seen and not self._new(self._dibujo.resultados):
            self._serviweb.espera.await_news(milliseconds)
            assert self._serviweb.trafico.seen or self._new(self._dibujo.resultados)  # noqa: S101  # a check asserts

    def first(self) -> str:
        """Which came first: `tabla`, words that there is `nada`, a `dialogo`.

        A page may show either before its server has answered; so it counts as long as something is awaited only when the wait
        is half over, some pages keeping one request open for ever, and then proves nothing.
        """
        serviweb = self._serviweb
        begun = self._begun = self._answered = time.monotonic()

        def came_in_answer(look: Look, milliseconds: float) -> tuple[Frame, Locator]:
            new = self._await_new(look, milliseconds)
            if not self._heard():
                self.keep_out_what_is_early()
            if not self._heard() or serviweb.trafico.awaits(self._since):
                serviweb.espera.await_news(milliseconds)
                assert time.monotonic() - begun > serviweb.espera_ms / 2_000  # noqa: S101  # a check asserts
                self.distinta = False
            return new

        def table(milliseconds: float) -> None:
            self.marco, self.primero = came_in_answer(self._dibujo.resultados, milliseconds)
            assert self._quiet() or not self._without_rows()  # noqa: S101  # as above

        def nothing(milliseconds: float) -> None:
            came_in_answer(self._dibujo.palabras, milliseconds)

        def as_before(_: float) -> None:
            quiet = self._quiet()
            assert self._left_over  # noqa: S101  # as above
            assert quiet  # noqa: S101  # as above

        came = serviweb.first_of(tabla=table, nada=nothing, igual=as_before)
        if came == "igual":
            self.distinta = False
            self._left_over, self._asked = set(), None
            came = serviweb.first_of(tabla=table, nada=nothing)
        return came

    def _heard(self) -> bool:
        """Whether the server has begun to answer what was asked, as far as one can tell what asks for it."""
        if self._asked is None:
            return True
        since = self._serviweb.pedidos.since(self._asked_before)
        asking = [one for one in since if carries(self._asked, one.request.url, one.request.post_data_buffer)]
        return any(one.answered for one in asking or since)

    def _quiet(self) -> bool:
        """Whether nothing has been awaited for a while, or something always is."""
        now = time.monotonic()
        if self._serviweb.trafico.awaits(self._since):
            self._answered = now
        return now - self._answered > _ANSWER_AS_BEFORE_SECONDS or now - self._begun > self._serviweb.espera_ms / 2_000

    def _without_rows(self) -> bool:
        return not self._dibujo.en_fichas and not self.primero.evaluate(ROWS_BELOW)["rows"]

    def _marks(self, look: Look, frame: Frame) -> list[str | None]:
        drawn = "fichas" if self._dibujo.en_fichas else "tabla"
        kind = "palabras" if look == self._dibujo.palabras else drawn
        marks: list[str | None] = look(frame).evaluate_all(_MARKS, kind)
        return marks

    def _new(self, look: Look) -> tuple[Frame, Locator] | None:
        """The last of the things looked for that was not there before the search, or not like this; and its frame.

        A thing is found first and read then: what is drawn between the two would be read as what was found. So it is looked for
        again, and must be the same.
        """
        for frame in self._serviweb.marcos:
            with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                marks = self._marks(look, frame)
                new = [at for at, mark in enumerate(marks) if mark is not None and mark not in self._left_over]
                if new and self._marks(look, frame) == marks:
                    return frame, look(frame).nth(new[-1])
        return None

    def _await_new(self, look: Look, milliseconds: float) -> tuple[Frame, Locator]:
        """As `_new`; asserts that it comes in time, like Playwright's own checks."""
        came = self._new(look)
        if came is None:
            if self._left_over:
                self._serviweb.espera.await_news(milliseconds)
            else:
                expect(look(self._home).first).to_be_visible(timeout=milliseconds)
            came = self._new(look)
        assert came is not None  # noqa: S101  # a check asserts
        return came
