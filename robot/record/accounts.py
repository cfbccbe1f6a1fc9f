"""Who may use the intake form: accounts with a role and an argon2 hash, in the robot's database.

The asesor's user and password of Serviweb are no part of it: they are in settings, secret files or the system's keyring.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.exc import IntegrityError

from robot.errors import ActoImposible, BadInput, Problema
from robot.record.database import transaction
from robot.record.entries import now, tell_change
from robot.record.tables import cambios, cuentas, ingresos

CLAVE_MINIMA = 10
CLAVE_MAXIMA = 200
_PROVISIONAL = dt.timedelta(days=3)
"""For so long a password of one use waits for its first sign-in: it travels by voice or on a slip of paper."""
Fila = sa.Row[tuple[str, str, str, str, bool, dt.datetime, dt.datetime]]
"""A row of the accounts."""
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")


class Rol(StrEnum):
    """What somebody may see and do: an asesor their own solicitudes, a coordinador everyone's."""

    ASESOR = "asesor"
    COORDINADOR = "coordinador"


@dataclass(frozen=True, slots=True)
class Cuenta:
    """One account.

    Attributes:
        clave: its name, the key of the asesor in the settings.
        sello: changes with the password, so that sessions opened with an older one end.
        provisional: its password is of one use and good until then: nothing else is done before it is changed.
    """

    clave: str
    nombre: str
    rol: Rol
    activa: bool
    sello: str
    provisional: dt.datetime | None = None

    @property
    def coordina(self) -> bool:
        return self.rol is Rol.COORDINADOR

    @property
    def vencida(self) -> bool:
        """Its password of one use was not used in time."""
        return self.provisional is not None and self.provisional < now()


@dataclass(frozen=True, slots=True)
class CambioDeCuenta:
    """One line of what people did with accounts. It holds no password."""

    instante: dt.datetime
    quien: str
    cuenta: str
    detalle: str


