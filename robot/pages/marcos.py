"""The frames of a window: asking every one the same thing at once, since each question costs driver and browser more than its
answer does, and which of them is a window that the page has drawn.
"""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page

_TOGETHER = """async expected => {{
  const views = [];
  const visit = view => {{
    for (let at = 0; at < view.length; at++) visit(view[at]);
    if (view.document) views.push(view);
  }};
  try {{ visit(window); }} catch {{ return null; }}
  return views.length === expected ? Promise.all(views.map({script})) : null;
}}"""
"""The inner frames first. Nothing where one is of another origin, or inside an element with a tree of its own (shadow DOM)."""

_SHOWN = "e => e.checkVisibility({visibilityProperty: true})"
_FLOATS = f"""e => {{
  if (!({_SHOWN})(e)) return false;
  for (let at = e; at; at = at.parentElement ?? at.getRootNode().host ?? null) {{
    if (at.localName === 'dialog' || Number(getComputedStyle(at).zIndex) > 0) return true;
  }}
  return false;
}}"""


def ask_frames(ventana: Page, script: str) -> Iterator[object]:
    """What a script tells of each frame of a window, one that is just being replaced left out.

    Args:
        script: a function of a frame's `window`, in JavaScript.
    """
    frames = sorted(ventana.frames, key=lambda frame: frame.parent_frame is None)
    if len(frames) > 1:
        with contextlib.suppress(PlaywrightError):
            together = ventana.evaluate(_TOGETHER.format(script=script), len(frames))
            if together is not None:
                yield from together
                return
    for frame in frames:
        with contextlib.suppress(PlaywrightError):
            yield frame.evaluate(f"() => ({script})(window)")


def is_shown(frame: Frame) -> bool:
    """Whether the place of a frame in its page is to be seen."""
    return frame.parent_frame is None or _of_its_place(frame, _SHOWN)


def lies_over(frame: Frame, other: Frame) -> bool:
    """Whether a page has drawn a window over another frame, and in it this one."""
    around: list[Frame] = []
    above: Frame | None = other
    while above is not None:
        around.append(above)
        above = above.parent_frame
    inner: Frame | None = frame
    while inner is not None and inner not in around:
        if inner.parent_frame is not None and _of_its_place(inner, _FLOATS):
            return True
        inner = inner.parent_frame
    return False


def _of_its_place(frame: Frame, script: str) -> bool:
    try:
        return bool(frame.frame_element().evaluate(script))
    except PlaywrightError:  # it is just being replaced
        return False
