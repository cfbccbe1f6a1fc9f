"""What the form costs while somebody attacks it: `python -m bench.puerta`, a table on stdout.

Sixty passwords at once at one account; a hundred names, one after the other, so that each is looked at; idle connections and
half-sent headers, against a process that may have 256 files open.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

from bench.formulario import _CLAVE, _environment, _token
from fixtures.procesos import running

_AT_ONCE = 60
_NAMES = 100
_IDLE = 280
_HALF = 1500
_FILES = 256
_LOOK_SECONDS = 0.02
_LONGEST_SECONDS = 30.0


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        running("fixtures.mock_serviweb") as serviweb,
        running("fixtures.mock_google") as google,
    ):
        environment = _environment(Path(folder), serviweb, google)
        add = [sys.executable, "-m", "robot", "asesor", "agregar", "ana", "--nombre", "Ana Torres"]
        subprocess.run(add, env=environment, input=f"{_CLAVE}\n", text=True, check=True, stdout=subprocess.DEVNULL)
        serve = f"ulimit -n {_FILES}; exec {sys.executable} -m robot servir --sin-trabajador --puerto 0"
        with subprocess.Popen(["/bin/sh", "-c", serve], env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None  # it was asked for
            url = process.stderr.readline().split()[2].rstrip("/")
            requests.get(f"{url}/ingreso", timeout=30)
            try:
                _report(url, process.pid)
            finally:
                process.kill()
    return 0


def _report(url: str, pid: int) -> None:
    rows = [
        _attacked(f"{_AT_ONCE} passwords at once", url, pid, lambda: _at_once(url)),
        _attacked(f"{_NAMES} names, one after the other", url, pid, lambda: _names(url)),
        _attacked(f"{_IDLE} idle connections", url, pid, lambda: _crowd(url, _IDLE, b"")),
        _attacked(f"{_HALF} half-sent headers", url, pid, lambda: _crowd(url, _HALF, b"GET / HTTP/1.1\r\nX-")),
    ]
    sys.stdout.write("| attack | what came of it | memory before | at most | `/salud` median | at most | refused |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    sys.stdout.write("\n".join(rows) + "\n")


def _attacked(what: str, url: str, pid: int, attack: Callable[[], str]) -> str:
    before = _megabytes(pid)
    with _watched(url, pid) as (memory, asked):
        told = attack()
    salud, refused = [one for one in asked if one is not None], asked.count(None)
    took = f"{statistics.median(salud) * 1000:.0f} ms | {max(salud) * 1000:.0f} ms" if salud else "none | none"
    took = f"{took} | {refused} of {len(asked)}"
    return f"| {what} | {told} | {before} MB | {max(memory, default=before)} MB | {took} |"


@contextmanager
def _watched(url: str, pid: int) -> Iterator[tuple[list[int], list[float | None]]]:
    """Memory, and how long /salud takes, for as long as the block lasts."""
    memory: list[int] = []
    salud: list[float | None] = []
    over = threading.Event()

    def look(work: Callable[[], None]) -> None:
        while not over.wait(_LOOK_SECONDS):
            work()

    def ask() -> None:
        begun = time.perf_counter()
        try:
            requests.get(f"{url}/salud", timeout=_LONGEST_SECONDS)
        except requests.RequestException:
            salud.append(None)
        else:
            salud.append(time.perf_counter() - begun)

    works: list[Callable[[], None]] = [lambda: memory.append(_megabytes(pid)), ask]
    threads = [threading.Thread(target=look, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield memory, salud
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _megabytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def _guess(url: str, names: list[str], hands: int) -> Counter[int]:
    first = requests.get(f"{url}/ingreso", timeout=_LONGEST_SECONDS)
    form, cookies = {"csrf": _token(first.text), "clave": "equivocada-1"}, first.cookies.get_dict()

    def guess(name: str) -> int:
        data = {**form, "asesor": name}
        return requests.post(f"{url}/ingreso", data=data, cookies=cookies, timeout=4 * _LONGEST_SECONDS).status_code

    with ThreadPoolExecutor(hands) as pool:
        return Counter(pool.map(guess, names))


def _at_once(url: str) -> str:
    told = _guess(url, ["ana"] * _AT_ONCE, _AT_ONCE)
    return f"{told[401]} looked at, {told[429]} told to wait"


def _names(url: str) -> str:
    told = _guess(url, [f"nombre{number}" for number in range(_NAMES)], 2)
    return f"{told[401]} looked at, {told[429]} told to wait"


def _crowd(url: str, cuantas: int, sent: bytes) -> str:
    place = urlsplit(url)
    crowd = []
    for _ in range(cuantas):
        one = socket.create_connection((str(place.hostname), place.port or 0), timeout=_LONGEST_SECONDS)
        one.sendall(sent)
        crowd.append(one)
    threading.Event().wait(20)
    left = sum(_is_open(one) for one in crowd)
    for one in crowd:
        one.close()
    return f"{left} still open after 20 s"


def _is_open(one: socket.socket) -> bool:
    one.settimeout(0)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


if __name__ == "__main__":
    raise SystemExit(main())
