"""What was handed in together from one file: the file itself, encrypted, and which solicitud each of its rows has become.

A row is taken in and linked in the same transaction, so that an interruption leaves a batch done or not begun. What identifies
people stands encrypted, and goes with the solicitudes' own (`robot.record.retention`).
"""

import base64
import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from robot.models import Estado, Solicitud
from robot.record.dossier import Expediente
from robot.record.entries import now
from robot.record.solicitudes import ORIGINAL, Registro
from robot.record.tables import filas_de_lote, lotes, solicitudes
from robot.referencia import Referencia

Transaccion = sa.Connection
"""One that is under way."""
Admitir = Callable[[Transaccion, Referencia, Solicitud], str]
"""Takes in and queues a solicitud that is not there yet, within the transaction; why it cannot, or blank."""
_TOGETHER = 500
_DAY_OF = "%Y%m%d"


class VisitaVista(NamedTuple):
    """A solicitud of a suscriptor: when it was handed in, and as what it is filed; the causal is blank where nobody can tell."""

    creada: dt.datetime
    referencia: Referencia
    estado: Estado
    causal: str


class ArchivoDeLote(BaseModel):
    """A file as it was handed in. Personal data, its name as well.

    Attributes:
        contenido: its bytes, in base 64.
        elecciones: what a person said of it.
        asesor: whose the rows are that name nobody.
    """

    nombre: str
    contenido: str
    elecciones: tuple[str, ...] = ()
    asesor: str = ""

    @property
    def bytes(self) -> bytes:
        return base64.b64decode(self.contenido)


@dataclass(frozen=True, slots=True)
class FilaNueva:
    """A row of a new lote: what it asks for and under which referencia, or why it is not taken."""

    numero: int
    referencia: Referencia | None = None
    solicitud: Solicitud | None = None
    motivo: str = ""


@dataclass(frozen=True, slots=True)
class LoteVisto:
    """How a lote stands.

    Attributes:
        entregado: when the last of its rows was taken in; nothing while some wait for it.
        filas: how many rows it has.
        por_entregar: how many of them are to be taken in yet.
        no_tomadas: how many are not taken, each for its own reason.
        cuentas: how many solicitudes of it are in which estado.
        conserva: its file is kept still.
    """

    identidad: str
    quien: str
    instante: dt.datetime
    entregado: dt.datetime | None
    filas: int
    formato: str
    por_entregar: int
    no_tomadas: int
    cuentas: Mapping[Estado, int]
    conserva: bool

    @property
    def terminado(self) -> bool:
        """Nothing of it is on its way any more."""
        return self.entregado is not None and all(estado.terminado for estado in self.cuentas)


@dataclass(frozen=True, slots=True)
class RenglonDeLote:
    """A row of a lote: its solicitud, or why there is none."""

    numero: int
    expediente: Expediente | None
    motivo: str
    entregada: bool


class SolicitudHallada(NamedTuple):
    """A solicitud that is there already.

    Attributes:
        gone: its personal data are.
    """

    referencia: Referencia
    estado: Estado
    gone: bool


@dataclass(frozen=True, slots=True)
class Conocida:
    """A row whose solicitud is there already."""

    numero: int
    solicitud: Solicitud
    known: SolicitudHallada


