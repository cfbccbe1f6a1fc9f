"""The spreadsheets of the Drive folder: finding them, reading their rows, and writing one row with a before-image.

What `robot.sheets` decides with, and nothing but: here nobody knows what a booking is.
"""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gspread
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests import RequestException

from robot import google, pedidos
from robot.diario import TITULO, Entrada, Operacion
from robot.errors import CitaLost, SheetUnusable
from robot.pedidos import CLAVE_MARCA, DIARIO_ID, Peticion
from robot.planilla import (
    Columna,
    Encabezado,
    Fila,
    FilaLeida,
    Valor,
    find_header,
    is_blank,
    missing_columns,
    parse_fecha,
    read_rows,
)
from robot.settings import PREFIX, GoogleSettings, ProgramacionSettings

_API = "https://sheets.googleapis.com/v4/spreadsheets"
_DRIVE = "https://www.googleapis.com/drive/v3/files"
_FOLDER = "application/vnd.google-apps.folder"
_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_DIARY_LINES_READ = 60
_IMAGE_FIELDS = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values(effectiveValue)))"
)


@dataclass(frozen=True, slots=True)
class Hoja:
    """A worksheet: its id, its title, and how many columns its grid has."""

    id: int
    titulo: str
    columnas: int


@dataclass(slots=True)
class Planilla:
    """A spreadsheet of the folder and what is remembered of it between calls."""

    id: str
    titulo: str
    hojas: dict[int, Hoja] = field(default_factory=dict)
    tiene_diario: bool = False
    fechas: tuple[dt.date, dt.date] | None = None


@dataclass(frozen=True, slots=True)
class Lectura:
    """One read of a whole spreadsheet, by worksheet id.

    Attributes:
        encabezados: the header of each worksheet that has one.
        filas: the rows below it, understood.
        celdas: all rows as they were answered.
        marcada: worksheet id and row of the tag that was asked for.
        diario: the newest lines of the diary, where asked for.
    """

    encabezados: Mapping[int, Encabezado]
    filas: Mapping[int, Sequence[FilaLeida]]
    celdas: Mapping[int, Sequence[Fila]]
    marcada: tuple[int, int] | None
    diario: Sequence[Entrada]


@dataclass(frozen=True, slots=True)
class Sitio:
    """A row, for the moment."""

    planilla: Planilla
    hoja: Hoja
    encabezado: Encabezado
    fila: FilaLeida


@dataclass(frozen=True, slots=True)
class Escritura:
    """What a write met: the diary's entry with its before-image, and whether the row was the one meant."""

    entrada: Entrada
    misma_fila: bool


