"""Sessions of Serviweb that a person has opened for the robot: kept encrypted until Serviweb has ended them."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from playwright.sync_api import StorageState

from robot.models import user_key

_FOLDER = "sesiones"


class Guardadas:
    """Those of one data folder, one for each user of Serviweb at most.

    Args:
        cifra: what they are encrypted with, made when it is first needed.
    """

    def __init__(self, datos: Path, cifra: Callable[[], Fernet]) -> None:
        self._folder = datos / _FOLDER
        self._cifra = cifra

    def keep(self, usuario: str, estado: StorageState) -> None:
        """Keep what the browser knows of a session, in the place of an earlier one.

        Raises:
            ConfigurationError: there is no key.
        """
        secret = self._cifra().encrypt(json.dumps(estado).encode())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._file(usuario).with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secret)
        fresh.replace(self._file(usuario))

    def find(self, usuario: str) -> StorageState | None:
        """The session that is kept of a user; nothing where there is none, or where another key has encrypted it."""
        try:
            estado: StorageState = json.loads(self._cifra().decrypt(self._file(usuario).read_bytes()))
        except (FileNotFoundError, InvalidToken):
            return None
        return estado

    def version(self, usuario: str) -> int:
        """Tells one kept session from a later one; 0 where there is none."""
        try:
            return self._file(usuario).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def drop(self, usuario: str) -> None:
        """Serviweb has ended it."""
        self._file(usuario).unlink(missing_ok=True)

    def _file(self, usuario: str) -> Path:
        return self._folder / f"{hashlib.sha256(user_key(usuario).encode()).hexdigest()[:16]}.guardada"
