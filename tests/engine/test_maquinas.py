"""Two workers, the database, Serviweb and Google on a machine each, one worker cut off from one of the others for a while:
nothing is lost or done twice, and work goes on elsewhere.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from fixtures.procesos import Mock, MockGoogle, running
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from tests.chaos.juicio import judge
from tests.chaos.mundo import ASESORES
from tests.conftest import CLAVE
from tests.engine.conftest import Workers, as_executor, wait_for
from tests.postgres import Postgres, find_binaries, on_postgres, running_postgres
from tests.red import Maquina, Red, cable, can_make_machines

pytestmark = [
    pytest.mark.larga,
    pytest.mark.skipif(find_binaries() is None, reason="this machine has no Postgres"),
    pytest.mark.skipif(not can_make_machines(), reason="only root makes network namespaces, and only on Linux"),
]
A_MINUTE = 75


@pytest.fixture
def red() -> Iterator[Red]:
    with cable() as one:
        yield one


@pytest.fixture
def machines(red: Red) -> Mapping[str, Maquina]:
    return {name: red.machine(name) for name in ("uno", "dos", "base", "serviweb", "google")}


@pytest.fixture
def serviweb(machines: Mapping[str, Maquina]) -> Iterator[Mock]:
    where = machines["serviweb"]
    with running("fixtures.mock_serviweb", "--host", where.direccion, en=where.aqui) as url:
        yield Mock(url)


@pytest.fixture
def google(machines: Mapping[str, Maquina]) -> Iterator[MockGoogle]:
    where = machines["google"]
    with running("fixtures.mock_google", "--host", where.direccion, en=where.aqui) as url:
        yield MockGoogle(url)


@pytest.fixture
def postgres(machines: Mapping[str, Maquina]) -> Iterator[Postgres]:
    binaries, where = find_binaries(), machines["base"]
    assert binaries is not None
    with running_postgres(binaries, en=where.aqui, host=where.direccion) as server:
        yield server


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    accounts = {
        f"ASESORES__{asesor.upper()}__{name}": value
        for asesor, usuario in ASESORES.items()
        for name, value in {"USUARIO": usuario, "CLAVE": CLAVE, "NOMBRE": f"Asesor {asesor}"}.items()
    }
    return on_postgres(environment, postgres, MOTOR__INSISTENCIA_SEGUNDOS="120", MOTOR__CONCURRENCIA="2", **accounts)


@pytest.mark.parametrize("seconds", [4, A_MINUTE])
@pytest.mark.parametrize("lost", ["base", "serviweb", "google"])
def test_a_machine_that_is_cut_off_loses_nothing_and_the_other_goes_on(
    workers: Workers,
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    ended: Callable[[Referencia], Expediente],
    serviweb: Mock,
    google: MockGoogle,
    red: Red,
    machines: Mapping[str, Maquina],
    lost: str,
    seconds: int,
) -> None:
    cada_uno = 3
    asked = [
        solicitud(asesor=asesor, suscriptor=f"{1001 + 7 * (4 * number + at):06d}")
        for number in range(cada_uno)
        for at, asesor in enumerate(ASESORES)
    ]
    accepted = [ventanilla.accept(one, quien="ana") for one in asked]
    serviweb.faults(latencia={"veces": -1, "ms": 50})
    for name in ("uno", "dos"):
        workers.start(**as_executor(name), en=machines[name].aqui)
    wait_for(ventanilla, accepted[0], lambda one: one.estado is not Estado.EN_COLA)
    red.cut(machines["uno"], machines[lost])
    threading.Event().wait(seconds)
    meanwhile = [ventanilla.registro.expediente(one) for one in accepted]
    red.mend(machines["uno"], machines[lost])
    by_state = [ended(one).estado for one in accepted]
    juicio = judge(serviweb, google, ventanilla.registro, dict(zip(accepted, asked, strict=True)))
    assert juicio.limpio, json.dumps([juicio.defectos, juicio.historias], ensure_ascii=False, indent=1)
    assert set(by_state) <= {Estado.RADICADA, Estado.POR_VERIFICAR, Estado.RECHAZADA}
    if seconds >= A_MINUTE:
        elsewhere = [one for one in meanwhile if one.ejecutor == "dos" and one.estado is Estado.RADICADA]
        assert len(elsewhere) > cada_uno, [(one.ejecutor, one.estado) for one in meanwhile]
