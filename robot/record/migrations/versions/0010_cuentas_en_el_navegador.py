"""Passwords that somebody must change at their first sign-in, and who changed what of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("cuentas", sa.Column("provisional", _INSTANT))
    op.create_table(
        "cambios",
        sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("instante", _INSTANT, nullable=False, index=True),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("cuenta", sa.Text, nullable=False, index=True),
        sa.Column("detalle", sa.Text, nullable=False),
    )
