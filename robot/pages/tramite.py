"""The form of a trámite, from zona to Guardar (steps 4–9 and 11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

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
from robot.models import Radicado, Suscriptor
from robot.pages.localizadores import whole_text
from robot.pages.serviweb import Check, Envio, Serviweb

_NOMBRE, _TITULO = "tramite", "Trámite"
_LINE_BREAKS = re.compile(r"\r\n?")


def _nobody_to_tell() -> None:
    return


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
    """PQR → TRÁMITE. Constructing it waits for the form."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(
            _NOMBRE, _TITULO, lambda p: p.field("suscriptor", "Suscriptor", "Código de suscriptor", "Código suscriptor")
        )
        field, action = self.pantalla.field, self.pantalla.action
        self.zona = field("zona", "Zona")
        self.medio = field("medio", "Medio", "Medio de recepción")
        self.suscriptor = field("suscriptor", "Suscriptor", "Código de suscriptor", "Código suscriptor")
        self.nombre_suscriptor = field("nombre_suscriptor", "Nombre", "Nombre del suscriptor", "Nombre suscriptor")
        self.ruta = field("ruta", "Ruta")
        self.estado = field("estado", "Estado")
        self.tercero = field("tercero", "Cédula del tercero", "Cédula", "Terceros", "Tercero")
        self.servicio = field("servicio", "Servicio")
        self.tipo = field("tipo", "Tipo de trámite", "Tipo trámite")
        self.causal = field("causal", "Causales", "Causal")
        self.observacion = field("observacion", "Observación", "Observaciones")
        self.guardar = action("guardar", "Guardar")

    def choose_zona_y_medio(self, zona: str, medio: str) -> None:
        """Step 4. Choosing zona may post the whole form back.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        self._choose(self.zona, "zona", zona)
        self._choose(self.medio, "medio", medio)

    def load_suscriptor(self, codigo: str) -> Suscriptor:
        """Step 5: type the código and Enter, and read who it is.

        Raises:
            SuscriptorNotFound, SuscriptorRetirado.
            UnexpectedDialog: Serviweb says something else.
        """
        with self.pantalla.using("suscriptor"):
            self.suscriptor.fill(codigo)
            self.suscriptor.press("Enter")
            unknown = self.pantalla.frame.get_by_text(self._serviweb.pattern("no_existe")).filter(visible=True)
            came = self._serviweb.first_of(
                datos=lambda ms: expect(self.nombre_suscriptor).not_to_have_value("", timeout=ms),
                no_existe=lambda ms: expect(unknown.first).to_be_visible(timeout=ms),
            )
        said = " ".join(self._serviweb.dialogos.take())
        if self._serviweb.pattern("retirado").search(said):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        if came == "no_existe" or self._serviweb.pattern("no_existe").search(said):
            raise SuscriptorNotFound(f"Código {codigo}.", pantalla=_TITULO)
        if said:
            self._serviweb.raise_for_dialog(said)
        suscriptor = Suscriptor(
            codigo=codigo,
            nombre=self._shown(self.nombre_suscriptor),
            ruta=self._shown(self.ruta),
            estado=self._shown(self.estado),
        )
        if self._serviweb.pattern("retirado").search(suscriptor.estado):
            raise SuscriptorRetirado(f"Código {codigo}.", pantalla=_TITULO)
        return suscriptor

    def require_fits(self, observacion: str) -> None:
        """Refuse, before anything is touched, a text that the field would cut or that its page cannot write.

        Raises:
            ObservacionDoesNotFit: with how many characters are too many, or which ones the page cannot write.
        """
        with self.pantalla.using("observacion"):
            limit = self.observacion.get_attribute("maxlength")
            charset = str(self.pantalla.frame.evaluate("() => document.characterSet"))
        if limit is not None and limit.isdigit() and len(observacion) > int(limit):
            over = len(observacion) - int(limit)
            raise ObservacionDoesNotFit(
                f"Completa tiene {len(observacion)} caracteres y el campo admite {limit}: sobran {over}.",
                pantalla=_TITULO,
                campo="observacion",
            )
        strange = sorted({character for character in observacion if not _writable(character, charset)})
        if strange:
            raise ObservacionDoesNotFit(
                f"Serviweb no puede escribir estos caracteres: {' '.join(strange)}.",
                pantalla=_TITULO,
                campo="solicitud",
            )

    def choose_servicio_y_tipo(self, servicio: str, tipo: str) -> None:
        """Step 7.

        Raises:
            OptionMissing: the catalogue lacks one of them.
        """
        self._choose(self.servicio, "servicio", servicio)
        self._choose(self.tipo, "tipo", tipo)

    def choose_causal(self, causal: str) -> None:
        """Step 8.

        Raises:
            OptionMissing: the catalogue lacks it.
        """
        self._choose(self.causal, "causal", causal)

    def write_observacion(self, observacion: str) -> None:
        """Step 9."""
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
                self._choose(getattr(self, campo), campo, value)

    def differences(self, asked: DatosDelTramite) -> list[str]:
        """The fields that do not hold what was asked for, read back from the screen, in the order of the procedure."""
        with self.pantalla.using("campos"):
            shown = {
                "zona": self._chosen(self.zona),
                "medio": self._chosen(self.medio),
                "suscriptor": self.suscriptor.input_value(),
                "tercero": re.sub(r"[.\s]", "", self.tercero.input_value()),
                "servicio": self._chosen(self.servicio),
                "tipo": self._chosen(self.tipo),
                "causal": self._chosen(self.causal),
                "observacion": self.observacion.input_value(),
            }
        different = []
        for campo, value in shown.items():
            wanted: str = getattr(asked, campo)
            catalogue = campo in {"zona", "medio", "servicio", "tipo", "causal"}
            same = bool(whole_text(wanted).match(value)) if catalogue else _plain_lines(value) == _plain_lines(wanted)
            if not same:
                different.append(campo)
        return different

    def require_holds(self, asked: DatosDelTramite) -> None:
        """The last look before Guardar.

        Raises:
            ReadBackMismatch: naming the fields that differ; nothing was saved.
        """
        different = self.differences(asked)
        if different:
            raise ReadBackMismatch(f"Difieren: {', '.join(different)}.", pantalla=_TITULO, campo=different[0])

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
        with self.pantalla.using("guardar"):
            expect(self.guardar).to_be_enabled(timeout=serviweb.espera_ms)
        serviweb.forget()
        said: list[str] = []
        envio = Envio(serviweb, antes_de_enviar)
        try:
            with envio, serviweb.dialogos.accepting_confirm():
                self.guardar.click()
                came = self._await_answer()
            if came != "caida":
                self.pantalla.frame.wait_for_load_state("load")
            said = serviweb.dialogos.take()
            shown = serviweb.text().texto
        except (AssertionError, TimeoutError, PlaywrightTimeout):
            if not envio.anunciado:
                raise ScreenChanged("Guardar no envió nada a Serviweb.", pantalla=_TITULO, campo="guardar") from None
            raise OutcomeUnknown("Serviweb no respondió después de Guardar.", pantalla=_TITULO) from None
        except PlaywrightError:
            if not envio.anunciado:
                raise ServiwebUnavailable("El navegador se cerró antes de enviar.", pantalla=_TITULO) from None
            raise OutcomeUnknown("La conexión se cortó después de Guardar.", pantalla=_TITULO) from None
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
        if said and not serviweb.pattern("sesion_expirada").search(whole):
            raise TramiteRefused(f"Respondió: «{' / '.join(said)}».", pantalla=_TITULO)
        raise OutcomeUnknown("Serviweb respondió algo que no confirma el guardado.", pantalla=_TITULO, respondio=True)

    def _await_answer(self) -> str:
        """Which answer to Guardar came first; a question that the page itself asks is accepted on the way."""
        serviweb = self._serviweb
        question = self.pantalla.dialog("confirmacion", "Confirmación")
        yes = question.action("confirmar", "Sí", "Sí, guardar", "Aceptar", "Confirmar", "Guardar").first

        def fell(_: float) -> None:
            assert serviweb.trafico.failed  # noqa: S101  # a check asserts, like Playwright's own

        def text_like(patron: str) -> Locator:
            return self.pantalla.frame.get_by_text(serviweb.pattern(patron)).first

        answers: dict[str, Check] = {
            "guardado": lambda ms: expect(text_like("guardado")).to_be_visible(timeout=ms),
            "caida": fell,
            "error": lambda ms: expect(text_like("error_servidor")).to_be_visible(timeout=ms),
            "expirada": lambda ms: expect(text_like("sesion_expirada")).to_be_visible(timeout=ms),
        }
        came = serviweb.first_of(pregunta=lambda ms: expect(yes).to_be_visible(timeout=ms), **answers)
        if came != "pregunta":
            return came
        yes.click()
        return serviweb.first_of(**answers)

    def _radicado(self, shown: str) -> Radicado | None:
        found = self._serviweb.pattern("radicado").search(shown)
        if found is None:
            found = re.search(r"[?&]radicado=([\w-]+)", self.pantalla.frame.url)
        return Radicado(numero=found[1]) if found else None

    def _choose(self, select: Locator, campo: str, opcion: str) -> None:
        option = select.locator("option").filter(has_text=whole_text(opcion))
        with self.pantalla.using(campo):
            expect(select).to_be_visible(timeout=self._serviweb.espera_ms)
            try:
                expect(option).not_to_have_count(0, timeout=self._serviweb.espera_ms)
            except AssertionError:
                self._serviweb.raise_if_broken()
                offered = [text.strip() for text in select.locator("option").all_text_contents()]
                near = get_close_matches(opcion, offered, n=3, cutoff=0.5)
                hint = f" Opciones parecidas: {', '.join(near)}." if near else ""
                raise OptionMissing(f"Falta «{opcion}».{hint}", pantalla=_TITULO, campo=campo) from None
            with self._serviweb.settled():
                select.select_option(label=(option.first.text_content() or opcion).strip())

    @staticmethod
    def _chosen(select: Locator) -> str:
        return (select.locator("option:checked").text_content() or "").strip()

    @staticmethod
    def _shown(field: Locator) -> str:
        return field.input_value().strip() if field.count() == 1 else ""


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
