"""Everything that happened in a span of days, of all solicitudes and accounts, for whoever audits. No personal data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from robot.models import ZONA_HORARIA
from robot.record.solicitudes import Registro
from robot.record.tables import cambios, historia, impresiones, solicitudes


@dataclass(frozen=True, slots=True)
class Linea:
    """One thing that happened.

    Attributes:
        clase: `solicitud`, `impresión` or `cuenta`.
        de: a referencia, or the name of an account.
    """

    instante: dt.datetime
    clase: str
    de: str
    quien: str
    estado: str
    radicado: str
    detalle: str


class Rastro:
    """Reads the history, the print ledger and what was done with accounts as one.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def lines(self, desde: dt.date, hasta: dt.date, *, limite: int) -> list[Linea]:
        """What happened from one day to another, both included, oldest first; not more than `limite` lines."""
        begin = dt.datetime.combine(desde, dt.time(), ZONA_HORARIA)
        end = dt.datetime.combine(hasta + dt.timedelta(days=1), dt.time(), ZONA_HORARIA)
        every = sa.union_all(*_queries(begin, end)).subquery()
        query = sa.select(every).order_by(every.c.instante, every.c.numero).limit(limite)
        found: Sequence[sa.Row[tuple[int, dt.datetime, str, str, str, str, str, str]]] = self._registro.transaction(
            lambda connection: connection.execute(query).all()
        )
        return [
            Linea(one.instante, one.clase, one.de, one.quien, one.estado, one.radicado, one.detalle) for one in found
        ]


def _queries(
    begin: dt.datetime, end: dt.datetime
) -> list[sa.Select[tuple[int, dt.datetime, str, str, str, str, str, str]]]:
    told, done, prints = historia.c, cambios.c, impresiones.c
    radicado = sa.func.coalesce(solicitudes.c.radicado, "").label("radicado")
    of_solicitudes = (
        sa.select(
            told.numero, told.instante, sa.literal("solicitud").label("clase"), told.referencia.label("de"),
            told.quien, told.estado, radicado, told.detalle,
        )
        .join(solicitudes, solicitudes.c.referencia == told.referencia)
        .where(told.instante >= begin, told.instante < end)
    )  # fmt: skip
    of_prints = sa.select(
        prints.numero, prints.instante, sa.literal("impresión"), prints.referencia, prints.quien,
        sa.func.coalesce(prints.estado, prints.resultado), sa.literal(""), prints.impresora,
    ).where(prints.instante >= begin, prints.instante < end)  # fmt: skip
    of_accounts = sa.select(
        done.numero, done.instante, sa.literal("cuenta"), done.cuenta, done.quien, sa.literal(""), sa.literal(""), done.detalle,
    ).where(done.instante >= begin, done.instante < end)  # fmt: skip
    return [of_solicitudes, of_prints, of_accounts]
