"""The record of the messages of the mailbox: drafts, each of which an asesor takes and completes, or discards with a reason."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from robot.errors import ActoImposible
from robot.models import ZONA_HORARIA
from robot.recepcion.message import MensajeLeido
from robot.record.entries import now
from robot.record.solicitudes import Registro
from robot.record.tables import correos

_FORM_PREFIX = "correo-"

T = TypeVar("T")


class EstadoDeCorreo(StrEnum):
    """What has become of a message."""

    NUEVO = "NUEVO"
    TOMADO = "TOMADO"
    ENTREGADO = "ENTREGADO"
    DESCARTADO = "DESCARTADO"

    @property
    def cerrado(self) -> bool:
        return self in {EstadoDeCorreo.ENTREGADO, EstadoDeCorreo.DESCARTADO}


@dataclass(frozen=True, slots=True)
class Correo:
    """A message and what has become of it.

    Attributes:
        quien: who has taken it, handed it in or discarded it.
        mensaje: what it says, until its time is over. Personal data.
    """

    identidad: str
    estado: EstadoDeCorreo
    recibido: dt.datetime
    cambiado: dt.datetime
    quien: str
    motivo: str
    referencia: str
    mensaje: MensajeLeido | None

    @property
    def formulario(self) -> str:
        """The number of the form in which it is completed: it never gives a second solicitud."""
        return _FORM_PREFIX + self.identidad


class Correos:
    """Every message that was a draft once.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def keep(self, mensaje: MensajeLeido, *, buzon: str, validez: int, uid: int) -> bool:
        """Make a message a draft; False if it is one already, or was."""
        values = {
            "identidad": mensaje.identidad,
            "buzon": buzon,
            "validez": validez,
            "uid": uid,
            "estado": EstadoDeCorreo.NUEVO,
            "recibido": now(),
            "cambiado": now(),
            "datos": self._registro.sealed(mensaje.model_dump_json()),
        }
        try:
            self._do(lambda connection: connection.execute(sa.insert(correos).values(**values)))
        except IntegrityError:
            return False
        return True

    def is_known(self, *, buzon: str, validez: int, uid: int) -> bool:
        """Whether the message with this number was kept before."""
        line = correos.c
        this = sa.select(line.identidad).where(line.buzon == buzon, line.validez == validez, line.uid == uid)
        return self._do(lambda connection: connection.execute(this).first()) is not None

    def get(self, identidad: str) -> Correo | None:
        query = sa.select(correos).where(correos.c.identidad == identidad)
        row = self._do(lambda connection: connection.execute(query).first())
        return self._as_seen(row) if row is not None else None

    def of_form(self, formulario: str) -> Correo | None:
        """The message that is completed in a form, by the form's number."""
        if not formulario.startswith(_FORM_PREFIX):
            return None
        return self.get(formulario.removeprefix(_FORM_PREFIX))

    def listed(self, *, cerrados: bool, limite: int) -> list[Correo]:
        """The open ones, the oldest first; or those that are over, the newest first."""
        line = correos.c
        over = [one for one in EstadoDeCorreo if one.cerrado]
        query = sa.select(correos).where(line.estado.in_(over) if cerrados else line.estado.not_in(over))
        query = query.order_by(line.cambiado.desc() if cerrados else line.recibido.asc(), line.identidad).limit(limite)
        return [self._as_seen(row) for row in self._do(lambda connection: connection.execute(query).all())]

    def waiting(self) -> int:
        """How many nobody has taken."""
        query = sa.select(sa.func.count()).select_from(correos).where(correos.c.estado == EstadoDeCorreo.NUEVO)
        return int(self._do(lambda connection: connection.execute(query).scalar_one()))

    def take(self, identidad: str, *, quien: str) -> None:
        """Somebody completes it; nobody else does meanwhile.

        Raises:
            ActoImposible: somebody else has it, or it is over.
        """
        line = correos.c
        mine = sa.and_(line.estado == EstadoDeCorreo.TOMADO, line.quien == quien)
        self._change(
            identidad, sa.or_(line.estado == EstadoDeCorreo.NUEVO, mine), estado=EstadoDeCorreo.TOMADO, quien=quien
        )

    def release(self, identidad: str, *, quien: str, coordina: bool) -> None:
        """Give it back to everybody: whoever has it, or a coordinador.

        Raises:
            ActoImposible.
        """
        line = correos.c
        taken = line.estado == EstadoDeCorreo.TOMADO
        self._change(
            identidad,
            taken if coordina else sa.and_(taken, line.quien == quien),
            estado=EstadoDeCorreo.NUEVO,
            quien="",
        )

    def discard(self, identidad: str, *, quien: str, motivo: str) -> None:
        """No solicitud comes of it, and why.

        Raises:
            ActoImposible: somebody else has it, or it is over.
        """
        line = correos.c
        may = sa.or_(
            line.estado == EstadoDeCorreo.NUEVO, sa.and_(line.estado == EstadoDeCorreo.TOMADO, line.quien == quien)
        )
        self._change(identidad, may, estado=EstadoDeCorreo.DESCARTADO, quien=quien, motivo=motivo)

    def handed_in(self, formulario: str, *, referencia: str, quien: str) -> None:
        """Its form has become a solicitud; nothing where the form is of no message."""
        if self.of_form(formulario) is None:
            return
        this = sa.update(correos).where(correos.c.identidad == formulario.removeprefix(_FORM_PREFIX))
        values = {"estado": EstadoDeCorreo.ENTREGADO, "quien": quien, "referencia": referencia, "cambiado": now()}
        self._do(lambda connection: connection.execute(this.values(**values)))

    def _change(self, identidad: str, may: sa.ColumnElement[bool], **values: object) -> None:
        this = sa.update(correos).where(correos.c.identidad == identidad, may).values(cambiado=now(), **values)
        if not self._do(lambda connection: connection.execute(this).rowcount):
            raise ActoImposible(self._why_not(identidad))

    def _why_not(self, identidad: str) -> str:
        seen = self.get(identidad)
        if seen is None:
            return "Ese correo ya no está."
        since = f"{seen.cambiado.astimezone(ZONA_HORARIA):%d/%m/%Y %H:%M}"
        match seen.estado:
            case EstadoDeCorreo.TOMADO:
                return f"Ya lo tiene {seen.quien}, desde el {since}."
            case EstadoDeCorreo.ENTREGADO:
                return f"Ya es la solicitud {seen.referencia}: {seen.quien}, {since}."
            case EstadoDeCorreo.DESCARTADO:
                return f"Ya se descartó: {seen.quien}, {since}."
            case _:
                return "Nadie lo ha tomado."

    def drop_before(self, before: dt.datetime) -> None:
        """What those say that were over so long ago goes; that they were there stays, so that none is a draft again."""
        line = correos.c
        over = [one for one in EstadoDeCorreo if one.cerrado]
        old = sa.update(correos).where(line.estado.in_(over), line.cambiado < before).values(datos=None, motivo="")
        self._do(lambda connection: connection.execute(old))

    def _as_seen(self, row: sa.Row[Any]) -> Correo:
        told = MensajeLeido.model_validate_json(self._registro.opened(row.datos)) if row.datos is not None else None
        return Correo(
            identidad=row.identidad,
            estado=EstadoDeCorreo(row.estado),
            recibido=row.recibido,
            cambiado=row.cambiado,
            quien=row.quien,
            motivo=row.motivo,
            referencia=row.referencia,
            mensaje=told,
        )

    def _do(self, work: Callable[[sa.Connection], T]) -> T:
        return self._registro.transaction(work)
