"""Asking for every named thing of every screen, in the order of the procedure, until a perfil is written."""

from collections.abc import Callable

from playwright.sync_api import Error as PlaywrightError

from robot.pages.captura import Captura, Senalado
from robot.pages.login import LoginPage
from robot.pages.serviweb import Serviweb
from robot.perfil.screens import DESTINOS, PANTALLAS, Clase

_WORDS = {
    "lo que dice Serviweb cuando guarda un trámite, con un radicado de ejemplo": ("guardado", "radicado"),
    "lo que muestra la consulta cuando no encuentra nada": ("sin_resultados",),
}
"""What is asked for in the end, and the patterns that it serves for."""
_ASKED = ("ingreso", "tramite", "terceros", "tercero_nuevo", "consulta", "impresion")


def capture(serviweb: Serviweb, url: str, aviso: Callable[[str], None]) -> str:
    """Have a person point at everything; the perfil as TOML, also when they stop before the end or close the window.

    Args:
        aviso: told every line as it is taken.

    Raises:
        ServiwebUnavailable: nobody answers at the address.
    """
    LoginPage(serviweb).go_to(url)
    captura = Captura(serviweb)
    try:
        for pantalla in _ASKED:
            if not _capture_screen(captura, pantalla, aviso):
                break
        else:
            _capture_words(captura, aviso)
    except PlaywrightError:
        if not serviweb.page.is_closed():
            raise
    finally:
        captura.close()
    return captura.as_toml()


def _capture_screen(captura: Captura, pantalla: str, aviso: Callable[[str], None]) -> bool:
    """Whether to go on with the next screen."""
    captura.ask_to_open(pantalla)
    opened = captura.answer()
    if opened is not Senalado.LISTO:
        return opened is Senalado.SALTAR
    if pantalla in DESTINOS and (way := captura.keep_way(pantalla)):
        aviso(way)
    for elemento, definicion in PANTALLAS[pantalla].elementos.items():
        if definicion.fugaz or definicion.clase is Clase.OPCION:
            continue
        captura.ask_for(pantalla, elemento)
        while (said := captura.answer()) is Senalado.LISTO:
            captura.ask_to_move()
            moved = captura.answer()
            if moved is not Senalado.LISTO:
                return moved is Senalado.SALTAR
            captura.ask_for(pantalla, elemento)
        if said is Senalado.TERMINAR:
            return False
        if said is Senalado.TOMADO:
            aviso(captura.take(pantalla, elemento) or f"{elemento}: el robot lo encuentra solo")
    return True


def _capture_words(captura: Captura, aviso: Callable[[str], None]) -> None:
    """Ask for what Serviweb says and the robot has to understand."""
    for que, nombres in _WORDS.items():
        captura.ask_for_words(que)
        said = captura.answer()
        if said is Senalado.TERMINAR:
            return
        if said is Senalado.LISTO:
            for line in captura.keep_words(*nombres):
                aviso(line)
