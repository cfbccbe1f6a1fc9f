"""How a named thing is found on a screen: as the perfil says, else by role and Spanish label.

Old systems label their fields in many ways, so the default for a field is the union of its label, its title, its
placeholder, and the text in front of it or in the table cell before it.
"""

import json
from collections.abc import Iterable, Sequence

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, FrameLocator, Locator, Page

from robot.perfil.perfil import Localizador, Perfil
from robot.perfil.screens import Clase, Elemento
from robot.perfil.selectors import ABIERTA, DENTRO, ESCRIBIBLE, junto_a, mostrado_junto_a
from robot.reading.equality import drawn_text, plain, whole_text

Raiz = Frame | Locator
"""Where something is looked for: a whole frame, or one element of it such as a dialog."""

_SPACES = "\u00a0\u2002\u2003\u2007\u2009\u202f"
_AS_WRITTEN = f"ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÜÑáéíóúüñ{_SPACES}"
_AS_COMPARED = f"abcdefghijklmnopqrstuvwxyzaeiouunaeiouun{' ' * len(_SPACES)}"
_NO_PART_OF_A_LABEL = ":*\u200b\ufeff"
"""What XPath takes for letters: it knows neither case nor accents, and no space but the usual one."""
_NEAR_PIXELS = 120
_PUSHED = "button, [role=button], input[type=button], input[type=submit], a"
_NO_BAR = ":not([role=menubar] *)"
"""What a list offers may be drawn as a menu, but not as the one that lies over every screen."""
_FILLED = (
    "input:not([type=hidden], [type=button], [type=submit], [type=image], [type=reset]):visible, "
    "select:visible, textarea:visible"
)
_WRITTEN = _FILLED.replace("[type=reset]", "[type=reset], [type=checkbox], [type=radio]")
_HOSTS_OF_SLOTS = """all => [...new Set(all.filter(e => e.querySelector('slot'))
  .map(e => e.getRootNode().host?.localName).filter(Boolean))]"""


def is_one_of(what: str, texts: Iterable[str]) -> str:
    """XPath: whether the words of `what` are one of the texts."""
    own = f"normalize-space(translate({what}, '{_AS_WRITTEN}{_NO_PART_OF_A_LABEL}', '{_AS_COMPARED}'))"
    each = (plain(" ".join(text.split())).replace("'", "") for text in texts)
    return " or ".join(f"{own}='{words}'" for words in each)


def from_perfil(raiz: Raiz, one: Localizador) -> Locator:
    """The locator that a perfil gives."""
    if one.marco is not None:
        inside: Page | FrameLocator = raiz.page
        for marco in one.marcos:
            inside = inside.frame_locator(marco)
        return from_perfil(inside.locator("html"), one.model_copy(update={"marco": None}))
    locator = _way(raiz, one)
    if one.cerca_de is not None:
        beside = json.dumps(whole_text(one.cerca_de).pattern, ensure_ascii=False)
        locator = locator.and_(raiz.locator(f':near(:text-matches({beside}, "i"), {_NEAR_PIXELS})'))
    return locator if one.indice is None else locator.nth(one.indice)


def _way(raiz: Raiz, one: Localizador) -> Locator:
    if one.rol is not None:
        name = whole_text(one.nombre) if one.nombre else None
        return raiz.get_by_role(one.rol, name=name)  # type: ignore[arg-type]  # any ARIA role may be given
    if one.etiqueta is not None:
        return raiz.get_by_label(whole_text(one.etiqueta))
    if one.marcador is not None:
        return raiz.get_by_placeholder(whole_text(one.marcador))
    if one.titulo is not None:
        return raiz.get_by_title(whole_text(one.titulo))
    if one.texto is not None:
        return saying(raiz, one.texto)
    if one.prueba is not None:
        return raiz.get_by_test_id(one.prueba)
    return raiz.locator(one.css if one.css is not None else f"xpath={one.xpath}")


def saying(raiz: Raiz, texto: str) -> Locator:
    """What says just these words by itself, whatever else stands inside, such as the submenu of an entry."""
    by_itself = f"xpath=.//*[not(self::script or self::style or self::option)][text()[{is_one_of('.', [texto])}]]"
    return raiz.get_by_text(drawn_text(texto)).or_(raiz.locator(by_itself))


