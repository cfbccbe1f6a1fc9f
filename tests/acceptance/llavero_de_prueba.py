"""A keyring of the kind that systems have, kept in a file that the environment names."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

ARCHIVO = "LLAVERO_DE_PRUEBA"


class Llavero(KeyringBackend):
    """Chosen with `PYTHON_KEYRING_BACKEND`, as any other; never by itself."""

    priority = -1.0

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep({**self._all(), f"{service}/{username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError
        self._keep(kept)

    def _all(self) -> dict[str, str]:
        archivo = Path(os.environ[ARCHIVO])
        kept: dict[str, str] = json.loads(archivo.read_text()) if archivo.exists() else {}
        return kept

    def _keep(self, kept: dict[str, str]) -> None:
        Path(os.environ[ARCHIVO]).write_text(json.dumps(kept))


class LlaveroRoto(Llavero):
    """Answers with errors of its own that quote what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError(f"no bus for {service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ValueError(f"{service}/{username}: {password}")
