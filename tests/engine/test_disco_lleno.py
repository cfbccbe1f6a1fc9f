"""The disk fills up in the middle of the work: nothing is lost or done twice, and it goes on when there is room."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX
from tests.engine.conftest import Workers, wait_for
from tests.planilla import rows_of, tags
from tests.red import can_make_machines

pytestmark = pytest.mark.skipif(not can_make_machines(), reason="only root mounts a small disk, and only on Linux")


class Disco:
    """A disk of eight megabytes."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "lastre"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", place], check=True)  # noqa: S607  # wherever it is

    def fill(self) -> None:
        """Not a byte is free."""
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                return

    def empty(self) -> None:
        self._ballast.unlink()

    def end(self) -> None:
        subprocess.run(["umount", "--lazy", self.place], check=True)  # noqa: S607  # wherever it is


@pytest.fixture
def disco(tmp_path: Path) -> Iterator[Disco]:
    disk = Disco(tmp_path / "disco")
    yield disk
    disk.end()


@pytest.fixture
def environment(environment: Mapping[str, str], disco: Disco) -> Mapping[str, str]:
    return {**environment, PREFIX + "DATOS": str(disco.place)}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"espera_antes": {"veces": 1, "ruta": "GET .*causales", "segundos": 3}}, id="before Guardar"),
        pytest.param(
            {"espera_despues": {"veces": 1, "ruta": "POST .*guardar", "segundos": 2}},
            id="while Serviweb saves",
            marks=pytest.mark.larga,
        ),
        pytest.param(
            {"espera_antes": {"veces": 1, "ruta": "GET .*solicitud", "segundos": 3}},
            id="after Guardar",
            marks=pytest.mark.larga,
        ),
    ],
)
@pytest.mark.larga
def test_work_goes_on_when_there_is_room_again(
    workers: Workers,
    environment: Mapping[str, str],
    ventanilla: Ventanilla,
    accept: Callable[..., Referencia],
    ended: Callable[[Referencia], Expediente],
    serviweb: Mock,
    google: MockGoogle,
    disco: Disco,
    fault: Mapping[str, object],
) -> None:
    serviweb.faults(**fault)
    referencia = accept()
    worker = workers.start()
    wait_for(ventanilla, referencia, lambda _: any(serviweb.struck().values()))
    disco.fill()
    told = subprocess.run(
        [sys.executable, "-m", "robot", "diagnostico"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    disco.empty()

    def is_over(expediente: Expediente) -> bool:
        nonlocal worker
        if worker.poll() is not None:  # it said that it must be started anew, which systemd does
            worker = workers.start()
        return expediente.estado.terminado

    wait_for(ventanilla, referencia, is_over)
    assert "libere espacio" in " ".join(told.stdout.split())
    expediente = ended(referencia)
    assert expediente.estado is Estado.RADICADA, expediente.resultado
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [expediente.radicado]
    assert [row[6] for row in rows_of(google, "001008")] == [expediente.radicado]
    assert len(tags(google)) == 1
    assert expediente.resultado is not None
    assert expediente.resultado.copias is not None
    assert expediente.resultado.copias.is_file()


@pytest.mark.usefixtures("motor")
class TestDatabaseElsewhere:
    """Only copies and evidence have no room."""

    @pytest.fixture
    def environment(self, environment: Mapping[str, str], tmp_path: Path) -> Mapping[str, str]:
        return {**environment, PREFIX + "MOTOR__BASE_DE_DATOS": f"sqlite:///{tmp_path / 'robot.sqlite'}"}

    @pytest.mark.larga
    def test_copies_that_have_no_room_are_told_and_made_when_there_is(
        self,
        ventanilla: Ventanilla,
        accept: Callable[..., Referencia],
        ended: Callable[[Referencia], Expediente],
        serviweb: Mock,
        disco: Disco,
    ) -> None:
        disco.fill()
        referencia = accept()
        told = ended(referencia)
        assert told.resultado is not None
        assert told.resultado.copias_pendientes
        assert any("Libere espacio" in aviso for aviso in told.resultado.avisos)
        disco.empty()
        assert ventanilla.make_copies(referencia, quien="ana")
        expediente = ended(referencia)
        assert expediente.resultado is not None
        assert expediente.resultado.copias is not None
        assert (expediente.estado, expediente.radicado) == (Estado.RADICADA, told.radicado)
        assert len(serviweb.state()["tramites"]) == 1

    @pytest.mark.larga
    def test_what_went_wrong_is_told_although_the_evidence_of_it_has_no_room(
        self,
        accept: Callable[..., Referencia],
        ended: Callable[[Referencia], Expediente],
        serviweb: Mock,
        disco: Disco,
    ) -> None:
        serviweb.faults(etiqueta_cambiada={"veces": -1, "de": "Observación:", "a": "Hechos:"})
        disco.fill()
        assert error_of(ended(accept())) == "ScreenChanged"


def error_of(expediente: Expediente) -> str:
    assert expediente.resultado is not None
    assert expediente.resultado.error is not None
    return expediente.resultado.error.clase
