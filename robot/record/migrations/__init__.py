"""Brings the record's tables to this version: one file of `versions` a change, in order. Only this package knows Alembic.

The engine's tables, in the same database, are its own affair: nothing here reads or changes them.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from robot.errors import BaseMasNueva, TrabajadoresEnMarcha

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).resolve().parent
VERSION_TABLE = "robot_version"
_version = sa.Table(VERSION_TABLE, sa.MetaData(), sa.Column("version_num", sa.Text, nullable=False))

_HELD_BY_OTHERS = sa.text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_log = logging.getLogger(__name__)


def revisions() -> list[str]:
    """The numbers of the migrations that this version of the robot knows, the newest last."""
    return sorted(one.name.split("_")[0] for one in HERE.glob("versions/[0-9]*.py"))


def is_current(connection: sa.Connection) -> bool:
    """Whether the tables are those of this version; so every start but one asks this alone, and Alembic is not imported."""
    return _revision_of(connection) == revisions()[-1]


def migrate(connection: sa.Connection, *, until: str = "head") -> None:
    """Do within the transaction of the connection what it takes to come to this version, from an empty database, too.

    Nobody else may be doing so.

    Raises:
        BaseMasNueva: the tables are of a newer version; nothing is changed.
        TrabajadoresEnMarcha: workers of the version before must be stopped first; nothing is changed.
    """
    found = _revision_of(connection)
    if found is not None and found not in revisions():
        raise BaseMasNueva(f"Sus tablas son de la revisión {found}; esta versión conoce hasta la {revisions()[-1]}.")
    from alembic import command

    command.upgrade(config(connection), until)
    _log.info("las tablas de la base son las de esta versión")


def require_no_worker(connection: sa.Connection) -> None:
    """For a migration after which the version before cannot go on: see, on Postgres, that none of its workers holds its lock.

    Raises:
        TrabajadoresEnMarcha: one does.
    """
    if connection.execute(_HELD_BY_OTHERS).scalar_one():
        raise TrabajadoresEnMarcha


def config(connection: sa.Connection) -> "Config":
    """What Alembic's commands need, instead of a file."""
    from alembic.config import Config

    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return made


def _revision_of(connection: sa.Connection) -> str | None:
    """Nothing where a version without migrations made the tables, or nobody has."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(sa.select(_version.c.version_num)).scalar_one_or_none()
