import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from robot.engine import Motor
from robot.intake import Ventanilla
from robot.models import Solicitud
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from tests.paciencia import eventually, patience
from tests.taller import Taller

ROOT = Path(__file__).resolve().parents[2]


def as_executor(ejecutor: str, **changes: str) -> Mapping[str, str]:
    """What is different for one worker of several."""
    return {PREFIX + "MOTOR__EJECUTOR": ejecutor, **{PREFIX + name: value for name, value in changes.items()}}


@pytest.fixture
def ventanilla(settings: Settings) -> Iterator[Ventanilla]:
    """Record and queue on a database of the test's own."""
    with Ventanilla(settings) as ready:
        yield ready


@pytest.fixture
def motor(ventanilla: Ventanilla, taller: Taller) -> Iterator[Motor]:
    """A worker of this process."""
    with taller.motor(ventanilla) as running:
        yield running


@pytest.fixture
def accept(ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]) -> Callable[..., Referencia]:
    """Hand a solicitud in, with other values where a test says so; each is another one, however alike."""

    def hand_in(**changes: object) -> Referencia:
        return ventanilla.accept(solicitud(**changes), quien="ana", otra=True)

    return hand_in


@pytest.fixture
def ended(ventanilla: Ventanilla) -> Callable[[Referencia], Expediente]:
    """How a solicitud ended; waits for it."""

    def wait(referencia: Referencia) -> Expediente:
        eventually(lambda: ventanilla.registro.expediente(referencia).estado.terminado)
        return ventanilla.registro.expediente(referencia)

    return wait


def wait_for(ventanilla: Ventanilla, referencia: Referencia, so: Callable[[Expediente], bool]) -> None:
    """Wait until a solicitud has come so far."""
    eventually(lambda: so(ventanilla.registro.expediente(referencia)))


class Workers:
    """Worker processes, each ended with the test."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self._running: list[subprocess.Popen[str]] = []

    def start(self, *options: str, en: Sequence[str] = (), **environment: str) -> subprocess.Popen[str]:
        """Start one and wait until it says that it is in service; on another machine, with what runs a command there."""
        process = subprocess.Popen(
            [*en, sys.executable, "-m", "robot", "trabajador", *options],
            env={**self.environment, **environment},
            cwd=ROOT.parent,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._running.append(process)
        assert process.stderr is not None
        assert "en servicio" in process.stderr.readline()
        return process

    def refused(self, *options: str, **environment: str) -> str:
        """Start one that refuses to work; what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "robot", "trabajador", *options],
            env={**self.environment, **environment},
            cwd=ROOT.parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=patience(),
        )
        assert done.returncode == 2, done.stderr
        return " ".join(done.stderr.split())

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.communicate()


@pytest.fixture
def workers(environment: Mapping[str, str]) -> Iterator[Workers]:
    """Starts worker processes on the database of `ventanilla`."""
    all_of_them = Workers(environment)
    yield all_of_them
    all_of_them.end()
