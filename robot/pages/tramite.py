"""The form of a trámite, from zona to Guardar (steps 4–9 and 11)."""

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.errors import (
    CaracteresImposibles,
    ObservacionDoesNotFit,
    OptionMissing,
    ReadBackMismatch,
    ScreenChanged,
    ServiwebUnavailable,
    SuscriptorNotFound,
    SuscriptorRetirado,
)
from robot.models import Suscriptor
from robot.pages.aprendizaje import learn
from robot.pages.busqueda import LookUp
from robot.pages.contenido import LABELS, OFFERED, drawn_over, radio_buttons, unwritable, write_text
from robot.pages.espera import enabled, visible
from robot.pages.guardar import Guardar, nobody_to_tell
from robot.pages.lectura import DatosDelTramite, LecturaDeFormulario
from robot.pages.lista import ListaDibujada, missing
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.veredicto import Veredicto
from robot.perfil.screens import PANTALLAS
from robot.reading.documents import Identificacion, same_document
from robot.reading.equality import option_text, same_code, same_option, whole_text

__all__ = ["DatosDelTramite", "TramitePage"]
_NOMBRE = "tramite"
_TITULO = PANTALLAS[_NOMBRE].titulo
_OBJECTED = "all => all.some(e => e.getAttribute('aria-invalid') === 'true')"
_LIMITS = "all => all.map(e => [e.getAttribute('maxlength'), document.characterSet])"
_KNOWN_OPTION_MS = 1_000
_PARTS = 8
"""A form in more parts than this is none that anybody uses."""


