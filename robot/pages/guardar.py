"""Guardar: one click, what it sends, and what Serviweb answers (step 11)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import (
    NadaEnviado,
    OutcomeUnknown,
    PosibleDuplicado,
    RobotError,
    ScreenChanged,
    ServiwebUnavailable,
    TramiteRefused,
    UnexpectedDialog,
)
from robot.models import Radicado
from robot.pages.envio import Envio
from robot.pages.escucha import FORGOTTEN, Acuerdo
from robot.pages.espera import Check
from robot.pages.marcos import is_shown
from robot.pages.palabras import affirmed, denied, radicado_in, sentence_of
from robot.pages.preguntas import Pregunta, asked_on_screen
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.textos import TextoDePantalla, quoted
from robot.pages.veredicto import Confirmado, EnDuda, Rechazado, Veredicto
from robot.perfil.patterns import Patrones
from robot.perfil.screens import PANTALLAS

_TITULO = PANTALLAS["tramite"].titulo
_AFTER_THE_REQUEST_MS = 1_500
"""That the request itself has failed is seen first: then the session goes on, and a late save is not displaced by a new one."""
_REFUSING = range(400, 500)
_NOT_OF_THE_FORM = {401, 408, 425, 429}
"""Answers that tell nothing of what the form held."""
_OUT_OF_DATE_STATUS = {400, 409, 410, 412}
_OUT_OF_DATE = re.compile(r"\b(?:p[aá]gina|formulario|token)\s+(?:\w+\s+){0,3}?(?:caduc|expir|venci)", re.IGNORECASE)
"""How a server refuses a form that has stood open for longer than it remembers."""
_OF_PEOPLE = re.compile(r"\b(tercero|persona)s?\b", re.IGNORECASE)
"""What is said to be saved is not the trámite."""
_OF_ANOTHER_ONE = re.compile(
    r"\b(?:otr[oa]|ya\s+(?:tiene|existe|hay|se)|duplicad[oa]|repetid[oa]|abiert[oa]|pendiente|reciente)s?\b",
    re.IGNORECASE,
)
_USUALLY_SAVED = re.compile(Patrones().guardado, re.IGNORECASE)
"""What denies this denies the save, whichever words a perfil has for success."""
_NAMED_RADICADO = re.compile(r"(?:nro_|no_|num_)?radicado", re.IGNORECASE)


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
        if affirmed(saved, line) and not _OF_PEOPLE.search(line):
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
        otra_visita: somebody has confirmed that it is another visita, so that the question whether to file another trámite is
            answered yes, too.
    """

    def __init__(
        self, serviweb: Serviweb, pantalla: Pantalla, *, lleva: str, typed: Collection[str], otra_visita: bool
    ) -> None:
        self._serviweb = serviweb
        self._pantalla = pantalla
        self._button = pantalla.find("guardar").first
        self._lleva = lleva
        self._typed = typed
        self._of_another_one = serviweb.pattern("pregunta_otra") if otra_visita else None
        also = [self._of_another_one] if self._of_another_one is not None else []
        self._acuerdo = Acuerdo(serviweb.pattern("pregunta_guardar"), *also)
        self._refused_on_screen = ""

    @property
    def confirmada(self) -> str:
        """The question whether to file another trámite, where it was asked and answered yes."""
        this = self._of_another_one
        return next((one for one in self._acuerdo.aceptadas if this is not None and this.search(one)), "")

    def click(self, antes_de_enviar: Callable[[], None]) -> Veredicto:
        """Click Guardar, accept its question if it asks one that may be, and say what Serviweb's answer comes to.

        Never repeated here: once clicked, only a look-up tells what happened.

        Args:
            antes_de_enviar: called at the instant before the form leaves; if it raises, nothing leaves and its error is
                raised here.

        Raises:
            ScreenChanged, ServiwebUnavailable: there is nothing to click, or nothing was sent; nothing was saved.
            NadaEnviado: it was announced, but there was no connection.
        """
        serviweb = self._serviweb
        before = serviweb.text()
        asks = _Asked(serviweb, self._pantalla.frame)
        serviweb.forget()
        envio = Envio(
            serviweb.page,
            self._pantalla.frame,
            serviweb.espera_ms,
            red=serviweb.red,
            lleva=self._lleva,
            habituales=serviweb.pedidos.clases,
            antes_de_enviar=antes_de_enviar,
        )
        try:
            with envio, serviweb.dialogos.accepting(self._acuerdo):
                self._button.click(timeout=serviweb.espera_ms + _AFTER_THE_REQUEST_MS)
                came = self._await_answer(envio, before, asks)
            if came != "caida":
                self._pantalla.frame.wait_for_load_state("load")
            said = serviweb.dialogos.take()
            shown = serviweb.text().beyond(before)
        except (AssertionError, TimeoutError, PlaywrightTimeout):
            return self._of_silence(envio, before)
        except PlaywrightError:
            if not envio.anunciado:
                raise ServiwebUnavailable("El navegador se cerró antes de enviar.", pantalla=_TITULO) from None
            return EnDuda(OutcomeUnknown("La conexión se cortó después de Guardar.", pantalla=_TITULO))
        finally:
            serviweb.gastada = serviweb.gastada or envio.gastada
        asked = [self._refused, *self._acuerdo.aceptadas]
        return self._understood(envio, came, _answers(said, asked), _answers(shown.splitlines(), asked))

    @property
    def _refused(self) -> str:
        """The question that was answered no, if one was."""
        return self._refused_on_screen or self._serviweb.dialogos.refused

    def _understood(self, envio: Envio, came: str, said: str, shown: str) -> Veredicto:
        """What the answer means that came first, by what alerts said and the screen shows since the click."""
        serviweb = self._serviweb
        whole = "\n".join(filter(None, [said, shown]))
        if came in {"guardado", "dialogo", "otra"} and self._affirms(whole):
            numero = radicado_in(serviweb.pattern("radicado"), whole, self._typed) or self._in_addresses()
            return Confirmado(Radicado(numero=numero) if numero else None)
        answered = not envio.sigue_en_proceso
        if envio.nada_salio:
            raise NadaEnviado(pantalla=_TITULO)
        if came == "caida":
            cut = "Serviweb falló o la conexión se cortó después de Guardar."
            return EnDuda(OutcomeUnknown(cut, pantalla=_TITULO, respondio=answered))
        if self._refused:
            return self._of_question(envio)
        if came in {"error", "expirada"} or serviweb.pattern("sesion_expirada").search(whole):
            return EnDuda(OutcomeUnknown(_not_confirmed(whole), pantalla=_TITULO, respondio=answered))
        answer = said or shown
        if not envio.anunciado or self._refuses(envio, answer):
            return Rechazado(self._refusal(envio, answer))
        return EnDuda(OutcomeUnknown(f"Serviweb respondió: «{quoted(answer)}».", pantalla=_TITULO, dijo=answer))

    def _affirms(self, words: str) -> bool:
        """Whether words say that the trámite is saved, and not that what was saved is annulled."""
        pattern = self._serviweb.pattern
        saved = affirmed(pattern("guardado"), words)
        told = [*saved, *pattern("radicado").finditer(words)]
        return bool(saved) and not any(pattern("anulado").search(sentence_of(words, found)) for found in told)

    def _refuses(self, envio: Envio, answer: str) -> bool:
        """Whether words that came after Guardar are a refusal: only where the answer itself refuses. A page or an alert that
        says something else, as that it is still at work, may save later.
        """
        status = envio.respuesta in _REFUSING and envio.respuesta not in _NOT_OF_THE_FORM
        pattern = self._serviweb.pattern
        words = pattern("rechazo").search(answer) or _OUT_OF_DATE.search(answer)
        return status or words is not None or denied(pattern("guardado"), answer) or denied(_USUALLY_SAVED, answer)

    def _refusal(self, envio: Envio, answer: str) -> TramiteRefused:
        of_the_form = self._serviweb.pattern("rechazo").search(answer) is not None
        perhaps = envio.respuesta in _OUT_OF_DATE_STATUS or bool(_OUT_OF_DATE.search(answer))
        caducado = envio.respuesta in FORGOTTEN or (perhaps and not of_the_form)
        return TramiteRefused(f"Respondió: «{quoted(answer)}».", pantalla=_TITULO, caducado=caducado)

    def _of_question(self, envio: Envio) -> Veredicto:
        """Serviweb asked what nobody has answered in advance; it was told no, and so it does not save."""
        asked = quoted(self._refused)
        told = f"Preguntó: «{asked}», y el robot respondió que no: no lo decide por usted."
        if envio.reconocido and envio.sigue_en_proceso:
            return EnDuda(OutcomeUnknown(told, pantalla=_TITULO))
        confirmed = self._of_another_one is not None
        if _OF_ANOTHER_ONE.search(asked) and not confirmed:
            return Rechazado(PosibleDuplicado(told, pantalla=_TITULO))
        hint = "Si siempre se debe aceptar, agréguela al perfil: patrones.pregunta_guardar."
        if confirmed:
            hint += " Si basta con que alguien confirme que es otra visita: patrones.pregunta_otra."
        return Rechazado(UnexpectedDialog(f"{told} {hint}", pantalla=_TITULO))

    def _of_silence(self, envio: Envio, before: TextoDePantalla) -> Veredicto:
        """What it means that no words of success came in time.

        Raises:
            ScreenChanged, ServiwebUnavailable, NadaEnviado: nothing left, or arrived.
        """
        serviweb = self._serviweb
        if not envio.anunciado:
            serviweb.raise_if_broken()
            words = quoted(serviweb.text().beyond(before))
            shown = f" La pantalla dice: «{words}»." if words else ""
            raise ScreenChanged(
                f"Guardar no envió nada a Serviweb.{shown}", pantalla=_TITULO, campo="guardar"
            ) from None
        if envio.sigue_en_proceso or serviweb.trafico.busy(pages_only=True):
            return EnDuda(OutcomeUnknown("Serviweb no respondió después de Guardar.", pantalla=_TITULO))
        if envio.nada_salio:
            raise NadaEnviado(pantalla=_TITULO) from None
        words = serviweb.text().beyond(before)
        if self._refuses(envio, words):
            return Rechazado(self._refusal(envio, words))
        return EnDuda(OutcomeUnknown(_not_confirmed(words), pantalla=_TITULO, dijo=words))

    def _await_answer(self, envio: Envio, before: TextoDePantalla, asks: "_Asked") -> str:
        """Which answer to Guardar came first. The questions that may be accepted are on the way; what the page asks besides is
        refused, and that is an answer, too.

        What a window said before the click is no answer to it. Where a question has been accepted, the page is not looked
        through for another one first.
        """
        serviweb = self._serviweb
        came: list[str] = []

        def fell(_: float) -> None:
            others = serviweb.trafico.page_failed if envio.reconocido else serviweb.trafico.failed
            assert envio.fallido or others  # noqa: S101  # a check asserts, like Playwright's own

        def look() -> bool:
            came[:] = self._answered(envio, before)
            return bool(came)

        def answers(milliseconds: float) -> None:
            if not look():
                serviweb.espera.await_news(milliseconds)
                assert look()  # noqa: S101  # as above

        patience = serviweb.espera_ms + _AFTER_THE_REQUEST_MS
        acuerdo = self._acuerdo
        if acuerdo.aceptadas:
            serviweb.espera.await_answers(serviweb.espera_ms)
        while True:
            checks: dict[str, Check] = {"respuesta": answers, "caida": fell}
            asked: dict[str, Check] = {"pregunta": asks}
            first = serviweb.espera.first_within(
                patience, {**checks, **asked} if acuerdo.aceptadas else {**asked, **checks}
            )
            if first == "respuesta" or (first == "pregunta" and look()):
                return came[0]
            if first != "pregunta":
                return first
            question = asks.question
            if not acuerdo.accepts(question.texto):
                self._refused_on_screen = question.texto
                question.refuse()
                return "otra"
            question.accept()

    def _answered(self, envio: Envio, before: TextoDePantalla) -> list[str]:
        """What kinds of answer the screens show that they did not show before."""
        now, known = self._serviweb.text(), self._kinds_of(before.texto)
        came = [kind for kind, times in self._kinds_of(now.texto).items() if times > known[kind]]
        words = now.beyond(before)
        if not came and not envio.sigue_en_proceso and words.strip() and self._refuses(envio, words):
            return ["rechazo"]
        return came

    def _kinds_of(self, text: str) -> Mapping[str, int]:
        """How often the text has words of each kind that an answer may have."""
        pattern = self._serviweb.pattern
        return {
            "guardado": len(affirmed(pattern("guardado"), text)),
            "error": len(pattern("error_servidor").findall(text)),
            "expirada": len(pattern("sesion_expirada").findall(text)),
        }

    def _in_addresses(self) -> str | None:
        """The radicado where a window's address tells it."""
        for frame in self._serviweb.marcos:
            for name, value in parse_qsl(urlsplit(frame.url).query):
                if _NAMED_RADICADO.fullmatch(name) and value not in self._typed:
                    return value
        return None


