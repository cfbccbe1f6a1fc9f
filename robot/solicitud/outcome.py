"""How a solicitud stands, and what became of it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, FieldSerializationInfo, field_serializer

from robot.errors import RobotError
from robot.solicitud.paper import DocumentoCopias
from robot.solicitud.parties import Cita, Frozen, Suscriptor

EVIDENCIA_GUARDADA = "Lo que mostraba la pantalla quedó guardado en la máquina que la estaba radicando."


class Estado(StrEnum):
    """Where a solicitud is; the first two are on the way, the others are how it ended."""

    EN_COLA = "EN COLA"
    EN_CURSO = "EN CURSO"
    RADICADA = "RADICADA"
    RECHAZADA = "RECHAZADA"
    POR_VERIFICAR = "POR VERIFICAR"
    CANCELADA = "CANCELADA"

    @property
    def terminado(self) -> bool:
        return self not in {Estado.EN_COLA, Estado.EN_CURSO}


class FormularioVisto(Frozen):
    """What Serviweb's form held before Guardar, for the asesor to look at. Full of personal data.

    Attributes:
        valores: what each field reads, by its name.
        captura: a picture of the screen, PNG.
        suscriptor, persona: who they are, as Serviweb has them.
        cita: the cupo that was taken for it.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    valores: Annotated[dict[str, str], Field(repr=False)]
    captura: Annotated[bytes, Field(repr=False)]
    suscriptor: Suscriptor | None = None
    persona: Annotated[str, Field(repr=False)] = ""
    cita: Cita | None = None


class Decision(StrEnum):
    """What became of a form that was shown before Guardar."""

    PEDIDA = "PEDIDA"
    CONFIRMADA = "CONFIRMADA"
    DEVUELTA = "DEVUELTA"


class PasoMedido(Frozen):
    """A finished step: its number in the procedure, its name, and how long it took in milliseconds."""

    paso: int
    nombre: str
    ms: int


def add_up(pasos: Iterable[PasoMedido]) -> tuple[PasoMedido, ...]:
    """One line a step, in the order of the procedure; what was done several times adds up."""
    ms: dict[tuple[int, str], int] = {}
    for paso in pasos:
        key = (paso.paso, paso.nombre)
        ms[key] = ms.get(key, 0) + paso.ms
    return tuple(PasoMedido(paso=paso, nombre=nombre, ms=ms[paso, nombre]) for paso, nombre in sorted(ms))


class FallaInformada(Frozen):
    """Why a solicitud did not end RADICADA.

    Attributes:
        tipo: family of the error (`BusinessRejection`, `TransientFailure`, …).
        clase: the particular error.
        mensaje: the Spanish sentence for a person.
        paso: number of the step in the procedure, where there is one.
    """

    tipo: str
    clase: str
    mensaje: str
    paso: int | None = None

    @classmethod
    def of(cls, error: RobotError) -> Self:
        """An error as a result tells it."""
        paso = error.paso.numero if error.paso is not None else None
        return cls(tipo=error.familia, clase=type(error).__name__, mensaje=error.texto, paso=paso)


class Resultado(Frozen):
    """What became of a solicitud; the JSON that `radicar --json` prints.

    Serialized with the context `{"completa": True}` it keeps the whole cita, so that it can be read again.

    Attributes:
        copias: path of the PDF with the copies.
        documento: what is known of that PDF.
        peticiones: requests the job cost, by system.
        sin_copias: its procedure asks for none.
    """

    referencia: str | None
    estado: Estado
    radicado: str | None = None
    cita: Cita | None = None
    copias: Path | None = None
    documento: DocumentoCopias | None = None
    avisos: tuple[str, ...] = ()
    pasos: tuple[PasoMedido, ...] = ()
    peticiones: Mapping[str, int] = {}
    error: FallaInformada | None = None
    sin_copias: bool = False

    @property
    def copias_pendientes(self) -> bool:
        """It is RADICADA, but its document could not be had."""
        return self.estado is Estado.RADICADA and self.documento is None and not self.sin_copias

    @property
    def con_evidencia(self) -> bool:
        """What the screen showed when it failed is kept, on the machine that was at it."""
        return EVIDENCIA_GUARDADA in self.avisos

    @field_serializer("cita")
    def _cita_as_people_say_it(self, cita: Cita | None, info: FieldSerializationInfo) -> dict[str, Any] | None:
        if cita is None:
            return None
        if isinstance(info.context, dict) and info.context.get("completa"):
            return cita.model_dump(mode="json")
        return {
            "fecha": cita.fecha.isoformat(),
            "hora": f"{cita.hora:%H:%M}",
            "planilla": cita.planilla,
            "hoja": cita.hoja,
            "cuadrilla": cita.cuadrilla,
        }
