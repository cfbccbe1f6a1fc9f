"""A worker killed in the middle of any part: what it began is finished once, by the same version of the robot or the next."""

import itertools
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient
from pypdf import PdfReader

from fixtures.procesos import Mock, MockGoogle
from robot.engine import Motor
from robot.flows.constancia import Etapa
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.database import database_url
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX
from tests.chaos.mundo import browsers_of
from tests.engine.conftest import ROOT, Workers, wait_for
from tests.planilla import rows_of, tags
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]
WRITE = "batchUpdate$"
SAVE = "POST .*guardar"


def hanging(after: bool, ruta: str, *, saltar: int = 0) -> dict[str, Any]:
    """A system that stands still while the worker is killed; it has or has not done what it was asked."""
    return {"espera_despues" if after else "espera_antes": {"veces": 1, "ruta": ruta, "saltar": saltar, "segundos": 4}}


INTERRUPTIONS: list[tuple[str, dict[str, Any], Etapa]] = [
    ("serviweb", hanging(False, "POST .*ingreso"), Etapa.SESION),
    ("serviweb", hanging(False, "GET .*causales"), Etapa.FORMULARIO),
    ("google", hanging(True, WRITE, saltar=1), Etapa.CITA),
    ("serviweb", hanging(True, SAVE), Etapa.GUARDAR),
    ("google", hanging(True, WRITE), Etapa.RADICADO),
    ("serviweb", hanging(False, "GET .*solicitud"), Etapa.COPIAS),
    ("google", hanging(False, ":getByDataFilter"), Etapa.VERIFICACION),
]

