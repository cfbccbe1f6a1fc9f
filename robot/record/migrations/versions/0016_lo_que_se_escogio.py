"""As which causal a solicitud is filed, where its procedure lets choose: the counts of a month need it when its data are gone.
And what a verification found of each procedure in use.

What was accepted before has it in its data only; there it is read no more, and the month calls it by all that it may be.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("solicitudes", sa.Column("causal", sa.Text))
    op.add_column("verificaciones", sa.Column("procedimientos", sa.Text))
    op.create_index("ix_solicitudes_por_procedimiento", "solicitudes", ["procedimiento", "version", "creada"])
