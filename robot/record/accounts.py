"""Who may use the intake form: accounts with a role and an argon2 hash, in the robot's database.

The asesor's user and password of Serviweb are no part of it: they are in settings, secret files or the system's keyring.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.exc import IntegrityError

from robot.errors import BadInput, Problema
from robot.record.database import transaction
from robot.record.entries import now
from robot.record.tables import cuentas

CLAVE_MINIMA = 10
_CLAVE_MAXIMA = 200
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
    """

    clave: str
    nombre: str
    rol: Rol
    activa: bool
    sello: str

    @property
    def coordina(self) -> bool:
        return self.rol is Rol.COORDINADOR


class Cuentas:
    """Every account.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def add(self, clave: str, *, nombre: str, rol: Rol, password: str) -> None:
        """Raises: BadInput: there is one of this name, or the password is too short."""
        _require_good(password)
        values = {"nombre": nombre, "rol": rol, "hash": _hasher.hash(password), "activa": True, "creada": now()}
        try:
            transaction(self._base, lambda c: c.execute(sa.insert(cuentas).values(clave=clave.lower(), **values)))
        except IntegrityError:
            raise BadInput([Problema("asesor", f"ya hay una cuenta «{clave.lower()}».")]) from None

    def set_password(self, clave: str, password: str) -> None:
        """Give an account a new password, and let it in again if it was shut out.

        Raises:
            BadInput: there is no such account, or the password is too short.
        """
        _require_good(password)
        self._change(clave, hash=_hasher.hash(password), activa=True)

    def deactivate(self, clave: str) -> None:
        """Raises: BadInput: there is no such account."""
        self._change(clave, activa=False)

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
            _hasher.verify(row.hash if row is not None else _NOBODY, password[:_CLAVE_MAXIMA])
        except VerificationError:
            return None
        return as_cuenta(row) if row is not None and row.activa else None

    def _row(self, clave: str) -> sa.Row[tuple[str, str, str, str, bool, str]] | None:
        query = sa.select(cuentas).where(cuentas.c.clave == clave.lower())
        return transaction(self._base, lambda connection: connection.execute(query).first())

    def _change(self, clave: str, **values: str | bool) -> None:
        change = sa.update(cuentas).where(cuentas.c.clave == clave.lower()).values(**values)
        if not transaction(self._base, lambda connection: connection.execute(change).rowcount):
            raise BadInput([Problema("asesor", f"no hay ninguna cuenta «{clave}».")])


def _require_good(password: str) -> None:
    if not CLAVE_MINIMA <= len(password) <= _CLAVE_MAXIMA:
        raise BadInput([Problema("clave", f"debe tener al menos {CLAVE_MINIMA} caracteres.")])


def as_cuenta(row: sa.Row[tuple[str, str, str, str, bool, str]]) -> Cuenta:
    """An account as its row tells it."""
    sello = hashlib.sha256(row.hash.encode()).hexdigest()[:16]
    return Cuenta(clave=row.clave, nombre=row.nombre, rol=Rol(row.rol), activa=row.activa, sello=sello)
