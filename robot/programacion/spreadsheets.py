"""The spreadsheets of the folder Programación: reading their rows, and writing one row with a before-image.

What `robot.sheets` decides with, and nothing but: here nobody knows what a booking is.
"""

import datetime as dt
import hashlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec
from babel import Locale, UnknownLocaleError
from gspread.exceptions import APIError
from requests import RequestException

from robot.errors import CitaLost, SheetUnusable
from robot.planilla.cells import Columna, Fila, Valor, is_blank, text_of
from robot.planilla.criterio import Criterio
from robot.planilla.grid import Grid
from robot.planilla.rows import FilaDudosa, FilaLeida
from robot.planilla.worksheet import read_worksheet
from robot.programacion import batch, google
from robot.programacion.answers import CLAVE_MARCA, FIELDS, Answer, SheetProperties, grid_of, read_answer
from robot.programacion.batch import DIARIO_ID, Peticion
from robot.programacion.calls import Calls
from robot.programacion.diary import ANCHO_IMAGEN, COLUMNAS, TITULO, Entrada, Operacion
from robot.programacion.folder import Folder, is_copy
from robot.programacion.refusals import FIELDS as REFUSAL_FIELDS
from robot.programacion.refusals import why_refused
from robot.reading.equality import normalized
from robot.settings import GoogleSettings, ProgramacionSettings
from robot.workdays import Calendario

_DIARY_LINES_READ = 60
_DIARY_PAGE = 1000
_TABS_RENEWED_SECONDS = 600.0
_OUT_OF_REACH = (
    f"sus columnas están más allá de la {ANCHO_IMAGEN}, hasta donde escribe el robot; muévalas a la izquierda"
)
_TABS_FIELDS = "properties.title,sheets.properties(sheetId,title,hidden,gridProperties)"
_IMAGE_FIELDS = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values(effectiveValue)))"
)


@dataclass(frozen=True, slots=True)
class Hoja:
    """A worksheet: its id, its title, and how many columns and rows its grid has."""

    id: int
    titulo: str
    columnas: int
    filas: int


@dataclass(slots=True)
class Planilla:
    """A spreadsheet of the folder and what is remembered of it between calls.

    Attributes:
        titulos: of all its worksheets.
        diario: how many lines its diary has room for; 0 where it has none.
        titulo_diario: what people call its diary by now.
        fechas: the first and last day in it when it was last read; nothing where it has none.
        leida: it has been read.
        ilegible: why it could not be read the last time, in Spanish.
    """

    id: str
    titulo: str
    hojas: dict[int, Hoja] = field(default_factory=dict)
    hojas_vistas: float = 0.0
    titulos: frozenset[str] = frozenset()
    diario: int = 0
    titulo_diario: str = TITULO
    fechas: tuple[dt.date, dt.date] | None = None
    leida: bool = False
    ilegible: str = ""


