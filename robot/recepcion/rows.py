"""The rows of a sheet of requests: what people wrote, what the robot has answered, and which row is which request. Pure.

A row has no name of its own. Three things tell which request it is: what it says, the referencia that the robot has written
beside it, and the robot's tag on it. Sorting, inserting and copying part them in different ways, so each is believed only
as far as it goes: `which_is_which`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from robot.planilla.cells import Valor, text_of


class ColumnaPropia(StrEnum):
    """The robot's own columns, by what they are called in the sheet; it makes those that are missing."""

    SOLICITUD = "Robot: solicitud"
    ESTADO = "Robot: estado"
    RADICADO = "Robot: radicado"
    CITA = "Robot: cita"
    MOTIVO = "Robot: motivo"


Textos = Mapping[ColumnaPropia, str]


@dataclass(frozen=True)
class FilaEscrita:
    """One row as it was seen.

    Attributes:
        indice: where it stood, from 0; it is written by only together with a look at what stands there then.
        celdas: what people wrote, by the column's place.
        dicho: the same for the columns that the robot understands, by the name of the field; blank ones are left out.
        huella: a fingerprint of `dicho`.
        marcas: the ids of the robot's tags on it.
        respuestas: what the robot's columns hold, blank or not.
    """

    indice: int
    celdas: Mapping[int, Valor]
    dicho: Mapping[str, Valor]
    huella: str
    marcas: frozenset[int]
    respuestas: Textos

    @property
    def texto(self) -> tuple[tuple[int, str], ...]:
        """What people wrote, as it is compared with another look."""
        return tuple((at, text) for at, value in sorted(self.celdas.items()) if (text := text_of(value)))


@dataclass(frozen=True)
class FilaTomada:
    """A row that the robot has taken, or is about to.

    Attributes:
        marca: the id of its tag, by which it is known for good.
        intento: how often what it says has been taken; once more after it was refused and mended.
        huella: of what it said when it was taken.
        aceptada: it has been handed in.
        perdida: its row was not there at the last look.
    """

    marca: int
    referencia: str
    intento: int
    huella: str
    aceptada: bool
    perdida: bool = False


@dataclass(frozen=True)
class Correspondencia:
    """Which row is which request.

    Attributes:
        de: the row of each request that has one, by its tag's id.
        nuevas: rows that are no request that the robot knows, copies among them.
        sin_fila: requests whose row is gone.
    """

    de: Mapping[int, FilaEscrita]
    nuevas: Sequence[FilaEscrita]
    sin_fila: Sequence[FilaTomada]


def which_is_which(filas: Sequence[FilaEscrita], tomadas: Sequence[FilaTomada]) -> Correspondencia:
    """Find the row of each request.

    1. It says what it said, and tag or referencia agree: of a row and its copy, the one with the tag.
    2. It says what it said: a sort of some columns, or a cut and paste, has left the others behind. Not where its row has been
       gone for a while: somebody asks for the same again.
    3. It has the referencia and says something else: somebody has changed it. Not where another row still says what was
       taken: then it is a copy of that one, written over.
    4. It has the tag, and nothing was handed in for it yet. Later a tag alone is not believed: it may not follow a sort.
    """
    assigner = _Assigner(filas, tomadas)
    assigner.assign(lambda fila, one: fila.huella == one.huella and one.marca in fila.marcas)
    assigner.assign(lambda fila, one: fila.huella == one.huella and _says(fila, one))
    assigner.assign(lambda fila, one: fila.huella == one.huella and not one.perdida)
    assigner.assign(_says)
    assigner.assign(lambda fila, one: not one.aceptada and one.marca in fila.marcas)
    return assigner.done()


def _says(fila: FilaEscrita, one: FilaTomada) -> bool:
    return fila.respuestas.get(ColumnaPropia.SOLICITUD, "") == one.referencia


class _Assigner:
    def __init__(self, filas: Sequence[FilaEscrita], tomadas: Sequence[FilaTomada]) -> None:
        self._free = {fila.indice: fila for fila in filas}
        self._open = {one.marca: one for one in tomadas}
        self._found: dict[int, FilaEscrita] = {}

    def assign(self, fits: Callable[[FilaEscrita, FilaTomada], bool]) -> None:
        """Give rows to requests that fit, each to one; only rows that have something in common are looked at."""
        rows: dict[str | int, list[FilaEscrita]] = defaultdict(list)
        for fila in self._free.values():
            keys: list[str | int] = [fila.huella, fila.respuestas.get(ColumnaPropia.SOLICITUD, ""), *fila.marcas]
            for key in keys:
                rows[key].append(fila)
        for one in list(self._open.values()):
            near = [*rows[one.huella], *rows[one.referencia], *rows[one.marca]]
            found = [fila for fila in near if fila.indice in self._free and fits(fila, one)]
            if found:
                self._found[one.marca] = self._free.pop(found[0].indice)
                del self._open[one.marca]

    def done(self) -> Correspondencia:
        return Correspondencia(self._found, list(self._free.values()), list(self._open.values()))


def at_rest(filas: Iterable[FilaEscrita], vistas: Mapping[str, int]) -> list[FilaEscrita]:
    """The rows that say what they said at an earlier look.

    Args:
        vistas: how many rows said what then, by fingerprint: of two rows that say the same by now, one may be half typed.
    """
    left = Counter(vistas)
    rest = []
    for fila in filas:
        if left[fila.huella] > 0:
            left[fila.huella] -= 1
            rest.append(fila)
    return rest
