"""Books of Excel, read as a person sees them: codes with the zeros that their format shows, and nothing taken unseen."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from robot.entradas.celdas import Celda, Ilegible
from robot.entradas.columnas import ColumnasPosibles, letter_of
from robot.entradas.filas import Fila, HojaDeFilas, find_header
from robot.errors import BadInput, Problema

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # of drawings and styles that it leaves out

_MOST_UNPACKED_BYTES = 20 * 1024 * 1024
"""A sheet of ten thousand rows takes four or so; openpyxl needs some seven times as much memory."""
_MOST_PARTS = 2000
_MOST_COLUMNS = 200
_WIDTH = 24
_BROKEN = (
    *(InvalidFileException, zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError),
)
"""What openpyxl and what it stands on raise over a book that is none."""
_NO_BOOK = "no se puede abrir como libro de Excel: ábralo en Excel y guárdelo de nuevo como «Libro de Excel (.xlsx)»."
_ANOTHER_KIND = "no es un libro .xlsx: ábralo en su programa y guárdelo como «Libro de Excel (.xlsx)» o «CSV UTF-8»."
_TOO_LARGE = "es demasiado grande por dentro: borre las hojas, imágenes y filas que no sean de solicitudes."
_SEVERAL = "tiene solicitudes en varias hojas ({}): deje una en cada archivo."
_ERROR = "tiene un error de fórmula."
_NO_RESULT = "tiene una fórmula sin su resultado: ábralo en Excel y guárdelo de nuevo, o escriba el dato."
_MERGED = "está combinada con la celda de otra fila: sepárelas."
_PERCENT = "trae un porcentaje, no un texto."
_OF_ZEROS = re.compile("0{2,}")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


class LibroLeido(NamedTuple):
    """The sheet of a book that holds the solicitudes, its name, and how many others there are that can be seen."""

    hoja: HojaDeFilas
    nombre: str
    otras: int


def read_book(content: bytes, catalogo: ColumnasPosibles) -> LibroLeido:
    """Read the one sheet of a book that has the titles of solicitudes.

    Raises:
        BadInput: it is no book, is too large inside, or has several such sheets.
    """
    formulas = _look_inside(content)
    book = open_book(content, resultados=True)
    unsolved = open_book(content, resultados=False) if formulas else None
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == Worksheet.SHEETSTATE_VISIBLE]
    read = {sheet.title: _rows(sheet, unsolved[sheet.title] if unsolved is not None else None) for sheet in sheets}
    filled = {title: hoja for title, hoja in read.items() if hoja.filas}
    with_titles = {title: hoja for title, hoja in filled.items() if _is_whole(hoja, catalogo)}
    if len(with_titles) > 1:
        raise BadInput([Problema("archivo", _SEVERAL.format(", ".join(f"«{title}»" for title in with_titles)))])
    title, hoja = next(iter((with_titles or filled or read).items()), ("", HojaDeFilas(())))
    return LibroLeido(hoja, title, len(filled) - 1 if title in filled else 0)


def open_book(content: bytes, *, resultados: bool) -> Workbook:
    """The book itself, with the results of its formulas or the formulas.

    Raises:
        BadInput: it cannot be opened.
    """
    try:
        return load_workbook(io.BytesIO(content), data_only=resultados, keep_links=False)
    except _BROKEN:
        raise BadInput([Problema("archivo", _NO_BOOK)]) from None


def _look_inside(content: bytes) -> bool:
    """See that a book may be unpacked; whether there are formulas in it. No part unpacks to more than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            infos = parts.infolist()
            if len(infos) > _MOST_PARTS or sum(info.file_size for info in infos) > _MOST_UNPACKED_BYTES:
                raise BadInput([Problema("archivo", _TOO_LARGE)])
            names = {info.filename for info in infos}
            if not any(name.endswith("workbook.xml") for name in names):
                raise BadInput([Problema("archivo", _ANOTHER_KIND)])
            sheets = [name for name in names if "worksheets/" in name and name.endswith(".xml")]
            return any(_FORMULA.search(parts.read(name)) for name in sheets)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise BadInput([Problema("archivo", _NO_BOOK)]) from None


def _is_whole(hoja: HojaDeFilas, catalogo: ColumnasPosibles) -> bool:
    found = find_header(hoja.filas, catalogo)
    return found is not None and not catalogo.missing(found[1])


def _rows(sheet: Worksheet, unsolved: Worksheet | None) -> HojaDeFilas:
    merged = {
        (row, column)
        for span in sheet.merged_cells.ranges
        if span.max_row > span.min_row
        for row in range(span.min_row + 1, min(span.max_row, sheet.max_row) + 1)
        for column in range(span.min_col, min(span.max_col, _MOST_COLUMNS) + 1)
    }
    filas: list[Fila] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=min(sheet.max_column, _MOST_COLUMNS)), start=1):
        read = [_cell(cell, merged, unsolved) for cell in cells]
        dimension = sheet.row_dimensions.get(number)
        filas.append(Fila(number, read, oculta=dimension is not None and bool(dimension.hidden)))
    while filas and filas[-1].vacia:
        filas.pop()
    return HojaDeFilas(filas, frozenset(_hidden(sheet)))


def _hidden(sheet: Worksheet) -> Iterable[int]:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden:
            yield from range((dimension.min or 1) - 1, min(dimension.max or 1, _MOST_COLUMNS))


def _cell(cell: Cell | MergedCell, merged: set[tuple[int, int]], unsolved: Worksheet | None) -> Celda:
    if isinstance(cell, MergedCell):
        return Ilegible(_MERGED) if (cell.row, cell.column) in merged else None
    value = cell.value
    if value is None:
        without = unsolved is not None and unsolved.cell(cell.row, cell.column).data_type == "f"
        return Ilegible(_NO_RESULT) if without else None
    if cell.data_type == "e":
        return Ilegible(_ERROR)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format)
    return value if isinstance(value, Celda) else str(value)


def _number(value: float, shown_as: str) -> Celda:
    if "%" in shown_as:
        return Ilegible(_PERCENT)
    if _OF_ZEROS.fullmatch(shown_as) and value >= 0 and value == int(value):
        return f"{int(value):0{len(shown_as)}d}"
    return value


def with_columns(content: bytes, hoja: str, filas: Mapping[int, Sequence[str]]) -> bytes:
    """A book with further cells behind the last column of a sheet, in the rows with these numbers; text, never a formula."""
    book = open_book(content, resultados=False)
    sheet = book[hoja]
    behind = sheet.max_column
    for number, texts in filas.items():
        for place, text in enumerate(texts, start=1):
            _write(sheet, number, behind + place, text)
    return _saved(book)


def as_book(titulo: str, titulos: Sequence[str], notas: Sequence[Sequence[str]]) -> bytes:
    """A new book whose first sheet has titles and columns of text to be filled, and whose second tells how."""
    book = Workbook()
    sheet, notes = book.worksheets[0], book.create_sheet("Cómo se llena")
    sheet.title = titulo
    for place, text in enumerate(titulos, start=1):
        _write(sheet, 1, place, text)
        sheet.cell(1, place).font = Font(bold=True)
        letter = letter_of(place - 1)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.column_dimensions[letter].number_format = FORMAT_TEXT
    sheet.freeze_panes = "A2"
    for number, texts in enumerate(notas, start=1):
        for place, text in enumerate(texts, start=1):
            _write(notes, number, place, text)
    for letter in "ABC":
        notes.column_dimensions[letter].width = _WIDTH * 2
    return _saved(book)


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
    cell.number_format = FORMAT_TEXT


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
