"""What is taken from sheets of requests and a mailbox, and the rounds in which they are looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "filas_tomadas",
        sa.Column("planilla", sa.Text, primary_key=True),
        sa.Column("hoja", sa.Integer, primary_key=True),
        sa.Column("marca", sa.Integer, primary_key=True),
        sa.Column("referencia", sa.Text, nullable=False),
        sa.Column("intento", sa.Integer, nullable=False),
        sa.Column("huella", sa.Text, nullable=False),
        sa.Column("aceptada", _INSTANT),
        sa.Column("perdida", _INSTANT),
    )
    op.create_index("ix_filas_tomadas_referencia", "filas_tomadas", ["referencia"])
    op.create_table(
        "huellas_de_hoja",
        sa.Column("planilla", sa.Text, primary_key=True),
        sa.Column("hoja", sa.Integer, primary_key=True),
        sa.Column("clase", sa.Text, primary_key=True),
        sa.Column("huella", sa.Text, primary_key=True),
        sa.Column("cuantas", sa.Integer, nullable=False),
        sa.Column("desde", _INSTANT, nullable=False),
    )
    op.create_table(
        "hojas_recibidas",
        sa.Column("planilla", sa.Text, primary_key=True),
        sa.Column("titulo", sa.Text, primary_key=True),
        sa.Column("mirada", _INSTANT),
        sa.Column("escritura", sa.Text, nullable=False, server_default=""),
        sa.Column("informe", sa.Text, nullable=False, server_default=""),
    )
    op.create_table(
        "recepciones",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("estado", sa.Text, nullable=False),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("creada", _INSTANT, nullable=False),
        sa.Column("terminada", _INSTANT),
        sa.Column("falla", sa.Text, nullable=False, server_default=""),
        sa.Column("informe", sa.Text, nullable=False, server_default=""),
    )
    op.create_index("ix_recepciones_creada", "recepciones", ["creada"])
    op.create_table(
        "correos",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("buzon", sa.Text, nullable=False),
        sa.Column("validez", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("estado", sa.Text, nullable=False),
        sa.Column("recibido", _INSTANT, nullable=False),
        sa.Column("cambiado", _INSTANT, nullable=False),
        sa.Column("quien", sa.Text, nullable=False, server_default=""),
        sa.Column("motivo", sa.Text, nullable=False, server_default=""),
        sa.Column("referencia", sa.Text, nullable=False, server_default=""),
        sa.Column("datos", sa.LargeBinary),
    )
    op.create_index("ix_correos_estado", "correos", ["estado"])
    op.create_index("ix_correos_recibido", "correos", ["recibido"])
    op.create_index("ix_correos_en_buzon", "correos", ["buzon", "validez", "uid"])
