"""The layer over a perfil that people accept in the form: lines that the robot proposes where a screen changed."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

from robot.perfil.perfil import Localizador, PantallaDePerfil, Perfil


@dataclass(frozen=True, slots=True)
class Propuesta:
    """A line of a perfil that finds what a named thing may have become; it was tried, and finds exactly one thing.

    Attributes:
        antes, ahora: what the thing was and what is proposed, in Spanish; what it was is blank where it was never seen.
        cambios: what is different.
        parecido: how like they are, in hundredths.
    """

    pantalla: str
    elemento: str
    linea: str
    antes: str
    ahora: str
    cambios: str
    parecido: int


@dataclass(frozen=True, slots=True)
class Ajuste:
    """A line that holds over the perfil: where a thing of a screen is found."""

    pantalla: str
    elemento: str
    linea: str

    @property
    def localizador(self) -> Localizador:
        """What the line says."""
        (one,) = tomllib.loads(self.linea).values()
        return Localizador.model_validate(one)


def adjusted(perfil: Perfil, ajustes: Iterable[Ajuste]) -> Perfil:
    """A perfil with these lines over its own."""
    pantallas = dict(perfil.pantallas)
    for ajuste in ajustes:
        own = pantallas.get(ajuste.pantalla, PantallaDePerfil())
        named = {**own.localizadores, ajuste.elemento: ajuste.localizador}
        pantallas[ajuste.pantalla] = own.model_copy(update={"localizadores": named})
    return perfil.model_copy(update={"pantallas": pantallas})
