"""A clock for processes, browsers too: this machine's and as many seconds as somebody says, while they run."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

_SOURCE = Path(__file__).with_suffix(".c")


class RelojDeProcesos:
    """The clock of the processes that have `variables`, and of those that they start.

    It starts as the clock of this process is, which somebody may have set in the same way.
    """

    def __init__(self, carpeta: Path) -> None:
        library = carpeta / "reloj.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, _SOURCE, "-ldl"], check=True)  # noqa: S607  # wherever it is
        self._archivo = carpeta / "reloj"
        self.variables = {"LD_PRELOAD": str(library), "RELOJ": str(self._archivo)}
        own = os.environ.get("RELOJ")
        self._ours = int(Path(own).read_text(encoding="ascii")) if own else 0
        self.jump(0)

    @staticmethod
    def is_possible() -> bool:
        return sys.platform == "linux" and shutil.which("cc") is not None

    def jump(self, seconds: int) -> None:
        """Set it so far ahead of ours; in place and at once: every process keeps the file open."""
        file = os.open(self._archivo, os.O_CREAT | os.O_WRONLY)
        os.pwrite(file, f"{self._ours + seconds:<12}".encode(), 0)
        os.close(file)

    def set_to(self, timestamp: float) -> None:
        """Set it to an instant, from which it runs on."""
        self.jump(round(timestamp - time.time()))
