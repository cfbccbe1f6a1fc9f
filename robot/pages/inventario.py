"""Everything on a page that can be filled or clicked, as its script describes it: what each is, what names it, where it is."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame

Cosa = dict[str, str]
"""One thing as `inventario.js` describes it. Its own words and those beside it may be what a page shows of somebody."""

_CSS_OF_FRAME = """e => {
  const tag = e.tagName.toLowerCase(), told = ['name', 'id'].find(one => e.getAttribute(one));
  const alike = [...e.ownerDocument.querySelectorAll(tag)];
  if (told) return `${tag}[${told}=${JSON.stringify(e.getAttribute(told))}]`;
  return alike.length > 1 ? `${tag} >> nth=${alike.indexOf(e)}` : tag;
}"""


@cache
def inventory_script() -> str:
    """What lists the things of a page, or describes those that it is given."""
    return files("robot.pages").joinpath("inventario.js").read_text(encoding="utf-8")


def inventory(frame: Frame, *, besides: str = "") -> list[Cosa]:
    """The things to be seen in a frame, in the order of the page; none in one that is just being replaced.

    Args:
        besides: CSS of what is no control and is wanted, too.
    """
    try:
        things: list[Cosa] = frame.evaluate(inventory_script(), besides or None)
    except PlaywrightError:
        return []
    return things


def way_to_frame(frame: Frame) -> tuple[str, ...] | None:
    """CSS of each frame on the way to one, from the outermost; nothing where that cannot be told."""
    way: list[str] = []
    for one in (frame, *_around(frame)):
        if one.parent_frame is None:
            break
        try:
            way.insert(0, str(one.frame_element().evaluate(_CSS_OF_FRAME)))
        except PlaywrightError:  # it is just being replaced
            return None
    return tuple(way) or None


def _around(frame: Frame) -> Iterator[Frame]:
    while (parent := frame.parent_frame) is not None:
        yield parent
        frame = parent
