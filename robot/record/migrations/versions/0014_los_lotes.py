"""Many solicitudes from one file: what was handed in together, and which solicitud each row has become."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "lotes",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("huella", sa.Text, nullable=False),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("instante", _INSTANT, nullable=False),
        sa.Column("entregado", _INSTANT),
        sa.Column("filas", sa.Integer, nullable=False),
        sa.Column("formato", sa.Text, nullable=False),
        sa.Column("datos", sa.LargeBinary),
    )
    for column in ("huella", "quien", "instante"):
        op.create_index(f"ix_lotes_{column}", "lotes", [column])
    op.create_table(
        "filas_de_lote",
        sa.Column("lote", sa.Text, primary_key=True),
        sa.Column("fila", sa.Integer, primary_key=True),
        sa.Column("referencia", sa.Text),
        sa.Column("entregada", sa.Boolean, nullable=False),
        sa.Column("datos", sa.LargeBinary),
        sa.Column("motivo", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("ix_filas_de_lote_referencia", "filas_de_lote", ["referencia"])
