"""Bandeja: every solicitud somebody may see, searched and counted against the legal term, and as a file for spreadsheets."""

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.informes.csv_files import as_csv
from robot.models import ZONA_HORARIA, Estado
from robot.record.accounts import Cuenta
from robot.record.dossier import EstadoDeEntrega, Expediente
from robot.record.notes import ClaseDeApunte
from robot.record.overview import Filtro
from robot.web.guardia import Formulario, one
from robot.web.jornada import to_be_answered
from robot.web.servicio import Con, Quien, Servicio
from robot.web.vistas import page, see_other, why

router = APIRouter()
_POR_PAGINA = 25
_MOST_LINES = 20_000
_LONGEST_SEARCH = 80
_SEARCHED = (
    "texto",
    "desde",
    "hasta",
    "estado",
    "por_responder",
    "procedimiento",
    "cita_desde",
    "cita_hasta",
    "cuadrilla",
    "entrega",
)


@dataclass(frozen=True)
class Renglon:
    """One line of the list.

    Attributes:
        vence: last day of the legal term.
        faltan: working days left of it; nothing where it no longer matters, as once the petition has been answered.
    """

    e: Expediente
    vence: dt.date
    faltan: int | None
    motivo: str


@router.get("/solicitudes")
def listing(
    request: Request,
    con: Con,
    cuenta: Quien,
    busqueda: str = "",
    estado: str = "",
    desde: str = "",
    por_responder: str = "",
    pagina: str = "",
) -> Response:
    """What a search has found that was kept under the name `busqueda`; else those that the address tells of, or all."""
    kept = con.apuntes.get(ClaseDeApunte.BUSQUEDA, cuenta.clave, busqueda) if busqueda else None
    told = {"estado": estado, "desde": desde, "por_responder": por_responder}
    fields = json.loads(kept.texto) if kept else {name: [text] for name, text in told.items()}
    sitio = _Sitio({"busqueda": busqueda} if kept else told, _number(pagina), bool(busqueda and not kept))
    return _list(request, con, cuenta, _filtro(con, cuenta, fields), sitio)


@router.post("/solicitudes/buscar")
def search(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """Keep what is searched for under a name that says nothing, so that it stands in no address, and Back finds it."""
    if one(fields, "formato") == "csv":
        return _as_csv(con, cuenta, fields)
    asked = {name: fields[name] for name in _SEARCHED if any(fields.get(name, []))}
    if not asked:
        return see_other(request, "/solicitudes")
    name = secrets.token_urlsafe(9)
    con.apuntes.keep(ClaseDeApunte.BUSQUEDA, cuenta.clave, name, json.dumps(asked))
    return see_other(request, f"/solicitudes?{urlencode({'busqueda': name})}")


@dataclass(frozen=True)
class _Sitio:
    """Where in a list somebody is.

    Attributes:
        direccion: what of the address names the list.
        olvidada: the search that it names is not kept any more.
    """

    direccion: Mapping[str, str]
    pagina: int
    olvidada: bool

    def at(self, pagina: int) -> str:
        return urlencode({**{name: text for name, text in self.direccion.items() if text}, "pagina": pagina})


def _list(request: Request, con: Servicio, cuenta: Cuenta, filtro: Filtro, sitio: _Sitio) -> Response:
    wanted = sitio.pagina
    found, total = con.panorama.search(filtro, limite=_POR_PAGINA, salto=(wanted - 1) * _POR_PAGINA)
    return page(
        request,
        "bandeja.html",
        cuenta,
        {
            "donde": "/solicitudes",
            "renglones": [_renglon(con, cuenta, one) for one in found],
            "total": total,
            "pagina": wanted,
            "sitio": sitio,
            "buscada": filtro != Filtro(asesor=filtro.asesor),
            "paginas": max(1, -(-total // _POR_PAGINA)),
            "filtro": filtro,
            "estados": list(Estado),
            "entregas": list(EstadoDeEntrega),
            "procedimientos": con.procedimientos(),
        },
    )


def _renglon(con: Servicio, cuenta: Cuenta, expediente: Expediente) -> Renglon:
    vence = con.vence(expediente)
    over = expediente.estado in {Estado.RECHAZADA, Estado.CANCELADA} or expediente.respondida is not None
    faltan = None if over else con.calendario.faltan(vence, _today())
    return Renglon(expediente, vence, faltan, why(expediente, cuenta))


def _filtro(con: Servicio, cuenta: Cuenta, fields: Mapping[str, list[str]]) -> Filtro:
    known = {estado.value for estado in Estado}
    return Filtro(
        asesor="" if cuenta.coordina else cuenta.clave,
        estados=tuple(Estado(estado) for estado in fields.get("estado", []) if estado in known),
        texto=_printable(one(fields, "texto"))[:_LONGEST_SEARCH],
        desde=_day(one(fields, "desde")),
        hasta=_day(one(fields, "hasta")),
        cita_desde=_day(one(fields, "cita_desde")),
        cita_hasta=_day(one(fields, "cita_hasta")),
        cuadrilla=_printable(one(fields, "cuadrilla"))[:_LONGEST_SEARCH],
        procedimiento=_printable(one(fields, "procedimiento"))[:_LONGEST_SEARCH],
        entrega=next((one_of for one_of in EstadoDeEntrega if one_of.value == one(fields, "entrega")), None),
        por_vencer=to_be_answered(con, _today()) if one(fields, "por_responder") else (),
    )


def _today() -> dt.date:
    return dt.datetime.now(ZONA_HORARIA).date()


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 9999 else None


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _as_csv(con: Servicio, cuenta: Cuenta, fields: Mapping[str, list[str]]) -> Response:
    found, _ = con.panorama.search(_filtro(con, cuenta, fields), limite=_MOST_LINES)
    titles = ["Referencia", "Estado", "Radicado", "Suscriptor", "Asesor", "Recibida", "Cita"]
    titles += ["Cuadrilla", "Entrega", "Vence", "Motivo", "Procedimiento", "Causal"]
    names = con.procedimientos()
    return Response(
        as_csv(titles, ([*_as_row(con, cuenta, one), *_filed_as(con, names, one)] for one in found)),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="solicitudes.csv"'},
    )


def _as_row(con: Servicio, cuenta: Cuenta, expediente: Expediente) -> list[str]:
    cita = expediente.resultado.cita if expediente.resultado else None
    return [
        expediente.referencia,
        expediente.estado.value,
        expediente.radicado or "",
        expediente.suscriptor,
        expediente.asesor,
        f"{expediente.creada:%Y-%m-%d %H:%M}",
        f"{cita.fecha} {cita.hora:%H:%M}" if cita else "",
        cita.cuadrilla if cita else "",
        expediente.entrega.estado.value if expediente.estado is Estado.RADICADA else "",
        con.vence(expediente).isoformat(),
        why(expediente, cuenta),
    ]


def _filed_as(con: Servicio, names: Mapping[str, str], expediente: Expediente) -> tuple[str, str]:
    """By which procedure, and as what."""
    return names.get(expediente.procedimiento, expediente.procedimiento), con.causal_of(expediente)
