"""What a cell of a table holds, made the text that the form would get; what cannot be is told, never guessed."""

import datetime as dt
import re
from dataclasses import dataclass

from robot.entradas.columnas import ClaseDeDato
from robot.reading.dates import parse_fecha, read_hora
from robot.reading.equality import normalized


@dataclass(frozen=True, slots=True)
class Ilegible:
    """A cell that shows nothing that could be read; the sentence says why, and quotes nothing."""

    motivo: str


Celda = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | Ilegible | None
"""What a program for spreadsheets gives for a cell. Text is text: what was shown with zeros before it comes as text."""


class CodigoDudoso(ValueError):
    """A code is kept as a number, so that nobody can know whether zeros stood before it."""


class NoEntendido(ValueError):
    """A cell does not hold what its column is for; the sentence says why, in Spanish, and quotes nothing."""


ABREVIADO = (
    "el programa lo abrevió (como 1E+11) y perdió cifras: dé formato de texto a la columna y escríbalo de nuevo."
)
CEROS = (
    "está guardado como número, y así se borran los ceros del comienzo: dé formato de texto a la columna y revíselo."
)
_NO_TEXT = "trae una fecha o una hora, no un texto: dé formato de texto a la columna y escríbalo de nuevo."
_DECIMALS = "trae un número con decimales: escríbalo como texto."
_FLAG = "trae VERDADERO o FALSO, que aquí no dice nada."
_ONLY_DATE = "trae también una hora: deje solo la fecha, y la hora en su columna."
_NO_DATE = "no es una fecha que se entienda; escríbala como 2026-11-24 o 24/11/2026, con el año."
_NO_HOUR = "no es una hora que se entienda; escríbala como 08:00 o 2:30 p. m."
_YES_OR_NO = "escriba «sí» o «no»."
_ABBREVIATED = re.compile(r"\s*[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}\s*")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_DEFUSED = re.compile(r"'(?=[=+\-@\u2212])")
_MOST_EXACT = 10**15
_YES = frozenset({"si", "s", "x", "1", "verdadero", "true", "yes"})
_NO = frozenset({"no", "n", "0", "falso", "false"})
_A_DAY = dt.timedelta(days=1)
_MIDNIGHT = dt.datetime(1900, 1, 1)  # noqa: DTZ001  # an hour of a cell has no zone
_YEARS = range(2000, 2100)
_OTHER_DAY = dt.timedelta(days=400)


def is_blank(celda: Celda) -> bool:
    return celda is None or (isinstance(celda, str) and not celda.strip())


def shown(celda: Celda) -> str:
    """A cell as people read it, also where it is not understood: for titles, and for giving a row back."""
    if celda is None or isinstance(celda, Ilegible):
        return ""
    if isinstance(celda, bool):
        return "VERDADERO" if celda else "FALSO"
    if isinstance(celda, float) and celda.is_integer() and abs(celda) < _MOST_EXACT:
        return str(int(celda))
    if isinstance(celda, dt.datetime) and celda.time() == dt.time.min:
        return celda.date().isoformat()
    if isinstance(celda, dt.time):
        return f"{celda:%H:%M}"
    return str(celda)


def value_of(celda: Celda, clase: ClaseDeDato, *, sin_ceros: bool, hoy: dt.date) -> str | bool | None:
    """What the form would get for a cell; nothing where it is blank.

    Args:
        sin_ceros: somebody says that no code that is kept as a number has zeros before it.

    Raises:
        CodigoDudoso, NoEntendido.
    """
    if isinstance(celda, Ilegible):
        raise NoEntendido(celda.motivo)
    if isinstance(celda, str):
        celda = _as_meant(celda)
    if is_blank(celda):
        return None
    if clase is ClaseDeDato.SI_NO:
        return _yes_or_no(celda)
    if clase is ClaseDeDato.FECHA:
        return _fecha(celda, hoy)
    if clase is ClaseDeDato.HORA:
        return _hora(celda)
    if clase is ClaseDeDato.NUMERO and isinstance(celda, int | float) and not isinstance(celda, bool):
        return shown(celda)
    text = _text(celda)
    if clase is ClaseDeDato.CODIGO and not isinstance(celda, str) and not sin_ceros:
        raise CodigoDudoso(CEROS)
    return text


def _as_meant(text: str) -> str:
    """Without what only keeps a program for spreadsheets from reading a text as a formula or a number."""
    bare = _DEFUSED.sub("", text, count=1) if text.startswith("'") else text
    formula = _TEXT_FORMULA.fullmatch(bare.strip())
    return formula[1] if formula is not None else bare


def _text(celda: Celda) -> str:
    if isinstance(celda, str):
        if _ABBREVIATED.fullmatch(celda):
            raise NoEntendido(ABREVIADO)
        return celda
    if isinstance(celda, bool):
        raise NoEntendido(_FLAG)
    if isinstance(celda, int | float):
        return _digits(celda)
    raise NoEntendido(_NO_TEXT)


def _digits(number: float) -> str:
    """A number of a cell that holds no quantity: a document, a telephone, a code."""
    if abs(number) >= _MOST_EXACT:
        raise NoEntendido(ABREVIADO)
    if number != int(number):
        raise NoEntendido(_DECIMALS)
    return str(int(number))


def _yes_or_no(celda: Celda) -> bool:
    if isinstance(celda, bool):
        return celda
    word = normalized(shown(celda))
    if word not in _YES | _NO:
        raise NoEntendido(_YES_OR_NO)
    return word in _YES


def _fecha(celda: Celda, hoy: dt.date) -> str:
    """Of a text, only what means the same day whenever it is read."""
    if isinstance(celda, dt.datetime):
        if celda.time() != dt.time.min:
            raise NoEntendido(_ONLY_DATE)
        return celda.date().isoformat()
    if isinstance(celda, dt.date):
        return celda.isoformat()
    if isinstance(celda, str | int | float) and not isinstance(celda, bool):
        found = parse_fecha(celda, hoy)
        whole = isinstance(celda, str) or celda == int(celda)
        if found is not None and whole and found.year in _YEARS and parse_fecha(celda, hoy + _OTHER_DAY) == found:
            return found.isoformat()
    raise NoEntendido(_NO_DATE)


def _hora(celda: Celda) -> str:
    if isinstance(celda, dt.timedelta) and dt.timedelta(0) <= celda < _A_DAY:
        celda = (_MIDNIGHT + celda).time()
    if isinstance(celda, dt.time):
        return f"{celda:%H:%M}"
    if isinstance(celda, str | float) and (found := read_hora(celda)) is not None:
        return f"{found.hora:%H:%M}"
    raise NoEntendido(_NO_HOUR)
