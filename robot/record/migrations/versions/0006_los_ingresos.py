"""Passwords that are tried are counted here, and who has signed in is known until they leave."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intentos",
        sa.Column("clave", sa.Text, primary_key=True),
        sa.Column("cuantos", sa.Integer, nullable=False),
        sa.Column("libre", _INSTANT, nullable=False),
        sa.Column("vence", _INSTANT, nullable=False, index=True),
    )
    op.create_table(
        "ingresos",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("cuenta", sa.Text, nullable=False),
        sa.Column("vence", _INSTANT, nullable=False, index=True),
    )
