"""Cells of a spreadsheet: their values, what makes two of them say the same code, and the columns that the robot knows."""

from collections.abc import Sequence
from enum import StrEnum

from robot.reading.dates import Escrito
from robot.reading.equality import same_numerals

Valor = Escrito
Fila = Sequence[Valor]


class Columna(StrEnum):
    """The columns the robot knows, by the names of step 10."""

    FECHA = "fecha"
    HORA = "hora"
    CODIGO = "codigo"
    RUTA = "ruta"
    ASESOR = "asesor"
    PQR = "pqr"
    CUADRILLA = "cuadrilla"


LIBRES_EN_UN_CUPO = (Columna.CODIGO, Columna.RUTA, Columna.ASESOR, Columna.PQR)
"""What nobody has written into as long as a cupo is free."""


def text_of(value: Valor) -> str:
    """A cell as text; a whole number without decimals, as a person sees it."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    return str(int(value)) if float(value).is_integer() else str(value)


def is_blank(value: Valor) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def same_code(one: Valor, other: Valor) -> bool:
    """Whether two cells hold the same code; a code a person typed may have become a number and lost its zeros."""
    left, right = text_of(one), text_of(other)
    if left == right:
        return True
    a_number = isinstance(one, int | float) or isinstance(other, int | float)
    return a_number and same_numerals(left, right)
