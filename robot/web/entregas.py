"""Entregas: the solicitudes de trámite of a day on their way to the coordinador and the contratista, and the visits of a day."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.informes import entregas as relacion
from robot.models import ZONA_HORARIA
from robot.record.accounts import Cuenta
from robot.referencia import Referencia
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, Coordinador, NoEsta, Quien, Servicio
from robot.web.vistas import page, see_other
from robot.workdays import Calendario

router = APIRouter()
_PDF, _CSV = "application/pdf", "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DiasPedidos:
    """Of which day the solicitudes are, and of which the visits."""

    dia: dt.date
    visitas: dt.date

    @classmethod
    def of(cls, calendario: Calendario, dia: str, visitas: str) -> "DiasPedidos":
        """As the page was asked for them: today, and the working day after it, where it was not."""
        day = _day(dia) or dt.datetime.now(ZONA_HORARIA).date()
        return cls(day, _day(visitas) or calendario.vence(day, 1))

    @property
    def direccion(self) -> str:
        return urlencode({"dia": self.dia.isoformat(), "visitas": self.visitas.isoformat()})


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if dt.date(2000, 1, 1) <= found <= dt.date(2100, 1, 1) else None


@router.get("/entregas")
def listing(request: Request, con: Con, cuenta: Quien, dia: str = "", visitas: str = "") -> Response:
    dias = DiasPedidos.of(con.calendario, dia, visitas)
    tramites = con.ventanilla.entregas.of_day(dias.dia, _asesor(cuenta))
    agenda, recorridos = _rounds(con, cuenta, dias.visitas)
    contratistas = {each.cuadrilla for each in recorridos} | {one.asignada_a for one in tramites if one.asignada_a}
    shown = {
        "dias": dias,
        "nombres": con.names(),
        "grupos": relacion.by_asesor(tramites),
        "total": len(tramites),
        "varios": relacion.several_kinds(
            [*tramites, *(one.tramite for each in recorridos for one in each.visitas if one.tramite is not None)]
        ),
        "recorridos": recorridos,
        "falla": agenda,
        "contratistas": sorted(contratistas - {relacion.SIN_CUADRILLA}),
    }
    return page(request, "entregas.html", cuenta, shown)


def _asesor(cuenta: Cuenta) -> str:
    return "" if cuenta.coordina else cuenta.clave


def _rounds(con: Servicio, cuenta: Cuenta, dia: dt.date) -> tuple[str, list[relacion.Recorrido]]:
    """Why Programación could not be read, and the visits of a day, which are the coordinador's to give out."""
    if not cuenta.coordina:
        return "", []
    lectura = con.agenda.read()
    known = con.ventanilla.entregas.by_radicado(relacion.radicados_on(lectura.filas, dia))
    recorridos = relacion.rounds_of(lectura.filas, dia, known)
    for moved in relacion.moved_in(dia, recorridos):
        con.ventanilla.follow_cita(Referencia(moved.referencia), quien=cuenta.clave)
    return lectura.falla, recorridos


@router.post("/entregas")
def note(request: Request, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """What became of the paper of those that are ticked: handed to the coordinador, assigned to somebody; or not, after all."""
    chosen = [own for text in fields.get("referencia", []) if (own := _visible(con, cuenta, text)) is not None]
    match one(fields, "que"):
        case "entregada" | "sin-entregar" as what:
            con.ventanilla.entregas.deliver(chosen, quien=cuenta.clave, entregada=what == "entregada")
        case "asignar" if cuenta.coordina and one(fields, "contratista").strip():
            con.ventanilla.entregas.assign(chosen, one(fields, "contratista"), quien=cuenta.clave)
        case "sin-asignar" if cuenta.coordina:
            con.ventanilla.entregas.assign(chosen, "", quien=cuenta.clave)
        case _:
            pass
    return see_other(
        request, f"/entregas?{DiasPedidos.of(con.calendario, one(fields, 'dia'), one(fields, 'visitas')).direccion}"
    )


def _visible(con: Servicio, cuenta: Cuenta, texto: str) -> Referencia | None:
    try:
        return con.visible_to(cuenta, texto).referencia
    except NoEsta:
        return None


@router.get("/entregas/relacion.{formato}")
def tramites_file(formato: str, con: Con, cuenta: Quien, dia: str = "") -> Response:
    day = DiasPedidos.of(con.calendario, dia, "").dia
    tramites = con.ventanilla.entregas.of_day(day, _asesor(cuenta))
    return _as_file(
        f"entrega-{day}",
        formato,
        pdf=lambda: relacion.tramites_as_pdf(day, tramites),
        csv=lambda: relacion.tramites_as_csv(tramites),
    )


@router.get("/entregas/visitas.{formato}")
def rounds_file(formato: str, con: Con, cuenta: Coordinador, visitas: str = "", cuadrilla: str = "") -> Response:
    """The visits of a day, of one crew or of all."""
    day = DiasPedidos.of(con.calendario, "", visitas).visitas
    _, recorridos = _rounds(con, cuenta, day)
    wanted = [each for each in recorridos if cuadrilla in {"", each.cuadrilla}]
    return _as_file(
        f"visitas-{day}",
        formato,
        pdf=lambda: relacion.rounds_as_pdf(day, wanted),
        csv=lambda: relacion.rounds_as_csv(day, wanted),
    )


def _as_file(name: str, formato: str, *, pdf: Callable[[], bytes], csv: Callable[[], str]) -> Response:
    made: Mapping[str, tuple[Callable[[], bytes | str], str]] = {"pdf": (pdf, _PDF), "csv": (csv, _CSV)}
    if formato not in made:
        raise NoEsta
    make, kind = made[formato]
    headers = {"content-disposition": f'attachment; filename="{name}.{formato}"'}
    return Response(make(), media_type=kind, headers=headers)
