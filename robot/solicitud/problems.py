"""What is wrong with a field, in Spanish and without what was typed: that may be personal data."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from robot.errors import Problema


def problem(code: str, mensaje: str) -> PydanticCustomError:
    """What a validator raises, in words for people."""
    return PydanticCustomError("problema_" + code, mensaje)


_SPANISH: Mapping[str, str] = {
    "missing": "falta este dato.",
    "extra_forbidden": "no es un campo de la solicitud.",
    "string_type": "debe ser texto entre comillas.",
    "string_too_long": "es demasiado largo (máximo {max_length} caracteres).",
    "too_long": "es demasiado largo (máximo {max_length} caracteres).",
    "string_too_short": "es demasiado corto.",
    "string_unicode": "no es texto válido.",
}


def spanish_problems(invalid: ValidationError, *, whole: str) -> list[Problema]:
    """Pydantic's findings as Spanish problems; `whole` names the field for findings about the model as a whole.

    What was typed is never quoted: it may be personal data.
    """
    return [
        Problema(campo=".".join(str(part) for part in error["loc"]) or whole, mensaje=_spanish(error))
        for error in invalid.errors(include_url=False, include_input=False)
    ]


def _spanish(error: ErrorDetails) -> str:
    if error["type"].startswith("problema_"):
        return error["msg"]
    context: dict[str, Any] = error.get("ctx", {})
    return _SPANISH.get(error["type"], "no es un valor válido.").format(**context)


_ESCRIBA: Mapping[str, str] = {
    "suscriptor": "escriba el código de suscriptor.",
    "cedula": "escriba la cédula.",
    "nombre": "escriba el nombre completo.",
    "celular": "escriba el celular o fijo, o «no tiene».",
    "solicitud": "escriba lo que pide el usuario.",
    "asesor": "escriba la clave del asesor.",
}


def asking_for_blanks(problemas: Iterable[Problema], blank: Collection[str]) -> list[Problema]:
    """The problems, where a field that was left blank has but one: that it is to be written."""
    return list(
        dict.fromkeys(
            Problema(one.campo, _ESCRIBA[one.campo]) if one.campo in blank and one.campo in _ESCRIBA else one
            for one in problemas
        )
    )
