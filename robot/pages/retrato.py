"""A picture of a screen for people, with everything covered that was typed or came with a look-up."""

import base64

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import FloatRect, Page

_MASKED = "input:not([type=button]):not([type=submit]):not([type=image]), textarea"
_MARGIN = 80
COVERED = "data-robot-tapado"
_COVER = """([mark, before]) => {
  const plain = text => text.replace(/\\s+/g, ' ').trim();
  const known = plain(before);
  const look = root => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) {
        const said = plain(node.data), around = node.parentElement ?? root.host;
        if (said && !known.includes(said)) around?.setAttribute(mark, '');
      } else if (node.nodeType === Node.ELEMENT_NODE && !['SCRIPT', 'STYLE', 'OPTION'].includes(node.tagName)) {
        look(node);
        if (node.shadowRoot) look(node.shadowRoot);
      }
    }
  };
  if (document.body) look(document.body);
}"""
"""Marks what says something that was not said before: names, addresses, whatever came with a look-up."""


def mark_news(page: Page, stood_there: str) -> None:
    """Mark whatever says something that did not stand there."""
    for frame in page.frames:
        frame.evaluate(_COVER, [COVERED, stood_there])


def picture(page: Page, lowest: float, stood_there: str | None) -> tuple[str, int, int]:
    """The upper part of a page as PNG in base64, down to the lowest that matters, and its size; blank if none can be had.

    Args:
        stood_there: what the page said before anybody was looked up: whatever else it says is covered. Nothing where nobody was.
    """
    masks = [frame.locator(f"{_MASKED}, [{COVERED}]") for frame in page.frames]
    try:
        if stood_there is not None:
            mark_news(page, stood_there)
        size = page.evaluate("() => [innerWidth, innerHeight]")
        ancho, alto = int(size[0]), int(min(size[1], max(lowest + _MARGIN, _MARGIN * 3)))
        clip: FloatRect = {"x": 0, "y": 0, "width": ancho, "height": alto}
        taken = page.screenshot(mask=masks, mask_color="#dfe6ea", clip=clip, timeout=5_000)
    except PlaywrightError:
        return "", 0, 0
    return base64.b64encode(taken).decode(), ancho, alto
