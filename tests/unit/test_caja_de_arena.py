"""A browser that meets a foreign system is locked in wherever the system can do that, and where it cannot, that is said."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.browser import Navegador
from robot.settings import NavegadorSettings
from tests.conftest import chosen_browser
from tests.paciencia import patience

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has systems that cannot")
_NOBODY = 65534
_NO_SUCH_WORLD = 77
_START = """
import json, os, sys
from pathlib import Path
from robot.browser import Navegador
from robot.settings import NavegadorSettings

def children(pid):
    for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(one)
        yield from children(one)

with Navegador(NavegadorSettings(ejecutable=Path(sys.argv[1]))) as navegador:
    navegador.page("ana").set_content("<p>hola</p>")
    renderers = [one for one in children(navegador.proceso) if b"--type=renderer" in Path(f"/proc/{one}/cmdline").read_bytes()]
    filters = {Path(f"/proc/{one}/status").read_text().split("Seccomp:\\t")[1][0] for one in renderers}
    print(json.dumps({"suelto": navegador.suelto, "encerradas": filters == {"2"}}))
"""
"""Starts the browser and looks at the processes of its pages: they are locked in if the kernel filters what they ask for."""
_WITHOUT_NAMESPACES = """
import ctypes, os, sys
ready, go = os.pipe(), os.pipe()
child = os.fork()
if not child:
    if ctypes.CDLL(None).unshare(0x10000000) != 0:
        os.write(ready[1], b"x")
        os._exit(77)
    os.write(ready[1], b".")
    os.read(go[0], 1)
    os.setgid(0)
    os.setuid(0)
    open("/proc/sys/user/max_user_namespaces", "w").write("0")
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
    if sys.argv[2] == "sin ayuda":
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    os.execv(sys.argv[3], sys.argv[3:])
if os.read(ready[0], 1) == b"x":
    raise SystemExit(77)
for kind in ("uid", "gid"):
    open(f"/proc/{child}/{kind}_map", "w").write("0 0 65536")
os.write(go[1], b".")
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a command as another account in a world where root has forbidden namespaces to everybody; 77 where none can be made.
"sin ayuda": no program there may have more rights than who runs it, so that one that root keeps for it is of no help.
"""


@pytest.fixture
def ejecutable() -> str:
    return str(chosen_browser() or pytest.skip("Playwright's own browser is nobody else's"))


@pytest.fixture
def interprete(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that another account may run; only root can run it as one."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    same = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for one in (sys.executable, same):
        try:
            subprocess.run(
                [one, "-c", "import playwright"], user=_NOBODY, env=_paths(), check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return one
    pytest.skip("no Python here may be run by another account")


def _paths() -> Mapping[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), *sys.path]))}


def started(*command: str, usuario: int | None = None) -> tuple[str, bool]:
    """Why the browser runs without its sandbox, and whether its pages are locked in."""
    done = subprocess.run(
        command, user=usuario, env=_paths(), cwd="/", capture_output=True, text=True, check=False, timeout=patience()
    )
    if done.returncode == _NO_SUCH_WORLD:
        pytest.skip("this system lets nobody make a world of its own")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return told["suelto"], told["encerradas"]


def test_the_pages_are_locked_in_unless_it_is_said_why_not(ejecutable: str) -> None:
    suelto, encerradas = started(sys.executable, "-c", _START, ejecutable)
    assert encerradas == (suelto == "")
    assert ("root" in suelto) == (os.geteuid() == 0)


def test_an_account_of_its_own_is_enough_where_the_system_grants_namespaces(ejecutable: str, interprete: str) -> None:
    suelto, encerradas = started(interprete, "-B", "-c", _START, ejecutable, usuario=_NOBODY)
    assert encerradas == (suelto == "")
    assert "root" not in suelto


def test_a_system_without_namespaces_is_seen_before_the_browser_would_fail(ejecutable: str, interprete: str) -> None:
    command = (interprete, "-B", "-c", _START, ejecutable)
    suelto, encerradas = started(sys.executable, "-c", _WITHOUT_NAMESPACES, str(_NOBODY), "sin ayuda", *command)
    assert "espacios de nombres" in suelto
    assert not encerradas


def test_the_program_that_some_systems_keep_for_it_locks_the_pages_in_without_namespaces(
    ejecutable: str, interprete: str
) -> None:
    command = (interprete, "-B", "-c", _START, ejecutable)
    suelto, encerradas = started(sys.executable, "-c", _WITHOUT_NAMESPACES, str(_NOBODY), "con ayuda", *command)
    assert encerradas == (suelto == "")


def test_who_accepts_a_browser_without_it_says_why(ejecutable: str) -> None:
    reason = NavegadorSettings(ejecutable=Path(ejecutable), sin_caja_de_arena="lo pidió sistemas")

    def told() -> str:
        with Navegador(reason) as navegador:
            navegador.start()
            return navegador.suelto

    with ThreadPoolExecutor(1) as apart:  # another test's browser may belong to this thread
        assert apart.submit(told).result() == "lo pidió sistemas"
