"""What the record tells of a solicitud: how it stands, what happened, what was printed."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from robot.flows.constancia import Dicho, EstadoEnvio, Etapa
from robot.flows.traslado import ClaseDeTraslado, EstadoDeTraslado, SituacionDeCita
from robot.models import Cita, Estado, EstadoImpresion, FormularioVisto, Resultado
from robot.procedure import Paso
from robot.referencia import Referencia


@dataclass(frozen=True, slots=True)
class Aceptada:
    """The solicitud that was handed in, or the one that it is already.

    Attributes:
        nueva: it was not there before.
        igual: it was there under another name: the same was asked for a while ago, without a key.
    """

    referencia: Referencia
    nueva: bool
    igual: bool = False


@dataclass(frozen=True, slots=True)
class SituacionVista:
    """What became of a cita after it was booked: by whom and when."""

    situacion: SituacionDeCita
    quien: str
    instante: dt.datetime

    @property
    def cancelada(self) -> bool:
        return self.situacion is SituacionDeCita.CANCELADA


class EstadoDeEntrega(StrEnum):
    """How far the paper of a RADICADA has come (steps 13 and 14)."""

    SIN_ENTREGAR = "SIN ENTREGAR"
    ENTREGADA = "ENTREGADA"
    ASIGNADA = "ASIGNADA"


@dataclass(frozen=True, slots=True)
class EntregaVista:
    """To whom the solicitud de trámite was handed: the coordinador (step 13), the contratista (step 14); when and by whom."""

    entregada: dt.datetime | None = None
    entregada_por: str = ""
    asignada: dt.datetime | None = None
    asignada_a: str = ""
    asignada_por: str = ""

    @property
    def estado(self) -> EstadoDeEntrega:
        if self.asignada is not None:
            return EstadoDeEntrega.ASIGNADA
        return EstadoDeEntrega.ENTREGADA if self.entregada is not None else EstadoDeEntrega.SIN_ENTREGAR


@dataclass(frozen=True, slots=True)
class TrasladoVisto:
    """A change of a cita that somebody asked for.

    Attributes:
        corrida: how often it has been taken up.
        ruta: what the row of the cita said.
        detalle: what keeps it from being done.
    """

    identidad: str
    referencia: Referencia
    corrida: int
    clase: ClaseDeTraslado
    estado: EstadoDeTraslado
    quien: str
    instante: dt.datetime
    fecha: dt.date | None
    hora: dt.time | None
    ruta: str
    detalle: str


@dataclass(frozen=True, slots=True)
class Expediente:
    """A solicitud as it stands.

    Attributes:
        corrida: how many runs it has had, the present one included.
        etapa: the part that the present run is at.
        envio: a form was sent and nobody knows yet what became of it.
        dicho: what a person said of its trámite, if the form has not been sent since.
        cancelacion: who asked to cancel, while the robot has not got to it yet.
        resultado: how the last run ended.
        respondida: when it was noted that the petition has been answered.
        situacion: what became of its cita after it was booked.
        traslado: the change of its cita that is under way; blank where none is.
        procedimiento, version: by which it is filed.
        causal: which one was chosen, where the procedure lets choose.
    """

    referencia: Referencia
    estado: Estado
    asesor: str
    usuario: str
    suscriptor: str
    creada: dt.datetime
    cambiada: dt.datetime
    terminada: dt.datetime | None
    corrida: int
    etapa: Etapa | None
    radicado: str | None
    dicho: Dicho | None
    envio: EstadoEnvio | None
    cancelacion: str | None
    ejecutor: str | None
    resultado: Resultado | None
    respondida: dt.datetime | None
    situacion: SituacionVista | None = None
    traslado: str = ""
    entrega: EntregaVista = EntregaVista()
    procedimiento: str = ""
    version: str = ""
    causal: str = ""

    @property
    def cita(self) -> Cita | None:
        """The cita that it has, as its last run or a change since has left it."""
        return self.resultado.cita if self.resultado is not None else None

    @property
    def corregible(self) -> bool:
        """Its radicado is what a person told, who may have mistyped it."""
        return self.estado is Estado.RADICADA and self.dicho is not None and self.dicho.radicado


@dataclass(frozen=True, slots=True)
class Revision:
    """A filled form that waits for the asesor's word.

    Attributes:
        vence: until when.
    """

    visto: FormularioVisto
    vence: dt.datetime


@dataclass(frozen=True, slots=True)
class Suceso:
    """One line of the history: who did what, when, and why. No personal data of the person who asks."""

    instante: dt.datetime
    estado: Estado
    etapa: Etapa | None
    quien: str
    detalle: str


@dataclass(frozen=True, slots=True)
class Impresion:
    """One line of the print ledger: the PDF that was made, or a print and what is known of it by now.

    Attributes:
        impresora: where the copies went; nothing for the PDF itself.
        quien: a worker, or the person who asked again.
        cambiada: since when it stands so.
        motivo: why, in the printer's reasons; a whole Spanish sentence or nothing.
        nombre: of its job, which no other print has; nothing where nobody can follow it.
        servidor: the CUPS server that knows the job.
        trabajo: the job's number there, which CUPS may give again.
        turno: who has the right to hand it over.
    """

    numero: int
    referencia: str
    instante: dt.datetime
    quien: str
    estado: EstadoImpresion
    impresora: str
    sha256: str
    paginas: int
    copias: int
    archivo: str
    cambiada: dt.datetime
    motivo: str
    nombre: str
    servidor: str
    trabajo: int | None
    turno: str

    @property
    def abierta(self) -> bool:
        """The queue may still tell something else of it."""
        return bool(self.nombre) and (self.estado.saldra or self.estado is EstadoImpresion.NO_SE_SABE)


@dataclass(frozen=True, slots=True)
class PasoVisto:
    """A step of the procedure and how long it took; no milliseconds while it is being done."""

    paso: Paso
    ms: int | None
