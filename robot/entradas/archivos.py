"""A file with many solicitudes: what kind it is is seen by what it holds, and its rows are read."""

from enum import StrEnum
from pathlib import PurePath
from typing import NamedTuple

from robot.entradas.columnas import ColumnasPosibles
from robot.entradas.filas import HojaDeFilas, find_header
from robot.entradas.separados import read_separated
from robot.errors import BadInput, Problema

SIN_NOMBRE = "-"
"""What the command line calls what comes by its standard input."""
MAXIMO_BYTES = 5 * 1024 * 1024
MAXIMO_FILAS = 10_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCKED = "tiene contraseña: ábralo, quítesela (Archivo → Información → Proteger libro) y guárdelo de nuevo."
_OLD = "es un libro de Excel antiguo (.xls): ábralo y guárdelo como «Libro de Excel (.xlsx)»."
_TOO_MANY = "tiene más de 10.000 filas: pártalo en varios."
_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xltx", ".xltm", ".ods", ".xlsb"}


class FormatoDeArchivo(StrEnum):
    """How a file is kept; its result comes back in the same way."""

    CSV = "csv"
    EXCEL = "xlsx"


class ArchivoLeido(NamedTuple):
    """The rows of a file, and in words for people how they were read."""

    hoja: HojaDeFilas
    formato: FormatoDeArchivo
    como: str


def looks_like_a_table(nombre: str, content: bytes) -> bool:
    """Whether a file holds many solicitudes, not one as JSON. What comes without a name is a table if it has its titles."""
    if content.startswith((_ZIP, _OLE)):
        return True
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return False
    if nombre != SIN_NOMBRE:
        return PurePath(nombre).suffix.lower() in _TABLES
    try:
        return find_header(read_separated(content, ColumnasPosibles()).hoja.filas, ColumnasPosibles()) is not None
    except BadInput:
        return False


def format_of(content: bytes) -> FormatoDeArchivo:
    return FormatoDeArchivo.EXCEL if content.startswith(_ZIP) else FormatoDeArchivo.CSV


def read_file(content: bytes, catalogo: ColumnasPosibles) -> ArchivoLeido:
    """Read the rows of a file.

    Raises:
        BadInput: it is none that can be read, or is too large.
    """
    if len(content) > MAXIMO_BYTES:
        raise BadInput([Problema("archivo", f"pesa más de {MAXIMO_BYTES // 1024 // 1024} MB: pártalo en varios.")])
    if content.startswith(_OLE):
        raise BadInput([Problema("archivo", _LOCKED if _ENCRYPTED in content else _OLD)])
    if format_of(content) is FormatoDeArchivo.EXCEL:
        from robot.entradas.excel import read_book

        book = read_book(content, catalogo)
        others = f"; las otras hojas ({book.otras}) no se leen" if book.otras > 0 else ""
        read = ArchivoLeido(book.hoja, FormatoDeArchivo.EXCEL, f"Libro de Excel, hoja «{book.nombre}»{others}")
    else:
        separated = read_separated(content, catalogo)
        read = ArchivoLeido(separated.hoja, FormatoDeArchivo.CSV, separated.escrito)
    if len(read.hoja.filas) > MAXIMO_FILAS + 1:
        raise BadInput([Problema("archivo", _TOO_MANY)])
    return read
