"""Bandeja: every solicitud somebody may see, searched and counted against the legal term, and as a file for spreadsheets."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.informes.csv_files import as_csv
from robot.models import ZONA_HORARIA, Estado
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente
from robot.record.overview import Filtro
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Quien, Servicio
from robot.web.vistas import page, why

router = APIRouter()
_POR_PAGINA = 25
_MOST_LINES = 20_000
_LONGEST_SEARCH = 40


@dataclass(frozen=True)
class Renglon:
    """One line of the list.

    Attributes:
        vence: last day of the legal term.
        faltan: working days left of it; nothing where it no longer matters.
    """

    e: Expediente
    vence: dt.date
    faltan: int | None
    motivo: str


@router.get("/solicitudes")
def newest(request: Request, con: Con, cuenta: Quien) -> Response:
    return _list(request, con, cuenta, {})


@router.post("/solicitudes/buscar")
def search(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """A posted form, so that what is searched for stands in no address."""
    if one(fields, "formato") == "csv":
        return _as_csv(con, cuenta, fields)
    return _list(request, con, cuenta, fields)


def _list(request: Request, con: Servicio, cuenta: Cuenta, fields: Mapping[str, list[str]]) -> Response:
    filtro = _filtro(cuenta, fields)
    wanted = _number(fields)
    found, total = con.panorama.search(filtro, limite=_POR_PAGINA, salto=(wanted - 1) * _POR_PAGINA)
    return page(
        request,
        "bandeja.html",
        cuenta,
        {
            "donde": "/solicitudes",
            "renglones": [_renglon(con, one) for one in found],
            "total": total,
            "pagina": wanted,
            "paginas": max(1, -(-total // _POR_PAGINA)),
            "filtro": filtro,
            "estados": list(Estado),
        },
    )


def _renglon(con: Servicio, expediente: Expediente) -> Renglon:
    vence = con.calendario.vence(expediente.creada.date())
    over = expediente.estado in {Estado.RECHAZADA, Estado.CANCELADA}
    faltan = None if over else con.calendario.faltan(vence, dt.datetime.now(ZONA_HORARIA).date())
    return Renglon(expediente, vence, faltan, why(expediente))


def _filtro(cuenta: Cuenta, fields: Mapping[str, list[str]]) -> Filtro:
    known = {estado.value for estado in Estado}
    text = "".join(character for character in one(fields, "texto") if character.isprintable())
    return Filtro(
        asesor="" if cuenta.coordina else cuenta.clave,
        estados=tuple(Estado(estado) for estado in fields.get("estado", []) if estado in known),
        texto=text.strip()[:_LONGEST_SEARCH],
        desde=_day(one(fields, "desde")),
        hasta=_day(one(fields, "hasta")),
    )


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 9999 else None


def _number(fields: Mapping[str, list[str]]) -> int:
    text = one(fields, "pagina")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _as_csv(con: Servicio, cuenta: Cuenta, fields: Mapping[str, list[str]]) -> Response:
    found, _ = con.panorama.search(_filtro(cuenta, fields), limite=_MOST_LINES)
    titles = ["Referencia", "Estado", "Radicado", "Suscriptor", "Asesor", "Recibida", "Cita", "Vence", "Motivo"]
    return Response(
        as_csv(titles, (_as_row(con, one) for one in found)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="solicitudes.csv"'},
    )


def _as_row(con: Servicio, expediente: Expediente) -> list[str]:
    cita = expediente.resultado.cita if expediente.resultado else None
    return [
        expediente.referencia,
        expediente.estado.value,
        expediente.radicado or "",
        expediente.suscriptor,
        expediente.asesor,
        f"{expediente.creada:%Y-%m-%d %H:%M}",
        f"{cita.fecha} {cita.hora:%H:%M}" if cita else "",
        con.calendario.vence(expediente.creada.date()).isoformat(),
        why(expediente),
    ]