class TramitePage:
    """PQR → TRÁMITE, on one screen or in parts with a button between them. Constructing it waits for the form,
    unless it is told where the form is.

    Attributes:
        confirmada: the question whether to file another trámite, where Guardar asked it and it was answered yes.
    """

    def __init__(self, serviweb: Serviweb, pantalla: Pantalla | None = None) -> None:
        self._serviweb = serviweb
        self.pantalla = pantalla or serviweb.pantalla(_NOMBRE)
        self._lectura = LecturaDeFormulario(self.pantalla)
        self._fitting = ""
        self._typed: set[str] = set()
        self._written = ""
        self.confirmada = ""
        find = self.pantalla.find
        self.suscriptor = find("suscriptor")
        self.tercero = find("tercero")
        self.observacion = find("observacion")
        self.guardar = find("guardar").first
        if pantalla is None:
            learn(self.pantalla, Pantalla(serviweb, "terceros", self.pantalla.frame, self.pantalla.raiz))

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
            ReadBackMismatch: the screen shows another code now.
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
            direccion=self._shown("direccion"),
            ruta=self._shown("ruta"),
            estado=self._shown("estado"),
        )
        if self._serviweb.pattern("retirado").search(suscriptor.estado):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        if not same_code(pregunta.held, codigo, nombre=pregunta.nombre, written=pregunta.written):
            raise ReadBackMismatch("La búsqueda lo cambió por otro.", pantalla=_TITULO, campo="suscriptor")
        return suscriptor

    def look_up_tercero(self, cedula: str, pantalla: Pantalla) -> LookUp:
        """Step 6: have Serviweb look the document up."""
        self.reveal("tercero")
        tipo = self.choose_tipo(pantalla, cedula)
        self._lectura.tipo = (pantalla.find("tipo_documento"), tipo) if tipo else None
        with self.pantalla.using("cedula"):
            return self._lectura.ask(
                "tercero",
                cedula,
                "buscar",
                pantalla=pantalla,
                same=same_document,
                lecturas=("nombre",),
                escrito=self._serviweb.perfil.terceros.typed(cedula),
            )

    def require_fits(self, observacion: str) -> None:
        """Refuse, before anything is touched, a text that the field would cut or that its page cannot write.

        A line break leaves as two characters, and is counted so.

        A field in a part of the form that is not there yet is looked at when it is written.

        Raises:
            ObservacionDoesNotFit: with how many characters are too many.
            CaracteresImposibles: with those that the page cannot write.
        """
        with self.pantalla.using("observacion"):
            limits: list[list[str | None]] = self.observacion.evaluate_all(_LIMITS)
            limit, charset = (
                limits[0] if limits else (None, self.pantalla.frame.evaluate("() => document.characterSet"))
            )
        told = int(limit) if limit is not None and limit.isdigit() else None
        known = [one for one in (told, self._serviweb.perfil.observacion_maxima) if one is not None]
        length = len(observacion) + observacion.count("\n")
        if known and length > min(known):
            over = length - min(known)
            raise ObservacionDoesNotFit(
                f"Completa tiene {length} caracteres y el campo admite {min(known)}: sobran {over}.",
                pantalla=_TITULO,
                campo="observacion",
            )
        written_in = self._serviweb.perfil.codificacion or str(charset)
        if strange := unwritable(observacion, written_in):
            raise CaracteresImposibles(
                f"Son estos: {' '.join(strange)}",
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
            if self._serviweb.aprendido.maneras:  # drawn by a toolkit, which also draws over what it is at work on
                self.observacion.click(trial=True)
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
        self._typed = {asked.suscriptor, *(Identificacion.of(asked.tercero).writings if asked.tercero else ())}
        self._written = asked.observacion
        if different:
            told = ", ".join(f"{campo} ({what})" if what else campo for campo, what in different.items())
            raise ReadBackMismatch(f"Difieren: {told}.", pantalla=_TITULO, campo=next(iter(different)))

    def save(self, antes_de_enviar: Callable[[], None] = nobody_to_tell, *, otra_visita: bool = False) -> Veredicto:
        """Step 11: click Guardar and say what Serviweb's answer comes to, as `Guardar.click` does.

        What carries the last word of the observación, where the referencia stands, is what Guardar sends.

        Args:
            otra_visita: somebody has confirmed that it is another visita; `confirmada` tells whether that was asked.

        Raises:
            ObservacionDoesNotFit: the form itself kept it back, with the field marked, as where only a script knows its limit.
            As `Guardar.click`.
        """
        self.reveal("guardar")
        held = self._lectura.held
        typed = self._typed or {held("suscriptor"), re.sub(r"[.\s]", "", held("tercero"))}
        words = (self._written or held("observacion")).split()
        guardar = Guardar(
            self._serviweb, self.pantalla, lleva=words[-1] if words else "", typed=typed, otra_visita=otra_visita
        )
        try:
            return guardar.click(antes_de_enviar)
        except ScreenChanged as unsent:
            if not self.observacion.evaluate_all(_OBJECTED):
                raise
            told = f"Serviweb marca el campo como errado y no lo envía. {unsent.detalle}"
            raise ObservacionDoesNotFit(told, pantalla=_TITULO, campo="observacion") from None
        finally:
            self.confirmada = guardar.confirmada

    def choose_tipo(self, pantalla: Pantalla, cedula: str) -> str:
        """Choose, where a screen asks for it, which document a number is of; what it is called there, or blank.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        box = pantalla.find("tipo_documento")
        with pantalla.using("tipo_documento"):
            if not box.count():
                return ""
            offered: list[dict[str, list[str]]] = box.evaluate_all(OFFERED)
        opciones = [text for one in offered for texts in one.values() for text in texts]
        tipo = Identificacion.of(cedula).tipo
        told = self._serviweb.perfil.opcion("tipo_documento", tipo)
        called = [told] if told != tipo else tipo.nombres
        wanted = next((one for one in called if any(same_option(text, one) for text in opciones)), called[0])
        try:
            self.choose("tipo_documento", wanted, en=pantalla)
        except OptionMissing as missing:
            missing.pantalla = pantalla.titulo
            raise
        return wanted

    def choose(self, campo: str, opcion: str, en: Pantalla | None = None) -> None:
        """Choose an option of a catalogue, whatever the list is made of.

        Args:
            en: the screen that the list is on, if not the form itself.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        pantalla = en or self.pantalla
        box = pantalla.find(campo)
        wanted = self._serviweb.perfil.opcion(campo, opcion)
        with pantalla.using(campo):
            if self._choose_as_before(box, campo, wanted):
                return
            shown: list[dict[str, list[str]]] = box.evaluate_all(OFFERED)
            if len(shown) != 1:
                if en is None:
                    self.reveal(campo)
                box.wait_for()  # which complains of several
                shown = box.evaluate_all(OFFERED)
            match shown:
                case [{"options": offered}] if (
                    _best(offered, wanted) is None and (drawn := drawn_over(box)) is not None
                ):
                    ListaDibujada(pantalla, campo, drawn).choose(wanted)
                case [{"options": offered}]:
                    self._choose_from_select(box, campo, wanted, offered)
                case [{"radios": [_, *_]}]:
                    self._choose_from_radios(pantalla, campo, wanted)
                case _:
                    ListaDibujada(pantalla, campo, box).choose(wanted)

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

    def _choose_from_radios(self, pantalla: Pantalla, campo: str, wanted: str) -> None:
        box = pantalla.find(campo)
        labels: list[str] = []

        def offered(milliseconds: float) -> None:
            labels[:] = box.first.evaluate(LABELS)
            if _best(labels, wanted) is None:
                self._serviweb.espera.await_news(milliseconds)
                labels[:] = box.first.evaluate(LABELS)
                assert _best(labels, wanted) is not None  # noqa: S101  # a check asserts, like Playwright's own

        if not self._serviweb.espera.comes_within(self._serviweb.espera_ms, offered):
            self._missing(labels, campo, wanted)
        with self._serviweb.settled():
            the_one = [label.strip() for label in labels].index(_best(labels, wanted) or "")
            radio_buttons(pantalla.raiz, box).nth(the_one).check()

    def _missing(self, options: Sequence[str], campo: str, wanted: str) -> NoReturn:
        self._serviweb.raise_if_broken()
        self._serviweb.raise_if_let_down(_NOMBRE)
        if self._serviweb.trafico.busy(pages_only=False):
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=_TITULO, campo=campo) from None
        raise missing(list(options), campo, wanted, _TITULO) from None

    def _shown(self, campo: str) -> str:
        return self.pantalla.content(self.pantalla.find(campo).first)


def _best(offered: list[str], wanted: str) -> str | None:
    """The option as the page writes it: the very words, else those with a number before them."""
    for pattern in (whole_text(wanted), option_text(wanted)):
        for option in offered:
            if pattern.match(option):
                return option.strip()
    return None