@dataclass(frozen=True, slots=True)
class Lectura:
    """One read of a whole spreadsheet, by worksheet id.

    Attributes:
        filas: the rows under its headers, understood.
        celdas: all rows as they were answered.
        grids: what else is on them.
        marcada: worksheet id and row of the tag that was asked for.
        diario: the newest lines of the diary, where asked for.
        avisos: worksheets and lines that are not understood at all.
        hojas: the worksheets that `filas` names, as they were then.
    """

    filas: Mapping[int, Sequence[FilaLeida]]
    grids: Mapping[int, Grid]
    marcada: tuple[int, int] | None
    diario: Sequence[Entrada]
    avisos: Sequence[FilaDudosa]
    hojas: Mapping[int, Hoja]

    @property
    def fechas(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day in it."""
        fechas = [fila.fecha for filas in self.filas.values() for fila in filas if fila.fecha is not None]
        return (min(fechas), max(fechas)) if fechas else None

    def celda(self, hoja_id: int, fila: FilaLeida) -> Fila:
        """A row's values as they were answered."""
        return self.grids[hoja_id].values[fila.indice]


@dataclass(frozen=True, slots=True)
class Sitio:
    """A row, for the moment."""

    planilla: Planilla
    hoja: Hoja
    fila: FilaLeida


@dataclass(frozen=True, slots=True)
class Escritura:
    """What a write met: the diary's entry with its before-image, and whether the row was the one meant."""

    entrada: Entrada
    misma_fila: bool


class RowGone(Exception):
    """A person took a row or its worksheet away between reading and writing; nothing was written."""


class Libro:
    """Every spreadsheet of the folder Programación.

    Spreadsheets and worksheets are looked up now and then and remembered; rows never are.
    """

    def __init__(
        self,
        settings: ProgramacionSettings,
        google_settings: GoogleSettings,
        ahora: Callable[[], dt.datetime],
        ritmo: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._ahora = ahora
        self._calls = Calls(google_settings, ritmo)
        self._folder = Folder(settings, self._calls)
        self._planillas: list[Planilla] = []
        self.avisos: Sequence[str] = ()
        self.listados = 0
        self._read_before: dict[tuple[str, bool], tuple[bytes, Lectura]] = {}

    @property
    def llamadas(self) -> Counter[str]:
        return self._calls.llamadas

    @property
    def intentos(self) -> int:
        return self._calls.intentos

    @property
    def cuenta(self) -> str:
        """The e-mail address of the robot's account, where its key tells."""
        return self._calls.cuenta

    def planillas(self) -> list[Planilla]:
        """The spreadsheets of the folder. What was known before serves on while Drive does not answer."""
        if self._folder.is_due():
            try:
                self.refresh()
            except (APIError, RequestException) as error:
                if not self._planillas or not google.is_unanswered(error):
                    raise
                self._folder.put_off()
        return self._planillas

    def refresh(self) -> None:
        """Look the folder up anew: somebody may have added next month's spreadsheet, or thrown one away."""
        listado = self._folder.listing()
        known = {planilla.id: planilla for planilla in self._planillas}
        self._planillas = [known.get(one) or Planilla(one, title) for one, title in listado.planillas.items()]
        for planilla in self._planillas:
            planilla.ilegible = ""
        self.avisos = listado.avisos
        self.listados += 1

    def look_again(self) -> None:
        """Look the folder up anew, and forget which dates are where: people lengthen spreadsheets, too."""
        self.refresh()
        for planilla in self._planillas:
            planilla.leida = False

    def planilla(self, planilla_id: str) -> Planilla:
        for planilla in self.planillas():
            if planilla.id == planilla_id:
                return planilla
        raise CitaLost("La planilla de la cita ya no está en la carpeta.")

    def planillas_between(self, desde: dt.date, hasta: dt.date) -> list[Planilla]:
        """The spreadsheets with dates in between, or none at all, when last read, in order; all of them if there are none."""
        dated = [
            planilla
            for planilla in self.planillas()
            if planilla.fechas is None or (planilla.fechas[0] <= hasta and desde <= planilla.fechas[1])
        ]
        return sorted(dated or self.planillas(), key=lambda planilla: planilla.fechas or (dt.date.max, dt.date.max))

    def _load_hojas(self, planilla: Planilla) -> None:
        data = self._calls.spreadsheet(planilla.id, _TABS_FIELDS)
        properties = [sheet["properties"] for sheet in data["sheets"]]
        planilla.titulo = data["properties"]["title"]
        planilla.titulos = frozenset(one["title"] for one in properties)
        hojas = {int(one.get("sheetId", 0)): one for one in properties if "gridProperties" in one}
        diario = hojas.pop(DIARIO_ID, None)
        planilla.diario = int(diario["gridProperties"]["rowCount"]) if diario else 0
        planilla.titulo_diario = diario["title"] if diario else TITULO
        planilla.hojas = {
            hoja_id: _hoja(msgspec.convert(one, SheetProperties))
            for hoja_id, one in hojas.items()
            if not one.get("hidden") and one["title"] != TITULO
        }
        planilla.hojas_vistas = time.monotonic()

    def read(self, planilla: Planilla, marca: int | None = None, *, with_diary: bool = False) -> Lectura:
        """Read every worksheet in one call, and the newest diary lines where asked for.

        Raises:
            SheetUnusable: it has no rows that could be a schedule.
        """
        if not planilla.hojas or time.monotonic() - planilla.hojas_vistas > _TABS_RENEWED_SECONDS:
            self._load_hojas(planilla)
        try:
            answer = self._read_grids(planilla, with_diary=with_diary)
        except APIError as refused:
            if google.status_of(refused) != 400:
                raise
            self._load_hojas(planilla)
            answer = self._read_grids(planilla, with_diary=with_diary)
        lectura = self._understood(planilla, answer, with_diary=with_diary)
        return replace(lectura, marcada=_tagged_row(lectura.grids, marca)) if marca is not None else lectura

    def _read_grids(self, planilla: Planilla, *, with_diary: bool) -> bytes:
        filters: list[Peticion] = [{"gridRange": {"sheetId": hoja_id}} for hoja_id in planilla.hojas]
        if with_diary and planilla.diario:
            filters.append(_diary_lines(1, _DIARY_LINES_READ))
        return self._calls.grids(planilla.id, filters, FIELDS)

    def _understood(self, planilla: Planilla, answer: bytes, *, with_diary: bool) -> Lectura:
        """Understand an answer; where it says no more than the last one of its kind, what that came to serves again."""
        hoy = self._ahora().date()
        same = hashlib.blake2b(answer, digest_size=16, key=hoy.isoformat().encode()).digest()
        before = self._read_before.get((planilla.id, with_diary))
        if before is not None and before[0] == same:
            lectura = before[1]
        else:
            lectura = self._read_answer(planilla, read_answer(answer), replace(self._written_so, hoy=hoy))
            self._read_before[planilla.id, with_diary] = same, lectura
        planilla.fechas, planilla.leida, planilla.ilegible = lectura.fechas, True, ""
        return lectura

    def diary(self, planilla: Planilla, desde: dt.datetime) -> Sequence[Entrada]:
        """Read the diary back to an instant, a thousand lines a call, and one that tells how long it has grown."""
        self._load_hojas(planilla)
        entradas: list[Entrada] = []
        first = 1
        while first < planilla.diario:
            body = {
                "dataFilters": [_diary_lines(first, _DIARY_PAGE)],
                "majorDimension": "ROWS",
                "valueRenderOption": "UNFORMATTED_VALUE",
                "dateTimeRenderOption": "SERIAL_NUMBER",
            }
            answer = self._calls.search(planilla.id, "/values:batchGetByDataFilter", body)
            lines = [line for one in answer.get("valueRanges", []) for line in one["valueRange"].get("values", [])]
            entradas += _entries(lines)
            if len(lines) < _DIARY_PAGE or (entradas and entradas[-1].instante < desde):
                break
            first += _DIARY_PAGE
        return entradas

    def tags(self, planilla: Planilla, referencia: str) -> list[int]:
        """The ids of the tags that a referencia has in a spreadsheet. One call."""
        return self._tags(planilla, {"metadataKey": CLAVE_MARCA, "metadataValue": referencia})

    def is_taken(self, planilla: Planilla, marca: int) -> bool:
        """Whether a spreadsheet has a tag with this id, whosesoever. One call."""
        return bool(self._tags(planilla, {"metadataId": marca}))

    def _tags(self, planilla: Planilla, lookup: Peticion) -> list[int]:
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        found = self._calls.search(planilla.id, "/developerMetadata:search", body)
        return [int(one["developerMetadata"]["metadataId"]) for one in found.get("matchedDeveloperMetadata", [])]

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
                diario = _entries(grid.values)
                continue
            hoja = planilla.hojas.get(hoja_id)
            if hoja is None or sheet.properties.hidden:
                continue
            hoja = hojas[hoja_id] = planilla.hojas[hoja_id] = _hoja(sheet.properties)
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

    def write(
        self,
        sitio: Sitio,
        escrito: Mapping[Columna, Valor],
        operacion: Operacion,
        referencia: str,
        marca: int,
        *,
        columnas: Mapping[Columna, int] | None = None,
        deshace: str = "",
        tag: bool = False,
        untag: bool = False,
    ) -> Escritura:
        """Write into one row, keeping in the same atomic call what the row said before. A cell with a formula is left alone.

        `columnas` are where the values go; the header's places where nothing is said.

        Raises:
            RowGone, SheetUnusable.
        """
        self._ensure_diary(sitio.planilla)
        fila = sitio.fila
        if not _is_within_reach(fila):
            raise SheetUnusable(f"«{sitio.hoja.titulo}», fila {fila.indice + 1}: {_OUT_OF_REACH}.")
        where = columnas or fila.encabezado.columnas
        held_by_formula = {fila.encabezado.columnas[columna] for columna in fila.formulas}
        entrada = Entrada(
            entrada=uuid.uuid4().hex[:12],
            instante=self._ahora(),
            operacion=operacion,
            referencia=referencia,
            hoja=sitio.hoja.id,
            fecha=fila.fecha or dt.date.min,
            hora=fila.hora or dt.time.min,
            marca=marca,
            columnas=where,
            escrito={c: value for c, value in escrito.items() if where[c] not in held_by_formula},
            deshace=deshace,
        )
        tags = [batch.tag(sitio.hoja.id, fila.indice, marca, referencia)] if tag else []
        tags += [batch.untag(marca)] if untag else []
        try:
            answer = self._change_row(sitio, sitio.hoja.titulo, entrada, tags)
        except APIError as refused:
            if google.status_of(refused) != 400:
                raise
            renamed = self._renamed_since(sitio)
            if renamed is None:
                why = "" if tag else self.why_refused(sitio, entrada.escrito)
                if why:
                    raise SheetUnusable(why) from None
                raise
            answer = self._change_row(sitio, renamed.titulo, entrada, tags)
        return self._met(sitio, entrada, answer["updatedSpreadsheet"]["sheets"])

    def _renamed_since(self, sitio: Sitio) -> Hoja | None:
        """The worksheet as it is called now, where it or the diary has another name or the diary was deleted; else nothing.

        Raises:
            RowGone.
        """
        planilla = sitio.planilla
        diario = planilla.titulo_diario
        self._load_hojas(planilla)
        hoja = planilla.hojas.get(sitio.hoja.id)
        if hoja is None or sitio.fila.indice >= hoja.filas:
            raise RowGone
        if planilla.diario and (hoja.titulo, planilla.titulo_diario) == (sitio.hoja.titulo, diario):
            return None
        self._ensure_diary(planilla)
        return hoja

    def _change_row(self, sitio: Sitio, titulo: str, entrada: Entrada, tags: Sequence[Peticion]) -> Mapping[str, Any]:
        titulos = (titulo, sitio.planilla.titulo_diario)
        body = batch.write_body(entrada, tags, titulos=titulos, ancho=sitio.hoja.columnas, fila=sitio.fila)
        return self._calls.change(sitio.planilla.id, body, fields=_IMAGE_FIELDS)

    def _met(self, sitio: Sitio, entrada: Entrada, sheets: Sequence[Mapping[str, Any]]) -> Escritura:
        """Read from the answer what the row, its header and its day were at the instant of the write."""
        fila = sitio.fila
        imagen: Fila = ()
        same_header = same_day = False
        for sheet in sheets:
            blocks = [_values(block) for block in sheet.get("data", [])]
            if int(sheet["properties"].get("sheetId", 0)) == DIARIO_ID:
                imagen = blocks[0][0] if blocks[0] else ()
                continue
            header, *days = blocks
            same_header = bool(header) and fila.encabezado.matches(header[0], self._settings.sinonimos)
            same_day = not days or _same_day(days[0], fila)
        return Escritura(replace(entrada, imagen=imagen), misma_fila=same_header and same_day)

    def drop_tag(self, planilla: Planilla, marca: int) -> None:
        self._calls.change(planilla.id, {"requests": [batch.untag(marca)]})

    def why_refused(self, sitio: Sitio, escrito: Mapping[Columna, Valor]) -> str:
        """Say why Google does not let the robot write into a row, in Spanish; blank if nothing tells. One call."""
        title = batch.quoted(sitio.hoja.titulo)
        row = f"{title}!{sitio.fila.indice + 1}:{sitio.fila.indice + 1}"
        diary = f"{batch.quoted(sitio.planilla.titulo_diario)}!A1"
        data = self._calls.spreadsheet(sitio.planilla.id, REFUSAL_FIELDS, [row, diary])
        return why_refused(data, sitio.hoja.id, sitio.fila, escrito, self._calls.cuenta)

    def _ensure_diary(self, planilla: Planilla) -> None:
        if planilla.diario:
            return
        try:
            self._calls.change(planilla.id, batch.diary_sheet())
        except (APIError, google.Unanswered) as refused:
            self._load_hojas(planilla)
            if not planilla.diario and TITULO in planilla.titulos:
                raise SheetUnusable(
                    f"La planilla «{planilla.titulo}» tiene otra hoja con el nombre {TITULO}; cámbiele el nombre."
                ) from None
            if not planilla.diario:
                raise refused
        planilla.diario = planilla.diario or 1


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
        [fila if _is_within_reach(fila) else _left_alone(fila) for fila in leida.filas],
        [told(f"{why}; lo que sigue no se lee", at + 1) for at, why in leida.ajenas.items()],
        tuple(leida.faltan),
    )


def _hoja(properties: SheetProperties) -> Hoja:
    grid = properties.grid_properties
    return Hoja(properties.sheet_id, properties.title, grid.column_count, grid.row_count)


def _is_within_reach(fila: FilaLeida) -> bool:
    """Whether the before-image has room for all columns that the robot goes by."""
    return max(fila.encabezado.columnas.values()) < ANCHO_IMAGEN


def _left_alone(fila: FilaLeida) -> FilaLeida:
    return replace(fila, libre=False, duda=_OUT_OF_REACH) if fila.libre else fila


def puts_month_first(locale: str) -> bool:
    """Whether a spreadsheet of this locale takes 1/2 for the second of January."""
    try:
        pattern = Locale.parse(locale).date_formats["short"].pattern if locale else ""
    except (UnknownLocaleError, ValueError):
        return False
    return pattern.startswith("M")


def _diary_lines(first: int, lines: int) -> Peticion:
    width = len(COLUMNAS) + ANCHO_IMAGEN
    return {
        "gridRange": {
            "sheetId": DIARIO_ID,
            "startRowIndex": first,
            "endRowIndex": first + lines,
            "startColumnIndex": 0,
            "endColumnIndex": width,
        }
    }


def _entries(lines: Sequence[Fila]) -> list[Entrada]:
    return [entrada for line in lines if (entrada := Entrada.from_row(line)) is not None]


def _tagged_row(grids: Mapping[int, Grid], marca: int) -> tuple[int, int] | None:
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


def _same_day(lines: Sequence[Fila], fila: FilaLeida) -> bool:
    """Whether the cells from the one that told the row's day down to the row still tell that day and no other."""
    cells = [line[0] if line else None for line in lines]
    if fila.dia_en is not None and fila.dia_en[1] == fila.encabezado.columnas.get(Columna.FECHA):
        cells = [value for value in cells if not is_blank(value)][-1:]
    return text_of(cells[0] if cells else None) == text_of(fila.dia_escrito)


def _values(block: Mapping[str, Any]) -> list[Fila]:
    return [
        [next(iter(cell.get("effectiveValue", {}).values()), None) for cell in row.get("values", [])]
        for row in block.get("rowData", [])
    ]
