"""What conciliación compares: trámites as CONSULTA lists them, rows of Programación, solicitudes of the robot.

Plain data without names, cédulas or phone numbers: of an observación only the referencia and the código are kept.
"""

import datetime as dt
from dataclasses import dataclass

from robot.models import Estado


@dataclass(frozen=True, slots=True)
class FilaDePlanilla:
    """A row of a schedule as conciliación looks at it: every value as text, and where people find it.

    Attributes:
        numero: the row's number as the sheet shows it, for people; rows move, so nothing is ever written by it.
        libre: it can be booked.
        aparte: a note says that it is no cupo.
        numerico: the código is a number, which may have lost its zeros.
        referencia, marca: the robot's tag on it, where it has one.
        ilegible: what cannot be read, in Spanish; blank where all can.
        duda: why nobody's row is not offered, in Spanish.
    """

    planilla_id: str
    planilla: str
    hoja_id: int
    hoja: str
    numero: int
    fecha: dt.date | None
    hora: dt.time | None
    codigo: str = ""
    ruta: str = ""
    asesor: str = ""
    pqr: str = ""
    cuadrilla: str = ""
    libre: bool = False
    aparte: bool = False
    numerico: bool = False
    referencia: str = ""
    marca: int | None = None
    ilegible: str = ""
    duda: str = ""

    @property
    def tocada(self) -> bool:
        """Somebody has written who comes."""
        return bool(self.codigo or self.ruta or self.asesor or self.pqr)


@dataclass(frozen=True, slots=True)
class TramiteLeido:
    """A trámite of a causal of the procedures in Serviweb.

    Attributes:
        suscriptor: its código; blank where the results do not tell.
        fecha: the day it was filed, where the results tell.
        hora: the hour, where they tell.
        referencia: the robot's, where its observación shows one.
        entero: the whole observación could be read, so that no referencia means that it has none.
        abierto: it has neither been answered nor annulled, as far as the results tell.
        anulado: it does not count any more.
        causal: as the procedures call it; blank where the results do not tell.
    """

    radicado: str
    suscriptor: str = ""
    fecha: dt.date | None = None
    hora: dt.time | None = None
    referencia: str = ""
    entero: bool = True
    abierto: bool = True
    anulado: bool = False
    causal: str = ""

    @property
    def respondido(self) -> bool:
        return not self.abierto and not self.anulado


@dataclass(frozen=True, slots=True)
class SolicitudVista:
    """A solicitud of the robot as its record tells it.

    Attributes:
        suscriptor: blank once its personal data are gone.
        radicado: blank where it has none.
        planilla_id, hoja_id, fecha, hora, cuadrilla, marca: its cita, where it has one.
        creada: when it was handed in.
        cambiada: when something last happened to it.
        respondida: somebody has noted that the petition was answered.
        cancelada: who has cancelled its cita, and when; blank where nobody has.
        procedimiento, version: by which it is filed.
    """

    referencia: str
    estado: Estado
    suscriptor: str
    creada: dt.datetime
    cambiada: dt.datetime
    radicado: str = ""
    respondida: bool = False
    planilla_id: str = ""
    hoja_id: int = 0
    fecha: dt.date | None = None
    hora: dt.time | None = None
    cuadrilla: str = ""
    marca: int | None = None
    cancelada: str = ""
    procedimiento: str = ""
    version: str = ""
