"""A mail server of the test's own: Dovecot, which `scripts/preparar pruebas` installs, on a free port, by TLS."""

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from imapclient import IMAPClient
from pydantic import SecretStr

from robot.settings import CorreoSettings
from tests.paciencia import eventually

CLAVE = "Buzon2026"
USUARIO = "solicitudes"
_NOBODY = 65534


@dataclass(frozen=True)
class BuzonDePrueba:
    """The mailbox, what people put into it, and what is in it by now."""

    puerto: int
    autoridad: Path
    restart: Callable[[], None]
    """Has the server go, whatever it is at, and come back with what it had kept."""

    @property
    def ajustes(self) -> CorreoSettings:
        return CorreoSettings(
            servidor="localhost",
            puerto=self.puerto,
            usuario=USUARIO,
            clave=SecretStr(CLAVE),
            autoridad=self.autoridad,
            maximo_kib=16,
        )

    @contextmanager
    def opened(self, carpeta: str = "INBOX") -> Iterator[IMAPClient]:
        with IMAPClient("localhost", self.puerto, ssl_context=_trusting(self.autoridad)) as client:
            client.login(USUARIO, CLAVE)
            client.select_folder(carpeta)
            yield client

    def deliver(self, *messages: bytes) -> None:
        with self.opened() as client:
            for message in messages:
                client.append("INBOX", message)

    def flags(self, carpeta: str = "INBOX") -> list[set[bytes]]:
        """Of each message, in order."""
        with self.opened(carpeta) as client:
            found = client.fetch(client.search(), ["FLAGS"])
            return [set(found[uid][b"FLAGS"]) - {b"\\Recent"} for uid in sorted(found)]


def _trusting(autoridad: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(autoridad))


def find_dovecot() -> str | None:
    """The server's program, if it is installed."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


def require_dovecot() -> str:
    """The server's program; the test is skipped where it is not installed, and fails where all is to be there."""
    found = find_dovecot()
    if found is None:
        reason = "this machine has no Dovecot; scripts/preparar pruebas installs it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


@contextmanager
def running_mailbox() -> Iterator[BuzonDePrueba]:
    """A mailbox with nothing in it, in a folder that whoever its mail belongs to may enter: pytest's own it may not."""
    dovecot = require_dovecot()
    with (
        tempfile.TemporaryDirectory(prefix="buzon-", ignore_cleanup_errors=True) as name,
        _served(dovecot, Path(name)) as buzon,
    ):
        yield buzon


@contextmanager
def _served(dovecot: str, folder: Path) -> Iterator[BuzonDePrueba]:
    authority = trustme.CA()
    autoridad, own = folder / "autoridad.pem", folder / "servidor.pem"
    authority.cert_pem.write_to_path(str(autoridad))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(own))
    with socket.create_server(("127.0.0.1", 0)) as free:
        puerto = int(free.getsockname()[1])
    config = folder / "dovecot.conf"
    config.write_text(_configuration(folder, own, puerto), encoding="utf-8")
    command, log = [dovecot, "-F", "-c", str(config)], folder / "log"
    running = [_started(command, puerto, log)]

    def restart() -> None:
        _end(running.pop())
        running.append(_started(command, puerto, log))

    try:
        yield BuzonDePrueba(puerto, autoridad, restart)
    finally:
        for process in running:
            _end(process)


def _started(command: Sequence[str], puerto: int, log: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    eventually(lambda: process.poll() is not None or _answers(puerto))
    assert process.poll() is None, log.read_text(encoding="utf-8")
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def _answers(puerto: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", puerto), 1).close()
    except OSError:
        return False
    return True


def _configuration(folder: Path, own: Path, puerto: int) -> str:
    """As root, mail belongs to nobody; else everything runs as whoever tests."""
    as_root = os.getuid() == 0
    uid, gid = (_NOBODY, _NOBODY) if as_root else (os.getuid(), os.getgid())
    home = folder / "casa"
    home.mkdir()
    if as_root:
        os.chown(home, uid, gid)
        folder.chmod(0o711)
    lines: Sequence[str] = [
        f"base_dir = {folder}/base",
        f"state_dir = {folder}/base",
        f"log_path = {folder}/log",
        "protocols = imap",
        "listen = 127.0.0.1",
        "ssl = required",
        f"ssl_cert = <{own}",
        f"ssl_key = <{own}",
        f"mail_location = maildir:{home}/Maildir",
        "first_valid_uid = 1",
        "first_valid_gid = 1",
        *([] if as_root else [f"default_internal_user = {_name()}", f"default_login_user = {_name()}"]),
        f"passdb {{\n driver = static\n args = password={CLAVE}\n}}",
        f"userdb {{\n driver = static\n args = uid={uid} gid={gid} home={home}\n}}",
        "service anvil {\n chroot =\n}",
        f"service imap-login {{\n chroot =\n inet_listener imap {{\n port = 0\n }}\n"
        f" inet_listener imaps {{\n port = {puerto}\n ssl = yes\n }}\n}}",
    ]
    return "\n".join([*lines, ""])


def _name() -> str:
    return pwd.getpwuid(os.getuid()).pw_name
