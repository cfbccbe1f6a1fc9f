"""Looking at a screen without using it: which named things are there, where, and what could be meant by those that are not."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator

from robot.pages import localizadores
from robot.pages.contenido import contents
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.perfil import Localizador
from robot.perfil.screens import PANTALLAS, Clase
from robot.reading.equality import plain

_CANDIDATES = 3
_LEAST_ALIKE = 0.6
_ROLES = {Clase.CAMPO: {"textbox", "combobox", "spinbutton", "searchbox", "listbox"}, Clase.ACCION: {"button", "link"}}
_CHANGES_EACH_TIME = re.compile(r"\d{3,}|[0-9a-f]{8,}", re.IGNORECASE)


class Hallado(StrEnum):
    """What came of looking for one thing."""

    ENCONTRADO = "encontrado"
    FALTA = "falta"
    AMBIGUO = "ambiguo"
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
    """

    pantalla: str
    elemento: str
    que_es: str
    hallado: Hallado
    cajas: tuple[Caja, ...] = ()
    candidatos: tuple[str, ...] = ()

    @property
    def impide(self) -> bool:
        """The robot cannot work like this."""
        return self.hallado in {Hallado.FALTA, Hallado.AMBIGUO, Hallado.SIN_LLEGAR}


def look_for(pantalla: Pantalla, nombre: str) -> ElementoHallado:
    """Look for one thing of a screen as it stands."""
    elemento = PANTALLAS[pantalla.nombre].elementos[nombre]
    try:
        found = pantalla.find(nombre)
        seen = found.filter(visible=True)
        cajas = tuple(_boxes(seen))
        several = len(cajas) > 1 and elemento.clase is not Clase.ACCION and len(contents(seen)) > 1
        empty = elemento.clase is Clase.LECTURA and not cajas and found.count() > 0
    except PlaywrightError:  # the frame is just being replaced: nothing is there
        cajas, empty, several = (), False, False
    if empty or (cajas and not several):
        hallado = Hallado.ENCONTRADO
    elif several:
        hallado = Hallado.AMBIGUO
    else:
        hallado = Hallado.NO_ESTA if elemento.opcional else Hallado.FALTA
    wanting = hallado in {Hallado.FALTA, Hallado.AMBIGUO}
    candidatos = tuple(candidates(pantalla, nombre)) if wanting else ()
    return ElementoHallado(pantalla.nombre, nombre, elemento.que_es, hallado, cajas, candidatos)


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


def candidates(pantalla: Pantalla, nombre: str) -> Iterator[str]:
    """What could be meant, as lines to paste into the perfil, each of which finds exactly one thing now."""
    elemento = PANTALLAS[pantalla.nombre].elementos[nombre]
    words = [*elemento.etiquetas, nombre.replace("_", " ")]
    found: list[tuple[float, Localizador]] = []
    for frame in dict.fromkeys((pantalla.frame, *pantalla.serviweb.marcos)):
        for thing in _inventory(frame):
            alike = max((_alike(word, name) for word in words for name in _names(thing)), default=0.0)
            if thing["rol"] in _ROLES.get(elemento.clase, {thing["rol"]}):
                alike += 0.1
            ways = (one for one in ways_to(thing) if _finds_one(pantalla, frame, one))
            if alike >= _LEAST_ALIKE and (way := next(ways, None)) is not None:
                found.append((alike, way))
    found.sort(key=lambda one: -one[0])
    lines = dict.fromkeys(line_for(nombre, way) for _, way in found)
    yield from list(lines)[:_CANDIDATES]


@cache
def inventory_script() -> str:
    """What lists the things of a page, or describes the one that it is given."""
    return files("robot.pages").joinpath("inventario.js").read_text(encoding="utf-8")


def _inventory(frame: Frame) -> list[dict[str, str]]:
    try:
        things: list[dict[str, str]] = frame.evaluate(inventory_script())
    except PlaywrightError:  # a frame that is just being replaced
        return []
    return things


def _names(thing: dict[str, str]) -> list[str]:
    return [
        thing[key] for key in ("etiqueta", "propio", "titulo", "marcador", "alterno", "antes", "encima", "name", "id")
    ]


def _alike(one: str, other: str) -> float:
    first, second = plain(one).strip(), plain(other).strip()
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second).ratio()


def ways_to(thing: dict[str, str]) -> Iterator[Localizador]:
    """How one described thing can be found, what people would call it first, what only programs see last."""
    said = thing["propio"] or thing["alterno"]
    clicked = thing["rol"] in {"button", "link", "menuitem"}
    lasting = {key: "" if _CHANGES_EACH_TIME.search(thing[key]) else thing[key] for key in ("name", "id")}
    by_what_tells: list[tuple[object, dict[str, Any]]] = [
        (thing["prueba"], {"prueba": thing["prueba"]}),
        (thing["etiqueta"], {"etiqueta": thing["etiqueta"]}),
        (clicked and said, {"rol": thing["rol"], "nombre": said}),
        (thing["titulo"], {"titulo": thing["titulo"]}),
        (thing["marcador"], {"marcador": thing["marcador"]}),
        (lasting["name"], {"css": f"{thing['tag']}[name={json.dumps(thing['name'])}]"}),
        (lasting["id"], {"css": f"[id={json.dumps(thing['id'])}]"}),
        (thing["rol"] == "generic" and thing["propio"], {"texto": thing["propio"]}),
        (thing["antes"], {"css": thing["tag"], "cerca_de": thing["antes"], "indice": 0}),
        (thing["camino"], {"css": thing["camino"]}),
    ]
    yield from (Localizador(**way) for told, way in by_what_tells if told)


def _finds_one(pantalla: Pantalla, frame: Frame, way: Localizador) -> bool:
    raiz = pantalla.raiz if frame is pantalla.frame else frame
    try:
        return localizadores.from_perfil(raiz, way).filter(visible=True).count() == 1
    except PlaywrightError:
        return False


def line_for(nombre: str, way: Localizador) -> str:
    """The line of a perfil that finds a thing in this way."""
    key = nombre if re.fullmatch(r"[\w-]+", nombre, re.ASCII) else json.dumps(nombre, ensure_ascii=False)
    return f"{key} = {as_toml(way)}"


def as_toml(way: Localizador) -> str:
    """A locator as it stands in a perfil."""
    given: dict[str, Any] = way.model_dump(exclude_none=True)
    return "{ " + ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in given.items()) + " }"
