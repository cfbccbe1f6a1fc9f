"""The record of what was taken from sheets of requests, and of the rounds in which they are looked at.

Rows are known by fingerprints made with the robot's key; what people wrote is kept only as the solicitud that came of it.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from robot.conciliacion.runs import EstadoRonda
from robot.errors import BadInput, Problema
from robot.recepcion.report import InformeDeHoja, InformeDeRecepcion
from robot.recepcion.rows import FilaTomada
from robot.record.dossier import Expediente
from robot.record.entries import now, tell
from robot.record.solicitudes import Registro
from robot.record.tables import filas_tomadas, hojas_recibidas, huellas_de_hoja, recepciones, solicitudes
from robot.referencia import Referencia

Encolar = Callable[[sa.Connection], None]
"""Queues the run within the transaction of the connection."""

_VISTA = "vista"
_DICHA = "dicha"
_TOGETHER = 500
_ON_ITS_WAY = (EstadoRonda.EN_COLA, EstadoRonda.EN_CURSO)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recepcion:
    """One round of looking at everything."""

    identidad: str
    estado: EstadoRonda
    quien: str
    falla: str
    informe: InformeDeRecepcion


@dataclass(frozen=True, slots=True)
class HojaConocida:
    """A sheet as it was left: when it was looked at last, and what that came to.

    Attributes:
        escritura: the write that nobody has seen the end of; blank where there is none.
    """

    mirada: dt.datetime | None
    escritura: str
    informe: InformeDeHoja | None


class _Huella(NamedTuple):
    """A fingerprint, how often it was there, and since when."""

    huella: str
    cuantas: int
    desde: dt.datetime


class Recepciones:
    """Every round, and what each sheet has given.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def ask(self, identidad: str, *, quien: str, encolar: Encolar) -> bool:
        """Queue a round; False if it is there already."""

        def work(connection: sa.Connection) -> None:
            asked = {"identidad": identidad, "estado": EstadoRonda.EN_COLA, "quien": quien, "creada": now()}
            connection.execute(sa.insert(recepciones).values(**asked))
            encolar(connection)

        try:
            self._registro.transaction(work)
        except IntegrityError:
            return False
        return True

    def is_waiting(self) -> bool:
        """Whether a round is asked for that nobody has begun."""
        query = sa.select(recepciones.c.identidad).where(recepciones.c.estado == EstadoRonda.EN_COLA).limit(1)
        return self._do(lambda connection: connection.execute(query).first()) is not None

    def begin(self, identidad: str) -> bool:
        """Take one up, also after an interruption; False where it has ended."""
        row = recepciones.c
        may = sa.update(recepciones).where(row.identidad == identidad, row.estado.in_(_ON_ITS_WAY))
        return self._do(lambda connection: connection.execute(may.values(estado=EstadoRonda.EN_CURSO)).rowcount > 0)

    def end(self, identidad: str, informe: InformeDeRecepcion, falla: str = "") -> None:
        """It is over, well or not."""
        estado = EstadoRonda.FALLIDA if falla else EstadoRonda.TERMINADA
        values = {"estado": estado, "terminada": now(), "falla": falla, "informe": informe.model_dump_json()}
        change = sa.update(recepciones).where(recepciones.c.identidad == identidad).values(**values)
        self._do(lambda connection: connection.execute(change))

    def get(self, identidad: str) -> Recepcion:
        """Raises: BadInput: there is none of this name."""
        query = sa.select(recepciones).where(recepciones.c.identidad == identidad)
        row = self._do(lambda connection: connection.execute(query).first())
        if row is None:
            raise BadInput([Problema("recepción", f"no hay ninguna {identidad}.")])
        told = InformeDeRecepcion.model_validate_json(row.informe) if row.informe else InformeDeRecepcion()
        return Recepcion(row.identidad, EstadoRonda(row.estado), row.quien, row.falla, told)

    def open_ones(self) -> list[str]:
        """The rounds that have not ended."""
        query = sa.select(recepciones.c.identidad).where(recepciones.c.estado.in_(_ON_ITS_WAY))
        return list(self._do(lambda connection: connection.execute(query).scalars().all()))

    def drop_before(self, before: dt.datetime) -> None:
        """Forget rows that were gone so long ago."""
        gone = sa.delete(filas_tomadas).where(filas_tomadas.c.perdida < before)
        self._do(lambda connection: connection.execute(gone))

    def drop_rounds(self, before: dt.datetime) -> list[str]:
        """Forget the rounds that ended so long ago; which they were."""
        gone = sa.delete(recepciones).where(recepciones.c.terminada < before).returning(recepciones.c.identidad)
        return self._do(lambda connection: list(connection.execute(gone).scalars().all()))

    def sheet(self, planilla: str, titulo: str) -> HojaConocida:
        line = hojas_recibidas.c
        query = sa.select(hojas_recibidas).where(line.planilla == planilla, line.titulo == titulo)
        row = self._do(lambda connection: connection.execute(query).first())
        if row is None:
            return HojaConocida(None, "", None)
        told = InformeDeHoja.model_validate_json(row.informe) if row.informe else None
        return HojaConocida(row.mirada, row.escritura, told)

    def note_look(self, planilla: str, titulo: str, informe: InformeDeHoja) -> None:
        """What a look came to."""
        self._note(planilla, titulo, mirada=now(), informe=informe.model_dump_json())

    def end_write(self, planilla: str, titulo: str) -> None:
        """What came of the last write was seen."""
        self._note(planilla, titulo, escritura="")

    def begin_write(self, planilla: str, titulo: str, hoja: int, nombre: str, dichas: Iterable[str]) -> None:
        """Keep that a write is about to leave, and the fingerprints of the texts that it puts there."""
        self._note(planilla, titulo, escritura=nombre)
        known = set(self.said(planilla, hoja))
        new = [one for one in set(dichas) if one not in known]
        values = [
            {"planilla": planilla, "hoja": hoja, "clase": _DICHA, "huella": one, "cuantas": 1, "desde": now()}
            for one in new
        ]
        if values:
            self._do(lambda connection: connection.execute(sa.insert(huellas_de_hoja), values))

    def _note(self, planilla: str, titulo: str, **values: object) -> None:
        line = hojas_recibidas.c

        def work(connection: sa.Connection) -> None:
            this = sa.update(hojas_recibidas).where(line.planilla == planilla, line.titulo == titulo)
            if not connection.execute(this.values(**values)).rowcount:
                connection.execute(sa.insert(hojas_recibidas).values(planilla=planilla, titulo=titulo, **values))

        self._do(work)

    def said(self, planilla: str, hoja: int) -> frozenset[str]:
        """The fingerprints of the texts that the robot has put into its columns."""
        return frozenset(one.huella for one in self._prints(planilla, hoja, _DICHA))

    def keep_said(self, planilla: str, hoja: int, dichas: Collection[str]) -> None:
        """Forget the texts that do not stand there any more."""
        line = huellas_de_hoja.c
        gone = [one for one in self.said(planilla, hoja) if one not in dichas]

        def work(connection: sa.Connection) -> None:
            for some in _in_batches(gone):
                this = (line.planilla == planilla, line.hoja == hoja, line.clase == _DICHA, line.huella.in_(some))
                connection.execute(sa.delete(huellas_de_hoja).where(*this))

        if gone:
            self._do(work)

    def seen(self, planilla: str, hoja: int, before: dt.datetime) -> Mapping[str, int]:
        """How many rows said what at an earlier look, and have since at least that instant, by fingerprint."""
        return {one.huella: one.cuantas for one in self._prints(planilla, hoja, _VISTA) if one.desde <= before}

    def keep_seen(self, planilla: str, hoja: int, huellas: Counter[str]) -> None:
        """Keep what rows that wait say, and since when."""
        line = huellas_de_hoja.c
        old = {one.huella: (one.cuantas, one.desde) for one in self._prints(planilla, hoja, _VISTA)}
        instante = now()
        values = [
            {
                "planilla": planilla,
                "hoja": hoja,
                "clase": _VISTA,
                "huella": one,
                "cuantas": count,
                "desde": old[one][1] if one in old and old[one][0] >= count else instante,
            }
            for one, count in huellas.items()
        ]
        if {one: count for one, (count, _) in old.items()} == dict(huellas):
            return

        def work(connection: sa.Connection) -> None:
            this = (line.planilla == planilla, line.hoja == hoja, line.clase == _VISTA)
            connection.execute(sa.delete(huellas_de_hoja).where(*this))
            if values:
                connection.execute(sa.insert(huellas_de_hoja), values)

        self._do(work)

    def _prints(self, planilla: str, hoja: int, clase: str) -> list[_Huella]:
        line = huellas_de_hoja.c
        query = sa.select(line.huella, line.cuantas, line.desde).where(
            line.planilla == planilla, line.hoja == hoja, line.clase == clase
        )
        return [_Huella(*row) for row in self._do(lambda connection: connection.execute(query).all())]

    def taken(self, planilla: str, hoja: int) -> list[FilaTomada]:
        """The rows of a sheet that the robot knows."""
        line = filas_tomadas.c
        query = sa.select(filas_tomadas).where(line.planilla == planilla, line.hoja == hoja).order_by(line.marca)
        return [
            FilaTomada(
                row.marca, row.referencia, row.intento, row.huella, row.aceptada is not None, row.perdida is not None
            )
            for row in self._do(lambda connection: connection.execute(query).all())
        ]

    def reserve(self, planilla: str, hoja: int, tomadas: Sequence[FilaTomada]) -> None:
        """Keep under which tag and referencia rows are about to be taken; in place of what was kept of them."""
        line = filas_tomadas.c
        values = [
            {
                "planilla": planilla,
                "hoja": hoja,
                "marca": one.marca,
                "referencia": one.referencia,
                "intento": one.intento,
                "huella": one.huella,
            }
            for one in tomadas
        ]

        def work(connection: sa.Connection) -> None:
            for some in _in_batches([one.marca for one in tomadas]):
                this = (line.planilla == planilla, line.hoja == hoja, line.marca.in_(some))
                connection.execute(sa.delete(filas_tomadas).where(*this))
            connection.execute(sa.insert(filas_tomadas), values)

        if values:
            self._do(work)

    def accepted(self, planilla: str, hoja: int, marcas: Collection[int]) -> None:
        """They have been handed in."""
        self._change(planilla, hoja, marcas, aceptada=now())

    def read_anew(self, planilla: str, hoja: int, huellas: Mapping[int, str]) -> None:
        """What they say now is what they said when they were taken, by their tags' ids."""
        line = filas_tomadas.c
        this = (line.planilla == planilla, line.hoja == hoja, line.marca == sa.bindparam("de"))
        change = sa.update(filas_tomadas).where(*this).values(huella=sa.bindparam("dice"))
        values = [{"de": marca, "dice": huella} for marca, huella in huellas.items()]
        if values:
            self._do(lambda connection: connection.execute(change, values))

    def forget(self, planilla: str, hoja: int, marcas: Collection[int]) -> None:
        """They are taken no more: nothing was handed in for them."""
        line = filas_tomadas.c

        def work(connection: sa.Connection) -> None:
            for some in _in_batches(marcas):
                this = (line.planilla == planilla, line.hoja == hoja, line.marca.in_(some))
                connection.execute(sa.delete(filas_tomadas).where(*this))

        self._do(work)

    def found_again(self, planilla: str, hoja: int, marcas: Collection[int]) -> None:
        """Their rows are there again."""
        self._change(planilla, hoja, marcas, perdida=None)

    def lost(self, planilla: str, hoja: int, tomadas: Sequence[FilaTomada], donde: str) -> None:
        """Their rows are gone: their history tells it, once."""
        detalle = f"Su fila ya no está en {donde}: la respuesta no tiene dónde escribirse. La solicitud sigue."
        standing = self.standing(one.referencia for one in tomadas)

        def work(connection: sa.Connection) -> None:
            _change(connection, planilla, hoja, [one.marca for one in tomadas], perdida=now())
            for expediente in standing.values():
                tell(connection, expediente.referencia, expediente.estado, "robot", detalle)

        self._do(work)

    def _change(self, planilla: str, hoja: int, marcas: Collection[int], **values: object) -> None:
        self._do(lambda connection: _change(connection, planilla, hoja, marcas, **values))

    def standing(self, referencias: Iterable[str]) -> Mapping[str, Expediente]:
        """How solicitudes stand, those of them that were ever handed in."""
        found: dict[str, Expediente] = {}
        for some in _in_batches(list(referencias)):
            query = sa.select(solicitudes).where(solicitudes.c.referencia.in_(some))
            rows = self._do(lambda connection, query=query: connection.execute(query).all())  # type: ignore[misc]
            found.update((Referencia(row.referencia), self._registro.as_expediente(row)) for row in rows)
        return found

    def _do(self, work: Callable[[sa.Connection], T]) -> T:
        return self._registro.transaction(work)


def _change(connection: sa.Connection, planilla: str, hoja: int, marcas: Collection[int], **values: object) -> None:
    line = filas_tomadas.c
    for some in _in_batches(marcas):
        this = (line.planilla == planilla, line.hoja == hoja, line.marca.in_(some))
        connection.execute(sa.update(filas_tomadas).where(*this).values(**values))


def _in_batches(every: Collection[T]) -> Iterable[list[T]]:
    """A database takes only so many values at once."""
    some = list(every)
    for first in range(0, len(some), _TOGETHER):
        yield some[first : first + _TOGETHER]
