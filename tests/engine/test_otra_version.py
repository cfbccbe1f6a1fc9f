"""Two versions of the robot on one queue: what a worker does not know waits aside, and nobody waits behind it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions

from robot.commands.checkup import diagnose
from robot.errors import CodigoSalida
from robot.intake import Ventanilla
from robot.models import Estado
from robot.queueing.names import APLICACION, COLA, VERSION_DEL_FLUJO
from robot.record.database import database_url, transaction
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from robot.worker.dispatch import Reparto
from robot.worker.lease import FileLease
from tests.postgres import Postgres, on_postgres
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]
DE_MANANA: EnqueueOptions = {
    "workflow_name": "radicar de mañana",
    "queue_name": COLA,
    "workflow_id": "VD-DE-MANANA",
    "queue_partition_key": "asesor1",
    "priority": 1,
    "app_version": VERSION_DEL_FLUJO,
}


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    return {**environment, PREFIX + "MOTOR__RELEVO_SEGUNDOS": "2"}


@pytest.fixture
def engine(settings: Settings, ventanilla: Ventanilla) -> Iterator[DBOSClient]:
    """The engine's tables, as another version of the robot uses them."""
    del ventanilla
    client = DBOSClient(
        system_database_url=database_url(settings).render_as_string(hide_password=False),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APLICACION,
    )
    yield client
    client.destroy()


class TestOnSqlite:
    def test_nobody_waits_behind_work_of_a_newer_version_and_it_is_told(
        self, taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, engine: DBOSClient
    ) -> None:
        engine.enqueue(DE_MANANA, "VD-DE-MANANA", 1)
        referencia = accept()
        with taller.motor(ventanilla):
            assert ended(referencia).estado is Estado.RADICADA
        (waiting,) = engine.list_workflows(workflow_ids=["VD-DE-MANANA"])
        assert (waiting.status, waiting.queue_partition_key) == ("ENQUEUED", "asesor1"), "nothing of it is lost"
        told = next(one for one in diagnose(ventanilla.settings) if one.nombre == "Otra versión")
        assert told.codigo is CodigoSalida.ENTRADA_O_CONFIGURACION
        assert "«radicar de mañana»" in told.detalle


class TestOnPostgres(TestOnSqlite):
    @pytest.fixture
    def environment(self, environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
        return on_postgres(environment, postgres)


@pytest.mark.larga
def test_a_worker_that_knows_it_takes_back_what_an_older_one_has_set_aside(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, engine: DBOSClient
) -> None:
    referencia = accept()
    engine.resume_workflows([str(referencia)], queue_name="solicitudes-aparte")
    with taller.motor(ventanilla):
        assert ended(referencia).estado is Estado.RADICADA


def look(reparto: Reparto) -> None:
    """As a worker does, on a thread of its own: dbos refuses one in which Playwright has run."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(reparto.restart_idle).result()


@pytest.mark.larga
def test_what_was_given_to_a_worker_that_does_not_do_it_is_queued_again(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, settings: Settings
) -> None:
    referencia = accept()
    taken = "UPDATE workflow_status SET status = 'PENDING', executor_id = 'otro' WHERE workflow_uuid = :run"
    transaction(ventanilla.base, lambda c: c.execute(sa.text(taken), {"run": referencia}))
    assert ventanilla.left_behind(["uno"]) == ["otro"]
    lease = FileLease(settings.datos, "otro")
    busy, idle = Reparto("otro", lease, lambda: [referencia]), Reparto("otro", lease, list)
    with taller.motor(ventanilla):
        for reparto in (busy, busy, idle):
            look(reparto)
            assert ventanilla.left_behind([]) == ["otro"], "it is being done, or has only just been taken"
        look(idle)
        assert ended(referencia).estado is Estado.RADICADA
