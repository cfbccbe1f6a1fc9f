"""A database that the version before left in the middle of its work is opened by this one: nothing is lost or done twice."""

import datetime as dt
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from fixtures.procesos import Mock, MockGoogle
from robot.cipher import load_cipher
from robot.errors import TrabajadoresEnMarcha
from robot.flows.constancia import EstadoEnvio, Etapa
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado
from robot.record import migrations
from robot.record.accounts import Cuentas
from robot.record.database import database_url, open_database
from robot.record.dossier import Expediente
from robot.record.finding import Indice
from robot.record.overview import Filtro, Panorama
from robot.record.reconciliations import Conciliaciones
from robot.record.retention import Retencion
from robot.record.solicitudes import Registro
from robot.record.tables import tablas
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from robot.worker.lease import PostgresLease
from tests.conftest import CLAVE, SOLICITUD
from tests.engine.conftest import Workers
from tests.engine.version_anterior import LLAVE, lay_out
from tests.engine.version_anterior.hacer import (
    CLAVE_FORMULARIO,
    EJECUTOR,
    EN_ESPERA,
    EN_FORMULARIO,
    EN_GUARDAR,
    RADICADA,
    SCHEDULE_DAY,
)
from tests.paciencia import eventually
from tests.planilla import first_free, rows_of
from tests.postgres import Postgres


@pytest.fixture
def anterior(datos: Path) -> Path:
    """The SQLite file of the version before; its worker was killed."""
    return lay_out(datos)


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """That of a robot with the name of the killed one, and its two asesores."""
    return {
        **environment,
        PREFIX + "MOTOR__EJECUTOR": EJECUTOR,
        PREFIX + "ASESORES__LUIS__USUARIO": "asesor2",
        PREFIX + "ASESORES__LUIS__CLAVE": CLAVE,
        PREFIX + "ASESORES__LUIS__NOMBRE": "Luis Mora",
    }


def test_the_work_in_which_the_version_before_was_killed_is_finished_once(
    anterior: Path, settings: Settings, workers: Workers, serviweb: Mock, google: MockGoogle
) -> None:
    with Ventanilla(settings) as ventanilla:
        left = {one.suscriptor: one for one in ventanilla.registro.expedientes()}
        filling, saving, waiting = (left[one["suscriptor"]] for one in (EN_FORMULARIO, EN_GUARDAR, EN_ESPERA))
        assert (filling.estado, filling.etapa, filling.envio) == (Estado.EN_CURSO, Etapa.FORMULARIO, None)
        assert (saving.estado, saving.envio) == (Estado.EN_CURSO, EstadoEnvio.SIN_RESPUESTA)
        assert waiting.estado is Estado.EN_COLA
        as_the_power_cut_left_it(serviweb, google, saving)

        workers.start()
        in_flight = (filling, saving, waiting)
        expediente = ventanilla.registro.expediente
        eventually(lambda: all(expediente(one.referencia).estado.terminado for one in in_flight))
        for one in in_flight:
            now = ventanilla.registro.expediente(one.referencia)
            assert now.resultado is not None
            assert (now.estado, now.corrida, now.resultado.avisos) == (Estado.RADICADA, 1, ()), now.resultado.error
            filed = [t["radicado"] for t in serviweb.state()["tramites"] if t["suscriptor"] == one.suscriptor]
            assert filed == [now.radicado]
            assert [row[6] for row in rows_of(google, one.suscriptor)] == [now.radicado]


def ruta_of(serviweb: Mock, suscriptor: str) -> str:
    return str(next(one["ruta"] for one in serviweb.state()["suscriptores"] if one["codigo"] == suscriptor))


def as_the_power_cut_left_it(serviweb: Mock, google: MockGoogle, saving: Expediente) -> None:
    """Serviweb has the trámite whose answer never came, and whom it is for; the schedule has the citas that were taken."""
    serviweb.add_tercero("40765123", SOLICITUD["nombre"], "3105550101")
    said = (
        f"{SOLICITUD['solicitud']} Código: {saving.suscriptor}, Ruta: {ruta_of(serviweb, saving.suscriptor)}, "
        f"Número de celular: 3105550101. Ref. {saving.referencia}"
    )
    sent = f"{saving.cambiada:%Y-%m-%d %H:%M:%S}"
    serviweb.seed_tramites([{"suscriptor": saving.suscriptor, "fecha": sent, "observacion": said}])
    google.reset(hoy=SCHEDULE_DAY)
    at_nine = first_free(google).moved(-4)
    for at, taken, asesor in ((at_nine, RADICADA, "Ana Torres"), (at_nine.moved(1), EN_GUARDAR, "Luis Mora")):
        for column, value in (("D", taken["suscriptor"]), ("E", ""), ("F", asesor), ("G", "")):
            google.edit(accion="type", **at.cell(column), value=value, raw=True)


