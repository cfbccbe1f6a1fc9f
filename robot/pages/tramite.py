"""The form of a trámite, from zona to Guardar (steps 4–9 and 11)."""

import contextlib
import re
from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from typing import NoReturn

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import (
    ObservacionDoesNotFit,
    OptionMissing,
    OutcomeUnknown,
    ReadBackMismatch,
    ScreenChanged,
    ServiwebUnavailable,
    SuscriptorNotFound,
    SuscriptorRetirado,
    TramiteRefused,
)
from robot.igualdad import option_text, same_code, same_number, same_option, whole_text
from robot.models import Radicado, Suscriptor
from robot.pages.busqueda import LookUp
from robot.pages.contenido import LABELS, OFFERED, radio_buttons, unwritable, write_text
from robot.pages.envio import Envio
from robot.pages.lectura import DatosDelTramite, Lectura
from robot.pages.serviweb import (
    Check,
    Pantalla,
    Serviweb,
    TextoDePantalla,
    click_last,
    enabled,
    quoted,
    visible,
)
from robot.pantallas import PANTALLAS

__all__ = ["DatosDelTramite", "TramitePage"]
_NOMBRE = "tramite"
_TITULO = PANTALLAS[_NOMBRE].titulo
_LIMITS = "all => all.map(e => [e.getAttribute('maxlength'), document.characterSet])"
_AFTER_THE_REQUEST_MS = 1_500
"""That the request itself has failed is seen first: then the session goes on, and a late save is not displaced by a new one."""
_REFUSING = range(400, 500)
_NOT_OF_THE_FORM = {401, 408, 425, 429}
"""Answers that tell nothing of what the form held."""
_KNOWN_OPTION_MS = 1_000
_PARTS = 8
"""A form in more parts than this is none that anybody uses."""


def _nobody_to_tell() -> None:
    return


