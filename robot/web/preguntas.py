"""What Nueva solicitud asks by its procedure: which one it is, its own choices and questions, and how much Observación takes."""

import re
from collections.abc import Mapping

from robot.procedure.definition import PARTES, Procedimiento
from robot.reading.writing import one_line
from robot.record.accounts import Cuenta
from robot.referencia import Referencia
from robot.web.borrador import RESPUESTA
from robot.web.servicio import Servicio

_LONGEST_RUTA = 20
_DIGITS_OF_CELULAR = 10


def procedure_of(con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> Procedimiento:
    """The procedure that a form names; where it names none, that of the account's last solicitud, else the office's first."""
    activos = con.ventanilla.catalogo.activos
    codigo = typed.get("procedimiento", "")
    if not codigo and len(activos) > 1:
        codigo = con.panorama.last_procedure(cuenta.clave)
    return next((one for one in activos if one.codigo == codigo), activos[0])


def answers_in(typed: Mapping[str, str], procedimiento: Procedimiento) -> dict[str, str]:
    """What was answered to the questions of a procedure; a form may hold answers to those of another one, too."""
    return {one.nombre: typed.get(RESPUESTA + one.nombre, "") for one in procedimiento.preguntas}


def shown(con: Servicio, procedimiento: Procedimiento, typed: Mapping[str, str]) -> dict[str, object]:
    """What the form's page needs to ask by a procedure; what was answered to others is kept unseen."""
    own = answers_in(typed, procedimiento)
    others = {name: text for name, text in typed.items() if name.startswith(RESPUESTA) and text}
    return {
        "procedimiento": procedimiento,
        "activos": con.ventanilla.catalogo.activos,
        "respuestas": {RESPUESTA + nombre: text for nombre, text in own.items()},
        "de_otros": {name: text for name, text in others.items() if name.removeprefix(RESPUESTA) not in own},
        "elegidos": {"medio": typed.get("medio", ""), "causal": typed.get("causal", "")},
        "partes": _parts(procedimiento),
        "ruta_mas_larga": _LONGEST_RUTA,
    }


def _parts(procedimiento: Procedimiento) -> list[tuple[int, list[str]]]:
    """Of each part of Observación how long it is beside what was typed, and the names of the fields that were."""
    long = len(Referencia.new(procedimiento.prefijo_referencia))
    return [
        (
            fixed + names.count("referencia") * long,
            [name if name in PARTES else RESPUESTA + name for name in names if name != "referencia"],
        )
        for fixed, names in procedimiento.partes()
    ]


def observacion_length(procedimiento: Procedimiento, typed: Mapping[str, str]) -> int:
    """How long Observación would be by what was typed, whatever ruta Serviweb knows."""
    celular = re.sub(r"[\s().-]", "", typed.get("celular", ""))
    lengths = {
        "solicitud": len(" ".join(typed.get("solicitud", "").split())),
        "suscriptor": len(typed.get("suscriptor", "").strip()),
        "ruta": len(typed.get("ruta", "").strip()) or _LONGEST_RUTA,
        "celular": max(_DIGITS_OF_CELULAR, len(celular)),
    }
    answered = {name: one_line(text) for name, text in answers_in(typed, procedimiento).items()}
    observacion = procedimiento.observacion(
        **{name: "x" * length for name, length in lengths.items()},
        referencia=Referencia.new(procedimiento.prefijo_referencia),
        respuestas={name: text for name, text in answered.items() if text},
    )
    return len(observacion)
