"""A CUPS of the test's own with a printer that speaks IPP: Debian's `cupsd` and `ippeveprinter` as ordinary processes.

The printer hands every job that it prints to a command of the test, so that what came out can be read.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from robot.copias.printer import Cola
from robot.settings import PREFIX, ImpresionSettings
from tests.paciencia import eventually, patience

IMPRESORA = "mostrador"
_PROGRAMS = ("cupsd", "ippeveprinter", "dbus-daemon", "lpadmin")
_TYPES = ("application/pdf", "image/pwg-raster", "image/urf")
_ANY_PRINTER = (
    "text printer-make-and-model Rollo",
    "rangeOfInteger copies-supported 1-99",
    *(f"integer media-{side}-margin-supported 0" for side in ("bottom", "left", "right", "top")),
    "keyword print-color-mode-supported monochrome",
    "keyword print-color-mode-default monochrome",
    "resolution printer-resolution-default 203dpi",
    "resolution printer-resolution-supported 203dpi",
    "resolution pwg-raster-document-resolution-supported 203dpi",
    "keyword pwg-raster-document-type-supported black_1,sgray_8",
    "keyword urf-supported CP1,W8,RS203,V1.4",
    "keyword sides-supported one-sided",
    "keyword sides-default one-sided",
)
_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

_CUPS_FILES = """
ServerRoot {f}/etc
ServerBin /usr/lib/cups
DataDir /usr/share/cups
RequestRoot {f}/spool
CacheDir {f}/cache
StateDir {f}/run
TempDir {f}/spool/tmp
AccessLog {f}/log/access
ErrorLog {f}/log/error
PageLog {f}/log/page
SystemGroup root
Sandboxing relaxed
"""
# What it has taken is written down at once; by default it takes half a minute, see `Cups.forget`.
_CUPSD = """
Listen {f}/run/cups.sock
Browsing Off
WebInterface No
DirtyCleanInterval 0
JobRetryInterval 1
LogLevel warn
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI Hold-Job Release-Job Restart-Job Purge-Jobs Cancel-Job Close-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_DBUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={f}/run/dbus.sock</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
_PRINT = """#!/bin/sh
# What a job was given is written before the paper, so that whoever sees the paper can read it.
while [ -e {f}/sin-papel ]; do
  echo "STATE: +media-empty-error" >&2
  sleep 0.1
done
echo "STATE: -media-empty-error" >&2
[ -e {f}/se-cancela ] && exit 1
out=$(mktemp {f}/papel/"$IPP_JOB_NAME".XXXXXX)
env | grep ^IPP_ > "$out.dicho"
cp "$1" "$out"
"""


def find_program(name: str) -> str | None:
    return shutil.which(name, path=_PLACES)


def missing() -> str | None:
    """What this machine lacks to print; nothing if it can."""
    return next((name for name in _PROGRAMS if find_program(name) is None), None)


@dataclass(frozen=True)
class Papel:
    """What came out of the printer: of which job, what the printer had been told, and the sheets."""

    trabajo: str
    dicho: Mapping[str, str]
    archivo: Path