class Cuentas:
    """Every account. What somebody changes is told in the same transaction, with `quien` it was.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def add(self, clave: str, *, nombre: str, rol: Rol, password: str, quien: str, de_un_uso: bool = False) -> None:
        """Open an account.

        Args:
            de_un_uso: whoever signs in with the password must change it first.

        Raises:
            BadInput: there is one of this name, or the password is too short.
        """
        values = {"nombre": nombre, "rol": rol, "activa": True, "creada": now(), **_kept(password, de_un_uso=de_un_uso)}

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.insert(cuentas).values(clave=clave.lower(), **values))
            tell_change(connection, clave.lower(), quien, f"Creó la cuenta, con el rol de {rol.value}.")

        try:
            transaction(self._base, work)
        except IntegrityError:
            raise BadInput([Problema("asesor", f"ya hay una cuenta «{clave.lower()}».")]) from None

    def set_password(self, clave: str, password: str, *, quien: str, de_un_uso: bool = False) -> None:
        """Give an account a new password, and let it in again if it was shut out; whoever is signed in with it is no more.

        Raises:
            BadInput: there is no such account, or the password is too short.
        """
        told = "Le dio una clave de un solo uso." if de_un_uso else "Cambió la clave del formulario."
        values = {"activa": True, **_kept(password, de_un_uso=de_un_uso)}
        self._change(clave, told, quien, lambda _: values, ends_sessions=True)

    def set_role(self, clave: str, rol: Rol, *, quien: str) -> None:
        """Raises: BadInput: there is no such account; ActoImposible: nobody else coordinates."""

        def work(connection: sa.Connection) -> dict[str, str]:
            if rol is not Rol.COORDINADOR:
                _require_another_coordinador(connection, clave)
            return {"rol": rol}

        self._change(clave, f"Le dio el rol de {rol.value}.", quien, work)

    def deactivate(self, clave: str, *, quien: str) -> None:
        """Shut an account out; whoever is signed in with it is no more.

        Raises:
            BadInput: there is no such account.
            ActoImposible: nobody else coordinates.
        """

        def work(connection: sa.Connection) -> dict[str, bool]:
            _require_another_coordinador(connection, clave)
            return {"activa": False}

        self._change(clave, "Desactivó la cuenta.", quien, work, ends_sessions=True)

    def end_sessions(self, clave: str, *, quien: str) -> None:
        """Whoever is signed in with an account is no more, everywhere.

        Raises:
            BadInput: there is no such account.
        """
        self._change(clave, "Terminó las sesiones abiertas.", quien, lambda _: {}, ends_sessions=True)

    def note(self, clave: str, detalle: str, *, quien: str) -> None:
        """Tell what was done with an account elsewhere. `detalle` holds no password."""
        transaction(self._base, lambda connection: tell_change(connection, clave.lower(), quien, detalle))

    def changes(self, clave: str, *, limite: int) -> list[CambioDeCuenta]:
        """What was done with an account, the newest first."""
        line = cambios.c
        query = sa.select(cambios).where(line.cuenta == clave.lower()).order_by(line.numero.desc()).limit(limite)
        found = transaction(self._base, lambda connection: connection.execute(query).all())
        return [CambioDeCuenta(one.instante, one.quien, one.cuenta, one.detalle) for one in found]

    def all(self) -> list[Cuenta]:
        query = sa.select(cuentas).order_by(cuentas.c.clave)
        return [as_cuenta(row) for row in transaction(self._base, lambda c: c.execute(query).all())]

    def get(self, clave: str) -> Cuenta | None:
        """An account that may be used."""
        row = self._row(clave)
        return as_cuenta(row) if row is not None and row.activa else None

    def verified(self, clave: str, password: str) -> Cuenta | None:
        """The account if the password is its own. It takes as long where there is none of that name."""
        row = self._row(clave)
        try:
            _hasher.verify(row.hash if row is not None else _NOBODY, password[:CLAVE_MAXIMA])
        except VerificationError:
            return None
        return as_cuenta(row) if row is not None and row.activa else None

    def find(self, clave: str) -> Cuenta | None:
        """An account, also one that is shut out."""
        row = self._row(clave)
        return as_cuenta(row) if row is not None else None

    def _row(self, clave: str) -> Fila | None:
        query = sa.select(cuentas).where(cuentas.c.clave == clave.lower())
        return transaction(self._base, lambda connection: connection.execute(query).first())

    def _change(
        self,
        clave: str,
        told: str,
        quien: str,
        decide: Callable[[sa.Connection], Mapping[str, object]],
        *,
        ends_sessions: bool = False,
    ) -> None:
        """Write what `decide` finds, and tell it.

        Raises:
            BadInput: there is no such account.
        """
        own = cuentas.c.clave == clave.lower()

        def work(connection: sa.Connection) -> None:
            values = decide(connection) or {"clave": clave.lower()}
            if not connection.execute(sa.update(cuentas).where(own).values(**values)).rowcount:
                raise BadInput([Problema("asesor", f"no hay ninguna cuenta «{clave}».")])
            if ends_sessions:
                connection.execute(sa.delete(ingresos).where(ingresos.c.cuenta == clave.lower()))
            tell_change(connection, clave.lower(), quien, told)

        transaction(self._base, work)


def _kept(password: str, *, de_un_uso: bool) -> dict[str, object]:
    """Raises: BadInput: it is too short, or too long."""
    if not CLAVE_MINIMA <= len(password) <= CLAVE_MAXIMA:
        raise BadInput([Problema("clave", f"debe tener al menos {CLAVE_MINIMA} caracteres.")])
    return {"hash": _hasher.hash(password), "provisional": now() + _PROVISIONAL if de_un_uso else None}


def _require_another_coordinador(connection: sa.Connection, clave: str) -> None:
    """See that somebody else coordinates; two who shut each other out at once come one after the other.

    Whoever let a password of one use go by cannot come in, and does not count. They are written as they are, since a transaction
    of SQLite begins with what it writes, not with what it reads.

    Raises:
        ActoImposible: nobody does.
    """
    row = cuentas.c
    held = sa.update(cuentas).where(row.rol == Rol.COORDINADOR, row.activa).values(activa=True)
    found = {one.clave: one.provisional for one in connection.execute(held.returning(row.clave, row.provisional))}
    at = now()
    others = [one for one, until in found.items() if one != clave.lower() and (until is None or until >= at)]
    if clave.lower() in found and not others:
        raise ActoImposible("Es la única cuenta de coordinador activa: dé antes ese rol a otra.")


def as_cuenta(row: Fila) -> Cuenta:
    """An account as its row tells it."""
    sello = hashlib.sha256(row.hash.encode()).hexdigest()[:16]
    return Cuenta(
        clave=row.clave,
        nombre=row.nombre,
        rol=Rol(row.rol),
        activa=row.activa,
        sello=sello,
        provisional=row.provisional,
    )
