"""Conciliación: three lists in, every difference between them out. Pure; reading and repairing are elsewhere.

The order of the rules is from what is known best to what is known least: the robot's own solicitudes, radicados, códigos
with dates.
"""

import dataclasses
import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from robot.conciliacion.findings import Hallazgo, Severidad, Tipo
from robot.conciliacion.matching import Cotejo, Mundo
from robot.conciliacion.own_side import radicado_for, several_of_one_referencia, solicitudes
from robot.conciliacion.sides import FilaDePlanilla, TramiteLeido

_SUNDAY = 6


def reconcile(mundo: Mundo) -> list[Hallazgo]:
    """Every difference, the gravest kinds first.

    Takes time and memory in proportion to what is compared.
    """
    cotejo = Cotejo(mundo)
    return by_gravity(_with_solicitudes(cotejo, one) for rule in _RULES for one in rule(cotejo))


def by_gravity(hallazgos: Iterable[Hallazgo]) -> list[Hallazgo]:
    """Findings, the gravest kinds first."""
    gravest = sorted(Tipo, key=lambda tipo: list(Severidad).index(tipo.severidad))
    order = {tipo: at for at, tipo in enumerate(gravest)}
    return sorted(hallazgos, key=lambda one: (order[one.tipo], one.suscriptor, one.clave))


def _with_solicitudes(c: Cotejo, one: Hallazgo) -> Hallazgo:
    """A finding also shows what the robot knows of it, by the referencias in Serviweb and Programación."""
    if one.solicitudes:
        return one
    marks = dict.fromkeys([*(t.referencia for t in one.tramites), *(f.referencia for f in one.filas)])
    known = tuple(c.solicitud_de[mark] for mark in marks if mark in c.solicitud_de)
    return dataclasses.replace(one, solicitudes=known) if known else one


def _unreadable(c: Cotejo) -> Iterator[Hallazgo]:
    """Rows that say too little, and códigos that can be none."""
    possible = re.compile(c.mundo.reglas.suscriptor)
    for at, fila in enumerate(c.filas):
        if fila.ilegible:
            found = Hallazgo(Tipo.FILA_ILEGIBLE, filas=(fila,), detalle=f"No se entiende {fila.ilegible}.")
        elif c.is_taken(at) and not possible.fullmatch(c.codigo[at]):
            found = Hallazgo(Tipo.CODIGO_IMPOSIBLE, c.known_in([at]), (fila,))
        else:
            continue
        c.explain(c.known_in([at]), [at])
        if c.in_period(at):
            yield found


def _not_offered(c: Cotejo) -> Iterator[Hallazgo]:
    """Rows to come that look free: one finding for each reason in a worksheet."""
    hoy = c.mundo.ahora.date()
    for (_, _, why), rows in _grouped(c.filas, hoy).items():
        yield Hallazgo(Tipo.CUPO_NO_OFRECIDO, filas=tuple(rows), detalle=f"{why[0].upper()}{why[1:]}.")


def _grouped(filas: Sequence[FilaDePlanilla], hoy: dt.date) -> dict[tuple[str, int, str], list[FilaDePlanilla]]:
    groups: dict[tuple[str, int, str], list[FilaDePlanilla]] = defaultdict(list)
    for fila in filas:
        if fila.duda and (fila.fecha is None or fila.fecha >= hoy):
            groups[fila.planilla_id, fila.hoja_id, fila.duda].append(fila)
    return groups


def _repeated_radicados(c: Cotejo) -> Iterator[Hallazgo]:
    for rows in c.por_numero.several():
        if any(c.is_open(at) for at in rows):
            tramites = c.known_in(rows)
            if any(c.in_period(at) for at in rows):
                yield Hallazgo(Tipo.RADICADO_REPETIDO, tramites, c.rows(rows))
            c.explain(tramites, rows)


