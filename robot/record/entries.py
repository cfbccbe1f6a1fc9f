"""The single entries that record and running executions write: a line of the history, a line of the print ledger.

Both are only ever added to.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from robot.flows.constancia import Etapa
from robot.models import ZONA_HORARIA, DocumentoCopias, Estado, EstadoImpresion
from robot.record.tables import historia, impresiones, solicitudes


def now() -> dt.datetime:
    return dt.datetime.now(ZONA_HORARIA)


def row_of(connection: sa.Connection, referencia: str) -> sa.Row[Any] | None:
    """A solicitud as it is kept, or nothing."""
    return connection.execute(sa.select(solicitudes).where(solicitudes.c.referencia == referencia)).first()


def next_turn(connection: sa.Connection) -> int:
    """A number that grows with everything that is told: who is queued with it comes after whoever was queued before."""
    newest: int | None = connection.execute(sa.select(sa.func.max(historia.c.numero))).scalar_one()
    return (newest or 0) + 1


def tell(
    connection: sa.Connection, referencia: str, estado: Estado, quien: str, detalle: str, etapa: Etapa | None = None
) -> None:
    """Add a line to the history. `detalle` holds no personal data of the person who asks."""
    connection.execute(
        sa.insert(historia).values(
            referencia=referencia, instante=now(), estado=estado, etapa=etapa, quien=quien, detalle=detalle
        )
    )


def note_print(
    connection: sa.Connection,
    referencia: str,
    documento: DocumentoCopias,
    resultado: EstadoImpresion,
    *,
    impresora: str,
    quien: str,
) -> None:
    """Add a line to the print ledger."""
    connection.execute(
        sa.insert(impresiones).values(
            referencia=referencia,
            instante=now(),
            quien=quien,
            resultado=resultado,
            impresora=impresora,
            sha256=documento.sha256,
            paginas=documento.paginas,
            copias=documento.copias,
            archivo=str(documento.archivo),
        )
    )


def last_print(connection: sa.Connection, referencia: str, impresora: str) -> EstadoImpresion | None:
    """What the ledger says last of a printer."""
    line = impresiones.c
    query = (
        sa.select(line.resultado)
        .where(line.referencia == referencia, line.impresora == impresora)
        .order_by(line.numero.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar_one_or_none()
    return EstadoImpresion(found) if found is not None else None
