"""The spreadsheets of the folder Programación: reading their rows, and writing one row with a before-image.

What `robot.sheets` decides with, and nothing but: here nobody knows what a booking is.
"""

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from gspread.exceptions import APIError
from requests import RequestException

from robot.errors import CitaLost, SheetUnusable
from robot.planilla.cells import Columna, Fila, Valor, is_blank, text_of
from robot.planilla.rows import FilaLeida
from robot.programacion import batch, google
from robot.programacion.answers import CLAVE_MARCA, FIELDS, Sheet, SheetProperties, grid_of
from robot.programacion.batch import DIARIO_ID, Peticion
from robot.programacion.calls import Calls
from robot.programacion.diary import ANCHO_DIARIO, TITULO, Entrada, Operacion
from robot.programacion.folder import Folder
from robot.programacion.reader import OUT_OF_REACH, Reader, entries_in, hoja_of, is_within_reach, tagged_row
from robot.programacion.readings import Hoja, Lectura, Planilla, Sitio
from robot.programacion.refusals import FIELDS as REFUSAL_FIELDS
from robot.programacion.refusals import why_refused
from robot.settings import GoogleSettings, ProgramacionSettings

_DIARY_LINES_READ = 60
_DIARY_PAGE = 1000
_TABS_RENEWED_SECONDS = 600.0
_TABS_FIELDS = "properties.title,sheets.properties(sheetId,title,hidden,gridProperties)"
_IMAGE_FIELDS = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,merges,data(startRow,startColumn,"
    "rowData.values(effectiveValue,note,userEnteredFormat(backgroundColor,textFormat.strikethrough)),"
    "rowMetadata(hiddenByUser,hiddenByFilter)))"
)


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
        self._reader = Reader(settings, ahora)

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
        planilla.ancho_diario = int(diario["gridProperties"]["columnCount"]) if diario else ANCHO_DIARIO
        planilla.titulo_diario = diario["title"] if diario else TITULO
        planilla.hojas = {
            hoja_id: hoja_of(msgspec.convert(one, SheetProperties))
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
        lectura = self._reader.understood(planilla, answer, with_diary=with_diary)
        return replace(lectura, marcada=tagged_row(lectura.grids, marca)) if marca is not None else lectura

    def _read_grids(self, planilla: Planilla, *, with_diary: bool) -> bytes:
        filters: list[Peticion] = [{"gridRange": {"sheetId": hoja_id}} for hoja_id in planilla.hojas]
        if with_diary and planilla.diario:
            filters.append(_diary_lines(planilla, 1, _DIARY_LINES_READ))
        return self._calls.grids(planilla.id, filters, FIELDS)

    def diary(self, planilla: Planilla, desde: dt.datetime) -> Sequence[Entrada]:
        """Read the diary back to an instant, a thousand lines a call, and one that tells how long it has grown."""
        self._load_hojas(planilla)
        entradas: list[Entrada] = []
        first = 1
        while first < planilla.diario:
            body = {
                "dataFilters": [_diary_lines(planilla, first, _DIARY_PAGE)],
                "majorDimension": "ROWS",
                "valueRenderOption": "UNFORMATTED_VALUE",
                "dateTimeRenderOption": "SERIAL_NUMBER",
            }
            answer = self._calls.search(planilla.id, "/values:batchGetByDataFilter", body)
            lines = [line for one in answer.get("valueRanges", []) for line in one["valueRange"].get("values", [])]
            entradas += entries_in(lines)
            if len(lines) < _DIARY_PAGE or (entradas and entradas[-1].instante < desde):
                break
            first += _DIARY_PAGE
        return entradas

    def strayed(self, referencia: str, desde: dt.datetime, marcas: Collection[int] | None = None) -> str | None:
        """The title of a spreadsheet outside the folder, changed since an instant, that has a tag of a referencia.

        People move files while the robot is at work, and the cupo that it took goes along. A call for each such spreadsheet.

        Args:
            marcas: only these tags of it count.
        """
        inside = {planilla.id for planilla in self.planillas()}
        for file in self._calls.spreadsheets_since(desde):
            planilla = Planilla(str(file["id"]), str(file["name"]))
            if planilla.id in inside:
                continue
            if any(marcas is None or marca in marcas for marca in self.tags(planilla, referencia)):
                return planilla.titulo
        return None

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
        if not is_within_reach(fila):
            raise SheetUnusable(f"«{sitio.hoja.titulo}», fila {fila.indice + 1}: {OUT_OF_REACH}.")
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
        tags += [batch.untag(marca)] if untag and marca else []
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
        sheets = msgspec.convert(answer["updatedSpreadsheet"]["sheets"], list[Sheet])
        return self._met(sitio, entrada, sheets, untouched=operacion is Operacion.RESERVA)

    def _renamed_since(self, sitio: Sitio) -> Hoja | None:
        """The worksheet as it is called now, if it or the diary was renamed, or the diary narrowed or deleted; else nothing.

        Raises:
            RowGone.
        """
        planilla = sitio.planilla
        diario = planilla.titulo_diario
        self._load_hojas(planilla)
        hoja = planilla.hojas.get(sitio.hoja.id)
        if hoja is None or sitio.fila.indice >= hoja.filas:
            raise RowGone
        same_names = (hoja.titulo, planilla.titulo_diario) == (sitio.hoja.titulo, diario)
        if same_names and not self._ensure_diary(planilla):
            return None
        return hoja

    def _change_row(self, sitio: Sitio, titulo: str, entrada: Entrada, tags: Sequence[Peticion]) -> Mapping[str, Any]:
        titulos = (titulo, sitio.planilla.titulo_diario)
        body = batch.write_body(entrada, tags, titulos=titulos, ancho=sitio.hoja.columnas, fila=sitio.fila)
        return self._calls.change(sitio.planilla.id, body, fields=_IMAGE_FIELDS)

    def _met(self, sitio: Sitio, entrada: Entrada, sheets: Sequence[Sheet], *, untouched: bool) -> Escritura:
        """Read from the answer what the row, its header and its day were at the instant of the write.

        `untouched` asks that nobody has put anything on the row since it was read.
        """
        fila = sitio.fila
        imagen: Fila = ()
        same = False
        for sheet in sheets:
            if sheet.properties.sheet_id == DIARIO_ID:
                imagen = next(iter(_values(sheet, 0)), ())
                continue
            header, *days, row = range(len(sheet.data))
            told = next(iter(_values(sheet, header)), ())
            same = fila.encabezado.matches(told, self._settings.sinonimos) and all(
                _same_day(_values(sheet, day), fila) for day in days
            )
            if untouched:
                now = grid_of(msgspec.structs.replace(sheet, data=[sheet.data[row]]))
                same = same and sitio.signs_now(now, entrada.escrito) == sitio.signs(entrada.escrito)
        return Escritura(replace(entrada, imagen=imagen), misma_fila=same)

    def drop_tag(self, planilla: Planilla, marca: int) -> None:
        """Take a tag away; 0 is none, and Google may take it for every one."""
        if marca:
            self._calls.change(planilla.id, {"requests": [batch.untag(marca)]})

    def why_refused(self, sitio: Sitio, escrito: Mapping[Columna, Valor]) -> str:
        """Say why Google does not let the robot write into a row, in Spanish; blank if nothing tells. One call."""
        title = batch.quoted(sitio.hoja.titulo)
        row = f"{title}!{sitio.fila.indice + 1}:{sitio.fila.indice + 1}"
        diary = f"{batch.quoted(sitio.planilla.titulo_diario)}!A1"
        data = self._calls.spreadsheet(sitio.planilla.id, REFUSAL_FIELDS, [row, diary])
        return why_refused(data, sitio.hoja.id, sitio.fila, escrito, self._calls.cuenta)

    def _ensure_diary(self, planilla: Planilla) -> bool:
        """Make the diary, or make it as wide as it was made. Returns whether there was anything to do."""
        if planilla.diario and planilla.ancho_diario >= ANCHO_DIARIO:
            return False
        if planilla.diario:
            self._calls.change(planilla.id, batch.wider_diary(ANCHO_DIARIO - planilla.ancho_diario))
        else:
            self._make_diary(planilla)
        planilla.diario, planilla.ancho_diario = planilla.diario or 1, ANCHO_DIARIO
        return True

    def _make_diary(self, planilla: Planilla) -> None:
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


def _diary_lines(planilla: Planilla, first: int, lines: int) -> Peticion:
    return {
        "gridRange": {
            "sheetId": DIARIO_ID,
            "startRowIndex": first,
            "endRowIndex": first + lines,
            "startColumnIndex": 0,
            "endColumnIndex": min(planilla.ancho_diario, ANCHO_DIARIO),
        }
    }


def _same_day(lines: Sequence[Fila], fila: FilaLeida) -> bool:
    """Whether the cells from the one that told the row's day down to the row still tell that day and no other."""
    cells = [line[0] if line else None for line in lines]
    if fila.dia_en is not None and fila.dia_en[1] == fila.encabezado.columnas.get(Columna.FECHA):
        cells = [value for value in cells if not is_blank(value)][-1:]
    return text_of(cells[0] if cells else None) == text_of(fila.dia_escrito)


def _values(sheet: Sheet, block: int) -> Sequence[Fila]:
    """What the cells of one of the ranges hold that an answer tells of a worksheet."""
    return grid_of(msgspec.structs.replace(sheet, data=sheet.data[block : block + 1])).values
