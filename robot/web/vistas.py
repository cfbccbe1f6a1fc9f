"""Pages from templates, and how what the record holds reads in Spanish."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.dates import format_date, format_timedelta
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from robot.errors import without_remedy
from robot.flows.constancia import Etapa
from robot.models import ZONA_HORARIA, Cupo, Estado
from robot.procedure import Paso
from robot.procedure.definition import Procedimiento
from robot.reading.documents import Identificacion
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente, PasoVisto
from robot.web.direccion import root, route
from robot.web.guardia import csrf_token
from robot.web.servicio import servicio

_IDIOMA = "es_CO"
_AFTER_BOOKING = {Etapa.GUARDAR, Etapa.RADICADO, Etapa.COPIAS, Etapa.VERIFICACION, Etapa.PAPEL}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("robot.web", "plantillas"), PackageLoader("robot", "informes")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "dia": dia,
        "dia_corto": dia_corto,
        "momento": momento,
        "hora": lambda hora: f"{hora:%H:%M}",
        "hace": hace,
        "clase": clase,
        "segundos": segundos,
        "documento": lambda cedula: Identificacion.of(cedula).printed,
        "telefono": lambda celular: celular.replace("/", " / "),
    }
    environment.globals["estatico"] = static_address
    return environment


@cache
def static_address(nombre: str) -> str:
    """The address of one of our files, another one whenever its content changes."""
    own = files("robot.web").joinpath("estatico", nombre)
    content = (own if own.is_file() else files("robot.informes").joinpath("estatico", nombre)).read_bytes()
    return f"/estatico/{nombre}?v={hashlib.sha256(content).hexdigest()[:12]}"


def fragment(plantilla: str, **datos: object) -> str:
    """A part of a page."""
    return _environment().get_template(plantilla).render(**datos)


def page(
    request: Request, plantilla: str, cuenta: Cuenta | None, datos: Mapping[str, object], *, status: int = 200
) -> HTMLResponse:
    """A whole page for an account, or for nobody yet."""
    common = {
        "cuenta": cuenta,
        "csrf": csrf_token(request),
        "donde": route(request),
        "raiz": root(request),
        "por_verificar": _waiting(request, cuenta) if cuenta else 0,
        "recibe": servicio(request).settings.recibir.hay_algo,
    }
    return HTMLResponse(fragment(plantilla, **{**common, **datos}), status_code=status)


def _waiting(request: Request, cuenta: Cuenta) -> int:
    """How many solicitudes wait for a decision, of those that the account may see."""
    return servicio(request).panorama.por_verificar("" if cuenta.coordina else cuenta.clave)


def see_other(request: Request, ruta: str) -> RedirectResponse:
    """What sends the browser to another of our pages after a form."""
    return RedirectResponse(root(request) + ruta, status_code=303)


def dia(fecha: dt.date) -> str:
    """«martes 24 de noviembre»."""
    return str(format_date(fecha, "EEEE d 'de' MMMM", locale=_IDIOMA))


def dia_corto(fecha: dt.date) -> str:
    """«mar 24 nov»."""
    return str(format_date(fecha, "EEE d MMM", locale=_IDIOMA)).replace(".", "")


def momento(instante: dt.datetime) -> str:
    return f"{instante.astimezone(ZONA_HORARIA):%d/%m/%Y %H:%M}"


def hace(instante: dt.datetime) -> str:
    """«hace 5 minutos»."""
    return str(format_timedelta(instante - dt.datetime.now(ZONA_HORARIA), add_direction=True, locale=_IDIOMA))


def segundos(ms: float) -> str:
    return f"{ms / 1000:.1f} s".replace(".", ",")


def clase(estado: StrEnum) -> str:
    """An estado as a name in the style sheet."""
    return estado.value.lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Hito:
    """A step on the timeline.

    Attributes:
        situacion: `hecho`, `en-curso`, `fallo` or `pendiente`.
    """

    numero: int
    nombre: str
    ms: int | None
    situacion: str


def timeline(
    procedimiento: Procedimiento | None, estado: Estado, etapa: str, pasos: Sequence[PasoVisto], fallo: int | None
) -> list[Hito]:
    """Every step of a procedure; of one that is not understood, every step that there is.

    Programación is looked at before anything else; its step counts as done when the cita is taken.
    """
    seen = {one.paso: one for one in pasos}
    booked = estado is Estado.RADICADA or etapa in {one.value for one in _AFTER_BOOKING} or Paso.GUARDAR in seen
    hitos = []
    for paso in Paso if procedimiento is None else procedimiento.pasos:
        visto = seen.get(paso)
        early = paso is Paso.PROGRAMACION and not booked and Paso.OBSERVACION not in seen
        if paso.numero == fallo and estado.terminado:
            situacion = "fallo"
        elif visto is None or early:
            situacion = "pendiente"
        elif visto.ms is None:
            situacion = "pendiente" if estado.terminado else "en-curso"
        else:
            situacion = "hecho"
        hitos.append(Hito(paso.numero, paso.nombre, visto.ms if visto else None, situacion))
    return hitos


@dataclass(frozen=True, slots=True)
class DiaLibre:
    """The free cupos of one day: how many at each hour."""

    fecha: dt.date
    horas: dict[dt.time, int] = field(default_factory=dict)


def by_day(cupos: Sequence[Cupo]) -> list[DiaLibre]:
    days: dict[dt.date, DiaLibre] = {}
    for cupo in cupos:
        horas = days.setdefault(cupo.fecha, DiaLibre(cupo.fecha)).horas
        horas[cupo.hora] = horas.get(cupo.hora, 0) + 1
    return list(days.values())


def why(expediente: Expediente, cuenta: Cuenta) -> str:
    """Why it did not end RADICADA; what is to be done about it, to whom it is to do."""
    error = expediente.resultado.error if expediente.resultado else None
    if error is None:
        return ""
    decides = cuenta.coordina or expediente.estado is not Estado.POR_VERIFICAR
    return error.mensaje if decides else without_remedy(error.clase, error.mensaje)
