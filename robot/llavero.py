"""The Serviweb accounts of asesores that were added by command: secret files where there is a folder for them, else the keyring.

They are never in the robot's database.
"""

import json
import os
import re
from pathlib import Path

from robot.errors import BadInput, ConfigurationError, Problema
from robot.models import Asesor

SECRETS_VARIABLE = "SERVIWEB_ROBOT_SECRETOS"
_SERVICE = "serviweb-robot"
_PARTS = ("usuario", "clave", "nombre")
_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,40}")


def require_key(clave_asesor: str) -> str:
    """The key of an asesor as it is kept.

    Raises:
        BadInput: it has characters that no key has.
    """
    key = clave_asesor.lower()
    if not _KEY.fullmatch(key):
        raise BadInput([Problema("asesor", "use letras sin tilde, números, punto o guion; por ejemplo «ana».")])
    return key


def keep(asesor: Asesor) -> str:
    """Keep an asesor's Serviweb account; where it is, in Spanish.

    Raises:
        ConfigurationError: there is neither a folder of secrets nor a keyring.
    """
    values = {"usuario": asesor.usuario, "clave": asesor.clave.get_secret_value(), "nombre": asesor.nombre}
    folder = _folder()
    if folder is not None:
        for part in _PARTS:
            _write_private(folder / f"asesores__{asesor.clave_asesor}__{part}", values[part])
        return f"la carpeta de secretos {folder}"
    import keyring  # noqa: PLC0415  # slow, and needed by few

    try:
        keyring.set_password(_SERVICE, asesor.clave_asesor, json.dumps(values))
    except keyring.errors.KeyringError:
        raise ConfigurationError(
            "Esta máquina no tiene llavero. Indique una carpeta de secretos.", campo=SECRETS_VARIABLE
        ) from None
    return "el llavero del sistema"


def find(clave_asesor: str) -> Asesor | None:
    """The asesor as `keep` was told, or nothing."""
    folder = _folder()
    try:
        kept = _from_files(folder, clave_asesor) if folder is not None else _from_keyring(clave_asesor)
        return Asesor.model_validate({"clave_asesor": clave_asesor, **kept}, strict=False)
    except (OSError, ValueError):
        return None


def _from_files(folder: Path, clave_asesor: str) -> dict[str, str]:
    return {part: (folder / f"asesores__{clave_asesor}__{part}").read_text(encoding="utf-8") for part in _PARTS}


def _from_keyring(clave_asesor: str) -> dict[str, str]:
    import keyring  # noqa: PLC0415  # slow, and needed by few

    try:
        kept: dict[str, str] = json.loads(keyring.get_password(_SERVICE, clave_asesor) or "{}")
    except keyring.errors.KeyringError:
        return {}
    return kept


def forget(clave_asesor: str) -> None:
    """Delete an asesor's Serviweb account; nothing happens where there is none."""
    folder = _folder()
    if folder is not None:
        for part in _PARTS:
            (folder / f"asesores__{clave_asesor}__{part}").unlink(missing_ok=True)
        return
    import keyring  # noqa: PLC0415  # slow, and needed by few

    try:
        keyring.delete_password(_SERVICE, clave_asesor)
    except keyring.errors.KeyringError:
        return


def _folder() -> Path | None:
    given = os.environ.get(SECRETS_VARIABLE)
    return Path(given) if given else None


def _write_private(archivo: Path, text: str) -> None:
    archivo.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(archivo, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
