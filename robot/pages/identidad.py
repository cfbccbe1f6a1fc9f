"""Which thing on a page something is, and of which kind: so that one is not taken for another."""

from enum import StrEnum
from typing import NamedTuple

from playwright.sync_api import Locator

from robot.perfil.screens import CATALOGOS, Clase, Elemento

_IDENTITIES = """all => {
  const known = window[Symbol.for('serviweb-robot-identidad')] ??= new WeakMap();
  const which = e => known.get(e) ?? (known.set(e, String(Math.random())), known.get(e));
  const roles = {textbox: 'texto', searchbox: 'texto', spinbutton: 'texto', combobox: 'lista', listbox: 'lista',
    radiogroup: 'lista', radio: 'lista', button: 'accion',
    link: 'accion', menuitem: 'accion', tab: 'accion', checkbox: 'casilla', switch: 'casilla'};
  const types = {button: 'accion', submit: 'accion', image: 'accion', reset: 'accion', checkbox: 'casilla', radio: 'lista'};
  const kind = e => {
    const role = roles[e.getAttribute('role')];
    if (e.tagName === 'INPUT') {
      const own = types[e.type] ?? 'texto';
      return own === 'texto' && (role === 'lista' || e.hasAttribute('aria-haspopup')) ? (e.readOnly ? 'lista' : 'sugiere') : own;
    }
    if (e.tagName === 'SELECT') return 'lista';
    if (e.tagName === 'TEXTAREA' || e.isContentEditable) return 'parrafo';
    if (role) return role;
    if (['A', 'BUTTON'].includes(e.tagName)) return 'accion';
    const inside = (e.shadowRoot ?? e).querySelector('input:not([type=hidden]), select, textarea');
    return inside ? kind(inside) : 'otro';
  };
  return all.map(e => [which(e), kind(e)]);
}"""


class ClaseDeControl(StrEnum):
    """What a thing can be used for."""

    TEXTO = "texto"
    PARRAFO = "parrafo"
    LISTA = "lista"
    SUGIERE = "sugiere"
    """To be typed into, and chosen from."""
    CASILLA = "casilla"
    ACCION = "accion"
    OTRO = "otro"


class Identidad(NamedTuple):
    """One thing on a page.

    Attributes:
        clave: the same whenever it is looked at, and of no other.
    """

    clave: str
    tipo: ClaseDeControl


_LISTS = frozenset({*CATALOGOS, "sede"})
_LONG = frozenset({"observacion"})


def identities(locator: Locator) -> list[Identidad]:
    """Each of the things that are found, in the order of the page."""
    found: list[list[str]] = locator.evaluate_all(_IDENTITIES)
    return [Identidad(clave, ClaseDeControl(tipo)) for clave, tipo in found]


def fits(nombre: str, elemento: Elemento, tipo: ClaseDeControl) -> bool:
    """Whether what goes by a name can be a thing of this kind."""
    match elemento.clase:
        case Clase.ACCION:
            return tipo in {ClaseDeControl.ACCION, ClaseDeControl.OTRO}
        case Clase.LECTURA:
            return tipo not in {ClaseDeControl.ACCION, ClaseDeControl.CASILLA}
        case Clase.CAMPO if nombre in _LISTS:
            return tipo in {ClaseDeControl.LISTA, ClaseDeControl.SUGIERE, ClaseDeControl.TEXTO, ClaseDeControl.OTRO}
        case Clase.CAMPO:
            return tipo in {ClaseDeControl.TEXTO, ClaseDeControl.SUGIERE} or (
                nombre in _LONG and tipo is ClaseDeControl.PARRAFO
            )
        case _:
            return True
