"""Worlds in which everything agrees."""

import datetime as dt
import itertools
import random
from dataclasses import dataclass, field, replace

from robot.conciliacion.matching import Mundo
from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido
from robot.models import ZONA_HORARIA, Estado
from robot.referencia import Referencia
from robot.workdays import Calendario

AHORA = dt.datetime(2026, 11, 24, 12, tzinfo=ZONA_HORARIA)
HOY = AHORA.date()
DESDE = HOY - dt.timedelta(days=30)
_HOURS = tuple(dt.time(hour, minute) for hour in (7, 8, 9, 10, 14, 15, 16) for minute in (0, 30))
CALENDARIO = Calendario()
_WORKING_DAYS = [
    day for n in range(-30, 13) if CALENDARIO.is_habil(day := HOY + dt.timedelta(days=n)) and day.weekday() < 5
]


@dataclass
class CitaDePrueba:
    """A cita, with where its three sides are; `referencia` is blank for one that people made."""

    suscriptor: str
    radicado: str
    fila: int
    referencia: str = ""


@dataclass
class MundoDePrueba:
    """A world to be changed: rows keep their place in the list, removed ones are None."""

    azar: random.Random
    tramites: dict[str, TramiteLeido] = field(default_factory=dict)
    filas: list[FilaDePlanilla | None] = field(default_factory=list)
    solicitudes: dict[str, SolicitudVista] = field(default_factory=dict)
    citas: list[CitaDePrueba] = field(default_factory=list)
    libres: list[int] = field(default_factory=list)
    siguiente: int = 1

    def as_mundo(self) -> Mundo:
        """What conciliación is given, in no order: nothing may depend on one."""
        mundo = self._as_it_is()
        for side in (mundo.tramites, mundo.filas, mundo.solicitudes):
            self.azar.shuffle(side)  # type: ignore[arg-type]  # lists of our own
        return mundo

    def as_read(self) -> Mundo:
        """What conciliación is given when it has read the three sides: each in its own order, made as it came."""
        mundo = self._as_it_is()
        filas = sorted(mundo.filas, key=lambda one: (one.planilla_id, one.hoja_id, one.numero))
        tramites = sorted(mundo.tramites, key=lambda one: one.radicado)
        solicitudes = sorted(mundo.solicitudes, key=lambda one: one.creada)
        return replace(
            mundo,
            tramites=[replace(one) for one in tramites],
            filas=[replace(one) for one in filas],
            solicitudes=[replace(one) for one in solicitudes],
        )

    def _as_it_is(self) -> Mundo:
        filas = [one for one in self.filas if one is not None]
        tramites, solicitudes = list(self.tramites.values()), list(self.solicitudes.values())
        return Mundo(tramites, filas, solicitudes, DESDE, HOY, AHORA, CALENDARIO)

    def fila(self, cita: CitaDePrueba) -> FilaDePlanilla:
        return self.row(cita.fila)

    def row(self, at: int) -> FilaDePlanilla:
        found = self.filas[at]
        assert found is not None
        return found

    def change(self, cita: CitaDePrueba, **values: object) -> None:
        self.filas[cita.fila] = replace(self.fila(cita), **values)  # type: ignore[arg-type]  # as each case needs

    def change_tramite(self, cita: CitaDePrueba, **values: object) -> None:
        self.tramites[cita.radicado] = replace(self.tramites[cita.radicado], **values)  # type: ignore[arg-type]

    def change_solicitud(self, cita: CitaDePrueba, **values: object) -> None:
        self.solicitudes[cita.referencia] = replace(self.solicitudes[cita.referencia], **values)  # type: ignore[arg-type]

    def empty(self, cita: CitaDePrueba) -> None:
        """The row as it is once a person has cleared it."""
        tag = {"referencia": cita.referencia, "marca": 7 if cita.referencia else None}
        self.change(cita, codigo="", ruta="", asesor="", pqr="", libre=True, **tag)

    def new_number(self) -> int:
        self.siguiente += 1
        return self.siguiente - 1

    def new_referencia(self) -> str:
        """One that no solicitud has: the record would refuse it."""
        every = (str(Referencia.of_key("VD", f"{self.siguiente} {n}")) for n in itertools.count())
        return next(one for one in every if one not in self.solicitudes)

    def take(self, at: int, *, robot: bool, suscriptor: str = "") -> CitaDePrueba:
        """A cita in a free row, with its trámite and, if the robot made it, its solicitud."""
        number = self.new_number()
        fila = self.filas[at]
        assert fila is not None
        assert fila.fecha is not None
        days = self.azar.randrange(1, 9 if fila.fecha < HOY else 5)
        filed = min(fila.fecha, HOY) - dt.timedelta(days=days)
        cita = CitaDePrueba(suscriptor or f"{number:08d}", f"2026-{number:08d}", at)
        if robot:
            cita.referencia = self.new_referencia()
            instante = dt.datetime.combine(filed, dt.time(9), ZONA_HORARIA)
            place = {name: getattr(fila, name) for name in ("planilla_id", "hoja_id", "fecha", "hora", "cuadrilla")}
            self.solicitudes[cita.referencia] = SolicitudVista(
                cita.referencia, Estado.RADICADA, cita.suscriptor, instante, instante, cita.radicado, marca=7, **place
            )
        self.tramites[cita.radicado] = TramiteLeido(cita.radicado, cita.suscriptor, filed, referencia=cita.referencia)
        written = {"codigo": cita.suscriptor, "ruta": "011", "asesor": "Ana Torres", "pqr": cita.radicado}
        tag = {"referencia": cita.referencia, "marca": 7 if robot else None}
        self.filas[at] = replace(fila, libre=False, **written, **tag)  # type: ignore[arg-type]
        self.citas.append(cita)
        return cita


