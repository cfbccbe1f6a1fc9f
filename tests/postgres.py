"""A Postgres of the test's own: Debian's binaries, a user that is not root, nothing left behind."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from robot.settings import PREFIX
from tests.paciencia import patience

_USER = "postgres"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version first."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    on_path = shutil.which("initdb")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent)
    return next((one for one in places if (one / "initdb").is_file()), None)


def _as_user(command: Sequence[str]) -> list[str]:
    """Postgres refuses to run as root."""
    return ["runuser", "-u", _USER, "--", *command] if os.geteuid() == 0 else [*command]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Postgres:
    """A server that can be killed and started again with what it had committed.

    Args:
        en: what runs a command on the machine where the server is to be, put before it; here, if nothing.
        host: the address of that machine.
    """

    def __init__(self, binaries: Path, folder: Path, *, en: Sequence[str] = (), host: str = "127.0.0.1") -> None:
        self._binaries = binaries
        self._en = en
        self._host = host
        self._port = _free_port()
        self._data = folder / "data"
        self._server: subprocess.Popen[bytes] | None = None
        self._create(folder)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://robot@{self._host}:{self._port}/postgres"

    @property
    def pid(self) -> int:
        """The process above all others of the server."""
        return int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def _create(self, folder: Path) -> None:
        folder.chmod(0o755)
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self._data, _USER, _USER)
        create = ["initdb", "-D", str(self._data), "-U", "robot", "--auth=trust", "--no-sync", "-E", "UTF8"]
        self._run(*create, check=True)
        with (self._data / "pg_hba.conf").open("a", encoding="ascii") as rules:
            rules.write("host all all samenet trust\n")

    def _run(self, program: str, *options: str, check: bool = False) -> int:
        command = _as_user([str(self._binaries / program), *options])
        return subprocess.run(command, check=check, capture_output=True, cwd="/").returncode

    def start(self) -> None:
        """Start the server; returns when it answers.

        Raises:
            RuntimeError: it does not.
        """
        options = ["-h", self._host, "-p", str(self._port), "-k", "", "-F", "-N", "200"]
        self._server = subprocess.Popen(
            [*self._en, *_as_user([str(self._binaries / "postgres"), "-D", str(self._data), *options])],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self._run("pg_isready", "-h", self._host, "-p", str(self._port), "-t", "1") != 0:
            if self._server.poll() is not None:
                raise RuntimeError("Postgres did not start")

    def kill(self) -> None:
        """As a power cut does: every process of it at once."""
        postmaster = self.pid
        for one in (postmaster, *_children(postmaster)):
            os.kill(one, signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        self._wait()

    def _wait(self) -> None:
        if self._server is not None:
            self._server.wait(timeout=patience())


def on_postgres(environment: Mapping[str, str], postgres: Postgres, **changes: str) -> Mapping[str, str]:
    """The environment of a robot that shares that database with others and relieves those that are silent for two seconds."""
    return {
        **environment,
        PREFIX + "MOTOR__BASE_DE_DATOS": postgres.url,
        PREFIX + "MOTOR__LLAVE": Fernet.generate_key().decode(),
        PREFIX + "MOTOR__RELEVO_SEGUNDOS": "2",
        PREFIX + "SERVIWEB__PLAZO_CONFIRMACION_SEGUNDOS": "15",
        **{PREFIX + name: value for name, value in changes.items()},
    }


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


@contextmanager
def running_postgres(binaries: Path, *, en: Sequence[str] = (), host: str = "127.0.0.1") -> Iterator[Postgres]:
    """An empty database, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        server = Postgres(binaries, Path(name), en=en, host=host)
        try:
            yield server
        finally:
            server.stop()
