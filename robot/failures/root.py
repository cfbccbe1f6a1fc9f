"""The root of all that the robot raises on purpose, its text for people and its way through other processes."""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, ClassVar, Self

from robot.procedure import Paso


class CodigoSalida(IntEnum):
    """Exit codes of the command line."""

    HECHO = 0
    ENTRADA_O_CONFIGURACION = 2
    RECHAZADA = 3
    POR_VERIFICAR = 4
    FALLA_TRANSITORIA = 5


class RobotError(Exception):
    """Root of all that the robot raises on purpose.

    Args:
        detalle: what is particular to this case, a whole Spanish sentence or nothing.
        paso: the step of the procedure in which it happened; the flow fills it in where it is missing.
        pantalla: the screen of Serviweb.
        campo: the field or setting.
        quedo: what was left behind, a whole Spanish sentence; nothing means that nothing was.
    """

    familia: ClassVar[str] = "RobotError"
    codigo_salida: ClassVar[CodigoSalida] = CodigoSalida.POR_VERIFICAR
    mensaje: ClassVar[str] = "El robot no pudo terminar."
    remedio: ClassVar[str] = ""

    def __init__(
        self,
        detalle: str = "",
        *,
        paso: Paso | None = None,
        pantalla: str = "",
        campo: str = "",
        quedo: str = "",
    ) -> None:
        super().__init__(detalle)
        self.detalle = detalle
        self.paso = paso
        self.pantalla = pantalla
        self.campo = campo
        self.quedo = quedo

    @property
    def texto(self) -> str:
        """The whole message for an asesor: what happened, where, what was left behind, what to do."""
        lugar = ", ".join(
            part
            for part in (
                f"pantalla «{self.pantalla}»" if self.pantalla else "",
                f"campo «{self.campo}»" if self.campo else "",
            )
            if part
        )
        parts = (
            self.mensaje,
            self.detalle,
            f"({lugar[0].upper()}{lugar[1:]}.)" if lugar else "",
            self.quedo,
            self.remedio,
        )
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.texto

    def redacted(self, secretos: Iterable[str]) -> Self:
        """This error with each of the given words struck out of what it quotes (Ley 1581 de 2012)."""
        words = tuple(secretos)
        self.detalle = struck_out(self.detalle, words)
        self.quedo = struck_out(self.quedo, words)
        self.args = (self.detalle,)
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.args, self.__dict__)

    def as_data(self) -> dict[str, Any]:
        """This error as plain JSON data; `from_data` makes it again, in another process or another version."""
        fields = {name: value for name, value in vars(self).items() if name not in {"paso", "problemas"}}
        return {**fields, "clase": type(self).__name__, "paso": self.paso.name if self.paso is not None else None}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "RobotError":
        """The error that `as_data` described; a class that this version does not know comes back as `RobotError`."""
        kind = _every_kind(RobotError).get(data["clase"], RobotError)
        error = kind.__new__(kind, data["detalle"])
        vars(error).update({name: value for name, value in data.items() if name != "clase"})
        error.paso = Paso[data["paso"]] if data["paso"] in Paso.__members__ else None
        return error


def struck_out(text: str, secretos: Iterable[str]) -> str:
    """A text without the given words, whatever their case, and however their digits are grouped.

    The longest goes first: a document may be the beginning of a telephone, of which the rest would be left.
    """
    for secreto in sorted(secretos, key=len, reverse=True):
        if secreto:
            text = somehow_written(secreto).sub("•••", text)
    return text


def somehow_written(secreto: str) -> re.Pattern[str]:
    """Finds a word, a name or a number in a text; between the characters of a number people write all kinds of marks."""
    if any(map(str.isdigit, secreto)):
        return re.compile(r"[\s.,'’()/–-]{0,2}".join(map(re.escape, secreto)), re.IGNORECASE)
    return re.compile(r"\s+".join(map(re.escape, secreto.split())), re.IGNORECASE)


def sentence_of(clase: str) -> str:
    """What an error of this class says in general; nothing of the particular case."""
    return _every_kind(RobotError).get(clase, RobotError).mensaje


def without_remedy(clase: str, mensaje: str) -> str:
    """What an error of this class told, but for what is to be done about it: that is somebody else's."""
    return mensaje.removesuffix(_every_kind(RobotError).get(clase, RobotError).remedio).rstrip()


def _every_kind(root: type[RobotError]) -> dict[str, type[RobotError]]:
    kinds = {root.__name__: root}
    for kind in root.__subclasses__():
        kinds |= _every_kind(kind)
    return kinds