def usual(raiz: Raiz, one: Elemento, *etiquetas: str) -> Locator:
    """Where a thing is usually found, by its own labels or by the given ones."""
    names = etiquetas or one.etiquetas
    if one.clase is Clase.OPCION:
        entries = raiz.get_by_role("menuitem").and_(raiz.locator(_NO_BAR))
        return raiz.get_by_role("option").or_(entries).filter(visible=True)
    if one.clase is Clase.ACCION:
        return action(raiz, *names)
    return reading(raiz, *names) if one.clase is Clase.LECTURA else field(raiz, *names)


def field(raiz: Raiz, *etiquetas: str) -> Locator:
    """The visible field that goes by one of these labels and can be written into."""
    return _labelled(raiz, etiquetas).and_(raiz.locator(ESCRIBIBLE)).locator(DENTRO).filter(visible=True)


def reading(raiz: Raiz, *etiquetas: str) -> Locator:
    """What the page shows under one of these labels, in a field or as plain text."""
    return _labelled(raiz, etiquetas).or_(raiz.locator(mostrado_junto_a(etiquetas))).filter(visible=True)


def _labelled(raiz: Raiz, etiquetas: Sequence[str]) -> Locator:
    pattern = whole_text(*etiquetas)
    return (
        raiz.get_by_label(pattern)
        .or_(raiz.get_by_title(pattern))
        .or_(raiz.get_by_placeholder(pattern))
        .or_(raiz.locator(junto_a(etiquetas)))
    )


def action(raiz: Raiz, *nombres: str) -> Locator:
    """The visible button, link or image that goes by one of these names."""
    pattern = drawn_text(*nombres)
    return (
        raiz.get_by_role("button", name=pattern)
        .or_(raiz.get_by_role("link", name=pattern))
        .or_(raiz.get_by_role("menuitem", name=pattern))
        .or_(raiz.get_by_title(pattern))
        .or_(raiz.get_by_alt_text(pattern))
        .filter(visible=True)
    )


def with_slots(frame: Frame, part: Locator) -> Locator:
    """A part of the page, together with the element of their own (shadow DOM) whose content shows in it, where it belongs to one:
    such content is no part of it.
    """
    hosts: list[str] = part.evaluate_all(_HOSTS_OF_SLOTS)
    return part.or_(frame.locator(", ".join(hosts)).filter(has=part).last) if hosts else part


def windows(frame: Frame) -> Locator:
    """What lies over the page of a frame: dialogs, and what toolkits draw in their place."""
    return _dialogs(frame).or_(_floating(frame))


def messages(frame: Frame) -> Locator:
    """Those of them that tell or ask something: dialogs, and what has nothing in it to be filled."""
    return _dialogs(frame).or_(_floating(frame).filter(has_not=frame.locator(_FILLED)))


def notices(frame: Frame) -> Locator:
    """Those of them in which nothing is to be written: what they tell can be closed without handing in a form."""
    return windows(frame).filter(has_not=frame.locator(_WRITTEN))


def _dialogs(frame: Frame) -> Locator:
    return frame.get_by_role("dialog").or_(frame.get_by_role("alertdialog")).locator(ABIERTA)


def _floating(frame: Frame) -> Locator:
    """What a script lays over the page has its height written on it, whether it says that it is a dialog or not."""
    pushed = frame.locator(_PUSHED).filter(visible=True)
    return frame.locator("[style*='z-index']").filter(visible=True).filter(has=pushed)


def require_parse(page: Page, perfil: Perfil) -> None:
    """Ask the browser whether it can parse every selector of the perfil.

    Raises:
        ConfigurationError: naming the first that it cannot, with its line.
    """
    for nombre, pantalla in perfil.pantallas.items():
        at = ("pantallas", nombre)
        ways: dict[tuple[str, ...], Localizador] = {
            (*at, "localizadores", name): one for name, one in pantalla.localizadores.items()
        }
        if pantalla.contenedor is not None:
            ways[(*at, "contenedor")] = pantalla.contenedor
        for path, one in ways.items():
            try:
                from_perfil(page.main_frame, one).count()
            except PlaywrightError as broken:
                raise perfil.refused(path, f"el navegador no lo entiende: {broken.message.splitlines()[0]}") from None
