"""Taking solicitudes into the record: each with its place in the queue, in the same transaction, alone or several together.

What programs send comes many at a time; together they cost the database one transaction and the writing of each table once.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from robot.errors import BadInput, ConfigurationError, Problema, RegistroUnavailable
from robot.models import Estado, Solicitud
from robot.procedure.definition import Procedimiento
from robot.record.dossier import Aceptada
from robot.record.entries import now, row_of
from robot.record.repeats import Huella
from robot.record.solicitudes import Registro
from robot.record.tables import historia, indice, solicitudes
from robot.referencia import Referencia

_OF_ONE_THAT_IS_GONE = (
    "es de una solicitud ({}) cuyos datos ya se eliminaron, y no se sabe si pedía lo mismo; "
    "si esta es otra, use una clave nueva."
)


@dataclass(frozen=True, slots=True)
class PorAceptar:
    """A solicitud that is handed in.

    Attributes:
        procedimiento: the one that it is filed by, as it is now.
        usuario: the Serviweb user that it is filed with.
        quien: who hands it in.
        huella: what it is known by, where it has no key.
        programa: the program that hands it in, if one does.
    """

    referencia: Referencia
    solicitud: Solicitud
    procedimiento: Procedimiento
    usuario: str
    quien: str
    huella: Huella | None = None
    programa: str | None = None


class ReferenciaAjena(Exception):
    """Another key, or another program's, has given a solicitud the same referencia: of many thousands, two may meet."""


EncolarNuevas = Callable[[sa.Connection, Sequence[PorAceptar]], None]
"""Queues the first run of each, in this order, within the transaction of the connection."""


class Aceptaciones:
    """Accepts into a record.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def accept(self, nueva: PorAceptar, encolar: EncolarNuevas) -> Aceptada:
        """Keep a solicitud and queue its first run, unless it is there already: by its referencia, or by its fingerprint.

        Raises:
            BadInput: the referencia, and so its key, belongs to a solicitud with other content.
            ProcedimientoCambiado: its procedure is not what its código and version were before.
            ReferenciaAjena: it needs another referencia.
        """
        try:
            self._keep([nueva], encolar)
        except IntegrityError:
            return self._known(nueva) or self.accept(nueva, encolar)
        return Aceptada(nueva.referencia, nueva=True)

    def accept_together(self, nuevas: Sequence[PorAceptar], encolar: EncolarNuevas) -> bool:
        """Keep and queue all of them in one transaction; whether that could be: not where one is there already, or cannot be."""
        try:
            self._keep(nuevas, encolar)
        except RegistroUnavailable:
            raise
        except (IntegrityError, ConfigurationError):
            return False
        return True

    def _keep(self, nuevas: Sequence[PorAceptar], encolar: EncolarNuevas) -> None:
        for one in nuevas:
            self._registro.definiciones.keep(one.procedimiento)

        def work(connection: sa.Connection) -> None:
            for one in nuevas:
                if one.huella is not None:
                    one.huella.let_go(connection)
            self.admit(connection, nuevas, encolar)

        self._registro.transaction(work)

    def admit(self, connection: sa.Connection, nuevas: Sequence[PorAceptar], encolar: EncolarNuevas) -> None:
        """Keep those that are not there yet and queue their first runs, within a transaction; their procedures are kept."""
        instante = now()
        words = [line for one in nuevas for line in self._registro.indice.lines(one.solicitud, one.referencia)]
        connection.execute(sa.insert(solicitudes), [self._row_of(one, instante) for one in nuevas])
        connection.execute(sa.insert(indice), words)
        connection.execute(sa.insert(historia), [_accepted(one, instante) for one in nuevas])
        encolar(connection, nuevas)

    def _row_of(self, nueva: PorAceptar, instante: dt.datetime) -> dict[str, object]:
        return {
            "creada": instante,
            "cambiada": instante,
            "referencia": nueva.referencia,
            "estado": Estado.EN_COLA,
            "asesor": nueva.solicitud.asesor,
            "usuario": nueva.usuario,
            "suscriptor": nueva.solicitud.suscriptor,
            "corrida": 1,
            "datos": self._registro.sealed_solicitud(nueva.solicitud),
            "procedimiento": nueva.procedimiento.codigo,
            "version": nueva.procedimiento.version,
            "cuerpo": nueva.referencia.cuerpo,
            "causal": nueva.solicitud.causal,
            "huella": nueva.huella.valor if nueva.huella is not None else None,
            "indexada": True,
            "programa": nueva.programa,
        }

    def _known(self, nueva: PorAceptar) -> Aceptada | None:
        """The solicitud that it is already; None if whoever had its fingerprint has let it go meanwhile.

        Raises:
            BadInput: its key belongs to one with other content.
        """
        same = self._registro.lately(nueva.huella, quien=nueva.quien) if nueva.huella is not None else None
        if same is not None and same != nueva.referencia:
            return Aceptada(same, nueva=False, igual=True)
        known = self._registro.of_body(nueva.referencia)
        if known is None:
            return None
        self._require_same(known, nueva)
        return Aceptada(known, nueva=False)

    def _require_same(self, referencia: Referencia, nueva: PorAceptar) -> None:
        row = self._registro.transaction(lambda connection: row_of(connection, referencia))
        known = self._registro.solicitud(referencia)
        if row is not None and row.programa != nueva.programa:
            raise ReferenciaAjena
        if known is None and nueva.solicitud.clave_idempotencia is not None:
            raise BadInput([Problema("clave_idempotencia", _OF_ONE_THAT_IS_GONE.format(referencia))])
        if known is None:
            return
        if known.clave_idempotencia != nueva.solicitud.clave_idempotencia:
            raise ReferenciaAjena
        if not known.is_same(nueva.solicitud):
            raise BadInput(
                [
                    Problema(
                        "clave_idempotencia",
                        f"ya se usó para otra solicitud ({referencia}) con otros datos; use una clave nueva.",
                    )
                ]
            )


def _accepted(nueva: PorAceptar, instante: dt.datetime) -> dict[str, object]:
    return {
        "referencia": nueva.referencia,
        "instante": instante,
        "estado": Estado.EN_COLA,
        "quien": nueva.quien,
        "detalle": "Aceptada.",
    }
