"""Informes for the coordinador: a month in numbers, as the SUI asks for PQR, and everything that happened, for whoever audits."""

import datetime as dt

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.informes.csv_files import as_csv
from robot.informes.mes import TITULOS, TRAMOS, Mes, Peticion, as_rows, by_kind, count, last_of
from robot.models import ZONA_HORARIA
from robot.record.accounts import Cuenta
from robot.record.trail import Linea, Rastro
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Coordinador, Servicio
from robot.web.vistas import page

router = APIRouter()
_MOST_LINES = 100_000
_AUDITORIA = ("Cuándo", "Qué", "De", "Quién", "Estado", "Radicado", "Detalle")


@router.get("/informes")
def reports(request: Request, con: Con, cuenta: Coordinador, mes: str = "") -> Response:
    return _page(request, con, cuenta, mes)


def _page(
    request: Request, con: Servicio, cuenta: Cuenta, mes: str, *, desde: str = "", hasta: str = "", problema: str = ""
) -> Response:
    hoy = _today()
    shown = {
        **_month(con, mes),
        "tramos": TRAMOS,
        "hoy": hoy,
        "desde": desde or hoy.replace(day=1).isoformat(),
        "hasta": hasta or hoy.isoformat(),
        "problema": problema,
    }
    return page(request, "informes.html", cuenta, shown, status=422 if problema else 200)


@router.get("/informes/mes.csv")
def month_as_csv(con: Con, cuenta: Coordinador, mes: str = "") -> Response:
    del cuenta
    primero = _first_of(mes)
    kinds = by_kind(primero, _received(con, primero), con.calendario, _today())
    return _file(f"pqr-{primero:%Y-%m}.csv", as_csv(TITULOS, [row for one in kinds for row in as_rows(one)]))


@router.post("/informes/auditoria")
def audit(request: Request, fields: Formulario, con: Con, cuenta: Coordinador) -> Response:
    """Everything that happened from one day to another, as a file; that somebody took it is told in the next one."""
    try:
        desde, hasta = (dt.date.fromisoformat(one(fields, name)) for name in ("desde", "hasta"))
    except ValueError:
        return _wrong(request, con, cuenta, fields, "Escriba los dos días.")
    if not 2000 <= desde.year <= hasta.year < 9999 or hasta < desde:
        return _wrong(request, con, cuenta, fields, "El primer día va antes del último.")
    found = Rastro(con.registro).lines(desde, hasta, limite=_MOST_LINES + 1)
    if len(found) > _MOST_LINES:
        return _wrong(request, con, cuenta, fields, "Son más de 100.000 líneas. Pida menos días.")
    con.cuentas.note(cuenta.clave, f"Descargó la auditoría del {desde} al {hasta}.", quien=cuenta.clave)
    return _file(f"auditoria-{desde}-a-{hasta}.csv", as_csv(_AUDITORIA, map(_as_row, found)))


def _wrong(request: Request, con: Servicio, cuenta: Cuenta, fields: Formulario, problema: str) -> Response:
    return _page(request, con, cuenta, "", desde=one(fields, "desde"), hasta=one(fields, "hasta"), problema=problema)


def _as_row(linea: Linea) -> list[str]:
    return [
        f"{linea.instante:%Y-%m-%d %H:%M:%S}",
        linea.clase,
        linea.de,
        linea.quien,
        linea.estado,
        linea.radicado,
        linea.detalle,
    ]


def _file(nombre: str, texto: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{nombre}"'}
    return Response(texto, media_type="text/csv; charset=utf-8", headers=headers)


def _month(con: Servicio, mes: str) -> dict[str, object]:
    """Each kind of petition of a month, and, where there are several, all of them together."""
    primero = _first_of(mes)
    received = _received(con, primero)
    kinds: list[Mes] = by_kind(primero, received, con.calendario, _today())
    together = count(primero, received, con.calendario, _today()) if len(kinds) > 1 else None
    return {"primero": primero, "meses": kinds, "todas": together}


def _received(con: Servicio, primero: dt.date) -> list[Peticion]:
    return con.panorama.received(primero, last_of(primero))


def _first_of(mes: str) -> dt.date:
    """Of the month that an address names, as «2026-11»; of this one where it names none."""
    try:
        found = dt.date.fromisoformat(f"{mes}-01")
    except ValueError:
        return _today().replace(day=1)
    return found if 2000 <= found.year < 9999 else _today().replace(day=1)


def _today() -> dt.date:
    return dt.datetime.now(ZONA_HORARIA).date()
