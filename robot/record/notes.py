"""What an account keeps for a while, encrypted: a form or a file that is not handed in yet, a search of the bandeja.

Each has a key that says nothing and nobody guesses, so that an address can name it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from robot.record.entries import now
from robot.record.solicitudes import Registro
from robot.record.tables import apuntes


class ClaseDeApunte(StrEnum):
    """What is kept."""

    BORRADOR = "borrador"
    BUSQUEDA = "búsqueda"
    LOTE = "lote"


_KEPT = {
    ClaseDeApunte.BORRADOR: dt.timedelta(hours=2),
    ClaseDeApunte.BUSQUEDA: dt.timedelta(hours=12),
    ClaseDeApunte.LOTE: dt.timedelta(hours=2),
}
_MOST = {ClaseDeApunte.BORRADOR: 5, ClaseDeApunte.BUSQUEDA: 50, ClaseDeApunte.LOTE: 3}
"""Of one account; the oldest give way."""


@dataclass(frozen=True, slots=True)
class Apunte:
    """One thing that is kept, since `instante`. Personal data."""

    clave: str
    instante: dt.datetime
    texto: str


class Apuntes:
    """Keeps, reads and drops them; an account has its own, and sees nobody else's.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def keep(self, clase: ClaseDeApunte, cuenta: str, clave: str, texto: str) -> None:
        """Keep a text under a key, in place of what the account had under it."""
        line = apuntes.c
        kept = {"que": clase, "instante": now(), "vence": now() + _KEPT[clase], "datos": self._registro.sealed(texto)}
        oldest = (
            sa.select(line.clave)
            .where(line.cuenta == cuenta, line.que == clase)
            .order_by(line.instante.desc())
            .offset(_MOST[clase])
        )

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(apuntes).where(line.vence < now()))
            this = sa.update(apuntes).where(line.clave == clave, line.cuenta == cuenta)
            taken = sa.select(line.clave).where(line.clave == clave)
            if connection.execute(this.values(**kept)).rowcount or connection.execute(taken).first():
                return
            connection.execute(sa.insert(apuntes).values(clave=clave, cuenta=cuenta, **kept))
            for old in connection.execute(oldest).scalars().all():
                connection.execute(sa.delete(apuntes).where(line.clave == old))

        self._registro.transaction(work)

    def get(self, clase: ClaseDeApunte, cuenta: str, clave: str) -> Apunte | None:
        """What the account keeps under a key; nothing where its time is over."""
        line = apuntes.c
        return self._first(clase, cuenta, line.clave == clave)

    def newest(self, clase: ClaseDeApunte, cuenta: str) -> Apunte | None:
        """What the account has kept last."""
        return self._first(clase, cuenta)

    def drop(self, cuenta: str, clave: str) -> None:
        """Keep it no longer."""
        this = sa.delete(apuntes).where(apuntes.c.clave == clave, apuntes.c.cuenta == cuenta)
        self._registro.transaction(lambda connection: connection.execute(this))

    def _first(self, clase: ClaseDeApunte, cuenta: str, *conditions: sa.ColumnElement[bool]) -> Apunte | None:
        line = apuntes.c
        mine = (line.cuenta == cuenta, line.que == clase, line.vence >= now(), *conditions)
        query = sa.select(apuntes).where(*mine).order_by(line.instante.desc()).limit(1)
        found = self._registro.transaction(lambda connection: connection.execute(query).first())
        return Apunte(found.clave, found.instante, self._registro.opened(found.datos).decode()) if found else None
