"""The systems that the robot works with: Serviweb, Google, Programación."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from robot.perfil.patterns import Patron
from robot.sections.section import Ruta, Section


class Parecidos(StrEnum):
    """What becomes of a field that is not found, where another one is like what it was."""

    ACEPTAR = "aceptar"
    """Nothing, until a coordinador has accepted it."""
    LEER_IGUAL = "leer_igual"
    """It is filled; the trámite is filed only if everything reads back the same, and told. Never a button, never Guardar."""


class ServiwebSettings(Section):
    """Where Serviweb is and how long to wait for it.

    Attributes:
        url: address of its sign-in page.
        perfil: TOML file that describes its screens.
        espera_segundos: how long a screen may take.
        plazo_confirmacion_segundos: how long to look for a trámite after Guardar gave no answer.
        formulario_listo: after a solicitud, open the form of the asesor's next one (steps 3, 4, 7 and 8) and keep it ready.
        parecidos: what becomes of a field that is not found, where another one is like what it was.
    """

    url: str = ""
    perfil: Ruta | None = None
    espera_segundos: Annotated[float, Field(gt=0, le=300)] = 15
    plazo_confirmacion_segundos: Annotated[float, Field(ge=0, le=3600)] = 30
    formulario_listo: bool = True
    parecidos: Parecidos = Parecidos.ACEPTAR


class GoogleSettings(Section):
    """How to reach Google.

    Attributes:
        credenciales: file of a service account or of an authorized user.
        api: base address of a stand-in for Google's APIs, for tests.
        intentos: how often a call that may be repeated is tried in all.
    """

    credenciales: Ruta | None = None
    api: str = ""
    intentos: Annotated[int, Field(ge=1, le=20)] = 6


class ProgramacionSettings(Section):
    """Where the schedule is and how people write it.

    Attributes:
        carpeta: name or id of the Drive folder.
        planillas: regular expression on the titles of the spreadsheets, or the ids themselves.
        sinonimos: more header names, by column (`fecha`, `hora`, `codigo`, `ruta`, `asesor`, `pqr`, `cuadrilla`).
        notas_no_disponible: words that, anywhere in a row, say that it is no cupo.
        palabras_sin_importancia: texts in columns the robot does not know that say nothing against a cupo.
        columnas_sin_importancia: headers of columns whose content says nothing against a cupo.
        colores_sin_importancia: colours of cells, as `#rrggbb`, that say nothing against a cupo.
        jornada: the first and the last hour at which a visit may begin; an hour outside is not offered.
        horas_de_la_tarde: hours before the first one, without a. m. or p. m., are of the afternoon.
        domingos_y_festivos: visits are made on these days, too.
        renovar_segundos: for so long the listing of the folder is remembered; people add, move and throw away files.
    """

    carpeta: str = "Programación"
    planillas: tuple[Patron, ...] = (r"programaci[oó]n",)
    sinonimos: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  # pydantic copies it
    notas_no_disponible: tuple[str, ...] = (
        "festivo",
        "no disponible",
        "no laboral",
        "cerrado",
        "bloqueado",
        "reservado",
    )
    palabras_sin_importancia: tuple[str, ...] = ("disponible", "libre")
    columnas_sin_importancia: tuple[str, ...] = (
        "no",
        "n",
        "item",
        "orden",
        "consecutivo",
        "semana",
        "mes",
        "año",
        "zona",
        "sede",
        "municipio",
        "duración",
    )
    colores_sin_importancia: tuple[Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")], ...] = ()
    jornada: tuple[dt.time, dt.time] = (dt.time(6), dt.time(19))
    horas_de_la_tarde: bool = False
    domingos_y_festivos: bool = False
    renovar_segundos: Annotated[float, Field(ge=0, le=3600)] = 120
