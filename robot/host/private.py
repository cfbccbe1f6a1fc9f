"""Files and folders that only the robot's own account may read, whatever stood there before."""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_FOLDER = 0o700
_FILE = 0o600
_TURN = ".turno"
_LOCK = ".lock"
TEMPORALES = "temporales"
_OWN_FOLDERS = ("copias", "evidencia", "sesiones", "rechazos", "pantallas", TEMPORALES)


def private_folder(carpeta: Path) -> Path:
    """Make the folder, or close an open one.

    Raises:
        OSError.
    """
    carpeta.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    if carpeta.stat().st_mode & ~_FOLDER & 0o777:
        carpeta.chmod(_FOLDER)
    return carpeta


def write_private(archivo: Path, content: bytes) -> None:
    """Write the whole file or, where that is cut short, leave what stood there.

    Raises:
        OSError.
    """
    private_folder(archivo.parent)
    fresh = archivo.with_suffix(".parcial")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE), "wb") as file:
        file.write(content)
    fresh.replace(archivo)


def settle(datos: Path) -> None:
    """Close a data folder to everybody else, and remove what robots that are no more have left in it for a moment.

    It, and each folder in it, may be a link to another disk.
    """
    if datos.is_dir():
        _close(datos.resolve(), _FOLDER)
        for name in _OWN_FOLDERS:
            close_to_others((datos / name).resolve())
        TemporaryFolders(datos / TEMPORALES).sweep()


def close_to_others(carpeta: Path) -> None:
    """Take from everybody else what an older version or another hand has left open to them, all the way down."""
    for folder, _, names in os.walk(carpeta):
        _close(Path(folder), _FOLDER)
        for name in names:
            _close(Path(folder, name), _FILE)


def _close(path: Path, most: int) -> None:
    """What has just gone is closed enough; what belongs to another account is its owner's to close."""
    with contextlib.suppress(FileNotFoundError, PermissionError):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & ~most and not path.is_symlink():
            path.chmod(mode & most)


class TemporaryFolders:
    """Folders for what is to be gone when the process that fills them has ended, in whatever way it ends.

    A lock holds each, which the system frees with the process: so a dead one's is told from a living neighbour's.

    Args:
        carpeta: where they are; nobody else keeps anything there.
    """

    def __init__(self, carpeta: Path) -> None:
        self._carpeta = carpeta

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """An empty one, for as long as the block lasts.

        Raises:
            OSError.
        """
        private_folder(self._carpeta)
        with self._turn():
            own = self._carpeta / secrets.token_hex(8)
            held = self._lock_of(own)
            held.acquire()
            own.mkdir(mode=_FOLDER)
        try:
            yield own
        finally:
            with self._turn():
                self._remove(own)
                held.release()
                self._forget(own)

    def sweep(self) -> None:
        """Remove those of processes that are no more."""
        if not self._carpeta.is_dir():
            return
        with self._turn():
            for one in self._carpeta.glob(f"*{_LOCK}"):
                own = one.with_suffix("")
                with contextlib.suppress(Timeout), self._lock_of(own):  # a living neighbour's
                    self._remove(own)
                self._forget(own)

    def _turn(self) -> FileLock:
        """Between making a lock and holding it, nobody may take it for a dead one's."""
        return FileLock(self._carpeta / _TURN, mode=_FILE)

    def _lock_of(self, own: Path) -> FileLock:
        return FileLock(own.with_suffix(_LOCK), timeout=0, thread_local=False, mode=_FILE)

    def _remove(self, own: Path) -> None:
        """Without whatever an orphaned browser is just writing there; the next one to sweep finds that."""
        shutil.rmtree(own, ignore_errors=True)

    def _forget(self, own: Path) -> None:
        """Its lock, once nothing is left of it."""
        if not own.exists():
            own.with_suffix(_LOCK).unlink(missing_ok=True)
