"""Programs that hand in by the API: their keys, what each has handed in, and what they are told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")
_DE_PROGRAMA = "programa IS NOT NULL"
_POR_ANUNCIAR = "programa IS NOT NULL AND terminada IS NOT NULL AND anunciada IS NULL"


def upgrade() -> None:
    op.add_column("solicitudes", sa.Column("programa", sa.Text))
    op.add_column("solicitudes", sa.Column("anunciada", _INSTANT))
    for name, columns, which in (
        ("de_programa", ["programa", "creada", "referencia"], _DE_PROGRAMA),
        ("por_anunciar", ["referencia"], _POR_ANUNCIAR),
    ):
        op.create_index(
            f"ix_solicitudes_{name}",
            "solicitudes",
            columns,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
    op.create_table(
        "llaves",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("programa", sa.Text, nullable=False, index=True),
        sa.Column("hash", sa.Text, nullable=False, unique=True, index=True),
        sa.Column("alcances", sa.Text, nullable=False),
        sa.Column("asesores", sa.Text, nullable=False),
        sa.Column("creada", _INSTANT, nullable=False),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("vence", _INSTANT),
        sa.Column("usada", _INSTANT),
        sa.Column("revocada", _INSTANT),
        sa.Column("revocada_por", sa.Text),
        sa.Column("receptor", sa.LargeBinary),
    )
    op.create_table(
        "anuncios",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("referencia", sa.Text, nullable=False),
        sa.Column("programa", sa.Text, nullable=False),
        sa.Column("llave", sa.Text, nullable=False),
        sa.Column("estado", sa.Text, nullable=False),
        sa.Column("radicado", sa.Text),
        sa.Column("creado", _INSTANT, nullable=False, index=True),
        sa.Column("intento", sa.Integer, nullable=False),
        sa.Column("entrega", sa.Text, nullable=False, index=True),
        sa.Column("terminado", _INSTANT),
        sa.Column("detalle", sa.Text, nullable=False, server_default=""),
    )
