"""What a screen that changed tells: which things are missing, what they were, and what they may be now. Nothing is used of it."""

from collections.abc import Iterator

from playwright.sync_api import Error as PlaywrightError

from robot.errors import ScreenChanged
from robot.pages.inspeccion import Hallado, look_for, most_of
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.ajustes import Propuesta
from robot.perfil.screens import PANTALLAS, Clase

_MISSED = {Hallado.FALTA, Hallado.AMBIGUO, Hallado.OTRO_TIPO}
_WHERE = "El coordinador puede aceptarlo en Conciliación, «Pantallas de Serviweb»; hasta entonces el robot no lo usa."


def explain(serviweb: Serviweb, error: ScreenChanged) -> tuple[Propuesta, ...]:
    """What is proposed for the things that a screen lacks, while it still stands there; the error tells the likeliest."""
    found = proposed(serviweb, error)
    known = next((one for one in found if one.antes), None)
    if known is not None:
        what = PANTALLAS[known.pantalla].elementos[known.elemento].que_es
        told = f"Antes {what} era {known.antes}; lo más parecido ahora es {known.ahora}. {_WHERE}"
        error.detalle = f"{error.detalle} {told}".strip()
    return found


def proposed(serviweb: Serviweb, error: ScreenChanged) -> tuple[Propuesta, ...]:
    """As `explain`, without telling it. A screen that says itself what is wrong has not changed, nor has one whose fields hold
    something else.
    """
    nombre = next((one for one, screen in PANTALLAS.items() if screen.titulo == error.pantalla), "")
    if type(error) is not ScreenChanged or not nombre:
        return ()
    try:
        return tuple(_of_screen(most_of(serviweb, nombre), error.campo))
    except PlaywrightError:  # the browser has gone, and with it what could be told
        return ()


def _of_screen(pantalla: Pantalla, campo: str) -> Iterator[Propuesta]:
    """Of the thing that was looked for, or else of each that the robot needs and has seen there before."""
    elementos = PANTALLAS[pantalla.nombre].elementos
    seen = pantalla.serviweb.recuerdos.of(pantalla.nombre).cosas
    needed = [name for name in seen if not elementos[name].opcional and elementos[name].clase is not Clase.LECTURA]
    for name in dict.fromkeys([campo, *needed] if campo in elementos else needed):
        found = look_for(pantalla, name)
        if found.hallado in _MISSED:
            yield from found.propuestas
