"""Programación: the schedule that people keep in Google Sheets, and the booking of its cupos (step 10).

The only module that knows Google. No row number, A1 notation or JSON leaves it. The protocol, in short:

1. Read the rows afresh and choose a free one.
2. One atomic `batchUpdate`: tag the row with developer metadata whose id follows from the referencia, copy the row as it
   is at that instant into the diary (the before-image), write código, ruta and asesor.
3. If the before-image shows that a person was faster or the row had moved, put exactly that image back, take another.
4. An answer that was lost is never repeated blindly: the tag tells whether the write was applied.

Every later write goes the same way, so a person's entry that meets ours in the same instant is back at once.
"""

import datetime as dt
import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import gspread
from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests import RequestException

from robot import google
from robot.diario import ANCHO_IMAGEN, COLUMNAS, TITULO, Entrada, Operacion, unmended
from robot.errors import CitaLost, CupoTaken, GoogleUnavailable, NoCupos, RobotError, SheetUnusable
from robot.models import ZONA_HORARIA, Cita, Cupo, Radicado
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
    same_code,
    text_of,
)
from robot.settings import PREFIX, GoogleSettings, ProgramacionSettings

CLAVE_MARCA = "serviweb-robot"
_API = "https://sheets.googleapis.com/v4/spreadsheets"
_DRIVE = "https://www.googleapis.com/drive/v3/files"
_FOLDER = "application/vnd.google-apps.folder"
_SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_DIARY_ID = int.from_bytes(hashlib.sha256(TITULO.encode()).digest()[:4], "big") >> 2
_DIARY_LINES_READ = 60
_BOOKING_ATTEMPTS = 10
_PUT_BACK_ATTEMPTS = 6
_IMAGE_FIELDS = (
    "replies,updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values(effectiveValue)))"
)

Peticion = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Hoja:
    id: int
    titulo: str
    columnas: int


@dataclass(slots=True)
class _Planilla:
    """A spreadsheet of the folder and what is remembered of it between calls."""

    id: str
    titulo: str
    hojas: dict[int, _Hoja] = field(default_factory=dict)
    tiene_diario: bool = False
    fechas: tuple[dt.date, dt.date] | None = None
    mended: bool = False


@dataclass(frozen=True, slots=True)
class _Lectura:
    """One read of a whole spreadsheet."""

    encabezados: Mapping[int, Encabezado]
    filas: Mapping[int, Sequence[FilaLeida]]
    celdas: Mapping[int, Sequence[Fila]]
    marcada: tuple[int, int] | None
    diario: Sequence[Entrada]


@dataclass(frozen=True, slots=True)
class _Sitio:
    """A row, for the moment."""

    planilla: _Planilla
    hoja: _Hoja
    encabezado: Encabezado
    fila: FilaLeida


@dataclass(frozen=True, slots=True)
class _Escritura:
    """What a write met: the diary's entry with its before-image, and whether the row was the one meant."""

    entrada: Entrada
    misma_fila: bool


