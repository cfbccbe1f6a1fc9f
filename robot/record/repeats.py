"""What was asked for without a key is known for a while by its fingerprint, so that the same sent again is the same solicitud.

The fingerprint is of no use to whoever has not the robot's key, and no two solicitudes have the same one at a time: the database
sees to that, whoever hands in at the same moment.
"""

import datetime as dt
import hashlib
import hmac
from typing import NamedTuple, Self

import sqlalchemy as sa

from robot.cipher import derived_secret
from robot.models import Estado, Solicitud
from robot.reading.equality import key_of_name
from robot.record.entries import now, tell
from robot.record.tables import solicitudes
from robot.referencia import Referencia
from robot.settings import Settings

_PURPOSE = "solicitudes repetidas"
_ASKED = {
    *{"suscriptor", "cedula", "nombre", "celular", "ruta", "solicitud", "asesor", "fecha", "hora"},
    *{"procedimiento", "medio", "causal", "respuestas"},
}
"""Beside it a solicitud holds how it is to be done, and its key."""


class Huella(NamedTuple):
    """The fingerprint of what is asked for, and since when the same is taken for the same solicitud."""

    valor: str
    desde: dt.datetime

    @classmethod
    def of(cls, solicitud: Solicitud, settings: Settings) -> Self | None:
        """None if by the settings the same is never taken for the same solicitud. One person typed in two ways is the same."""
        minutos = settings.reglas.minutos_repetida
        if not minutos:
            return None
        whoever = solicitud.model_copy(update={"nombre": key_of_name(solicitud.nombre)})
        asked = whoever.model_dump_json(include=_ASKED)
        secret = derived_secret(settings, _PURPOSE)
        valor = hmac.new(secret.encode(), asked.encode(), hashlib.sha256).hexdigest()
        return cls(valor, now() - dt.timedelta(minutes=minutos))

    def let_go(self, connection: sa.Connection) -> None:
        """The same may be asked for anew where some time has passed, or nothing came of it."""
        row = solicitudes.c
        over = sa.or_(row.creada < self.desde, row.estado.in_([Estado.RECHAZADA, Estado.CANCELADA]))
        connection.execute(sa.update(solicitudes).where(row.huella == self.valor, over).values(huella=None))

    def holder(self, connection: sa.Connection, quien: str) -> Referencia | None:
        """The solicitud that has it, or nothing; that it came again is told in its history."""
        row = solicitudes.c
        query = sa.select(row.referencia, row.estado).where(row.huella == self.valor)
        found = connection.execute(query).first()
        if found is None:
            return None
        tell(connection, found.referencia, Estado(found.estado), quien, "Llegó otra vez, igual y sin clave.")
        return Referencia(found.referencia)
