"""The body of the one `spreadsheets.batchUpdate` by which a sheet of requests is answered. Plain JSON; nothing calls anybody.

In one atomic call: what the robot's columns held is copied into a hidden sheet (the before-image), rows are tagged, the answers
are written, and the sheet is asked back as it is then. So whoever typed into such a cell in the same instant is noticed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from robot.programacion.batch import Peticion, quoted, tag, untag
from robot.recepcion.rows import ColumnaPropia

TITULO = "robot_respuestas"
"""The hidden sheet with the before-image of the last write: what the robot's columns held, and what was put there."""
CLAVE_FILA = "serviweb-robot-fila"
"""The key of the tags on rows of requests. Those of Programación have another one: each of them is a cupo that was taken."""
RESPUESTAS_ID = int.from_bytes(hashlib.sha256(TITULO.encode()).digest()[:4], "big") >> 2
_ORDEN = tuple(ColumnaPropia)
ANCHO = 2 * len(_ORDEN)
_FIRST = 1
"""Its first line tells which write it was; the rows of the sheet follow, one line lower than there."""

Celda = tuple[int, ColumnaPropia]
"""A row, from 0, and one of the robot's columns."""

ANSWER_FIELDS = (
    "updatedSpreadsheet.sheets(properties(sheetId,title),data(rowData.values(effectiveValue,formattedValue),"
    "rowMetadata.developerMetadata(metadataId,metadataKey,metadataValue)))"
)


@dataclass(frozen=True)
class Anotacion:
    """What is written at once into one sheet.

    Attributes:
        nombre: of this write; no other has it.
        columnas: where the robot's columns are.
        textos: what goes into which cell; a blank text clears it.
        marcas: the ids of new tags, by row, and whose they are.
        sin_marca: tags that go.
    """

    nombre: str
    hoja_id: int
    columnas: Mapping[ColumnaPropia, int]
    textos: Mapping[Celda, str]
    marcas: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    sin_marca: Sequence[int] = ()

    @property
    def rows(self) -> int:
        """How many lines of the sheet it goes by."""
        return max((row for row, _ in self.textos), default=0) + 1

    @property
    def sheet_columns(self) -> int:
        return max(self.columnas.values()) + 1


def write_body(anotacion: Anotacion, titulo: str, *, rows: int, columns: int, lines: int) -> Peticion:
    """The whole batch.

    Args:
        titulo: of the sheet.
        rows, columns: how many it has; it grows where the robot's columns need room.
        lines: how many the hidden sheet has; 0 where it is not there.
    """
    wanted = rows + _FIRST
    return {
        "requests": [
            *_room(anotacion, columns),
            *_hidden_sheet(lines, wanted),
            *_before_image(anotacion, rows),
            *(untag(marca, CLAVE_FILA) for marca in anotacion.sin_marca),
            *(
                tag(anotacion.hoja_id, row, marca, whose, CLAVE_FILA)
                for row, (marca, whose) in anotacion.marcas.items()
            ),
            *_written(anotacion.hoja_id, anotacion.textos, anotacion.columnas, 0),
        ],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": [quoted(titulo), quoted(TITULO)],
    }


def _room(anotacion: Anotacion, columns: int) -> list[Peticion]:
    lacking = anotacion.sheet_columns - columns
    span = {"sheetId": anotacion.hoja_id, "dimension": "COLUMNS", "length": lacking}
    return [{"appendDimension": span}] if lacking > 0 else []


def _hidden_sheet(lines: int, wanted: int) -> list[Peticion]:
    """Make it, or make it long enough, and clear it."""
    if not lines:
        grid = {"rowCount": wanted, "columnCount": ANCHO}
        properties = {"sheetId": RESPUESTAS_ID, "title": TITULO, "hidden": True, "gridProperties": grid}
        return [{"addSheet": {"properties": properties}}]
    span = {"sheetId": RESPUESTAS_ID, "dimension": "ROWS", "length": wanted - lines}
    longer: list[Peticion] = [{"appendDimension": span}] if wanted > lines else []
    return [*longer, {"repeatCell": {"range": {"sheetId": RESPUESTAS_ID}, "cell": {}, "fields": "userEnteredValue"}}]


def _before_image(anotacion: Anotacion, rows: int) -> list[Peticion]:
    """What the robot's columns hold, and beside it what is put there; the first line tells which write it is."""
    source = {"sheetId": anotacion.hoja_id, "startRowIndex": 0, "endRowIndex": rows}
    lines = {"sheetId": RESPUESTAS_ID, "startRowIndex": _FIRST, "endRowIndex": rows + _FIRST}
    copies: list[Peticion] = [
        {
            "copyPaste": {
                "source": {**source, "startColumnIndex": column, "endColumnIndex": column + 1},
                "destination": {**lines, "startColumnIndex": at, "endColumnIndex": at + 1},
                "pasteType": "PASTE_VALUES",
            }
        }
        for column, at in ((anotacion.columnas[one], at) for at, one in enumerate(_ORDEN))
    ]
    beside = {one: len(_ORDEN) + at for at, one in enumerate(_ORDEN)}
    told = {(row, which): text for (row, which), text in anotacion.textos.items() if text}
    return [
        *copies,
        *_cells(RESPUESTAS_ID, 0, 0, [anotacion.nombre]),
        *_written(RESPUESTAS_ID, told, beside, _FIRST),
    ]


def _written(
    sheet_id: int, textos: Mapping[Celda, str], columnas: Mapping[ColumnaPropia, int], lower: int
) -> list[Peticion]:
    """One request for each stretch of cells, one below the other: a thousand rows are five of them."""
    by_column: dict[ColumnaPropia, dict[int, str]] = defaultdict(dict)
    for (row, which), text in textos.items():
        by_column[which][row] = text
    return [
        request
        for which, texts in by_column.items()
        for first, stretch in _stretches(texts)
        for request in _cells(sheet_id, first + lower, columnas[which], stretch)
    ]


def _stretches(texts: Mapping[int, str]) -> Iterable[tuple[int, list[str]]]:
    first, stretch = 0, list[str]()
    for row, text in sorted(texts.items()):
        if stretch and row == first + len(stretch):
            stretch.append(text)
            continue
        if stretch:
            yield first, stretch
        first, stretch = row, [text]
    if stretch:
        yield first, stretch


def _cells(sheet_id: int, row: int, column: int, texts: Sequence[str]) -> list[Peticion]:
    """Text stays text, so that no formula runs and zeros before a number survive."""
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}} if text else {}]} for text in texts]
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return [{"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}]


def images_in(values: Sequence[Sequence[str]]) -> tuple[str, Mapping[Celda, str], Mapping[Celda, str]]:
    """Read the hidden sheet back: which write it was, what the cells held before it, and what it put there."""
    nombre = values[0][0] if values and values[0] else ""
    before: dict[Celda, str] = {}
    written: dict[Celda, str] = {}
    for row, line in enumerate(values[_FIRST:]):
        for at, which in enumerate(_ORDEN):
            for held, place in ((before, at), (written, len(_ORDEN) + at)):
                if place < len(line) and line[place]:
                    held[row, which] = line[place]
    return nombre, before, written
