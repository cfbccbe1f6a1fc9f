"""Lotes: many solicitudes from one file, looked at before anything is filed, filed, followed, and given back."""

import base64
import logging
import secrets
import threading

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from robot.entradas.archivos import MAXIMO_BYTES, FormatoDeArchivo
from robot.entradas.filas import Eleccion
from robot.errors import BadInput, Problema, RobotError
from robot.lotes.recepcion import LoteLeido, elecciones_of
from robot.lotes.resultado import COLUMNAS, as_sent, outcome, problems_as_csv, template
from robot.record.accounts import Cuenta
from robot.record.lotes import ArchivoDeLote, LoteVisto
from robot.record.notes import ClaseDeApunte
from robot.web.guardia import Enviado, Formulario, one
from robot.web.servicio import Con, NoEsta, Quien, Servicio
from robot.web.vistas import page, see_other

router = APIRouter()
_MULTIPART_BYTES = 64 * 1024
_SHOWN_PROBLEMS = 50
_SHOWN_ROWS = 10
_POR_PAGINA = 100
_KINDS = {
    FormatoDeArchivo.CSV: "text/csv; charset=utf-8",
    FormatoDeArchivo.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NO_FILE = "Elija un archivo."

_log = logging.getLogger(__name__)


@router.get("/lotes")
def all_lotes(request: Request, con: Con, cuenta: Quien) -> Response:
    return _list(request, con, cuenta)


def _list(request: Request, con: Servicio, cuenta: Cuenta, *, problema: str = "") -> Response:
    found = con.lotes.guardados.all(quien="" if cuenta.coordina else cuenta.clave)
    shown = {"lotes": found, "problema": problema, "megas": MAXIMO_BYTES // 1024 // 1024}
    return page(request, "lotes.html", cuenta, shown, status=422 if problema else 200)


@router.get("/lotes/plantilla.{formato}")
def empty_file(con: Con, cuenta: Quien, formato: str) -> Response:
    if formato not in {*FormatoDeArchivo}:
        raise NoEsta
    columnas = con.lotes.columnas(asesor="" if cuenta.coordina else cuenta.clave)
    return _file(template(columnas, FormatoDeArchivo(formato)), "plantilla-de-lote", FormatoDeArchivo(formato))


@router.post("/lotes/archivo", max_body_size=MAXIMO_BYTES + _MULTIPART_BYTES)
async def send_file(request: Request, cuenta: Quien, archivo: Enviado, con: Con) -> Response:
    """Keep a file, encrypted, until its owner has looked at what the robot reads of it."""
    return await run_in_threadpool(_keep, request, con, cuenta, archivo.nombre, archivo.contenido)


def _keep(request: Request, con: Servicio, cuenta: Cuenta, nombre: str, contenido: bytes) -> Response:
    if not contenido:
        return _list(request, con, cuenta, problema=_NO_FILE)
    try:
        _read(con, cuenta, contenido, [], "")
    except BadInput as unreadable:
        return _list(request, con, cuenta, problema=_of_file(unreadable.problemas))
    archivo = ArchivoDeLote(nombre=nombre, contenido=base64.b64encode(contenido).decode())
    clave = secrets.token_urlsafe(16)
    con.apuntes.keep(ClaseDeApunte.LOTE, cuenta.clave, clave, archivo.model_dump_json())
    return see_other(request, f"/lotes/revision/{clave}")


@router.get("/lotes/revision/{clave}")
def look_at(request: Request, con: Con, cuenta: Quien, clave: str) -> Response:
    """What the robot reads of a file, before anything of it is filed."""
    leido = _read(con, cuenta, _kept(con, cuenta, clave).bytes, [], "")
    return _review(request, con, cuenta, clave, leido, "")


@router.get("/lotes/revision/{clave}/problemas.csv")
def all_problems(con: Con, cuenta: Quien, clave: str, asesor: str = "") -> Response:
    leido = _read(con, cuenta, _kept(con, cuenta, clave).bytes, [], asesor)
    return _file(problems_as_csv(leido.tabla).encode(), "problemas-del-lote", FormatoDeArchivo.CSV)


@router.post("/lotes")
def file_lote(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """File a lote, or look at it once more with what its owner says of it."""
    clave, asesor = one(fields, "clave"), one(fields, "asesor")
    archivo = _kept(con, cuenta, clave)
    leido = _read(con, cuenta, archivo.bytes, fields.get("aceptar", []), asesor)
    if one(fields, "que") != "radicar":
        return _review(request, con, cuenta, clave, leido, asesor)
    if not leido.puede_radicarse:
        return _review(request, con, cuenta, clave, leido, asesor, status=422)
    identidad = con.lotes.receive(leido, nombre=archivo.nombre, quien=cuenta.clave)
    con.apuntes.drop(cuenta.clave, clave)
    threading.Thread(target=_hand_in, args=(con, identidad), name=identidad, daemon=True).start()
    return see_other(request, f"/lotes/{identidad}")


def _hand_in(con: Servicio, identidad: str) -> None:
    """What is left undone a worker takes up."""
    try:
        con.lotes.hand_in(identidad)
    except RobotError as interrupted:
        _log.warning("un lote quedó por entregar", extra={"clase": type(interrupted).__name__})


@router.get("/lotes/{identidad}")
def one_lote(request: Request, con: Con, cuenta: Quien, identidad: str, pagina: str = "1") -> Response:
    lote = _visible(con, cuenta, identidad)
    pages = max(1, -(-lote.filas // _POR_PAGINA))
    wanted = min(pages, max(1, int(pagina))) if pagina.isascii() and pagina.isdigit() and len(pagina) < 7 else 1
    rows = con.lotes.guardados.rows(identidad, limite=_POR_PAGINA, salto=(wanted - 1) * _POR_PAGINA)
    shown = {
        "lote": lote,
        "renglones": [(one.numero, one.expediente, outcome(one)) for one in rows],
        "columnas": COLUMNAS,
        "pagina": wanted,
        "paginas": pages,
    }
    return page(request, "lote.html", cuenta, shown)


@router.get("/lotes/{identidad}/resultado")
def result(con: Con, cuenta: Quien, identidad: str) -> Response:
    """The rows and columns as they were sent, with what became of each."""
    lote = _visible(con, cuenta, identidad)
    archivo = con.lotes.guardados.archivo(identidad)
    if archivo is None:
        raise NoEsta
    given_back = as_sent(archivo, con.lotes.columnas(asesor=archivo.asesor), con.lotes.guardados.rows(identidad))
    return _file(given_back, f"{identidad}-resultado", FormatoDeArchivo(lote.formato))


def _visible(con: Servicio, cuenta: Cuenta, identidad: str) -> LoteVisto:
    lote = con.lotes.guardados.one(identidad)
    if lote is None or not (cuenta.coordina or lote.quien == cuenta.clave):
        raise NoEsta
    return lote


def _kept(con: Servicio, cuenta: Cuenta, clave: str) -> ArchivoDeLote:
    kept = con.apuntes.get(ClaseDeApunte.LOTE, cuenta.clave, clave)
    if kept is None:
        raise NoEsta
    return ArchivoDeLote.model_validate_json(kept.texto)


def _read(con: Servicio, cuenta: Cuenta, contenido: bytes, aceptar: list[str], asesor: str) -> LoteLeido:
    """As the account may: an asesor hands in for nobody else."""
    whose = cuenta.clave if not cuenta.coordina else asesor if asesor in con.settings.asesores else ""
    elecciones = elecciones_of(aceptar)
    return con.lotes.read(contenido, asesor=whose, solo_suyas=not cuenta.coordina, elecciones=elecciones)


def _review(
    request: Request, con: Servicio, cuenta: Cuenta, clave: str, leido: LoteLeido, asesor: str, *, status: int = 200
) -> Response:
    found = leido.tabla.problemas
    choices = {*leido.tabla.preguntas, *leido.elecciones}
    if any(fila.buena for fila in leido.tabla.filas) and leido.tabla.con_problemas:
        choices.add(Eleccion.SOLO_BUENAS)
    if leido.conocidas:
        choices.add(Eleccion.OTRA_VEZ)
    shown = {
        "donde": "/lotes",
        "clave": clave,
        "leido": leido,
        "problemas": found[:_SHOWN_PROBLEMS],
        "cuantos": len(found),
        "primeras": [fila for fila in leido.tabla.filas if fila.solicitud is not None][:_SHOWN_ROWS],
        "elecciones": [one for one in Eleccion if one in choices],
        "asesores": sorted(con.settings.asesores) if cuenta.coordina else [],
        "asesor": asesor,
    }
    return page(request, "lote_revision.html", cuenta, shown, status=status)


def _of_file(problemas: tuple[Problema, ...]) -> str:
    return " ".join(f"El archivo {problema.mensaje}" for problema in problemas)


def _file(contenido: bytes, nombre: str, formato: FormatoDeArchivo) -> Response:
    headers = {"content-disposition": f'attachment; filename="{nombre}.{formato.value}"'}
    return Response(contenido, media_type=_KINDS[formato], headers=headers)
