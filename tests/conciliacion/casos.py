"""Every way in which a world in which everything agrees can cease to, and what must be found then."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from robot.conciliacion.findings import Tipo
from robot.conciliacion.sides import TramiteLeido
from robot.models import Estado
from tests.conciliacion.mundos import AHORA, CALENDARIO, DESDE, HOY, CitaDePrueba, MundoDePrueba

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
    filed = next(day for n in range(60) if CALENDARIO.vence(day := HOY - dt.timedelta(days=n)) < _fecha(mundo, cita))
    if not _by_hand(cita) or _fecha(mundo, cita) < HOY or CALENDARIO.vence(filed) < HOY:
        return None
    mundo.change_tramite(cita, fecha=filed)
    return Tipo.VISITA_TARDE, cita.suscriptor


@_case(Tipo.TERMINO_POR_VENCER)
def term_about_to_end(mundo: MundoDePrueba, cita: CitaDePrueba) -> Esperado | None:
    filed = next(
        day for n in range(10, 40) if CALENDARIO.faltan(CALENDARIO.vence(day := HOY - dt.timedelta(days=n)), HOY) == 2
    )
    if not _by_hand(cita) or not HOY <= _fecha(mundo, cita) <= CALENDARIO.vence(filed):
        return None
    mundo.change_tramite(cita, fecha=filed)
    return Tipo.TERMINO_POR_VENCER, cita.suscriptor