KEPT_TOGETHER: list[list[Etapa]] = [
    [Etapa.PREPARACION, Etapa.SESION, Etapa.FORMULARIO],
    [Etapa.CITA],
    [Etapa.GUARDAR],
    [Etapa.RADICADO, Etapa.COPIAS, Etapa.VERIFICACION],
]


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A robot of another version: its workflow has a step more, behind a patch, as docs/decisiones/0007 asks."""
    folder = tmp_path / "siguiente"
    shutil.copytree(ROOT / "robot", folder / "robot")
    filing = folder / "robot" / "worker" / "filing.py"
    text = filing.read_text(encoding="utf-8")
    before = "                trabajo = self._work("
    assert text.count(before) == 1
    step = '                if DBOS.patch("saludo"):\n                    DBOS.run_step({"name": "saludo"}, lambda: None)\n'
    filing.write_text(text.replace(before, step + before), encoding="utf-8")
    return folder


@pytest.mark.larga
def test_each_version_finishes_what_the_other_was_killed_in_in_every_part(
    workers: Workers,
    next_version: Path,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    """One solicitud, whose worker is killed once in every part and followed by a worker of the other version.

    That only once something is recorded: a newer version begins a run that has nothing its own way, which no older one knows.
    """
    referencia = accept()
    older, newer = dict[str, str](), {"PYTHONPATH": str(next_version)}
    unrecorded = KEPT_TOGETHER[0]
    versions = itertools.chain([older for _ in unrecorded], itertools.cycle([newer, older]))
    for system, fault, etapa in INTERRUPTIONS:
        mock = serviweb if system == "serviweb" else google
        mock.faults(**fault)
        worker = workers.start(**next(versions))
        wait_for(ventanilla, referencia, lambda one, at=etapa, by=mock: one.etapa is at and any(by.struck().values()))  # type: ignore[misc]  # loop variables bound now
        worker.kill()
        worker.wait()
        mock.faults()
    workers.start(**next(versions))
    assert_filed_once(ended(referencia), serviweb, google)
    begun = [one.etapa for one in ventanilla.registro.historia(referencia) if one.etapa is not None and not one.detalle]
    assert begun == each_stretch_until([etapa for _, __, etapa in INTERRUPTIONS]), (
        "only what was interrupted is done again"
    )


def each_stretch_until(interrupted: Sequence[Etapa]) -> list[Etapa]:
    """The parts that begin where each of these is interrupted once: it and those that are kept with it begin again."""
    begun: list[Etapa] = []
    for stretch in KEPT_TOGETHER:
        for etapa in interrupted:
            if etapa in stretch:
                begun += stretch[: stretch.index(etapa) + 1]
        begun += stretch
    return begun


@pytest.mark.larga
def test_the_next_version_finishes_what_was_interrupted_before_anything_was_recorded(
    workers: Workers,
    next_version: Path,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    serviweb.faults(**hanging(False, "POST .*ingreso"))
    referencia = accept(clave_idempotencia="una clave")
    worker = workers.start()
    wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.PREPARACION and any(serviweb.struck().values()))
    worker.kill()
    worker.wait()
    serviweb.faults()
    workers.start(PYTHONPATH=str(next_version))
    assert_filed_once(ended(referencia), serviweb, google)
    client = DBOSClient(system_database_url=database_url(ventanilla.settings).render_as_string())
    assert "saludo" in [step["function_name"] for step in client.list_workflow_steps(referencia)]
    client.destroy()


def assert_filed_once(expediente: Expediente, serviweb: Mock, google: MockGoogle) -> None:
    """One trámite, one row with its radicado and its tag, one PDF of two copies, one run."""
    resultado = expediente.resultado
    assert resultado is not None
    assert (expediente.estado, expediente.corrida) == (Estado.RADICADA, 1), resultado.error
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [expediente.radicado]
    assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]
    assert len(tags(google)) == 1
    assert resultado.copias is not None
    assert len(PdfReader(resultado.copias).pages) == 2


def test_a_stopped_worker_ends_its_part_and_the_next_one_goes_on(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    """As a worker process does when it is asked to end, which `tests/acceptance` asks of one."""
    serviweb.faults(espera_antes={"veces": 1, "ruta": "GET .*causales", "segundos": 1.5})
    referencia = accept()
    with taller.motor(ventanilla):
        wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.FORMULARIO and any(serviweb.struck().values()))
    assert ventanilla.registro.expediente(referencia).estado is Estado.EN_CURSO
    with taller.motor(ventanilla):
        assert ended(referencia).estado is Estado.RADICADA
    begun = [one.etapa for one in ventanilla.registro.historia(referencia) if not one.detalle]
    assert begun == list(dict.fromkeys(begun)), "no part that ended is done again"
    assert len(serviweb.state()["tramites"]) == 1


@pytest.mark.larga
def test_an_executor_is_one_live_process_and_a_dead_one_is_relieved_on_request(
    workers: Workers, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    first = workers.start(**{PREFIX + "MOTOR__EJECUTOR": "uno"})
    second = workers.refused(**{PREFIX + "MOTOR__EJECUTOR": "uno"})
    assert "ya trabaja en esta máquina" in second
    assert "está vivo" in workers.refused("--relevar", "uno", **{PREFIX + "MOTOR__EJECUTOR": "dos"})
    serviweb.faults(espera_antes={"veces": 1, "ruta": "GET .*causales", "segundos": 3})
    referencia = accept()
    wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.FORMULARIO)
    first.kill()
    first.wait()
    workers.start("--relevar", "uno", **{PREFIX + "MOTOR__EJECUTOR": "dos"})
    expediente = ended(referencia)
    assert expediente.estado is Estado.RADICADA
    assert expediente.ejecutor == "dos"
    assert len(serviweb.state()["tramites"]) == 1


@pytest.mark.parametrize("ruta", ["POST .*ingreso", pytest.param("GET .*principal", marks=pytest.mark.larga)])
@pytest.mark.larga
def test_a_page_that_never_comes_is_given_up(
    motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, ruta: str
) -> None:
    serviweb.faults(espera_antes={"veces": 1, "ruta": ruta, "segundos": 3600})
    assert ended(accept()).estado is Estado.RADICADA
    assert serviweb.struck() == {"espera_antes": 1}


@pytest.mark.larga
def test_a_browser_that_dies_is_replaced(
    workers: Workers, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    serviweb.faults(espera_antes={"veces": 1, "ruta": "GET .*causales", "segundos": 2})
    referencia = accept()
    worker = workers.start()
    wait_for(ventanilla, referencia, lambda _: any(serviweb.struck().values()))
    for pid in browsers_of(worker.pid):
        os.kill(pid, signal.SIGKILL)
    assert ended(referencia).estado is Estado.RADICADA
    assert len(serviweb.state()["tramites"]) == 1
