"""A storm over a real queue: robots killed and frozen while they print, people who ask at once, a printer that stops."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from robot.models import EstadoImpresion, Solicitud
from robot.paper import Seguidor
from tests.cups import IMPRESORA
from tests.engine.conftest import ROOT
from tests.paciencia import eventually
from tests.papel.impresor import done
from tests.papel.mostrador import Mostrador

_AT_ONCE = 4
_PAPERS = {EstadoImpresion.IMPRESA: (1,), EstadoImpresion.NO_IMPRESA: (0,)}
_TOLD = (0, 1)
"""Of what the ledger does not know, a person is told to look."""


class Tormenta:
    """Processes that print what is not done yet; each is hit some moments after it began."""

    def __init__(self, m: Mostrador, environment: Mapping[str, str], hechas: Path, referencias: Sequence[str]) -> None:
        self._environment = {**environment, **m.cups.environment, "PYTHONPATH": str(ROOT)}
        self._command = [
            sys.executable,
            "-m",
            "tests.papel.impresor",
            str(hechas),
            str(m.documento.archivo),
            *referencias,
        ]
        self._hechas = hechas
        self._chance = random.Random(19)  # noqa: S311  # a storm that can be had again
        self.hits: Counter[str] = Counter()

    def hit(self) -> None:
        """Start one, and kill it while it is at work; or freeze it there, have another one take over, and let it go on."""
        first = self._start()
        assert first.stdout is not None
        first.stdout.readline()
        self._let_work(0.4)
        if self._chance.random() < 0.4:
            self.hits["congelado"] += 1
            first.send_signal(signal.SIGSTOP)
            relief = self._start()
            self._let_work(1.5)  # not for long: it may have the database locked, which on SQLite makes everybody wait
            first.send_signal(signal.SIGCONT)
            self._let_work(0.4)
            self._kill(relief)
        self.hits["muerto"] += 1
        self._kill(first)

    def end(self) -> None:
        """One does in peace what is left."""
        last = self._start()
        last.communicate()
        assert last.returncode == 0

    def _start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(self._command, env=self._environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def _let_work(self, most: float) -> None:
        """For a moment, which a busy machine may stretch, but for no more than a few papers: the storm is to strike often."""
        until = time.monotonic() + self._chance.uniform(most / 4, most)
        enough = len(done(self._hechas)) + _AT_ONCE
        while time.monotonic() < until and len(done(self._hechas)) < enough:
            threading.Event().wait(0.02)

    def _kill(self, process: "subprocess.Popen[str]") -> None:
        process.kill()
        process.communicate()


def _troubles(m: Mostrador, over: threading.Event) -> None:
    """The printer is without paper, or its queue stands, again and again."""
    while not over.wait(2):
        m.cups.take_paper()
        over.wait(1.5)
        m.cups.put_paper()
        m.cups.admin("cupsdisable", "--hold", IMPRESORA)  # without it CUPS begins the job of the moment again
        over.wait(1)
        m.cups.admin("cupsenable", "--release", IMPRESORA)


@pytest.mark.larga
def test_in_a_storm_every_paper_comes_out_once_or_is_told(
    mostrador: Mostrador, environment: Mapping[str, str], solicitud: Callable[..., Solicitud], tmp_path: Path
) -> None:
    m, hechas, over = mostrador, tmp_path / "hechas", threading.Event()
    accept = m.ventanilla.accept
    referencias = [accept(solicitud(), quien="ana", otra=True) for _ in range(40)]
    storm = Tormenta(m, {**os.environ, **environment}, hechas, referencias)
    follower = Seguidor(m.ventanilla.papel)
    follower.start()
    troubles = threading.Thread(target=_troubles, args=(m, over))
    troubles.start()
    while len(done(hechas)) < len(referencias) and storm.hits.total() < 60:
        storm.hit()
    storm.end()
    over.set()
    troubles.join()
    ledger = m.ventanilla.registro.impresiones
    eventually(lambda: not any(line.abierta for one in referencias for line in ledger(one)), seconds=240)
    asked = referencias[:4]
    for one in asked:
        assert replace(m, referencia=one).ask_at_once(3) == 2
    eventually(lambda: not any(line.abierta for one in referencias for line in ledger(one)), seconds=60)
    follower.stop()
    came_out = Counter(paper.trabajo for paper in m.cups.papeles)
    wrong = {
        line.nombre: (line.estado.value, came_out[line.nombre])
        for one in referencias
        for line in ledger(one)
        if came_out[line.nombre] not in _PAPERS.get(line.estado, _TOLD)
    }
    assert wrong == {}
    twice = [line.nombre for one in referencias for line in ledger(one) if len(m.cola.named(line.nombre)) > 1]
    assert twice == []
    lines = [line for one in referencias for line in ledger(one)]
    assert set(came_out) <= {line.nombre for line in lines}
    by_itself = {
        line.referencia for line in lines if line.quien != "ana" and line.estado is not EstadoImpresion.NO_IMPRESA
    }
    assert by_itself == set(referencias)
    assert sum(line.quien == "ana" for line in lines) == len(asked)
    assert storm.hits.total() > 5, storm.hits
