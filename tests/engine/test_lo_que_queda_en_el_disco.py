"""Every byte that a robot leaves on the machine, wherever it is."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock
from robot.host.private import TEMPORALES
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from tests.conftest import CLAVE
from tests.engine.conftest import Workers
from tests.paciencia import eventually, patience

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]


@pytest.fixture
def temporal() -> Iterator[Path]:
    """The machine's folder for temporary files, of this test alone; its name is short, for the browser puts a socket there."""
    with tempfile.TemporaryDirectory(prefix="r", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def environment(environment: Mapping[str, str], temporal: Path) -> Mapping[str, str]:
    """A robot that records all that can be recorded."""
    return {**environment, PREFIX + "EVIDENCIA__TRAZA": "pantallas", "TMPDIR": str(temporal)}


_READER = """
import json, sys
from pathlib import Path
words = [bytes.fromhex(one) for one in json.loads(sys.stdin.readline())]
for folder in sys.argv[1:]:
    for one in Path(folder).rglob("*"):
        if one.is_file() and not one.is_symlink():
            content = one.read_bytes()
            if any(word in content for word in words):
                print(one)
"""
"""A process of its own: to close a file of SQLite's takes away the locks that this process has on it."""


def as_a_file_may_hold(word: str) -> Iterator[bytes]:
    for one in {word, word.lower(), word.upper()}:
        yield from (one.encode(), one.encode("latin-1"), one.encode("utf-16-le"), json.dumps(one)[1:-1].encode())


def told(words: list[str], *folders: Path) -> list[Path]:
    """The files that hold any of these words; one that goes meanwhile holds none any more."""
    sought = json.dumps([written.hex() for word in words for written in as_a_file_may_hold(word)])
    command = [sys.executable, "-c", _READER, *map(str, folders)]
    done = subprocess.run(command, input=sought + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        assert "FileNotFoundError" in done.stderr, done.stderr
        return told(words, *folders)
    return [Path(line) for line in done.stdout.splitlines()]


def open_to_others(folder: Path) -> list[Path]:
    """What another account can reach: what is below a closed folder, it cannot."""
    if not folder.stat().st_mode & 0o077:
        return [one for one in folder.iterdir() if one.stat().st_mode & 0o077]
    return [folder]


def descendants(pid: int) -> Iterator[int]:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for one in (thread / "children").read_text(encoding="ascii").split():
            yield int(one)
            yield from descendants(int(one))


@pytest.mark.larga
def test_nothing_of_a_person_stays_in_the_clear_after_an_orderly_end_nor_once_a_killed_robot_is_back(
    workers: Workers,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    solicitud: Callable[..., Solicitud],
    settings: Settings,
    serviweb: Mock,
    temporal: Path,
) -> None:
    words = [*solicitud().secretos, "40.765.123", "Rosa Elvira", "3105550101", "los sifones"]
    kept = settings.datos / TEMPORALES
    first = workers.start()
    assert ended(accept()).estado is Estado.RADICADA
    eventually(lambda: not told(words, settings.datos, temporal))
    shown = b"".join(Path(f"/proc/{one}/cmdline").read_bytes() for one in (first.pid, *descendants(first.pid)))
    assert b"--type=renderer" in shown
    secrets = [*words, CLAVE, (settings.datos / "robot.llave").read_text(encoding="ascii")]
    assert [word for word in secrets if word.encode() in shown] == [], "everybody on the machine can list processes"
    first.send_signal(signal.SIGTERM)
    assert first.wait(patience()) == 0
    assert told(words, settings.datos, temporal) == []
    assert [one.name for one in kept.iterdir()] == [".turno"]

    serviweb.faults(espera_antes={"veces": -1, "ruta": "guardar", "segundos": 600})
    killed = workers.start()
    at_work = accept()
    eventually(lambda: bool(told(words, kept)))
    killed.kill()
    killed.wait(patience())
    assert all(one.is_relative_to(kept) for one in told(words, settings.datos, temporal))
    assert [open_to_others(one) for one in (settings.datos, kept, settings.datos / "copias")] == [[], [], []]
    serviweb.faults()
    workers.start()
    eventually(lambda: not told(words, settings.datos, temporal) and ended(at_work).estado.terminado)
