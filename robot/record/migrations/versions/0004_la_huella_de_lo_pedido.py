"""What was asked for without a key is known again for a while by its fingerprint."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("solicitudes", sa.Column("huella", sa.Text))
    op.create_index("ix_solicitudes_huella", "solicitudes", ["huella"], unique=True)
