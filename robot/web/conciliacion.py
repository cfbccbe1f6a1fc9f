"""Conciliación for the coordinador: every run, what it found, the repairs to accept; and the look at Serviweb's screens."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from robot.conciliacion.report import Informe
from robot.conciliacion.runs import Conciliacion
from robot.errors import BadInput
from robot.informes.conciliacion import as_data, chart, for_template, write_csv, write_html
from robot.web.direccion import root, route
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Coordinador, NoEsta, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_RUNS_SHOWN = 30
_ON_THE_CHART = 14
_SECONDS_BETWEEN_LOOKS = "3"
_REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'; base-uri 'none'"
)
"""A report is a file of its own with its style in it; nothing in it can act."""


def _known(identidad: str, con: Con, cuenta: Coordinador) -> Conciliacion:
    """The conciliación that an address names.

    Raises:
        NoEsta.
    """
    del cuenta
    try:
        return con.ventanilla.conciliaciones.get(identidad)
    except BadInput:
        raise NoEsta from None


Suya = Annotated[Conciliacion, Depends(_known)]


@router.get("/conciliacion")
def history(request: Request, con: Con, cuenta: Coordinador) -> Response:
    runs = con.ventanilla.conciliaciones.newest(_RUNS_SHOWN)
    shown = {"corridas": runs, "barras": chart(runs[:_ON_THE_CHART]), "alto": 96, "ajustes": con.settings}
    verifying = con.ventanilla.conciliaciones.is_verifying()
    changed = {(one.pantalla, one.elemento) for one in con.ventanilla.ajustes.pending()}
    verification = {
        "verificacion": con.ventanilla.conciliaciones.last_verification(),
        "verificando": verifying,
        "propuestas": len(changed),
    }
    answer = page(request, "conciliaciones.html", cuenta, {**shown, **verification})
    return _looking_again(request, answer, again=verifying or any(not one.estado.terminado for one in runs[:3]))


@router.post("/conciliacion")
def ask(request: Request, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    if one(fields, "que") == "pantallas":
        con.ventanilla.rondas.verificar()
        return see_other(request, "/conciliacion")
    identidad = con.ventanilla.rondas.conciliar(reparar=one(fields, "reparar") == "si", quien=cuenta.clave)
    return see_other(request, f"/conciliacion/{identidad}")


@router.get("/conciliacion/{identidad}")
def report(request: Request, con: Con, cuenta: Coordinador, suya: Suya) -> Response:
    record = con.ventanilla.conciliaciones
    found = record.report(suya.identidad)
    made = record.repairs(suya.identidad)
    shown = for_template(suya, found or _nothing_yet(suya), made, record.newest(_ON_THE_CHART))
    answer = page(request, "conciliacion_una.html", cuenta, {**shown, "hay": found is not None, "aceptable": True})
    pending = any(one.estado == "PEDIDA" for one in made.values())
    return _looking_again(request, answer, again=not suya.estado.terminado or pending)


def _nothing_yet(one: Conciliacion) -> Informe:
    return Informe(one.desde, one.hasta, one.creada, 0, 0, 0)


def _looking_again(request: Request, answer: HTMLResponse, *, again: bool) -> HTMLResponse:
    """The page asks again by itself while something is under way; by its whole address, or a `#` in it would keep it."""
    if again:
        answer.headers["refresh"] = f"{_SECONDS_BETWEEN_LOOKS}; url={root(request)}{route(request)}"
    return answer


@router.post("/conciliacion/{identidad}/reparar")
def accept(request: Request, fields: Formulario, con: Con, cuenta: Coordinador, suya: Suya) -> Response:
    clave = one(fields, "clave")
    found = con.ventanilla.conciliaciones.report(suya.identidad)
    if found is None or not any(each.clave == clave and each.reparacion for each in found.hallazgos):
        raise NoEsta
    con.ventanilla.rondas.reparar(suya.identidad, clave, quien=cuenta.clave)
    return see_other(request, f"/conciliacion/{suya.identidad}#r-{clave}")


@router.get("/conciliacion/{identidad}/informe.{formato}")
def download(formato: str, con: Con, suya: Suya) -> Response:
    """The report as a file, in `html`, `csv` or `json`."""
    found = con.ventanilla.conciliaciones.report(suya.identidad)
    if found is None or formato not in {"html", "csv", "json"}:
        raise NoEsta
    return _as_file(con, suya, found, formato)


def _as_file(con: Servicio, suya: Conciliacion, found: Informe, formato: str) -> Response:
    record = con.ventanilla.conciliaciones
    made = record.repairs(suya.identidad)
    headers = {"content-disposition": f'attachment; filename="conciliacion-{suya.identidad}.{formato}"'}
    if formato == "csv":
        return Response(write_csv(found, made), media_type="text/csv; charset=utf-8", headers=headers)
    if formato == "json":
        return JSONResponse(as_data(suya, found, made), headers=headers)
    return HTMLResponse(write_html(suya, found, made, record.newest(_ON_THE_CHART)), headers=headers)


@router.get("/verificacion/{identidad}")
def verification(identidad: str, con: Con, cuenta: Coordinador) -> Response:
    del cuenta
    text = con.ventanilla.conciliaciones.verification_report(identidad)
    if not text:
        raise NoEsta
    return HTMLResponse(text, headers={"content-security-policy": _REPORT_POLICY})
