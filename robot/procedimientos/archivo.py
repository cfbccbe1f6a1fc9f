"""One procedure in one TOML file: read whole, or refused with everything that is wrong with it, each with its line."""

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from robot.errors import ConfigurationError
from robot.models import spanish_problems
from robot.perfil.toml_lines import Hallado, not_among, told_by_line
from robot.procedure.definition import INCOHERENTE, CitaPropia, Copia, Duplicados, PreguntaPropia, Procedimiento
from robot.reading.writing import one_line, strange_characters

HERE = Path(__file__).resolve().parent
CARPETA = "SERVIWEB_ROBOT_PROCEDIMIENTOS__CARPETA"
_TABLES: Mapping[str, type[BaseModel]] = {
    "preguntas": PreguntaPropia,
    "copias": Copia,
    "cita": CitaPropia,
    "duplicados": Duplicados,
}
_KIND: Mapping[str, str] = {
    "string_type": "debe ser texto entre comillas",
    "bool_type": "debe ser true o false",
    "bool_parsing": "debe ser true o false",
    "int_type": "debe ser un número entero",
    "int_parsing": "debe ser un número entero",
    "float_type": "debe ser un número",
    "tuple_type": "debe ser una lista, entre corchetes",
    "model_type": "debe ser una tabla",
    "model_attributes_type": "debe ser una tabla",
    "string_pattern_mismatch": "no tiene la forma debida ({pattern})",
    "enum": "debe ser {expected}",
    "greater_than_equal": "debe ser {ge} o más",
    "less_than_equal": "debe ser {le} o menos",
}


@dataclass(frozen=True, slots=True)
class Archivo:
    """A file in which a procedure stands, or what is wrong with it.

    Attributes:
        propio: the office's own, not one that the robot ships.
        codigo: of which procedure it says to be; blank where not even that can be read.
    """

    ruta: Path
    propio: bool
    codigo: str
    procedimiento: Procedimiento | None = None
    falla: str = ""


def read_procedure(ruta: Path) -> Procedimiento:
    """The procedure in a file.

    Raises:
        ConfigurationError: it cannot be read, is not TOML, or says something that is not part of a procedure; all problems at
            once, each with its line.
    """
    try:
        texto = ruta.read_text(encoding="utf-8")
        data = tomllib.loads(texto)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise ConfigurationError(
            f"El procedimiento {ruta.name} no se puede leer: {unreadable}.", campo=CARPETA
        ) from None
    problems = list(_unknown_names(data))
    try:
        procedimiento = Procedimiento.model_validate(data)
    except ValidationError as invalid:
        problems += _told(invalid)
    else:
        problems += _unwritable(procedimiento)
        if not problems:
            return procedimiento
    raise ConfigurationError(
        f"El procedimiento {ruta.name} tiene errores: {told_by_line(texto, problems)}.", campo=CARPETA
    )


def _unknown_names(data: Mapping[str, Any]) -> Iterator[Hallado]:
    yield from not_among(data, _names_of(Procedimiento), ())
    for nombre, kind in _TABLES.items():
        given = data.get(nombre)
        for one in given if isinstance(given, list) else [given]:
            if isinstance(one, Mapping):
                yield from not_among(one, _names_of(kind), (nombre,))


def _unwritable(procedimiento: Procedimiento) -> Iterator[Hallado]:
    """What goes into the observación of every solicitud, and Serviweb would not take or give back as it is."""
    opciones = [opcion for pregunta in procedimiento.preguntas for opcion in pregunta.opciones]
    for path, textos in ((("observacion",), procedimiento.plantilla), (("preguntas", "opciones"), opciones)):
        for texto in textos:
            if strange_characters(texto) or one_line(texto) != texto:
                yield path, f"«{one_line(texto)}» va en una línea, sin espacios de más ni signos que Serviweb no recibe"


def _names_of(kind: type[BaseModel]) -> list[str]:
    return [campo.alias or nombre for nombre, campo in kind.model_fields.items()]


def _told(invalid: ValidationError) -> Iterator[Hallado]:
    problems = spanish_problems(invalid, whole="procedimiento")
    for problem, error in zip(problems, invalid.errors(include_url=False), strict=True):
        if error["type"] == INCOHERENTE:
            yield from ((_path(path), mensaje) for path, mensaje in error["ctx"]["incoherencias"])
        elif error["type"] != "extra_forbidden":
            yield _path(tuple(map(str, error["loc"]))), _in_words(error) or problem.mensaje


def _path(loc: tuple[str, ...]) -> tuple[str, ...]:
    """Where something stands as the file names it: of several tables, which one is told by the message."""
    return tuple(part for part in loc if not part.isdecimal())


def _in_words(error: ErrorDetails) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    return _KIND.get(error["type"], "").format(**context)


def procedures_in(carpeta: Path, *, propio: bool) -> list[Archivo]:
    """Every procedure file of a folder, by name."""
    return [_looked_at(ruta, propio=propio) for ruta in sorted(carpeta.glob("*.toml"))]


def _looked_at(ruta: Path, *, propio: bool) -> Archivo:
    try:
        procedimiento = read_procedure(ruta)
    except ConfigurationError as broken:
        return Archivo(ruta, propio, _code_in(ruta), falla=broken.detalle)
    return Archivo(ruta, propio, procedimiento.codigo, procedimiento)


def _code_in(ruta: Path) -> str:
    try:
        codigo = tomllib.loads(ruta.read_text(encoding="utf-8")).get("codigo")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return codigo if isinstance(codigo, str) else ""


@functools.cache
def shipped() -> Mapping[str, Archivo]:
    """What the robot ships, examples included, by código."""
    found = [one for carpeta in (HERE, HERE / "ejemplos") for one in procedures_in(carpeta, propio=False)]
    if broken := [one.falla for one in found if one.procedimiento is None]:
        raise ConfigurationError(" ".join(broken))
    return {one.procedimiento.codigo: one for one in found if one.procedimiento is not None}