class Cups:
    """The server, its queue `IMPRESORA`, and the printer behind it, each of which can be stopped, killed and started again."""

    def __init__(self, folder: Path, *, medios: Sequence[str] = ()) -> None:
        self._folder = folder
        self._medios = medios
        self._port = _free_port()
        self._papel = folder / "papel"
        for name in ("etc", "spool/tmp", "cache", "run", "log", "papel", "impresora"):
            (folder / name).mkdir(parents=True)
        for name in (".", "spool", "spool/tmp", "run", "papel"):
            (folder / name).chmod(0o777 if name == "papel" else 0o755)
        command = folder / "imprime"
        command.write_text(_PRINT.format(f=folder), encoding="utf-8")
        command.chmod(0o755)
        self._write("etc/cups-files.conf", _CUPS_FILES)
        self._write("etc/cupsd.conf", _CUPSD)
        self._write("etc/dbus.conf", _DBUS)
        self._bus = self._run("dbus-daemon", f"--config-file={folder}/etc/dbus.conf", "--nofork", "--nopidfile")
        eventually((folder / "run/dbus.sock").exists, pause=0.02)
        self._printer: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self.turn_on()
        self.start()
        self.admin("lpadmin", "-p", IMPRESORA, "-E", "-v", self.equipo, "-m", "everywhere")
        cola = Cola(IMPRESORA, ImpresionSettings(servidor=self.servidor))
        eventually(lambda: bool(cola.state().medios), pause=0.02)  # the queue asks the printer what it can do

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text.replace("{f}", str(self._folder)), encoding="utf-8")

    @property
    def equipo(self) -> str:
        return f"ipp://127.0.0.1:{self._port}/ipp/print"

    @property
    def servidor(self) -> str:
        return str(self._folder / "run/cups.sock")

    @property
    def environment(self) -> Mapping[str, str]:
        """What points a robot to the queue."""
        return {PREFIX + "IMPRESION__IMPRESORA": IMPRESORA, PREFIX + "IMPRESION__SERVIDOR": self.servidor}

    def _run(self, name: str, *options: str) -> "subprocess.Popen[bytes]":
        program = find_program(name)
        assert program is not None
        return subprocess.Popen(
            [program, *options], env=self._env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _env(self) -> dict[str, str]:
        bus = f"unix:path={self._folder}/run/dbus.sock"
        return {**os.environ, "PATH": _PLACES, "CUPS_SERVER": self.servidor, "DBUS_SYSTEM_BUS_ADDRESS": bus}

    def admin(self, *command: str) -> None:
        """One of CUPS's own commands: cupsdisable, cupsreject, cancel …"""
        program = find_program(command[0])
        assert program is not None
        subprocess.run([program, *command[1:]], env=self._env(), check=True, capture_output=True, timeout=patience())

    def start(self) -> None:
        """Returns when the server answers."""
        where = ("-c", f"{self._folder}/etc/cupsd.conf", "-s", f"{self._folder}/etc/cups-files.conf")
        self._server = self._run("cupsd", "-f", *where)
        eventually(lambda: _answers(self.servidor), pause=0.02)

    def kill(self) -> None:
        """As a power cut does."""
        _kill(self._server)

    def forget(self) -> None:
        """Die as `kill` does, within the time in which CUPS has not yet written down what it has taken."""
        self.kill()
        for one in (*(self._folder / "spool").glob("[cd]*"), *(self._folder / "cache").glob("job.cache*")):
            one.unlink()

    def turn_on(self) -> None:
        options = ["-k", "-r", "off", "-p", str(self._port), "-d", str(self._folder / "impresora")]
        command = str(self._folder / "imprime")
        # What is told in a file is told there alone.
        known = ["-a", self._medios_file()] if self._medios else ["-f", ",".join(_TYPES), "-s", "600"]
        self._printer = self._run("ippeveprinter", *options, *known, "-c", command, "Mostrador")
        eventually(lambda: _answers(("127.0.0.1", self._port)), pause=0.02)

    def turn_off(self) -> None:
        _kill(self._printer)

    def _medios_file(self) -> str:
        archivo = self._folder / "etc/impresora.conf"
        archivo.write_text(_as_a_printer_tells(self._medios), encoding="ascii")
        return str(archivo)

    def take_paper(self) -> None:
        (self._folder / "sin-papel").touch()

    def put_paper(self) -> None:
        (self._folder / "sin-papel").unlink()

    def cancel_at_the_printer(self) -> None:
        """Whoever stands before it ends every job from now on."""
        (self._folder / "se-cancela").touch()

    @property
    def papeles(self) -> list[Papel]:
        """What has come out, by job."""
        return [
            Papel(one.name.rpartition(".")[0], _told(one.with_name(one.name + ".dicho")), one)
            for one in sorted(self._papel.glob("[!.]*"))
            if one.suffix != ".dicho" and one.stat().st_size
        ]

    def end(self) -> None:
        for process in (self._server, self._printer, self._bus):
            _kill(process)


def _as_a_printer_tells(medios: Sequence[str]) -> str:
    """Sizes by their names, in millimetres, and the range from `custom_min` to `custom_max`, as `ippeveprinter` reads them."""
    measured = {one: [f"{100 * int(side)}" for side in re.findall(r"\d+", one)] for one in medios}
    least, most = (
        next((measured[one] for one in medios if one.startswith(f"custom_{end}_")), []) for end in ("min", "max")
    )
    fixed = [one for one in medios if not one.startswith("custom_")]
    sizes = ["integer x-dimension {} MEMBER integer y-dimension {}".format(*measured[one]) for one in fixed]
    if least:
        ranges = "-".join((least[0], most[0])), "-".join((least[1], most[1]))
        sizes.append("rangeOfInteger x-dimension {} MEMBER rangeOfInteger y-dimension {}".format(*ranges))
    database = ",".join(f"{{ MEMBER collection media-size {{ MEMBER {one} }} }}" for one in sizes)
    supported = ",".join(f"{{ MEMBER {one} }}" for one in sizes)
    lines = (
        *_ANY_PRINTER,
        f"mimeMediaType document-format-supported {','.join(_TYPES)}",
        f"keyword media-supported {','.join(medios)}",
        f"keyword media-ready {fixed[0]}",
        f"keyword media-default {fixed[0]}",
        f"collection media-col-default {{ MEMBER collection media-size {{ MEMBER {sizes[0]} }} }}",
        f"collection media-col-database {database}",
        f"collection media-size-supported {supported}",
    )
    return "".join(f"ATTR {one}\n" for one in lines)


def _told(archivo: Path) -> Mapping[str, str]:
    lines = (line.partition("=") for line in archivo.read_text(encoding="utf-8").splitlines())
    return {name: value for name, _, value in lines}


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is not None and process.poll() is None:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=patience())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answers(where: str | tuple[str, int]) -> bool:
    family = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as asking:
        return asking.connect_ex(where) == 0


@contextmanager
def running_cups(*, medios: Sequence[str] = ()) -> Iterator[Cups]:
    """A server with an empty queue and a printer that is on, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="cups-", ignore_cleanup_errors=True) as name:
        server = Cups(Path(name), medios=medios)
        try:
            yield server
        finally:
            server.end()
