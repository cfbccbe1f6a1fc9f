"""How a named thing is found on a screen: as the perfil says, else by role and Spanish label.

Old systems label their fields in many ways, so the default for a field is the union of its label, its title, its
placeholder, and the text in front of it or in the table cell before it.
"""

import re
import unicodedata

from playwright.sync_api import Frame, Locator

from robot.perfil import Localizador

Raiz = Frame | Locator
"""Where something is looked for: a whole frame, or one element of it such as a dialog."""

_ACCENTED = {"a": "aáàä", "e": "eéèë", "i": "iíìï", "o": "oóòö", "u": "uúùü", "n": "nñ"}
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÜÑáéíóúüñ"
_LOWER = "abcdefghijklmnopqrstuvwxyzaeiouunaeiouun"
_CONTROL = "self::input[not(@type='hidden' or @type='button' or @type='submit')] or self::select or self::textarea"


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


def whole_text(text: str) -> re.Pattern[str]:
    """Matches the whole text whatever its case, accents and spaces; a colon or an asterisk may follow."""
    parts = [
        r"\s+" if character == " " else f"[{_ACCENTED[character]}]" if character in _ACCENTED else re.escape(character)
        for character in _plain(" ".join(text.split()))
    ]
    return re.compile(r"^\s*\*?\s*" + "".join(parts) + r"\s*[:*]*\s*$", re.IGNORECASE)


def _beside_text(text: str) -> str:
    """XPath of the control that the text stands before, in its own cell or in the one to the left."""
    words = _plain(" ".join(text.split()))
    own = f"normalize-space(translate({{}}, '{_UPPER}:*', '{_LOWER}'))"
    cell = own.format(".")
    before = own.format("preceding-sibling::text()[1]")
    return (
        f"xpath=(.//td|.//th|.//dt)[{cell}='{words}']/following-sibling::*[1]/descendant-or-self::*[{_CONTROL}][1]"
        f" | .//*[{_CONTROL}][{before}='{words}']"
    )


def from_perfil(raiz: Raiz, one: Localizador) -> Locator:
    """The locator that a perfil gives."""
    if one.rol is not None:
        locator = (
            raiz.get_by_role(one.rol, name=whole_text(one.nombre))  # type: ignore[arg-type]  # any ARIA role may be given
            if one.nombre
            else raiz.get_by_role(one.rol)  # type: ignore[arg-type]
        )
    elif one.etiqueta is not None:
        locator = raiz.get_by_label(whole_text(one.etiqueta))
    elif one.texto is not None:
        locator = raiz.get_by_text(whole_text(one.texto))
    else:
        locator = raiz.locator(one.css if one.css is not None else f"xpath={one.xpath}")
    return locator if one.indice is None else locator.nth(one.indice)


def field(raiz: Raiz, *etiquetas: str) -> Locator:
    """The visible field that goes by one of these labels."""
    found: Locator | None = None
    for etiqueta in etiquetas:
        pattern = whole_text(etiqueta)
        for candidate in (
            raiz.get_by_label(pattern),
            raiz.get_by_title(pattern),
            raiz.get_by_placeholder(pattern),
            raiz.locator(_beside_text(etiqueta)),
        ):
            found = candidate if found is None else found.or_(candidate)
    if found is None:
        raise ValueError("a field needs at least one label")
    return found.filter(visible=True)


def action(raiz: Raiz, *nombres: str) -> Locator:
    """The visible button, link or image that goes by one of these names."""
    found: Locator | None = None
    for nombre in nombres:
        pattern = whole_text(nombre)
        for candidate in (
            raiz.get_by_role("button", name=pattern),
            raiz.get_by_role("link", name=pattern),
            raiz.get_by_role("menuitem", name=pattern),
            raiz.get_by_title(pattern),
            raiz.get_by_alt_text(pattern),
        ):
            found = candidate if found is None else found.or_(candidate)
    if found is None:
        raise ValueError("an action needs at least one name")
    return found.filter(visible=True)
