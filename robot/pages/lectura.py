"""Reading the form back: what its fields hold, whether that is what was asked for, and whether it is still about whom it was."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator

from robot.pages.busqueda import LookUp, Same
from robot.pages.contenido import Recuerdo, contents, keep, remembered
from robot.pages.serviweb import Pantalla
from robot.reading.documents import same_document
from robot.reading.equality import same_code, same_option, same_text

CAMPOS = ("zona", "medio", "suscriptor", "tercero", "servicio", "tipo", "causal", "observacion")
CATALOGOS = frozenset({"zona", "medio", "servicio", "tipo", "causal"})
_KEPT = "campos"


@dataclass(frozen=True, slots=True)
class DatosDelTramite:
    """What the form must hold before Guardar, word for word; the tercero as `Identificacion.kept`, or blank."""

    zona: str
    medio: str
    suscriptor: str
    tercero: str
    servicio: str
    tipo: str
    causal: str
    observacion: str


class LecturaDeFormulario:
    """The fields of one form, and the look-ups that were made in it.

    Attributes:
        dejados: what the fields of a part held that was left.
        preguntas: by field, the last look-up.
        tipo: where the form asks which document the tercero's is, that list and what was chosen in it.
    """

    def __init__(self, pantalla: Pantalla) -> None:
        self.dejados: dict[str, str] = {}
        self.preguntas: dict[str, LookUp] = {}
        self.tipo: tuple[Locator, str] | None = None
        self._pantalla = pantalla
        self._perfil = pantalla.serviweb.perfil
        self._aprendido = pantalla.serviweb.aprendido
        self._now = Recuerdo()
        named = self._perfil.pantalla(pantalla.nombre).localizadores
        self._apart = any(campo in named and named[campo].marco is not None for campo in CAMPOS)

    def ask(
        self,
        campo: str,
        codigo: str,
        boton: str,
        *,
        pantalla: Pantalla,
        same: Same,
        lecturas: tuple[str, ...],
        escrito: str = "",
    ) -> LookUp:
        """Look a code up in one of the fields, written there as it is or as `escrito`."""
        pregunta = LookUp(
            pantalla,
            self._pantalla.find(campo),
            codigo,
            same=same,
            lecturas=lecturas,
            earlier=self.preguntas.get(campo),
            escrito=escrito,
        )
        pregunta.ask(boton)
        self.preguntas[campo] = pregunta
        return pregunta

    def leave(self) -> None:
        """Note what the fields of this part hold, before it is left."""
        self.dejados |= {campo: self.held(campo) for campo in CAMPOS if self._pantalla.find(campo).first.is_visible()}

    def contents(self) -> dict[str, str]:
        """What each field holds; of a part that was left, as it was then."""
        return {
            campo: self.held(campo) if self._pantalla.find(campo).first.is_visible() else self.dejados.get(campo, "")
            for campo in CAMPOS
        }

    def held(self, campo: str) -> str:
        return self._pantalla.content(self._pantalla.find(campo))

    def differences(self, asked: DatosDelTramite) -> dict[str, str]:
        """The fields that do not hold what was asked for, in the order of the procedure; with what else speaks against one that
        does, in Spanish.
        """
        self._now = remembered(self._pantalla.frame, leave=True)
        found: dict[str, str] = {}
        if not self._all_hold(asked):
            self._aprendido.callados.clear()
            held = self.contents()
            self._learn_order(held)
            found = {campo: "" for campo in CAMPOS if not self._is(campo, held[campo], getattr(asked, campo))}
        found.update({campo: "lo que se enviará de la lista" for campo in self._now.cambiados if campo not in found})
        for campo, pregunta in self.preguntas.items():
            if campo not in found and (what := pregunta.what_differs(self._now)):
                found[campo] = what
        if self._tipo_is_another():
            found.setdefault("tercero", "el tipo de documento")
        return {campo: found[campo] for campo in CAMPOS if campo in found}

    def _tipo_is_another(self) -> bool:
        if self.tipo is None or self.dejados:
            return False
        box, chosen = self.tipo
        return not same_option(self._pantalla.content(box), chosen)

    def _all_hold(self, asked: DatosDelTramite) -> bool:
        """Every field read back at once, in the order in which the page has them; whether all is as it should be.

        Where it is not, or the order is not known, the fields are read one by one.
        """
        if self.dejados or self._apart:  # what is in several frames cannot be read at once
            return False
        held = self._held_together()
        self._aprendido.entero = len(held) == len(CAMPOS)
        order = self._aprendido.orden_de_campos or CAMPOS
        return len(held) == len(order) and all(
            self._is(campo, text, getattr(asked, campo)) for campo, text in zip(order, held, strict=True)
        )

    def _held_together(self) -> list[str]:
        """What the fields hold in the order of the page; those that were read before are not looked for again."""
        kept = self._now.vista.get(_KEPT)
        return kept if kept is not None else keep(self._together(), _KEPT)

    def _together(self) -> Locator:
        return functools.reduce(lambda one, other: one.or_(other), map(self._pantalla.find, CAMPOS))

    def _learn_order(self, held: Mapping[str, str]) -> None:
        """Which field is which, by what they hold; two that hold the same may be taken for each other."""
        left, order = dict(held), []
        for text in [] if self.dejados or self._apart else contents(self._together()):
            found = next((campo for campo, one in left.items() if one == text), None)
            if found is None:
                return
            order.append(found)
            left.pop(found)
        if not left:
            self._aprendido.orden_de_campos = tuple(order)

    def _is(self, campo: str, held: str, wanted: str) -> bool:
        pregunta = self.preguntas.get(campo)
        nombre = pregunta.nombre if pregunta is not None else ""
        if campo in CATALOGOS:
            return same_option(held, self._perfil.opcion(campo, wanted))
        if campo == "suscriptor":
            return same_code(held, wanted, nombre=nombre, written=pregunta.written if pregunta is not None else "")
        if campo == "tercero":
            return same_document(held, wanted, nombre=nombre) if wanted else not held.strip()
        return same_text(held, wanted)
