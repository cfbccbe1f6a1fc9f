"""What things on a screen hold or show, as the page itself tells; which of them it is to remember; how they are written into."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Frame, Locator

_RADIOS = "input[type=radio], [role=radio]"
_LABEL = "o => o.labels?.[0]?.innerText || o.getAttribute('aria-label') || o.innerText || o.nextSibling?.textContent || o.value"
_GROUP = f"""(e => e.type === 'radio'
  ? [...(e.form ?? document).querySelectorAll('input[type=radio]')].filter(o => o.name === e.name)
  : e.matches('select, textarea') ? [] : [...e.querySelectorAll('{_RADIOS}')])"""
"""The radio buttons of which a thing is one, or that it consists of."""
_EACH = f"(all => all.filter(e => e.type !== 'radio' || {_GROUP}(e)[0] === e))"
"""A radio button stands for its whole group, the others for nothing."""
LABELS = f"e => {_GROUP}(e).map({_LABEL})"
OFFERED = f"""all => {_EACH}(all).filter(e => e.checkVisibility({{visibilityProperty: true}}))
  .map(e => e.tagName === 'SELECT' ? {{options: [...e.options].map(o => o.text)}} : {{radios: ({LABELS})(e)}})"""
"""What each of several things offers to choose from, in a list or by radio buttons."""
_BESIDE = """(e => {
  if (!e.matches('input[role=combobox], input[aria-haspopup=listbox]')) return '';
  for (let part = e.parentElement, level = 0; part && level < 4; part = part.parentElement, level++) {
    const others = part.querySelectorAll('label, input:not([type=hidden]), [role=combobox]').length > 1;
    if (others || part.matches('label, form, td')) break;
    if (part.innerText?.trim()) return part.innerText;
  }
  return '';
})"""
"""What stands beside the input of a list, in which only a search is typed: what is chosen."""
CONTENT = f"""(e => {{
  const group = {_GROUP}(e);
  const whole = e.tagName === 'SELECT' ? e.selectedOptions[0]?.text
    : group.length ? group.filter(o => o.checked || o.ariaChecked === 'true').map({_LABEL})[0]
    : ['INPUT', 'TEXTAREA'].includes(e.tagName) ? e.value || {_BESIDE}(e)
    : e.innerText?.replace(/[^\\S\\n]+/g, ' ');
  return (whole ?? '').replace(/[\\s▾▼▿⌄˅∨🔽]+$/u, '').trim();
}})"""
"""What a thing holds or shows, whatever it is made of: of a list or of radio buttons, what is chosen. The mark that says that it
opens a list is no part of it.
"""
_TOO_SMALL = 16
"""Fewer pixels are none that anybody is to look at."""
_SEEN = "e => e.isConnected && e.checkVisibility({visibilityProperty: true})"
CONTENTS = f"all => {_EACH}(all).map({CONTENT})"
VISIBLE_CONTENTS = f"all => {_EACH}(all).filter({_SEEN}).map({CONTENT})"
TEXT = """(view => {
  const said = [view.document.body?.innerText ?? ''];
  const look = root => root.querySelectorAll('*').forEach(e => {
    if (!e.shadowRoot) return;
    if (e.checkVisibility({visibilityProperty: true})) {
      for (const part of e.shadowRoot.childNodes) {
        if (part.nodeType === Node.TEXT_NODE && part.data.trim()) said.push(part.data.trim());
        else if (part.innerText?.trim() && !part.matches('style, script') && part.checkVisibility()) said.push(part.innerText);
      }
    }
    look(e.shadowRoot);
  });
  look(view.document);
  return said.join('\\n');
})"""
"""The words of a frame by its `window`, those of its elements with a tree of their own (shadow DOM) behind the others."""
_KEPT = "window[Symbol.for('serviweb-robot')]"
_KEEP = f"(all, clave) => (({_KEPT} ??= {{}})[clave] = {_EACH}(all)).map({CONTENT})"
_UNSEEN_CODES = r"""() => Object.fromEntries([...document.querySelectorAll('input[name]')]
  .filter(e => !['radio', 'checkbox', 'submit', 'button', 'image', 'password', 'file'].includes(e.type)
    && (e.type === 'hidden' || !e.checkVisibility({visibilityProperty: true})) && /^\d{3,15}$/.test(e.value.trim()))
  .map(e => [e.name, e.value.trim()]))"""
"""What is posted without being seen and may tell whose it is: a number for a code or for a row of a table."""
_COVERED = """(e => {
  const at = e.getBoundingClientRect(), hit = e.getRootNode().elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
  return Boolean(hit) && !e.contains(hit) && !hit.contains(e) && ![...(e.labels ?? [])].some(label => label.contains(hit));
})"""
"""Whether something lies over the middle of a thing, as what a page shows while it is at work: a script writes through it."""
_KEEP_FIELD = f"(all, clave) => [({_KEEP})(all, clave), all.length === 1 && {_COVERED}(all[0])]"
_PAGE_OF = f"e => [document.characterSet, {_COVERED}(e)]"
_CHOSEN = "window[Symbol.for('serviweb-robot-lista')]?.chosen"
"""What was posted for each list that the page draws when it was chosen from (`lista.js`)."""
_REMEMBERED = f"""leave => (leave && document.activeElement?.blur(), {{
  vista: !{_KEPT} ? null : Object.fromEntries(Object.entries({_KEPT})
    .map(([clave, all]) => [clave, all.every({_SEEN}) ? all.map({CONTENT}) : null])),
  ocultos: ({_UNSEEN_CODES})(),
  cambiados: Object.entries({_CHOSEN} ?? {{}}).filter(([_, one]) => !one.unchanged()).map(([campo]) => campo),
}})"""
_CHANGED = f"""([clave, before, milliseconds]) => new Promise(done => {{
  const begun = performance.now();
  const look = () => {{
    const all = {_KEPT}?.[clave];
    const same = all?.every({_SEEN}) && JSON.stringify(all.map({CONTENT})) === JSON.stringify(before);
    if (!same || performance.now() - begun > milliseconds) done();
    else setTimeout(look, 5);
  }};
  look();
}})"""


@dataclass(frozen=True, slots=True)
class Recuerdo:
    """What the page holds of what it was told to remember.

    Attributes:
        vista: by the key that they were kept under, what the things hold or show; nothing where one is not to be seen any more.
        ocultos: by its name, each number that the form posts without showing it.
        cambiados: the lists that it draws itself for which something else would be posted than when they were chosen from.
        otra_pagina: it remembers nothing: another page has come since.
    """

    vista: Mapping[str, list[str] | None] = field(default_factory=dict)
    ocultos: Mapping[str, str] = field(default_factory=dict)
    cambiados: tuple[str, ...] = ()
    otra_pagina: bool = False


def contents(locator: Locator) -> list[str]:
    """What each of several things holds or shows, in the order of the page."""
    every: list[str] = locator.evaluate_all(CONTENTS)
    return every


def radio_buttons(raiz: Frame | Locator, one: Locator) -> Locator:
    """The group that a radio button belongs to, or that a thing consists of."""
    name = one.first.get_attribute("name") if one.first.evaluate("e => e.type === 'radio'") else None
    return raiz.locator(f"input[type=radio][name={json.dumps(name)}]") if name else one.locator(_RADIOS)


def drawn_over(select: Locator) -> Locator | None:
    """The list that a script draws in the place of one that it has made too small to be seen; nothing where there is none.

    It may ask the server for its options, so that the list that it hides holds no more than what is chosen.
    """
    drawn = select.locator("xpath=following-sibling::*[1]").get_by_role("combobox").filter(visible=True)
    box = select.bounding_box()
    hidden = box is None or box["width"] * box["height"] < _TOO_SMALL
    return drawn.first if hidden and drawn.count() else None


def keep(locator: Locator, clave: str) -> list[str]:
    """As `contents`; the page keeps the things, so that they need not be looked for again (`remembered`)."""
    every: list[str] = locator.evaluate_all(_KEEP, clave)
    return every


def keep_field(field: Locator, clave: str) -> list[str]:
    """As `keep`, of a field that is about to be written into, once nothing lies over it."""
    every, covered = field.evaluate_all(_KEEP_FIELD, clave)
    if covered:
        field.click(trial=True)
        every, _ = field.evaluate_all(_KEEP_FIELD, clave)
    return list(every)


def covered(things: Locator) -> list[bool]:
    """Of each of several things, whether something lies over the middle of it."""
    every: list[bool] = things.evaluate_all(f"all => all.map({_COVERED})")
    return every


def page_of(field: Locator) -> str:
    """The charset of the page of a field that is about to be written into, once nothing lies over it."""
    charset, covered = field.evaluate(_PAGE_OF)
    if covered:
        field.click(trial=True)
    return str(charset)


def remembered(frame: Frame, *, leave: bool = False) -> Recuerdo:
    """What the page holds now; with `leave` the field that was typed into is left before, for what its scripts then do."""
    told: dict[str, Any] = frame.evaluate(_REMEMBERED, leave)
    return Recuerdo(told["vista"] or {}, told["ocultos"], tuple(told["cambiados"]), otra_pagina=told["vista"] is None)


def await_change(frame: Frame, clave: str, before: Sequence[str], milliseconds: float) -> None:
    """Wait until things that the page keeps hold or show something else, no longer than that."""
    frame.evaluate(_CHANGED, [clave, before, milliseconds])


def write(field: Locator, text: str) -> None:
    """Write into a field at once, and then press a key that changes nothing: some scripts listen to keys, and not to what a field
    holds. A mask may not take a single character after what was written at once.
    """
    field.fill(text)
    field.press("End")


def write_text(field: Locator, text: str) -> None:
    """Write a long text, and its last character by its key: what listens to keys hears the one that writes, too."""
    field.fill(text[:-1])
    _type(field, text[-1:])


def type_out(field: Locator, text: str) -> None:
    """Write as a person does, each character by its key."""
    field.fill("")
    _type(field, text)


def _type(field: Locator, text: str) -> None:
    field.press_sequentially(text)
    if not text.isascii():
        field.press("End")  # a character that no key has comes without one


def unwritable(text: str, charset: str) -> list[str]:
    """The characters that a page in this charset sends as something else, such as `&#8805;`.

    Browsers read ISO-8859-1 as windows-1252.
    """
    codec = "cp1252" if charset.lower() in {"iso-8859-1", "windows-1252", "us-ascii"} else charset
    return sorted({character for character in text if not _encodes(character, codec)})


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
