"""The three sides side by side: what is where, what belongs together, and what has been explained already."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido
from robot.models import PATRON_SUSCRIPTOR
from robot.workdays import TERMINO_DIAS_HABILES, Calendario

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Cupo = tuple[str, int, dt.date | None, dt.time | None, str]
"""Spreadsheet, worksheet, day, hour and crew."""


@dataclass(frozen=True, slots=True)
class ReglasDeConciliacion:
    """What holds in this utility.

    Attributes:
        suscriptor: regular expression for a whole código.
        dias_duplicado: within how many days two citas of a suscriptor may be the same one.
        dias_antes: how many days before its cita a trámite may have been filed.
        dias_por_vencer: from how many working days before its end on a legal term is near.
        minutos_en_curso: how young a trámite may be and still have somebody at work on its cita.
    """

    suscriptor: str = PATRON_SUSCRIPTOR
    dias_duplicado: int = 15
    dias_antes: int = 45
    dias_por_vencer: int = 3
    minutos_en_curso: int = 30


@dataclass(frozen=True, slots=True)
class Mundo:
    """The three sides as they were read, the trámites before the rows, the record last.

    Attributes:
        tramites: of the causal, filed from some time before `desde` on.
        filas: every row of every spreadsheet, the free ones too.
        solicitudes: those of the robot that may matter to the period.
        desde, hasta: the days whose trámites are missed if they have no cita; citas matter from `desde` on.
        ahora: when the rows were read.
        completo: every page of CONSULTA could be read.
        ajenos: trámites of procedures whose citas are not in these rows.
        compartidos: those that may belong to other rows as well.
        sin_falta: those that nobody misses here if they have no row.
        con_cita: what is compared has rows at all.
        terminos: the legal term of each trámite in working days, where it is not the usual one.
    """

    tramites: Sequence[TramiteLeido]
    filas: Sequence[FilaDePlanilla]
    solicitudes: Sequence[SolicitudVista]
    desde: dt.date
    hasta: dt.date
    ahora: dt.datetime
    calendario: Calendario = field(default_factory=Calendario)
    reglas: ReglasDeConciliacion = ReglasDeConciliacion()
    completo: bool = True
    ajenos: Set[str] = frozenset()
    compartidos: Set[str] = frozenset()
    sin_falta: Set[str] = frozenset()
    con_cita: bool = True
    terminos: Mapping[str, int] = field(default_factory=dict)

    def vence(self, one: TramiteLeido) -> dt.date | None:
        """The last day of a trámite's legal term; None if it is not told when it was filed."""
        if one.fecha is None:
            return None
        return self.calendario.vence(one.fecha, self.terminos.get(one.radicado, TERMINO_DIAS_HABILES))

    @property
    def hoy(self) -> dt.date:
        return self.ahora.date()


class Grupos(Generic[K, V]):
    """Things by what they have in common, in the order in which each group began.

    Most have it with no other, and those are kept without a list around each: a million small lists would have the garbage
    collector go through them again and again, which costs more than the work.
    """

    def __init__(self) -> None:
        self._first: dict[K, V] = {}
        self._several: dict[K, list[V]] = {}

    def add(self, key: K, one: V) -> None:
        if key in self._several:
            self._several[key].append(one)
        elif key in self._first:
            self._several[key] = [self._first[key], one]
        else:
            self._first[key] = one

    def __contains__(self, key: K) -> bool:
        return key in self._first

    def get(self, key: K) -> Sequence[V]:
        """A group; without anything in it where there is none."""
        if key in self._several:
            return self._several[key]
        return (self._first[key],) if key in self._first else ()

    def __iter__(self) -> Iterator[Sequence[V]]:
        return (self._several.get(key) or (one,) for key, one in self._first.items())

    def several(self) -> Iterator[Sequence[V]]:
        """The groups of more than one."""
        return (self._several[key] for key in self._first if key in self._several)


