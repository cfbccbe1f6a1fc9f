"""The coordinador's day as it begins: what waits for them, the visits that come next, the cupos that are left week by week."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from robot.models import Cita, Cupo, Estado
from robot.record.dossier import Expediente
from robot.record.overview import Filtro, PorVencer
from robot.web.cupos import CuposLeidos
from robot.web.servicio import Servicio
from robot.workdays import TERMINO_DIAS_HABILES, Calendario

_SHOWN = 5
_VISITS_SHOWN = 60
_WEEKS = 5
_SOON = 3
"""Working days before the end of the legal term."""
_LONGEST_PAUSE = 60
"""Days on which nobody works, one after the other, at the very most."""
_A_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PorResponder:
    """A petition whose legal term ends soon or has ended.

    Attributes:
        faltan: working days that are left; negative where it has ended.
    """

    e: Expediente
    vence: dt.date
    faltan: int


@dataclass(frozen=True, slots=True)
class VisitaReservada:
    """A visit that the robot has booked."""

    e: Expediente
    cita: Cita


@dataclass(frozen=True, slots=True)
class Semana:
    """How many cupos are free in a week, from today on."""

    lunes: dt.date
    libres: int

    @property
    def domingo(self) -> dt.date:
        return self.lunes + dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class CuposPorSemana:
    """What is free in one schedule in the coming weeks.

    Attributes:
        de: the procedures that book there; blank where there is one schedule only.
    """

    de: str
    lectura: CuposLeidos
    semanas: Sequence[Semana]


@dataclass(frozen=True, slots=True)
class Jornada:
    """What a coordinador sees first.

    Attributes:
        por_verificar: the newest of them; `son_por_verificar` tells how many there are.
        por_responder: those whose term ends first; `son_por_responder` tells how many there are.
        rechazadas: accounts whose password Serviweb refuses.
        dia: of the visits.
        visitas: the first of that day; `son_visitas` tells how many there are.
    """

    por_verificar: Sequence[Expediente]
    son_por_verificar: int
    por_responder: Sequence[PorResponder]
    son_por_responder: int
    rechazadas: Sequence[str]
    dia: dt.date
    visitas: Sequence[VisitaReservada]
    son_visitas: int


def of_today(con: Servicio, hoy: dt.date) -> Jornada:
    """The day as the record tells it now."""
    waiting, how_many = con.panorama.search(Filtro(estados=(Estado.POR_VERIFICAR,)), limite=_SHOWN)
    unanswered, how_many_unanswered = _unanswered(con, hoy)
    dia = next_working_day(con.calendario, hoy)
    visits = con.panorama.visits(dia)
    return Jornada(
        por_verificar=waiting,
        son_por_verificar=how_many,
        por_responder=unanswered,
        son_por_responder=how_many_unanswered,
        rechazadas=con.serviweb.refused(),
        dia=dia,
        visitas=[VisitaReservada(one, cita) for one, cita in visits[:_VISITS_SHOWN]],
        son_visitas=len(visits),
    )


def next_working_day(calendario: Calendario, hoy: dt.date) -> dt.date:
    """The first one after today: visits are made on working days."""
    return calendario.vence(hoy, 1)


def _unanswered(con: Servicio, hoy: dt.date) -> tuple[list[PorResponder], int]:
    """Some whose term ends first, each by the term of its own procedure, and how many there are."""
    groups = [con.panorama.unanswered(cuales, limite=_SHOWN) for cuales in to_be_answered(con, hoy)]
    terms = sorted(((con.vence(one), one) for found, _ in groups for one in found), key=lambda both: both[0])
    first = [PorResponder(one, vence, con.calendario.faltan(vence, hoy)) for vence, one in terms[:_SHOWN]]
    return first, sum(how_many for _, how_many in groups)


def to_be_answered(con: Servicio, hoy: dt.date) -> tuple[PorVencer, ...]:
    """Which petitions are to be answered first: those whose term has ended or ends soon, for each length of term."""
    others = {dias: cuales for dias, cuales in con.panorama.terms().items() if dias != TERMINO_DIAS_HABILES}
    beside = tuple(cual for cuales in others.values() for cual in cuales)
    usual = PorVencer(_ends_soon(con.calendario, hoy, TERMINO_DIAS_HABILES), sin=beside)
    return (
        usual,
        *(PorVencer(_ends_soon(con.calendario, hoy, dias), de=tuple(cuales)) for dias, cuales in others.items()),
    )


def _ends_soon(calendario: Calendario, hoy: dt.date, dias: int) -> dt.date:
    """The last day on which a petition came whose term of so many days has ended or ends within three working days."""
    limit = calendario.vence(hoy, _SOON)
    back = range(3 * dias + _LONGEST_PAUSE)
    ago = bisect_left(back, 1, key=lambda n: int(calendario.vence(hoy - dt.timedelta(days=n), dias) <= limit))
    return hoy - dt.timedelta(days=ago)


def cupos_by_week(con: Servicio, hoy: dt.date) -> list[CuposPorSemana]:
    """Of each schedule in which the procedures in use book."""
    agendas = con.settings.agendas(con.ventanilla.catalogo.activos)
    found = []
    for _, procedimientos in agendas:
        lectura = con.cupos_of(procedimientos[0]).shown()
        names = ", ".join(one.nombre for one in procedimientos) if len(agendas) > 1 else ""
        found.append(CuposPorSemana(names, lectura, by_week(lectura.cupos, hoy)))
    return found


def by_week(cupos: Sequence[Cupo], hoy: dt.date) -> list[Semana]:
    """The coming weeks, also those in which nothing is free."""
    first = hoy - dt.timedelta(days=hoy.weekday())
    return [
        Semana(lunes, sum(lunes <= cupo.fecha < lunes + _A_WEEK for cupo in cupos))
        for lunes in (first + _A_WEEK * number for number in range(_WEEKS))
    ]
