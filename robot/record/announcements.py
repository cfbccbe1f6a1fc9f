"""What programs are told of their solicitudes, and whether it has arrived: one announcement for each end that one comes to.

That there is one is kept in the transaction that queues its first run, so that none is lost and none is made twice.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from robot.models import Estado
from robot.record.entries import now
from robot.record.programs import Llave
from robot.record.solicitudes import Registro
from robot.record.tables import anuncios, solicitudes

_TOGETHER = 200


class EntregaDeAnuncio(StrEnum):
    """How far an announcement has come."""

    PENDIENTE = "PENDIENTE"
    ENTREGADO = "ENTREGADO"
    ABANDONADO = "ABANDONADO"


@dataclass(frozen=True, slots=True)
class Anuncio:
    """What a program is told: that a solicitud of its own has come to an end.

    Attributes:
        identidad: the same however often it is sent.
        llave: the one that says where to.
        intento: how often it has been sent, the next time included.
        detalle: why it has not arrived.
    """

    identidad: str
    referencia: str
    programa: str
    llave: str
    estado: Estado
    radicado: str | None
    creado: dt.datetime
    intento: int
    entrega: EntregaDeAnuncio
    detalle: str


EncolarAnuncio = Callable[[sa.Connection, Anuncio, float], None]
"""Queues the next run of it, so many seconds from now, within the transaction of the connection."""


class Anuncios:
    """Makes them and keeps what becomes of each.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def make(self, receivers: Callable[[], Mapping[str, Llave]], encolar: EncolarAnuncio) -> int:
        """Make those of the solicitudes that have ended since; how many ends there were.

        Args:
            receivers: tells the llave that says where each program is told; there is nothing to tell to the others.
        """
        row = solicitudes.c
        fresh = (row.programa.is_not(None), row.terminada.is_not(None), row.anunciada.is_(None))
        some = sa.select(row.referencia).where(*fresh).limit(_TOGETHER)
        if not self._registro.transaction(lambda connection: connection.execute(some.limit(1)).all()):
            return 0  # whoever only looks makes nobody wait for the database

        told = receivers()

        def work(connection: sa.Connection) -> int:
            taken = sa.update(solicitudes).where(row.referencia.in_(some), *fresh).values(anunciada=now())
            ended = connection.execute(
                taken.returning(row.referencia, row.corrida, row.programa, row.estado, row.radicado)
            ).all()
            for one in ended:
                if one.programa in told:
                    anuncio = _fresh(one, told[one.programa])
                    connection.execute(sa.insert(anuncios).values(_columns(anuncio)))
                    encolar(connection, anuncio, 0.0)
            return len(ended)

        return self._registro.transaction(work)

    def open_one(self, identidad: str, intento: int) -> Anuncio | None:
        """An announcement that is to be sent for so many times; None where that is over."""
        line = anuncios.c
        query = sa.select(anuncios).where(*_pending(identidad, intento))
        found = self._registro.transaction(lambda connection: connection.execute(query.order_by(line.creado)).first())
        return _as_anuncio(found) if found is not None else None

    def close(self, anuncio: Anuncio, entrega: EntregaDeAnuncio, detalle: str = "") -> None:
        """It has arrived, or nobody tries any more."""
        values = {"entrega": entrega, "detalle": detalle, "terminado": now()}
        over = sa.update(anuncios).where(*_pending(anuncio.identidad, anuncio.intento)).values(values)
        self._registro.transaction(lambda connection: connection.execute(over))

    def again(self, anuncio: Anuncio, detalle: str, *, segundos: float, encolar: EncolarAnuncio) -> None:
        """Have it sent once more, so many seconds from now."""

        def work(connection: sa.Connection) -> None:
            later = sa.update(anuncios).where(*_pending(anuncio.identidad, anuncio.intento))
            later = later.values(intento=anuncio.intento + 1, detalle=detalle)
            row = connection.execute(later.returning(anuncios)).first()
            if row is not None:
                encolar(connection, _as_anuncio(row), segundos)

        self._registro.transaction(work)

    def are_open(self) -> bool:
        """Whether any is on its way."""
        query = sa.select(anuncios.c.identidad).where(anuncios.c.entrega == EntregaDeAnuncio.PENDIENTE).limit(1)
        return bool(self._registro.transaction(lambda connection: connection.execute(query).all()))

    def given_up(self, desde: dt.datetime) -> list[Anuncio]:
        """Those that nobody tries any more since then, the newest first."""
        line = anuncios.c
        query = sa.select(anuncios).where(line.entrega == EntregaDeAnuncio.ABANDONADO, line.terminado >= desde)
        newest = query.order_by(line.creado.desc())
        found = self._registro.transaction(lambda connection: connection.execute(newest).all())
        return [_as_anuncio(one) for one in found]

    def drop_before(self, before: dt.datetime) -> None:
        """Delete those that were made before an instant."""
        old = sa.delete(anuncios).where(anuncios.c.creado < before)
        self._registro.transaction(lambda connection: connection.execute(old))


def _pending(identidad: str, intento: int) -> tuple[sa.ColumnElement[bool], ...]:
    line = anuncios.c
    return line.identidad == identidad, line.intento == intento, line.entrega == EntregaDeAnuncio.PENDIENTE


def _fresh(row: sa.Row[Any], llave: Llave) -> Anuncio:
    return Anuncio(
        identidad=f"{row.referencia}.{row.corrida}",
        referencia=row.referencia,
        programa=row.programa,
        llave=llave.identidad,
        estado=Estado(row.estado),
        radicado=row.radicado,
        creado=now(),
        intento=1,
        entrega=EntregaDeAnuncio.PENDIENTE,
        detalle="",
    )


def _columns(anuncio: Anuncio) -> dict[str, object]:
    return {name: getattr(anuncio, name) for name in Anuncio.__slots__}


def _as_anuncio(row: sa.Row[Any]) -> Anuncio:
    values = {name: getattr(row, name) for name in Anuncio.__slots__}
    return Anuncio(**{**values, "estado": Estado(row.estado), "entrega": EntregaDeAnuncio(row.entrega)})
