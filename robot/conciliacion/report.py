"""What a conciliación found and did, as it is kept and told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from robot.conciliacion.findings import Hallazgo, Severidad


class EstadoReparacion(StrEnum):
    """What became of a repair."""

    PEDIDA = "PEDIDA"
    HECHA = "HECHA"
    IMPOSIBLE = "IMPOSIBLE"


@dataclass(frozen=True, slots=True)
class Reparacion:
    """A repair that was asked for or made.

    Attributes:
        quien: the conciliación itself, or the person who accepted it.
        detalle: why it could not be made.
    """

    clave: str
    estado: EstadoReparacion
    quien: str
    instante: dt.datetime
    detalle: str = ""


@dataclass(frozen=True, slots=True)
class Informe:
    """What was compared and what differs.

    Attributes:
        instante: when Programación was read.
        tramites, filas, solicitudes: how many were compared; of the rows, those that are somebody's.
        avisos: what to know of this run, in Spanish.
    """

    desde: dt.date
    hasta: dt.date
    instante: dt.datetime
    tramites: int
    filas: int
    solicitudes: int
    hallazgos: tuple[Hallazgo, ...] = ()
    avisos: tuple[str, ...] = ()

    @property
    def por_severidad(self) -> Mapping[Severidad, int]:
        return {severidad: sum(one.tipo.severidad is severidad for one in self.hallazgos) for severidad in Severidad}

    @property
    def por_tipo(self) -> Mapping[str, list[Hallazgo]]:
        """The findings, the gravest kinds first."""
        groups: dict[str, list[Hallazgo]] = {}
        for one in self.hallazgos:
            groups.setdefault(one.tipo, []).append(one)
        return groups
