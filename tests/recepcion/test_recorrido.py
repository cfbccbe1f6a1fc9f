"""From a row of a sheet to Serviweb and back beside the row, while people sort and insert; and by the command line."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.engine import Motor
from robot.intake import Ventanilla
from robot.models import Estado
from robot.queueing.names import RECIBIR
from robot.recepcion.rows import ColumnaPropia
from robot.settings import PREFIX, Settings, load_settings
from tests.engine.conftest import ROOT
from tests.paciencia import eventually, patience
from tests.recepcion.conftest import PLANILLA, ROSA, HojaDePrueba
from tests.taller import Taller

HOJAS = json.dumps([{"planilla": PLANILLA, "hoja": "Hoja 1", "asesor": "ana"}])
AT_ONCE: Mapping[str, str] = {PREFIX + "RECIBIR__HOJAS": HOJAS, PREFIX + "RECIBIR__REPOSO_SEGUNDOS": "0"}
WRONG = ["", "'001010", "abc", "Luis Mora", "3105550102", "No baja el agua.", "", ""]


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in {**AT_ONCE, PREFIX + "RECIBIR__HORARIO": "0 * * * *"}.items():
        monkeypatch.setenv(name, value)
    return load_settings()


@pytest.fixture
def motor(ventanilla: Ventanilla, taller: Taller) -> Iterator[Motor]:
    with taller.motor(ventanilla) as running:
        yield running


def looked(ventanilla: Ventanilla) -> None:
    """A worker has looked once more."""
    identidad = ventanilla.rondas.recibir(quien="ana")
    eventually(lambda: ventanilla.recepciones.get(identidad).estado.terminado)
    done = ventanilla.recepciones.get(identidad)
    assert (done.falla, [one.falla for one in done.informe.hojas]) == ("", [""])


def rounds_by_schedule(ventanilla: Ventanilla) -> set[str]:
    """How far the looks are that were asked for by the clock."""
    with ventanilla.base.connect() as connection:
        return set(connection.exec_driver_sql("SELECT estado FROM recepciones WHERE quien = 'horario'").scalars())


@pytest.mark.calendario
def test_a_row_is_filed_and_answered_beside_it_although_people_sort_and_insert(
    hoja: Callable[..., HojaDePrueba], ventanilla: Ventanilla, motor: Motor, serviweb: Mock, google: MockGoogle
) -> None:
    eventually(lambda: rounds_by_schedule(ventanilla) == {"TERMINADA"})
    prueba = hoja(ROSA, WRONG)
    looked(ventanilla)
    looked(ventanilla)
    prueba.edit("sort", column="D", from_row=2)
    prueba.edit("insert_row", row=2)
    eventually(lambda: ventanilla.registro.expedientes()[0].estado.terminado)
    (filed,) = ventanilla.registro.expedientes()
    assert filed.estado is Estado.RADICADA, filed.resultado.error if filed.resultado else None
    looked(ventanilla)
    answer = prueba.answers(4)
    assert prueba.values[3][3] == "Rosa Elvira Muñoz"
    (tramite,) = serviweb.state()["tramites"]
    assert answer[ColumnaPropia.SOLICITUD] == filed.referencia
    assert (answer[ColumnaPropia.ESTADO], answer[ColumnaPropia.RADICADO]) == ("RADICADA", tramite["radicado"])
    assert filed.cita is not None
    assert answer[ColumnaPropia.CITA].startswith(f"{filed.cita.fecha:%d/%m/%Y} {filed.cita.hora:%H:%M}")
    assert prueba.answers(3)[ColumnaPropia.ESTADO] == "POR CORREGIR"
    assert not any(prueba.answers(2).values()) if prueba.values[1] else True


def test_looks_wait_in_line_and_one_by_schedule_is_asked_for_once(ventanilla: Ventanilla) -> None:
    assert ventanilla.rondas.recibir(quien="horario", identidad="H-1") == ventanilla.rondas.recibir(
        quien="horario", identidad="H-1"
    )
    ventanilla.rondas.recibir(quien="ana")
    with ventanilla.base.connect() as connection:
        queued = connection.exec_driver_sql(
            "SELECT name, queue_partition_key FROM workflow_status WHERE status = 'ENQUEUED'"
        ).all()
    assert [tuple(one) for one in queued] == [(RECIBIR, RECIBIR)] * 2


def test_the_command_looks_waits_for_the_rows_to_rest_and_tells_programs_in_json(
    hoja: Callable[..., HojaDePrueba], environment: Mapping[str, str]
) -> None:
    prueba = hoja(WRONG)

    def run(*options: str, **more: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "robot", "recibir", "--json", *options]
        env = {**environment, **AT_ONCE, **more, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience()
        )
        return done.returncode, done.stdout

    code, told = run("--esperar")
    assert code == 0
    (one,) = json.loads(told)["hojas"]
    assert (one["planilla"], one["por_corregir"], one["tomadas"]) == ("Llamadas", 1, 0)
    assert "Cédula:" in prueba.answers(2)[ColumnaPropia.MOTIVO]
    code, _ = run(**{PREFIX + "RECIBIR__HOJAS": "[]"})
    assert code == 2
