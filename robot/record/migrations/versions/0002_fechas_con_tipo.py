"""Instants and days, kept as ISO 8601 text until now, get their types.

On SQLite an instant stays the same text, so only the days need their column's type changed. Processes of the version before
go on working there; on Postgres they do not.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from robot.record.migrations import require_no_worker

revision = "0002"
down_revision = "0001"

_INSTANTS = {
    "solicitudes": ("creada", "cambiada", "terminada", "enviado_en"),
    "historia": ("instante",),
    "impresiones": ("instante",),
    "cuentas": ("creada",),
    "revisiones": ("vence",),
    "latidos": ("instante",),
    "conciliaciones": ("creada", "terminada"),
    "reparaciones": ("instante",),
    "verificaciones": ("creada", "terminada"),
}
_DAYS = ("desde", "hasta")


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _remake_with_days()
        return
    require_no_worker(op.get_bind())
    for table, columns in _INSTANTS.items():
        for name in columns:
            op.alter_column(
                table, name, type_=sa.TIMESTAMP(timezone=True), postgresql_using=f"{name}::timestamp with time zone"
            )
    for name in _DAYS:
        op.alter_column("conciliaciones", name, type_=sa.Date(), postgresql_using=f"{name}::date")


def _remake_with_days() -> None:
    """SQLite makes the whole table anew to change a type. Told that it was text, Alembic would cast a day to its year."""

    def as_days(_: object, __: object, column: dict[str, Any]) -> None:
        if column["name"] in _DAYS:
            column["type"] = sa.Date()

    with op.batch_alter_table(
        "conciliaciones", recreate="always", reflect_kwargs={"listeners": [("column_reflect", as_days)]}
    ):
        pass
