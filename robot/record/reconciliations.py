"""The record of conciliaciones and verifications: what was asked for, how far it is, what was found, what people accepted.

What was read and what was found is encrypted: códigos, radicados and the names of asesores stand in it.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError

from robot.cipher import LLAVE
from robot.conciliacion.report import EstadoReparacion, Informe, Reparacion
from robot.conciliacion.runs import Conciliacion, EstadoRonda, ProcedimientoHallado, VerificacionHecha
from robot.errors import BadInput, Problema, RegistroUnavailable
from robot.flows.lector import LecturaDeTramites, Tramo
from robot.record import database as bd
from robot.record.entries import now
from robot.record.tables import conciliaciones, lecturas, reparaciones, verificaciones

Encolar = Callable[[sa.Connection], None]
"""Queues the run within the transaction of the connection."""

_informes = TypeAdapter(Informe)
_lecturas = TypeAdapter(LecturaDeTramites)
_partes = TypeAdapter(list[Tramo])
_hallados = TypeAdapter(tuple[ProcedimientoHallado, ...])
_PARTES = "partes"

T = TypeVar("T")


class Conciliaciones:
    """Every conciliación and verification.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine, cifra: Fernet) -> None:
        self._base = base
        self._cifra = cifra

    def _do(self, work: Callable[[sa.Connection], T]) -> T:
        return bd.transaction(self._base, work)

    def ask(
        self, identidad: str, *, desde: dt.date, hasta: dt.date, reparar: bool, quien: str, encolar: Encolar
    ) -> bool:
        """Queue one; False if it is there already."""
        asked = {"desde": desde, "hasta": hasta, "reparar": reparar, "quien": quien}
        return self._queue(conciliaciones, {"identidad": identidad, **asked}, encolar)

    def ask_verification(self, identidad: str, *, encolar: Encolar) -> bool:
        """Queue one; False if it is there already."""
        return self._queue(verificaciones, {"identidad": identidad}, encolar)

    def _queue(self, table: sa.Table, values: Mapping[str, Any], encolar: Encolar) -> bool:
        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(table).values(estado=EstadoRonda.EN_COLA, creada=now(), **values))
            encolar(connection)

        try:
            self._do(work)
        except IntegrityError:
            return False
        return True

    def begin(self, identidad: str) -> Conciliacion | None:
        """Take one up, also after an interruption; nothing where it has ended."""
        row = conciliaciones.c
        may = sa.update(conciliaciones).where(row.identidad == identidad, row.estado.in_(_ON_ITS_WAY))
        if not self._do(lambda connection: connection.execute(may.values(estado=EstadoRonda.EN_CURSO)).rowcount):
            return None
        return self.get(identidad)

    def advance(self, identidad: str, avance: str, hecho: int, total: int) -> None:
        """Tell how far one has come."""
        change = sa.update(conciliaciones).where(conciliaciones.c.identidad == identidad)
        values = {"avance": avance, "hecho": hecho, "total": total}
        self._do(lambda connection: connection.execute(change.values(**values)))

    def parts(self, identidad: str) -> list[Tramo] | None:
        """How its reading was divided, if it has been."""
        kept = self._kept(identidad, _PARTES)
        return _partes.validate_json(kept) if kept is not None else None

    def keep_parts(self, identidad: str, partes: Sequence[Tramo]) -> None:
        self._keep(identidad, _PARTES, _partes.dump_json(list(partes)))

    def reading(self, identidad: str, parte: str) -> LecturaDeTramites | None:
        """What a part holds, if it has been read."""
        kept = self._kept(identidad, parte)
        return _lecturas.validate_json(kept) if kept is not None else None

    def keep_reading(self, identidad: str, parte: str, lectura: LecturaDeTramites) -> None:
        self._keep(identidad, parte, _lecturas.dump_json(lectura))

    def _kept(self, identidad: str, parte: str) -> bytes | None:
        line = lecturas.c
        query = sa.select(line.datos).where(line.identidad == identidad, line.parte == parte)
        found = self._do(lambda connection: connection.execute(query).scalar_one_or_none())
        return self._opened(found) if found is not None else None

    def _keep(self, identidad: str, parte: str, datos: bytes) -> None:
        line = lecturas.c

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(lecturas).where(line.identidad == identidad, line.parte == parte))
            sealed = self._cifra.encrypt(datos)
            connection.execute(sa.insert(lecturas).values(identidad=identidad, parte=parte, datos=sealed))

        self._do(work)

    def keep_report(self, identidad: str, informe: Informe) -> None:
        """What was found. What was read for it stays until the end, for a comparison that is interrupted and done again."""
        sealed = self._cifra.encrypt(_informes.dump_json(informe))
        change = sa.update(conciliaciones).where(conciliaciones.c.identidad == identidad)
        self._do(lambda connection: connection.execute(change.values(informe=sealed)))

    def report(self, identidad: str) -> Informe | None:
        """What was found, once it is known.

        Raises:
            RegistroUnavailable: the key is not the one that it was encrypted with.
        """
        query = sa.select(conciliaciones.c.informe).where(conciliaciones.c.identidad == identidad)
        sealed = self._do(lambda connection: connection.execute(query).scalar_one_or_none())
        return _informes.validate_json(self._opened(sealed)) if sealed is not None else None

    def end(self, identidad: str, *, falla: str = "") -> None:
        """It is over, well or not; what was read for it is needed no more."""
        values = {
            "estado": EstadoRonda.FALLIDA if falla else EstadoRonda.TERMINADA,
            "terminada": now(),
            "falla": falla,
            "avance": "",
            "cuentas": self._counts(identidad),
        }

        def work(connection: sa.Connection) -> None:
            connection.execute(
                sa.update(conciliaciones).where(conciliaciones.c.identidad == identidad).values(**values)
            )
            connection.execute(sa.delete(lecturas).where(lecturas.c.identidad == identidad))

        self._do(work)

    def _counts(self, identidad: str) -> str:
        informe, made = self.report(identidad), self.repairs(identidad)
        done = sum(one.estado is EstadoReparacion.HECHA for one in made.values())
        counts = {str(kind): count for kind, count in informe.por_severidad.items()} if informe else {}
        return json.dumps({**counts, "reparados": done})

    def repairs(self, identidad: str) -> dict[str, Reparacion]:
        """What became of its repairs, by the key of the finding."""
        query = sa.select(reparaciones).where(reparaciones.c.identidad == identidad)
        return {
            row.clave: Reparacion(row.clave, EstadoReparacion(row.estado), row.quien, row.instante, row.detalle)
            for row in self._do(lambda connection: connection.execute(query).all())
        }

    def ask_repair(self, identidad: str, clave: str, *, quien: str, encolar: Encolar) -> bool:
        """Somebody accepts a repair; False if it was asked for before and is not impossible."""
        line = reparaciones.c

        def work(connection: sa.Connection) -> None:
            this = (line.identidad == identidad, line.clave == clave)
            connection.execute(sa.delete(reparaciones).where(*this, line.estado == EstadoReparacion.IMPOSIBLE))
            asked = {"estado": EstadoReparacion.PEDIDA, "quien": quien, "instante": now()}
            connection.execute(sa.insert(reparaciones).values(identidad=identidad, clave=clave, **asked))
            encolar(connection)

        try:
            self._do(work)
        except IntegrityError:
            return False
        return True

    def note_repair(self, identidad: str, clave: str, estado: EstadoReparacion, *, quien: str, detalle: str) -> None:
        """What became of a repair."""
        line = reparaciones.c
        values = {"estado": estado, "instante": now(), "detalle": detalle}

        def work(connection: sa.Connection) -> None:
            this = sa.update(reparaciones).where(line.identidad == identidad, line.clave == clave)
            if not connection.execute(this.values(**values)).rowcount:
                new = {"identidad": identidad, "clave": clave, "quien": quien}
                connection.execute(sa.insert(reparaciones).values(**new, **values))

        self._do(work)

    def count_again(self, identidad: str) -> None:
        """After a repair that somebody accepted later; when the conciliación ended stays as it was."""
        change = sa.update(conciliaciones).where(conciliaciones.c.identidad == identidad)
        counts = self._counts(identidad)
        self._do(lambda connection: connection.execute(change.values(cuentas=counts)))

    def get(self, identidad: str) -> Conciliacion:
        """Raises: BadInput: there is none of this name."""
        found = self._some(sa.select(*_TOLD).where(conciliaciones.c.identidad == identidad))
        if not found:
            raise BadInput([Problema("conciliación", f"no hay ninguna {identidad}.")])
        return found[0]

    def newest(self, cuantas: int) -> list[Conciliacion]:
        """The newest first."""
        row = conciliaciones.c
        return self._some(sa.select(*_TOLD).order_by(row.creada.desc(), row.identidad.desc()).limit(cuantas))

    def _some(self, query: sa.Select[Any]) -> list[Conciliacion]:
        return [
            Conciliacion(
                identidad=row.identidad,
                estado=EstadoRonda(row.estado),
                quien=row.quien,
                creada=row.creada,
                terminada=row.terminada,
                desde=row.desde,
                hasta=row.hasta,
                reparar=row.reparar,
                avance=row.avance,
                hecho=row.hecho,
                total=row.total,
                cuentas=json.loads(row.cuentas),
                falla=row.falla,
            )
            for row in self._do(lambda connection: connection.execute(query).all())
        ]

    def begin_verification(self, identidad: str) -> bool:
        """Take one up, also after an interruption; False where it has ended."""
        row = verificaciones.c
        may = sa.update(verificaciones).where(row.identidad == identidad, row.estado.in_(_ON_ITS_WAY))
        return bool(self._do(lambda connection: connection.execute(may.values(estado=EstadoRonda.EN_CURSO)).rowcount))

    def end_verification(
        self,
        identidad: str,
        *,
        puede_trabajar: bool | None,
        impedimentos: str,
        informe: str = "",
        procedimientos: Sequence[ProcedimientoHallado] = (),
    ) -> None:
        """It is over; `puede_trabajar` is nothing where it could not be done."""
        done = puede_trabajar is not None
        values = {
            "estado": EstadoRonda.TERMINADA if done else EstadoRonda.FALLIDA,
            "terminada": now(),
            "puede_trabajar": puede_trabajar,
            "impedimentos": impedimentos,
            "informe": self._cifra.encrypt(informe.encode()) if informe else None,
            "procedimientos": _hallados.dump_json(tuple(procedimientos)).decode(),
        }
        change = sa.update(verificaciones).where(verificaciones.c.identidad == identidad)
        self._do(lambda connection: connection.execute(change.values(**values)))

    def last_verification(self) -> VerificacionHecha | None:
        row = verificaciones.c
        query = sa.select(verificaciones).where(row.terminada.is_not(None)).order_by(row.terminada.desc()).limit(1)
        found = self._do(lambda connection: connection.execute(query).first())
        if found is None:
            return None
        return VerificacionHecha(
            found.identidad,
            EstadoRonda(found.estado),
            found.creada,
            found.terminada,
            found.puede_trabajar,
            found.impedimentos,
            _hallados.validate_json(found.procedimientos) if found.procedimientos else (),
        )

    def is_verifying(self) -> bool:
        """Whether a verification is asked for or under way."""
        query = sa.select(verificaciones.c.identidad).where(verificaciones.c.estado.in_(_ON_ITS_WAY)).limit(1)
        return self._do(lambda connection: connection.execute(query).first()) is not None

    def verification_report(self, identidad: str) -> str:
        """The report of a verification as HTML; blank where there is none."""
        query = sa.select(verificaciones.c.informe).where(verificaciones.c.identidad == identidad)
        sealed = self._do(lambda connection: connection.execute(query).scalar_one_or_none())
        return self._opened(sealed).decode() if sealed is not None else ""

    def drop_before(self, before: dt.datetime) -> None:
        """What was found and seen so long ago goes, with the names and códigos in it.

        The bare rows stay: the counts, and the names of those by schedule, which are not asked for again.
        """
        over = sa.select(conciliaciones.c.identidad).where(conciliaciones.c.terminada < before)

        def work(connection: sa.Connection) -> None:
            for table in (lecturas, reparaciones):
                connection.execute(sa.delete(table).where(table.c.identidad.in_(over)))
            for table in (conciliaciones, verificaciones):
                old = table.c.terminada < before
                connection.execute(sa.update(table).where(old, table.c.informe.is_not(None)).values(informe=None))

        self._do(work)

    def _opened(self, sealed: bytes) -> bytes:
        try:
            return self._cifra.decrypt(sealed)
        except InvalidToken:
            raise RegistroUnavailable("La llave no es la que cifró los datos.", campo=LLAVE) from None


_ON_ITS_WAY = (EstadoRonda.EN_COLA, EstadoRonda.EN_CURSO)
_TOLD: Iterable[sa.Column[Any]] = [column for column in conciliaciones.c if column.name != "informe"]
