"""The single entries that the record writes: a line of the history, of the print ledger, of what was done with accounts.

History and changes are only ever added to; a print's line tells what is known of it by now (`robot.record.prints`).
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from robot.flows.constancia import Etapa
from robot.flows.traslado import SituacionDeCita
from robot.models import ZONA_HORARIA, Cita, DocumentoCopias, Estado, EstadoImpresion
from robot.record.dossier import EntregaVista, SituacionVista
from robot.record.tables import cambios, historia, impresiones, solicitudes

_OLD_WORDS = {EstadoImpresion.PDF: "PDF", EstadoImpresion.NO_IMPRESA: "NO IMPRESA"}


def now() -> dt.datetime:
    return dt.datetime.now(ZONA_HORARIA)


def row_of(connection: sa.Connection, referencia: str) -> sa.Row[Any] | None:
    """A solicitud as it is kept, or nothing."""
    return connection.execute(sa.select(solicitudes).where(solicitudes.c.referencia == referencia)).first()


def next_turn(connection: sa.Connection) -> int:
    """A number that grows with everything that is told: who is queued with it comes after whoever was queued before."""
    newest: int | None = connection.execute(sa.select(sa.func.max(historia.c.numero))).scalar_one()
    return (newest or 0) + 1


def cita_columns(cita: Cita | None) -> dict[str, Any]:
    """When the visit is, as lists are filtered by it; the cita itself is sealed in the result."""
    if cita is None:
        return {"cita_fecha": None, "cita_hora": None, "cuadrilla": None}
    return {"cita_fecha": cita.fecha, "cita_hora": f"{cita.hora:%H:%M}", "cuadrilla": cita.cuadrilla}


def situation_of(row: sa.Row[Any]) -> SituacionVista | None:
    """What became of the cita of a solicitud since it was booked."""
    if not row.cita_situacion:
        return None
    return SituacionVista(SituacionDeCita(row.cita_situacion), row.cita_quien, row.cita_instante)


def handover_of(row: sa.Row[Any]) -> EntregaVista:
    return EntregaVista(
        row.entregada, row.entregada_por or "", row.asignada, row.asignada_a or "", row.asignada_por or ""
    )


def tell(
    connection: sa.Connection, referencia: str, estado: Estado, quien: str, detalle: str, etapa: Etapa | None = None
) -> None:
    """Add a line to the history. `detalle` holds no personal data of the person who asks."""
    connection.execute(
        sa.insert(historia).values(
            referencia=referencia, instante=now(), estado=estado, etapa=etapa, quien=quien, detalle=detalle
        )
    )


def tell_change(connection: sa.Connection, cuenta: str, quien: str, detalle: str) -> None:
    """Add a line to what people did with an account. `detalle` holds no password."""
    connection.execute(sa.insert(cambios).values(cuenta=cuenta, instante=now(), quien=quien, detalle=detalle))


def note_print(
    connection: sa.Connection,
    referencia: str,
    documento: DocumentoCopias,
    estado: EstadoImpresion,
    *,
    impresora: str,
    quien: str,
    nombre: str | None = None,
    servidor: str | None = None,
    turno: str | None = None,
) -> int:
    """Add a line to the print ledger; its number."""
    new = sa.insert(impresiones).values(
        referencia=referencia,
        instante=now(),
        quien=quien,
        resultado=as_old(estado),
        estado=estado,
        impresora=impresora,
        sha256=documento.sha256,
        paginas=documento.paginas,
        copias=documento.copias,
        archivo=str(documento.archivo),
        nombre=nombre,
        servidor=servidor,
        turno=turno,
    )
    (numero,) = connection.execute(new).inserted_primary_key or (0,)
    return int(numero)


def as_old(estado: EstadoImpresion) -> str:
    """What the version before reads of a print: that it was sent, unless it was refused or is the PDF itself."""
    return _OLD_WORDS.get(estado, "ENVIADA")
