"""The form as a process that may have few files open, in the middle of a crowd that asks for nothing."""

import resource
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.paciencia import eventually, patience

_FILES = 256
_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def servir(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Where it listens, and the number of its process."""
    serve = f"ulimit -n {_FILES}; exec {sys.executable} -m robot servir --sin-trabajador --puerto 0"
    own = {**environment, "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(["/bin/sh", "-c", serve], env=own, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield process.stderr.readline().split()[2].rstrip("/"), process.pid
        finally:
            process.kill()


@pytest.fixture
def _room_for_a_crowd() -> Iterator[None]:
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))


@pytest.mark.larga
@pytest.mark.usefixtures("_room_for_a_crowd")
@pytest.mark.parametrize(("cuantas", "sent"), [(280, b""), (1500, b"GET / HTTP/1.1\r\nX-")], ids=["idle", "half-sent"])
def test_the_form_answers_in_a_crowd_and_the_crowd_is_let_go(
    servir: tuple[str, int], cuantas: int, sent: bytes
) -> None:
    url, pid = servir
    place = urlsplit(url)
    with ExitStack() as stack:
        crowd = []
        for _ in range(cuantas):
            one = socket.create_connection((str(place.hostname), place.port or 0), timeout=patience())
            crowd.append(stack.enter_context(one))
            one.sendall(sent)
        assert requests.get(f"{url}/ingreso", timeout=patience()).status_code == 200
        assert requests.get(f"{url}/salud", timeout=patience()).json()["base_de_datos"] is True
        assert len(list(Path(f"/proc/{pid}/fd").iterdir())) < _FILES
        eventually(lambda: not any(_is_open(one) for one in crowd))


def _is_open(one: socket.socket) -> bool:
    one.settimeout(0)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