class Cotejo:
    """One comparison of a world.

    One difference gives one finding: what explains a row or a trámite first takes it out of what is looked at later.

    Attributes:
        codigo: whose each row is; a código that was typed as a number has its zeros back.
        numero: the radicado in each row, in the same way.
        citas: the row of each trámite, by radicado, as far as it is known.
    """

    def __init__(self, mundo: Mundo) -> None:
        self.mundo = mundo
        self.filas = mundo.filas
        self.tramites = {one.radicado: one for one in mundo.tramites}
        self.solicitud_de = {one.referencia: one for one in mundo.solicitudes}
        self.citas: dict[str, FilaDePlanilla] = {}
        self._explicados: set[str] = set()
        self._aclaradas: set[int] = set()
        self.codigo = _whole_codes(mundo)
        self.numero = _whole_numbers(mundo, self.tramites)
        self.por_referencia: Grupos[str, TramiteLeido] = Grupos()
        self.por_suscriptor: Grupos[str, TramiteLeido] = Grupos()
        for one in mundo.tramites:
            if one.referencia:
                self.por_referencia.add(one.referencia, one)
            if one.suscriptor:
                self.por_suscriptor.add(one.suscriptor, one)
        self.por_numero: Grupos[str, int] = Grupos()
        self.por_cupo: Grupos[Cupo, int] = Grupos()
        self.por_codigo: Grupos[str, int] = Grupos()
        self.por_marca: Grupos[str, int] = Grupos()
        for at, fila in enumerate(self.filas):
            if fila.pqr:
                self.por_numero.add(self.numero[at], at)
            if fila.fecha is not None and fila.hora is not None:
                self.por_cupo.add(cupo(fila), at)
            if self.is_taken(at):
                self.por_codigo.add(self.codigo[at], at)
            if fila.referencia:
                self.por_marca.add(fila.referencia, at)

    def place_of(self, one: SolicitudVista) -> Sequence[int]:
        """The rows that are where the cita of a solicitud is: one, unless the sheet names no crews."""
        return self.por_cupo.get(cupo(one))

    def explain(self, tramites: Iterable[TramiteLeido] = (), filas: Iterable[int] = ()) -> None:
        """There is nothing more to say of these."""
        self._explicados.update(one.radicado for one in tramites)
        self._aclaradas.update(filas)

    def is_open(self, at: int) -> bool:
        """Nothing has explained the row yet."""
        return at not in self._aclaradas

    def is_free(self, one: TramiteLeido) -> bool:
        """The trámite counts and may be of these rows, none has its radicado, and nothing has explained it yet."""
        if one.anulado or one.radicado in self.mundo.ajenos:
            return False
        return one.radicado not in self._explicados and one.radicado not in self.por_numero

    def in_period(self, at: int) -> bool:
        fecha = self.filas[at].fecha
        return fecha is None or fecha >= self.mundo.desde

    def is_taken(self, at: int) -> bool:
        """The row is somebody's cita."""
        return bool(self.filas[at].codigo) and not self.filas[at].aparte

    def rows(self, indices: Iterable[int]) -> tuple[FilaDePlanilla, ...]:
        return tuple(self.filas[at] for at in indices)

    def known(self, numbers: Iterable[str]) -> tuple[TramiteLeido, ...]:
        return tuple(self.tramites[number] for number in dict.fromkeys(numbers) if number in self.tramites)

    def known_in(self, rows: Iterable[int]) -> tuple[TramiteLeido, ...]:
        """The trámites whose radicados stand in some rows."""
        return self.known(self.numero[at] for at in rows)

    @property
    def if_incomplete(self) -> str:
        return "" if self.mundo.completo else "No se pudo leer toda la consulta; confírmelo en Serviweb."


def cupo(one: FilaDePlanilla | SolicitudVista) -> Cupo:
    return one.planilla_id, one.hoja_id, one.fecha, one.hora, one.cuadrilla


def _whole_codes(mundo: Mundo) -> list[str]:
    shortened = any(fila.numerico for fila in mundo.filas)
    codes = {one.suscriptor for one in mundo.tramites} | {one.suscriptor for one in mundo.solicitudes}
    codes |= {fila.codigo for fila in mundo.filas if not fila.numerico}
    by_value = _by_value(codes) if shortened else {}
    return [_restored(fila.codigo, by_value) if fila.numerico else fila.codigo for fila in mundo.filas]


def _whole_numbers(mundo: Mundo, tramites: Mapping[str, TramiteLeido]) -> list[str]:
    unknown = any(fila.pqr.isdigit() and fila.pqr not in tramites for fila in mundo.filas)
    by_value = _by_value(tramites) if unknown else {}
    return [fila.pqr if fila.pqr in tramites else _restored(fila.pqr, by_value) for fila in mundo.filas]


def _by_value(texts: Iterable[str]) -> Mapping[int, str]:
    """Numbers with zeros before them, by what a spreadsheet makes of them; not where it makes one of two."""
    found: dict[int, set[str]] = defaultdict(set)
    for text in texts:
        if text.isascii() and text.isdigit():
            found[int(text)].add(text)
    return {value: next(iter(texts)) for value, texts in found.items() if len(texts) == 1}


def _restored(text: str, by_value: Mapping[int, str]) -> str:
    return by_value.get(int(text), text) if text.isascii() and text.isdigit() else text
