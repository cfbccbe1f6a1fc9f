"""The form of a trámite, from zona to Guardar (steps 4–9 and 11)."""

import contextlib
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import (
    ObservacionDoesNotFit,
    OptionMissing,
    ReadBackMismatch,
    ServiwebUnavailable,
    SuscriptorNotFound,
    SuscriptorRetirado,
)
from robot.models import Radicado, Suscriptor
from robot.pages.enter import press_enter
from robot.pages.guardar import Guardar, nobody_to_tell
from robot.pages.localizadores import option_text, whole_text
from robot.pages.serviweb import Check, Contenido, Pantalla, Serviweb, enabled, visible
from robot.pantallas import PANTALLAS

_NOMBRE = "tramite"
_TITULO = PANTALLAS[_NOMBRE].titulo
_LINE_BREAKS = re.compile(r"\r\n?")
_CAMPOS = ("zona", "medio", "suscriptor", "tercero", "servicio", "tipo", "causal", "observacion")
_CATALOGOS = frozenset({"zona", "medio", "servicio", "tipo", "causal"})
_OFFERED = (
    "all => all.filter(e => e.checkVisibility({visibilityProperty: true}))"
    ".map(e => e.tagName === 'SELECT' ? [...e.options].map(option => option.text) : null)"
)
_LIMITS = "all => all.map(e => [e.getAttribute('maxlength'), document.characterSet])"
_ENTER_MS = 400
_KNOWN_OPTION_MS = 1_000
_PARTS = 8
"""A form in more parts than this is none that anybody uses."""


@dataclass(frozen=True, slots=True)
class DatosDelTramite:
    """What the form must hold before Guardar, word for word."""

    zona: str
    medio: str
    suscriptor: str
    tercero: str
    servicio: str
    tipo: str
    causal: str
    observacion: str