def test_the_record_says_the_same_before_and_after_and_the_engines_tables_are_not_touched(
    anterior: Path, settings: Settings
) -> None:
    engines, before = tables_of_the_engine(anterior), rows(anterior)
    base = open_database(settings)
    assert tables_of_the_engine(anterior) == engines
    for table, lines in before.items():
        for was, now in zip(lines, rows(anterior)[table], strict=True):
            assert now.items() >= was.items(), "a new column takes nothing from the others"
    registro = Registro(base, load_cipher(settings), Indice.of(settings))
    for one in registro.expedientes():
        kept = next(row for row in before["solicitudes"] if row["referencia"] == one.referencia)
        assert one.creada.isoformat(timespec="milliseconds") == kept["creada"]
        solicitud = registro.solicitud(one.referencia)
        assert solicitud is not None
        assert solicitud.nombre == SOLICITUD["nombre"]
    assert Cuentas(base).verified("ana", CLAVE_FORMULARIO) is not None
    base.dispose()


def rows(archivo: Path) -> Mapping[str, list[Mapping[str, Any]]]:
    """What a SQLite file holds in the tables of the record."""
    with closing(sqlite3.connect(archivo)) as base:
        base.row_factory = sqlite3.Row
        there = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        known = there & set(tablas.tables)  # what a later version adds is nowhere yet
        return {name: [dict(row) for row in base.execute(f"SELECT * FROM {name}")] for name in known}  # noqa: S608  # our own names


def tables_of_the_engine(archivo: Path) -> list[str]:
    """Every table in a SQLite file that is not the record's, and what it holds."""
    with closing(sqlite3.connect(archivo)) as base, closing(sqlite3.connect(":memory:")) as copy:
        base.backup(copy)
        for name in (*tablas.tables, migrations.VERSION_TABLE):
            copy.execute(f"DROP TABLE IF EXISTS {name}")
        found = list(copy.iterdump())
    assert any("workflow_status" in line for line in found)
    return found


def test_a_postgres_of_the_version_before_is_changed_once_its_workers_are_gone_and_then_says_the_same_as_a_sqlite_of_it(
    anterior: Path, settings: Settings, postgres: Postgres
) -> None:
    shared = {"base_de_datos": SecretStr(postgres.url), "llave": SecretStr(LLAVE)}
    on_postgres = settings.model_copy(update={"motor": settings.motor.model_copy(update=shared)})
    url = database_url(on_postgres)
    as_the_version_before_has_it(url, rows(anterior))
    worker = PostgresLease(sa.create_engine(url), "otra-maquina", 15)
    assert worker.acquire()
    with pytest.raises(TrabajadoresEnMarcha):
        open_database(on_postgres)
    worker.release()
    wait_until_gone(worker, "otra-maquina")
    one, other = open_database(settings), open_database(on_postgres)
    assert everything(one, settings) == everything(other, on_postgres)
    for base in (one, other):
        base.dispose()


def wait_until_gone(lease: PostgresLease, ejecutor: str) -> None:
    """The server gives a lock back a moment after its session ends."""
    pause = threading.Event()
    for _ in range(200):
        with lease.relieving(ejecutor) as gone:
            if gone:
                return
        pause.wait(0.05)
    pytest.fail("the lock was never given back")


def as_the_version_before_has_it(url: sa.URL, content: Mapping[str, list[Mapping[str, Any]]]) -> None:
    """Tables as it makes them, which keep no revision, with these rows."""
    base = sa.create_engine(url)
    with base.begin() as connection:
        migrations.migrate(connection, until="0001")
        connection.execute(sa.text(f"DROP TABLE {migrations.VERSION_TABLE}"))
        made = sa.MetaData()
        made.reflect(connection)
        for name, lines in content.items():
            yes_or_no = {column.name for column in made.tables[name].c if isinstance(column.type, sa.Boolean)}
            values = [{key: bool(v) if key in yes_or_no else v for key, v in line.items()} for line in lines]
            if values:
                connection.execute(sa.insert(made.tables[name]), values)
    base.dispose()


def everything(base: sa.Engine, settings: Settings) -> Mapping[str, Any]:
    """What the record tells people."""
    registro, rounds = (
        Registro(base, load_cipher(settings), Indice.of(settings)),
        Conciliaciones(base, load_cipher(settings)),
    )
    all_of_them = registro.expedientes()
    referencias = [Referencia(one.referencia) for one in all_of_them]
    day = min(one.creada for one in all_of_them).date()
    after = day + dt.timedelta(days=1)
    panorama, midnight = Panorama(registro), dt.datetime.combine(day, dt.time(), ZONA_HORARIA)
    found: Mapping[str, Any] = {
        "expedientes": all_of_them,
        "solicitudes": [registro.solicitud(one) for one in referencias],
        "historias": [registro.historia(one) for one in referencias],
        "impresiones": [registro.impresiones(one) for one in referencias],
        "conciliaciones": [(one, rounds.report(one.identidad)) for one in rounds.newest(5)],
        "cuentas": Cuentas(base).all(),
        "del día": panorama.search(Filtro(desde=day, hasta=day), limite=50),
        "después": panorama.search(Filtro(desde=after), limite=50),
        "cuenta": panorama.counts(midnight),
        "por purgar": Retencion(registro).purgeable(midnight + dt.timedelta(days=1)),
    }
    assert found["del día"] == (all_of_them, len(all_of_them))
    assert found["después"] == ([], 0)
    assert [one.desde.isoformat() for one, _ in found["conciliaciones"]] == ["2026-10-28"]
    assert found["por purgar"]
    return found
