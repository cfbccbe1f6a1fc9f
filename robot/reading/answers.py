"""What a solicitud says to its procedure: which one it is, what the asesor chose of it, the answers to its own questions.

It is judged at the door, before the other fields, so that all problems are told at once. What was typed is never quoted.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from robot.errors import Problema
from robot.procedure.definition import PreguntaPropia, Procedimiento, TipoDePregunta
from robot.reading.equality import normalized
from robot.reading.writing import one_line, strange_characters

_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,6})?")


def settle(
    data: Mapping[str, object], procedimientos: Sequence[Procedimiento]
) -> tuple[dict[str, object], list[Problema]]:
    """The data of a solicitud with what it says to its procedure as the procedure writes it, and what is wrong with that.

    Without `procedimiento` it is the first one. A medio or a causal that the procedure has fixed is nobody's choice, and is
    left out; so is an answer that is blank.
    """
    settled = dict(data)
    procedimiento, problems = _named(data.get("procedimiento"), procedimientos)
    if procedimiento is None:
        return settled, problems
    settled["procedimiento"] = procedimiento.codigo
    for campo, opciones in (("medio", procedimiento.medios), ("causal", procedimiento.causales)):
        chosen, problem = _chosen(data.get(campo), opciones)
        settled[campo] = chosen
        problems += [Problema(campo, problem)] if problem else []
    given = data.get("respuestas")
    if given is not None and not isinstance(given, Mapping):
        return settled, [*problems, Problema("respuestas", "debe ser un objeto JSON: cada pregunta con su respuesta.")]
    settled["respuestas"], wrong = _answered(given or {}, procedimiento.preguntas)
    return settled, [*problems, *wrong]


def _named(given: object, procedimientos: Sequence[Procedimiento]) -> tuple[Procedimiento | None, list[Problema]]:
    if given is None or (isinstance(given, str) and not given.strip()):
        return procedimientos[0], []
    codes = {one.codigo: one for one in procedimientos}
    if not isinstance(given, str):
        return None, [Problema("procedimiento", "debe ser texto entre comillas.")]
    found = codes.get(given.strip().upper())
    if found is not None:
        return found, []
    near = get_close_matches(given.strip().upper(), codes, n=1, cutoff=0.6)
    hint = f"¿quiso decir «{near[0]}»?" if near else f"los de esta oficina son: {', '.join(codes)}."
    return None, [Problema("procedimiento", f"no es un procedimiento de esta oficina; {hint}")]


def _chosen(given: object, opciones: Sequence[str]) -> tuple[str | None, str]:
    """One of several, as the procedure writes it, and what is wrong."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None, f"elija: {', '.join(opciones)}." if len(opciones) > 1 else ""
    found = _option(given, opciones)
    if found is None:
        return None, f"no es de este procedimiento; elija: {', '.join(opciones)}."
    return found if len(opciones) > 1 else None, ""


def _option(given: object, opciones: Sequence[str]) -> str | None:
    if not isinstance(given, str):
        return None
    return next((one for one in opciones if normalized(one) == normalized(given)), None)


def _answered(
    given: Mapping[object, object], preguntas: Sequence[PreguntaPropia]
) -> tuple[dict[str, str], list[Problema]]:
    problems = []
    known = [one.nombre for one in preguntas]
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), known, n=1, cutoff=0.5)
            hint = f"¿quiso decir «{near[0]}»?" if near else f"son: {', '.join(known)}." if known else "no tiene."
            problems.append(Problema("respuestas", f"algo no es una pregunta de este procedimiento; {hint}"))
    answers = {}
    for pregunta in preguntas:
        answer, problem = _read(pregunta, given.get(pregunta.nombre))
        if problem:
            problems.append(Problema(f"respuestas.{pregunta.nombre}", problem))
        elif answer:
            answers[pregunta.nombre] = answer
    return answers, list(dict.fromkeys(problems))


def _read(pregunta: PreguntaPropia, given: object) -> tuple[str, str]:
    """An answer as it is kept, blank where there is none; and what is wrong."""
    if isinstance(given, int | float) and not isinstance(given, bool) and pregunta.tipo is TipoDePregunta.NUMERO:
        given = str(given)
    if given is None or (isinstance(given, str) and not one_line(given)):
        return "", "falta este dato." if pregunta.obligatoria else ""
    if not isinstance(given, str):
        return "", "debe ser texto entre comillas."
    text = one_line(given)
    if strange_characters(text):
        return "", "tiene algo que no se puede escribir en Serviweb; quítelo."
    return _READERS[pregunta.tipo](pregunta, text)


def _text(pregunta: PreguntaPropia, text: str) -> tuple[str, str]:
    over = len(text) > pregunta.largo_maximo
    return text, f"es demasiado largo (máximo {pregunta.largo_maximo} caracteres)." if over else ""


def _number(pregunta: PreguntaPropia, text: str) -> tuple[str, str]:
    if not _NUMBER.fullmatch(text):
        return "", "no es un número; escríbalo sin puntos de miles."
    value = float(text.replace(",", "."))
    if pregunta.minimo is not None and value < pregunta.minimo:
        return "", f"es menor que {pregunta.minimo:g}."
    if pregunta.maximo is not None and value > pregunta.maximo:
        return "", f"es mayor que {pregunta.maximo:g}."
    return text.replace(".", ","), ""


def _date(_: PreguntaPropia, text: str) -> tuple[str, str]:
    try:
        return dt.date.fromisoformat(text).isoformat(), ""
    except ValueError:
        return "", "no es una fecha que exista; escríbala como 2026-11-24."


def _one_of(pregunta: PreguntaPropia, text: str) -> tuple[str, str]:
    found = _option(text, pregunta.opciones)
    return found or "", "" if found else f"elija: {', '.join(pregunta.opciones)}."


_READERS: Mapping[TipoDePregunta, Callable[[PreguntaPropia, str], tuple[str, str]]] = {
    TipoDePregunta.TEXTO: _text,
    TipoDePregunta.NUMERO: _number,
    TipoDePregunta.FECHA: _date,
    TipoDePregunta.OPCION: _one_of,
}
