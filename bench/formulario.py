"""What the intake form costs: `python -m bench.formulario`, a table on stdout.

First page and Bandeja (server time, as a client on the same machine sees it), from Radicar to the first moving step, and the
CPU of fifty open progress pages.
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import requests

from fixtures.procesos import Mock, MockGoogle, running

_CLAVE = "Formulario#2026"
_PAGES = 50
_WATCHED_SECONDS = 10.0
_TIMES = 60
_TYPING_SECONDS = 2.0
"""Nobody hands in the next solicitud in the instant in which the last one ended."""


def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        running("fixtures.mock_serviweb") as serviweb,
        running("fixtures.mock_google") as google,
    ):
        environment = _environment(Path(folder), serviweb, google)
        add = [sys.executable, "-m", "robot", "asesor", "agregar", "ana", "--nombre", "Ana Torres"]
        typed = f"{_CLAVE}\nClave#2026\n"
        subprocess.run([*add, "--usuario-serviweb", "asesor1"], env=environment, input=typed, text=True, check=True)
        command = [sys.executable, "-m", "robot", "servir", "--puerto", "0"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None  # it was asked for
            url = process.stderr.readline().split()[2].rstrip("/")
            try:
                _report(url, Mock(serviweb), process.pid)
            finally:
                process.terminate()
    return 0


def _environment(folder: Path, serviweb: str, google: str) -> dict[str, str]:
    key = folder / "google.json"
    key.write_text(json.dumps(MockGoogle(google).credentials()), encoding="utf-8")
    (folder / "secretos").mkdir(mode=0o700)
    return {
        **os.environ,
        "SERVIWEB_ROBOT_DATOS": str(folder / "datos"),
        "SERVIWEB_ROBOT_SECRETOS": str(folder / "secretos"),
        "SERVIWEB_ROBOT_SERVIWEB__URL": serviweb,
        "SERVIWEB_ROBOT_GOOGLE__API": google,
        "SERVIWEB_ROBOT_GOOGLE__CREDENCIALES": str(key),
    }


def _report(url: str, serviweb: Mock, pid: int) -> None:
    client = requests.Session()
    token = _token(client.get(f"{url}/ingreso", timeout=10).text)
    client.post(f"{url}/ingreso", data={"csrf": token, "asesor": "ana", "clave": _CLAVE}, timeout=10)
    rows = [
        ("Nueva solicitud, whole page", _timed(lambda: client.get(f"{url}/solicitudes/nueva", timeout=10))),
        ("Bandeja, whole page", _timed(lambda: client.get(f"{url}/solicitudes", timeout=10))),
        ("Radicar to the first moving step, warm", _first_steps(client, url)),
    ]
    out = [
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "",
    ]
    out += ["| what | median | min | max |", "|---|---|---|---|"]
    for what, values in rows:
        out.append(f"| {what} | {statistics.median(values):.0f} ms | {min(values):.0f} ms | {max(values):.0f} ms |")
    share = _fifty_pages(client, url, serviweb, pid)
    out.append(f"| {_PAGES} open progress pages, share of one core | {share:.1%} | | |")
    sys.stdout.write("\n".join(out) + "\n")


def _token(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    return found[1] if found else ""


def _timed(work: Callable[[], object]) -> list[float]:
    values = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        work()
        values.append((time.perf_counter() - begun) * 1000)
    return values


def _filled(client: requests.Session, url: str, number: int) -> dict[str, str]:
    form = client.get(f"{url}/solicitudes/nueva", timeout=10).text
    number_of_form = re.search(r'name="formulario" value="([^"]+)"', form)
    return {
        "csrf": _token(form),
        "formulario": number_of_form[1] if number_of_form else "",
        "suscriptor": f"{1001 + 7 * number:06d}",
        "cedula": "40765123",
        "nombre": "Rosa Muñoz",
        "celular": "3105550101",
        "solicitud": "Sale agua del piso.",
        "otra_visita": "si",
    }


def _hand_in(client: requests.Session, url: str, data: dict[str, str]) -> str:
    answer = client.post(f"{url}/solicitudes", data=data, allow_redirects=False, timeout=20)
    return url + answer.headers["location"]


def _events(client: requests.Session, address: str) -> requests.Response:
    return client.get(f"{address}/eventos", stream=True, timeout=60)


def _first_steps(client: requests.Session, url: str) -> list[float]:
    values = []
    for number in range(1, 7):
        data = _filled(client, url, number)
        threading.Event().wait(_TYPING_SECONDS)
        begun = time.perf_counter()
        address = _hand_in(client, url, data)
        with _events(client, address) as stream:
            lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
            next(line for line in lines if "en-curso" in line and "pasos" not in line)
            values.append((time.perf_counter() - begun) * 1000)
            next(line for line in lines if line.startswith("event: fin"))
    return values[1:]


def _fifty_pages(client: requests.Session, url: str, serviweb: Mock, pid: int) -> float:
    """Of one solicitud that does not move on, so that the pages alone cost."""
    serviweb.faults(espera_antes={"veces": -1, "segundos": 40})
    address = _hand_in(client, url, _filled(client, url, 8))
    streams = [_events(client, address) for _ in range(_PAGES)]
    pause = threading.Event()
    pause.wait(2)
    before, begun = _cpu_seconds(pid), time.perf_counter()
    pause.wait(_WATCHED_SECONDS)
    share = (_cpu_seconds(pid) - before) / (time.perf_counter() - begun)
    for stream in streams:
        stream.close()
    serviweb.faults()
    return share


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    raise SystemExit(main())
