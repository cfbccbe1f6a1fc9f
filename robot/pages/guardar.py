"""Guardar: one click, what it sends, and what Serviweb answers (step 11)."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import NoReturn

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import OutcomeUnknown, RobotError, ScreenChanged, ServiwebUnavailable, TramiteRefused
from robot.models import Radicado
from robot.pages.envio import Envio
from robot.pages.serviweb import Check, Pantalla, Serviweb, TextoDePantalla, click_last, quoted
from robot.pantallas import PANTALLAS

_TITULO = PANTALLAS["tramite"].titulo
_AFTER_THE_REQUEST_MS = 1_500
"""That the request itself has failed is seen first: then the session goes on, and a late save is not displaced by a new one."""
_REFUSING = range(400, 500)
_NOT_OF_THE_FORM = {401, 408, 425, 429}
"""Answers that tell nothing of what the form held."""
_OF_PEOPLE = re.compile(r"\b(tercero|persona)s?\b", re.IGNORECASE)
"""What is said to be saved is not the trámite."""


def nobody_to_tell() -> None:
    """For whoever need not know that the form is about to leave."""


@contextmanager
def nothing_saved_yet(serviweb: Serviweb) -> Iterator[None]:
    """What fails inside, before Guardar, is in doubt where Serviweb says that it has saved a trámite.

    Raises:
        OutcomeUnknown: it says so, also in an alert where nothing fails.
    """
    before = serviweb.text()
    with serviweb.dialogos.remembered() as heard:
        try:
            yield
        except RobotError:
            _raise_if_saved(serviweb, "\n".join([*heard, serviweb.text().beyond(before)]))
            raise
    _raise_if_saved(serviweb, "\n".join(heard))


def _raise_if_saved(serviweb: Serviweb, said: str) -> None:
    saved = serviweb.pattern("guardado")
    for line in said.splitlines():
        if saved.search(line) and not _OF_PEOPLE.search(line):
            raise OutcomeUnknown(
                f"Antes de Guardar, Serviweb dijo: «{quoted(line)}».",
                pantalla=_TITULO,
                quedo="Puede haber un trámite sin la referencia: búsquelo por el suscriptor.",
            ) from None


class Guardar:
    """The button of a filled form.

    Args:
        pantalla: the form.
        lleva: words of the form that nothing else has: what carries them is Guardar's.
        typed: what was typed into it that might be taken for a radicado.
    """

    def __init__(self, serviweb: Serviweb, pantalla: Pantalla, *, lleva: str, typed: Collection[str]) -> None:
        self._serviweb = serviweb
        self._pantalla = pantalla
        self._button = pantalla.find("guardar").first
        self._lleva = lleva
        self._typed = typed

    def click(self, antes_de_enviar: Callable[[], None]) -> Radicado | None:
        """Click Guardar, accept its question if it asks one, and read Serviweb's own confirmation.

        The radicado, or nothing where Serviweb confirmed without telling it. Never repeated here: once clicked, only a
        look-up tells what happened.

        Args:
            antes_de_enviar: called at the instant before the form leaves; if it raises, nothing leaves and its error is
                raised here.

        Raises:
            ScreenChanged, ServiwebUnavailable: there is nothing to click, or nothing was sent; nothing was saved.
            TramiteRefused: Serviweb answered with a refusal.
            OutcomeUnknown: no answer, or none that can be understood.
        """
        serviweb = self._serviweb
        before = serviweb.text()
        serviweb.forget()
        said: list[str] = []
        envio = Envio(
            serviweb.page,
            self._pantalla.frame,
            serviweb.espera_ms,
            lleva=self._lleva,
            antes_de_enviar=antes_de_enviar,
        )
        try:
            with envio, serviweb.dialogos.accepting_confirm():
                self._button.click(timeout=serviweb.espera_ms + _AFTER_THE_REQUEST_MS)
                came = self._await_answer(envio, before)
            if came != "caida":
                self._pantalla.frame.wait_for_load_state("load")
            said = serviweb.dialogos.take()
            shown = serviweb.text().beyond(before)
        except (AssertionError, TimeoutError, PlaywrightTimeout):
            if not envio.anunciado:
                serviweb.raise_if_broken()
                raise ScreenChanged("Guardar no envió nada a Serviweb.", pantalla=_TITULO, campo="guardar") from None
            self._raise_for_silence(envio, before)
        except PlaywrightError:
            if not envio.anunciado:
                raise ServiwebUnavailable("El navegador se cerró antes de enviar.", pantalla=_TITULO) from None
            raise OutcomeUnknown("La conexión se cortó después de Guardar.", pantalla=_TITULO) from None
        finally:
            serviweb.gastada = serviweb.gastada or envio.gastada
        whole = "\n".join([*said, shown])
        saved = serviweb.pattern("guardado").search(whole)
        if came in {"guardado", "dialogo"} and saved:
            return self._radicado(whole)
        if came == "caida":
            raise OutcomeUnknown(
                "Serviweb falló o la conexión se cortó después de Guardar.",
                pantalla=_TITULO,
                respondio=not envio.sigue_en_proceso,
            )
        if came in {"error", "expirada"} or serviweb.pattern("sesion_expirada").search(whole):
            raise OutcomeUnknown(
                "Serviweb respondió algo que no confirma el guardado.", pantalla=_TITULO, respondio=True
            )
        answer = "\n".join(said) or shown
        if not envio.anunciado or self._refuses(envio, answer):
            raise TramiteRefused(f"Respondió: «{quoted(answer)}».", pantalla=_TITULO)
        raise OutcomeUnknown(f"Serviweb respondió: «{quoted(answer)}».", pantalla=_TITULO)

    def _refuses(self, envio: Envio, answer: str) -> bool:
        """Whether words that came after Guardar are a refusal: only where the answer itself refuses. A page or an alert that
        says something else, as that it is still at work, may save later.
        """
        status = envio.respuesta in _REFUSING and envio.respuesta not in _NOT_OF_THE_FORM
        return status or self._serviweb.pattern("rechazo").search(answer) is not None

    def _raise_for_silence(self, envio: Envio, before: TextoDePantalla) -> NoReturn:
        """No words of success came in time."""
        if envio.sigue_en_proceso or self._serviweb.trafico.busy(pages_only=True):
            raise OutcomeUnknown("Serviweb no respondió después de Guardar.", pantalla=_TITULO) from None
        shown = self._serviweb.text().beyond(before)
        if not self._refuses(envio, shown):
            raise OutcomeUnknown("Serviweb respondió algo que no confirma el guardado.", pantalla=_TITULO) from None
        raise TramiteRefused(f"Respondió: «{quoted(shown)}».", pantalla=_TITULO) from None

    def _await_answer(self, envio: Envio, before: TextoDePantalla) -> str:
        """Which answer to Guardar came first; a question that the page itself asks is accepted on the way.

        What a window said before the click is no answer to it. Where the browser's own question has been accepted, the page
        is not looked through for another one first.
        """
        serviweb, frame = self._serviweb, self._pantalla.frame
        patrones = {"guardado": "guardado", "error": "error_servidor", "expirada": "sesion_expirada"}
        known = {nombre: len(serviweb.pattern(patron).findall(before.texto)) for nombre, patron in patrones.items()}

        def fell(_: float) -> None:
            others = serviweb.trafico.page_failed if envio.reconocido else serviweb.trafico.failed
            assert envio.fallido or others  # noqa: S101  # a check asserts, like Playwright's own

        def says(nombre: str) -> Check:
            def answered(milliseconds: float) -> None:
                if not self._says_more(patrones[nombre], known[nombre]):
                    serviweb.await_news(milliseconds)
                    assert self._says_more(patrones[nombre], known[nombre])  # noqa: S101

            return answered

        answers: dict[str, Check] = {"guardado": says("guardado"), "caida": fell} | {
            nombre: says(nombre) for nombre in ("error", "expirada")
        }
        patience = serviweb.espera_ms + _AFTER_THE_REQUEST_MS
        asked: list[Locator] = []
        windows = serviweb.ventanas

        def question(milliseconds: float) -> None:
            whole = [Pantalla(serviweb, "confirmacion", one) for one in serviweb.marcos]
            places = [one if one.frame.page not in windows else one.over() for one in whole]
            yes = [place.find("confirmar").first for place in places]
            here = Pantalla(serviweb, "confirmacion", frame).over().find("confirmar").first
            asked[:] = [one for one in yes if one.is_visible()] or [here]
            expect(asked[0]).to_be_visible(timeout=milliseconds)

        asks: dict[str, Check] = {"pregunta": question}
        if asked_already := serviweb.dialogos.accepted:
            serviweb.await_answers(serviweb.espera_ms)
        came = serviweb.first_within(patience, {**answers, **asks} if asked_already else {**asks, **answers})
        if came != "pregunta":
            return came
        click_last(asked[0])
        return serviweb.first_within(patience, answers)

    def _says_more(self, patron: str, times: int) -> bool:
        """Whether the screens show words of that kind more often than so many times."""
        return len(self._serviweb.pattern(patron).findall(self._serviweb.text().texto)) > times

    def _radicado(self, shown: str) -> Radicado | None:
        """The number in what came; never one that was typed into the form."""
        every = self._serviweb.pattern("radicado").finditer(shown)
        found = next((one for one in every if one[1] not in self._typed), None)
        if found is None:
            addresses = "\n".join(frame.url for frame in self._serviweb.marcos)
            found = re.search(r"[?&](?:nro_|no_|num_)?radicado=([\w-]+)", addresses, re.IGNORECASE)
        return Radicado(numero=found[1]) if found else None