def _two_owners(c: Cotejo) -> Iterator[Hallazgo]:
    """A crew is at one place at a time."""
    for place in c.por_cupo.several():
        if not c.filas[place[0]].cuadrilla or not c.in_period(place[0]):
            continue
        rows = [at for at in place if c.is_taken(at) and c.is_open(at)]
        if len({c.codigo[at] for at in rows}) > 1:
            tramites = c.known_in(rows)
            yield Hallazgo(Tipo.CUPO_CON_DOS_DUENOS, tramites, c.rows(rows))
            c.explain(tramites, rows)


def _radicados(c: Cotejo) -> Iterator[Hallazgo]:
    """Whether the number in each row is its suscriptor's trámite."""
    for at, *_ in c.por_numero:
        number = c.numero[at]
        if not c.is_open(at) or c.filas[at].aparte:
            continue
        tramite = c.tramites.get(number)
        if tramite is not None and tramite.suscriptor in {"", c.codigo[at]}:
            c.citas[number] = c.filas[at]
            continue
        if tramite is None:
            found = Hallazgo(Tipo.RADICADO_DESCONOCIDO, filas=(c.filas[at],), detalle=c.if_incomplete)
        else:
            whose = f"Es del suscriptor {tramite.suscriptor}."
            found = Hallazgo(Tipo.RADICADO_DE_OTRO, (tramite,), (c.filas[at],), detalle=whose)
        c.explain(found.tramites, [at])
        if c.in_period(at):
            yield found


def _without_radicado(c: Cotejo) -> Iterator[Hallazgo]:
    waiting: dict[str, list[int]] = defaultdict(list)
    for at, fila in enumerate(c.filas):
        if not c.is_taken(at) or fila.pqr or not c.is_open(at):
            continue
        own = c.por_referencia.get(fila.referencia) if fila.referencia else ()
        if len(own) == 1 and c.is_free(own[0]):
            yield radicado_for(c, at, own[0], detalle=f"Por la referencia {own[0].referencia}.")
        else:
            waiting[c.codigo[at]].append(at)
    for codigo, rows in waiting.items():
        yield from _by_suscriptor(c, codigo, rows)


def _by_suscriptor(c: Cotejo, codigo: str, rows: Sequence[int]) -> Iterator[Hallazgo]:
    """Rows of one suscriptor without radicado, and that suscriptor's trámites without row: proven where one meets one."""
    free = [one for one in c.por_suscriptor.get(codigo) if c.is_free(one)]
    fitting = {at: [one for one in free if _may_be_of(c, one, c.filas[at])] for at in rows}
    wanted_by = {one.radicado: [at for at in rows if one in fitting[at]] for one in free}
    for at, ours in fitting.items():
        if len(ours) == 1 and wanted_by[ours[0].radicado] == [at]:
            alone = "Por el código y la fecha: no hay otro."
            proven = c.mundo.completo and ours[0].radicado not in c.mundo.compartidos
            yield radicado_for(c, at, ours[0], detalle=alone, proven=proven)
        elif c.in_period(at):
            yield _unproven(c, at, ours)


def _unproven(c: Cotejo, at: int, ours: Sequence[TramiteLeido]) -> Hallazgo:
    fila = c.filas[at]
    c.explain(ours, [at])
    if ours:
        numbers = ", ".join(one.radicado for one in ours)
        return Hallazgo(Tipo.CITA_SIN_RADICADO, tuple(ours), (fila,), detalle=f"Puede ser: {numbers}.")
    past = fila.fecha is not None and fila.fecha < c.mundo.hoy
    tipo = Tipo.CITA_PASADA_SIN_RADICADO if past else Tipo.CITA_SIN_TRAMITE
    return Hallazgo(tipo, filas=(fila,), detalle=c.if_incomplete)


def _may_be_of(c: Cotejo, one: TramiteLeido, fila: FilaDePlanilla) -> bool:
    """People ask before they are visited, and not long before."""
    if one.fecha is None or fila.fecha is None:
        return True
    return dt.timedelta(0) <= fila.fecha - one.fecha <= dt.timedelta(days=c.mundo.reglas.dias_antes)


