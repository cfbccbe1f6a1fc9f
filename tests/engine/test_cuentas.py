"""Accounts on Postgres, where transactions run side by side: somebody always coordinates, and the audit tells everything."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from robot.cipher import load_cipher
from robot.errors import ActoImposible
from robot.models import ZONA_HORARIA
from robot.record.accounts import Cuentas, Rol
from robot.record.database import open_database
from robot.record.finding import Indice
from robot.record.solicitudes import Registro
from robot.record.tables import cuentas as tabla
from robot.record.trail import Rastro
from robot.settings import Settings
from tests.paciencia import eventually
from tests.postgres import Postgres


@pytest.mark.larga
def test_who_shuts_out_a_coordinador_waits_for_whoever_is_shutting_out_the_other_one_and_each_change_is_told(
    settings: Settings, postgres: Postgres
) -> None:
    motor = settings.motor.model_copy(update={"base_de_datos": SecretStr(postgres.url)})
    base = open_database(settings.model_copy(update={"motor": motor}))
    cuentas = Cuentas(base)
    for name in ("clara", "nubia"):
        cuentas.add(name, nombre="Clara", rol=Rol.COORDINADOR, password="Formulario#2026", quien="raíz")
    refused: list[ActoImposible] = []

    def shut_out() -> None:
        try:
            cuentas.deactivate("clara", quien="nubia")
        except ActoImposible as one:
            refused.append(one)

    thread = threading.Thread(target=shut_out)
    with base.begin() as other:
        other.execute(sa.update(tabla).where(tabla.c.clave == "nubia").values(activa=False))
        thread.start()
        eventually(lambda: is_waiting(base) or not thread.is_alive())
    thread.join()
    assert len(refused) == 1
    assert [one.clave for one in cuentas.all() if one.activa] == ["clara"]
    cuentas.note("clara", "Descargó la auditoría.", quien="clara")
    hoy = dt.datetime.now(ZONA_HORARIA).date()
    lines = Rastro(Registro(base, load_cipher(settings), Indice.of(settings))).lines(hoy, hoy, limite=99)
    told = "Creó la cuenta, con el rol de coordinador."
    assert [(one.clase, one.de, one.quien, one.detalle) for one in lines] == [
        ("cuenta", "clara", "raíz", told),
        ("cuenta", "nubia", "raíz", told),
        ("cuenta", "clara", "clara", "Descargó la auditoría."),
    ]
    base.dispose()


def is_waiting(base: sa.Engine) -> bool:
    """Whether a transaction waits for what another one has locked."""
    query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with base.connect() as connection:
        return bool(connection.execute(query).scalar_one())