class TramitePage:
    """PQR → TRÁMITE, on one screen or in parts with a button between them. Constructing it waits for the form,
    unless it is told where the form is.
    """

    def __init__(self, serviweb: Serviweb, pantalla: Pantalla | None = None) -> None:
        self._serviweb = serviweb
        self.pantalla = pantalla or serviweb.pantalla(_NOMBRE)
        self._lectura = Lectura(self.pantalla)
        self._fitting = ""
        self._typed: set[str] = set()
        find = self.pantalla.find
        self.suscriptor = find("suscriptor")
        self.tercero = find("tercero")
        self.observacion = find("observacion")
        self.guardar = find("guardar").first

    def reveal(self, campo: str) -> Locator:
        """A thing of the form; where it is in another part, go there."""
        locator = self.pantalla.find(campo)
        with self.pantalla.using(campo):
            if self._serviweb.aprendido.entero or locator.first.is_visible():
                return locator
            for _ in range(_PARTS):
                way = self.pantalla.find("anterior" if campo in self._lectura.dejados else "continuar").first
                came = self._serviweb.first_of(campo=visible(locator.first), parte=enabled(way))
                if came != "parte":
                    break
                self._lectura.leave()
                with self._serviweb.settled():
                    way.click()
        return locator

    def choose_zona_y_medio(self, zona: str, medio: str) -> None:
        """Step 4. Choosing zona may post the whole form back.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        self.choose("zona", zona)
        self.choose("medio", medio)

    def load_suscriptor(self, codigo: str) -> Suscriptor:
        """Step 5: type the código and Enter, and read who it is.

        Raises:
            SuscriptorNotFound, SuscriptorRetirado.
            UnexpectedDialog: Serviweb says something else.
        """
        self.reveal("suscriptor")
        with self.pantalla.using("suscriptor"):
            pregunta = self._lectura.ask(
                "suscriptor",
                codigo,
                "buscar_suscriptor",
                pantalla=self.pantalla,
                same=same_code,
                lecturas=("nombre_suscriptor", "ruta", "estado"),
            )
            whole_word = re.compile(rf"(?<!\w){re.escape(codigo)}(?!\w)")
            suggested = self.pantalla.find("sugerencia").filter(has_text=whole_word).first
            came = pregunta.first_of(sugerencia=visible(suggested))
            if came == "sugerencia":
                suggested.click()
                came = pregunta.first_of()
        said = " ".join(self._serviweb.dialogos.take())
        if self._serviweb.pattern("retirado").search(said):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        if came == "no_existe" or self._serviweb.pattern("no_existe").search(said):
            raise SuscriptorNotFound(f"Código {codigo}.", pantalla=_TITULO)
        if said:
            self._serviweb.raise_for_dialog(said)
        suscriptor = Suscriptor(
            codigo=codigo,
            nombre=pregunta.nombre,
            ruta=self._shown("ruta"),
            estado=self._shown("estado"),
        )
        if self._serviweb.pattern("retirado").search(suscriptor.estado):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        return suscriptor

    def look_up_tercero(self, cedula: str, pantalla: Pantalla) -> LookUp:
        """Step 6: have Serviweb look the cédula up."""
        self.reveal("tercero")
        with self.pantalla.using("cedula"):
            return self._lectura.ask(
                "tercero", cedula, "buscar", pantalla=pantalla, same=same_number, lecturas=("nombre",)
            )

    def require_fits(self, observacion: str) -> None:
        """Refuse, before anything is touched, a text that the field would cut or that its page cannot write.

        A field in a part of the form that is not there yet is looked at when it is written.

        Raises:
            ObservacionDoesNotFit: with how many characters are too many, or which ones the page cannot write.
        """
        with self.pantalla.using("observacion"):
            limits: list[list[str | None]] = self.observacion.evaluate_all(_LIMITS)
            limit, charset = (
                limits[0] if limits else (None, self.pantalla.frame.evaluate("() => document.characterSet"))
            )
        if limit is not None and limit.isdigit() and len(observacion) > int(limit):
            over = len(observacion) - int(limit)
            raise ObservacionDoesNotFit(
                f"Completa tiene {len(observacion)} caracteres y el campo admite {limit}: sobran {over}.",
                pantalla=_TITULO,
                campo="observacion",
            )
        written_in = self._serviweb.perfil.codificacion or str(charset)
        if strange := unwritable(observacion, written_in):
            raise ObservacionDoesNotFit(
                f"Serviweb no puede escribir estos caracteres: {' '.join(strange)}.",
                pantalla=_TITULO,
                campo="solicitud",
            )
        self._fitting = observacion if limits else ""

    def choose_servicio_y_tipo(self, servicio: str, tipo: str) -> None:
        """Step 7.

        Raises:
            OptionMissing: the catalogue lacks one of them.
        """
        self.choose("servicio", servicio)
        self.choose("tipo", tipo)

    def choose_causal(self, causal: str) -> None:
        """Step 8.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        self.choose("causal", causal)

    def write_observacion(self, observacion: str) -> None:
        """Step 9.

        Raises:
            ObservacionDoesNotFit.
        """
        self.reveal("observacion")
        if self._fitting != observacion:
            self.require_fits(observacion)
        with self.pantalla.using("observacion"):
            write_text(self.observacion, observacion)

    def correct(self, asked: DatosDelTramite, campos: list[str]) -> Suscriptor | None:
        """Fill again what a postback has reset, in the order of the procedure; not the tercero (`TercerosPage`).

        The suscriptor, where it was loaded again.

        Raises:
            OptionMissing, SuscriptorNotFound, SuscriptorRetirado.
        """
        suscriptor: Suscriptor | None = None
        for campo in campos:
            value: str = getattr(asked, campo)
            if campo == "suscriptor":
                suscriptor = self.load_suscriptor(value)
            elif campo == "observacion":
                self.write_observacion(value)
            elif campo != "tercero":
                self.choose(campo, value)
        return suscriptor

    def differences(self, asked: DatosDelTramite) -> list[str]:
        """The fields that do not hold what was asked for, or are about somebody else by now, in the order of the procedure.

        A field of a part that was left counts as it was when the part was left.
        """
        with self.pantalla.using("campos"):
            return list(self._lectura.differences(asked))

    def contents(self) -> dict[str, str]:
        """What each field holds, read back from the screen; of a part that was left, as it was then."""
        with self.pantalla.using("campos"):
            return self._lectura.contents()

    def picture(self) -> bytes:
        """A picture of the whole screen, PNG. It shows personal data."""
        with self.pantalla.using("campos"):
            return self.pantalla.frame.page.screenshot()

    def require_holds(self, asked: DatosDelTramite) -> None:
        """The last look before Guardar.

        Raises:
            ReadBackMismatch: naming the fields that differ; nothing was saved.
        """
        with self.pantalla.using("campos"):
            different = self._lectura.differences(asked)
        self._typed = {asked.suscriptor, asked.tercero}
        if different:
            told = ", ".join(f"{campo} ({what})" if what else campo for campo, what in different.items())
            raise ReadBackMismatch(f"Difieren: {told}.", pantalla=_TITULO, campo=next(iter(different)))

    def save(self, antes_de_enviar: Callable[[], None] = _nobody_to_tell) -> Radicado | None:
        """Step 11: click Guardar, accept its question if it asks one, and read Serviweb's own confirmation.

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
        self.reveal("guardar")
        before = serviweb.text()
        typed = self._typed or {self._lectura.held("suscriptor"), re.sub(r"[.\s]", "", self._lectura.held("tercero"))}
        serviweb.forget()
        said: list[str] = []
        envio = Envio(serviweb.page, serviweb.espera_ms, antes_de_enviar)
        try:
            with envio, serviweb.dialogos.accepting_confirm():
                self.guardar.click(timeout=serviweb.espera_ms + _AFTER_THE_REQUEST_MS)
                came = self._await_answer(before)
            if came != "caida":
                self.pantalla.frame.wait_for_load_state("load")
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
            return self._radicado(whole, typed)
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
        answered = envio.respuesta is not None and not envio.sigue_en_proceso
        if not answered or self._serviweb.trafico.busy(pages_only=False):
            raise OutcomeUnknown("Serviweb no respondió después de Guardar.", pantalla=_TITULO) from None
        shown = self._serviweb.text().beyond(before)
        if not self._refuses(envio, shown):
            raise OutcomeUnknown("Serviweb respondió algo que no confirma el guardado.", pantalla=_TITULO) from None
        raise TramiteRefused(f"Respondió: «{quoted(shown)}».", pantalla=_TITULO) from None

    def _await_answer(self, before: TextoDePantalla) -> str:
        """Which answer to Guardar came first; a question that the page itself asks is accepted on the way.

        What a window said before the click is no answer to it. Where the browser's own question has been accepted, the page
        is not looked through for another one first.
        """
        serviweb, frame = self._serviweb, self.pantalla.frame
        patrones = {"guardado": "guardado", "error": "error_servidor", "expirada": "sesion_expirada"}
        known = {nombre: len(serviweb.pattern(patron).findall(before.texto)) for nombre, patron in patrones.items()}

        def fell(_: float) -> None:
            assert serviweb.trafico.failed  # noqa: S101  # a check asserts, like Playwright's own

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

    def _radicado(self, shown: str, typed: Collection[str]) -> Radicado | None:
        """The number in what came; never one that was typed into the form."""
        every = self._serviweb.pattern("radicado").finditer(shown)
        found = next((one for one in every if one[1] not in typed), None)
        if found is None:
            addresses = "\n".join(frame.url for frame in self._serviweb.marcos)
            found = re.search(r"[?&](?:nro_|no_|num_)?radicado=([\w-]+)", addresses, re.IGNORECASE)
        return Radicado(numero=found[1]) if found else None

    def choose(self, campo: str, opcion: str) -> None:
        """Choose an option of a catalogue, whatever the list is made of.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        box = self.pantalla.find(campo)
        wanted = self._serviweb.perfil.opcion(campo, opcion)
        with self.pantalla.using(campo):
            if self._choose_as_before(box, campo, wanted):
                return
            shown: list[dict[str, list[str]]] = box.evaluate_all(OFFERED)
            if len(shown) != 1:
                self.reveal(campo)
                box.wait_for()  # which complains of several
                shown = box.evaluate_all(OFFERED)
            match shown:
                case [{"options": offered}]:
                    self._choose_from_select(box, campo, wanted, offered)
                case [{"radios": [_, *_]}]:
                    self._choose_from_radios(box, campo, wanted)
                case _:
                    if not same_option(self.pantalla.content(box), wanted):
                        self._choose_from_list(box, campo, wanted)

    def choose_ahead(self, campo: str, opcion: str) -> bool:
        """Choose what the list has offered before in this session, if it does now; whether it was so."""
        wanted = self._serviweb.perfil.opcion(campo, opcion)
        with self.pantalla.using(campo):
            return self._choose_as_before(self.pantalla.find(campo), campo, wanted)

    def _choose_as_before(self, box: Locator, campo: str, wanted: str) -> bool:
        """Choose what the list offered before; whether it was there."""
        aprendido = self._serviweb.aprendido
        label = aprendido.opciones.get((campo, wanted))
        if label is None:
            return False
        quiet = campo in aprendido.callados
        try:
            with contextlib.nullcontext() if quiet else self._serviweb.settled():
                box.select_option(label=label, timeout=_KNOWN_OPTION_MS)
        except PlaywrightTimeout:
            aprendido.opciones.clear()
            return False
        return True

    def _choose_from_select(self, select: Locator, campo: str, wanted: str, offered: list[str]) -> None:
        label = _best(offered, wanted)
        if label is None:
            options = select.locator("option")
            with contextlib.suppress(AssertionError):
                option = options.filter(has_text=option_text(wanted))
                expect(option).not_to_have_count(0, timeout=self._serviweb.espera_ms)
            label = _best(options.all_text_contents(), wanted)
            if label is None:
                self._missing(options.all_text_contents(), campo, wanted)
        aprendido = self._serviweb.aprendido
        with self._serviweb.settled():
            select.select_option(label=label)
        aprendido.opciones[campo, wanted] = label
        if not self._serviweb.trafico.seen:
            aprendido.callados.add(campo)

    def _choose_from_radios(self, box: Locator, campo: str, wanted: str) -> None:
        labels: list[str] = []

        def offered(milliseconds: float) -> None:
            labels[:] = box.first.evaluate(LABELS)
            if _best(labels, wanted) is None:
                self._serviweb.await_news(milliseconds)
                labels[:] = box.first.evaluate(LABELS)
                assert _best(labels, wanted) is not None  # noqa: S101  # a check asserts, like Playwright's own

        if not self._serviweb.comes_within(self._serviweb.espera_ms, offered):
            self._missing(labels, campo, wanted)
        with self._serviweb.settled():
            the_one = [label.strip() for label in labels].index(_best(labels, wanted) or "")
            radio_buttons(self.pantalla.raiz, box).nth(the_one).check()

    def _choose_from_list(self, box: Locator, campo: str, wanted: str) -> None:
        """A list that the page draws itself opens with a click; one that can be typed into shows what fits."""
        with self._serviweb.settled():
            box.click()
            if box.evaluate("e => e.tagName === 'INPUT' && !e.readOnly"):
                box.fill(wanted)
        options = self.pantalla.find("opcion")
        option = options.filter(has_text=option_text(wanted)).first
        try:
            expect(option).to_be_visible(timeout=self._serviweb.espera_ms)
        except AssertionError:
            self._missing(options.all_text_contents(), campo, wanted)
        with self._serviweb.settled():
            option.click()
        expect(options.first).to_be_hidden(timeout=self._serviweb.espera_ms)

    def _missing(self, options: Sequence[str], campo: str, wanted: str) -> NoReturn:
        self._serviweb.raise_if_broken()
        self._serviweb.raise_if_let_down(_NOMBRE)
        if self._serviweb.trafico.busy(pages_only=False):
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=_TITULO, campo=campo) from None
        offered = [text.strip() for text in options]
        near = get_close_matches(wanted, offered, n=3, cutoff=0.5)
        hint = f" Opciones parecidas: {', '.join(near)}." if near else ""
        raise OptionMissing(f"Falta «{wanted}».{hint}", pantalla=_TITULO, campo=campo) from None

    def _shown(self, campo: str) -> str:
        return self.pantalla.content(self.pantalla.find(campo).first)


def _best(offered: list[str], wanted: str) -> str | None:
    """The option as the page writes it: the very words, else those with a number before them."""
    for pattern in (whole_text(wanted), option_text(wanted)):
        for option in offered:
            if pattern.match(option):
                return option.strip()
    return None