def _tramites_without_cita(c: Cotejo) -> Iterator[Hallazgo]:
    mundo = c.mundo
    for one in mundo.tramites if mundo.con_cita else ():
        if one.radicado in mundo.sin_falta or one.fecha is None or not mundo.desde <= one.fecha <= mundo.hasta:
            continue
        if c.is_free(one) and not _is_being_worked_on(c, one):
            ends = f"El término legal vence el {mundo.vence(one):%d/%m/%Y}."
            yield Hallazgo(Tipo.TRAMITE_SIN_CITA, (one,), detalle=ends)


def _is_being_worked_on(c: Cotejo, one: TramiteLeido) -> bool:
    if one.fecha is None or one.hora is None:
        return False
    filed = dt.datetime.combine(one.fecha, one.hora, c.mundo.ahora.tzinfo)
    return c.mundo.ahora - filed < dt.timedelta(minutes=c.mundo.reglas.minutos_en_curso)


def _same_suscriptor(c: Cotejo) -> Iterator[Hallazgo]:
    near = dt.timedelta(days=c.mundo.reglas.dias_duplicado)
    for rows in c.por_codigo.several():
        dated = sorted((fecha, at) for at in rows if c.is_open(at) and (fecha := c.filas[at].fecha) is not None)
        pairs = itertools.pairwise(dated)
        alike = (
            pair
            for pair in pairs
            if pair[1][0] - pair[0][0] <= near and _may_be_for_the_same(c, pair[0][1], pair[1][1])
        )
        close = {at for pair in alike for _, at in pair}
        both = [at for _, at in dated if at in close]
        if any(c.in_period(at) for at in both):
            yield Hallazgo(Tipo.SUSCRIPTOR_REPETIDO, c.known_in(both), c.rows(both))


def _may_be_for_the_same(c: Cotejo, *rows: int) -> bool:
    """Visits of trámites of different causales are for different things, as far as that is told."""
    causales = {one.causal for one in c.known_in(rows)}
    return len(causales) < len(rows) or "" in causales


def _closed_days(c: Cotejo) -> Iterator[Hallazgo]:
    why: dict[dt.date, str] = {}
    for at, fila in enumerate(c.filas):
        if not c.is_taken(at) or fila.fecha is None or not c.in_period(at):
            continue
        if fila.fecha not in why:
            sunday = "Domingo" if fila.fecha.weekday() == _SUNDAY else ""
            why[fila.fecha] = c.mundo.calendario.nombre_de(fila.fecha) or sunday
        if why[fila.fecha]:
            yield Hallazgo(Tipo.CITA_EN_DIA_CERRADO, c.known_in([at]), (fila,), detalle=f"{why[fila.fecha]}.")


def _terms(c: Cotejo) -> Iterator[Hallazgo]:
    """Visits that are still to come, against the legal term of their trámite."""
    calendario, today = c.mundo.calendario, c.mundo.hoy
    answered = {one.radicado for one in c.mundo.solicitudes if one.respondida}
    left_until: dict[dt.date, int] = {}
    for number, fila in c.citas.items():
        one = c.tramites[number]
        if not one.abierto or fila.fecha is None or fila.fecha < today or number in answered:
            continue
        if (vence := c.mundo.vence(one)) is None:
            continue
        if vence not in left_until:
            left_until[vence] = calendario.faltan(vence, today)
        left = left_until[vence]
        if vence < today:
            yield Hallazgo(Tipo.TERMINO_VENCIDO, (one,), (fila,), detalle=f"El término venció el {vence:%d/%m/%Y}.")
        elif fila.fecha > vence or left <= c.mundo.reglas.dias_por_vencer:
            tipo = Tipo.VISITA_TARDE if fila.fecha > vence else Tipo.TERMINO_POR_VENCER
            yield Hallazgo(tipo, (one,), (fila,), detalle=f"El término vence el {vence:%d/%m/%Y}.")


_RULES: Sequence[Callable[[Cotejo], Iterator[Hallazgo]]] = (
    _unreadable,
    _not_offered,
    several_of_one_referencia,
    solicitudes,
    _repeated_radicados,
    _two_owners,
    _radicados,
    _without_radicado,
    _tramites_without_cita,
    _same_suscriptor,
    _closed_days,
    _terms,
)
