"""Worlds in which everything agrees, and every way in which it can cease to."""

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from robot.conciliacion.findings import Tipo
from robot.conciliacion.matching import Mundo
from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido
from robot.models import ZONA_HORARIA, Estado
from robot.referencia import Referencia
from robot.workdays import Calendario

AHORA = dt.datetime(2026, 11, 24, 12, tzinfo=ZONA_HORARIA)
HOY = AHORA.date()
DESDE = HOY - dt.timedelta(days=30)
_HOURS = tuple(dt.time(hour, minute) for hour in (7, 8, 9, 10, 14, 15, 16) for minute in (0, 30))
_CALENDARIO = Calendario()
_WORKING_DAYS = [
    day for n in range(-30, 13) if _CALENDARIO.is_habil(day := HOY + dt.timedelta(days=n)) and day.weekday() < 5
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
        return Mundo(tramites, filas, solicitudes, DESDE, HOY, AHORA, _CALENDARIO)

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


Esperado = tuple[Tipo, str]
"""A kind of finding and the suscriptor that it is about."""
Caso = Callable[[MundoDePrueba, CitaDePrueba], Esperado | None]
CASOS: dict[str, tuple[Tipo, Caso]] = {}
"""Every way to break a world, by name: what must be found, and how it is done; nothing where the cita does not lend itself."""


def _case(tipo: Tipo) -> Callable[[Caso], Caso]:
    def keep(caso: Caso) -> Caso:
        CASOS[caso.__name__] = (tipo, caso)
        return caso

    return keep


def inject(mundo: MundoDePrueba, wanted: Mapping[str, int]) -> Counter[Esperado]:
    """Break a world so many times in each way; what must be found, as far as there are citas that lend themselves."""
    expected: Counter[Esperado] = Counter()
    victims = list(mundo.citas)
    mundo.azar.shuffle(victims)
    for name, times in wanted.items():
        done = 0
        for cita in list(victims):
            if done == times:
                break
            found = CASOS[name][1](mundo, cita)
            if found is not None:
                victims.remove(cita)
                expected[found] += 1
                done += 1
    return expected


def _day(mundo: MundoDePrueba, at: int) -> dt.date:
    fecha = mundo.row(at).fecha
    assert fecha is not None
    return fecha


def _fecha(mundo: MundoDePrueba, cita: CitaDePrueba) -> dt.date:
    fecha = mundo.fila(cita).fecha
    assert fecha is not None
    return fecha


def _by_hand(cita: CitaDePrueba) -> bool:
    return not cita.referencia


@_case(Tipo.CITA_SIN_RADICADO)
def pqr_not_written_by_hand(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    mundo.change(cita, pqr="")
    return Tipo.CITA_SIN_RADICADO, cita.suscriptor


@_case(Tipo.CITA_SIN_RADICADO)
def pqr_of_the_robot_cleared(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, pqr="")
    return Tipo.CITA_SIN_RADICADO, cita.suscriptor


@_case(Tipo.CITA_SIN_TRAMITE)
def tramite_never_filed(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita) or _fecha(mundo, cita) < HOY:
        return None
    mundo.change(cita, pqr="")
    del mundo.tramites[cita.radicado]
    return Tipo.CITA_SIN_TRAMITE, cita.suscriptor


@_case(Tipo.CITA_PASADA_SIN_RADICADO)
def visited_without_tramite(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita) or _fecha(mundo, cita) >= HOY:
        return None
    mundo.change(cita, pqr="")
    del mundo.tramites[cita.radicado]
    return Tipo.CITA_PASADA_SIN_RADICADO, cita.suscriptor


@_case(Tipo.TRAMITE_SIN_CITA)
def cita_never_made(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    filed = mundo.tramites[cita.radicado].fecha
    if not _by_hand(cita) or filed is None or filed < DESDE:
        return None
    mundo.empty(cita)
    return Tipo.TRAMITE_SIN_CITA, cita.suscriptor


@_case(Tipo.RADICADO_DESCONOCIDO)
def radicado_mistyped(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    mundo.change(cita, pqr="2026-999999" + cita.suscriptor)
    del mundo.tramites[cita.radicado]
    return Tipo.RADICADO_DESCONOCIDO, cita.suscriptor


@_case(Tipo.RADICADO_DE_OTRO)
def radicado_of_somebody_else(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    mundo.change_tramite(cita, suscriptor="900" + cita.suscriptor)
    return Tipo.RADICADO_DE_OTRO, cita.suscriptor


@_case(Tipo.RADICADO_REPETIDO)
def row_copied(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    at = mundo.libres.pop()
    free = mundo.filas[at]
    assert free is not None
    mundo.filas[at] = replace(free, codigo=cita.suscriptor, pqr=cita.radicado, libre=False)
    return Tipo.RADICADO_REPETIDO, cita.suscriptor


@_case(Tipo.SUSCRIPTOR_REPETIDO)
def asked_twice(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    own = _fecha(mundo, cita)
    near = [
        at
        for at in mundo.libres
        if (free := mundo.filas[at]) is not None and free.fecha is not None and abs((free.fecha - own).days) <= 15
    ]
    if not near:
        return None
    mundo.libres.remove(near[0])
    mundo.citas.remove(mundo.take(near[0], robot=False, suscriptor=cita.suscriptor))
    return Tipo.SUSCRIPTOR_REPETIDO, cita.suscriptor


@_case(Tipo.REFERENCIA_REPETIDA)
def saved_late_a_second_time(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    number = f"2026-{mundo.new_number():08d}"
    mundo.tramites[number] = replace(mundo.tramites[cita.radicado], radicado=number)
    return Tipo.REFERENCIA_REPETIDA, cita.suscriptor


@_case(Tipo.CUPO_CON_DOS_DUENOS)
def slot_written_twice(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    other = mundo.fila(cita)
    mundo.filas.append(replace(other, numero=8_000 + cita.fila, codigo="", ruta="", asesor="", pqr=""))
    mundo.citas.remove(mundo.take(len(mundo.filas) - 1, robot=False, suscriptor="999" + cita.suscriptor))
    return Tipo.CUPO_CON_DOS_DUENOS, ""


@_case(Tipo.CUPO_CON_DOS_DUENOS)
def slot_claimed_twice_by_the_robot(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    number = mundo.new_number()
    referencia = mundo.new_referencia()
    first = mundo.solicitudes[cita.referencia]
    mundo.solicitudes[referencia] = replace(
        first, referencia=referencia, suscriptor="999" + cita.suscriptor, radicado=f"2026-{number:08d}"
    )
    filed = mundo.tramites[cita.radicado].fecha
    mundo.tramites[f"2026-{number:08d}"] = TramiteLeido(
        f"2026-{number:08d}", "999" + cita.suscriptor, filed, referencia=referencia
    )
    return Tipo.CUPO_CON_DOS_DUENOS, ""


@_case(Tipo.CITA_BORRADA)
def row_deleted(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita) or _fecha(mundo, cita) < DESDE:
        return None
    mundo.filas[cita.fila] = None
    return Tipo.CITA_BORRADA, cita.suscriptor


@_case(Tipo.CITA_VACIADA)
def row_cleared(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.empty(cita)
    return Tipo.CITA_VACIADA, cita.suscriptor


@_case(Tipo.CITA_CAMBIADA)
def codigo_retyped(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, codigo="777" + cita.suscriptor)
    return Tipo.CITA_CAMBIADA, "777" + cita.suscriptor


@_case(Tipo.CITA_CAMBIADA)
def radicado_retyped(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, pqr="PENDIENTE")
    return Tipo.CITA_CAMBIADA, cita.suscriptor


@_case(Tipo.CITA_MOVIDA)
def row_moved_to_another_slot(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    later = [at for at in mundo.libres if (free := mundo.filas[at]) is not None and free.fecha is not None
             and dt.timedelta(0) < free.fecha - _fecha(mundo, cita) < dt.timedelta(days=5)]  # fmt: skip
    if not later:
        return None
    mundo.libres.remove(later[0])
    old, new = mundo.fila(cita), mundo.filas[later[0]]
    assert new is not None
    mundo.filas[later[0]] = replace(new, codigo=old.codigo, ruta=old.ruta, asesor=old.asesor, pqr=old.pqr, libre=False)
    mundo.empty(cita)
    return Tipo.CITA_MOVIDA, cita.suscriptor


@_case(Tipo.POR_VERIFICAR_RESUELTA)
def saved_without_an_answer(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, pqr="")
    mundo.change_solicitud(cita, estado=Estado.POR_VERIFICAR, radicado="")
    return Tipo.POR_VERIFICAR_RESUELTA, cita.suscriptor


@_case(Tipo.POR_VERIFICAR_RESUELTA)
def never_saved(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, pqr="")
    mundo.change_solicitud(cita, estado=Estado.POR_VERIFICAR, radicado="", cambiada=AHORA - dt.timedelta(days=2))
    del mundo.tramites[cita.radicado]
    return Tipo.POR_VERIFICAR_RESUELTA, cita.suscriptor


@_case(Tipo.POR_VERIFICAR_PENDIENTE)
def waits_for_a_person(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change_solicitud(cita, estado=Estado.POR_VERIFICAR)
    return Tipo.POR_VERIFICAR_PENDIENTE, cita.suscriptor


@_case(Tipo.CUPO_RETENIDO)
def refused_without_giving_back(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if _by_hand(cita):
        return None
    mundo.change(cita, pqr="")
    mundo.change_solicitud(cita, estado=Estado.RECHAZADA, radicado="")
    del mundo.tramites[cita.radicado]
    return Tipo.CUPO_RETENIDO, cita.suscriptor


@_case(Tipo.CITA_EN_DIA_CERRADO)
def visit_on_a_sunday(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    own = _fecha(mundo, cita)
    mundo.change(cita, fecha=own + dt.timedelta(days=6 - own.weekday()), cuadrilla="De turno " + cita.suscriptor)
    return Tipo.CITA_EN_DIA_CERRADO, cita.suscriptor


@_case(Tipo.CODIGO_IMPOSIBLE)
def codigo_that_is_none(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    mundo.change(cita, codigo="CASA AZUL " + cita.suscriptor)
    return Tipo.CODIGO_IMPOSIBLE, "CASA AZUL " + cita.suscriptor


@_case(Tipo.FILA_ILEGIBLE)
def hour_that_is_none(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita):
        return None
    mundo.change(cita, hora=None, ilegible="la hora")
    return Tipo.FILA_ILEGIBLE, cita.suscriptor


@_case(Tipo.CUPO_NO_OFRECIDO)
def free_row_with_something_on_it(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    del cita
    at = next((at for at in mundo.libres if _day(mundo, at) >= HOY), None)
    if at is None:
        return None
    mundo.libres.remove(at)
    mundo.filas[at] = replace(mundo.row(at), libre=False, duda=f"dice «ALMUERZO {at}» en OBSERVACIONES")
    return Tipo.CUPO_NO_OFRECIDO, ""


@_case(Tipo.TERMINO_VENCIDO)
def term_that_has_ended(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    if not _by_hand(cita) or _fecha(mundo, cita) < HOY:
        return None
    mundo.change_tramite(cita, fecha=HOY - dt.timedelta(days=40))
    return Tipo.TERMINO_VENCIDO, cita.suscriptor


@_case(Tipo.VISITA_TARDE)
def visit_after_a_term_that_has_not_ended(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    filed = next(day for n in range(60) if _CALENDARIO.vence(day := HOY - dt.timedelta(days=n)) < _fecha(mundo, cita))
    if not _by_hand(cita) or _fecha(mundo, cita) < HOY or _CALENDARIO.vence(filed) < HOY:
        return None
    mundo.change_tramite(cita, fecha=filed)
    return Tipo.VISITA_TARDE, cita.suscriptor


@_case(Tipo.TERMINO_POR_VENCER)
def term_about_to_end(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    filed = next(
        day for n in range(10, 40) if _CALENDARIO.faltan(_CALENDARIO.vence(day := HOY - dt.timedelta(days=n)), HOY) == 2
    )
    if not _by_hand(cita) or not HOY <= _fecha(mundo, cita) <= _CALENDARIO.vence(filed):
        return None
    mundo.change_tramite(cita, fecha=filed)
    return Tipo.TERMINO_POR_VENCER, cita.suscriptor
