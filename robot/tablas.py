"""The tables of the record. Whoever changes them adds a migration (`robot/migraciones`)."""

import sqlalchemy as sa

tablas = sa.MetaData()

solicitudes = sa.Table(
    "solicitudes",
    tablas,
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
historia = sa.Table(
    "historia",
    tablas,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("instante", sa.Text, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("etapa", sa.Text),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("detalle", sa.Text, nullable=False),
)
impresiones = sa.Table(
    "impresiones",
    tablas,
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
pasos = sa.Table(
    "pasos",
    tablas,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("paso", sa.Integer, primary_key=True),
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("en_curso", sa.Boolean, nullable=False),
)
cuentas = sa.Table(
    "cuentas",
    tablas,
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("nombre", sa.Text, nullable=False),
    sa.Column("rol", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("activa", sa.Boolean, nullable=False),
    sa.Column("creada", sa.Text, nullable=False),
)
revisiones = sa.Table(
    "revisiones",
    tablas,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("vence", sa.Text, nullable=False),
    sa.Column("quien", sa.Text),
    sa.Column("datos", sa.LargeBinary),
)
latidos = sa.Table(
    "latidos",
    tablas,
    sa.Column("ejecutor", sa.Text, primary_key=True),
    sa.Column("instante", sa.Text, nullable=False),
)
conciliaciones = sa.Table(
    "conciliaciones",
    tablas,
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
lecturas = sa.Table(
    "lecturas",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("parte", sa.Text, primary_key=True),
    sa.Column("datos", sa.LargeBinary, nullable=False),
)
reparaciones = sa.Table(
    "reparaciones",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("instante", sa.Text, nullable=False),
    sa.Column("detalle", sa.Text, nullable=False, server_default=""),
)
verificaciones = sa.Table(
    "verificaciones",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("creada", sa.Text, nullable=False, index=True),
    sa.Column("terminada", sa.Text),
    sa.Column("puede_trabajar", sa.Boolean),
    sa.Column("impedimentos", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.LargeBinary),
)