class Programacion:
    """The schedule in the Drive folder of the settings.

    Folder, spreadsheets and worksheets are looked up once and remembered; rows never are.
    """

    def __init__(
        self,
        settings: ProgramacionSettings,
        google_settings: GoogleSettings,
        ahora: Callable[[], dt.datetime] = lambda: dt.datetime.now(ZONA_HORARIA),
    ) -> None:
        self.llamadas: Counter[str] = Counter()
        self._settings = settings
        self._attempts = google_settings.intentos
        self._ahora = ahora
        session, self.cuenta = google.authorized_session(google_settings, self.llamadas)
        client = gspread.Client(auth=session.credentials, session=session)
        client.set_timeout(google.CONNECT_AND_READ_SECONDS)
        self._http: HTTPClient = client.http_client
        self._planillas: list[_Planilla] = []

    def cupos(self, desde: dt.date, hasta: dt.date) -> list[Cupo]:
        """The free cupos from `desde` to `hasta`, both included, in order; those that have begun are left out.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            found = [
                _as_cupo(sitio)
                for planilla in self._planillas_for(desde, hasta)
                for sitio in self._free(planilla, self._read(planilla), desde, hasta)
            ]
        return sorted(found, key=lambda cupo: (cupo.fecha, cupo.hora))

    def book(
        self,
        *,
        referencia: str,
        suscriptor: str,
        ruta: str,
        asesor: str,
        fecha: dt.date | None = None,
        hora: dt.time | None = None,
        first_attempt: bool = True,
    ) -> Cita:
        """Take the wished cupo, or the next free one where nothing is wished.

        Safe to repeat: with `first_attempt=False` a cita that an earlier attempt took is found and returned.

        Raises:
            NoCupos: nothing that fits is free.
            CupoTaken: the wished fecha and hora are not free.
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            if not first_attempt and (own := self._find(referencia, suscriptor)) is not None:
                return own
            salt = 0
            for _ in range(_BOOKING_ATTEMPTS):
                sitio = self._choose(fecha, hora)
                escrito: dict[Columna, Valor] = {
                    Columna.CODIGO: suscriptor,
                    Columna.RUTA: ruta,
                    Columna.ASESOR: asesor,
                }
                marca = _marca(referencia, salt)
                done: _Escritura | None = None
                try:
                    done = self._write(sitio, escrito, Operacion.RESERVA, referencia, marca, tag=True)
                except (APIError, RequestException) as refused:
                    taken = _is_duplicate_tag(refused)
                    if not (taken or google.is_unanswered(refused)):
                        raise
                    if (own := self._find(referencia, suscriptor)) is not None:
                        return own
                    salt += int(taken)
                if done is None:
                    continue
                if done.misma_fila and done.entrada.found_free(self._hoy()):
                    return _as_cita(sitio, referencia, suscriptor, marca)
                self._restore(sitio.planilla, done.entrada, drop_tag=True)
        raise CupoTaken("Otras personas tomaron cada cupo en el mismo instante.")

    def verify(self, cita: Cita) -> None:
        """Look whether the cita is still in the sheet as it was booked. One call.

        Raises:
            CitaLost: its row was retyped, cleared or deleted by a person.
        """
        with self._spanish():
            self._locate(cita)

    def holds(self, cita: Cita) -> bool:
        """Whether the cita is still in the sheet as it was booked. One call."""
        try:
            self.verify(cita)
        except CitaLost:
            return False
        return True

    def write_radicado(self, cita: Cita, radicado: Radicado) -> None:
        """Write the radicado into column *pqr* of the cita's row. Safe to repeat; never over another value. Two calls.

        Raises:
            CitaLost: the row is not the cita's any more, or its pqr holds something else.
        """
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                sitio = self._locate(cita)
                if same_code(sitio.fila.pqr, radicado.numero):
                    return
                if not is_blank(sitio.fila.pqr):
                    raise CitaLost("La columna pqr de la cita ya tiene otro valor.", campo="pqr")
                try:
                    done = self._write(
                        sitio, {Columna.PQR: radicado.numero}, Operacion.RADICADO, cita.referencia, cita.marca
                    )
                except (APIError, RequestException) as unanswered:
                    if google.is_unanswered(unanswered):
                        continue
                    raise
                was_ours = same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor)
                if done.misma_fila and was_ours and is_blank(done.entrada.before(Columna.PQR)):
                    return
                self._restore(sitio.planilla, done.entrada)
        raise GoogleUnavailable("No se pudo escribir el radicado en Programación.")

    def release(self, cita: Cita) -> None:
        """Give the cupo back: blank what the robot wrote and drop its tag. Safe to repeat.

        A row that a person has changed since is left as the person wants it.
        """
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                try:
                    sitio = self._locate(cita)
                except CitaLost:
                    self._drop_tag(self._planilla(cita.planilla_id), cita.marca)
                    return
                if not is_blank(sitio.fila.pqr):
                    raise CitaLost("La cita ya tiene radicado; el cupo no se libera.", campo="pqr")
                blank: dict[Columna, Valor] = {Columna.CODIGO: None, Columna.RUTA: None, Columna.ASESOR: None}
                try:
                    done = self._write(
                        sitio, blank, Operacion.LIBERACION, cita.referencia, cita.marca, untag=True
                    )
                except (APIError, RequestException) as unanswered:
                    if google.is_unanswered(unanswered):
                        continue
                    raise
                if done.misma_fila and same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor):
                    return
                self._restore(sitio.planilla, done.entrada)
        raise GoogleUnavailable("No se pudo liberar el cupo en Programación.")

    def find(self, referencia: str, suscriptor: str) -> Cita | None:
        """The cita that belongs to a referencia, or nothing. A half-done booking found on the way is taken back."""
        with self._spanish():
            return self._find(referencia, suscriptor)

    def check(self) -> list[str]:
        """What `diagnostico` tells of the schedule: one line a worksheet.

        Raises:
            SheetUnusable: folder, spreadsheets or columns are not there.
        """
        lines = []
        with self._spanish():
            for planilla in self._all_planillas():
                lectura = self._read(planilla)
                for hoja_id in lectura.encabezados:
                    free = sum(fila.libre for fila in lectura.filas[hoja_id])
                    lines.append(f"{planilla.titulo} / {planilla.hojas[hoja_id].titulo}: {free} filas libres")
        return lines

    def _hoy(self) -> dt.date:
        return self._ahora().date()

    @contextmanager
    def _spanish(self) -> Iterator[None]:
        """The border where errors of gspread, google-auth and the connection become ours."""
        try:
            yield
        except RobotError:
            raise
        except (APIError, RequestException, GoogleAuthError) as error:
            ours = google.as_robot_error(error, self.cuenta)
            raise ours from (None if isinstance(ours, RobotError) else error)

    # Finding folder, spreadsheets and worksheets

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
            page = google.read(lambda: self._http.request("get", _DRIVE, params=params).json(), self._attempts)
            files += page.get("files", [])
            token = page.get("nextPageToken", "")
            if not token:
                return files

    def _all_planillas(self) -> list[_Planilla]:
        if not self._planillas:
            self._planillas = self._find_planillas()
        return self._planillas

    def _find_planillas(self) -> list[_Planilla]:
        carpeta = self._settings.carpeta
        quoted = carpeta.replace("\\", "\\\\").replace("'", "\\'")
        folders = self._drive(f"mimeType = '{_FOLDER}' and name = '{quoted}'")
        share = f" o compártala con {self.cuenta}" if self.cuenta else ""
        campo = PREFIX + "PROGRAMACION__CARPETA"
        if len(folders) > 1:
            raise SheetUnusable(f"Hay {len(folders)} carpetas «{carpeta}» en Drive; indique el id de la suya.", campo=campo)
        folder_id = str(folders[0]["id"]) if folders else carpeta
        if not folders and not re.fullmatch(r"[\w-]{10,}", carpeta, re.ASCII):
            raise SheetUnusable(f"No se encontró la carpeta «{carpeta}» en Drive; corrija el nombre{share}.", campo=campo)
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
        return [_Planilla(str(file["id"]), str(file["name"])) for file in wanted]

    def _planilla(self, planilla_id: str) -> _Planilla:
        for planilla in self._all_planillas():
            if planilla.id == planilla_id:
                return planilla
        raise CitaLost("La planilla de la cita ya no está en la carpeta.")

    def _planillas_for(self, desde: dt.date, hasta: dt.date) -> list[_Planilla]:
        """The spreadsheets whose dates may fall in between; those not read yet always do."""
        known = [
            planilla
            for planilla in self._all_planillas()
            if planilla.fechas is None or (planilla.fechas[0] <= hasta and desde <= planilla.fechas[1])
        ]
        return sorted(known or self._all_planillas(), key=lambda planilla: planilla.fechas or (dt.date.min, dt.date.min))

    def _load_hojas(self, planilla: _Planilla) -> None:
        params = {"fields": "properties.title,sheets.properties(sheetId,title,hidden,gridProperties)"}
        data = google.read(lambda: self._http.fetch_sheet_metadata(planilla.id, params), self._attempts)
        properties = [sheet["properties"] for sheet in data["sheets"]]
        planilla.titulo = data["properties"]["title"]
        planilla.tiene_diario = any(one["title"] == TITULO for one in properties)
        planilla.hojas = {
            int(one["sheetId"]): _Hoja(int(one["sheetId"]), one["title"], int(one["gridProperties"]["columnCount"]))
            for one in properties
            if not one.get("hidden") and one["title"] != TITULO and "gridProperties" in one
        }

    # Reading rows

    def _read(self, planilla: _Planilla, marca: int | None = None, *, with_diary: bool = False) -> _Lectura:
        """Every worksheet of a spreadsheet in one call, with the tagged row and the newest diary lines where asked for."""
        if not planilla.hojas:
            self._load_hojas(planilla)
        diary = planilla.tiene_diario and (with_diary or not planilla.mended)
        try:
            answer = self._read_ranges(planilla, marca, with_diary=diary)
        except APIError as refused:
            if google.status_of(refused) != 400:
                raise
            self._load_hojas(planilla)
            answer = self._read_ranges(planilla, marca, with_diary=diary and planilla.tiene_diario)
        lectura = self._understood(planilla, answer)
        if not planilla.mended:
            planilla.mended = True
            broken = unmended(lectura.diario, self._ahora())
            for entrada in broken:
                self._restore(planilla, entrada, drop_tag=True)
            if broken:
                return self._read(planilla, marca, with_diary=with_diary)
        return lectura

    def _read_ranges(self, planilla: _Planilla, marca: int | None, *, with_diary: bool) -> list[Mapping[str, Any]]:
        filters: list[Peticion] = [{"gridRange": {"sheetId": hoja_id}} for hoja_id in planilla.hojas]
        if with_diary:
            top = {"sheetId": _DIARY_ID, "startRowIndex": 1, "endRowIndex": 1 + _DIARY_LINES_READ}
            filters.append({"gridRange": top})
        if marca is not None:
            filters.append({"developerMetadataLookup": {"metadataId": marca}})
        body = {
            "dataFilters": filters,
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        url = f"{_API}/{planilla.id}/values:batchGetByDataFilter"
        answer = google.read(lambda: self._http.request("post", url, json=body).json(), self._attempts)
        ranges: list[Mapping[str, Any]] = answer.get("valueRanges", [])
        return ranges

    def _understood(self, planilla: _Planilla, ranges: Sequence[Mapping[str, Any]]) -> _Lectura:
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
                if hoja_id == _DIARY_ID:
                    diario = [entrada for fila in values if (entrada := Entrada.from_row(fila)) is not None]
                    continue
                encabezado = find_header(values, self._settings.sinonimos)
                if encabezado is None:
                    sin_columnas[hoja_id] = missing_columns(values, self._settings.sinonimos)
                    continue
                encabezados[hoja_id] = encabezado
                celdas[hoja_id] = values
                filas[hoja_id] = read_rows(values, encabezado, self._hoy(), self._settings.notas_no_disponible)
        if not encabezados:
            lacking = min(sin_columnas.values(), key=len, default=())
            raise SheetUnusable(
                f"La planilla «{planilla.titulo}» no tiene las columnas que se necesitan; faltan: {', '.join(lacking)}. "
                "Corrija el encabezado o agregue sinónimos en programacion.sinonimos."
            )
        fechas = [fila.fecha for lista in filas.values() for fila in lista if fila.fecha is not None]
        planilla.fechas = (min(fechas), max(fechas)) if fechas else None
        return _Lectura(encabezados, filas, celdas, marcada, diario)

    def _free(self, planilla: _Planilla, lectura: _Lectura, desde: dt.date, hasta: dt.date) -> list[_Sitio]:
        ahora = self._ahora()
        free = [
            _Sitio(planilla, planilla.hojas[hoja_id], lectura.encabezados[hoja_id], fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if fila.libre
            and fila.fecha is not None
            and fila.hora is not None
            and desde <= fila.fecha <= hasta
            and dt.datetime.combine(fila.fecha, fila.hora, ZONA_HORARIA) > ahora
        ]
        return sorted(free, key=lambda sitio: (sitio.fila.fecha, sitio.fila.hora))

    def _choose(self, fecha: dt.date | None, hora: dt.time | None) -> _Sitio:
        desde, hasta = fecha or self._hoy(), fecha or dt.date.max
        for planilla in self._planillas_for(desde, hasta):
            for sitio in self._free(planilla, self._read(planilla), desde, hasta):
                if hora is None or sitio.fila.hora == hora:
                    return sitio
        if fecha is not None and hora is not None:
            raise CupoTaken(f"No hay cupo libre el {fecha:%d/%m/%Y} a las {hora:%H:%M}.")
        wished = f" el {fecha:%d/%m/%Y}" if fecha else f" a las {hora:%H:%M}" if hora else ""
        raise NoCupos(f"No queda ninguno{wished}." if wished else "")

    def _locate(self, cita: Cita) -> _Sitio:
        """The cita's row as it is now: by its tag, else by what it says.

        Raises:
            CitaLost: no row, or more than one, says código, fecha and hora of the cita.
        """
        planilla = self._planilla(cita.planilla_id)
        lectura = self._read(planilla, cita.marca)
        same = [
            _Sitio(planilla, planilla.hojas[hoja_id], lectura.encabezados[hoja_id], fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if same_code(fila.codigo, cita.suscriptor) and (fila.fecha, fila.hora) == (cita.fecha, cita.hora)
        ]
        tagged = [sitio for sitio in same if (sitio.hoja.id, sitio.fila.indice) == lectura.marcada]
        if tagged or len(same) == 1:
            return (tagged or same)[0]
        raise CitaLost("Una persona cambió, movió o borró la fila de la cita.")

    # Writing, always with a before-image

    def _write(
        self,
        sitio: _Sitio,
        escrito: Mapping[Columna, Valor],
        operacion: Operacion,
        referencia: str,
        marca: int,
        *,
        columnas: Mapping[Columna, int] | None = None,
        deshace: str = "",
        tag: bool = False,
        untag: bool = False,
    ) -> _Escritura:
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
        tags = [_tag(sitio, marca, referencia)] if tag else [_untag(marca)] if untag else []
        url = f"{_API}/{sitio.planilla.id}:batchUpdate"
        params = {"fields": _IMAGE_FIELDS}
        body = _write_body(sitio, entrada, tags)
        try:
            answer = google.write(
                lambda: self._http.request("post", url, params=params, json=body).json(), self._attempts
            )
        except APIError as refused:
            title = sitio.hoja.titulo
            if google.status_of(refused) != 400 or _is_duplicate_tag(refused):
                raise
            self._load_hojas(sitio.planilla)
            renamed = sitio.planilla.hojas.get(sitio.hoja.id)
            if renamed is None or renamed.titulo == title:
                raise
            body = _write_body(replace(sitio, hoja=renamed), entrada, tags)
            answer = google.write(
                lambda: self._http.request("post", url, params=params, json=body).json(), self._attempts
            )
        return self._met(sitio, entrada, answer["updatedSpreadsheet"]["sheets"])

    def _met(self, sitio: _Sitio, entrada: Entrada, sheets: Sequence[Mapping[str, Any]]) -> _Escritura:
        """Read from the answer what the row, its header and its fecha were at the instant of the write."""
        imagen: Fila = ()
        same_header = False
        fecha: dt.date | None = None
        for sheet in sheets:
            blocks = [_grid(block) for block in sheet.get("data", [])]
            if sheet["properties"]["sheetId"] == _DIARY_ID:
                imagen = blocks[0][0] if blocks[0] else ()
                continue
            header, dates = blocks
            same_header = bool(header) and sitio.encabezado.matches(header[0], self._settings.sinonimos)
            written = [line[0] for line in dates[1:] if line and not is_blank(line[0])]
            fecha = parse_fecha(written[-1], self._hoy()) if written else None
        return _Escritura(replace(entrada, imagen=imagen), misma_fila=same_header and fecha == sitio.fila.fecha)

    def _restore(self, planilla: _Planilla, entrada: Entrada, *, drop_tag: bool = False) -> None:
        """Give a row back what the before-image says, wherever the row is now.

        Only cells that still hold what the robot wrote are given back. If a person typed into one of them in that very
        instant, the newer before-image shows it and is given back in turn.
        """
        for _ in range(_PUT_BACK_ATTEMPTS):
            found = self._row_as_written(planilla, entrada)
            if found is None:
                if drop_tag:
                    self._drop_tag(planilla, entrada.marca)
                return
            sitio, ours = found
            back = {columna: entrada.before(columna) for columna in ours}
            try:
                done = self._write(
                    sitio,
                    back,
                    Operacion.DEVOLUCION,
                    entrada.referencia,
                    entrada.marca,
                    columnas=entrada.columnas,
                    deshace=entrada.entrada,
                    untag=drop_tag,
                )
            except (APIError, RequestException) as unanswered:
                if google.is_unanswered(unanswered):
                    continue
                raise
            if all(same_code(done.entrada.before(columna), entrada.escrito[columna]) for columna in ours):
                return
            entrada, drop_tag = done.entrada, False
        raise GoogleUnavailable("No se pudo devolver una fila de Programación a como estaba.")

    def _row_as_written(self, planilla: _Planilla, entrada: Entrada) -> tuple[_Sitio, tuple[Columna, ...]] | None:
        """The row an entry wrote into, and which of its cells still say what was written.

        It is the tagged row if one of its cells still does, else the only row whose cells all do.
        """
        lectura = self._read(planilla, entrada.marca)
        if entrada.hoja not in lectura.filas:
            return None
        celdas = Encabezado(0, entrada.columnas)
        still: dict[int, tuple[Columna, ...]] = {}
        for fila in lectura.filas[entrada.hoja]:
            raw = lectura.celdas[entrada.hoja][fila.indice]
            ours = tuple(c for c, value in entrada.escrito.items() if same_code(celdas.value(raw, c), value))
            if ours and ((entrada.hoja, fila.indice) == lectura.marcada or len(ours) == len(entrada.escrito)):
                still[fila.indice] = ours
        at = lectura.marcada[1] if lectura.marcada is not None and lectura.marcada[0] == entrada.hoja else None
        if at not in still:
            if len(still) != 1:
                return None
            at = next(iter(still))
        fila = next(fila for fila in lectura.filas[entrada.hoja] if fila.indice == at)
        sitio = _Sitio(planilla, planilla.hojas[entrada.hoja], lectura.encabezados[entrada.hoja], fila)
        return sitio, still[fila.indice]

    def _drop_tag(self, planilla: _Planilla, marca: int) -> None:
        body = {"requests": [_untag(marca)]}
        google.write(lambda: self._http.batch_update(planilla.id, body), self._attempts)

    def _find(self, referencia: str, suscriptor: str) -> Cita | None:
        lookup = {"metadataKey": CLAVE_MARCA, "metadataValue": referencia}
        for planilla in self._all_planillas():
            url = f"{_API}/{planilla.id}/developerMetadata:search"
            body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
            found = google.read(
                lambda url=url, body=body: self._http.request("post", url, json=body).json(),  # type: ignore[misc]
                self._attempts,
            )
            for match in found.get("matchedDeveloperMetadata", []):
                marca = int(match["developerMetadata"]["metadataId"])
                if (own := self._own_cita(planilla, referencia, suscriptor, marca)) is not None:
                    return own
        return None

    def _own_cita(self, planilla: _Planilla, referencia: str, suscriptor: str, marca: int) -> Cita | None:
        lectura = self._read(planilla, marca, with_diary=True)
        undone = {entrada.deshace for entrada in lectura.diario}
        for entrada in lectura.diario:
            if entrada.operacion is not Operacion.RESERVA or entrada.referencia != referencia or entrada.entrada in undone:
                continue
            if not entrada.found_free(self._hoy()):
                self._restore(planilla, entrada, drop_tag=True)
                return None
            hoja = planilla.hojas.get(entrada.hoja)
            if hoja is None:
                break
            cita = Cita(
                fecha=entrada.fecha,
                hora=entrada.hora,
                planilla=planilla.titulo,
                hoja=hoja.titulo,
                referencia=referencia,
                suscriptor=suscriptor,
                planilla_id=planilla.id,
                hoja_id=hoja.id,
                marca=marca,
            )
            try:
                sitio = self._locate(cita)
            except CitaLost:
                break
            return cita.model_copy(update={"cuadrilla": sitio.fila.cuadrilla})
        self._drop_tag(planilla, marca)
        return None

    def _ensure_diary(self, planilla: _Planilla) -> None:
        if planilla.tiene_diario:
            return
        properties = {
            "sheetId": _DIARY_ID,
            "title": TITULO,
            "hidden": True,
            "gridProperties": {"rowCount": 2, "columnCount": len(COLUMNAS) + ANCHO_IMAGEN, "frozenRowCount": 1},
        }
        names = [{"userEnteredValue": {"stringValue": name}} for name in COLUMNAS]
        header = {
            "start": {"sheetId": _DIARY_ID, "rowIndex": 0, "columnIndex": 0},
            "rows": [{"values": names}],
            "fields": "userEnteredValue",
        }
        body = {"requests": [{"addSheet": {"properties": properties}}, {"updateCells": header}]}
        try:
            google.write(lambda: self._http.batch_update(planilla.id, body), self._attempts)
        except (APIError, RequestException) as refused:
            self._load_hojas(planilla)
            if not planilla.tiene_diario:
                raise refused
        planilla.tiene_diario = True


def _marca(referencia: str, salt: int) -> int:
    """The id of a referencia's tag; another `salt` where Google already has that id for something else."""
    digest = hashlib.sha256(f"{CLAVE_MARCA}:{referencia}:{salt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1


def _as_cupo(sitio: _Sitio) -> Cupo:
    fila = sitio.fila
    if fila.fecha is None or fila.hora is None:
        raise SheetUnusable("Una fila sin fecha u hora no es un cupo.")
    return Cupo(
        fecha=fila.fecha,
        hora=fila.hora,
        planilla=sitio.planilla.titulo,
        hoja=sitio.hoja.titulo,
        cuadrilla=fila.cuadrilla,
    )


def _as_cita(sitio: _Sitio, referencia: str, suscriptor: str, marca: int) -> Cita:
    return Cita(
        **_as_cupo(sitio).model_dump(),
        referencia=referencia,
        suscriptor=suscriptor,
        planilla_id=sitio.planilla.id,
        hoja_id=sitio.hoja.id,
        marca=marca,
    )


def _letters(column: int) -> str:
    return gspread.utils.rowcol_to_a1(1, column + 1)[:-1]


def _row_of(a1: str, planilla: _Planilla) -> tuple[int, int] | None:
    """Worksheet id and row of an answered range such as `'Visitas'!A23:H23`."""
    found = re.fullmatch(r"(?:'((?:[^']|'')*)'|([^!]+))!\$?[A-Z]+\$?(\d+)(?::.*)?", a1)
    if not found:
        return None
    title = (found[1] or found[2] or "").replace("''", "'")
    return next(((hoja.id, int(found[3]) - 1) for hoja in planilla.hojas.values() if hoja.titulo == title), None)


def _grid(block: Mapping[str, Any]) -> list[Fila]:
    rows: list[Fila] = []
    for row in block.get("rowData", []):
        rows.append([next(iter(cell.get("effectiveValue", {}).values()), None) for cell in row.get("values", [])])
    return rows


def _tag(sitio: _Sitio, marca: int, referencia: str) -> Peticion:
    indice = sitio.fila.indice
    span = {"sheetId": sitio.hoja.id, "dimension": "ROWS", "startIndex": indice, "endIndex": indice + 1}
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": marca,
                "metadataKey": CLAVE_MARCA,
                "metadataValue": referencia,
                "location": {"dimensionRange": span},
                "visibility": "DOCUMENT",
            }
        }
    }


def _untag(marca: int) -> Peticion:
    lookup = {"metadataId": marca, "metadataKey": CLAVE_MARCA}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def _is_duplicate_tag(error: Exception) -> bool:
    return google.status_of(error) == 400 and "already exists" in google.message_of(error)


def _write_body(sitio: _Sitio, entrada: Entrada, tags: Sequence[Peticion]) -> Peticion:
    """One batch: tag, before-image into the diary, values; and the answer asks what the row was at that instant."""
    indice, width = sitio.fila.indice, min(sitio.hoja.columnas, ANCHO_IMAGEN)
    title = "'" + sitio.hoja.titulo.replace("'", "''") + "'"
    header = sitio.encabezado.fila + 1
    fecha = _letters(sitio.encabezado.columnas[Columna.FECHA])
    first, last = _letters(len(COLUMNAS)), _letters(len(COLUMNAS) + width - 1)
    return {
        "requests": [
            *tags,
            *_diary_requests(entrada, sitio.hoja.id, indice, width),
            *(_cell_request(sitio.hoja.id, indice, entrada.columnas[c], value) for c, value in entrada.escrito.items()),
        ],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": [
            f"{TITULO}!{first}2:{last}2",
            f"{title}!A{header}:{_letters(width - 1)}{header}",
            f"{title}!{fecha}{header}:{fecha}{indice + 1}",
        ],
    }


