"""The print ledger: one line a print, and who may hand it to a printer. To look whether one may be sent and to note it is one."""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from robot.errors import CopiasEnCamino
from robot.models import DocumentoCopias, EstadoImpresion
from robot.record.database import transaction
from robot.record.dossier import Impresion
from robot.record.entries import as_old, note_print, now
from robot.record.tables import impresiones, solicitudes

_ENVIADA = as_old(EstadoImpresion.ENVIANDO)
_OPEN = (
    EstadoImpresion.ENVIANDO,
    EstadoImpresion.EN_COLA,
    EstadoImpresion.DETENIDA,
    EstadoImpresion.NO_SE_SABE,
)
_FOLLOWED = dt.timedelta(days=30)
_ELSEWHERE = dt.timedelta(days=1)
_AT_ONCE = 200

line = impresiones.c

Transaccion = Callable[[Callable[[sa.Connection], bool]], bool]
"""Does something in a transaction; what it raises where the database does not answer is the caller's affair."""


def as_impresion(row: sa.Row[Any]) -> Impresion:
    """A line as it is kept. What a worker of the version before noted since, nobody follows."""
    estado = row.estado or (EstadoImpresion.NO_SE_SABE if row.resultado == _ENVIADA else row.resultado)
    return Impresion(
        numero=row.numero,
        referencia=row.referencia,
        instante=row.instante,
        quien=row.quien,
        estado=EstadoImpresion(estado),
        impresora=row.impresora,
        sha256=row.sha256,
        paginas=row.paginas,
        copias=row.copias,
        archivo=row.archivo,
        cambiada=row.cambiada or row.instante,
        motivo=row.motivo or "",
        nombre=row.nombre or "",
        servidor=row.servidor or "",
        trabajo=row.trabajo,
        turno=row.turno or "",
    )


@dataclass(frozen=True, slots=True)
class TurnoDurable:
    """`robot.flows.papel.Turno` over the database: whoever takes the turn writes another `turno` into the line."""

    hacer: Transaccion
    numero: int
    nombre: str
    turno: str
    nueva: bool = True
    trabajo: int | None = None

    def vigente(self, trabajo: int) -> bool:
        return self._change(trabajo=trabajo)

    def anota(self, estado: EstadoImpresion, motivo: str = "", trabajo: int | None = None) -> bool:
        job = {"trabajo": trabajo} if trabajo is not None else {}
        return self._change(estado=estado, resultado=as_old(estado), motivo=motivo, cambiada=now(), **job)

    def _change(self, **values: object) -> bool:
        mine = sa.update(impresiones).where(line.numero == self.numero, line.turno == self.turno)
        return self.hacer(lambda connection: connection.execute(mine.values(**values)).rowcount > 0)


def hold(connection: sa.Connection, referencia: str) -> str | None:
    """Keep everybody else from printing of a solicitud until the transaction ends; the ficha of its execution.

    On SQLite only what writes begins a transaction: what was merely read before could have changed.
    """
    own = solicitudes.c
    same = sa.update(solicitudes).where(own.referencia == referencia).values(referencia=own.referencia)
    ficha: str | None = connection.execute(same.returning(own.ficha)).scalar_one_or_none()
    return ficha


def newest_print(connection: sa.Connection, referencia: str, impresora: str | None = None) -> Impresion | None:
    """The last print of a solicitud that went to a queue, or whatever is the last that went to one printer."""
    on_paper = line.nombre.is_not(None) if impresora is None else line.impresora == impresora
    query = sa.select(impresiones).where(line.referencia == referencia, on_paper).order_by(line.numero.desc()).limit(1)
    row = connection.execute(query).first()
    return as_impresion(row) if row is not None else None


def begin(
    connection: sa.Connection,
    hacer: Transaccion,
    referencia: str,
    documento: DocumentoCopias,
    *,
    impresora: str,
    servidor: str,
    quien: str,
) -> TurnoDurable:
    """Note a print that is about to be handed over, under a name of its own. The caller holds the solicitud."""
    before = sa.select(sa.func.count()).where(line.referencia == referencia, line.impresora != "")
    nombre = f"{referencia}-{connection.execute(before).scalar_one() + 1}"
    turno = secrets.token_hex(8)
    numero = note_print(
        connection,
        referencia,
        documento,
        EstadoImpresion.ENVIANDO,
        impresora=impresora,
        quien=quien,
        nombre=nombre,
        servidor=servidor,
        turno=turno,
    )
    return TurnoDurable(hacer, numero, nombre, turno)


