"""What the robot proposes where a screen changed, and the lines of the perfil that people have accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "propuestas",
        sa.Column("pantalla", sa.Text, primary_key=True),
        sa.Column("elemento", sa.Text, primary_key=True),
        sa.Column("orden", sa.Integer, primary_key=True),
        sa.Column("linea", sa.Text, nullable=False),
        sa.Column("antes", sa.Text, nullable=False),
        sa.Column("ahora", sa.Text, nullable=False),
        sa.Column("cambios", sa.Text, nullable=False),
        sa.Column("parecido", sa.Integer, nullable=False),
        sa.Column("vista", _INSTANT, nullable=False),
    )
    op.create_table(
        "ajustes",
        sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pantalla", sa.Text, nullable=False),
        sa.Column("elemento", sa.Text, nullable=False),
        sa.Column("linea", sa.Text, nullable=False),
        sa.Column("antes", sa.Text, nullable=False),
        sa.Column("ahora", sa.Text, nullable=False),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("instante", _INSTANT, nullable=False),
        sa.Column("revertido", _INSTANT),
        sa.Column("revertido_por", sa.Text),
    )
