"""By which procedure each solicitud is filed, and each procedure as it was then.

What was accepted before is SC-PQRS-PRO-018, version 01, the only one that there was; it is kept here as it was, whatever the
file that the robot ships says later. `cuerpo` is the referencia without the letters of its procedure: a key is of one
solicitud, whichever its procedure.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_INSTANT = sa.TIMESTAMP(timezone=True).with_variant(sa.Text(), "sqlite")
_CODIGO, _VERSION = "SC-PQRS-PRO-018", "01"
_SHA256 = "eef44884f423d15f28cd7a41edd9e7f99488d3b006322140f20aec05e405e23a"
_DEFINICION = (
    '{"causal":["VISITA DOMICILIARIA"],"codigo":"SC-PQRS-PRO-018","copias":[{"con_cita":true,"destino":"C'
    'opia para el cliente","firma":"asesor"},{"destino":"Copia para el archivo","firma":"usuario"}],"llev'
    'a_cita":true,"medio":["PERSONAL"],"nombre":"Visita domiciliaria","observacion":["{solicitud}","Códig'
    'o: {suscriptor}, Ruta: {ruta}, Número de celular: {celular}.","Ref. {referencia}"],"prefijo_referenc'
    'ia":"VD","servicio":"ALCANTARILLADO","tipo":"PETICIÓN INTERNA","version":"01","zona":"FLORENCIA"}'
)


def upgrade() -> None:
    made = op.create_table(
        "procedimientos",
        sa.Column("codigo", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("definicion", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("instante", _INSTANT, nullable=False),
    )
    instante = dt.datetime.now(dt.timezone(dt.timedelta(hours=-5)))
    kept: object = instante.isoformat(timespec="milliseconds") if op.get_bind().dialect.name == "sqlite" else instante
    first = {"codigo": _CODIGO, "version": _VERSION, "definicion": _DEFINICION, "sha256": _SHA256, "instante": kept}
    op.bulk_insert(made, [first])
    for name in ("procedimiento", "version", "cuerpo"):
        op.add_column("solicitudes", sa.Column(name, sa.Text))
    op.execute(
        sa.text(
            "UPDATE solicitudes SET procedimiento = :codigo, version = :version, cuerpo = substr(referencia, 4)"
        ).bindparams(codigo=_CODIGO, version=_VERSION)
    )
    op.create_index("ix_solicitudes_cuerpo", "solicitudes", ["cuerpo"], unique=True)
