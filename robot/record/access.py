"""Who is trying to sign in and who has: passwords are counted before they are looked at, and a sign-in is over when it is ended.

Every process that serves the form counts in the same place, and a restart forgives nothing.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from robot.record.accounts import Cuenta, as_cuenta
from robot.record.database import transaction
from robot.record.entries import now
from robot.record.tables import cuentas, ingresos, intentos

_WINDOW = dt.timedelta(minutes=5)
_FIRST_DELAY = dt.timedelta(seconds=5)
_LONGEST_DELAY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Tope:
    """How often a password may be tried by somebody, for something, or from somewhere.

    Attributes:
        de: whose tries they are; kept as a fingerprint only, since people type passwords where their name belongs.
        intentos: so many in five minutes.
        cede: whoever has had them waits a little longer each time; else for the rest of the five minutes.
    """

    de: str
    intentos: int
    cede: bool = False

    def free_again(self, cuantos: int, at: dt.datetime, vence: dt.datetime) -> dt.datetime:
        """When another try may be made after so many."""
        if cuantos < self.intentos:
            return at
        return at + min(_FIRST_DELAY * 2 ** min(cuantos - self.intentos, 8), _LONGEST_DELAY) if self.cede else vence


class Intentos:
    """Tries of passwords, those that are being made included.

    Args:
        secreto: what whose tries they are is made unreadable with.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine, secreto: str) -> None:
        self._base = base
        self._secreto = secreto.encode()

    def spend(self, topes: Sequence[Tope]) -> float:
        """Count a try against each; 0 where it may be made, else for how many seconds it may not, and none is counted.

        Of those that come at once no more are let through than of those that come one by one.
        """
        by_key = self._by_key(topes)
        at = now()
        waiting = transaction(self._base, lambda connection: _longest(connection, list(by_key), at))
        if waiting > 0:
            return waiting  # whoever only knocks makes nobody wait for the database

        def work(connection: sa.Connection) -> float:
            connection.execute(sa.delete(intentos).where(sa.not_(_counts(at))))
            fresh = [{"clave": key, "cuantos": 0, "libre": _free(at), "vence": at + _WINDOW} for key in by_key]
            connection.execute(_insert(connection).values(fresh).on_conflict_do_nothing())
            rows = connection.execute(_held(list(by_key))).all()
            longest: dt.datetime = max(row.libre for row in rows)
            if longest > at:
                return (longest - at).total_seconds()
            for row in rows:
                libre = by_key[row.clave].free_again(row.cuantos + 1, at, row.vence)
                _write(
                    connection, row.clave, row.cuantos + 1, libre if libre > at else _free(at), max(libre, row.vence)
                )
            return 0.0

        return transaction(self._base, work)

    def give_back(self, topes: Sequence[Tope]) -> None:
        """The password was right: that was no guess."""
        by_key = self._by_key(topes)
        at = now()

        def work(connection: sa.Connection) -> None:
            for row in connection.execute(_held(list(by_key))).all():
                tope = by_key[row.clave]
                left = 0 if tope.cede else max(0, row.cuantos - 1)
                libre = _free(at) if left < tope.intentos else row.libre
                _write(connection, row.clave, left, libre, row.vence)

        transaction(self._base, work)

    def _by_key(self, topes: Sequence[Tope]) -> Mapping[str, Tope]:
        keys = {hmac.new(self._secreto, one.de.encode(), hashlib.sha256).hexdigest(): one for one in topes}
        return dict(sorted(keys.items()))  # two who want the same never wait for each other


def _free(at: dt.datetime) -> dt.datetime:
    """An instant that has passed for everybody: those who come at once have not read the same clock at the same moment."""
    return at - _WINDOW


def _counts(at: dt.datetime) -> sa.ColumnElement[bool]:
    """Whether tries still count: not those of a clock that has been set back since, which would do so for hours."""
    return intentos.c.vence.between(at, at + 2 * _WINDOW)


def _longest(connection: sa.Connection, keys: Sequence[str], at: dt.datetime) -> float:
    query = sa.select(sa.func.max(intentos.c.libre)).where(intentos.c.clave.in_(keys), _counts(at))
    libre: dt.datetime | None = connection.execute(query).scalar_one()
    return (libre - at).total_seconds() if libre is not None else 0.0


def _insert(connection: sa.Connection) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(intentos) if connection.dialect.name == "sqlite" else postgresql.insert(intentos)


def _held(keys: Sequence[str]) -> sa.Select[tuple[str, int, dt.datetime, dt.datetime]]:
    return sa.select(intentos).where(intentos.c.clave.in_(keys)).order_by(intentos.c.clave).with_for_update()


def _write(connection: sa.Connection, key: str, cuantos: int, libre: dt.datetime, vence: dt.datetime) -> None:
    changed = {"cuantos": cuantos, "libre": libre, "vence": vence}
    connection.execute(sa.update(intentos).where(intentos.c.clave == key).values(**changed))


class Ingresos:
    """Sign-ins that nobody has ended yet.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def begin(self, cuenta: Cuenta, horas: float) -> str:
        """One more for an account, for so long; its name, which nobody can guess."""
        identidad, at = secrets.token_urlsafe(24), now()
        values = {"identidad": identidad, "cuenta": cuenta.clave, "vence": at + dt.timedelta(hours=horas)}

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(ingresos).where(ingresos.c.vence <= at))
            connection.execute(sa.insert(ingresos).values(**values))

        transaction(self._base, work)
        return identidad

    def holder(self, identidad: str) -> Cuenta | None:
        """The account that has signed in so, if it may still be used."""
        own = sa.and_(ingresos.c.cuenta == cuentas.c.clave, ingresos.c.identidad == identidad)
        query = sa.select(cuentas).join(ingresos, own).where(ingresos.c.vence > now(), cuentas.c.activa)
        row = transaction(self._base, lambda connection: connection.execute(query).first())
        return as_cuenta(row) if row is not None else None

    def open(self, clave: str) -> int:
        """How many sign-ins of an account are not over."""
        line = ingresos.c
        query = sa.select(sa.func.count()).where(line.cuenta == clave, line.vence > now())
        return transaction(self._base, lambda connection: connection.execute(query).scalar_one())

    def end(self, identidad: str) -> None:
        gone = sa.delete(ingresos).where(ingresos.c.identidad == identidad)
        transaction(self._base, lambda connection: connection.execute(gone))
