"""Asking every frame of a window the same thing at once: each question costs driver and browser more than its answer does."""

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

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
