"""Looking at a screen without using it: which named things are there, where, and what could be meant by those that are not."""

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator

from robot.pages import localizadores
from robot.pages.contenido import contents
from robot.pages.identidad import Identidad, fits, identities
from robot.pages.inventario import Cosa, inventory, way_to_frame
from robot.pages.rasgos import Rasgos, changes, lasting, likeness, texts_alike
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.ajustes import Propuesta
from robot.perfil.perfil import Localizador
from robot.perfil.screens import PANTALLAS, Clase
from robot.reading.equality import plain

_CANDIDATES = 3
_TRIED = 12
_LEAST_ALIKE = 0.6
_LEAST_LIKE_IT_WAS = 0.3
_ROLES = {Clase.CAMPO: {"textbox", "combobox", "spinbutton", "searchbox", "listbox"}, Clase.ACCION: {"button", "link"}}


class Hallado(StrEnum):
    """What came of looking for one thing."""

    ENCONTRADO = "encontrado"
    FALTA = "falta"
    AMBIGUO = "ambiguo"
    OTRO_TIPO = "no es de ese tipo"
    REPETIDO = "es lo mismo que otro nombre"
    NO_ESTA = "no está; no hace falta"
    SIN_LLEGAR = "no se pudo llegar"


@dataclass(frozen=True, slots=True)
class Caja:
    """Where something is on the page, in pixels from its top left corner."""

    x: float
    y: float
    ancho: float
    alto: float


@dataclass(frozen=True, slots=True)
class ElementoHallado:
    """One named thing of a screen, looked for.

    Attributes:
        candidatos: TOML lines that would find what could be meant, the likeliest first.
        opcional: the robot works without it.
        clave: which thing it is; blank where none was found.
        detalle: what is wrong with it, for people, where the result does not say.
        propuestas: the same lines, each with what the thing was and what it may be now.
    """

    pantalla: str
    elemento: str
    que_es: str
    hallado: Hallado
    cajas: tuple[Caja, ...] = ()
    candidatos: tuple[str, ...] = ()
    opcional: bool = False
    clave: str = ""
    detalle: str = ""
    propuestas: tuple[Propuesta, ...] = ()

    @property
    def impide(self) -> bool:
        """The robot cannot work like this."""
        return self.hallado in _HINDERING and not (self.opcional and self.hallado is Hallado.AMBIGUO)


_HINDERING = {Hallado.FALTA, Hallado.AMBIGUO, Hallado.SIN_LLEGAR, Hallado.OTRO_TIPO, Hallado.REPETIDO}


def look_for(pantalla: Pantalla, nombre: str) -> ElementoHallado:
    """Look for one thing of a screen as it stands."""
    elemento = PANTALLAS[pantalla.nombre].elementos[nombre]
    which: list[Identidad] = []
    try:
        found = pantalla.find(nombre)
        seen = found.filter(visible=True)
        cajas = tuple(_boxes(seen))
        several = len(cajas) > 1 and elemento.clase is not Clase.ACCION and len(contents(seen)) > 1
        empty = elemento.clase is Clase.LECTURA and not cajas and found.count() > 0
        which = identities(seen if cajas else found)
    except PlaywrightError:  # the frame is just being replaced: nothing is there
        cajas, empty, several = (), False, False
    if several:
        hallado = Hallado.AMBIGUO
    elif cajas and not fits(nombre, elemento, which[0].tipo):
        hallado = Hallado.OTRO_TIPO
    elif empty or cajas:
        hallado = Hallado.ENCONTRADO
    else:
        hallado = Hallado.NO_ESTA if elemento.opcional else Hallado.FALTA
    propuestas = tuple(proposals(pantalla, nombre)) if hallado in _HINDERING else ()
    clave = which[0].clave if which and hallado is Hallado.ENCONTRADO else ""
    return ElementoHallado(
        pantalla.nombre,
        nombre,
        elemento.que_es,
        hallado,
        cajas,
        tuple(one.linea for one in propuestas),
        opcional=elemento.opcional,
        clave=clave,
        propuestas=propuestas,
    )


def doubles(seen: Sequence[ElementoHallado]) -> list[ElementoHallado]:
    """The same, with what is one and the same thing under two names told apart from what was found."""
    first: dict[str, ElementoHallado] = {}
    for one in seen:
        if one.clave and not one.opcional:
            first.setdefault(one.clave, one)
    told = []
    for one in seen:
        other = first.get(one.clave)
        if other is not None and other is not one and other.elemento != one.elemento:
            detalle = f"es lo mismo que «{other.elemento}»"
            one = replace(one, hallado=Hallado.REPETIDO, detalle=detalle)  # noqa: PLW2901  # the same one, told otherwise
        told.append(one)
    return told


