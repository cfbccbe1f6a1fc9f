"""${message}.

Say here what changes and why. What older rows hold is converted; a process of the version before may still be running.
"""

import sqlalchemy as sa
from alembic import op

revision = "${up_revision}"
down_revision = "${down_revision}"

INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    ${upgrades}
