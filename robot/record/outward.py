"""How a solicitud is told to other programs: by `estado --json` and by the API in the same words."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from robot.models import Estado, Resultado
from robot.record.dossier import Expediente


class ProcedimientoContado(BaseModel):
    """By which procedure a solicitud is filed."""

    model_config = ConfigDict(frozen=True)

    codigo: Annotated[str, Field(description="El código del procedimiento.", examples=["SC-PQRS-PRO-018"])]
    version: Annotated[str, Field(description="La versión con que se aceptó.")]


class SolicitudContada(BaseModel):
    """One solicitud of a list, without its history."""

    model_config = ConfigDict(frozen=True)

    referencia: Annotated[str, Field(description="El código de la solicitud.", examples=["VD-7K3Q9M2X"])]
    estado: Annotated[Estado, Field(description="Dónde está; EN COLA y EN CURSO no son finales.")]
    etapa: Annotated[str | None, Field(description="Lo que el robot hace con ella ahora.")]
    asesor: Annotated[str, Field(description="La clave del asesor con cuyo usuario se radica.")]
    suscriptor: Annotated[str, Field(description="En blanco cuando sus datos personales ya se eliminaron.")]
    procedimiento: Annotated[ProcedimientoContado, Field(description="Por cuál se radica.")]
    radicado: Annotated[str | None, Field(description="El número que le dio Serviweb.")]
    corridas: Annotated[int, Field(description="Cuántas veces se ha tomado.")]
    creada: dt.datetime
    cambiada: dt.datetime
    terminada: dt.datetime | None
    motivo: Annotated[str, Field(description="Por qué no quedó RADICADA, y qué hacer; en blanco si no hay qué decir.")]

    @classmethod
    def of(cls, expediente: Expediente) -> Self:
        return cls.model_validate(cls._told(expediente))

    @classmethod
    def _told(cls, expediente: Expediente) -> dict[str, object]:
        error = expediente.resultado.error if expediente.resultado else None
        return {
            "referencia": str(expediente.referencia),
            "estado": expediente.estado,
            "etapa": expediente.etapa.value if expediente.etapa else None,
            "asesor": expediente.asesor,
            "suscriptor": expediente.suscriptor,
            "procedimiento": {"codigo": expediente.procedimiento, "version": expediente.version},
            "radicado": expediente.radicado,
            "corridas": expediente.corrida,
            "creada": expediente.creada,
            "cambiada": expediente.cambiada,
            "terminada": expediente.terminada,
            "motivo": error.mensaje if error else "",
        }


class SolicitudConResultado(SolicitudContada):
    """The same with its result, as `radicar --json` prints it; its files are named as they are called where they lie."""

    resultado: Annotated[Resultado, Field(description="Cómo terminó: radicado, cita, copias, avisos, pasos y error.")]

    @classmethod
    def _told(cls, expediente: Expediente) -> dict[str, object]:
        return {**super()._told(expediente), "resultado": _of_elsewhere(as_resultado(expediente))}


def as_resultado(expediente: Expediente) -> Resultado:
    """How a solicitud stands, in the form of a result."""
    if expediente.resultado is not None:
        return expediente.resultado
    return Resultado(referencia=str(expediente.referencia), estado=expediente.estado, radicado=expediente.radicado)


def _of_elsewhere(resultado: Resultado) -> Resultado:
    """Where files lie on the robot's machine is of no use to others."""
    documento = resultado.documento
    return resultado.model_copy(
        update={
            "copias": resultado.copias and type(resultado.copias)(resultado.copias.name),
            "documento": documento
            and documento.model_copy(update={"archivo": type(documento.archivo)(documento.archivo.name)}),
        }
    )
