"""Doing a conciliación: what is read in which order, what is looked up again, and the repairs that touch Programación."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robot.conciliacion.belonging import groups, worlds
from robot.conciliacion.findings import Accion, Hallazgo, Tipo
from robot.conciliacion.matching import Mundo, ReglasDeConciliacion
from robot.conciliacion.own_side import told_without_cita
from robot.conciliacion.report import Informe
from robot.conciliacion.rules import by_gravity, reconcile
from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista
from robot.errors import CitaLost
from robot.flows.lector import Lector, LecturaDeTramites, together
from robot.models import ZONA_HORARIA, Cita, Estado, Radicado
from robot.procedure.definition import Procedimiento
from robot.settings import Settings
from robot.sheets import Programacion
from robot.workdays import Calendario

_DOUBTFUL = {
    Tipo.RADICADO_DESCONOCIDO,
    Tipo.CITA_SIN_TRAMITE,
    Tipo.CITA_PASADA_SIN_RADICADO,
    Tipo.CUPO_RETENIDO,
    Tipo.POR_VERIFICAR_RESUELTA,
}
"""What rests on a trámite not being there: it may have been filed before the days that were read, or just now."""


@dataclass(frozen=True)
class AgendaDeProcedimientos:
    """A schedule, and the procedures that book in it."""

    programacion: Programacion
    procedimientos: Sequence[Procedimiento]


def compare(
    settings: Settings,
    leido: LecturaDeTramites,
    agendas: Sequence[AgendaDeProcedimientos],
    sin_cita: Sequence[Procedimiento],
    record: Callable[[dt.datetime], Sequence[SolicitudVista]],
    lector: Lector,
    *,
    desde: dt.date,
    hasta: dt.date,
) -> Informe:
    """Read the other two sides, compare each procedure with its own spreadsheets, and look up what that leaves in doubt.

    The trámites come first, so that a row with a radicado that is written meanwhile is in doubt and looked up, and the
    record last, so that whatever it holds had its chance to be in the sheet; what changed meanwhile counts as under way.

    Raises:
        SheetUnusable, GoogleUnavailable, ConfigurationError, ScreenChanged, TransientFailure.
    """
    ahora = dt.datetime.now(ZONA_HORARIA)
    grupos = groups(((one.procedimientos, one.programacion.filas()) for one in agendas), sin_cita)
    filas = [fila for grupo in grupos for fila in grupo.filas]
    solicitudes = [_settled(one, ahora) for one in record(_days_before(ahora, desde, settings))]

    def world(found: LecturaDeTramites) -> Mundo:
        return Mundo(
            tramites=found.tramites,
            filas=filas,
            solicitudes=solicitudes,
            desde=desde,
            hasta=hasta,
            ahora=ahora,
            calendario=Calendario(settings.reglas.cierres),
            reglas=_rules(settings),
            completo=found.completa,
        )

    def reconciled(found: LecturaDeTramites) -> list[Hallazgo]:
        return by_gravity(
            grupo.named(hallazgo) for grupo, own in worlds(world(found), grupos) for hallazgo in reconcile(own)
        )

    hallazgos = reconciled(leido)
    avisos = [] if leido.completa else ["No se pudieron leer todas las páginas de la consulta de Serviweb."]
    avisos += [f"No se lee {one.texto}" for agenda in agendas for one in agenda.programacion.sin_leer()]
    avisos += told_without_cita(solicitudes, filas)
    doubtful = list(dict.fromkeys(one.suscriptor for one in hallazgos if one.tipo in _DOUBTFUL and one.suscriptor))
    most = settings.conciliacion.dudas
    if doubtful[:most]:
        leido = together([leido, *(lector.of_suscriptor(one) for one in doubtful[:most])])
        hallazgos = reconciled(leido)
    if len(doubtful) > most:
        avisos.append(
            f"De {len(doubtful)} suscriptores en duda se buscaron {most} uno por uno; los demás, solo entre lo leído."
        )
    return Informe(
        desde=desde,
        hasta=hasta,
        instante=ahora,
        tramites=len(leido.tramites),
        filas=sum(fila.tocada for fila in filas),
        solicitudes=len(solicitudes),
        hallazgos=tuple(hallazgos),
        avisos=tuple(dict.fromkeys(avisos)),
    )


def _days_before(ahora: dt.datetime, desde: dt.date, settings: Settings) -> dt.datetime:
    back = (ahora.date() - desde).days + settings.conciliacion.dias_antes
    return ahora - dt.timedelta(days=back)


def _settled(one: SolicitudVista, ahora: dt.datetime) -> SolicitudVista:
    """What changed since the rows were read is still under way as far as they can tell."""
    return one if one.cambiada < ahora else dataclasses.replace(one, estado=Estado.EN_CURSO)


def _rules(settings: Settings) -> ReglasDeConciliacion:
    return ReglasDeConciliacion(
        suscriptor=settings.reglas.suscriptor,
        dias_duplicado=settings.reglas.dias_duplicado,
        dias_antes=settings.conciliacion.dias_antes,
        dias_por_vencer=settings.conciliacion.dias_por_vencer,
    )


def repair_row(agendas: Sequence[AgendaDeProcedimientos], hallazgo: Hallazgo) -> None:
    """Make the repair of a finding in the schedule that its row stands in. Safe to repeat; nothing a person typed is changed.

    Raises:
        CitaLost: the row is not any more as it was found.
        SheetUnusable, GoogleUnavailable.
    """
    fila = hallazgo.filas[0]
    programacion = _schedule_with(agendas, fila)
    if hallazgo.reparacion is Accion.ESCRIBIR_RADICADO:
        programacion.write_found_radicado(fila, Radicado(numero=hallazgo.tramites[0].radicado))
        return
    if fila.fecha is None or fila.hora is None or fila.marca is None:
        raise CitaLost("La fila no tiene la marca del robot.")
    programacion.release_untouched(
        Cita(
            fecha=fila.fecha,
            hora=fila.hora,
            planilla=fila.planilla,
            hoja=fila.hoja,
            cuadrilla=fila.cuadrilla,
            referencia=fila.referencia,
            suscriptor=hallazgo.solicitudes[0].suscriptor,
            planilla_id=fila.planilla_id,
            hoja_id=fila.hoja_id,
            marca=fila.marca,
        )
    )


def _schedule_with(agendas: Sequence[AgendaDeProcedimientos], fila: FilaDePlanilla) -> Programacion:
    """Raises: CitaLost: no procedure books in its spreadsheet any more."""
    for agenda in agendas:
        if agenda.programacion.has_planilla(fila.planilla_id):
            return agenda.programacion
    raise CitaLost("Su planilla ya no es de ningún procedimiento.")
