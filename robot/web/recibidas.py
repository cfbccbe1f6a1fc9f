"""What others have written down: how the sheets of requests stand, and the messages that wait for an asesor to complete them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.record.accounts import Cuenta
from robot.record.messages import Correo, EstadoDeCorreo
from robot.record.receptions import HojaConocida
from robot.settings import HojaSettings
from robot.web.borrador import keep
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, NoEsta, Quien, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_OPEN_SHOWN = 100
_OVER_SHOWN = 20
_LONGEST_REASON = 200
NOMBRES = {"suscriptor": "Código de suscriptor", "cedula": "Cédula", "celular": "Celular"}


@dataclass(frozen=True)
class HojaMostrada:
    """A sheet of the settings, and what the last look at it came to."""

    ajustes: HojaSettings
    conocida: HojaConocida


@router.get("/recibidas")
def received(request: Request, con: Con, cuenta: Quien) -> Response:
    recibir = con.settings.recibir
    if not recibir.hay_algo:
        raise NoEsta
    hojas = [HojaMostrada(one, con.ventanilla.recepciones.sheet(one.planilla, one.hoja)) for one in recibir.hojas]
    correos = con.ventanilla.correos
    return page(
        request,
        "recibidas.html",
        cuenta,
        {
            "hojas": hojas,
            "buzon": bool(recibir.correo.servidor),
            "abiertos": correos.listed(cerrados=False, limite=_OPEN_SHOWN),
            "cerrados": correos.listed(cerrados=True, limite=_OVER_SHOWN),
        },
    )


@router.get("/recibidas/{identidad}")
def message(request: Request, identidad: str, con: Con, cuenta: Quien) -> Response:
    correo = _known(con, identidad)
    if correo.estado is EstadoDeCorreo.TOMADO and (handed := con.ventanilla.of_form(correo.formulario)):
        con.ventanilla.correos.handed_in(correo.formulario, referencia=handed, quien=correo.quien)
        correo = _known(con, identidad)
    return _show(request, cuenta, correo)


def _show(request: Request, cuenta: Cuenta, correo: Correo, *, problema: str = "", status: int = 200) -> Response:
    held = correo.estado is EstadoDeCorreo.TOMADO
    shown = {
        "donde": "/recibidas",
        "correo": correo,
        "nombres": NOMBRES,
        "problema": problema,
        "suya": held and correo.quien == cuenta.clave,
        "puede_soltar": held and (cuenta.coordina or correo.quien == cuenta.clave),
        "mayor": _LONGEST_REASON,
    }
    return page(request, "correo.html", cuenta, shown, status=status)


def _known(con: Servicio, identidad: str) -> Correo:
    found = con.ventanilla.correos.get(identidad)
    if found is None:
        raise NoEsta
    return found


@router.post("/recibidas/{identidad}/tomar")
def take(request: Request, identidad: str, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """Somebody completes it: what they have chosen of it goes into the form, and nothing else does."""
    correo = _known(con, identidad)
    con.ventanilla.correos.take(identidad, quien=cuenta.clave)
    if correo.mensaje is not None:
        chosen = {int(text) for text in fields.get("propuesta", []) if text.isascii() and text.isdigit()}
        typed = {
            propuesta.campo: propuesta.valor for at, propuesta in enumerate(correo.mensaje.propuestas) if at in chosen
        }
        if one(fields, "texto") == "si":
            typed["solicitud"] = correo.mensaje.texto[: con.settings.reglas.observacion_maxima]
        if typed:
            keep(con, cuenta, {**typed, "formulario": correo.formulario})
    return see_other(request, f"/solicitudes/nueva?borrador={correo.formulario}")


@router.post("/recibidas/{identidad}/soltar")
def release(request: Request, identidad: str, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    del fields
    _known(con, identidad)
    con.ventanilla.correos.release(identidad, quien=cuenta.clave, coordina=cuenta.coordina)
    return see_other(request, f"/recibidas/{identidad}")


@router.post("/recibidas/{identidad}/descartar")
def discard(request: Request, identidad: str, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """No solicitud comes of it; why is kept beside who said so."""
    correo = _known(con, identidad)
    motivo = " ".join(one(fields, "motivo").split())[:_LONGEST_REASON]
    if not motivo:
        return _show(request, cuenta, correo, problema="Escriba por qué se descarta.", status=422)
    con.ventanilla.correos.discard(identidad, quien=cuenta.clave, motivo=motivo)
    con.apuntes.drop(cuenta.clave, correo.formulario)
    return see_other(request, "/recibidas")
