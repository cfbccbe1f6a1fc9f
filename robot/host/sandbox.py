"""Whether this system lets a browser lock its own pages in (its «caja de arena»): looked at, not tried out on the browser."""

import functools
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_UNSHARE = """
import ctypes
NEW_USER, NEW_PID, NEW_NET = 0x10000000, 0x20000000, 0x40000000
raise SystemExit(ctypes.CDLL(None).unshare(NEW_USER | NEW_PID | NEW_NET) != 0)
"""
"""What Chromium does first. All three at once: some systems grant the first alone, and then nothing may be done in it."""
_HELPERS = ("/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome", "/opt/microsoft/msedge")
_HELPER_NAMES = ("chrome-sandbox", "msedge-sandbox")
_PROCESS = Path("/proc/self/status")


def hindrance(ejecutable: Path) -> str:
    """Why the browser cannot have its sandbox here, in Spanish; blank where it can."""
    if sys.platform != "linux":
        return ""
    if os.geteuid() == 0:
        return "el robot corre como root; córralo con un usuario propio"
    if _grants_namespaces() or _has_helper(ejecutable):
        return ""
    return "el sistema no permite espacios de nombres de usuario (user namespaces); pida que los permitan"


@functools.cache
def _grants_namespaces() -> bool:
    """Tried by a process of its own: limits, seccomp and AppArmor all have their say, and no file tells of all of them."""
    tried = subprocess.run([sys.executable, "-I", "-S", "-c", _UNSHARE], capture_output=True, check=False)  # noqa: S603  # our own words
    return tried.returncode == 0


def _has_helper(ejecutable: Path) -> bool:
    """Whether the browser brings the program that root lets do it, and this process may still be let by root."""
    if "NoNewPrivs:\t1" in _PROCESS.read_text(encoding="ascii", errors="replace"):
        return False
    return any(_is_roots(one) for one in _helpers(ejecutable))


def _helpers(ejecutable: Path) -> Iterator[Path]:
    if named := os.environ.get("CHROME_DEVEL_SANDBOX"):
        yield Path(named)
    for folder in (ejecutable.resolve().parent, *map(Path, _HELPERS)):
        yield from (folder / name for name in _HELPER_NAMES)


def _is_roots(helper: Path) -> bool:
    try:
        found = helper.stat()
    except OSError:
        return False
    return found.st_uid == 0 and bool(found.st_mode & stat.S_ISUID)
