"""A worksheet, read: its headers, its rows, and what of it is not understood at all."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from robot.planilla.cells import Columna
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Grid
from robot.planilla.layout import Sinonimos, layout_of
from robot.planilla.lines import Marcos, lone_day, says_no_cupos
from robot.planilla.rows import FilaLeida, read_rows
from robot.reading.dates import Marco, frame_of, parse_fecha
from robot.reading.equality import normalized

_CREW = re.compile(r"\b(cuadrilla|contratista|equipo|grupo)\b")


@dataclass(frozen=True, slots=True)
class HojaLeida:
    """What a worksheet says.

    Attributes:
        ajenas: lines from which on it is not read, by row from 0, and why, in Spanish.
        faltan: what its best header lacks, where it has none.
    """

    filas: Sequence[FilaLeida]
    ajenas: Mapping[int, str]
    faltan: Sequence[Columna] = ()
    tiene_encabezado: bool = False


def read_worksheet(grid: Grid, hoja: str, planilla: str, criterio: Criterio, sinonimos: Sinonimos) -> HojaLeida:
    """Read a worksheet; the titles, its own and its spreadsheet's, tell what its dates leave to them."""
    marco = frame_of(hoja, planilla)
    fecha = parse_fecha(hoja, criterio.hoy, marco)
    in_full = fecha is not None and parse_fecha(hoja, criterio.hoy, Marco(marco.anio)) is not None
    criterio = replace(
        criterio, marco=marco, fecha=fecha, titulo=hoja if in_full else "", aparte=_apart(hoja, planilla)
    )
    marcos = Marcos.of(grid, marco)
    layout = layout_of(
        grid,
        sinonimos,
        lambda value, row: lone_day(value, criterio.hoy, criterio.reads_day, marcos.at(row)),
        con_fecha=fecha is not None,
    )
    crew = hoja if _CREW.search(normalized(hoja)) else ""
    filas = [
        fila
        for bloque in layout.bloques
        for fila in read_rows(grid, replace(bloque, cuadrilla=bloque.cuadrilla or crew), criterio, marcos)
    ]
    return HojaLeida(filas, layout.ajenas, layout.faltan, tiene_encabezado=bool(layout.bloques))


def _apart(hoja: str, planilla: str) -> str:
    return next((f"«{title}» dice que no son cupos" for title in (hoja, planilla) if says_no_cupos(title)), "")
