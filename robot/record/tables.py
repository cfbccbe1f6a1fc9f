"""The tables of the record. Whoever changes them adds a migration (`robot/record/migrations`)."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from robot.models import ZONA_HORARIA


class Instant(sa.TypeDecorator[dt.datetime]):
    """An instant to the millisecond, told in Colombian time.

    Postgres keeps it as `timestamptz`; SQLite, which has no type for it, as ISO 8601 in Colombian time, which people can
    read and which sorts as text, since that zone has one offset all year.
    """

    impl = sa.TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.Text() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | str | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("An instant without its zone is none.")
        kept = value.astimezone(ZONA_HORARIA).isoformat(timespec="milliseconds")
        return kept if dialect.name == "sqlite" else dt.datetime.fromisoformat(kept)

    def process_result_value(
        self,
        value: dt.datetime | str | None,
        dialect: sa.Dialect,  # noqa: ARG002  # as SQLAlchemy calls it
    ) -> dt.datetime | None:
        if value is None:
            return None
        return (dt.datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(ZONA_HORARIA)


tablas = sa.MetaData()

solicitudes = sa.Table(
    "solicitudes",
    tablas,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("asesor", sa.Text, nullable=False),
    sa.Column("usuario", sa.Text, nullable=False),
    sa.Column("suscriptor", sa.Text, nullable=False),
    sa.Column("creada", Instant, nullable=False),
    sa.Column("cambiada", Instant, nullable=False),
    sa.Column("terminada", Instant),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("etapa", sa.Text),
    sa.Column("ficha", sa.Text),
    sa.Column("ejecutor", sa.Text),
    sa.Column("envio", sa.Text),
    sa.Column("enviado_en", Instant),
    sa.Column("envios", sa.Integer, nullable=False, server_default="0"),
    sa.Column("radicado", sa.Text),
    sa.Column("radicado_dicho", sa.Text),
    sa.Column("dicho", sa.Text),
    sa.Column("corregido", sa.Text),
    sa.Column("cancelacion", sa.Text),
    sa.Column("resultado", sa.LargeBinary),
    sa.Column("datos", sa.LargeBinary),
    sa.Column("huella", sa.Text, index=True, unique=True),
    sa.Column("respondida", Instant),
    sa.Column("avisada", Instant),
    sa.Column("cita_fecha", sa.Date, index=True),
    sa.Column("cita_hora", sa.Text),
    sa.Column("cuadrilla", sa.Text),
    sa.Column("cita_situacion", sa.Text),
    sa.Column("cita_quien", sa.Text),
    sa.Column("cita_instante", Instant),
    sa.Column("traslado", sa.Text, index=True),
    sa.Column("entregada", Instant),
    sa.Column("entregada_por", sa.Text),
    sa.Column("asignada", Instant),
    sa.Column("asignada_a", sa.Text),
    sa.Column("asignada_por", sa.Text),
    sa.Column("indexada", sa.Boolean),
    sa.Column("procedimiento", sa.Text),
    sa.Column("version", sa.Text),
    sa.Column("cuerpo", sa.Text, index=True, unique=True),
    sa.Column("programa", sa.Text),
    sa.Column("anunciada", Instant),
    sa.Column("causal", sa.Text),
    # all that lists and counts go by, so that no row has to be read for them
    sa.Index("ix_solicitudes_lista", "creada", "referencia", "estado", "asesor"),
    sa.Index("ix_solicitudes_de_asesor", "asesor", "creada", "referencia", "estado"),
    sa.Index("ix_solicitudes_en_estado", "estado", "creada", "referencia", "asesor"),
    sa.Index("ix_solicitudes_terminadas", "estado", "terminada", "referencia"),
    sa.Index("ix_solicitudes_con_radicado", "radicado", "referencia"),
    sa.Index("ix_solicitudes_de_suscriptor", "suscriptor", "referencia"),
    sa.Index("ix_solicitudes_por_procedimiento", "procedimiento", "version", "creada"),
)
traslados = sa.Table(
    "traslados",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("clase", sa.Text, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("instante", Instant, nullable=False),
    sa.Column("terminado", Instant),
    sa.Column("fecha", sa.Date),
    sa.Column("hora", sa.Text),
    sa.Column("ruta", sa.Text, nullable=False, server_default=""),
    sa.Column("detalle", sa.Text, nullable=False, server_default=""),
)
_sin_indexar = solicitudes.c.indexada.is_(None) & solicitudes.c.datos.is_not(None)
sa.Index(
    "ix_solicitudes_sin_indexar",
    solicitudes.c.referencia,
    sqlite_where=_sin_indexar,
    postgresql_where=_sin_indexar,
)
procedimientos = sa.Table(
    "procedimientos",
    tablas,
    sa.Column("codigo", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("definicion", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("instante", Instant, nullable=False),
)
_de_programa = solicitudes.c.programa.is_not(None)
sa.Index(
    "ix_solicitudes_de_programa",
    solicitudes.c.programa,
    solicitudes.c.creada,
    solicitudes.c.referencia,
    sqlite_where=_de_programa,
    postgresql_where=_de_programa,
)
_por_anunciar = _de_programa & solicitudes.c.terminada.is_not(None) & solicitudes.c.anunciada.is_(None)
sa.Index(
    "ix_solicitudes_por_anunciar",
    solicitudes.c.referencia,
    sqlite_where=_por_anunciar,
    postgresql_where=_por_anunciar,
)
llaves = sa.Table(
    "llaves",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("programa", sa.Text, nullable=False, index=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True, index=True),
    sa.Column("alcances", sa.Text, nullable=False),
    sa.Column("asesores", sa.Text, nullable=False),
    sa.Column("creada", Instant, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("vence", Instant),
    sa.Column("usada", Instant),
    sa.Column("revocada", Instant),
    sa.Column("revocada_por", sa.Text),
    sa.Column("receptor", sa.LargeBinary),
)
anuncios = sa.Table(
    "anuncios",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("referencia", sa.Text, nullable=False),
    sa.Column("programa", sa.Text, nullable=False),
    sa.Column("llave", sa.Text, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("radicado", sa.Text),
    sa.Column("creado", Instant, nullable=False, index=True),
    sa.Column("intento", sa.Integer, nullable=False),
    sa.Column("entrega", sa.Text, nullable=False, index=True),
    sa.Column("terminado", Instant),
    sa.Column("detalle", sa.Text, nullable=False, server_default=""),
)
historia = sa.Table(
    "historia",
    tablas,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("instante", Instant, nullable=False),
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
    sa.Column("instante", Instant, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("resultado", sa.Text, nullable=False),
    sa.Column("impresora", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("paginas", sa.Integer, nullable=False),
    sa.Column("copias", sa.Integer, nullable=False),
    sa.Column("archivo", sa.Text, nullable=False),
    sa.Column("estado", sa.Text, index=True),
    sa.Column("cambiada", Instant),
    sa.Column("motivo", sa.Text),
    sa.Column("nombre", sa.Text),
    sa.Column("servidor", sa.Text),
    sa.Column("trabajo", sa.Integer),
    sa.Column("turno", sa.Text),
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
    sa.Column("creada", Instant, nullable=False),
    sa.Column("provisional", Instant),
)
cambios = sa.Table(
    "cambios",
    tablas,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("instante", Instant, nullable=False, index=True),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("cuenta", sa.Text, nullable=False, index=True),
    sa.Column("detalle", sa.Text, nullable=False),
)
intentos = sa.Table(
    "intentos",
    tablas,
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("cuantos", sa.Integer, nullable=False),
    sa.Column("libre", Instant, nullable=False),
    sa.Column("vence", Instant, nullable=False, index=True),
)
ingresos = sa.Table(
    "ingresos",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("cuenta", sa.Text, nullable=False),
    sa.Column("vence", Instant, nullable=False, index=True),
)
revisiones = sa.Table(
    "revisiones",
    tablas,
    sa.Column("referencia", sa.Text, primary_key=True),
    sa.Column("corrida", sa.Integer, nullable=False),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("vence", Instant, nullable=False),
    sa.Column("quien", sa.Text),
    sa.Column("datos", sa.LargeBinary),
)
apuntes = sa.Table(
    "apuntes",
    tablas,
    sa.Column("clave", sa.Text, primary_key=True),
    sa.Column("cuenta", sa.Text, nullable=False, index=True),
    sa.Column("que", sa.Text, nullable=False),
    sa.Column("instante", Instant, nullable=False),
    sa.Column("vence", Instant, nullable=False, index=True),
    sa.Column("datos", sa.LargeBinary, nullable=False),
)
miradas = sa.Table(
    "miradas",
    tablas,
    sa.Column("dia", sa.Date, primary_key=True),
    sa.Column("cuenta", sa.Text, primary_key=True),
    sa.Column("que", sa.Text, primary_key=True),
    sa.Column("cuantas", sa.Integer, nullable=False),
)
indice = sa.Table(
    "indice",
    tablas,
    sa.Column("palabra", sa.LargeBinary, primary_key=True),
    sa.Column("referencia", sa.Text, primary_key=True, index=True),
)
latidos = sa.Table(
    "latidos",
    tablas,
    sa.Column("ejecutor", sa.Text, primary_key=True),
    sa.Column("instante", Instant, nullable=False),
)
conciliaciones = sa.Table(
    "conciliaciones",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("creada", Instant, nullable=False, index=True),
    sa.Column("terminada", Instant),
    sa.Column("desde", sa.Date, nullable=False),
    sa.Column("hasta", sa.Date, nullable=False),
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
    sa.Column("instante", Instant, nullable=False),
    sa.Column("detalle", sa.Text, nullable=False, server_default=""),
)
verificaciones = sa.Table(
    "verificaciones",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("creada", Instant, nullable=False, index=True),
    sa.Column("terminada", Instant),
    sa.Column("puede_trabajar", sa.Boolean),
    sa.Column("impedimentos", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.LargeBinary),
    sa.Column("procedimientos", sa.Text),
)
propuestas = sa.Table(
    "propuestas",
    tablas,
    sa.Column("pantalla", sa.Text, primary_key=True),
    sa.Column("elemento", sa.Text, primary_key=True),
    sa.Column("orden", sa.Integer, primary_key=True),
    sa.Column("linea", sa.Text, nullable=False),
    sa.Column("antes", sa.Text, nullable=False),
    sa.Column("ahora", sa.Text, nullable=False),
    sa.Column("cambios", sa.Text, nullable=False),
    sa.Column("parecido", sa.Integer, nullable=False),
    sa.Column("vista", Instant, nullable=False),
)
ajustes = sa.Table(
    "ajustes",
    tablas,
    sa.Column("numero", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("pantalla", sa.Text, nullable=False),
    sa.Column("elemento", sa.Text, nullable=False),
    sa.Column("linea", sa.Text, nullable=False),
    sa.Column("antes", sa.Text, nullable=False),
    sa.Column("ahora", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("instante", Instant, nullable=False),
    sa.Column("revertido", Instant),
    sa.Column("revertido_por", sa.Text),
)
lotes = sa.Table(
    "lotes",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("huella", sa.Text, nullable=False, index=True),
    sa.Column("quien", sa.Text, nullable=False, index=True),
    sa.Column("instante", Instant, nullable=False, index=True),
    sa.Column("entregado", Instant),
    sa.Column("filas", sa.Integer, nullable=False),
    sa.Column("formato", sa.Text, nullable=False),
    sa.Column("datos", sa.LargeBinary),
)
filas_de_lote = sa.Table(
    "filas_de_lote",
    tablas,
    sa.Column("lote", sa.Text, primary_key=True),
    sa.Column("fila", sa.Integer, primary_key=True),
    sa.Column("referencia", sa.Text, index=True),
    sa.Column("entregada", sa.Boolean, nullable=False),
    sa.Column("datos", sa.LargeBinary),
    sa.Column("motivo", sa.Text, nullable=False, server_default=""),
)
filas_tomadas = sa.Table(
    "filas_tomadas",
    tablas,
    sa.Column("planilla", sa.Text, primary_key=True),
    sa.Column("hoja", sa.Integer, primary_key=True),
    sa.Column("marca", sa.Integer, primary_key=True),
    sa.Column("referencia", sa.Text, nullable=False, index=True),
    sa.Column("intento", sa.Integer, nullable=False),
    sa.Column("huella", sa.Text, nullable=False),
    sa.Column("aceptada", Instant),
    sa.Column("perdida", Instant),
)
huellas_de_hoja = sa.Table(
    "huellas_de_hoja",
    tablas,
    sa.Column("planilla", sa.Text, primary_key=True),
    sa.Column("hoja", sa.Integer, primary_key=True),
    sa.Column("clase", sa.Text, primary_key=True),
    sa.Column("huella", sa.Text, primary_key=True),
    sa.Column("cuantas", sa.Integer, nullable=False),
    sa.Column("desde", Instant, nullable=False),
)
hojas_recibidas = sa.Table(
    "hojas_recibidas",
    tablas,
    sa.Column("planilla", sa.Text, primary_key=True),
    sa.Column("titulo", sa.Text, primary_key=True),
    sa.Column("mirada", Instant),
    sa.Column("escritura", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.Text, nullable=False, server_default=""),
)
recepciones = sa.Table(
    "recepciones",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("estado", sa.Text, nullable=False),
    sa.Column("quien", sa.Text, nullable=False),
    sa.Column("creada", Instant, nullable=False, index=True),
    sa.Column("terminada", Instant),
    sa.Column("falla", sa.Text, nullable=False, server_default=""),
    sa.Column("informe", sa.Text, nullable=False, server_default=""),
)
correos = sa.Table(
    "correos",
    tablas,
    sa.Column("identidad", sa.Text, primary_key=True),
    sa.Column("buzon", sa.Text, nullable=False),
    sa.Column("validez", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("estado", sa.Text, nullable=False, index=True),
    sa.Column("recibido", Instant, nullable=False, index=True),
    sa.Column("cambiado", Instant, nullable=False),
    sa.Column("quien", sa.Text, nullable=False, server_default=""),
    sa.Column("motivo", sa.Text, nullable=False, server_default=""),
    sa.Column("referencia", sa.Text, nullable=False, server_default=""),
    sa.Column("datos", sa.LargeBinary),
    sa.Index("ix_correos_en_buzon", "buzon", "validez", "uid"),
)
