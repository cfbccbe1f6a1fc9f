"""The fields that people type, each read as people write it or refused with a sentence."""

import datetime as dt
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from robot.reading.documents import Unreadable, kept_document
from robot.reading.phones import read_phones
from robot.reading.writing import is_no_character, one_line, strange_characters
from robot.solicitud.problems import problem
from robot.solicitud.rules import Reglas


def _clean(text: str, info: ValidationInfo) -> str:
    if isinstance(info.context, Reglas) and info.context.aceptada:
        return text
    single_line = one_line(text)
    strange = strange_characters(single_line)
    if any(map(is_no_character, strange)):
        raise problem(
            "invisible", "tiene un carácter que no se ve ni se puede escribir; bórrelo todo y escríbalo de nuevo."
        )
    if strange:
        raise problem("caracter", f"tiene algo que no se puede escribir en Serviweb: {' '.join(strange)} Quítelo.")
    if not single_line:
        raise problem("vacio", "está vacío.")
    return single_line


def _document(value: object, info: ValidationInfo) -> object:
    reglas = info.context if isinstance(info.context, Reglas) else Reglas()
    try:
        return kept_document(value, strictly=not reglas.aceptada)
    except Unreadable as refused:
        raise problem("cedula", str(refused)) from None


def _phones(text: str) -> str:
    try:
        return read_phones(text)
    except Unreadable as refused:
        raise problem("celular", str(refused)) from None


def plain_date(value: object) -> object:
    """A date, or its text as JSON has it."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise problem("fecha", "no es una fecha que exista; escríbala como 2026-11-24.") from None
    if isinstance(value, dt.datetime) or (value is not None and not isinstance(value, dt.date)):
        raise problem("fecha", "debe ser texto como 2026-11-24.")
    return value


def plain_time(value: object) -> object:
    """An hour, or its text as people write it."""
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text):
            raise problem("hora", "no es una hora que exista; escríbala como 08:00.")
        hours, minutes = text.split(":")
        return dt.time(int(hours), int(minutes))
    if value is not None and not isinstance(value, dt.time):
        raise problem("hora", "debe ser texto como 08:00.")
    return value


def blank_is_absent(value: object) -> object:
    """Nothing where only blanks were typed."""
    return None if isinstance(value, str) and not value.strip() else value


TextoLimpio = Annotated[str, AfterValidator(_clean)]
Cedula = Annotated[str, BeforeValidator(_document)]
Celular = Annotated[str, AfterValidator(_phones)]