def take_over(connection: sa.Connection, hacer: Transaccion, begun: Impresion) -> TurnoDurable | None:
    """The turn of a print that somebody began to hand over; nothing if that has changed meanwhile."""
    turno = secrets.token_hex(8)
    same = (line.numero == begun.numero, line.estado == EstadoImpresion.ENVIANDO, line.turno == begun.turno)
    taken = connection.execute(sa.update(impresiones).where(*same).values(turno=turno))
    if not taken.rowcount:
        return None
    return TurnoDurable(hacer, begun.numero, begun.nombre, turno, nueva=False, trabajo=begun.trabajo)


def _may_come_out(there: Impresion, servidor: str) -> bool:
    """Whether a print is still waited for; one that only another machine can ask for, not for ever."""
    waited = _FOLLOWED if there.servidor == servidor else _ELSEWHERE
    return there.estado.saldra and now() - there.instante < waited


def give_up(connection: sa.Connection, begun: Impresion) -> EstadoImpresion:
    """Take the turn of a print that another machine began to hand over to a queue that cannot be asked from here."""
    gone = sa.update(impresiones).where(line.numero == begun.numero, line.estado == EstadoImpresion.ENVIANDO)
    motivo = f"La iba a entregar otra máquina ({begun.servidor}), que no terminó."
    unknown = EstadoImpresion.NO_SE_SABE
    connection.execute(gone.values(estado=unknown, motivo=motivo, cambiada=now(), turno=secrets.token_hex(8)))
    return unknown


class Impresiones:
    """Prints that people ask for, and what becomes of every print.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def of(self, referencia: str) -> Sequence[Impresion]:
        """The ledger of a solicitud, in order."""
        query = sa.select(impresiones).where(line.referencia == referencia).order_by(line.numero)
        return self._all(query)

    def last(self, referencia: str) -> int:
        """The number of the newest print of a solicitud; zero where there is none."""
        found = transaction(self._base, lambda connection: newest_print(connection, referencia))
        return found.numero if found is not None else 0

    def again(
        self, referencia: str, documento: DocumentoCopias, *, impresora: str, servidor: str, quien: str, vista: int
    ) -> TurnoDurable:
        """A person asks for the copies: a new print, unless one is on its way there, or came after the last that they saw.

        Raises:
            CopiasEnCamino.
        """

        def work(connection: sa.Connection) -> TurnoDurable:
            hold(connection, referencia)
            newest = newest_print(connection, referencia)
            if newest is not None and newest.numero > vista:
                raise CopiasEnCamino("Alguien acaba de pedirlas.")
            there = newest_print(connection, referencia, impresora)
            if there is not None and _may_come_out(there, servidor):
                raise CopiasEnCamino(f"{there.motivo} {there.estado.que_hacer}".strip())
            return begin(
                connection, self._do, referencia, documento, impresora=impresora, servidor=servidor, quien=quien
            )

        return transaction(self._base, work)

    def given_to(self, referencia: str, documento: DocumentoCopias, *, impresora: str, quien: str) -> None:
        """Somebody prints where the robot sees nothing of it."""
        estado = EstadoImpresion.ENTREGADA
        transaction(
            self._base,
            lambda connection: note_print(connection, referencia, documento, estado, impresora=impresora, quien=quien),
        )

    def on_their_way(self, servidor: str, referencia: str | None = None) -> Sequence[Impresion]:
        """The prints that a server may still tell something of, the newest first."""
        wanted = [
            line.estado.in_(_OPEN),
            line.servidor == servidor,
            line.instante > now() - _FOLLOWED,
            *([line.referencia == referencia] if referencia is not None else []),
        ]
        return self._all(sa.select(impresiones).where(*wanted).order_by(line.numero.desc()).limit(_AT_ONCE))

    def take_over(self, begun: Impresion) -> TurnoDurable | None:
        """The turn of a print whose sender has been silent; nothing if it was not."""
        return transaction(self._base, lambda connection: take_over(connection, self._do, begun))

    def note(self, seen: Impresion, estado: EstadoImpresion, motivo: str, trabajo: int | None) -> None:
        """What a look at the queue told of a print, unless it stands otherwise since."""
        if (seen.estado, seen.motivo, seen.trabajo) == (estado, motivo, trabajo):
            return
        same = (line.numero == seen.numero, line.estado == seen.estado, line.turno == seen.turno)
        values = {
            "estado": estado,
            "resultado": as_old(estado),
            "motivo": motivo,
            "trabajo": trabajo,
            "cambiada": now(),
        }
        change = sa.update(impresiones).where(*same).values(**values)
        transaction(self._base, lambda connection: connection.execute(change))

    def _do(self, work: Callable[[sa.Connection], bool]) -> bool:
        return transaction(self._base, work)

    def _all(self, query: sa.Select[Any]) -> Sequence[Impresion]:
        return [
            as_impresion(row) for row in transaction(self._base, lambda connection: connection.execute(query).all())
        ]