def _diary_requests(entrada: Entrada, hoja_id: int, indice: int, width: int) -> list[Peticion]:
    line = [{"userEnteredValue": {"stringValue": text}} for text in entrada.as_row()]
    row = {"sheetId": _DIARY_ID, "startRowIndex": 1, "endRowIndex": 2}
    return [
        {"insertDimension": {"range": {"sheetId": _DIARY_ID, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}},
        {
            "updateCells": {
                "start": {"sheetId": _DIARY_ID, "rowIndex": 1, "columnIndex": 0},
                "rows": [{"values": line}],
                "fields": "userEnteredValue",
            }
        },
        {
            "copyPaste": {
                "source": {
                    "sheetId": hoja_id,
                    "startRowIndex": indice,
                    "endRowIndex": indice + 1,
                    "startColumnIndex": 0,
                    "endColumnIndex": width,
                },
                "destination": {
                    **row,
                    "startColumnIndex": len(COLUMNAS),
                    "endColumnIndex": len(COLUMNAS) + width,
                },
                "pasteType": "PASTE_VALUES",
            }
        },
    ]


def _cell_request(hoja_id: int, indice: int, column: int, value: Valor) -> Peticion:
    """Write one cell as it is: text stays text, so no formula runs and leading zeros survive."""
    cell: Peticion = {}
    if isinstance(value, bool):
        cell = {"userEnteredValue": {"boolValue": value}}
    elif isinstance(value, int | float):
        cell = {"userEnteredValue": {"numberValue": value}}
    elif value is not None and text_of(value):
        cell = {"userEnteredValue": {"stringValue": value}}
    return {
        "updateCells": {
            "start": {"sheetId": hoja_id, "rowIndex": indice, "columnIndex": column},
            "rows": [{"values": [cell]}],
            "fields": "userEnteredValue",
        }
    }
