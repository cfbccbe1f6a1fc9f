"""Tries of passwords are counted in the database, whoever counts at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from robot.record.access import Intentos, Tope
from robot.record.database import open_database
from robot.record.tables import intentos
from robot.settings import Settings
from tests.engine.version_anterior import LLAVE

_AT_ONCE = 16


@pytest.fixture(params=["sqlite", "postgres"])
def base(request: pytest.FixtureRequest, settings: Settings) -> sa.Engine:
    if request.param == "sqlite":
        return open_database(settings)
    url = SecretStr(request.getfixturevalue("postgres").url)
    motor = settings.motor.model_copy(update={"base_de_datos": url, "llave": SecretStr(LLAVE)})
    return open_database(settings.model_copy(update={"motor": motor}))


def test_of_tries_that_are_counted_at_once_as_many_are_let_through_as_may_be(base: sa.Engine) -> None:
    processes = [Intentos(base, "secreto") for _ in range(_AT_ONCE)]
    topes = [Tope("cuenta ana", 5), Tope("direccion 10.0.0.1", 100)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waits = list(pool.map(lambda one: one.spend(topes), processes))
    assert sorted(waits)[:5] == [0] * 5
    assert all(wait > 0 for wait in sorted(waits)[5:])
    processes[0].give_back(topes)
    assert processes[0].spend(topes) == 0
    with base.connect() as connection:
        rows = connection.execute(sa.select(intentos)).all()
    assert sorted(row.cuantos for row in rows) == [5, 5], "what was refused is counted nowhere"
    assert not any("ana" in row.clave or "10.0" in row.clave for row in rows)
    base.dispose()
