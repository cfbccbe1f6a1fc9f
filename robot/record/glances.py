"""How often each account has looked up whose a code is (`robot.worker.vistazos`): a count for each day, never of whom."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from robot.models import ZONA_HORARIA
from robot.record.database import transaction
from robot.record.tables import miradas


class Miradas:
    """Counts, and tells what was counted.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def count(self, cuenta: str, que: str) -> None:
        """The account has been told of one more."""
        line = miradas.c
        own = {"dia": dt.datetime.now(ZONA_HORARIA).date(), "cuenta": cuenta, "que": que}
        this = sa.update(miradas).where(*(line[name] == value for name, value in own.items()))

        def work(connection: sa.Connection) -> None:
            if not connection.execute(this.values(cuantas=line.cuantas + 1)).rowcount:
                connection.execute(sa.insert(miradas).values(**own, cuantas=1))

        try:
            transaction(self._base, work)
        except IntegrityError:  # somebody has counted the first one of the day meanwhile
            transaction(self._base, work)

    def of_day(self, dia: dt.date) -> dict[str, int]:
        """How many each account has been told of on a day."""
        line = miradas.c
        query = sa.select(line.cuenta, sa.func.sum(line.cuantas)).where(line.dia == dia).group_by(line.cuenta)
        found = transaction(self._base, lambda connection: connection.execute(query.order_by(line.cuenta)).all())
        return {cuenta: int(cuantas) for cuenta, cuantas in found}
