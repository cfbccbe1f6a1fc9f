"""Several workers on one Postgres: the living take over what the dead and the frozen left, and nothing is done twice."""

import signal
from collections.abc import Callable, Mapping

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.constancia import Etapa
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from tests.engine.conftest import Workers, as_executor, wait_for
from tests.planilla import rows_of
from tests.postgres import Postgres, on_postgres

Ended = Callable[[Referencia], Expediente]


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    return on_postgres(environment, postgres)


@pytest.mark.larga
def test_the_living_take_over_what_a_dead_worker_left_in_the_middle_of_guardar(
    workers: Workers,
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    serviweb.faults(guardado_tardio={"veces": 1, "segundos": 2})
    referencia = ventanilla.accept(solicitud(), quien="ana")
    first = workers.start(**as_executor("uno"))
    wait_for(ventanilla, referencia, lambda one: one.envio is not None and any(serviweb.struck().values()))
    first.kill()
    workers.start(**as_executor("dos"))
    expediente = ended(referencia)
    assert (expediente.estado, expediente.ejecutor) == (Estado.RADICADA, "dos"), expediente.resultado
    assert len(serviweb.state()["tramites"]) == 1
    assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]


@pytest.mark.larga
def test_a_frozen_worker_that_was_relieved_does_not_send_when_it_thaws(
    workers: Workers,
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    """It stands still with a filled form; another worker files the solicitud; it must notice that it is not its any more."""
    google.faults(espera_despues={"veces": 1, "ruta": "batchUpdate$", "saltar": 1, "segundos": 1})
    referencia = ventanilla.accept(solicitud(), quien="ana")
    first = workers.start(**as_executor("uno"))
    wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.CITA and any(google.struck().values()))
    first.send_signal(signal.SIGSTOP)
    workers.start(**as_executor("dos"))
    assert ended(referencia).ejecutor == "dos"
    saved = serviweb.state()["registro"].count("POST /serviweb/pqr/guardar.do")
    first.send_signal(signal.SIGCONT)
    other = ventanilla.accept(solicitud(suscriptor="001015"), quien="ana")
    assert ended(other).estado is Estado.RADICADA
    assert serviweb.state()["registro"].count("POST /serviweb/pqr/guardar.do") == saved + 1
    assert len(serviweb.state()["tramites"]) == 2
    assert len(rows_of(google, "001008")) == 1
