"""What a person said of a trámite in doubt is kept until the form is sent again, and the radicado that is taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("dicho", "corregido"):
        op.add_column("solicitudes", sa.Column(name, sa.Text))
