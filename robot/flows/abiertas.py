"""Which sessions of Serviweb the robot has left open: a file for each user, as old as the session's last use."""

import contextlib
import hashlib
import time
from pathlib import Path

from robot.models import user_key

_FOLDER = "sesiones"
_RECENT_SECONDS = 1800.0
"""Serviweb ends a session that nobody uses after about as long; an older one is somebody else's."""


class Abiertas:
    """Those of one data folder."""

    def __init__(self, datos: Path) -> None:
        self._folder = datos / _FOLDER

    def used(self, usuario: str) -> None:
        """The robot has just used its session of this user."""
        with contextlib.suppress(OSError):  # on a full disk: the next question about another session is answered no
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file(usuario).touch(mode=0o600)

    def left_open(self, usuario: str) -> bool:
        """Whether the robot used a session of this user a moment ago, in this process or another."""
        try:
            return time.time() - self._file(usuario).stat().st_mtime < _RECENT_SECONDS
        except FileNotFoundError:
            return False

    def _file(self, usuario: str) -> Path:
        return self._folder / hashlib.sha256(user_key(usuario).encode()).hexdigest()[:16]
