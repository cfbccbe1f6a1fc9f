"""Who is alive: each worker holds the lock of its executor id, and a lock that can be had belongs to a dead worker.

On one machine it is a lock on a file. On Postgres it is the advisory lock of a session that the server ends when it has not
heard of the worker for some seconds, so that a frozen machine is relieved as well as a dead one.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from robot.errors import RegistroUnavailable


class Lease(Protocol):
    """The lock of this worker, and a way to see whether another one is gone."""

    def acquire(self) -> bool:
        """Hold the lock from now on; False if another live process does."""

    def renew(self) -> bool:
        """Show that this worker is alive; False if another one has its lock by now.

        Raises:
            RegistroUnavailable: the database does not answer; nobody can have taken anything.
        """

    @contextmanager
    def relieving(self, ejecutor: str) -> Iterator[bool]:
        """Hold another worker's lock for as long as the block lasts; False if that worker is alive."""

    def release(self) -> None:
        """Give the lock back."""


class FileLease:
    """For a SQLite database: its workers are processes of one machine. The system frees the lock of a dead one."""

    def __init__(self, carpeta: Path, ejecutor: str) -> None:
        self._carpeta = carpeta
        self._lock = self._lock_of(ejecutor)

    def _lock_of(self, ejecutor: str) -> FileLock:
        return FileLock(self._carpeta / f"ejecutor-{ejecutor}.lock", timeout=0, thread_local=False, mode=0o600)

    def acquire(self) -> bool:
        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    def renew(self) -> bool:
        return True

    @contextmanager
    def relieving(self, ejecutor: str) -> Iterator[bool]:
        other = self._lock_of(ejecutor)
        try:
            other.acquire()
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            other.release()

    def release(self) -> None:
        self._lock.release()


class PostgresLease:
    """For workers on several machines.

    Args:
        silencio_segundos: after how long without a word the server takes this worker for dead.
    """

    def __init__(self, base: sa.Engine, ejecutor: str, silencio_segundos: int) -> None:
        self._base = base
        self._key = _key_of(ejecutor)
        self._silencio_segundos = silencio_segundos
        self._session: sa.Connection | None = None

    def acquire(self) -> bool:
        self.release()
        with _answering():
            session = self._base.connect().execution_options(isolation_level="AUTOCOMMIT")
            try:
                session.execute(sa.text(f"SET idle_session_timeout = '{self._silencio_segundos}s'"))
                held = bool(session.execute(_TRY, {"key": self._key}).scalar_one())
            except SQLAlchemyError:
                session.invalidate()
                session.close()
                raise
        if held:
            self._session = session
        else:
            session.invalidate()
            session.close()
        return held

    def renew(self) -> bool:
        try:
            if self._session is not None:
                self._session.execute(sa.text("SELECT 1"))
                return True
        except SQLAlchemyError:
            self._drop()
        return self.acquire()

    @contextmanager
    def relieving(self, ejecutor: str) -> Iterator[bool]:
        with self._base.connect().execution_options(isolation_level="AUTOCOMMIT") as session:
            key = {"key": _key_of(ejecutor)}
            dead = bool(session.execute(_TRY, key).scalar_one())
            try:
                yield dead
            finally:
                if dead:
                    session.execute(sa.text("SELECT pg_advisory_unlock(:key)"), key)

    def release(self) -> None:
        self._drop()

    def _drop(self) -> None:
        """Close the session itself, not back into the pool with its lock and its time limit."""
        session, self._session = self._session, None
        if session is not None:
            session.invalidate()
            session.close()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as silence:
        raise RegistroUnavailable(f"No respondió ({type(silence).__name__}).") from None


_TRY = sa.text("SELECT pg_try_advisory_lock(:key)")


def _key_of(ejecutor: str) -> int:
    digest = hashlib.sha256(f"serviweb-robot:{ejecutor}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