def unnamed_obligations(pantallas: Sequence[Pantalla]) -> list[str]:
    """The labels of blank fields that have to be filled and that no name of these screens, all in one frame, covers."""
    named = [
        handle
        for pantalla in pantallas
        for nombre in PANTALLAS[pantalla.nombre].elementos
        if not _is_apart(pantalla, nombre)
        for handle in pantalla.find(nombre).element_handles()
    ]
    raiz = pantallas[0].raiz
    parts = raiz.element_handles() if isinstance(raiz, Locator) else []
    labels: list[str] = pantallas[0].frame.evaluate(_obligations(), [named, parts])
    return labels


def _is_apart(pantalla: Pantalla, nombre: str) -> bool:
    given = pantalla.serviweb.perfil.pantalla(pantalla.nombre).localizadores.get(nombre)
    return given is not None and given.marco is not None


@cache
def _obligations() -> str:
    return files("robot.pages").joinpath("obligatorios.js").read_text(encoding="utf-8")


def most_of(serviweb: Serviweb, nombre: str) -> Pantalla:
    """The screen in the frame where most of its things are, also where what usually tells it apart is not."""
    screens = [Pantalla(serviweb, nombre, frame) for frame in serviweb.candidates(nombre)]
    screens = screens or [Pantalla(serviweb, nombre, serviweb.page.main_frame)]
    return max(screens, key=how_many_are_there)


def how_many_are_there(pantalla: Pantalla) -> int:
    """How many of a screen's things are to be seen."""
    there = 0
    for nombre in PANTALLAS[pantalla.nombre].elementos:
        try:
            there += pantalla.find(nombre).first.is_visible()
        except PlaywrightError:  # a frame that is just being replaced
            return there
    return there


def _boxes(found: Locator) -> Iterator[Caja]:
    for one in found.all()[:5]:
        box = one.bounding_box()
        if box is not None:
            yield Caja(box["x"], box["y"], box["width"], box["height"])


class _Candidata(NamedTuple):
    """A thing that could be meant, and how likely."""

    parecido: float
    frame: Frame
    thing: Cosa
    rasgos: Rasgos


def proposals(pantalla: Pantalla, nombre: str) -> Iterator[Propuesta]:
    """What could be meant, the likeliest first: things that can be used as the name says, and go by no other name.

    A thing that was seen before is looked for by all that told it apart then; another one by its usual names.
    """
    was = pantalla.serviweb.recuerdos.of(pantalla.nombre).cosas.get(nombre)
    taken: set[str] | None = None
    shown: set[str] = set()
    for one in sorted(_like(pantalla, nombre, was), key=lambda one: -one.parecido)[:_TRIED]:
        taken = _taken(pantalla, but=nombre) if taken is None else taken
        way = _way_to(pantalla, nombre, one, taken)
        if way is None or (linea := line_for(nombre, way)) in shown:
            continue
        shown.add(linea)
        yield Propuesta(
            pantalla.nombre,
            nombre,
            linea,
            was.en_palabras if was is not None else "",
            one.rasgos.en_palabras,
            changes(was, one.rasgos) if was is not None else "",
            round(100 * min(1.0, one.parecido)),
        )
        if len(shown) == _CANDIDATES:
            return


def _like(pantalla: Pantalla, nombre: str, was: Rasgos | None) -> Iterator[_Candidata]:
    """Everything on the page that is like enough."""
    elemento = PANTALLAS[pantalla.nombre].elementos[nombre]
    words = [*elemento.etiquetas, nombre.replace("_", " ")]
    others = pantalla.serviweb.recuerdos.of(pantalla.nombre).otros
    besides = was.tag if was is not None and elemento.clase is Clase.LECTURA else ""
    for frame in dict.fromkeys((pantalla.frame, *pantalla.serviweb.marcos)):
        if frame.page is not pantalla.frame.page:
            continue
        marco = () if frame is pantalla.frame else way_to_frame(frame) or ()
        for thing in inventory(frame, besides=besides):
            rasgos = Rasgos.of(thing, elemento, marco)
            named = max((texts_alike(word, name) for word in words for name in _names(thing)), default=0.0)
            if was is None:
                if named >= _LEAST_ALIKE:
                    named += 0.1 * (thing["rol"] in _ROLES.get(elemento.clase, {thing["rol"]}))
                    yield _Candidata(named, frame, thing, rasgos)
            elif Rasgos.of(thing).cifra not in others and (alike := likeness(was, rasgos)) >= _LEAST_LIKE_IT_WAS:
                yield _Candidata(alike, frame, thing, rasgos)


