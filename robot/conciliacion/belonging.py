"""Which trámites and solicitudes are compared with which rows: each procedure has its causales, its term, and its spreadsheets.

Rows do not say by which procedure they were booked, so those that share a spreadsheet are compared together. What has no cita
is compared with no row at all, and nobody misses one.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from robot.conciliacion.findings import Hallazgo
from robot.conciliacion.matching import Mundo
from robot.conciliacion.sides import FilaDePlanilla, TramiteLeido
from robot.procedure.definition import Procedimiento


@dataclass(frozen=True, slots=True)
class Grupo:
    """Procedures, each version of them, and every row of the spreadsheets in which they book; without rows, they book nowhere."""

    procedimientos: tuple[Procedimiento, ...]
    filas: tuple[FilaDePlanilla, ...] = ()
    con_cita: bool = True

    @property
    def versiones(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.codigo, one.version) for one in self.procedimientos)

    def named(self, one: Hallazgo) -> Hallazgo:
        """The finding with the names of the procedures that it may be about."""
        codigos = {solicitud.procedimiento for solicitud in one.solicitudes}
        fitting = [own for own in self.procedimientos if own.codigo in codigos]
        if not fitting:
            every = [own for tramite in one.tramites for own in fitting_procedures(tramite, self.procedimientos)]
            fitting = every or list(self.procedimientos)
        names = dict.fromkeys(own.nombre for own in fitting)
        return dataclasses.replace(one, procedimiento=", ".join(names))


def groups(
    agendas: Iterable[tuple[Sequence[Procedimiento], Sequence[FilaDePlanilla]]], sin_cita: Sequence[Procedimiento]
) -> list[Grupo]:
    """The procedures by where they book; those whose schedules have a spreadsheet in common are one group."""
    found: list[Grupo] = []
    for procedimientos, filas in agendas:
        joined = Grupo(tuple(procedimientos), tuple(filas))
        books = {fila.planilla_id for fila in filas}
        apart = []
        for other in found:
            if books.isdisjoint(fila.planilla_id for fila in other.filas):
                apart.append(other)
            else:
                joined = _joined(other, joined)
        found = [*apart, joined]
    return [*found, Grupo(tuple(sin_cita), con_cita=False)] if sin_cita else found


def _joined(one: Grupo, other: Grupo) -> Grupo:
    """Each row once, as whoever understands it reads it."""
    rows: dict[tuple[str, int, int], FilaDePlanilla] = {}
    for fila in (*one.filas, *other.filas):
        place = fila.planilla_id, fila.hoja_id, fila.numero
        if place not in rows or rows[place].ilegible:
            rows[place] = fila
    return Grupo((*one.procedimientos, *other.procedimientos), tuple(rows.values()))


def fitting_procedures(tramite: TramiteLeido, procedimientos: Sequence[Procedimiento]) -> list[Procedimiento]:
    """By which a trámite may have been filed: its referencia tells, else its causal; all, where Serviweb tells neither."""
    by_causal = [one for one in procedimientos if not tramite.causal or tramite.causal in one.causales]
    prefijo = tramite.referencia.partition("-")[0]
    return [one for one in by_causal if one.prefijo_referencia == prefijo] or by_causal


def worlds(mundo: Mundo, grupos: Sequence[Grupo]) -> list[tuple[Grupo, Mundo]]:
    """One world for each group: its own rows and solicitudes, and every trámite, with what is known of whose it is."""
    places = _places(mundo, grupos)
    in_rows = [{fila.pqr for fila in grupo.filas if fila.pqr} for grupo in grupos]
    terminos = _terms(mundo, [one for grupo in grupos for one in grupo.procedimientos])
    found = []
    for at, grupo in enumerate(grupos):
        elsewhere = set().union(*(numbers for other, numbers in enumerate(in_rows) if other != at))
        found.append(
            (
                grupo,
                dataclasses.replace(
                    mundo,
                    filas=grupo.filas,
                    solicitudes=[
                        one for one in mundo.solicitudes if (one.procedimiento, one.version) in grupo.versiones
                    ],
                    ajenos=frozenset(number for number, own in places.items() if at not in own),
                    compartidos=frozenset(number for number, own in places.items() if len(own) > 1),
                    sin_falta=frozenset(number for number, own in places.items() if own and own[0] != at) | elsewhere,
                    con_cita=grupo.con_cita,
                    terminos=terminos,
                ),
            )
        )
    return found


def _places(mundo: Mundo, grupos: Sequence[Grupo]) -> Mapping[str, Sequence[int]]:
    """The groups that each trámite may belong to, by radicado; the first of them is where it is missed if nobody has it.

    One that may be of a procedure without cita is missed nowhere.
    """
    of_solicitud = {one.referencia: (one.procedimiento, one.version) for one in mundo.solicitudes}
    rather_without = sorted(range(len(grupos)), key=lambda at: grupos[at].con_cita)
    known: dict[tuple[str, str], Sequence[int]] = {}
    places: dict[str, Sequence[int]] = {}
    for tramite in mundo.tramites:
        version = of_solicitud.get(tramite.referencia)
        if version is not None:
            places[tramite.radicado] = [at for at in rather_without if version in grupos[at].versiones]
            continue
        signs = (tramite.referencia.partition("-")[0], tramite.causal)
        if signs not in known:
            every = [one for grupo in grupos for one in grupo.procedimientos]
            own = {(one.codigo, one.version) for one in fitting_procedures(tramite, every)}
            known[signs] = [at for at in rather_without if not own.isdisjoint(grupos[at].versiones)]
        places[tramite.radicado] = known[signs]
    return places


def _terms(mundo: Mundo, procedimientos: Sequence[Procedimiento]) -> Mapping[str, int]:
    """The legal term of each trámite, by radicado; the shortest one of those that it may have."""
    version_of = {one.referencia: (one.procedimiento, one.version) for one in mundo.solicitudes}
    known: dict[tuple[str, str, tuple[str, str] | None], int] = {}
    terms = {}
    for tramite in mundo.tramites:
        version = version_of.get(tramite.referencia)
        signs = (tramite.referencia.partition("-")[0], tramite.causal, version)
        if signs not in known:
            own = [one for one in procedimientos if (one.codigo, one.version) == version]
            fitting = own or fitting_procedures(tramite, procedimientos) or procedimientos
            known[signs] = min(one.termino_dias_habiles for one in fitting)
        terms[tramite.radicado] = known[signs]
    return terms
