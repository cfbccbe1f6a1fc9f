"""The Serviweb accounts of asesores that were added by command: secret files where there is a folder for them, else the keyring.

They are never in the robot's database.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from robot.errors import BadInput, ConfigurationError, Problema
from robot.models import Asesor

SECRETS_VARIABLE = "SERVIWEB_ROBOT_SECRETOS"
_SERVICE = "serviweb-robot"
_PARTS = ("usuario", "clave", "nombre")
_REMEDY = "Indique una carpeta de secretos en la que se pueda escribir."
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
    """Keep an asesor's Serviweb account; where it is, in Spanish. It was read back from there.

    Raises:
        ConfigurationError: neither a folder of secrets nor a keyring keeps it.
    """
    values = {"usuario": asesor.usuario, "clave": asesor.clave.get_secret_value(), "nombre": asesor.nombre}
    folder = _folder()
    where = "el llavero del sistema" if folder is None else f"la carpeta de secretos {folder}"
    if folder is None:
        with _answering() as keyring:
            keyring.set_password(_SERVICE, asesor.clave_asesor, json.dumps(values))
    else:
        with _writing_in(folder):
            for part in _PARTS:
                _write_private(folder / f"asesores__{asesor.clave_asesor}__{part}", values[part])
    if find(asesor.clave_asesor) != asesor:
        raise ConfigurationError(f"No quedó guardada: {where} no la devuelve. {_REMEDY}", campo=SECRETS_VARIABLE)
    return where


def find(clave_asesor: str) -> Asesor | None:
    """The asesor as `keep` was told, or nothing.

    Raises:
        ConfigurationError: there is a keyring, and it does not answer.
    """
    folder = _folder()
    try:
        kept = _from_files(folder, clave_asesor) if folder is not None else _from_keyring(clave_asesor)
        return Asesor.model_validate({"clave_asesor": clave_asesor, **kept}, strict=False)
    except (OSError, ValueError):
        return None


def _from_files(folder: Path, clave_asesor: str) -> dict[str, str]:
    return {part: (folder / f"asesores__{clave_asesor}__{part}").read_text(encoding="utf-8") for part in _PARTS}


def _from_keyring(clave_asesor: str) -> dict[str, str]:
    kept = "{}"
    with _answering(may_be_none=True) as keyring:
        kept = keyring.get_password(_SERVICE, clave_asesor) or kept
    found: dict[str, str] = json.loads(kept)
    return found


def forget(clave_asesor: str) -> None:
    """Delete an asesor's Serviweb account; nothing happens where there is none.

    Raises:
        ConfigurationError: it cannot be deleted.
    """
    folder = _folder()
    if folder is not None:
        with _writing_in(folder):
            for part in _PARTS:
                (folder / f"asesores__{clave_asesor}__{part}").unlink(missing_ok=True)
    elif _from_keyring(clave_asesor):
        with _answering() as keyring:
            keyring.delete_password(_SERVICE, clave_asesor)


@contextmanager
def _answering(*, may_be_none: bool = False) -> Iterator[ModuleType]:
    """The keyring. Its backend is whatever the system or a variable names, and raises what it likes.

    Args:
        may_be_none: a system without one is no error.

    Raises:
        ConfigurationError: it cannot be used.
    """
    import keyring  # noqa: PLC0415  # slow, and needed by few
    from keyring.errors import NoKeyringError  # noqa: PLC0415  # as the line above

    try:
        yield keyring
    except NoKeyringError:
        if not may_be_none:
            raise ConfigurationError(f"Esta máquina no tiene llavero. {_REMEDY}", campo=SECRETS_VARIABLE) from None
    except Exception as refused:  # noqa: BLE001  # what it says may quote the password
        raise ConfigurationError(
            f"El llavero de esta máquina no respondió ({type(refused).__name__}): desbloquéelo o corríjalo. {_REMEDY}",
            campo=SECRETS_VARIABLE,
        ) from None


def _folder() -> Path | None:
    given = os.environ.get(SECRETS_VARIABLE)
    return Path(given) if given else None


@contextmanager
def _writing_in(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise ConfigurationError(
            f"No se puede escribir en la carpeta de secretos {folder}.", campo=SECRETS_VARIABLE
        ) from None


def _write_private(archivo: Path, text: str) -> None:
    archivo.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(archivo, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
