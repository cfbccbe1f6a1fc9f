"""The passwords that Serviweb has refused: known to every process of this machine, so that none is tried twice.

A new password is another one. The same one is tried again only when a person asks for it.
"""

import datetime as dt
import hashlib
import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from robot.errors import CredentialsRefused
from robot.models import ZONA_HORARIA, Asesor, user_key

_FOLDER = "rechazos"
_COST = 2**14

_log = logging.getLogger(__name__)


class Rechazo(BaseModel):
    """One refusal. It holds no password, only what tells whether another one is the same.

    Attributes:
        cuando: when Serviweb refused it.
        dijo: what the error told.
        sal, huella: of the password, by scrypt.
    """

    model_config = ConfigDict(frozen=True)

    cuando: dt.datetime
    dijo: str
    sal: str
    huella: str

    @classmethod
    def of(cls, asesor: Asesor, dijo: str) -> Self:
        sal = secrets.token_hex(16)
        return cls(cuando=dt.datetime.now(ZONA_HORARIA), dijo=dijo, sal=sal, huella=_print_of(asesor, sal))

    def is_of(self, asesor: Asesor) -> bool:
        """Whether the asesor's password is the one that was refused."""
        return hmac.compare_digest(self.huella, _print_of(asesor, self.sal))


class Rechazos:
    """Those of one data folder, one for each user of Serviweb at most."""

    def __init__(self, datos: Path) -> None:
        self._folder = datos / _FOLDER
        self._unwritten: dict[str, Rechazo] = {}

    @contextmanager
    def minding(self, asesor: Asesor) -> Iterator[None]:
        """Sign in inside, unless this very password was refused before.

        Raises:
            CredentialsRefused: it was, and nothing is tried; or it is refused now, which is noted.
        """
        self.require_untried(asesor)
        try:
            yield
        except CredentialsRefused as refused:
            self._note(asesor, refused.detalle)
            raise
        self.lift(asesor.usuario)

    def require_untried(self, asesor: Asesor) -> None:
        """See that this very password was not refused before; nothing is tried.

        Raises:
            CredentialsRefused: it was.
        """
        if (known := self.refused(asesor)) is not None:
            raise CredentialsRefused(
                f"La rechazó el {known.cuando:%d/%m/%Y a las %H:%M} y no se ha probado de nuevo. {known.dijo}".strip(),
                campo=f"asesores.{asesor.clave_asesor}.clave",
            )

    def refused(self, asesor: Asesor) -> Rechazo | None:
        """The refusal of this very password, if there was one and nobody has asked to try it again."""
        known = self._of(asesor.usuario)
        return known if known is not None and known.is_of(asesor) else None

    def lift(self, usuario: str) -> None:
        """The password of a user may be tried again."""
        self._unwritten.pop(user_key(usuario), None)
        self._file(usuario).unlink(missing_ok=True)

    def _of(self, usuario: str) -> Rechazo | None:
        try:
            return Rechazo.model_validate_json(self._file(usuario).read_bytes())
        except (FileNotFoundError, ValidationError):  # one that was cut short by a full disk tells nothing
            return self._unwritten.get(user_key(usuario))

    def _note(self, asesor: Asesor, dijo: str) -> None:
        """Where the disk takes nothing it holds in memory: another process may then try once."""
        rechazo = Rechazo.of(asesor, dijo)
        archivo = self._file(asesor.usuario)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(archivo, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                file.write(rechazo.model_dump_json())
        except OSError as full:
            self._unwritten[user_key(asesor.usuario)] = rechazo
            _log.error("el rechazo de una clave no se pudo escribir", extra={"clase": type(full).__name__})

    def _file(self, usuario: str) -> Path:
        return self._folder / f"{hashlib.sha256(user_key(usuario).encode()).hexdigest()[:16]}.json"


def _print_of(asesor: Asesor, sal: str) -> str:
    clave = asesor.clave.get_secret_value().encode()
    return hashlib.scrypt(clave, salt=bytes.fromhex(sal), n=_COST, r=8, p=1).hex()