def _way_to(pantalla: Pantalla, nombre: str, one: _Candidata, taken: set[str]) -> Localizador | None:
    """How to find this very thing, if it can be meant: tried on the page as it stands."""
    elemento = PANTALLAS[pantalla.nombre].elementos[nombre]
    for way in ways_to({**one.thing, **one.rasgos.nombres}):
        tried = _only_one(pantalla, one.frame, way)
        if tried is not None and tried.clave == one.thing["clave"]:
            if not fits(nombre, elemento, tried.tipo) or tried.clave in taken:
                return None
            return way.model_copy(update={"marco": one.rasgos.marco}) if one.rasgos.marco else way
    return None


class Parecida(NamedTuple):
    """What could be meant by an entry of the menu: what it says, and the line of a perfil that finds it."""

    dice: str
    linea: str


def entries_like(serviweb: Serviweb, entry: str) -> Iterator[Parecida]:
    """What could be meant by an entry of the menu, the likeliest first."""
    found: list[tuple[float, Parecida]] = []
    for frame in serviweb.marcos:
        menu = Pantalla(serviweb, "menu", frame)
        for thing in inventory(frame):
            said = thing["propio"] or thing["alterno"] or thing["titulo"]
            alike = max(texts_alike(entry, said), 0.8 * (plain(entry) in plain(said).split()))
            way = (
                next((way for way in ways_to(thing) if _only_one(menu, frame, way)), None)
                if alike >= _LEAST_ALIKE
                else None
            )
            if way is not None:
                found.append((alike, Parecida(said, line_for(f"menu.{entry}", way))))
    yield from (one for _, one in sorted(found, key=lambda one: -one[0]))


_TOGETHER = ("tramite", "terceros")
"""Screens that are one for people."""


def _taken(pantalla: Pantalla, *, but: str) -> set[str]:
    """Which things go by another name."""
    screens = _TOGETHER if pantalla.nombre in _TOGETHER else (pantalla.nombre,)
    taken: set[str] = set()
    for screen in screens:
        there = Pantalla(pantalla.serviweb, screen, pantalla.frame, pantalla.raiz)
        for nombre in PANTALLAS[screen].elementos:
            if (screen, nombre) != (pantalla.nombre, but):
                with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                    taken.update(one.clave for one in identities(there.find(nombre).filter(visible=True)))
    return taken


def _names(thing: Cosa) -> list[str]:
    return [
        thing[key] for key in ("etiqueta", "propio", "titulo", "marcador", "alterno", "antes", "encima", "name", "id")
    ]


def ways_to(thing: Cosa) -> Iterator[Localizador]:
    """How one described thing can be found, what people would call it first, what only programs see last."""
    said = thing["propio"] or thing["alterno"]
    clicked = thing["rol"] in {"button", "link", "menuitem"}
    by_what_tells: list[tuple[object, dict[str, Any]]] = [
        (thing["prueba"], {"prueba": thing["prueba"]}),
        (thing["etiqueta"], {"etiqueta": thing["etiqueta"]}),
        (clicked and said, {"rol": thing["rol"], "nombre": said}),
        (thing["titulo"], {"titulo": thing["titulo"]}),
        (thing["marcador"], {"marcador": thing["marcador"]}),
        (lasting(thing["name"]), {"css": f"{thing['tag']}[name={json.dumps(thing['name'])}]"}),
        (lasting(thing["id"]), {"css": f"[id={json.dumps(thing['id'])}]"}),
        (thing["rol"] == "generic" and thing["propio"], {"texto": thing["propio"]}),
        (thing["antes"], {"css": thing["tag"], "cerca_de": thing["antes"], "indice": 0}),
        (thing["camino"], {"css": thing["camino"]}),
    ]
    yield from (Localizador(**way) for there, way in by_what_tells if there)


def _only_one(pantalla: Pantalla, frame: Frame, way: Localizador) -> Identidad | None:
    """What is found this way, if it is one thing."""
    raiz = pantalla.raiz if frame is pantalla.frame else frame
    try:
        found = identities(localizadores.from_perfil(raiz, way).filter(visible=True))
    except PlaywrightError:
        return None
    return found[0] if len(found) == 1 else None


def line_for(nombre: str, way: Localizador) -> str:
    """The line of a perfil that finds a thing in this way."""
    key = nombre if re.fullmatch(r"[\w-]+", nombre, re.ASCII) else json.dumps(nombre, ensure_ascii=False)
    return f"{key} = {as_toml(way)}"


def as_toml(way: Localizador) -> str:
    """A locator as it stands in a perfil."""
    given: dict[str, Any] = way.model_dump(exclude_none=True)
    return "{ " + ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in given.items()) + " }"
