"""The database that all share is killed in the middle of the work and comes back: nothing is lost or done twice."""

import threading
from collections.abc import Callable, Mapping

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.constancia import Etapa
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from tests.engine.conftest import Workers, as_executor, wait_for
from tests.planilla import rows_of, tags
from tests.postgres import Postgres, on_postgres


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    return on_postgres(environment, postgres)


Moment = tuple[Mapping[str, object], Etapa]
WHILE_THE_FORM_IS_FILLED: Moment = (
    {"espera_antes": {"veces": 1, "ruta": "GET .*causales", "segundos": 3}},
    Etapa.FORMULARIO,
)
WHILE_SERVIWEB_SAVES: Moment = (
    {"espera_despues": {"veces": 1, "ruta": "POST .*guardar", "segundos": 3}},
    Etapa.GUARDAR,
)


@pytest.mark.larga
@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        pytest.param(WHILE_SERVIWEB_SAVES, 1, id="saving"),
        pytest.param(WHILE_SERVIWEB_SAVES, 15, id="saving, for longer"),
        pytest.param(WHILE_THE_FORM_IS_FILLED, 1, id="filling"),
        pytest.param(WHILE_THE_FORM_IS_FILLED, 15, id="filling, for longer"),
    ],
)
def test_work_goes_on_when_a_killed_database_is_back(
    workers: Workers,
    ventanilla: Ventanilla,
    accept: Callable[..., Referencia],
    ended: Callable[[Referencia], Expediente],
    serviweb: Mock,
    google: MockGoogle,
    postgres: Postgres,
    moment: Moment,
    seconds: float,
) -> None:
    fault, etapa = moment
    serviweb.faults(**fault)
    referencia = accept()
    running = [workers.start(**as_executor(name)) for name in ("uno", "dos")]
    wait_for(ventanilla, referencia, lambda one: one.etapa is etapa and any(serviweb.struck().values()))
    postgres.kill()
    threading.Event().wait(seconds)
    postgres.start()
    expediente, other = ended(referencia), ended(accept(suscriptor="001015"))
    assert (expediente.estado, other.estado) == (Estado.RADICADA, Estado.RADICADA)
    radicados = [expediente.radicado, other.radicado]
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == radicados
    assert [row[6] for code in ("001008", "001015") for row in rows_of(google, code)] == radicados
    assert len(tags(google)) == 2
    assert [one.poll() for one in running] == [None, None]