class _Asked:
    """A check whether the page asks something that it did not before this was made, which remembers what; the question that was
    accepted may stand for a moment.
    """

    def __init__(self, serviweb: Serviweb, marco: Frame) -> None:
        self._serviweb = serviweb
        self._marco = marco
        self._windows = serviweb.ventanas
        self._frames = [frame for frame in serviweb.marcos if is_shown(frame)]
        self._seen: Pregunta | None = None

    @property
    def question(self) -> Pregunta:
        assert self._seen is not None  # noqa: S101  # it was seen
        return self._seen

    def __call__(self, milliseconds: float) -> None:
        if not self._look():
            self._serviweb.espera.await_news(milliseconds)
            assert self._look()  # noqa: S101  # a check asserts, like Playwright's own

    def _look(self) -> bool:
        known = self._seen.texto if self._seen is not None else None
        every = asked_on_screen(self._serviweb, self._marco, self._windows, self._frames)
        new = next((one for one in every if one.pide_elegir and one.texto != known), None)
        self._seen = new or self._seen
        return new is not None


def _not_confirmed(words: str) -> str:
    return f"Serviweb respondió algo que no confirma el guardado: «{quoted(words)}»."


def _answers(lines: Iterable[str], questions: Collection[str]) -> str:
    """The lines that are no part of a question that was asked."""

    def asks(line: str) -> bool:
        words = " ".join(line.split())
        return bool(words) and any(words in question for question in questions)

    return "\n".join(line for line in lines if not asks(line))
