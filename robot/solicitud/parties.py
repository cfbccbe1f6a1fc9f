"""Whom and what a solicitud is about: asesor, suscriptor, tercero, cita, radicado."""

import datetime as dt
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Frozen(BaseModel):
    """What nobody changes, and nothing may be added to."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Asesor(Frozen):
    """Who attends the user: their own Serviweb user and password, and the name that goes into Programación."""

    clave_asesor: str
    usuario: str
    clave: SecretStr
    nombre: str


def user_key(usuario: str) -> str:
    """What tells one user of Serviweb from another, however their name is written.

    Few systems tell capitals apart in it, or mind blanks around it. Those who count as one wait for one another, at the worst.
    """
    return unicodedata.normalize("NFKC", usuario).strip().casefold()


class Suscriptor(Frozen):
    """A suscriptor as Serviweb shows it after Enter (step 5); `direccion` is blank where its screen does not tell."""

    codigo: str
    nombre: Annotated[str, Field(repr=False)]
    direccion: Annotated[str, Field(repr=False)] = ""
    ruta: str
    estado: str


class Tercero(Frozen):
    """Who asks, as Serviweb's database of terceros holds them (step 6).

    Attributes:
        cedula: as `Identificacion.kept`.
        celular: one number, or blank.
    """

    cedula: Annotated[str, Field(repr=False)]
    nombre: Annotated[str, Field(repr=False)]
    celular: Annotated[str, Field(repr=False)] = ""


class Cupo(Frozen):
    """A slot of Programación that can be taken.

    Attributes:
        fecha, hora: local time of the utility.
        planilla: title of the spreadsheet.
        hoja: title of the worksheet.
        cuadrilla: the crew, where the sheet tells.
    """

    fecha: dt.date
    hora: dt.time
    planilla: str
    hoja: str
    cuadrilla: str = ""


class Cita(Cupo):
    """A cupo taken for a solicitud.

    Attributes:
        referencia: whose it is.
        suscriptor: the código in its row.
        planilla_id, hoja_id: where Google keeps it, whatever people rename.
        marca: id of the developer metadata on its row.
    """

    referencia: str
    suscriptor: str
    planilla_id: str
    hoja_id: int
    marca: int


class Radicado(Frozen):
    """The number Serviweb gave to the saved trámite, exactly as it shows it."""

    numero: str
