"""Workers on several machines, one of which loses the database, Serviweb or Google for a while: nothing is lost or done twice."""

import threading
from collections.abc import Callable, Mapping

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from fixtures.procesos import Mock, MockGoogle
from robot.flows.constancia import Etapa
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.database import open_database
from robot.record.dossier import Expediente
from robot.record.tables import solicitudes
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from tests.engine.conftest import Workers, as_executor, wait_for
from tests.enlace import Enlace
from tests.planilla import rows_of, tags
from tests.postgres import Postgres, on_postgres

Ended = Callable[[Referencia], Expediente]


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    return on_postgres(environment, postgres, MOTOR__INSISTENCIA_SEGUNDOS="20")


def assert_filed_once(expediente: Expediente, serviweb: Mock, google: MockGoogle) -> None:
    assert expediente.estado is Estado.RADICADA, expediente.resultado
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [expediente.radicado]
    assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]
    assert len(tags(google)) == 1


@pytest.mark.larga
def test_a_worker_that_loses_the_database_is_relieved_and_does_nothing_more(
    workers: Workers,
    environment: Mapping[str, str],
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    with Enlace(environment[PREFIX + "MOTOR__BASE_DE_DATOS"]) as base:
        serviweb.faults(espera_antes={"veces": 1, "ruta": "GET .*causales", "segundos": 4})
        referencia = ventanilla.accept(solicitud(), quien="ana")
        workers.start(**as_executor("uno", MOTOR__BASE_DE_DATOS=base.url))
        wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.FORMULARIO and any(serviweb.struck().values()))
        base.cut()
        workers.start(**as_executor("dos"))
        expediente = ended(referencia)
        assert expediente.ejecutor == "dos"
        base.mend()
        other = ventanilla.accept(solicitud(suscriptor="001015"), quien="ana")
        assert ended(other).estado is Estado.RADICADA
        assert len(serviweb.state()["tramites"]) == 2
        assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]


@pytest.mark.larga
@pytest.mark.parametrize("seconds", [3, 25])
def test_a_worker_that_loses_google_goes_on_when_it_is_back(
    workers: Workers,
    environment: Mapping[str, str],
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
    seconds: int,
) -> None:
    with Enlace(environment[PREFIX + "GOOGLE__API"]) as net:
        serviweb.faults(espera_despues={"veces": 1, "ruta": "POST .*guardar", "segundos": 1})
        referencia = ventanilla.accept(solicitud(), quien="ana")
        workers.start(**as_executor("uno", GOOGLE__API=net.url))
        wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.GUARDAR and any(serviweb.struck().values()))
        net.cut()
        threading.Timer(seconds, net.mend).start()
        assert_filed_once(ended(referencia), serviweb, google)


@pytest.mark.larga
@pytest.mark.parametrize("seconds", [3, 9])
def test_a_worker_that_loses_serviweb_while_saving_saves_once(
    workers: Workers,
    environment: Mapping[str, str],
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
    seconds: int,
) -> None:
    """Longer than a screen may take, the form arrives when nobody waits for its answer any more."""
    with Enlace(environment[PREFIX + "SERVIWEB__URL"]) as net:
        google.faults(espera_despues={"veces": 1, "ruta": "batchUpdate$", "saltar": 1, "segundos": 1})
        referencia = ventanilla.accept(solicitud(), quien="ana")
        workers.start(**as_executor("uno", SERVIWEB__URL=net.url))
        wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.CITA and any(google.struck().values()))
        net.cut()
        threading.Timer(seconds, net.mend).start()
        expediente = ended(referencia)
        assert len(serviweb.state()["tramites"]) == 1
        if expediente.estado is not Estado.POR_VERIFICAR:
            assert_filed_once(expediente, serviweb, google)


@pytest.mark.larga
def test_what_a_vanished_machine_has_locked_is_free_again(
    environment: Mapping[str, str], settings: Settings, ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]
) -> None:
    referencia = ventanilla.accept(solicitud(), quien="ana")
    lock = sa.update(solicitudes).where(solicitudes.c.referencia == referencia).values(ejecutor="uno")
    with Enlace(environment[PREFIX + "MOTOR__BASE_DE_DATOS"]) as base:
        motor = settings.motor.model_copy(update={"base_de_datos": SecretStr(base.url)})
        vanishing = open_database(settings.model_copy(update={"motor": motor})).connect()
        vanishing.execute(lock)
        base.cut()
        assert ventanilla.cancel(referencia, quien="ana", motivo="El usuario desistió.") is Estado.CANCELADA
        vanishing.invalidate()
