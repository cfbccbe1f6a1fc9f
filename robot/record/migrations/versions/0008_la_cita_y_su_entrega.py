"""When the visit is, what became of it after it was booked, and to whom its solicitud de trámite was handed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")
_NEW: dict[str, sa.types.TypeEngine[Any]] = {
    "cita_fecha": sa.Date(),
    "cita_hora": sa.Text(),
    "cuadrilla": sa.Text(),
    "cita_situacion": sa.Text(),
    "cita_quien": sa.Text(),
    "cita_instante": _INSTANT,
    "traslado": sa.Text(),
    "entregada": _INSTANT,
    "entregada_por": sa.Text(),
    "asignada": _INSTANT,
    "asignada_a": sa.Text(),
    "asignada_por": sa.Text(),
}
_SOUGHT = ("cita_fecha", "traslado")


def upgrade() -> None:
    """The day and hour of what was booked before are sealed in its result: a worker copies them (`robot.record.moves`)."""
    for name, kind in _NEW.items():
        op.add_column("solicitudes", sa.Column(name, kind))
    for name in _SOUGHT:
        op.create_index(f"ix_solicitudes_{name}", "solicitudes", [name])
    op.create_table(
        "traslados",
        sa.Column("identidad", sa.Text, primary_key=True),
        sa.Column("referencia", sa.Text, nullable=False, index=True),
        sa.Column("corrida", sa.Integer, nullable=False),
        sa.Column("clase", sa.Text, nullable=False),
        sa.Column("estado", sa.Text, nullable=False),
        sa.Column("quien", sa.Text, nullable=False),
        sa.Column("instante", _INSTANT, nullable=False),
        sa.Column("terminado", _INSTANT),
        sa.Column("fecha", sa.Date),
        sa.Column("hora", sa.Text),
        sa.Column("ruta", sa.Text, nullable=False, server_default=""),
        sa.Column("detalle", sa.Text, nullable=False, server_default=""),
    )
