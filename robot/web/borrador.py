"""What somebody is typing and has not handed in: kept for them a while, so that Back, a reload or a lost session lose nothing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.record.accounts import Cuenta
from robot.record.notes import Apunte, ClaseDeApunte
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Quien, Servicio
from robot.web.vistas import see_other

router = APIRouter()
CAMPOS = ("suscriptor", "cedula", "nombre", "celular", "ruta", "solicitud")
_BESIDE = ("tipo_documento", "cupo", "otra_visita", "misma_persona", "procedimiento", "medio", "causal")
RESPUESTA = "respuestas."
"""What the names of the fields begin with that a procedure asks for itself."""
_NUMBER = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Borrador:
    """A form that was left; `formulario` is its number, by which an address can name it."""

    formulario: str
    hora: str
    escrito: Mapping[str, str]


@router.post("/solicitudes/borrador")
def keep_draft(fields: Formulario, con: Con, cuenta: Quien) -> Response:
    keep(con, cuenta, {name: one(fields, name) for name in fields})
    return Response(status_code=204)


@router.post("/solicitudes/borrador/descartar")
def discard(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    con.apuntes.drop(cuenta.clave, one(fields, "formulario"))
    return see_other(request, "/solicitudes/nueva")


def keep(con: Servicio, cuenta: Cuenta, typed: Mapping[str, str]) -> None:
    """Keep what a form holds, under the form's number; a form that holds nothing is not kept."""
    formulario = typed.get("formulario", "")
    if not _NUMBER.fullmatch(formulario):
        return
    if not any(text.strip() for name, text in typed.items() if name in CAMPOS or name.startswith(RESPUESTA)):
        con.apuntes.drop(cuenta.clave, formulario)
        return
    wanted = {*CAMPOS, *_BESIDE}
    kept = {name: text for name, text in typed.items() if text and (name in wanted or name.startswith(RESPUESTA))}
    con.apuntes.keep(ClaseDeApunte.BORRADOR, cuenta.clave, formulario, json.dumps(kept))
    if con.ventanilla.of_form(formulario):  # it was handed in while this was on its way
        con.apuntes.drop(cuenta.clave, formulario)


def find(con: Servicio, cuenta: Cuenta, formulario: str) -> Borrador | None:
    """What the account left in the form with this number."""
    return _as_draft(con.apuntes.get(ClaseDeApunte.BORRADOR, cuenta.clave, formulario)) if formulario else None


def newest(con: Servicio, cuenta: Cuenta) -> Borrador | None:
    """What the account left last."""
    return _as_draft(con.apuntes.newest(ClaseDeApunte.BORRADOR, cuenta.clave))


def _as_draft(apunte: Apunte | None) -> Borrador | None:
    return Borrador(apunte.clave, f"{apunte.instante:%H:%M}", json.loads(apunte.texto)) if apunte else None
