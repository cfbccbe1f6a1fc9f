"""What of the record has had its time, and goes; the bare history of the solicitudes stays."""

import datetime as dt

import sqlalchemy as sa

from robot.models import Estado
from robot.record.entries import now, tell
from robot.record.finding import forget
from robot.record.solicitudes import Registro
from robot.record.tables import apuntes, filas_de_lote, latidos, lotes, miradas, pasos, revisiones, solicitudes
from robot.referencia import Referencia

_OF_ONE_SOLICITUD = (pasos, revisiones)
_MIRADAS = dt.timedelta(days=365)


class Retencion:
    """Deletes from the record.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def purgeable(self, before: dt.datetime) -> list[tuple[Referencia, int]]:
        """The solicitudes that ended before an instant and still hold personal data, with their number of runs."""
        row = solicitudes.c
        query = sa.select(row.referencia, row.corrida).where(
            row.estado.in_([estado for estado in Estado if estado.terminado]),
            row.terminada < before,
            row.datos.is_not(None),
            row.traslado.is_(None),
        )
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        return [(Referencia(one.referencia), one.corrida) for one in found]

    def purge(self, referencia: Referencia, *, quien: str) -> None:
        """Delete what was asked and what was answered of a solicitud that has ended."""
        row = solicitudes.c

        def work(connection: sa.Connection) -> None:
            gone = connection.execute(
                sa.update(solicitudes)
                .where(
                    row.referencia == referencia,
                    row.terminada.is_not(None),
                    row.datos.is_not(None),
                    row.traslado.is_(None),
                )
                .values(datos=None, resultado=None, suscriptor="", huella=None)
            )
            forget(connection, referencia)
            if gone.rowcount:
                estado = connection.execute(sa.select(row.estado).where(row.referencia == referencia)).scalar_one()
                tell(connection, referencia, Estado(estado), quien, "Datos personales eliminados.")

        self._registro.transaction(work)

    def purge_lotes(self, before: dt.datetime) -> None:
        """Delete the files of lotes that were handed in before, once none of their solicitudes holds personal data any more."""
        line, row, lote = filas_de_lote.c, solicitudes.c, lotes.c
        still = sa.exists().where(
            line.lote == lote.identidad, row.referencia == line.referencia, row.datos.is_not(None)
        )
        over = sa.update(lotes).where(lote.entregado < before, lote.datos.is_not(None), ~still)
        gone = over.values(datos=None, huella="")
        self._registro.transaction(lambda connection: connection.execute(gone))

    def drop_remains(self, before: dt.datetime) -> None:
        """Delete what tells nothing any more: steps, revisions and fingerprints of purged solicitudes, workers that are silent
        since then, drafts and searches whose time is over, what was counted a year before.
        """
        purged = sa.select(solicitudes.c.referencia).where(solicitudes.c.datos.is_(None))

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(latidos).where(latidos.c.instante < before))
            connection.execute(sa.delete(apuntes).where(apuntes.c.vence < now()))
            connection.execute(sa.delete(miradas).where(miradas.c.dia < before.date() - _MIRADAS))
            forget(connection, purged)  # a worker of an older version knows nothing of it
            for table in _OF_ONE_SOLICITUD:
                connection.execute(sa.delete(table).where(table.c.referencia.in_(purged)))

        self._registro.transaction(work)
