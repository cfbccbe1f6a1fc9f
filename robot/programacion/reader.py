"""Understanding what Google answered: the rows of a spreadsheet as a schedule, by what the settings say of the office."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from babel import Locale, UnknownLocaleError

from robot.errors import SheetUnusable
from robot.planilla.cells import Columna, Fila
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Grid
from robot.planilla.rows import FilaDudosa, FilaLeida
from robot.planilla.worksheet import read_worksheet
from robot.programacion.answers import Answer, SheetProperties, grid_of, read_answer
from robot.programacion.batch import DIARIO_ID
from robot.programacion.diary import ANCHO_IMAGEN, Entrada
from robot.programacion.folder import is_copy
from robot.programacion.readings import Hoja, Lectura, Planilla
from robot.reading.equality import normalized
from robot.settings import ProgramacionSettings
from robot.workdays import Calendario

OUT_OF_REACH = (
    f"sus columnas están más allá de la {ANCHO_IMAGEN}, hasta donde escribe el robot; muévalas a la izquierda"
)


class Reader:
    """Understands answers, and remembers the last of each spreadsheet: most of them say no more than the one before."""

    def __init__(self, settings: ProgramacionSettings, ahora: Callable[[], dt.datetime]) -> None:
        self._settings = settings
        self._ahora = ahora
        self._last: dict[tuple[str, bool], tuple[bytes, Lectura]] = {}

    def understood(self, planilla: Planilla, answer: bytes, *, with_diary: bool) -> Lectura:
        """Understand an answer; where it says no more than the last one of its kind, what that came to serves again."""
        hoy = self._ahora().date()
        same = hashlib.blake2b(answer, digest_size=16, key=hoy.isoformat().encode()).digest()
        before = self._last.get((planilla.id, with_diary))
        if before is not None and before[0] == same:
            lectura = before[1]
        else:
            lectura = self._read_answer(planilla, read_answer(answer), replace(self._written_so, hoy=hoy))
            self._last[planilla.id, with_diary] = same, lectura
        planilla.fechas, planilla.leida, planilla.ilegible = lectura.fechas, True, ""
        return lectura

    def _read_answer(self, planilla: Planilla, answer: Answer, criterio: Criterio) -> Lectura:
        properties = answer.properties
        planilla.titulo = properties.title or planilla.titulo
        criterio = replace(criterio, mes_primero=puts_month_first(properties.locale))
        filas: dict[int, Sequence[FilaLeida]] = {}
        grids: dict[int, Grid] = {}
        hojas: dict[int, Hoja] = {}
        diario: Sequence[Entrada] = ()
        avisos: list[FilaDudosa] = []
        lacking: list[tuple[Columna, ...]] = []
        for sheet in answer.sheets:
            hoja_id = sheet.properties.sheet_id
            grid = grid_of(sheet)
            if hoja_id == DIARIO_ID:
                diario = entries_in(grid.values)
                continue
            hoja = planilla.hojas.get(hoja_id)
            if hoja is None or sheet.properties.hidden:
                continue
            hoja = hojas[hoja_id] = planilla.hojas[hoja_id] = hoja_of(sheet.properties)
            grids[hoja_id] = grid
            read, unread, faltan = _read_sheet(planilla, hoja, grid, criterio, self._settings.sinonimos)
            filas[hoja_id] = read
            avisos += unread
            lacking += [faltan] if faltan else []
        if not any(filas.values()) and lacking:
            fewest: Sequence[str] = min(lacking, key=len)
            where = [f"Hoja «{one.hoja}», fila {one.fila}: {one.motivo}." for one in avisos if one.fila][:1]
            raise SheetUnusable(
                f"La planilla «{planilla.titulo}» no tiene las columnas que se necesitan; "
                f"faltan: {', '.join(fewest)}. "
                f"{' '.join([*where, 'Corrija el encabezado o agregue sinónimos en programacion.sinonimos.'])}"
            )
        return Lectura(filas, grids, None, diario, avisos, hojas)

    @cached_property
    def _written_so(self) -> Criterio:
        """What the settings say of how the office writes."""
        settings = self._settings
        return Criterio(
            hoy=dt.date.min,
            notas=[normalized(note) for note in settings.notas_no_disponible],
            palabras=frozenset(map(normalized, settings.palabras_sin_importancia)),
            columnas=frozenset(map(normalized, settings.columnas_sin_importancia)),
            colores=frozenset(colour.lower() for colour in settings.colores_sin_importancia),
            jornada=settings.jornada,
            tarde=settings.horas_de_la_tarde,
            descanso=(lambda _: "") if settings.domingos_y_festivos else self._day_off,
        )

    @cached_property
    def _calendario(self) -> Calendario:
        return Calendario()

    def _day_off(self, dia: dt.date) -> str:
        if dia.isoweekday() == 7:  # Sunday
            return "domingo"
        name = self._calendario.nombre_de(dia)
        return f"festivo ({name})" if name else ""


def _read_sheet(
    planilla: Planilla, hoja: Hoja, grid: Grid, criterio: Criterio, sinonimos: Mapping[str, Sequence[str]]
) -> tuple[list[FilaLeida], list[FilaDudosa], tuple[Columna, ...]]:
    """The rows of a worksheet, what of it is not understood at all, and what its best header lacks where it has none."""
    leida = read_worksheet(grid, hoja.titulo, planilla.titulo, criterio, sinonimos)

    def told(motivo: str, numero: int = 0) -> FilaDudosa:
        return FilaDudosa(planilla=planilla.titulo, hoja=hoja.titulo, fila=numero, motivo=motivo)

    if leida.tiene_encabezado and is_copy(hoja.titulo):
        return [], [told("la hoja parece una copia y no se usa; si es la buena, cámbiele el nombre")], ()
    return (
        [fila if is_within_reach(fila) else _left_alone(fila) for fila in leida.filas],
        [told(f"{why}; lo que sigue no se lee", at + 1) for at, why in leida.ajenas.items()],
        tuple(leida.faltan),
    )


def hoja_of(properties: SheetProperties) -> Hoja:
    grid = properties.grid_properties
    return Hoja(properties.sheet_id, properties.title, grid.column_count, grid.row_count)


def is_within_reach(fila: FilaLeida) -> bool:
    """Whether the before-image has room for all columns that the robot goes by."""
    return max(fila.encabezado.columnas.values()) < ANCHO_IMAGEN


def _left_alone(fila: FilaLeida) -> FilaLeida:
    return replace(fila, libre=False, duda=OUT_OF_REACH) if fila.libre else fila


def puts_month_first(locale: str) -> bool:
    """Whether a spreadsheet of this locale takes 1/2 for the second of January."""
    try:
        pattern = Locale.parse(locale).date_formats["short"].pattern if locale else ""
    except (UnknownLocaleError, ValueError):
        return False
    return pattern.startswith("M")


def entries_in(lines: Sequence[Fila]) -> list[Entrada]:
    return [entrada for line in lines if (entrada := Entrada.from_row(line)) is not None]


def tagged_row(grids: Mapping[int, Grid], marca: int) -> tuple[int, int] | None:
    """Worksheet id and row of a tag."""
    return next(
        (
            (hoja_id, row)
            for hoja_id, grid in grids.items()
            for row, tags in grid.tags.items()
            if any(tag.id == marca for tag in tags)
        ),
        None,
    )
