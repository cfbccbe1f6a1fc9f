"""What a browser writes while it runs stands in the robot's own folder, closed to others, and is gone after any end."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from robot.host.private import TEMPORALES, settle
from robot.settings import PREFIX, Settings
from tests.engine.test_lo_que_queda_en_el_disco import as_a_file_may_hold, descendants
from tests.paciencia import eventually, patience

_WORD = "Rosa Elvira Muñoz"
_BROWSER = """
import os, sys
from pathlib import Path
from robot.browser import Navegador
from robot.host.private import TEMPORALES, TemporaryFolders
from robot.settings import load_settings
os.umask(0)
settings = load_settings()
with Navegador(settings.navegador, temporales=TemporaryFolders(settings.datos / TEMPORALES)) as navegador:
    page = navegador.page("asesor1")
    page.context.tracing.start(screenshots=True, snapshots=True)
    page.set_content("<label>Nombre <input></label>")
    page.get_by_label("Nombre").fill(sys.argv[1])
    print("listo", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def temporal(tmp_path: Path) -> Path:
    """The system's folder for temporary files, as the robot sees it."""
    folder = tmp_path / "temporal"
    folder.mkdir()
    return folder


@pytest.fixture
def navegador(settings: Settings, temporal: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process with a browser in which a name has been typed and recorded."""
    known = {**os.environ, "TMPDIR": str(temporal), PREFIX + "DATOS": str(settings.datos)}
    command = [sys.executable, "-c", _BROWSER, _WORD]
    with subprocess.Popen(command, env=known, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listo\n"
        yield process
        process.kill()


def files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def holding(folder: Path) -> list[Path]:
    return [one for one in files(folder) if any(word in one.read_bytes() for word in as_a_file_may_hold(_WORD))]


def test_what_a_browser_writes_is_gone_once_it_has_ended(
    navegador: "subprocess.Popen[str]", settings: Settings, temporal: Path
) -> None:
    kept = settings.datos / TEMPORALES
    profiles = [one for one in kept.rglob("*") if "profile" in one.name]
    assert profiles, "that of the browser is there"
    assert {one.stat().st_mode & 0o777 for one in (kept, *kept.iterdir()) if one.is_dir()} == {0o700}
    navegador.communicate("\n", timeout=patience())
    assert [one.name for one in files(kept)] == [".turno"]
    assert list(temporal.iterdir()) == []


def test_what_a_killed_robot_and_its_killed_browser_leave_is_gone_at_the_next_start(
    navegador: "subprocess.Popen[str]", settings: Settings, temporal: Path
) -> None:
    kept = settings.datos / TEMPORALES
    eventually(lambda: bool(holding(kept)))
    everybody = [navegador.pid, *descendants(navegador.pid)]
    for deed in (signal.SIGSTOP, signal.SIGKILL):  # at once: nobody tidies up after another
        for one in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, deed)
    navegador.wait(patience())
    assert list(temporal.iterdir()) == [], "nobody would ever remove it there"
    assert holding(kept)
    settle(settings.datos)
    assert [one.name for one in files(kept)] == [".turno"]
    assert holding(settings.datos) == []