class TramitePage:
    """PQR → TRÁMITE, on one screen or in parts with a button between them. Constructing it waits for the form,
    unless it is told where the form is.
    """

    def __init__(self, serviweb: Serviweb, pantalla: Pantalla | None = None) -> None:
        self._serviweb = serviweb
        self.pantalla = pantalla or serviweb.pantalla(_NOMBRE)
        self._left: dict[str, str] = {}
        self._fitting = ""
        self._typed: set[str] = set()
        self._written = ""
        self._kept = False
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
                way = self.pantalla.find("anterior" if campo in self._left else "continuar").first
                came = self._serviweb.first_of(campo=visible(locator.first), parte=enabled(way))
                if came != "parte":
                    break
                self._left |= self._on_screen()
                with self._serviweb.settled():
                    way.click()
        return locator

    def _on_screen(self) -> dict[str, str]:
        """What the fields of this part hold, before it is left."""
        return {campo: self._held(campo) for campo in _CAMPOS if self.pantalla.find(campo).first.is_visible()}

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
        pantalla = self.pantalla
        self.reveal("suscriptor")
        nombre = Contenido(pantalla, "nombre_suscriptor")
        with pantalla.using("suscriptor"):
            self._look_up(self.suscriptor, codigo, pantalla, "buscar_suscriptor")
            suggested = (
                pantalla.find("sugerencia").filter(has_text=re.compile(rf"(?<!\w){re.escape(codigo)}(?!\w)")).first
            )
            answers: dict[str, Check] = {
                "datos": nombre,
                "no_existe": self._serviweb.shows("no_existe", pantalla.frame),
            }
            came = self._serviweb.first_of(**answers, sugerencia=visible(suggested))
            if came == "sugerencia":
                suggested.click()
                came = self._serviweb.first_of(**answers)
        said = " ".join(self._serviweb.dialogos.take())
        if self._serviweb.pattern("retirado").search(said):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        if came == "no_existe" or self._serviweb.pattern("no_existe").search(said):
            raise SuscriptorNotFound(f"Código {codigo}.", pantalla=_TITULO)
        if said:
            self._serviweb.raise_for_dialog(said)
        suscriptor = Suscriptor(
            codigo=codigo,
            nombre=nombre.texto,
            ruta=self._shown("ruta"),
            estado=self._shown("estado"),
        )
        if self._serviweb.pattern("retirado").search(suscriptor.estado):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        return suscriptor

    def _look_up(self, field: Locator, text: str, pantalla: Pantalla, boton: str) -> None:
        """Type, and have Serviweb look it up: with the button that the perfil names; else with Enter, or with the usual
        button where Enter asks for nothing.
        """
        serviweb = self._serviweb
        button = pantalla.find(boton).first
        serviweb.trafico.forget()
        field.fill(text)
        if boton not in serviweb.perfil.pantalla(pantalla.nombre).localizadores:
            press_enter(field)
            if serviweb.asked_within(_ENTER_MS) or not button.is_visible():
                return
        button.click()

    def look_up_tercero(self, cedula: str, pantalla: Pantalla) -> None:
        """Step 6: type the cédula and have Serviweb look it up."""
        self.reveal("tercero")
        with pantalla.using("cedula"):
            self._look_up(self.tercero, cedula, pantalla, "buscar")

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
        strange = sorted({character for character in observacion if not _writable(character, written_in)})
        if strange:
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
            self.observacion.fill(observacion)

    def correct(self, asked: DatosDelTramite, campos: list[str]) -> None:
        """Fill again what a postback has reset, in the order of the procedure.

        Raises:
            OptionMissing, SuscriptorNotFound, SuscriptorRetirado.
        """
        for campo in campos:
            value: str = getattr(asked, campo)
            if campo == "suscriptor":
                self.load_suscriptor(value)
            elif campo == "observacion":
                self.write_observacion(value)
            elif campo != "tercero":
                self.choose(campo, value)

    def differences(self, asked: DatosDelTramite) -> list[str]:
        """The fields that do not hold what was asked for, read back from the screen, in the order of the procedure.

        A field of a part that was left counts as it was when the part was left.
        """
        with self.pantalla.using("campos"):
            if self._all_hold(asked):
                return []
            self._serviweb.aprendido.callados.clear()
            held = self.contents()
            self._learn_order(held)
        return [campo for campo in _CAMPOS if not self._is(campo, held[campo], getattr(asked, campo))]

    def _all_hold(self, asked: DatosDelTramite) -> bool:
        """Every field read back at once, in the order in which the page has them; whether all is as it should be.

        Where it is not, or the order is not known, the fields are read one by one.
        """
        if self._left:
            return False
        held = self._held_together()
        self._serviweb.aprendido.entero = len(held) == len(_CAMPOS)
        order = self._serviweb.aprendido.orden_de_campos or _CAMPOS
        return len(held) == len(order) and all(
            self._is(campo, text, getattr(asked, campo)) for campo, text in zip(order, held, strict=True)
        )

    def _held_together(self) -> list[str]:
        """What the fields hold in the order of the page; those that were read before are not looked for again."""
        if self._kept and (held := self.pantalla.kept_contents()) is not None:
            return held
        self._kept = True
        return self.pantalla.keep_contents(self._together())

    def _together(self) -> Locator:
        return functools.reduce(lambda one, other: one.or_(other), map(self.pantalla.find, _CAMPOS))

    def _learn_order(self, held: Mapping[str, str]) -> None:
        """Which field is which, by what they hold; two that hold the same may be taken for each other."""
        left, order = dict(held), []
        for text in [] if self._left else self.pantalla.contents(self._together()):
            found = next((campo for campo, one in left.items() if one == text), None)
            if found is None:
                return
            order.append(found)
            left.pop(found)
        if not left:
            self._serviweb.aprendido.orden_de_campos = tuple(order)

    def contents(self) -> dict[str, str]:
        """What each field holds, read back from the screen; of a part that was left, as it was then."""
        with self.pantalla.using("campos"):
            return {
                campo: self._held(campo) if self.pantalla.find(campo).first.is_visible() else self._left.get(campo, "")
                for campo in _CAMPOS
            }

    def picture(self) -> bytes:
        """A picture of the whole screen, PNG. It shows personal data."""
        with self.pantalla.using("campos"):
            return self.pantalla.frame.page.screenshot()

    def _held(self, campo: str) -> str:
        return self.pantalla.content(self.pantalla.find(campo))

    def _is(self, campo: str, held: str, wanted: str) -> bool:
        if campo in _CATALOGOS:
            return bool(option_text(self._serviweb.perfil.opcion(campo, wanted)).match(held))
        if campo == "observacion":
            return _plain_lines(held) == _plain_lines(wanted)
        if campo == "suscriptor":  # an autocomplete writes the name after it
            return held == wanted or held.split()[:1] == [wanted]
        return re.sub(r"[.\s]", "", held) == wanted

    def require_holds(self, asked: DatosDelTramite) -> None:
        """The last look before Guardar.

        Raises:
            ReadBackMismatch: naming the fields that differ; nothing was saved.
        """
        different = self.differences(asked)
        self._typed, self._written = {asked.suscriptor, asked.tercero}, asked.observacion
        if different:
            raise ReadBackMismatch(f"Difieren: {', '.join(different)}.", pantalla=_TITULO, campo=different[0])

    def save(self, antes_de_enviar: Callable[[], None] = nobody_to_tell) -> Radicado | None:
        """Step 11: click Guardar and read what Serviweb answers, as `Guardar.click` does.

        What carries the last word of the observación, where the referencia stands, is what Guardar sends.

        Raises:
            As `Guardar.click`.
        """
        self.reveal("guardar")
        typed = self._typed or {self._held("suscriptor"), re.sub(r"[.\s]", "", self._held("tercero"))}
        words = (self._written or self._held("observacion")).split()
        return Guardar(self._serviweb, self.pantalla, lleva=words[-1] if words else "", typed=typed).click(
            antes_de_enviar
        )

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
            shown: list[list[str] | None] = box.evaluate_all(_OFFERED)
            if len(shown) != 1:
                self.reveal(campo)
                box.wait_for()  # which complains of several
                shown = box.evaluate_all(_OFFERED)
            offered = shown[0] if shown else None
            if offered is not None:
                self._choose_from_select(box, campo, wanted, offered)
            elif not option_text(wanted).match(self.pantalla.content(box)):
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
                self._missing(options, campo, wanted)
        aprendido = self._serviweb.aprendido
        with self._serviweb.settled():
            select.select_option(label=label)
        aprendido.opciones[campo, wanted] = label
        if not self._serviweb.trafico.seen:
            aprendido.callados.add(campo)

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
            self._missing(options, campo, wanted)
        with self._serviweb.settled():
            option.click()
        expect(options.first).to_be_hidden(timeout=self._serviweb.espera_ms)

    def _missing(self, options: Locator, campo: str, wanted: str) -> NoReturn:
        self._serviweb.raise_if_broken()
        self._serviweb.raise_if_let_down(_NOMBRE)
        if self._serviweb.trafico.busy(pages_only=False):
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=_TITULO, campo=campo) from None
        offered = [text.strip() for text in options.all_text_contents()]
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


def _plain_lines(text: str) -> str:
    return _LINE_BREAKS.sub("\n", text).strip()


def _writable(character: str, charset: str) -> bool:
    """Browsers read ISO-8859-1 as windows-1252, and send what the page cannot write as `&#8805;`."""
    codec = "cp1252" if charset.lower() in {"iso-8859-1", "windows-1252", "us-ascii"} else charset
    try:
        character.encode(codec)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
