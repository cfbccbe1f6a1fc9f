"""The petitions of a month in numbers, by procedure, causal and estado, with the working days that their answers took.

The SUI asks for each PQR's causal, dates and answer; these are the counts that its load has to add up to. What kind of answer
was given and how it was notified is Serviweb's to tell.
"""

import datetime as dt
import statistics
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from robot.models import Estado
from robot.workdays import TERMINO_DIAS_HABILES, Calendario

TRAMOS = ("En 5 días hábiles o menos", "En 6 a 10", "En 11 o más, en término", "Después del término")
"""How long an answer took; what came after the legal term counts there alone, however short that is."""
_LIMITS = (5, 10)
_WITHOUT_TERM = {Estado.RECHAZADA, Estado.CANCELADA}
TITULOS = (
    "Mes", "Servicio", "Tipo de trámite", "Causal", "Estado", "Recibidas", "Respondidas",
    *TRAMOS,
    "Días hábiles en promedio", "Sin responder, en término", "Sin responder, vencidas", "Procedimiento",
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class ClaseDePeticion:
    """What a petition is filed as, by its own procedure: what that is called, and what Serviweb calls it."""

    procedimiento: str = ""
    servicio: str = ""
    tipo: str = ""
    causal: str = ""


@dataclass(frozen=True, slots=True)
class Peticion:
    """What counts of one petition: how it stands, the day it came, the day it was answered, what it is, its legal term."""

    estado: Estado
    recibida: dt.date
    respondida: dt.date | None = None
    clase: ClaseDePeticion = ClaseDePeticion()
    termino: int = TERMINO_DIAS_HABILES


@dataclass
class Recuento:
    """The petitions of one estado, or of all.

    Attributes:
        dias: the working days that each answer took.
        tramos: how many answers took so long: one number for each of `TRAMOS`.
        en_termino, vencidas: those that have none yet.
    """

    recibidas: int = 0
    dias: list[int] = field(default_factory=list)
    tramos: list[int] = field(default_factory=lambda: [0] * len(TRAMOS))
    en_termino: int = 0
    vencidas: int = 0

    @property
    def promedio(self) -> float | None:
        return round(statistics.fmean(self.dias), 1) if self.dias else None

    def add(self, peticion: Peticion, calendario: Calendario, hoy: dt.date) -> None:
        self.recibidas += 1
        if peticion.respondida is not None:
            taken = calendario.habiles(peticion.recibida, peticion.respondida)
            self.dias.append(taken)
            self.tramos[-1 if taken > peticion.termino else bisect_left(_LIMITS, taken)] += 1
        elif peticion.estado not in _WITHOUT_TERM:
            in_time = calendario.vence(peticion.recibida, peticion.termino) >= hoy
            self.en_termino += in_time
            self.vencidas += not in_time


@dataclass(frozen=True, slots=True)
class Mes:
    """A month: its first day, the petitions of one kind that came in it by estado, and all of them."""

    primero: dt.date
    por_estado: Mapping[Estado, Recuento]
    todas: Recuento
    clase: ClaseDePeticion = ClaseDePeticion()


def last_of(primero: dt.date) -> dt.date:
    """The last day of the month that begins then."""
    return (primero + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def count(primero: dt.date, peticiones: Iterable[Peticion], calendario: Calendario, hoy: dt.date) -> Mes:
    """Add up what came in a month, as it stands on a day."""
    found = {estado: Recuento() for estado in Estado}
    todas = Recuento()
    for peticion in peticiones:
        found[peticion.estado].add(peticion, calendario, hoy)
        todas.add(peticion, calendario, hoy)
    return Mes(primero, found, todas)


def by_kind(primero: dt.date, peticiones: Iterable[Peticion], calendario: Calendario, hoy: dt.date) -> list[Mes]:
    """What came in a month, each kind of petition by itself."""
    groups: dict[ClaseDePeticion, list[Peticion]] = defaultdict(list)
    for peticion in peticiones:
        groups[peticion.clase].append(peticion)
    return [replace(count(primero, groups[clase], calendario, hoy), clase=clase) for clase in sorted(groups)]


def as_rows(mes: Mes) -> list[Sequence[str]]:
    """One row for each estado that something is in, and one for all, with the columns of `TITULOS`."""
    by_name = {estado.value: cuenta for estado, cuenta in mes.por_estado.items() if cuenta.recibidas}
    clase = mes.clase
    head = (f"{mes.primero:%Y-%m}", clase.servicio, clase.tipo, clase.causal)
    named = {**by_name, "TODAS": mes.todas}
    return [[*head, name, *_numbers(cuenta), clase.procedimiento] for name, cuenta in named.items()]


def _numbers(cuenta: Recuento) -> list[str]:
    promedio = "" if cuenta.promedio is None else str(cuenta.promedio).replace(".", ",")
    counts = [cuenta.recibidas, len(cuenta.dias), *cuenta.tramos]
    return [*map(str, counts), promedio, str(cuenta.en_termino), str(cuenta.vencidas)]
