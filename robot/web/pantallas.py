"""What the robot proposes where a screen of Serviweb changed, for the coordinador to accept, and the lines that were accepted."""

from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.perfil.ajustes import Ajuste, Propuesta
from robot.perfil.screens import PANTALLAS, DefinicionDePantalla, Elemento
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Coordinador, NoEsta
from robot.web.vistas import page, see_other

router = APIRouter()
_RUTA = "/pantallas"


@router.get(_RUTA)
def show(request: Request, con: Con, cuenta: Coordinador) -> Response:
    ajustes, conciliaciones = con.ventanilla.ajustes, con.ventanilla.conciliaciones
    by_thing = groupby(ajustes.pending(), key=_thing)
    shown = {
        "propuestas": [(*_definition(*thing), list(some)) for thing, some in by_thing],
        "aceptadas": [(*_definition(one.ajuste.pantalla, one.ajuste.elemento), one) for one in ajustes.history()],
        "verificacion": conciliaciones.last_verification(),
        "verificando": conciliaciones.is_verifying(),
    }
    return page(request, "pantallas.html", cuenta, shown)


def _thing(one: Propuesta) -> tuple[str, str]:
    return one.pantalla, one.elemento


def _definition(pantalla: str, elemento: str) -> tuple[DefinicionDePantalla, Elemento]:
    definicion = PANTALLAS[pantalla]
    return definicion, definicion.elementos[elemento]


@router.post(f"{_RUTA}/aceptar")
def accept(request: Request, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    ajuste = Ajuste(one(fields, "pantalla"), one(fields, "elemento"), one(fields, "linea"))
    con.ventanilla.ajustes.accept(ajuste, quien=cuenta.clave)
    return see_other(request, f"{_RUTA}#aceptadas")


@router.post(f"{_RUTA}/revertir")
def revert(request: Request, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    numero = one(fields, "numero")
    if not numero.isdecimal() or len(numero) > 9:
        raise NoEsta
    con.ventanilla.ajustes.revert(int(numero), quien=cuenta.clave)
    return see_other(request, f"{_RUTA}#aceptadas")
