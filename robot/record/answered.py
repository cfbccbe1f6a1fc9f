"""Which petitions have been answered: their legal term runs no more."""

from collections.abc import Iterable

import sqlalchemy as sa

from robot.errors import ActoImposible
from robot.models import Estado
from robot.record.entries import now, tell
from robot.record.solicitudes import Registro
from robot.record.tables import solicitudes
from robot.referencia import Referencia

_TOGETHER = 500


class Respuestas:
    """Notes it in the record.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def mark(self, referencia: Referencia, *, quien: str, respondida: bool) -> None:
        """Note that a petition has been answered, or take that back. Asking twice does nothing.

        Raises:
            ActoImposible: it is not RADICADA.
            BadInput: there is none with this referencia.
        """
        if self._registro.expediente(referencia).estado is not Estado.RADICADA:
            raise ActoImposible("Solo una solicitud RADICADA se responde.")
        row = solicitudes.c
        change = sa.update(solicitudes).where(
            row.referencia == referencia, row.respondida.is_(None) if respondida else row.respondida.is_not(None)
        )

        def work(connection: sa.Connection) -> None:
            if connection.execute(change.values(respondida=now() if respondida else None)).rowcount:
                told = "Anotó que se respondió." if respondida else "Anotó que no se ha respondido."
                tell(connection, referencia, Estado.RADICADA, quien, told)

        self._registro.transaction(work)

    def mark_all(self, radicados: Iterable[str], *, quien: str) -> int:
        """Note it of every solicitud with one of these radicados, as Serviweb tells; of how many it was news."""
        wanted = list(radicados)
        return sum(self._mark_some(wanted[at : at + _TOGETHER], quien=quien) for at in range(0, len(wanted), _TOGETHER))

    def _mark_some(self, radicados: list[str], *, quien: str) -> int:
        row = solicitudes.c
        change = (
            sa.update(solicitudes)
            .where(row.radicado.in_(radicados), row.estado == Estado.RADICADA, row.respondida.is_(None))
            .values(respondida=now())
            .returning(row.referencia)
        )

        def work(connection: sa.Connection) -> int:
            marked = connection.execute(change).scalars().all()
            for referencia in marked:
                tell(connection, referencia, Estado.RADICADA, quien, "Serviweb dice que se respondió.")
            return len(marked)

        return self._registro.transaction(work)
