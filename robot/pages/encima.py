"""What lies over a screen: messages, and whatever else covers a thing that is to be used."""

import contextlib
from collections.abc import Sequence

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from robot.pages import localizadores
from robot.pages.espera import click_within, hidden
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.screens import PANTALLAS

_MESSAGES = 5
_CLOSING_MS = 500.0


def close_messages(serviweb: Serviweb) -> None:
    """Close what the page shows over the screen, so that the screen can be used again; also where several lie there."""
    for frame in serviweb.marcos:
        close = Pantalla(serviweb, "dialogo", frame).in_notice().find("cerrar").last
        with contextlib.suppress(PlaywrightError):
            for _ in range(_MESSAGES):
                if not close.is_visible():
                    break
                close.click()
                serviweb.espera.comes_within(_CLOSING_MS, hidden(close))


def close_what_covers(serviweb: Serviweb, thing: Locator) -> None:
    """Close what lies over a thing, also where it does not say that it is a message, until nothing does."""
    close_messages(serviweb)
    etiquetas = PANTALLAS["dialogo"].elementos["cerrar"].etiquetas
    for _ in range(_MESSAGES):
        try:
            thing.click(trial=True, timeout=_CLOSING_MS)
        except PlaywrightTimeout as late:
            if "intercepts pointer events" not in late.message or not _close_one(serviweb, etiquetas):
                return
        else:
            return


def _close_one(serviweb: Serviweb, etiquetas: Sequence[str]) -> bool:
    """Click what closes a message and has nothing over itself; whether there was such a thing."""
    for frame in reversed(serviweb.marcos):
        for close in localizadores.action(frame, *etiquetas).all():
            with contextlib.suppress(PlaywrightError):  # it lies under another one, or goes just now
                click_within(close, _CLOSING_MS)
                return True
    return False
