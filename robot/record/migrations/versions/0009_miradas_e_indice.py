"""How often accounts look codes up, fingerprints that a solicitud is found by though its data are encrypted, indexes for lists.

The fingerprints of what is there already are made where the key is: when the record is opened (`Registro.fill_index`).
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "miradas",
        sa.Column("dia", sa.Date, primary_key=True),
        sa.Column("cuenta", sa.Text, primary_key=True),
        sa.Column("que", sa.Text, primary_key=True),
        sa.Column("cuantas", sa.Integer, nullable=False),
    )
    op.create_table(
        "indice",
        sa.Column("palabra", sa.LargeBinary, primary_key=True),
        sa.Column("referencia", sa.Text, primary_key=True, index=True),
    )
    op.add_column("solicitudes", sa.Column("indexada", sa.Boolean))
    left = sa.text("indexada IS NULL AND datos IS NOT NULL")
    op.create_index(
        "ix_solicitudes_sin_indexar", "solicitudes", ["referencia"], sqlite_where=left, postgresql_where=left
    )
    for name in ("estado", "creada", "terminada", "radicado", "suscriptor"):
        op.drop_index(f"ix_solicitudes_{name}", "solicitudes")
    op.create_index("ix_solicitudes_lista", "solicitudes", ["creada", "referencia", "estado", "asesor"])
    op.create_index("ix_solicitudes_de_asesor", "solicitudes", ["asesor", "creada", "referencia", "estado"])
    op.create_index("ix_solicitudes_en_estado", "solicitudes", ["estado", "creada", "referencia", "asesor"])
    op.create_index("ix_solicitudes_terminadas", "solicitudes", ["estado", "terminada", "referencia"])
    op.create_index("ix_solicitudes_con_radicado", "solicitudes", ["radicado", "referencia"])
    op.create_index("ix_solicitudes_de_suscriptor", "solicitudes", ["suscriptor", "referencia"])
