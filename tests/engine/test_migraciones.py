"""The record's tables are brought to this version at start: by one process, whole or not at all, and never back."""

import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from robot.errors import BaseMasNueva, RegistroUnavailable
from robot.models import EstadoImpresion
from robot.record import migrations
from robot.record.database import open_database
from robot.record.prints import Impresiones
from robot.record.tables import tablas
from robot.settings import PREFIX, Settings
from tests.engine.conftest import ROOT, Workers
from tests.engine.version_anterior import LLAVE, lay_out
from tests.paciencia import patience
from tests.postgres import Postgres

_OPEN = (
    "import sys; from robot.settings import load_settings; from robot.record.database import open_database; "
    "open_database(load_settings()); print('alembic' in sys.modules)"
)


@pytest.fixture
def datos(tmp_path: Path) -> Path:
    """The data folder of a robot that was never started."""
    return tmp_path / "datos"


def opened_at_once(environment: Mapping[str, str], processes: int) -> list[bool]:
    """Have so many processes open the database at the same time; whether each had to migrate it."""
    settings = {**environment, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", _OPEN], env=settings, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    told = [process.communicate(timeout=patience())[0].strip() for process in running]
    assert {process.returncode for process in running} == {0}
    return [one == "True" for one in told]


def differences(base: sa.Engine) -> list[Any]:
    """Between the tables in code and those of a database."""
    with base.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.VERSION_TABLE})
        found: list[Any] = compare_metadata(context, tablas)
    base.dispose()
    return found


def dump(archivo: Path) -> list[str]:
    with closing(sqlite3.connect(archivo)) as base:
        return list(base.iterdump())


@pytest.mark.parametrize("old", [False, True], ids=["empty", "of the version before"])
def test_processes_that_start_at_once_all_come_up_and_the_next_one_does_not_load_alembic(
    environment: Mapping[str, str], tmp_path: Path, *, old: bool
) -> None:
    if old:
        lay_out(tmp_path / "datos")
    assert any(opened_at_once(environment, 3))
    assert opened_at_once(environment, 1) == [False]


def test_prints_of_the_version_before_are_told_as_what_is_known_of_them(settings: Settings) -> None:
    archivo = settings.datos / "robot.sqlite"
    archivo.parent.mkdir(parents=True)
    base = sa.create_engine(f"sqlite:///{archivo}")
    told = [
        ("", "PDF"),
        ("mostrador", "ENVIADA"),
        ("navegador", "ENVIADA"),
        ("mostrador", "ENVIADA"),
        ("mostrador", "NO IMPRESA"),
    ]
    with base.begin() as connection:
        migrations.migrate(connection, until="0004")
        _print_as_before(connection, told)
    with open_database(settings).begin() as connection:
        _print_as_before(connection, [("mostrador", "ENVIADA")])  # a worker of the version before is still running
    ledger = Impresiones(base).of("VD-X")
    assert [one.estado for one in ledger] == [
        EstadoImpresion.PDF,
        EstadoImpresion.NO_SE_SABE,
        EstadoImpresion.ENTREGADA,
        EstadoImpresion.NO_IMPRESA,
        EstadoImpresion.NO_IMPRESA,
        EstadoImpresion.NO_SE_SABE,
    ]
    assert "versión anterior" in ledger[1].motivo
    assert not any(one.abierta for one in ledger)


def _print_as_before(connection: sa.Connection, told: Sequence[tuple[str, str]]) -> None:
    for impresora, resultado in told:
        connection.execute(
            sa.text(
                "INSERT INTO impresiones (referencia, instante, quien, resultado, impresora, sha256, paginas, copias, archivo)"
                " VALUES ('VD-X', '2026-11-20T08:00:00.000-05:00', 'ana', :resultado, :impresora, '0', 2, 2, 'x.pdf')"
            ),
            {"impresora": impresora, "resultado": resultado},
        )


@pytest.mark.larga
def test_on_postgres_processes_that_start_at_once_all_come_up(
    environment: Mapping[str, str], settings: Settings, postgres: Postgres
) -> None:
    shared = {PREFIX + "MOTOR__BASE_DE_DATOS": postgres.url, PREFIX + "MOTOR__LLAVE": LLAVE}
    assert any(opened_at_once({**environment, **shared}, 3))
    motor = settings.motor.model_copy(update={"base_de_datos": SecretStr(postgres.url)})
    base = open_database(settings.model_copy(update={"motor": motor}))
    assert differences(base) == [], "the migrations do not make on Postgres what robot/record/tables.py says"


def test_the_migrations_make_the_tables_that_are_in_code(settings: Settings) -> None:
    assert differences(open_database(settings)) == [], (
        "robot/record/tables.py changed: make migracion NOMBRE=que_cambia"
    )


def test_the_migrations_follow_one_another_by_the_numbers_of_their_files() -> None:
    known = [one.revision for one in ScriptDirectory(str(migrations.HERE)).walk_revisions()]
    assert known[::-1] == migrations.revisions() == [f"{at:04d}" for at in range(1, len(known) + 1)]


def test_a_database_of_a_newer_version_is_refused_in_words_and_left_as_it_is(
    settings: Settings, workers: Workers, tmp_path: Path
) -> None:
    archivo = lay_out(tmp_path / "datos")
    open_database(settings).dispose()
    with closing(sqlite3.connect(archivo)) as base, base:
        base.execute("UPDATE robot_version SET version_num = '9999'")
        base.execute("ALTER TABLE solicitudes ADD COLUMN de_otra_version TEXT")
    before = dump(archivo)
    with pytest.raises(BaseMasNueva):
        open_database(settings)
    said = workers.refused()
    assert "versión más nueva del robot; no se cambió nada en ella" in said
    assert "9999" in said
    assert "Instale en esta máquina la versión nueva" in said
    assert dump(archivo) == before


def test_a_migration_that_cannot_be_ended_leaves_the_database_as_it_was(settings: Settings, tmp_path: Path) -> None:
    archivo = lay_out(tmp_path / "datos")
    with closing(sqlite3.connect(archivo)) as base:
        base.execute("CREATE TABLE _alembic_tmp_conciliaciones (en_el_camino TEXT)")
    before = dump(archivo)
    with pytest.raises(RegistroUnavailable):
        open_database(settings)
    assert dump(archivo) == before
