"""A Postgres of the test's own: Debian's binaries, a free loopback port, a user that is not root, nothing left behind."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USER = "postgres"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version first."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    on_path = shutil.which("initdb")
    if on_path is not None:
        places.append(Path(on_path).resolve().parent)
    return next((one for one in places if (one / "initdb").is_file()), None)


def _as_user(command: list[str]) -> list[str]:
    """Postgres refuses to run as root."""
    return ["runuser", "-u", _USER, "--", *command] if os.geteuid() == 0 else command


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """The URL of an empty database, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, _USER, _USER)
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "robot", "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(_as_user(initdb), check=True, capture_output=True, cwd="/")
        port = _free_port()
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
        server = subprocess.Popen(
            _as_user([str(binaries / "postgres"), "-D", str(data), *options]),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            ready = [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port), "-t", "1"]
            while subprocess.run(ready, check=False, capture_output=True).returncode != 0:
                if server.poll() is not None:
                    raise RuntimeError("Postgres did not start")
            yield f"postgresql://robot@127.0.0.1:{port}/postgres"
        finally:
            stop = [str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
            subprocess.run(_as_user(stop), check=False, capture_output=True, cwd="/")
            server.wait(timeout=20)
