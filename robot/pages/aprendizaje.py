"""Keeping what tells the named things of a screen apart, while it is as the robot knows it."""

import hashlib
import time
from collections.abc import Iterator, Mapping

from playwright.sync_api import Error as PlaywrightError

from robot.pages.identidad import fits, identities
from robot.pages.inventario import Cosa, inventory, inventory_script
from robot.pages.rasgos import Rasgos
from robot.pages.recuerdos import PantallaRecordada
from robot.pages.serviweb import Pantalla
from robot.perfil.screens import PANTALLAS, Clase

_FORMS = 6
"""A screen may come in some forms, by what the user may do; so many are known at once."""
_OTHERS = 80
_NEWS_SECONDS = 600.0
_NOT_KEPT = {Clase.OPCION}
_DATA = {"fila"}
"""What these find is data, and another one each time."""
_CONTROLS = {"input", "select", "textarea", "button"}


def learn(*pantallas: Pantalla) -> None:
    """Look whether screens that lie in one frame, just opened, are as they were; where they are not, keep what is there now.

    As they were, that is one evaluation, and none for a while after it. A screen that lacks what it had teaches nothing: what it
    was is what is needed then.
    """
    first = pantallas[0]
    vistas = first.serviweb.aprendido.vistas
    if time.monotonic() - vistas.get(first.nombre, -_NEWS_SECONDS) < _NEWS_SECONDS:
        return
    vistas[first.nombre] = time.monotonic()
    things = inventory(first.frame)
    firma = _form_of(things)
    recuerdos = first.serviweb.recuerdos
    if not things or all(firma in recuerdos.of(one.nombre).firmas for one in pantallas):
        return
    found = {one.nombre: dict(_found(one)) for one in pantallas}
    kept = {one.nombre: recuerdos.of(one.nombre) for one in pantallas}
    if any(_lost(name, kept[name], found[name]) for name in found):
        return
    named = {one.cifra for cosas in found.values() for one in cosas.values()}
    others = (Rasgos.of(thing).cifra for thing in things if thing["tag"] in _CONTROLS)
    otros = tuple(dict.fromkeys(cifra for cifra in others if cifra not in named))[:_OTHERS]
    for name, cosas in found.items():
        fresh = PantallaRecordada(
            cosas={**kept[name].cosas, **cosas},
            firmas=(*kept[name].firmas, firma)[-_FORMS:],
            a_la_vista=tuple(cosas),
            otros=otros,
        )
        recuerdos.keep(name, fresh)


def note(pantalla: Pantalla) -> None:
    """Keep what is there now, also what came after the screen was opened; what is not stays as it was."""
    recuerdos = pantalla.serviweb.recuerdos
    kept = recuerdos.of(pantalla.nombre)
    cosas = {**kept.cosas, **dict(_found(pantalla))}
    if cosas != kept.cosas:
        recuerdos.keep(pantalla.nombre, kept.model_copy(update={"cosas": cosas}))


def _form_of(things: list[Cosa]) -> str:
    """What tells one form of a screen from another; what it holds makes no difference."""
    told = "".join(sorted(Rasgos.of(thing).cifra for thing in things if thing["tag"] in _CONTROLS))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _lost(nombre: str, kept: PantallaRecordada, found: Mapping[str, Rasgos]) -> bool:
    """Whether something that the robot needs was there when the screen opened last, and is not now."""
    elementos = PANTALLAS[nombre].elementos
    return any(not elementos[name].opcional and name not in found for name in kept.a_la_vista if name in elementos)


def _found(pantalla: Pantalla) -> Iterator[tuple[str, Rasgos]]:
    """Each thing that is found without doubt, and can be used as its name says."""
    for nombre, elemento in PANTALLAS[pantalla.nombre].elementos.items():
        if elemento.clase in _NOT_KEPT or nombre in _DATA:
            continue
        given = pantalla.serviweb.perfil.pantalla(pantalla.nombre).localizadores.get(nombre)
        locator = pantalla.find(nombre).filter(visible=True)
        try:
            things: list[Cosa] = locator.evaluate_all(inventory_script())
            sure = things and (len(things) == 1 or elemento.clase is Clase.ACCION)
            if sure and fits(nombre, elemento, identities(locator.first)[0].tipo):
                yield nombre, Rasgos.of(things[0], elemento, given.marcos if given is not None else ())
        except (PlaywrightError, IndexError):  # a frame that is just being replaced: nothing is learnt of it
            continue
