"""When a page has been used for long enough: what it, browser and driver keep of earlier solicitudes goes with it."""

import contextlib

from playwright.sync_api import Error as PlaywrightError

from robot.pages.serviweb import Serviweb

_SOLICITUDES = 25
_TIMES_AS_MUCH = 3
"""A page that holds so much more than after its first solicitud keeps what earlier ones left, as in tabs that nobody closes."""
_ELEMENTS = "() => document.getElementsByTagName('*').length"


class Wear:
    """What one page has been through."""

    def __init__(self) -> None:
        self._solicitudes = 0
        self._at_first = 0
        self._now = 0

    def count(self, serviweb: Serviweb) -> None:
        """A solicitud has ended in it."""
        self._solicitudes += 1
        self._now = _elements(serviweb)
        self._at_first = self._at_first or self._now

    @property
    def great(self) -> bool:
        return self._solicitudes >= _SOLICITUDES or self._now > _TIMES_AS_MUCH * self._at_first > 0


def _elements(serviweb: Serviweb) -> int:
    count = 0
    for frame in serviweb.marcos:
        with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
            count += int(frame.evaluate(_ELEMENTS))
    return count
