"""CSV as offices make it: which signs it is written with, and what parts its cells, found out and never assumed."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from robot.entradas.columnas import ColumnasPosibles
from robot.entradas.filas import Fila, HojaDeFilas, find_header
from robot.errors import BadInput, Problema

_SEPARATORS = {";": "punto y coma", ",": "coma", "\t": "tabulador", "|": "barra"}
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OF_OFFICES = "cp1252"
_NO_TEXT = "no es un texto que se entienda: guárdelo como «CSV UTF-8» o como libro de Excel (.xlsx)."
_QUOTES = "tiene una celda demasiado larga o unas comillas que no cierran, desde la fila {}."
_HEAD_CHARACTERS = 20_000
_LONGEST_CELL = 32_768
"""What a program for spreadsheets keeps in a cell."""


class TextoLeido(NamedTuple):
    """The rows of a CSV, and how it is written, in words for people."""

    hoja: HojaDeFilas
    escrito: str


def read_separated(content: bytes, catalogo: ColumnasPosibles) -> TextoLeido:
    """Read a CSV.

    Raises:
        BadInput: it is no text, or its quotes do not close.
    """
    text, coding = _decoded(content)
    told = _SEP_LINE.match(text)
    body = text[told.end() :] if told is not None else text
    separator = told[1] if told is not None else _separator_of(body, catalogo)
    if separator == "\\":
        separator = "\t"
    filas = [Fila(number, cells) for number, cells in enumerate(_rows(body, separator), start=1)]
    name = _SEPARATORS.get(separator, f"«{separator}»")
    return TextoLeido(HojaDeFilas(_without_end(filas)), f"Texto {coding}, separado por {name}")


def _decoded(content: bytes) -> tuple[str, str]:
    marked = next((coding for mark, coding in _MARKS if content.startswith(mark)), None)
    for coding in [marked] if marked else ["utf-8", _OF_OFFICES]:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, "Windows-1252" if coding == _OF_OFFICES else coding.removesuffix("-sig").upper()
    raise BadInput([Problema("archivo", _NO_TEXT)])


def _separator_of(text: str, catalogo: ColumnasPosibles) -> str:
    """The one with which most titles are known; of a text without any, the one that stands in it most."""
    head = text[:_HEAD_CHARACTERS]

    def known(separator: str) -> tuple[int, int]:
        rows = [Fila(number, cells) for number, cells in enumerate(_head_rows(head, separator), start=1)]
        found = find_header(rows, catalogo)
        return (found[1].conocidos if found is not None else 0, head.count(separator))

    return max(_SEPARATORS, key=known)


def _head_rows(head: str, separator: str) -> Sequence[Sequence[str]]:
    """Of a text that is cut off anywhere."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(head, newline=""), delimiter=separator))
    except csv.Error:
        return rows
    return rows


def _rows(text: str, separator: str) -> Iterable[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for number, cells in enumerate(reader, start=2):
            if any(len(cell) > _LONGEST_CELL for cell in cells):
                raise BadInput([Problema("archivo", _QUOTES.format(number - 1))])
            yield cells
    except csv.Error:
        raise BadInput([Problema("archivo", _QUOTES.format(number))]) from None


def _without_end(filas: list[Fila]) -> list[Fila]:
    while filas and filas[-1].vacia:
        filas.pop()
    return filas
