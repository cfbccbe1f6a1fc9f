"""What has been answered, who was told of what a person must decide, and what somebody was typing."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    for name in ("respondida", "avisada"):
        op.add_column("solicitudes", sa.Column(name, _INSTANT))
    op.execute("UPDATE solicitudes SET avisada = terminada")  # what waits since before is no news
    op.create_table(
        "apuntes",
        sa.Column("clave", sa.Text, primary_key=True),
        sa.Column("cuenta", sa.Text, nullable=False, index=True),
        sa.Column("que", sa.Text, nullable=False),
        sa.Column("instante", _INSTANT, nullable=False),
        sa.Column("vence", _INSTANT, nullable=False, index=True),
        sa.Column("datos", sa.LargeBinary, nullable=False),
    )
