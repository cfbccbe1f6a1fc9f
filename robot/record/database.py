"""The database that the record and the engine share: a SQLite file in the data folder, or Postgres by one URL."""

import contextlib
import logging
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from robot.errors import ConfigurationError, RegistroUnavailable
from robot.record.migrations import is_current, migrate
from robot.settings import PREFIX, MotorSettings, Settings

_BASE_DE_DATOS = PREFIX + "MOTOR__BASE_DE_DATOS"
_ARCHIVO = "robot.sqlite"
_CONNECTIONS = 3
"""Kept open, and as many again for moments: a server has a hundred for all processes together, and each is used for moments."""
_RECONNECT_SECONDS = 300.0
_BUSY_MS = 30_000
_WORTH_SHRINKING = 4
"""Of so many pages one is free."""
_PACIENCIA = "paciencia_segundos"
_SCHEMA_LOCK = 7_324_001
_SOON_NOTICED: Mapping[str, str] = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "options": "-c idle_in_transaction_session_timeout=30s -c tcp_user_timeout=20s",
}
"""By default either side waits a quarter of an hour for a machine that is gone, the server with the rows locked for it."""

_log = logging.getLogger(__name__)

T = TypeVar("T")


def open_database(settings: Settings) -> sa.Engine:
    """The database with the record's tables in it, as this version has them.

    Raises:
        RegistroUnavailable: it cannot be opened, is of a newer version, or cannot be changed while older ones work on it.
        ConfigurationError: its URL is none.
    """
    url = database_url(settings)
    if url.get_backend_name() == "sqlite":
        _create_private(Path(str(url.database)))
    try:
        few = {} if url.get_backend_name() == "sqlite" else {"pool_size": _CONNECTIONS, "max_overflow": _CONNECTIONS}
        base = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True, **few)
        if base.dialect.name == "sqlite":
            event.listen(base, "connect", _as_the_engine_does)
        with base.begin() as connection:
            if not is_current(connection):
                _be_the_only_one(connection)
                migrate(connection)
    except SQLAlchemyError as refused:
        raise RegistroUnavailable(f"No se pudo abrir ({type(refused).__name__}).", campo=_BASE_DE_DATOS) from None
    return base


def _be_the_only_one(connection: sa.Connection) -> None:
    """Wait until no other process makes or changes tables; none does until the transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.literal(_SCHEMA_LOCK))))


def with_patience(base: sa.Engine, segundos: float) -> sa.Engine:
    """The same database and connections, for somebody who is told sooner that it does not answer (`transaction`)."""
    return base.execution_options(**{_PACIENCIA: segundos})


def database_url(settings: Settings) -> sa.URL:
    """Where the database is.

    Raises:
        ConfigurationError: the setting is neither blank nor the URL of a Postgres or SQLite database.
    """
    given = settings.motor.base_de_datos.get_secret_value()
    if not given:
        return sa.URL.create("sqlite", database=str(settings.datos.absolute() / _ARCHIVO))
    try:
        url = sa.make_url(given)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in {"postgresql", "sqlite"}:
        raise ConfigurationError(
            "Escríbala como postgresql://usuario:clave@servidor/base, o déjela vacía.", campo=_BASE_DE_DATOS
        )
    if url.get_backend_name() == "sqlite":
        return url
    return url.set(drivername="postgresql+psycopg", query={**_SOON_NOTICED, **url.query})


def _create_private(archivo: Path) -> None:
    """The file, readable for its owner only, with the journal that lets readers and a writer work at once."""
    try:
        archivo.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(archivo, os.O_CREAT | os.O_RDWR, 0o600))
        with sqlite3.connect(archivo, timeout=30) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
    except (OSError, sqlite3.Error):
        raise RegistroUnavailable(f"No se puede escribir {archivo}.", campo=_BASE_DE_DATOS) from None


def _as_the_engine_does(connection: sqlite3.Connection, _: object) -> None:
    """Writers take their turn from the start of a transaction, and wait for it."""
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")


def transaction(base: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """Do `work` in one transaction; again for some minutes, or for as long as `with_patience` says, where the connection is lost
    or its disk is full.

    Raises:
        RegistroUnavailable: it cannot be done in that time.
        IntegrityError: as the database says.
    """

    patience: float | None = base.get_execution_options().get(_PACIENCIA)

    def once() -> T:
        with base.begin() as connection, _waiting_its_turn(connection, patience):
            return work(connection)

    try:
        return Retrying(
            retry=retry_if_exception(_is_lost),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(_RECONNECT_SECONDS if patience is None else patience),
            reraise=True,
        )(once)
    except IntegrityError:
        raise
    except SQLAlchemyError as failed:
        why = "No queda espacio en su disco." if _is_full(failed) else f"No respondió ({type(failed).__name__})."
        raise RegistroUnavailable(why, campo=_BASE_DE_DATOS) from None


def shrink(base: sa.Engine) -> None:
    """Give the room that deleted rows have left in a SQLite file back to its disk, once it is much; Postgres does so itself.

    Others who write wait: a second for a quarter of a gigabyte.
    """
    if base.dialect.name != "sqlite":
        return
    with base.connect() as connection:
        free, pages = (
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("freelist_count", "page_count")
        )
        if free * _WORTH_SHRINKING < pages:
            return
        try:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        except OperationalError as refused:  # there is no room for the copy, or somebody writes for long: the next time
            _log.warning("el archivo de la base no se encogió", extra={"clase": type(refused).__name__})


@contextlib.contextmanager
def _waiting_its_turn(connection: sa.Connection, patience: float | None) -> Iterator[None]:
    """On SQLite, wait for other writers no longer than whoever waits for the answer."""
    if patience is None or connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(patience * 1000)}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MS}")


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, OperationalError))


def is_failure_of_database(error: BaseException) -> bool:
    """Whether an error that the engine let through says that the database cannot be read or written now."""
    return _is_lost(error)


def _is_full(error: BaseException) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == "53100"


def executor_name(settings: MotorSettings) -> str:
    """The same after every restart of this machine's worker."""
    return settings.ejecutor or socket.gethostname()
