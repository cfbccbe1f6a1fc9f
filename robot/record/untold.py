"""The solicitudes that wait for a person, and of which nobody has been told yet."""

import sqlalchemy as sa

from robot.models import Estado
from robot.record.entries import now
from robot.record.solicitudes import Registro
from robot.record.tables import solicitudes
from robot.referencia import Referencia


class SinAvisar:
    """Each is given out once, to whichever worker asks first.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def take(self) -> list[Referencia]:
        """Those POR VERIFICAR that are news; from here on they count as told."""
        row = solicitudes.c
        taken = (
            sa.update(solicitudes)
            .where(row.estado == Estado.POR_VERIFICAR, row.avisada.is_(None))
            .values(avisada=now())
            .returning(row.referencia)
        )
        found = self._registro.transaction(lambda connection: connection.execute(taken).scalars().all())
        return [Referencia(one) for one in sorted(found)]

    def give_back(self, referencia: Referencia) -> None:
        """It could not be told: it is news still."""
        this = sa.update(solicitudes).where(solicitudes.c.referencia == referencia).values(avisada=None)
        self._registro.transaction(lambda connection: connection.execute(this))
