"""What told a named thing of a screen apart when it was found, and how like that another thing is.

It is made of attributes and labels of controls only: nothing that a screen holds or shows of anybody, and no long text.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from robot.pages.inventario import Cosa
from robot.perfil.screens import PANTALLAS, Clase, Elemento
from robot.reading.equality import plain

_LONGEST = 60
_LONGEST_PATH = 300
_FAR_PIXELS = 600.0
_CHANGES_EACH_TIME = re.compile(r"\d{3,}|[0-9a-f]{8,}", re.IGNORECASE)
_DATUM = re.compile(r"\d[\d.\s-]*\d{2}|@")
"""No label has it: a document, a telephone, a code, an address."""
_USUAL_LABELS = frozenset(
    plain(etiqueta)
    for pantalla in PANTALLAS.values()
    for one in pantalla.elementos.values()
    for etiqueta in one.etiquetas
)
_CONTROLS = {"input", "select", "textarea", "button"}
_KINDS = {
    "button": "el botón",
    "link": "el enlace",
    "img": "la imagen",
    "combobox": "la lista",
    "listbox": "la lista",
    "textbox": "el campo",
    "searchbox": "el campo",
    "menuitem": "la opción de menú",
}


class Rasgos(BaseModel):
    """One thing as it was when it was found.

    Attributes:
        rol, tag, tipo: what it is.
        propio, etiqueta, titulo, marcador, alterno: what it was called.
        antes, encima: the labels in front of it and above it.
        prueba, name, id: its names for programs, but for those that change each time.
        hace: what a click on it runs, or where it leads, likewise.
        camino: the tags on the way to it.
        x, y: where it stood, in pixels.
        marco: the frames on the way to it, where it was in another than its screen.
    """

    model_config = ConfigDict(frozen=True)

    rol: str = ""
    tag: str = ""
    tipo: str = ""
    propio: str = ""
    etiqueta: str = ""
    titulo: str = ""
    marcador: str = ""
    alterno: str = ""
    antes: str = ""
    encima: str = ""
    prueba: str = ""
    name: str = ""
    id: str = ""
    hace: str = ""
    camino: str = ""
    x: int = 0
    y: int = 0
    marco: tuple[str, ...] = ()

    @classmethod
    def of(cls, thing: Cosa, elemento: Elemento | None = None, marco: tuple[str, ...] = ()) -> Self:
        """That of a thing of the page, without anything that may be of a person.

        Args:
            elemento: what it goes by; a thing's own words are its name only where it is one to be clicked.
            marco: the frames on the way to it.
        """
        clicked = elemento.clase is Clase.ACCION if elemento is not None else thing["tag"] in _CONTROLS
        beside = {key: thing[key] if _is_label(thing, key) else "" for key in ("antes", "encima")}
        said = {key: _as_label(thing[key]) for key in ("etiqueta", "titulo", "marcador", "alterno")}
        return cls(
            rol=thing["rol"],
            tag=thing["tag"],
            tipo=thing["tipo"][:_LONGEST],
            propio=_as_label(thing["propio"]) if clicked else "",
            **said,
            **{key: _as_label(text) for key, text in beside.items()},
            **{key: lasting(thing[key]) for key in ("prueba", "name", "id", "hace")},
            camino=thing["camino"][-_LONGEST_PATH:],
            x=int(thing["x"]),
            y=int(thing["y"]),
            marco=marco,
        )

    @property
    def nombres(self) -> dict[str, str]:
        """By what it can be found, under the names that `inventario.js` gives them: whatever may be of a person is blank."""
        return self.model_dump(
            include={"propio", "etiqueta", "titulo", "marcador", "alterno", "antes", "encima", "prueba", "name", "id"}
        )

    @property
    def propio_nombre(self) -> str:
        """What it is called by itself; blank where only what stands beside it names it."""
        return self.etiqueta or self.propio or self.titulo or self.marcador or self.alterno

    @property
    def nombre(self) -> str:
        """What people would call it; blank where it has no name."""
        return self.propio_nombre or self.antes

    @property
    def en_palabras(self) -> str:
        """It, in Spanish."""
        kind = "el campo de varias líneas" if self.tag == "textarea" else _KINDS.get(self.rol, "el elemento")
        beside = f"junto a «{self.antes}»" if self.antes else "sin nombre"
        called = f"«{self.propio_nombre}»" if self.propio_nombre else beside
        return f"{kind} {called}{', en otro marco' if self.marco else ''}"

    @property
    def cifra(self) -> str:
        """Tells it from others on the same screen, and says nothing of what it is called."""
        told = "|".join((self.tag, self.tipo, self.rol, self.etiqueta, self.propio, self.titulo, self.name, self.id))
        return hashlib.sha256(told.encode()).hexdigest()[:12]


def lasting(told: str) -> str:
    """A name for programs, if it is the same each time; blank where it is not."""
    return "" if _CHANGES_EACH_TIME.search(told) else told[:_LONGEST]


def _as_label(text: str) -> str:
    """What can be the label of a control; blank where it is too long for one, or holds a datum."""
    words = " ".join(text.split())
    return "" if len(words) > _LONGEST or _DATUM.search(words) else words


def _is_label(thing: Cosa, key: str) -> bool:
    """Whether words beside a thing are written like a label, or are a usual one; else they may be anything that is shown."""
    return bool(thing[f"{key}_rotula"]) or plain(thing[key]).strip() in _USUAL_LABELS


class _Medida(NamedTuple):
    """One trait that is compared: how much it counts, and how like two things are in it, or nothing where the first has none."""

    peso: float
    parecido: Callable[[Rasgos, Rasgos], float | None]


def _attribute(nombre: str) -> Callable[[Rasgos, Rasgos], float | None]:
    def alike(was: Rasgos, now: Rasgos) -> float | None:
        before: str = getattr(was, nombre)
        return texts_alike(before, getattr(now, nombre)) if before else None

    return alike


def _called(was: Rasgos, now: Rasgos) -> float | None:
    """Its own names, and the label in front of it where it has none, among all that the other goes by."""
    own = [*_own_names(was)] or ([was.antes] if was.antes else [])
    others = [*_own_names(now), now.antes]
    return max((texts_alike(one, other) for one in own for other in others), default=0.0) if own else None


def _own_names(one: Rasgos) -> Iterator[str]:
    yield from filter(None, (one.etiqueta, one.propio, one.titulo, one.marcador, one.alterno))


def _is_of_a_kind(was: Rasgos, now: Rasgos) -> float:
    return 1.0 if (was.tag, was.tipo) == (now.tag, now.tipo) else 0.6 if was.rol == now.rol else 0.0


def _on_the_way(was: Rasgos, now: Rasgos) -> float:
    return SequenceMatcher(None, was.camino.split(" > "), now.camino.split(" > "), autojunk=False).ratio()


def _near(was: Rasgos, now: Rasgos) -> float:
    if was.marco != now.marco:
        return 0.0
    return max(0.0, 1.0 - math.dist((was.x, was.y), (now.x, now.y)) / _FAR_PIXELS)


_TRAITS: Mapping[str, _Medida] = {
    "nombre": _Medida(3.0, _called),
    "prueba": _Medida(2.0, _attribute("prueba")),
    "name": _Medida(2.0, _attribute("name")),
    "id": _Medida(2.0, _attribute("id")),
    "hace": _Medida(2.0, _attribute("hace")),
    "antes": _Medida(1.0, _attribute("antes")),
    "encima": _Medida(1.0, _attribute("encima")),
    "clase": _Medida(1.5, _is_of_a_kind),
    "camino": _Medida(1.0, _on_the_way),
    "lugar": _Medida(1.5, _near),
}
"""What a thing is called and what programs call it tell most; where it stands tells least, but may be all that is left."""


def likeness(was: Rasgos, now: Rasgos) -> float:
    """How like what a thing was another one is, from 0 to 1: the mean over the traits that it had, each by its weight."""
    told = [(one.peso, alike) for one in _TRAITS.values() if (alike := one.parecido(was, now)) is not None]
    return sum(peso * alike for peso, alike in told) / sum(peso for peso, _ in told)


def changes(was: Rasgos, now: Rasgos) -> str:
    """What is different, in Spanish; blank where nothing is."""
    told = []
    if plain(was.nombre) != plain(now.nombre):
        told.append(f"antes se llamaba «{was.nombre}» y ahora «{now.nombre}»" if now.nombre else "ya no tiene nombre")
    if was.rol != now.rol:
        told.append("es otra clase de control")
    if was.marco != now.marco:
        told.append("está en otro marco")
    elif _near(was, now) < 0.9:
        told.append("está en otro lugar")
    if any((before := getattr(was, key)) and before != getattr(now, key) for key in ("name", "id", "prueba")):
        told.append("su nombre interno es otro")
    return "; ".join(told)


def texts_alike(one: str, other: str) -> float:
    """How like two texts are, from 0 to 1, whatever their case and accents."""
    first, second = plain(one).strip(), plain(other).strip()
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second).ratio()
