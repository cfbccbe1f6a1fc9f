"""Where a worker of pytest-xdist was when its process died: told at the end, beside the failure that names only the test."""

import faulthandler
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from xdist.workermanage import WorkerController

_ABIERTO = pytest.StashKey[ExitStack]()
_CARPETA = pytest.StashKey[Path]()
_DADA = "caidas"


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """After pytest's own fault handler, whose words a parallel run loses among those of the tests."""
    opened = config.stash[_ABIERTO] = ExitStack()
    worker = getattr(config, "workerinput", None)
    if worker is None:
        config.stash[_CARPETA] = Path(opened.enter_context(TemporaryDirectory(prefix="caidas-")))
    else:
        archivo = Path(worker[_DADA]) / worker["workerid"]
        faulthandler.enable(opened.enter_context(archivo.open("w", encoding="utf-8")))
        opened.callback(faulthandler.disable)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput[_DADA] = str(node.config.stash[_CARPETA])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for archivo in sorted(config.stash[_CARPETA].iterdir()):
        if trace := archivo.read_text(encoding="utf-8", errors="replace"):
            terminalreporter.section(f"where {archivo.name} died")
            terminalreporter.write_line(trace)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_ABIERTO].close()