def consistent(azar: random.Random, cuantas: int) -> MundoDePrueba:
    """`cuantas` citas of two months, half of them the robot's, with free rows and notes between them."""
    mundo = MundoDePrueba(azar)
    wanted = cuantas + cuantas // 2 + 40
    crews = -(-wanted // (len(_WORKING_DAYS) * len(_HOURS)))
    slots = [(day, hour, crew) for day in _WORKING_DAYS for hour in _HOURS for crew in range(max(1, crews))]
    for at, (day, hour, crew) in enumerate(azar.sample(slots, min(wanted, len(slots)))):
        mundo.filas.append(
            FilaDePlanilla(
                f"planilla-{day:%Y-%m}", f"Programación {day:%Y-%m}", 0, "Visitas", at + 4, day, hour,
                cuadrilla=f"Cuadrilla {crew + 1}", libre=True,
            )
        )  # fmt: skip
    mundo.libres = list(range(len(mundo.filas)))
    for number in range(cuantas):
        mundo.take(mundo.libres.pop(), robot=number % 2 == 0)
    _add_what_is_no_difference(mundo)
    return mundo


def _add_what_is_no_difference(mundo: MundoDePrueba) -> None:
    """Notes, work that is under way, solicitudes that came to nothing, trámites that were annulled."""
    note = mundo.filas[mundo.libres.pop()]
    assert note is not None
    mundo.filas.append(replace(note, numero=9_000, libre=False, aparte=True, ruta="NO DISPONIBLE"))
    under_way = mundo.take(mundo.libres.pop(), robot=True)
    mundo.change(under_way, pqr="")
    mundo.change_solicitud(under_way, estado=Estado.EN_CURSO, radicado="")
    mundo.citas.remove(under_way)
    refused = mundo.take(mundo.libres[-1], robot=True)
    del mundo.tramites[refused.radicado]
    mundo.empty(refused)
    mundo.change(refused, referencia="", marca=None)
    mundo.change_solicitud(refused, estado=Estado.RECHAZADA, radicado="", fecha=None)
    mundo.citas.remove(refused)
    number = f"2026-{mundo.new_number():08d}"
    mundo.tramites[number] = TramiteLeido(number, "90000001", HOY, anulado=True, abierto=False)