class LotesGuardados:
    """Keeps and reads them.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def known(self, referencias: Iterable[Referencia]) -> dict[str, SolicitudHallada]:
        """What is there of these, or would be if it were of the same procedure, by `Referencia.cuerpo`."""
        found: dict[str, SolicitudHallada] = {}
        wanted = list(referencias)
        for at in range(0, len(wanted), _TOGETHER):
            found |= self._registro.transaction(partial(_there, wanted=wanted[at : at + _TOGETHER]))
        return found

    def visits(self, suscriptores: Iterable[str], desde: dt.datetime) -> dict[str, list[VisitaVista]]:
        """The solicitudes of each suscriptor since an instant that came to something, or may yet, in order."""
        row, causal_of = solicitudes.c, self._registro.definiciones.causal_of
        columns = row.suscriptor, row.procedimiento, row.version, row.causal, row.creada, row.referencia, row.estado
        found: dict[str, list[VisitaVista]] = {}
        wanted = sorted({*suscriptores})
        for at in range(0, len(wanted), _TOGETHER):
            query = sa.select(*columns).where(
                row.suscriptor.in_(wanted[at : at + _TOGETHER]),
                row.creada >= desde,
                row.estado.not_in([Estado.RECHAZADA, Estado.CANCELADA]),
            )
            for one in self._all(query.order_by(row.creada)):
                codigo, version = one.procedimiento or ORIGINAL[0], one.version or ORIGINAL[1]
                causal = causal_of(codigo, version, one.causal or "")
                seen = VisitaVista(one.creada, Referencia(one.referencia), Estado(one.estado), causal)
                found.setdefault(one.suscriptor, []).append(seen)
        return found

    def unfinished(self, huella: str) -> str | None:
        """A lote of this very file that has not been handed in to its end, or nothing."""
        lote = lotes.c
        query = sa.select(lote.identidad).where(lote.huella == huella, lote.entregado.is_(None)).limit(1)
        found = self._all(query)
        return found[0].identidad if found else None

    def keep(self, archivo: ArchivoDeLote, filas: Sequence[FilaNueva], *, huella: str, formato: str, quien: str) -> str:
        """Keep a new lote whole, with none of its rows taken in yet; its name."""
        instante = now()
        identidad = f"L-{instante:{_DAY_OF}}-{secrets.token_hex(4).upper()}"
        lines = [
            {
                "lote": identidad,
                "fila": fila.numero,
                "referencia": fila.referencia,
                "entregada": fila.solicitud is None,
                "datos": self._registro.sealed_model(fila.solicitud) if fila.solicitud is not None else None,
                "motivo": fila.motivo,
            }
            for fila in filas
        ]
        sealed = self._registro.sealed_model(archivo)

        def work(connection: sa.Connection) -> None:
            connection.execute(
                sa.insert(lotes).values(
                    identidad=identidad,
                    huella=huella,
                    quien=quien,
                    instante=instante,
                    filas=len(lines),
                    formato=formato,
                    datos=sealed,
                )
            )
            connection.execute(sa.insert(filas_de_lote), lines)

        self._registro.transaction(work)
        return identidad

    def deliver(self, identidad: str, admitir: Admitir, *, juntas: int) -> tuple[int, list[Conocida]]:
        """Take in the next rows of a lote, in one transaction; how many, and those whose solicitud was there already.

        What was there already is not linked yet: `link` does.
        """
        line = filas_de_lote.c
        query = (
            sa.select(line.fila, line.referencia, line.datos)
            .where(line.lote == identidad, line.entregada.is_(False))
            .order_by(line.fila)
            .limit(juntas)
            .with_for_update()
        )

        def work(connection: sa.Connection) -> tuple[int, list[Conocida]]:
            rows = connection.execute(query).all()
            known = _there(connection, [Referencia(one.referencia) for one in rows])
            already = []
            for one in rows:
                solicitud = self._registro.asked_in(one.datos)
                referencia = Referencia(one.referencia)
                if (there := known.get(referencia.cuerpo)) is not None:
                    already.append(Conocida(one.fila, solicitud, there))
                    continue
                motivo = admitir(connection, referencia, solicitud)
                if not motivo:
                    known[referencia.cuerpo] = SolicitudHallada(referencia, Estado.EN_COLA, gone=False)
                connection.execute(_taken(identidad, one.fila, None if motivo else referencia, motivo))
            if not rows:
                done = sa.update(lotes).where(lotes.c.identidad == identidad, lotes.c.entregado.is_(None))
                connection.execute(done.values(entregado=now()))
            return len(rows), already

        try:
            return self._registro.transaction(work)
        except IntegrityError:  # somebody has just handed one of them in: it is seen the next time
            return self.deliver(identidad, admitir, juntas=juntas)

    def link(self, identidad: str, numero: int, referencia: Referencia | None, motivo: str = "") -> None:
        """Note which solicitud a row has become, or for which reason none."""
        change = _taken(identidad, numero, referencia, motivo)
        self._registro.transaction(lambda connection: connection.execute(change))

    def undelivered(self) -> list[str]:
        """The lotes of which some rows wait to be taken in, the oldest first."""
        lote = lotes.c
        query = sa.select(lote.identidad).where(lote.entregado.is_(None)).order_by(lote.instante)
        return [one.identidad for one in self._all(query)]

    def all(self, *, quien: str = "", limite: int = 100) -> list[LoteVisto]:
        """The newest first; only those of one account, where it is told."""
        query = sa.select(lotes).order_by(lotes.c.instante.desc(), lotes.c.identidad).limit(limite)
        if quien:
            query = query.where(lotes.c.quien == quien)
        return self._seen(self._all(query))

    def one(self, identidad: str) -> LoteVisto | None:
        """How a lote stands, or nothing."""
        return next(iter(self._seen(self._all(sa.select(lotes).where(lotes.c.identidad == identidad)))), None)

    def archivo(self, identidad: str) -> ArchivoDeLote | None:
        """The file, as long as it is kept."""
        found = self._all(sa.select(lotes.c.datos).where(lotes.c.identidad == identidad))
        sealed = found[0].datos if found else None
        return ArchivoDeLote.model_validate_json(self._registro.opened(sealed)) if sealed is not None else None

    def rows(self, identidad: str, *, limite: int | None = None, salto: int = 0) -> list[RenglonDeLote]:
        """Its rows in order, each with its solicitud."""
        line = filas_de_lote.c
        query = sa.select(line.fila, line.referencia, line.motivo, line.entregada).where(line.lote == identidad)
        rows = self._all(query.order_by(line.fila).limit(limite).offset(salto))
        found = self._expedientes([one.referencia for one in rows if one.referencia])
        return [RenglonDeLote(one.fila, found.get(one.referencia or ""), one.motivo, one.entregada) for one in rows]

    def _expedientes(self, referencias: Sequence[str]) -> dict[str, Expediente]:
        found: dict[str, Expediente] = {}
        for at in range(0, len(referencias), _TOGETHER):
            query = sa.select(solicitudes).where(solicitudes.c.referencia.in_(referencias[at : at + _TOGETHER]))
            found |= {row.referencia: self._registro.as_expediente(row) for row in self._all(query)}
        return found

    def _seen(self, rows: Sequence[sa.Row[Any]]) -> list[LoteVisto]:
        names = [row.identidad for row in rows]
        line, row_of = filas_de_lote.c, solicitudes.c
        by_state = (
            sa.select(line.lote, row_of.estado, sa.func.count().label("cuantas"))
            .join_from(filas_de_lote, solicitudes, row_of.referencia == line.referencia)
            .where(line.lote.in_(names), line.entregada)
            .group_by(line.lote, row_of.estado)
        )
        waiting = _count(names, line.entregada.is_(False))
        left = _count(names, line.entregada, line.referencia.is_(None))
        counts: dict[str, dict[Estado, int]] = {}
        for one in self._all(by_state):
            counts.setdefault(one.lote, {})[Estado(one.estado)] = one.cuantas
        por_entregar = {one.lote: one.cuantas for one in self._all(waiting)}
        no_tomadas = {one.lote: one.cuantas for one in self._all(left)}
        return [
            LoteVisto(
                identidad=row.identidad,
                quien=row.quien,
                instante=row.instante,
                entregado=row.entregado,
                filas=row.filas,
                formato=row.formato,
                por_entregar=por_entregar.get(row.identidad, 0),
                no_tomadas=no_tomadas.get(row.identidad, 0),
                cuentas=counts.get(row.identidad, {}),
                conserva=row.datos is not None,
            )
            for row in rows
        ]

    def _all(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return self._registro.transaction(lambda connection: connection.execute(query).all())


def _there(connection: sa.Connection, wanted: Sequence[Referencia]) -> dict[str, SolicitudHallada]:
    row = solicitudes.c
    query = sa.select(row.referencia, row.estado, row.datos.is_(None).label("gone")).where(
        sa.or_(row.cuerpo.in_([one.cuerpo for one in wanted]), row.referencia.in_(wanted))
    )
    found = (
        SolicitudHallada(Referencia(one.referencia), Estado(one.estado), gone=bool(one.gone))
        for one in connection.execute(query)
    )
    return {one.referencia.cuerpo: one for one in found}


def _taken(identidad: str, numero: int, referencia: Referencia | None, motivo: str) -> sa.Update:
    line = filas_de_lote.c
    change = sa.update(filas_de_lote).where(line.lote == identidad, line.fila == numero)
    return change.values(entregada=True, datos=None, referencia=referencia, motivo=motivo)


def _count(names: Sequence[str], *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    line = filas_de_lote.c
    counted = sa.select(line.lote, sa.func.count().label("cuantas")).where(line.lote.in_(names), *conditions)
    return counted.group_by(line.lote)
