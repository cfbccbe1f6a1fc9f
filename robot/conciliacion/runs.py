"""A conciliación, or a look at the screens, as it stands."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from robot.conciliacion.findings import Severidad


class EstadoRonda(StrEnum):
    """Where a conciliación or a verification is."""

    EN_COLA = "EN COLA"
    EN_CURSO = "EN CURSO"
    TERMINADA = "TERMINADA"
    FALLIDA = "FALLIDA"

    @property
    def terminado(self) -> bool:
        return self in {EstadoRonda.TERMINADA, EstadoRonda.FALLIDA}


@dataclass(frozen=True, slots=True)
class Conciliacion:
    """A conciliación as it stands.

    Attributes:
        reparar: it also repairs what cannot harm.
        avance: what it is doing, in Spanish; `hecho` of `total` parts are done.
        cuentas: how many findings of each severity, and how many were repaired; of those that have ended.
        falla: why it could not be done.
    """

    identidad: str
    estado: EstadoRonda
    quien: str
    creada: dt.datetime
    terminada: dt.datetime | None
    desde: dt.date
    hasta: dt.date
    reparar: bool
    avance: str
    hecho: int
    total: int
    cuentas: Mapping[str, int]
    falla: str

    @property
    def pendientes(self) -> int:
        """Findings that nothing has repaired."""
        return sum(self.cuentas.get(one, 0) for one in Severidad) - self.cuentas.get("reparados", 0)


@dataclass(frozen=True, slots=True)
class ProcedimientoHallado:
    """What a verification found of a procedure in use: what keeps a solicitud from being filed by it, nothing where it can be."""

    codigo: str
    version: str
    nombre: str
    faltan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerificacionHecha:
    """A verification of the screens as it stands."""

    identidad: str
    estado: EstadoRonda
    creada: dt.datetime
    terminada: dt.datetime | None
    puede_trabajar: bool | None
    impedimentos: str
    procedimientos: tuple[ProcedimientoHallado, ...] = ()
