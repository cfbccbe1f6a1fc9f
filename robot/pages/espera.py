"""Waiting for one of several things to be so, and for what a page has asked its server for."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat

from playwright.sync_api import ElementHandle, Locator, Page, expect
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.pages.escucha import Dialogos, Trafico

SLICE_MS = 120.0
_FIRST_SLICES_MS = (10.0, 30.0)
"""Most of what is waited for is there already, but perhaps in the second place that is looked at."""
_SOON = 12
_LATER_SLICE_MS = 480.0
"""What has not come after so many looks takes its time: a look costs browser and driver more than the wait for it."""
_FIRST_REQUEST_MS = 1_000.0
_MADE = "performing click action"
"""In the words of a click that ran out of time: it was made all the same."""

Check = Callable[[float], object]
"""Asserts that something is so within the milliseconds it is given."""


def click_within(thing: Locator | ElementHandle, plazo_ms: float) -> None:
    """Click a thing that may be covered, or just going. What the click leads to may take longer: it is awaited by who asked.

    Raises:
        PlaywrightError: it was not clicked in that time.
    """
    try:
        thing.click(timeout=plazo_ms)
    except PlaywrightTimeout as late:
        if _MADE not in late.message:
            raise


def visible(locator: Locator) -> Check:
    """A check whether something is to be seen."""
    return lambda milliseconds: expect(locator).to_be_visible(timeout=milliseconds)


def hidden(locator: Locator) -> Check:
    """A check whether something is not to be seen."""
    return lambda milliseconds: expect(locator).to_be_hidden(timeout=milliseconds)


def enabled(locator: Locator) -> Check:
    """A check whether something can be clicked."""
    return lambda milliseconds: expect(locator).to_be_enabled(timeout=milliseconds)


def slices() -> Iterator[float]:
    """How long to look at each place in turn, in milliseconds."""
    yield from _FIRST_SLICES_MS
    yield from repeat(SLICE_MS, _SOON)
    yield from repeat(_LATER_SLICE_MS)


class Espera:
    """The waiting in one browser page and its windows.

    Args:
        page: the browser page; its thread is the only one that may use this object.
        trafico, dialogos: what the page is heard to ask and say.
    """

    def __init__(self, page: Page, trafico: Trafico, dialogos: Dialogos) -> None:
        self._page = page
        self._trafico = trafico
        self._dialogos = dialogos

    def holds(self, check: Check, milliseconds: float) -> bool:
        """Whether something is so; not if it is looked for in a frame or window that is just going away."""
        try:
            check(milliseconds)
        except (AssertionError, PlaywrightTimeout):
            return False
        except PlaywrightError as error:
            if "strict mode" in error.message or self._page.is_closed():
                raise
            return False
        return True

    def first_within(self, plazo_ms: float, checks: Mapping[str, Check]) -> str:
        """Wait until one of several things is so, and tell which: its name, or `dialogo` if a dialog was faster.

        Raises:
            TimeoutError: none came true in time.
        """
        deadline = time.monotonic() + plazo_ms / 1000
        for milliseconds in slices():
            for name, check in checks.items():
                if self.holds(check, milliseconds):
                    return name
                if self._dialogos.seen:
                    return "dialogo"
            if time.monotonic() > deadline:
                break
        raise TimeoutError

    def comes_within(self, plazo_ms: float, check: Check) -> bool:
        """Whether something comes to be so in that time."""
        try:
            return self.first_within(plazo_ms, {"esto": check}) == "esto"
        except TimeoutError:
            return False

    def await_request(self, unless: Check | None = None) -> None:
        """Wait for a request to leave, not for long; `unless` tells that none will."""
        with contextlib.suppress(TimeoutError):
            others = {} if unless is None else {"nada": unless}
            self.first_within(_FIRST_REQUEST_MS, {"pedido": self._asked, **others})

    def _asked(self, milliseconds: float) -> None:
        if not self._trafico.seen:
            self._page.context.wait_for_event("request", timeout=milliseconds)

    def await_news(self, plazo_ms: float) -> None:
        """Wait for the next answer that the page gets, no longer than that."""
        with contextlib.suppress(PlaywrightTimeout):
            self._page.context.wait_for_event("requestfinished", timeout=plazo_ms)

    def await_answers(self, plazo_ms: float) -> None:
        """Wait until what the page has asked for is answered, where it asks for something at once; no longer than that."""
        deadline = time.monotonic() + plazo_ms / 1000
        if not self.comes_within(_FIRST_SLICES_MS[-1], self._asked):
            return
        while self._trafico.busy(pages_only=False) and not self._dialogos.seen and time.monotonic() < deadline:
            self.await_news(SLICE_MS)
