"""Reading rows as the robot does with its own settings, for tests that say one rule each."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from robot.planilla.cells import Valor
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Grid
from robot.planilla.worksheet import HojaLeida, read_worksheet
from robot.programacion.answers import grid_of, read_answer
from robot.reading.equality import normalized
from robot.settings import ProgramacionSettings

HOY = dt.date(2026, 11, 24)
LUNES = 46356
"""Monday 30 November 2026, as a cell holds it."""
ENCABEZADO = ("FECHA", "HORA", "CUADRILLA", "CÓDIGO", "RUTA", "ASESOR", "PQR", "OBSERVACIONES")
_SETTINGS = ProgramacionSettings()
CRITERIO = Criterio(
    HOY,
    notas=[normalized(note) for note in _SETTINGS.notas_no_disponible],
    palabras=frozenset(map(normalized, _SETTINGS.palabras_sin_importancia)),
    columnas=frozenset(map(normalized, _SETTINGS.columnas_sin_importancia)),
)
_OF_A_GRID = {one.name for one in fields(Grid)}


def read(
    *rows: Sequence[Valor],
    hoja: str = "Visitas",
    planilla: str = "Programación",
    **more: object,
) -> HojaLeida:
    """Read a worksheet; what else is on it, and how the office writes, are changed by `more`."""
    grid = Grid(rows, **{name: value for name, value in more.items() if name in _OF_A_GRID})  # type: ignore[arg-type]
    criterio = replace(CRITERIO, **{name: value for name, value in more.items() if name not in _OF_A_GRID})  # type: ignore[arg-type]
    return read_worksheet(grid, hoja, planilla, criterio, {})


def day(*rows: Sequence[Valor], **more: object) -> HojaLeida:
    """Read rows under the usual header, which is row 0."""
    return read(ENCABEZADO, *rows, **more)  # type: ignore[arg-type]


def offered(leida: HojaLeida) -> list[str]:
    """What is offered, such as `30/11 08:00 C1`."""
    return [
        f"{fila.fecha:%d/%m} {fila.hora:%H:%M} {fila.cuadrilla}".strip()
        for fila in leida.filas
        if fila.libre and fila.fecha and fila.hora
    ]


def why(leida: HojaLeida) -> dict[int, str]:
    """Why rows are not offered, by row from 0."""
    return {fila.indice: fila.duda for fila in leida.filas if fila.duda}


def grid_told(sheet: Mapping[str, object]) -> Grid:
    """The worksheet that Google would tell so."""
    return grid_of(read_answer(json.dumps({"sheets": [sheet]}).encode()).sheets[0])
