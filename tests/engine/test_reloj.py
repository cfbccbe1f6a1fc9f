"""The clock of the worker's machine jumps in the middle of the work: nothing is lost or done twice, and who looks is told."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from fixtures.procesos import Mock, MockGoogle
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.database import transaction
from robot.record.dossier import Expediente
from robot.record.tables import verificaciones
from robot.referencia import Referencia
from robot.settings import PREFIX
from tests.engine.conftest import ROOT, Workers, wait_for
from tests.paciencia import eventually, patience
from tests.planilla import rows_of, tags
from tests.reloj import RelojDeProcesos

HOUR, DAY = 3600, 86_400
pytestmark = pytest.mark.skipif(not RelojDeProcesos.is_possible(), reason="needs a C compiler, on Linux")


@pytest.fixture
def reloj(tmp_path: Path) -> RelojDeProcesos:
    return RelojDeProcesos(tmp_path)


WHILE_SERVIWEB_SAVES = {"espera_despues": {"veces": 1, "ruta": "POST .*guardar", "segundos": 1}}
BEFORE_GUARDAR = {"espera_antes": {"veces": 1, "ruta": "GET .*causales", "segundos": 1}}


@pytest.mark.parametrize(
    ("fault", "away", "saved"),
    [
        pytest.param(WHILE_SERVIWEB_SAVES, HOUR, True, id="ahead while Serviweb saves", marks=pytest.mark.larga),
        pytest.param(WHILE_SERVIWEB_SAVES, -HOUR, True, id="back while Serviweb saves", marks=pytest.mark.larga),
        pytest.param(
            WHILE_SERVIWEB_SAVES, 2 * DAY, True, id="days ahead while Serviweb saves", marks=pytest.mark.larga
        ),
        pytest.param(BEFORE_GUARDAR, HOUR, False, id="ahead before Guardar", marks=pytest.mark.larga),
        pytest.param(BEFORE_GUARDAR, -HOUR, True, id="back before Guardar", marks=pytest.mark.larga),
        pytest.param(BEFORE_GUARDAR, 2 * DAY, False, id="days ahead before Guardar", marks=pytest.mark.larga),
    ],
)
def test_a_clock_that_jumps_is_told_and_makes_nothing_happen_twice(
    workers: Workers,
    ventanilla: Ventanilla,
    accept: Callable[..., Referencia],
    ended: Callable[[Referencia], Expediente],
    serviweb: Mock,
    google: MockGoogle,
    reloj: RelojDeProcesos,
    fault: Mapping[str, object],
    away: int,
    saved: bool,
) -> None:
    """Google lets nobody in whose clock is ahead; what was being filed then is finished when it is right again."""
    serviweb.faults(**fault)
    referencia = accept()
    workers.start(**reloj.variables)
    wait_for(ventanilla, referencia, lambda _: any(serviweb.struck().values()))
    reloj.jump(away)
    expediente = ended(referencia)
    assert len(serviweb.state()["tramites"]) == (1 if saved else 0)
    if away > 0:
        assert expediente.resultado is not None
        assert expediente.resultado.error is not None
        assert (expediente.estado, expediente.resultado.error.clase) == (Estado.POR_VERIFICAR, "ClockWrong")
        reloj.jump(0)
        ventanilla.retry(referencia, quien="ana")
        expediente = ended(referencia)
    assert expediente.estado is Estado.RADICADA
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [expediente.radicado]
    assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]
    assert len(tags(google)) == 1
    reloj.jump(0)
    assert ended(accept(suscriptor="001015")).estado is Estado.RADICADA


@pytest.mark.larga
@pytest.mark.parametrize("away", [10 * DAY, -10 * DAY], ids=["ahead", "back"])
def test_a_round_is_due_once_however_far_the_clock_jumps(
    workers: Workers, ventanilla: Ventanilla, reloj: RelojDeProcesos, away: int
) -> None:
    """Verifications are due every night; a clock that jumps over ten of them, or back, asks for the newest of its own day."""
    every_night = {PREFIX + "VERIFICACION__HORARIO": "0 2 * * *", PREFIX + "VERIFICACION__ASESOR": "ana"}
    workers.start(**reloj.variables, **every_night)
    eventually(lambda: asked_for(ventanilla) == 1)
    reloj.jump(away)
    eventually(lambda: asked_for(ventanilla) == 2, seconds=150)
    threading.Event().wait(40)
    assert asked_for(ventanilla) == 2


def asked_for(ventanilla: Ventanilla) -> int:
    """How many verifications there have been, whatever came of them."""
    query = sa.select(sa.func.count()).select_from(verificaciones)
    return transaction(ventanilla.base, lambda connection: int(connection.execute(query).scalar_one()))


_THREE_CALLS = """
import threading
from robot.worker.pace import Ritmo
ritmo = Ritmo(2, threading.Event())
ritmo()
ritmo()
print("lleno", flush=True)
input()
ritmo()
"""


def test_a_clock_set_back_does_not_make_calls_wait_for_it(
    environment: Mapping[str, str], reloj: RelojDeProcesos
) -> None:
    command = [sys.executable, "-c", _THREE_CALLS]
    with subprocess.Popen(
        command,
        env={**environment, **reloj.variables},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "lleno\n"
        reloj.jump(-HOUR)
        try:
            process.communicate("\n", timeout=patience())
        finally:
            process.kill()
    assert process.returncode == 0
