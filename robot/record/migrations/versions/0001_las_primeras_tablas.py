"""The tables of the versions that had no migrations, which made what was missing at each start. So does this."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_tables = sa.MetaData()

sa.Table(
    "solicitudes",
    _tables,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False, index=True),
    sa.Column("asesor", sa.Text, nullable=False),
    sa.Column("usuario", sa.Text, nullable=False),
    sa.Column("suscriptor", sa.Text, nullable=False, index=True),
    sa.Column("creada", sa.Text, nullable=False, index=True),
    sa.Column("cambiada", sa.Text, nullable=False),
    sa.Column("terminada", sa.Text, index=True),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("etapa", sa.Text),
    sa.Column("ficha", sa.Text),
    sa.Column("ejecutor", sa.Text),
    sa.Column("envio", sa.Text),
    sa.Column("enviado_en", sa.Text),
    sa.Column("envios", sa.Integer, nullable=False, server_default="0"),
    sa.Column("radicado", sa.Text, index=True),
    sa.Column("radicado_dicho", sa.Text),
    sa.Column("cancelacion", sa.Text),
    sa.Column("resultado", sa.LargeBinary),
    sa.Column("datos", sa.LargeBinary),
)
sa.Table(
    "historia",
    _tables,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("instante", sa.Text, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("etapa", sa.Text),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("detalle", sa.Text, nullable=False),
)
sa.Table(
    "impresiones",
    _tables,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("instante", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("resultado", sa.Text, nullable=False),
    sa.Column("impresora", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("paginas", sa.Integer, nullable=False),
    sa.Column("copias", sa.Integer, nullable=False),
    sa.Column("archivo", sa.Text, nullable=False),
)
sa.Table(
    "pasos",
    _tables,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("paso", sa.Integer, primary_key=True),
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("en_curso", sa.Boolean, nullable=False),
)
sa.Table(
    "cuentas",
    _tables,
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("nombre", sa.Text, nullable=False),
    sa.Column("rol", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("activa", sa.Boolean, nullable=False),
    sa.Column("creada", sa.Text, nullable=False),
)
sa.Table(
    "revisiones",
    _tables,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("vence", sa.Text, nullable=False),
    sa.Column("quien", sa.Text),
    sa.Column("datos", sa.LargeBinary),
)
sa.Table(
    "latidos",
    _tables,
    sa.Column("ejecutor", sa.Text, primary_key=True),
    sa.Column("instante", sa.Text, nullable=False),
)
sa.Table(
    "conciliaciones",
    _tables,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("creada", sa.Text, nullable=False, index=True),
    sa.Column("terminada", sa.Text),
    sa.Column("desde", sa.Text, nullable=False),
    sa.Column("hasta", sa.Text, nullable=False),
    sa.Column("reparar", sa.Boolean, nullable=False),
    sa.Column("avance", sa.Text, nullable=False, server_default=""),
    sa.Column("hecho", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    sa.Column("cuentas", sa.Text, nullable=False, server_default="{}"),
    sa.Column("falla", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.LargeBinary),
)
sa.Table(
    "lecturas",
    _tables,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("parte", sa.Text, primary_key=True),
    sa.Column("datos", sa.LargeBinary, nullable=False),
)
sa.Table(
    "reparaciones",
    _tables,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("instante", sa.Text, nullable=False),
    sa.Column("detalle", sa.Text, nullable=False, server_default=""),
)
sa.Table(
    "verificaciones",
    _tables,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("creada", sa.Text, nullable=False, index=True),
    sa.Column("terminada", sa.Text),
    sa.Column("puede_trabajar", sa.Boolean),
    sa.Column("impedimentos", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.LargeBinary),
)


def upgrade() -> None:
    _tables.create_all(op.get_bind())
