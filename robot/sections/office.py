"""What holds in one office: its codes and days, its procedures, its asesores."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from robot.models import PATRON_RUTA, PATRON_SUSCRIPTOR
from robot.perfil.patterns import Patron
from robot.sections.section import Ruta, Section


class ReglasSettings(Section):
    """What holds in this utility.

    Attributes:
        suscriptor, ruta: what its codes look like; regular expressions for the whole value.
        otro_nombre: what becomes of a cédula that Serviweb has under a name without a word in common: `confirmar` refuses it
            until somebody has confirmed that it is the same person, `avisar` files it and tells.
        dias_duplicado: within how many days another visita domiciliaria of a suscriptor may be the same one; never where 0.
        minutos_repetida: within how many minutes the very same solicitud, sent again without a key, is the first one; never
            where 0.
        observacion_maxima: how many characters the field Observación takes, for the count on the form.
        cierres: days, beside weekends and festivos, on which it does not work.
    """

    suscriptor: Patron = PATRON_SUSCRIPTOR
    ruta: Patron = PATRON_RUTA
    otro_nombre: Literal["confirmar", "avisar"] = "confirmar"
    dias_duplicado: Annotated[int, Field(ge=0, le=365)] = 15
    minutos_repetida: Annotated[int, Field(ge=0, le=1440)] = 2
    observacion_maxima: Annotated[int, Field(ge=100, le=20_000)] = 1000
    cierres: tuple[dt.date, ...] = ()


class ProcedimientosSettings(Section):
    """By which procedures this office files.

    Attributes:
        carpeta: folder with TOML files of its own, one a procedure; they go before shipped ones of the same código. A file that
            comes or changes is taken without a restart.
        activos: the códigos that are in use, own or shipped; the first one is meant where none is named. «*» is every one of the
            folder.
    """

    carpeta: Ruta | None = None
    activos: Annotated[tuple[str, ...], Field(min_length=1)] = ("SC-PQRS-PRO-018",)


class AsesorSettings(Section):
    """An asesor's own Serviweb account; `nombre` is written into Programación."""

    usuario: str
    clave: SecretStr
    nombre: str
