"""What is kept of the screens of a Serviweb on this machine, whichever process saw them: a file for each screen."""

import contextlib
import hashlib
from pathlib import Path

from pydantic import ValidationError

from robot.host.private import write_private
from robot.pages.recuerdos import PantallaRecordada

_FOLDER = "pantallas"


class Recordadas:
    """Those of one data folder and one Serviweb.

    Args:
        url: which Serviweb; another one has other screens.
    """

    def __init__(self, datos: Path, url: str) -> None:
        self._folder = datos / _FOLDER / hashlib.sha256(url.encode()).hexdigest()[:16]

    def of(self, pantalla: str) -> PantallaRecordada:
        """What is kept of a screen; nothing where that cannot be read, for it can be learnt again."""
        try:
            return PantallaRecordada.model_validate_json(self._file(pantalla).read_bytes())
        except (OSError, ValidationError):
            return PantallaRecordada()

    def keep(self, pantalla: str, recordada: PantallaRecordada) -> None:
        """Keep this of a screen."""
        with contextlib.suppress(OSError):  # a full disk, or another process at the same: the next look learns it
            write_private(self._file(pantalla), recordada.model_dump_json(exclude_defaults=True).encode())

    def _file(self, pantalla: str) -> Path:
        return self._folder / f"{pantalla}.json"
