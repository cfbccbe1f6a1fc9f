"""Where the headers of a worksheet are: one block of rows under each, and crews side by side in blocks of columns."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from robot.planilla.cells import Columna, Fila, Valor, is_blank, text_of
from robot.planilla.grid import Grid, Lugar
from robot.planilla.lines import crew_line, day_line, frame_line
from robot.reading.dates import WEEKDAYS, read_hora
from robot.reading.equality import normalized

ESCRITAS = (Columna.CODIGO, Columna.RUTA, Columna.ASESOR, Columna.PQR)
OBLIGATORIAS = (Columna.FECHA, Columna.HORA, *ESCRITAS)
_LIKE_A_HEADER = 3
"""So many names of columns in a row are a header, even where it lacks some."""
_LIKE_ANOTHER_HEADER = 2
"""So many are one below a header, if the day or the hour is among them."""
_LINES_ABOVE = 3
_FIRST_COLUMNS = 12
_DAYS_AS_COLUMNS = (
    "los días están en columnas y cada visita en una sola celda; ponga debajo de cada día las columnas "
    "CÓDIGO, RUTA, ASESOR y PQR, o una fila por visita"
)

_SINONIMOS: Mapping[Columna, tuple[str, ...]] = {
    Columna.FECHA: ("fecha visita", "fecha de visita", "fecha de la visita", "fecha", "dia"),
    Columna.HORA: (
        "hora",
        "hora visita",
        "hora de visita",
        "hora de la visita",
        "hora inicio",
        "hora de inicio",
        "hora inicial",
        "horario",
    ),
    Columna.CODIGO: (
        "codigo",
        "codigo suscriptor",
        "codigo de suscriptor",
        "codigo del suscriptor",
        "cod",
        "cod suscriptor",
        "suscriptor",
    ),
    Columna.RUTA: ("ruta", "codigo ruta", "ruta suscriptor"),
    Columna.ASESOR: ("asesor", "nombre asesor", "nombre de asesor", "nombre del asesor", "nombre asesora", "asesora"),
    Columna.PQR: (
        "pqr",
        "no pqr",
        "numero pqr",
        "numero de pqr",
        "radicado",
        "no radicado",
        "numero radicado",
        "numero de radicado",
        "radicado pqr",
    ),
    Columna.CUADRILLA: ("cuadrilla", "contratista", "equipo", "grupo", "tecnico"),
}
_FECHA_Y_HORA = ("fecha y hora", "fecha hora", "fecha y hora de visita", "fecha y hora de la visita")

_ONE_OF_SEVERAL = (Columna.FECHA, Columna.HORA, Columna.CUADRILLA)
"""Columns that may have names of several kinds beside each other; the first kind is meant."""

Sinonimos = Mapping[str, Sequence[str]]
ReadsDay = Callable[[Valor, int], dt.date | None]
"""The day that a cell tells by itself, in the row whose surroundings complete it."""


@dataclass(frozen=True, slots=True)
class Encabezado:
    """Where a header is and which column is which; rows and columns count from 0, the ends are not in it.

    Attributes:
        fila: the row of the header.
        columnas: the columns of what the robot knows; FECHA is not among them where each day has a line of its own.
        hasta: the row where what stands under it ends, the next header; nothing if it is the last.
        desde_columna, hasta_columna: the columns that are its own; nothing if there are no others beside it.
        cuadrilla: whose block it is, where a line above tells.
        cuadrilla_en: the cell above it that may tell so.
        dia_encima: the cell above it that tells the day of all its rows.
        dia: that day; nothing where it contradicts the weekday beside it.
        dias_encima: the columns where the days of all blocks beside each other stand.
    """

    fila: int
    columnas: Mapping[Columna, int]
    hasta: int | None = None
    desde_columna: int = 0
    hasta_columna: int | None = None
    cuadrilla: str = ""
    cuadrilla_en: Lugar | None = None
    dia_encima: Lugar | None = None
    dia: dt.date | None = None
    dias_encima: frozenset[int] = frozenset()

    @property
    def al_lado(self) -> bool:
        """Whether another block stands beside it, in the same rows."""
        return self.desde_columna > 0 or self.hasta_columna is not None

    def matches(self, fila: Fila, sinonimos: Sinonimos) -> bool:
        """Whether a header row still says what this one was made from."""
        names = _names(sinonimos)
        return all(
            at < len(fila) and columna in names.get(normalized(fila[at]), ()) for columna, at in self.columnas.items()
        )


@dataclass(frozen=True, slots=True)
class Disposicion:
    """How a worksheet is laid out.

    Attributes:
        bloques: its headers, from the top and the left.
        ajenas: lines that look like a header and are not understood, and why, in Spanish; what stands under them is not read.
        faltan: what the line that looks most like a header lacks, where the worksheet has none.
    """

    bloques: tuple[Encabezado, ...]
    ajenas: Mapping[int, str]
    faltan: tuple[Columna, ...] = ()


def layout_of(grid: Grid, sinonimos: Sinonimos, reads_day: ReadsDay, *, con_fecha: bool = False) -> Disposicion:
    """Find the headers of a worksheet, wherever they are.

    Args:
        con_fecha: its title tells the day, so that no column need.
    """
    names = _names(sinonimos)
    headers: list[tuple[int, list[Encabezado]]] = []
    ajenas: dict[int, str] = {}
    best: Mapping[Columna, Sequence[int]] = {}
    for at, fila in grid.lines_with([text for text, words in grid.words.items() if words in names]):
        candidates = _columns(fila, names)
        if len(candidates) < _LIKE_ANOTHER_HEADER:
            continue
        if len(candidates) < _LIKE_A_HEADER and not (headers and candidates.keys() & {Columna.FECHA, Columna.HORA}):
            continue
        best = max(best, candidates, key=len)
        blocks = _blocks(at, candidates, grid, reads_day)
        undated = not con_fecha and not all(
            Columna.FECHA in block.columnas or block.dia_encima or _has_day_lines(at, grid, reads_day)
            for block in blocks
        )
        if blocks and not undated:
            headers.append((at, blocks))
        else:
            ajenas[at] = _wrong_with(candidates, _columns(grid.values[at - 1] if at else (), names), undated=undated)
    starts = sorted([at for at, _ in headers] + list(ajenas))
    bloques = tuple(
        replace(block, hasta=next((start for start in starts if start > at), None))
        for at, blocks in headers
        for block in blocks
    )
    if not starts:
        ajenas = _without_header(grid, reads_day)
    return Disposicion(bloques, ajenas, () if bloques else tuple(c for c in OBLIGATORIAS if c not in best))


def _wrong_with(
    candidates: Mapping[Columna, Sequence[int]], above: Mapping[Columna, Sequence[int]], *, undated: bool
) -> str:
    lacking = [columna for columna in OBLIGATORIAS[1:] if columna not in candidates]
    lacking += [Columna.FECHA] if undated else []
    names = ", ".join(columna.value.upper() for columna in lacking)
    if lacking and above.keys() & set(lacking):
        return f"el encabezado está repartido en dos filas; ponga {names} en la misma fila que las demás columnas"
    if lacking:
        return f"el encabezado no tiene {names}"
    return "el encabezado tiene columnas repetidas que no se pueden repartir"


def _names(sinonimos: Sinonimos) -> Mapping[str, tuple[Columna, ...]]:
    known: dict[str, tuple[Columna, ...]] = {
        normalized(name): (columna,) for columna in Columna for name in sinonimos.get(columna.value, ())
    }
    for columna in Columna:
        for name in _SINONIMOS[columna]:
            known.setdefault(name, (columna,))
    for name in _FECHA_Y_HORA:
        known.setdefault(name, (Columna.FECHA, Columna.HORA))
    return known


def _columns(fila: Fila, names: Mapping[str, tuple[Columna, ...]]) -> dict[Columna, list[int]]:
    """Where the names of each column stand in a row."""
    found: dict[Columna, list[tuple[int, int]]] = {}
    for at, value in enumerate(fila):
        if not isinstance(value, str) or not value:
            continue
        name = normalized(value)
        for columna in names.get(name, ()):
            told = _SINONIMOS[columna]
            rank = told.index(name) if columna in _ONE_OF_SEVERAL and name in told else 0
            found.setdefault(columna, []).append((rank, at))
    return {columna: [at for rank, at in places if rank == min(places)[0]] for columna, places in found.items()}


def _blocks(at: int, candidates: Mapping[Columna, Sequence[int]], grid: Grid, reads_day: ReadsDay) -> list[Encabezado]:
    """The blocks under a header row: one, or as many as its columns stand there; days and hours may be shared."""
    times = {columna: len(candidates.get(columna, ())) for columna in Columna}
    crews = times[Columna.CODIGO]
    shareable = {1, crews}
    if (
        crews == 0
        or any(times[columna] != crews for columna in ESCRITAS)
        or times[Columna.HORA] not in shareable
        or times[Columna.FECHA] not in {0, *shareable}
        or times[Columna.CUADRILLA] not in {0, *shareable}
    ):
        return []
    own = [columna for columna in Columna if times[columna] == crews]
    shared = {columna: candidates[columna][0] for columna in Columna if times[columna] == 1 < crews}
    blocks = [
        Encabezado(at, {**{columna: candidates[columna][number] for columna in own}, **shared})
        for number in range(crews)
    ]
    if crews == 1:
        return [_under_its_crew(blocks[0], grid)]
    return _side_by_side(blocks, own, grid, reads_day)


def _under_its_crew(block: Encabezado, grid: Grid) -> Encabezado:
    """A block with the crew that one of the lines above it names."""
    for row in range(block.fila - 1, max(block.fila - 1 - _LINES_ABOVE, -1), -1):
        if crew := crew_line(grid.values[row]):
            first = next(at for at, value in enumerate(grid.values[row]) if not is_blank(value))
            return replace(block, cuadrilla=crew, cuadrilla_en=(row, first))
    return block


def _side_by_side(
    blocks: Sequence[Encabezado], own: Sequence[Columna], grid: Grid, reads_day: ReadsDay
) -> list[Encabezado]:
    """Give each block its columns, and what the lines above say of it.

    Returns an empty list if they do not stand in a row, or if it is not plain which day is whose.
    """
    firsts = [min(block.columnas[columna] for columna in own) for block in blocks]
    lasts = [max(block.columnas[columna] for columna in own) for block in blocks]
    if any(last >= first for last, first in zip(lasts, firsts[1:], strict=False)):
        return []
    ends = [*firsts[1:], None]
    told = [
        _told_above(replace(block, desde_columna=first, hasta_columna=end), last, grid, reads_day)
        for block, first, last, end in zip(blocks, firsts, lasts, ends, strict=True)
    ]
    told = _with_crews(told, grid)
    dated = [block for block in told if block.dia_encima]
    if not dated or len(dated) == len(told):
        columns = frozenset(block.dia_encima[1] for block in dated if block.dia_encima)
        return [replace(block, dias_encima=columns) for block in told]
    if len(dated) == 1 and all(block.cuadrilla for block in told):  # the date of all crews, over the first of them
        return [replace(block, dia_encima=None, dia=None) for block in told]
    return []


def _told_above(block: Encabezado, last: int, grid: Grid, reads_day: ReadsDay) -> Encabezado:
    """A block with the day and the crew that the lines above it tell, each in a cell over its columns alone."""
    weekdays: list[Lugar] = []
    for row in range(block.fila - 1, max(block.fila - 1 - _LINES_ABOVE, -1), -1):
        held = _held_over(grid, row, block.desde_columna, last)
        if len(held) != 1:
            if held or row < block.fila - 1:
                break
            continue
        (at,) = held
        value = grid.raw(*at)
        day = reads_day(value, block.fila)
        is_wider = any(
            area.covers(at) and (area.left < block.desde_columna or area.right > last + 1) for area in grid.merges
        )
        if isinstance(value, str) and normalized(value) in WEEKDAYS:
            weekdays.append(at)
        elif Columna.FECHA not in block.columnas and block.dia is None and day is not None:
            block = replace(block, dia_encima=at, dia=day)
        elif isinstance(value, str) and not block.cuadrilla_en and not is_wider and frame_line([value]) is None:
            block = replace(block, cuadrilla_en=at)
    if block.dia is not None and any(WEEKDAYS[normalized(grid.raw(*at))] != block.dia.weekday() for at in weekdays):
        return replace(block, dia=None)
    return block


def _with_crews(blocks: Sequence[Encabezado], grid: Grid) -> list[Encabezado]:
    """The blocks with the crews above them: names of any kind only where each of them has one in the same line."""
    values = [grid.raw(*block.cuadrilla_en) if block.cuadrilla_en else None for block in blocks]
    of_one_line = len({block.cuadrilla_en[0] if block.cuadrilla_en else None for block in blocks}) == 1
    return [
        replace(block, cuadrilla=text_of(value)) if of_one_line or crew_line([value]) else block
        for block, value in zip(blocks, values, strict=True)
    ]


def _held_over(grid: Grid, row: int, first: int, last: int) -> set[Lugar]:
    """The cells of a line that say something over a stretch of columns; of merged ones, the one that holds it."""
    places = set()
    for column in range(first, last + 1):
        area = grid.covered.get((row, column)) if grid.merges else None
        at = (area.top, area.left) if area else (row, column)
        if not is_blank(grid.raw(*at)):
            places.add(at)
    return places


def _has_day_lines(at: int, grid: Grid, reads_day: ReadsDay) -> bool:
    """Whether days have lines of their own: one near above the header, or below it, holds a date and nothing else."""
    near = (*range(max(at - _LINES_ABOVE, 0), at), *range(at + 1, len(grid.values)))
    return any(day_line(grid.values[row], partial(_read_at, reads_day, row)) is not None for row in near)


def _read_at(reads_day: ReadsDay, row: int, value: Valor) -> dt.date | None:
    return reads_day(value, row)


def _without_header(grid: Grid, reads_day: ReadsDay) -> dict[int, str]:
    """Why a worksheet that looks like a schedule and has no header is not read, by its first line; empty for any other."""
    hours = [
        row for row, fila in enumerate(grid.values) for value in fila[:_FIRST_COLUMNS] if _looks_like_an_hour(value)
    ]
    if len(hours) < _LIKE_A_HEADER:
        return {}
    for row, fila in enumerate(grid.values[: hours[-1] + 1]):
        if sum(_names_a_day(value, row, reads_day) for value in fila) >= _LIKE_A_HEADER:
            return {row: _DAYS_AS_COLUMNS}
    return {hours[0]: "tiene horas, pero ningún encabezado con FECHA, HORA, CÓDIGO, RUTA, ASESOR y PQR"}


def _looks_like_an_hour(value: Valor) -> bool:
    """Whether a cell says when a visit may begin; a share such as 0.37 is none."""
    told = read_hora(value)
    if told is None or isinstance(value, bool) or value is None:
        return False
    return told.hora.hour >= 5 and (isinstance(value, str) or told.hora.minute % 5 == 0)


def _names_a_day(value: Valor, row: int, reads_day: ReadsDay) -> bool:
    return reads_day(value, row) is not None or (isinstance(value, str) and normalized(value) in WEEKDAYS)
