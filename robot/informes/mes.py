"""The petitions of a month in numbers, by causal and estado, with the working days that their answers took.

The SUI asks for each PQR's causal, dates and answer; these are the counts that its load has to add up to. What kind of answer
was given and how it was notified is Serviweb's to tell.
"""

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from robot.models import Estado
from robot.procedure.definition import Procedimiento
from robot.workdays import TERMINO_DIAS_HABILES, Calendario

TRAMOS = (5, 10, TERMINO_DIAS_HABILES)
"""Working days up to which an answer counts; beyond the last it came after the legal term."""
_WITHOUT_TERM = {Estado.RECHAZADA, Estado.CANCELADA}
TITULOS = (
    "Mes", "Servicio", "Tipo de trámite", "Causal", "Estado", "Recibidas", "Respondidas",
    "En 5 días hábiles o menos", "En 6 a 10", "En 11 a 15", "Después del término",
    "Días hábiles en promedio", "Sin responder, en término", "Sin responder, vencidas",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Peticion:
    """What counts of one petition: how it stands, the day it came, the day it was answered."""

    estado: Estado
    recibida: dt.date
    respondida: dt.date | None = None


@dataclass
class Recuento:
    """The petitions of one estado, or of all.

    Attributes:
        dias: the working days that each answer took.
        en_termino, vencidas: those that have none yet.
    """

    recibidas: int = 0
    dias: list[int] = field(default_factory=list)
    en_termino: int = 0
    vencidas: int = 0

    @property
    def tramos(self) -> list[int]:
        """How many answers took so long: one number for each of `TRAMOS`, and for what came later."""
        limits = (-1, *TRAMOS)
        within = [sum(low < one <= high for one in self.dias) for low, high in zip(limits, TRAMOS, strict=False)]
        return [*within, sum(one > TRAMOS[-1] for one in self.dias)]

    @property
    def promedio(self) -> float | None:
        return round(statistics.fmean(self.dias), 1) if self.dias else None

    def add(self, peticion: Peticion, calendario: Calendario, hoy: dt.date) -> None:
        self.recibidas += 1
        if peticion.respondida is not None:
            self.dias.append(calendario.habiles(peticion.recibida, peticion.respondida))
        elif peticion.estado not in _WITHOUT_TERM:
            in_time = calendario.vence(peticion.recibida) >= hoy
            self.en_termino += in_time
            self.vencidas += not in_time


@dataclass(frozen=True, slots=True)
class Mes:
    """A month: its first day, the petitions that came in it by estado, and all of them."""

    primero: dt.date
    por_estado: Mapping[Estado, Recuento]
    todas: Recuento


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


def as_rows(mes: Mes, procedimiento: Procedimiento) -> list[Sequence[str]]:
    """One row for each estado that something is in, and one for all, with the columns of `TITULOS`."""
    by_name = {estado.value: cuenta for estado, cuenta in mes.por_estado.items() if cuenta.recibidas}
    head = (f"{mes.primero:%Y-%m}", procedimiento.servicio, procedimiento.tipo, procedimiento.causal)
    return [[*head, name, *_numbers(cuenta)] for name, cuenta in {**by_name, "TODAS": mes.todas}.items()]


def _numbers(cuenta: Recuento) -> list[str]:
    promedio = "" if cuenta.promedio is None else str(cuenta.promedio).replace(".", ",")
    counts = [cuenta.recibidas, len(cuenta.dias), *cuenta.tramos]
    return [*map(str, counts), promedio, str(cuenta.en_termino), str(cuenta.vencidas)]
