"""The questions that a page itself asks, in a dialog or in a window of its own."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page

from robot.pages.marcos import lies_over
from robot.pages.serviweb import Pantalla, Serviweb, click_last

_WORDS = """(yes, places) => {
    const around = node => node.assignedSlot ?? node.parentNode ?? node.host;
    const above = [];
    for (let node = yes; node; node = around(node)) above.push(node);
    const dialog = above.find(one => one.matches?.('dialog, [role=dialog], [role=alertdialog]'));
    const words = [];
    const walk = node => {
        if (node.nodeType === Node.TEXT_NODE) { words.push(node.data); return; }
        if (node.nodeType === Node.ELEMENT_NODE && node.localName !== 'slot' && node !== document.body) {
            if (node.matches('button, input, select, a, script, style, [role=button]')) return;
            const shown = node.checkVisibility({visibilityProperty: true}) || getComputedStyle(node).display === 'contents';
            if (!shown) return;
        }
        const slotted = node.localName === 'slot' ? node.assignedNodes() : [];
        (slotted.length ? slotted : [...(node.shadowRoot ?? node).childNodes]).forEach(walk);
    };
    walk(places.find(one => above.includes(one)) ?? dialog ?? document.body);
    return words;
}"""
"""The words around a button, as the page shows them: with those of elements with a tree of their own (shadow DOM)."""
_A_TITLE = 2
"""So many words that ask nothing are a title or a button."""


@dataclass(frozen=True, slots=True)
class Pregunta:
    """A question on screen.

    Attributes:
        texto: what it asks, on one line, without its title.
        pide_elegir: it can be answered with no, or asks something.
    """

    texto: str
    pide_elegir: bool
    _si: Locator
    _no: Locator

    def accept(self) -> None:
        click_last(self._si)

    def refuse(self) -> None:
        """Answer no, where that can be said."""
        if self._no.is_visible():
            click_last(self._no)


def asked_on_screen(
    serviweb: Serviweb, marco: Frame, ventanas: Collection[Page], marcos: Collection[Frame] = ()
) -> Iterator[Pregunta]:
    """What dialogs ask, and windows that were not there before, those that the page draws in a frame among them; in the frame of
    the form first.

    Args:
        ventanas: the windows that were there before.
        marcos: the frames that were to be seen before.
    """
    for frame in dict.fromkeys((marco, *serviweb.marcos)):
        whole = Pantalla(serviweb, "confirmacion", frame)
        apart = frame.page not in ventanas or (frame not in marcos and lies_over(frame, marco))
        place = whole if apart else whole.in_message()
        for yes in place.find("confirmar").filter(visible=True).all():
            no = place.find("rechazar").last
            texto = _asked(place, yes)
            yield Pregunta(texto, "?" in texto or no.is_visible(), yes, no)


def _asked(place: Pantalla, yes: Locator) -> str:
    places = place.raiz.element_handles() if isinstance(place.raiz, Locator) else []
    parts = [" ".join(part.split()) for part in yes.evaluate(_WORDS, places)]
    asking = [part for part in parts if len(part.split()) > _A_TITLE or "?" in part or "¿" in part]
    return " ".join(asking or filter(None, parts))
