"""The key of this robot, and what is encrypted with it or follows from it."""

import contextlib
import os
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from robot.errors import ConfigurationError, RegistroUnavailable
from robot.settings import PREFIX, Settings

LLAVE = PREFIX + "MOTOR__LLAVE"
_ARCHIVO_LLAVE = "robot.llave"


def load_cipher(settings: Settings) -> Fernet:
    """What personal data and kept sessions are encrypted with; the first time, a key is made in the data folder.

    Raises:
        ConfigurationError: the key is none, or is missing although several machines share the database.
    """
    try:
        return Fernet(_key(settings))
    except ValueError:
        raise ConfigurationError("No es una llave Fernet (44 caracteres).", campo=LLAVE) from None


def derived_secret(settings: Settings, purpose: str) -> str:
    """Another secret that follows from the same key, for one purpose only.

    Raises:
        ConfigurationError: as `load_cipher`.
    """
    load_cipher(settings)
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return derive.derive(_key(settings)).hex()


def _key(settings: Settings) -> bytes:
    given = settings.motor.llave.get_secret_value()
    if not given and settings.motor.base_de_datos.get_secret_value().startswith("postgres"):
        raise ConfigurationError(
            "Las máquinas que comparten la base de datos comparten la llave. Genere una con "
            '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`.',
            campo=LLAVE,
        )
    return given.encode() or _key_of(settings.datos)


def _key_of(datos: Path) -> bytes:
    archivo = datos / _ARCHIVO_LLAVE
    fresh = archivo.with_name(f"{_ARCHIVO_LLAVE}.{os.getpid()}")
    try:
        if not archivo.exists():
            datos.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                file.write(Fernet.generate_key())
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh, archivo)
            fresh.unlink()
        return archivo.read_bytes().strip()
    except OSError:
        raise RegistroUnavailable(f"No se puede leer ni crear la llave {archivo}.", campo=LLAVE) from None
