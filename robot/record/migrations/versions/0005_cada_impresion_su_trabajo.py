"""Each print is one line that tells what is known of its job by now. What was only handed over before, nobody followed.

`resultado` stays what the version before reads and writes, for workers of it that are still running.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_OF_BEFORE = "La entregó una versión anterior del robot, que no seguía los trabajos."
_NAVEGADOR = "navegador"


def upgrade() -> None:
    instant = sa.Text() if op.get_context().dialect.name == "sqlite" else sa.TIMESTAMP(timezone=True)
    op.add_column("impresiones", sa.Column("cambiada", instant))
    op.add_column("impresiones", sa.Column("trabajo", sa.Integer))
    for name in ("estado", "motivo", "nombre", "servidor", "turno"):
        op.add_column("impresiones", sa.Column(name, sa.Text))
    op.create_index("ix_impresiones_estado", "impresiones", ["estado"])
    _tell_of_before()


def _tell_of_before() -> None:
    """What was refused were two lines: sent, and refused."""
    names = ("numero", "referencia", "impresora", "resultado", "estado", "motivo")
    line = sa.table("impresiones", *map(sa.column, names))
    other = line.alias()
    following = (
        sa.select(other.c.resultado)
        .where(
            other.c.referencia == line.c.referencia,
            other.c.impresora == line.c.impresora,
            other.c.numero > line.c.numero,
        )
        .order_by(other.c.numero)
        .limit(1)
        .scalar_subquery()
    )
    sent = line.c.resultado == "ENVIADA"
    op.execute(sa.update(line).where(~sent).values(estado=line.c.resultado))
    op.execute(sa.update(line).where(sent, line.c.impresora == _NAVEGADOR).values(estado="ENTREGADA"))
    op.execute(sa.update(line).where(sent, following == "NO IMPRESA").values(estado="NO IMPRESA"))
    op.execute(sa.update(line).where(line.c.estado.is_(None)).values(estado="NO SE SABE", motivo=_OF_BEFORE))
