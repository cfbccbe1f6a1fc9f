"""The bodies of `spreadsheets.batchUpdate` that the robot sends. Plain JSON; nothing here calls anybody."""

import hashlib
from collections.abc import Sequence
from typing import Any

from gspread.utils import rowcol_to_a1

from robot.planilla.cells import Valor, text_of
from robot.planilla.rows import FilaLeida
from robot.programacion.answers import CLAVE_MARCA
from robot.programacion.diary import ANCHO_DIARIO, ANCHO_IMAGEN, COLUMNAS, TITULO, Entrada

DIARIO_ID = int.from_bytes(hashlib.sha256(TITULO.encode()).digest()[:4], "big") >> 2

Peticion = dict[str, Any]


def diary_sheet() -> Peticion:
    """Add the hidden worksheet of the diary with its header, or nothing if it exists."""
    properties = {
        "sheetId": DIARIO_ID,
        "title": TITULO,
        "hidden": True,
        "gridProperties": {"rowCount": 2, "columnCount": ANCHO_DIARIO, "frozenRowCount": 1},
    }
    header = {
        "start": {"sheetId": DIARIO_ID, "rowIndex": 0, "columnIndex": 0},
        "rows": [{"values": [{"userEnteredValue": {"stringValue": name}} for name in COLUMNAS]}],
        "fields": "userEnteredValue",
    }
    return {"requests": [{"addSheet": {"properties": properties}}, {"updateCells": header}]}


def wider_diary(columns: int) -> Peticion:
    """Give the diary columns again that somebody has taken from its end."""
    return {"requests": [{"appendDimension": {"sheetId": DIARIO_ID, "dimension": "COLUMNS", "length": columns}}]}


def tag(hoja_id: int, indice: int, marca: int, referencia: str, clave: str = CLAVE_MARCA) -> Peticion:
    """Put the developer metadata on a row; its id is taken by one referencia only."""
    span = {"sheetId": hoja_id, "dimension": "ROWS", "startIndex": indice, "endIndex": indice + 1}
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": marca,
                "metadataKey": clave,
                "metadataValue": referencia,
                "location": {"dimensionRange": span},
                "visibility": "DOCUMENT",
            }
        }
    }


def untag(marca: int, clave: str = CLAVE_MARCA) -> Peticion:
    """Take the developer metadata away; nothing happens where it is not."""
    lookup = {"metadataId": marca, "metadataKey": clave}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def quoted(titulo: str) -> str:
    """A worksheet's title as ranges name it."""
    return "'" + titulo.replace("'", "''") + "'"


def write_body(
    entrada: Entrada, tags: Sequence[Peticion], *, titulos: tuple[str, str], ancho: int, fila: FilaLeida
) -> Peticion:
    """One batch: tag, before-image into the diary, values; and the answer asks what the row was at that instant.

    `titulos` are those of the worksheet and of the diary. The answer tells the row itself last.
    """
    width = min(ancho, ANCHO_IMAGEN)
    title, diary = map(quoted, titulos)
    header, indice = fila.encabezado.fila + 1, fila.indice
    first, last = _letters(len(COLUMNAS)), _letters(len(COLUMNAS) + width - 1)
    day = []
    if fila.dia_en is not None:
        top, column = fila.dia_en
        day = [f"{title}!{_letters(column)}{top + 1}:{_letters(column)}{max(top, indice) + 1}"]
    return {
        "requests": [
            *tags,
            *_diary_requests(entrada, entrada.hoja, indice, width),
            *(_cell_request(entrada.hoja, indice, entrada.columnas[c], value) for c, value in entrada.escrito.items()),
        ],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": [
            f"{diary}!{first}2:{last}2",
            f"{title}!A{header}:{_letters(width - 1)}{header}",
            *day,
            f"{title}!A{indice + 1}:{_letters(width - 1)}{indice + 1}",
        ],
    }


def _diary_requests(entrada: Entrada, hoja_id: int, indice: int, width: int) -> list[Peticion]:
    line = [{"userEnteredValue": {"stringValue": text}} for text in entrada.as_row()]
    row = {"sheetId": DIARIO_ID, "startRowIndex": 1, "endRowIndex": 2}
    return [
        {"insertDimension": {"range": {"sheetId": DIARIO_ID, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}},
        {
            "updateCells": {
                "start": {"sheetId": DIARIO_ID, "rowIndex": 1, "columnIndex": 0},
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


def _letters(column: int) -> str:
    return rowcol_to_a1(1, column + 1)[:-1]
