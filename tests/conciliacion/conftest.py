from collections.abc import Callable

import pytest

from fixtures.acuerdo import file_what_people_have_booked
from fixtures.procesos import Mock, MockGoogle
from robot.conciliacion.runs import Conciliacion
from robot.engine import Motor
from robot.intake import Ventanilla
from tests.conftest import CLAVE
from tests.engine.conftest import accept, ended, motor, ventanilla, workers  # noqa: F401  # fixtures
from tests.paciencia import eventually

Conciliar = Callable[..., Conciliacion]


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """With an account that only conciliación uses, and few days to look at."""
    few = {"ASESOR": "robot", "DIAS": "2", "DIAS_ANTES": "8"}
    own = {"USUARIO": "robot", "CLAVE": CLAVE, "NOMBRE": "Robot"}
    accounts = {f"SERVIWEB_ROBOT_ASESORES__ROBOT__{name}": value for name, value in own.items()}
    return {**environment, **accounts, **{f"SERVIWEB_ROBOT_CONCILIACION__{name}": value for name, value in few.items()}}


@pytest.fixture
def acuerdo(serviweb: Mock, google: MockGoogle) -> list[str]:
    """Serviweb has the trámites of all that is booked in the days that are looked at, tomorrow too; their radicados."""
    return file_what_people_have_booked(serviweb, google, hace_dias=1, ultimas=45)


@pytest.fixture
def conciliar(ventanilla: Ventanilla, motor: Motor) -> Conciliar:  # noqa: F811
    """Do a conciliación with the worker of this process, and give how it ended."""

    def do(*, reparar: bool = False) -> Conciliacion:
        record = ventanilla.conciliaciones
        identidad = ventanilla.rondas.conciliar(reparar=reparar, quien="clara")
        eventually(lambda: record.get(identidad).estado.terminado)
        assert not motor.averia.is_set()
        done = record.get(identidad)
        assert not done.falla
        return done

    return do
