"""A conciliación for people and for machines: one file of HTML, a CSV, a JSON object."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from robot.conciliacion.findings import Hallazgo, Severidad
from robot.conciliacion.report import EstadoReparacion, Informe, Reparacion
from robot.conciliacion.runs import Conciliacion
from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido
from robot.informes import as_html, estilo, ordenar
from robot.informes.csv_files import as_csv

_TITLES = (
    "Severidad", "Hallazgo", "Suscriptor", "Radicado", "En Serviweb", "En Programación", "En el robot", "Detalle",
    "Qué hacer", "Reparación", "Procedimiento",
)  # fmt: skip
_OF_A_ROW = (
    "planilla",
    "hoja",
    "numero",
    "fecha",
    "hora",
    "cuadrilla",
    "codigo",
    "ruta",
    "asesor",
    "pqr",
    "referencia",
)
_ALTO = 96


@dataclass(frozen=True, slots=True)
class Barra:
    """One run on the chart: where the part of each severity begins and how high it is, from the bottom, of `_ALTO`."""

    rotulo: str
    partes: tuple[tuple[Severidad, float, float], ...]
    total: int
    falla: bool


def chart(runs: Sequence[Conciliacion]) -> list[Barra]:
    """The last runs, the oldest first."""
    ended = [one for one in reversed(runs) if one.estado.terminado]
    most = max((sum(one.cuentas.get(kind, 0) for kind in Severidad) for one in ended), default=0) or 1
    bars = []
    for one in ended:
        parts, height = [], 0.0
        for kind in reversed(Severidad):
            own = one.cuentas.get(kind, 0) * _ALTO / most
            parts.append((kind, round(_ALTO - height - own, 1), round(own, 1)))
            height += own
        total = sum(one.cuentas.get(kind, 0) for kind in Severidad)
        bars.append(Barra(f"{one.creada:%d/%m}", tuple(parts), total, bool(one.falla)))
    return bars


def in_serviweb(one: TramiteLeido) -> str:
    parts = [one.radicado, f"suscriptor {one.suscriptor}" if one.suscriptor else ""]
    parts += [f"{one.fecha:%d/%m/%Y}" if one.fecha else "", "anulado" if one.anulado else ""]
    return " · ".join(part for part in parts if part)


def in_programacion(one: FilaDePlanilla) -> str:
    when = f"{one.fecha:%d/%m/%Y}" if one.fecha else "sin fecha"
    when += f" {one.hora:%H:%M}" if one.hora else ", sin hora"
    whose = f"código {one.codigo}" if one.codigo else "sin código"
    parts = [f"{one.planilla} / {one.hoja}, fila {one.numero}", when, one.cuadrilla, whose]
    parts += [f"asesor {one.asesor}" if one.asesor else "", f"pqr {one.pqr}" if one.pqr else "pqr en blanco"]
    return " · ".join(part for part in parts if part)


def in_robot(one: SolicitudVista) -> str:
    parts = [one.referencia, one.estado.value, f"radicado {one.radicado}" if one.radicado else ""]
    return " · ".join(part for part in parts if part)


def what_became(hallazgo: Hallazgo, hechas: Mapping[str, Reparacion]) -> str:
    """Of the repair, in Spanish; blank where there is none to make."""
    made = hechas.get(hallazgo.clave)
    if made is None:
        return f"Propuesta: {hallazgo.reparacion.value}" if hallazgo.reparacion else ""
    if made.estado is EstadoReparacion.HECHA:
        return f"Reparado ({made.quien}, {made.instante:%d/%m/%Y %H:%M})"
    if made.estado is EstadoReparacion.PEDIDA:
        return f"Aceptada por {made.quien}; el robot la hace"
    return f"No se pudo: {made.detalle}"


def write_html(
    done: Conciliacion, informe: Informe, hechas: Mapping[str, Reparacion], runs: Sequence[Conciliacion]
) -> str:
    """The whole report in one file, that opens anywhere without a network."""
    return as_html("conciliacion.html", estilo=estilo(), ordenar=ordenar(), **for_template(done, informe, hechas, runs))


def for_template(
    done: Conciliacion, informe: Informe, hechas: Mapping[str, Reparacion], runs: Sequence[Conciliacion]
) -> dict[str, object]:
    """What the report's template and the form's page both show."""
    return {
        "c": done,
        "informe": informe,
        "grupos": informe.por_tipo,
        "barras": chart(runs),
        "alto": _ALTO,
        "pendientes": len(informe.hallazgos) - _repaired(informe, hechas),
        "reparados": _repaired(informe, hechas),
        "hechas": hechas,
        "varios": len({one.procedimiento for one in informe.hallazgos}) > 1,
        "que_fue": what_became,
        "en_serviweb": in_serviweb,
        "en_programacion": in_programacion,
        "en_robot": in_robot,
    }


def _repaired(informe: Informe, hechas: Mapping[str, Reparacion]) -> int:
    return sum(one.clave in hechas and hechas[one.clave].estado is EstadoReparacion.HECHA for one in informe.hallazgos)


def write_csv(informe: Informe, hechas: Mapping[str, Reparacion]) -> str:
    """One line a finding."""
    return as_csv(
        _TITLES,
        (
            (
                one.tipo.severidad.value,
                one.tipo.value,
                one.suscriptor,
                one.radicado,
                " | ".join(map(in_serviweb, one.tramites)),
                " | ".join(map(in_programacion, one.filas)),
                " | ".join(map(in_robot, one.solicitudes)),
                one.detalle,
                one.tipo.que_hacer,
                what_became(one, hechas),
                one.procedimiento,
            )
            for one in informe.hallazgos
        ),
    )


def as_data(done: Conciliacion, informe: Informe | None, hechas: Mapping[str, Reparacion]) -> dict[str, object]:
    """The whole of it as JSON."""
    return {
        "identidad": done.identidad,
        "estado": done.estado.value,
        "desde": done.desde.isoformat(),
        "hasta": done.hasta.isoformat(),
        "falla": done.falla,
        "tramites": informe.tramites if informe else 0,
        "filas": informe.filas if informe else 0,
        "solicitudes": informe.solicitudes if informe else 0,
        "avisos": list(informe.avisos) if informe else [],
        "pendientes": done.pendientes,
        "reparados": done.cuentas.get("reparados", 0),
        "hallazgos": [_as_datum(one, hechas) for one in informe.hallazgos] if informe else [],
    }


def _as_datum(one: Hallazgo, hechas: Mapping[str, Reparacion]) -> dict[str, object]:
    made = hechas.get(one.clave)
    return {
        "clave": one.clave,
        "tipo": one.tipo.name,
        "titulo": one.tipo.value,
        "severidad": one.tipo.severidad.value,
        "suscriptor": one.suscriptor,
        "radicado": one.radicado,
        "detalle": one.detalle,
        "procedimiento": one.procedimiento,
        "que_paso": one.tipo.que_paso,
        "que_hacer": one.tipo.que_hacer,
        "serviweb": [_picked(it, ("radicado", "suscriptor", "fecha", "referencia")) for it in one.tramites],
        "programacion": [_picked(it, _OF_A_ROW) for it in one.filas],
        "robot": [_picked(it, ("referencia", "estado", "suscriptor", "radicado")) for it in one.solicitudes],
        "reparacion": one.reparacion.name if one.reparacion else None,
        "sola": one.sola,
        "reparado": made.estado.value if made else None,
    }


def _picked(one: object, names: Sequence[str]) -> dict[str, object]:
    """Some attributes, days and hours as text."""
    values = {name: getattr(one, name) for name in names}
    return {name: _as_text(value) if isinstance(value, dt.date | dt.time) else value for name, value in values.items()}


def _as_text(value: dt.date | dt.time) -> str:
    return value.isoformat() if isinstance(value, dt.date) else f"{value:%H:%M}"
