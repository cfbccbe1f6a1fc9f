"""Filling a form by what its fields have most likely become, before anybody has accepted that: only where the setting says so.

Never a button and never Guardar: a field, by a line that leaves no doubt, and what is filed is only what reads back the same.
"""

from collections.abc import Iterator
from itertools import groupby

from robot.errors import ScreenChanged
from robot.flows.cambios import proposed
from robot.flows.sesion import Sesion
from robot.pages.lectura import CAMPOS
from robot.perfil.ajustes import Propuesta
from robot.perfil.screens import PANTALLAS

_LEAST = 60
_APART = 10
"""So many hundredths the likeliest must be ahead of the next."""
_FORM = "tramite"


def lend(sesion: Sesion, changed: ScreenChanged) -> bool:
    """Go by the likeliest line for each field of the form that is missing; whether that was allowed, and without doubt."""
    serviweb = sesion.abierto
    if not sesion.presta or serviweb is None:
        return False
    found = list(_without_doubt(proposed(serviweb, changed)))
    known = {one.elemento for one in sesion.prestados}
    if not found or any(one is None or one.elemento in known for one in found):
        return False
    sesion.borrow(tuple(one for one in found if one is not None))
    return True


def _without_doubt(found: tuple[Propuesta, ...]) -> Iterator[Propuesta | None]:
    """Of each thing the likeliest; nothing in the place of one that is no field of the form, or may be another."""
    for (pantalla, elemento), some in groupby(found, key=lambda one: (one.pantalla, one.elemento)):
        first, *others = some
        sure = (
            first.antes and first.parecido >= _LEAST and all(first.parecido - one.parecido >= _APART for one in others)
        )
        yield first if pantalla == _FORM and elemento in CAMPOS and sure else None


def tell_what_is_lent(sesion: Sesion) -> None:
    """Tell the asesor what the form was filled by."""
    for one in sesion.prestados:
        what = PANTALLAS[one.pantalla].elementos[one.elemento].que_es
        sesion.tell(
            f"Cambió {what}: antes era {one.antes}, y se llenó {one.ahora}, que se leyó igual. "
            "Pida al coordinador que lo confirme en «Pantallas de Serviweb»."
        )