class Libro:
    """Every spreadsheet of the folder Programación.

    Folder, spreadsheets and worksheets are looked up once and remembered; rows never are.
    """

    def __init__(
        self,
        settings: ProgramacionSettings,
        google_settings: GoogleSettings,
        ahora: Callable[[], dt.datetime],
        ritmo: Callable[[], None],
    ) -> None:
        self.llamadas: Counter[str] = Counter()
        self._settings = settings
        self._attempts = google_settings.intentos
        self._ahora = ahora
        self._ritmo = ritmo
        session, self.cuenta = google.authorized_session(google_settings, self.llamadas)
        client = gspread.Client(auth=session.credentials, session=session)
        client.set_timeout(google.CONNECT_AND_READ_SECONDS)
        self._http: HTTPClient = client.http_client
        self._planillas: list[Planilla] = []

    def _drive(self, query: str) -> list[Mapping[str, Any]]:
        files: list[Mapping[str, Any]] = []
        token = ""
        while True:
            params: dict[str, Any] = {
                "q": f"{query} and trashed = false",
                "fields": "nextPageToken,files(id,name,mimeType)",
                "pageSize": 1000,
                "supportsAllDrives": True,
                "includeItemsFromAllDrives": True,
            }
            if token:
                params["pageToken"] = token
            page = self._get(_DRIVE, params)
            files += page.get("files", [])
            token = page.get("nextPageToken", "")
            if not token:
                return files

    def _get(self, url: str, params: dict[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = google.read(lambda: self._call("get", url, params=params), self._attempts)
        return answer

    def _search(self, url: str, body: Peticion) -> Mapping[str, Any]:
        """A reading call that Google wants as POST."""
        answer: Mapping[str, Any] = google.read(lambda: self._call("post", url, json=body), self._attempts)
        return answer

    def _change(self, planilla: Planilla, body: Peticion, fields: str = "") -> Mapping[str, Any]:
        params: dict[str, Any] = {"fields": fields} if fields else {}
        url = f"{_API}/{planilla.id}:batchUpdate"
        answer: Mapping[str, Any] = google.write(
            lambda: self._call("post", url, params=params, json=body), self._attempts
        )
        return answer

    def _call(self, method: str, url: str, **options: Any) -> Mapping[str, Any]:  # noqa: ANN401  # gspread's own
        self._ritmo()
        answer: Mapping[str, Any] = self._http.request(method, url, **options).json()
        return answer

    def planillas(self) -> list[Planilla]:
        if not self._planillas:
            self._planillas = self._find_planillas()
        return self._planillas

    def _find_planillas(self) -> list[Planilla]:
        carpeta = self._settings.carpeta
        quoted = carpeta.replace("\\", "\\\\").replace("'", "\\'")
        folders = self._drive(f"mimeType = '{_FOLDER}' and name = '{quoted}'")
        share = f" o compártala con {self.cuenta}" if self.cuenta else ""
        campo = PREFIX + "PROGRAMACION__CARPETA"
        if len(folders) > 1:
            raise SheetUnusable(
                f"Hay {len(folders)} carpetas «{carpeta}» en Drive; indique el id de la suya.", campo=campo
            )
        folder_id = str(folders[0]["id"]) if folders else self._folder_with_id(carpeta)
        if folder_id is None:
            raise SheetUnusable(
                f"No se encontró la carpeta «{carpeta}» en Drive; corrija el nombre{share}.", campo=campo
            )
        files = self._drive(f"'{folder_id}' in parents and mimeType = '{_SPREADSHEET}'")
        wanted = [
            file
            for file in files
            if any(
                pattern == file["id"] or re.search(pattern, str(file["name"]), re.IGNORECASE)
                for pattern in self._settings.planillas
            )
        ]
        if not wanted:
            raise SheetUnusable(
                f"La carpeta «{carpeta}» no tiene planillas de programación visibles para el robot; "
                f"revise la carpeta y el patrón de títulos{share}.",
                campo=campo,
            )
        repeated = [title for title, times in Counter(str(file["name"]) for file in wanted).items() if times > 1]
        if repeated:
            raise SheetUnusable(
                f"Hay más de una planilla llamada «{repeated[0]}»; cambie el nombre de una o indique los ids.",
                campo=PREFIX + "PROGRAMACION__PLANILLAS",
            )
        return [Planilla(str(file["id"]), str(file["name"])) for file in wanted]

    def _folder_with_id(self, text: str) -> str | None:
        if not re.fullmatch(r"[\w-]{10,}", text, re.ASCII):
            return None
        try:
            found = self._get(f"{_DRIVE}/{text}", {"fields": "id,mimeType", "supportsAllDrives": True})
        except APIError as refused:
            if google.status_of(refused) != 404:
                raise
            return None
        return text if found.get("mimeType") == _FOLDER else None

    def refresh(self) -> None:
        """Look the folder up anew: somebody may have added next month's spreadsheet."""
        known = {planilla.id: planilla for planilla in self._planillas}
        self._planillas = [known.get(found.id, found) for found in self._find_planillas()]

    def planilla(self, planilla_id: str) -> Planilla:
        for planilla in self.planillas():
            if planilla.id == planilla_id:
                return planilla
        raise CitaLost("La planilla de la cita ya no está en la carpeta.")

    def planillas_between(self, desde: dt.date, hasta: dt.date) -> list[Planilla]:
        """The spreadsheets with dates in between when last read, in order; all of them if none has."""
        dated = [
            planilla
            for planilla in self.planillas()
            if planilla.fechas is not None and planilla.fechas[0] <= hasta and desde <= planilla.fechas[1]
        ]
        return sorted(dated or self.planillas(), key=lambda planilla: planilla.fechas or (dt.date.max, dt.date.max))

    def _load_hojas(self, planilla: Planilla) -> None:
        fields = "properties.title,sheets.properties(sheetId,title,hidden,gridProperties)"
        data = self._get(f"{_API}/{planilla.id}", {"fields": fields})
        properties = [sheet["properties"] for sheet in data["sheets"]]
        planilla.titulo = data["properties"]["title"]
        planilla.tiene_diario = any(one["title"] == TITULO for one in properties)
        planilla.hojas = {
            int(one["sheetId"]): Hoja(int(one["sheetId"]), one["title"], int(one["gridProperties"]["columnCount"]))
            for one in properties
            if not one.get("hidden") and one["title"] != TITULO and "gridProperties" in one
        }

    def read(self, planilla: Planilla, marca: int | None = None, *, with_diary: bool = False) -> Lectura:
        """Every worksheet in one call, with the tagged row and the newest diary lines where asked for."""
        if not planilla.hojas:
            self._load_hojas(planilla)
        try:
            answer = self._read_ranges(planilla, marca, with_diary=with_diary and planilla.tiene_diario)
        except APIError as refused:
            if google.status_of(refused) != 400:
                raise
            self._load_hojas(planilla)
            answer = self._read_ranges(planilla, marca, with_diary=with_diary and planilla.tiene_diario)
        return self._understood(planilla, answer)

    def tags(self, planilla: Planilla, referencia: str) -> list[int]:
        """The ids of the tags that a referencia has in a spreadsheet. One call."""
        lookup = {"metadataKey": CLAVE_MARCA, "metadataValue": referencia}
        body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
        found = self._search(f"{_API}/{planilla.id}/developerMetadata:search", body)
        return [int(one["developerMetadata"]["metadataId"]) for one in found.get("matchedDeveloperMetadata", [])]

    def tagged(self, planilla: Planilla) -> Mapping[tuple[int, int], tuple[str, int]]:
        """Every tag of the robot in a spreadsheet: its referencia and id, by worksheet id and row. One call."""
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": CLAVE_MARCA}}]}
        found = self._search(f"{_API}/{planilla.id}/developerMetadata:search", body)
        tags: dict[tuple[int, int], tuple[str, int]] = {}
        for one in found.get("matchedDeveloperMetadata", []):
            data = one["developerMetadata"]
            span = data.get("location", {}).get("dimensionRange", {})
            if "metadataValue" in data and "endIndex" in span:
                at = int(span.get("sheetId", 0)), int(span.get("startIndex", 0))
                tags[at] = str(data["metadataValue"]), int(data["metadataId"])
        return tags

    def _read_ranges(self, planilla: Planilla, marca: int | None, *, with_diary: bool) -> list[Mapping[str, Any]]:
        filters: list[Peticion] = [{"gridRange": {"sheetId": hoja_id}} for hoja_id in planilla.hojas]
        if with_diary:
            top = {"sheetId": DIARIO_ID, "startRowIndex": 1, "endRowIndex": 1 + _DIARY_LINES_READ}
            filters.append({"gridRange": top})
        if marca is not None:
            filters.append({"developerMetadataLookup": {"metadataId": marca}})
        body = {
            "dataFilters": filters,
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        answer = self._search(f"{_API}/{planilla.id}/values:batchGetByDataFilter", body)
        ranges: list[Mapping[str, Any]] = answer.get("valueRanges", [])
        return ranges

    def _understood(self, planilla: Planilla, ranges: Sequence[Mapping[str, Any]]) -> Lectura:
        encabezados: dict[int, Encabezado] = {}
        filas: dict[int, list[FilaLeida]] = {}
        celdas: dict[int, Sequence[Fila]] = {}
        sin_columnas: dict[int, tuple[Columna, ...]] = {}
        marcada: tuple[int, int] | None = None
        diario: list[Entrada] = []
        for one in ranges:
            values: Sequence[Fila] = one["valueRange"].get("values", [])
            for data_filter in one["dataFilters"]:
                if "developerMetadataLookup" in data_filter:
                    marcada = _row_of(one["valueRange"]["range"], planilla)
                    continue
                hoja_id = int(data_filter["gridRange"].get("sheetId", 0))
                if hoja_id == DIARIO_ID:
                    diario = [entrada for fila in values if (entrada := Entrada.from_row(fila)) is not None]
                    continue
                encabezado = find_header(values, self._settings.sinonimos)
                if encabezado is None:
                    sin_columnas[hoja_id] = missing_columns(values, self._settings.sinonimos)
                    continue
                encabezados[hoja_id] = encabezado
                celdas[hoja_id] = values
                filas[hoja_id] = read_rows(values, encabezado, self._ahora().date(), self._settings.notas_no_disponible)
        if not encabezados:
            lacking = min(sin_columnas.values(), key=len, default=())
            raise SheetUnusable(
                f"La planilla «{planilla.titulo}» no tiene las columnas que se necesitan; faltan: {', '.join(lacking)}. "
                "Corrija el encabezado o agregue sinónimos en programacion.sinonimos."
            )
        fechas = [fila.fecha for lista in filas.values() for fila in lista if fila.fecha is not None]
        planilla.fechas = (min(fechas), max(fechas)) if fechas else None
        return Lectura(encabezados, filas, celdas, marcada, diario)

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
        """Write into one row, keeping in the same atomic call what the row said before.

        `columnas` are where the values go; the header's places where nothing is said.
        """
        self._ensure_diary(sitio.planilla)
        entrada = Entrada(
            entrada=uuid.uuid4().hex[:12],
            instante=self._ahora(),
            operacion=operacion,
            referencia=referencia,
            hoja=sitio.hoja.id,
            fecha=sitio.fila.fecha or dt.date.min,
            hora=sitio.fila.hora or dt.time.min,
            marca=marca,
            columnas=columnas or sitio.encabezado.columnas,
            escrito=escrito,
            deshace=deshace,
        )
        tags = [pedidos.tag(sitio.hoja.id, sitio.fila.indice, marca, referencia)] if tag else []
        tags += [pedidos.untag(marca)] if untag else []
        try:
            answer = self._change_row(sitio, sitio.hoja.titulo, entrada, tags)
        except APIError as refused:
            if google.status_of(refused) != 400 or is_duplicate_tag(refused):
                raise
            self._load_hojas(sitio.planilla)
            renamed = sitio.planilla.hojas.get(sitio.hoja.id)
            if renamed is None or renamed.titulo == sitio.hoja.titulo:
                raise
            answer = self._change_row(sitio, renamed.titulo, entrada, tags)
        return self._met(sitio, entrada, answer["updatedSpreadsheet"]["sheets"])

    def _change_row(self, sitio: Sitio, titulo: str, entrada: Entrada, tags: Sequence[Peticion]) -> Mapping[str, Any]:
        body = pedidos.write_body(
            entrada,
            tags,
            titulo=titulo,
            ancho=sitio.hoja.columnas,
            encabezado=sitio.encabezado,
            indice=sitio.fila.indice,
        )
        return self._change(sitio.planilla, body, fields=_IMAGE_FIELDS)

    def _met(self, sitio: Sitio, entrada: Entrada, sheets: Sequence[Mapping[str, Any]]) -> Escritura:
        """Read from the answer what the row, its header and its fecha were at the instant of the write."""
        imagen: Fila = ()
        same_header = False
        fecha: dt.date | None = None
        for sheet in sheets:
            blocks = [_grid(block) for block in sheet.get("data", [])]
            if sheet["properties"]["sheetId"] == DIARIO_ID:
                imagen = blocks[0][0] if blocks[0] else ()
                continue
            header, dates = blocks
            same_header = bool(header) and sitio.encabezado.matches(header[0], self._settings.sinonimos)
            written = [line[0] for line in dates[1:] if line and not is_blank(line[0])]
            fecha = parse_fecha(written[-1], self._ahora().date()) if written else None
        return Escritura(replace(entrada, imagen=imagen), misma_fila=same_header and fecha == sitio.fila.fecha)

    def drop_tag(self, planilla: Planilla, marca: int) -> None:
        self._change(planilla, {"requests": [pedidos.untag(marca)]})

    def _ensure_diary(self, planilla: Planilla) -> None:
        if planilla.tiene_diario:
            return
        try:
            self._change(planilla, pedidos.diary_sheet())
        except (APIError, RequestException) as refused:
            self._load_hojas(planilla)
            if not planilla.tiene_diario:
                raise refused
        planilla.tiene_diario = True


def _row_of(a1: str, planilla: Planilla) -> tuple[int, int] | None:
    """Worksheet id and row of an answered range such as `'Visitas'!A23:H23`."""
    found = re.fullmatch(r"(?:'((?:[^']|'')*)'|([^!]+))!\$?[A-Z]+\$?(\d+)(?::.*)?", a1)
    if not found:
        return None
    title = (found[1] or found[2] or "").replace("''", "'")
    return next(((hoja.id, int(found[3]) - 1) for hoja in planilla.hojas.values() if hoja.titulo == title), None)


def _grid(block: Mapping[str, Any]) -> list[Fila]:
    return [
        [next(iter(cell.get("effectiveValue", {}).values()), None) for cell in row.get("values", [])]
        for row in block.get("rowData", [])
    ]


def is_duplicate_tag(error: Exception) -> bool:
    return google.status_of(error) == 400 and "already exists" in google.message_of(error)
