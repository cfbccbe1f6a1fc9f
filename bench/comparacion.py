"""The robot and its peers, in turn, on the same mock: `python -m bench.comparacion`; on skins of toolkits with `--toolkits`.

Each contestant is a process that keeps its browser open and its user signed in, and files steps 3 to 12 of one solicitud when
its turn comes. Times are from the request to the radicado and to the document in hand.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path

from bench.entorno import CEDULA, CLAVE, Entorno, browser, machine, mocks
from bench.pares.con_playwright_en import GUIONES
from bench.peso import cpu_of_family

_ROOT = Path(__file__).resolve().parent.parent
_PARES = _ROOT / ".venv-pares" / "bin" / "python"
_BASE = "playwright"
_REST_SECONDS = 0.4
"""Between two turns, so that nobody is timed while another one's browser is still busy."""


@dataclass(frozen=True)
class Contendiente:
    """One column of the comparison: how it is called, and the process that it is."""

    clave: str
    nombre: str
    comando: tuple[str, ...]


def _ours(modulo: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.pares.{modulo}")


def _theirs(guion: str) -> tuple[str, ...]:
    return (str(_PARES), str(_ROOT / "bench" / "ajenos" / f"{guion}.py"))


CONTENDIENTES = (
    Contendiente("httpx", "bare requests (httpx)", _theirs("con_httpx")),
    Contendiente(_BASE, "raw Playwright", _ours("con_playwright")),
    Contendiente("selenium", "Selenium", _theirs("con_selenium")),
    Contendiente("robotframework", "Robot Framework Browser", _theirs("con_robot_framework")),
    Contendiente("robot", "robot: browser part, from the menu on", _ours("con_el_robot")),
    Contendiente("listo", "robot: browser part, form ready", _ours("con_el_robot_listo")),
    Contendiente("todo", "robot: whole job", _ours("con_todo")),
)


def on_toolkit(skin: str) -> tuple[Contendiente, ...]:
    """Who meets on a skin that a toolkit draws: a script for it, and the browser part of the robot."""
    script = Contendiente(_BASE, "raw Playwright", (*_ours("con_playwright_en"), skin))
    return (script, *(one for one in CONTENDIENTES if one.clave in {"robot", "listo"}))


@dataclass(frozen=True)
class Vuelta:
    """One solicitud of one contestant, in milliseconds.

    Attributes:
        cpu: of all its processes, with what it does while it rests: the next form, where it opens that.
    """

    radicado: float
    documento: float
    cpu: float = 0.0


class _Running:
    def __init__(self, contendiente: Contendiente, entorno: Entorno) -> None:
        self.contendiente = contendiente
        usuario = contendiente.clave
        arguments = ["--url", entorno.serviweb.url, "--usuario", usuario, "--navegador", str(browser())]
        variables = {
            **entorno.variables,
            "BENCH_CLAVE": CLAVE,
            "PYTHONPATH": os.pathsep.join(
                [str(_ROOT / "bench" / "pares")] if str(_PARES) in contendiente.comando else []
            ),
        }
        self._process = subprocess.Popen(
            [*contendiente.comando, *arguments],
            cwd=_ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip():
                answer: dict[str, float] = json.loads(line)
                return answer
        raise SystemExit(f"{self.contendiente.nombre} ended")

    @property
    def cpu_ms(self) -> float:
        return cpu_of_family(self._process.pid) * 1000

    def turn(self, suscriptor: str, words: str) -> Vuelta:
        assert self._process.stdin is not None
        pedido = {"suscriptor": suscriptor, "cedula": CEDULA, "observacion": words}
        self._process.stdin.write(json.dumps(pedido) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        return Vuelta(answer["ms_radicado"], answer["ms"])

    def close(self) -> None:
        self._process.communicate(timeout=60)


@contextmanager
def _all_running(chosen: Sequence[Contendiente], entorno: Entorno) -> Iterator[list[_Running]]:
    with ExitStack() as stack:
        running = []
        for contendiente in chosen:
            one = _Running(contendiente, entorno)
            stack.callback(one.close)
            running.append(one)
        yield running


Vueltas = dict[str, list[Vuelta]]


def compare(chosen: Sequence[Contendiente], latencia_ms: float, vueltas: int, skin: str = "classic") -> Vueltas:
    """Everybody's solicitudes, in turn, after two to warm up."""
    taken: Vueltas = {one.clave: [] for one in chosen}
    pause = threading.Event()
    with mocks(*(one.clave for one in CONTENDIENTES), skin=skin) as entorno, _all_running(chosen, entorno) as running:
        entorno.delay(latencia_ms)
        for number in range(vueltas + 2):
            for one in running:
                spent = one.cpu_ms
                vuelta = one.turn("001008", f"Banco de pruebas, vuelta {number}.")
                pause.wait(_REST_SECONDS + latencia_ms * 3 / 1000)
                if number >= 2:
                    taken[one.contendiente.clave].append(replace(vuelta, cpu=one.cpu_ms - spent))
        filed = len(entorno.serviweb.state()["tramites"])
    assert filed == (vueltas + 2) * len(chosen), "a bench in which somebody files nothing measures nothing"
    return taken


_MEASURED = attrgetter("radicado"), attrgetter("documento"), attrgetter("cpu")


def table(taken: Vueltas, title: str) -> str:
    """Markdown: medians with least and most, and the medians of the ratios to raw Playwright in the same round."""
    nombres = {one.clave: one.nombre for one in CONTENDIENTES}
    lines = [
        f"| {title} | to the radicado, ms | × | to the document, ms | × | CPU, ms | × |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for clave, vueltas in taken.items():
        base = taken.get(_BASE, vueltas)
        cells = (
            f"{_spread(list(map(of, vueltas)))} | {_ratio(list(map(of, vueltas)), list(map(of, base)))}"
            for of in _MEASURED
        )
        lines.append(f"| {nombres[clave]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def _ratio(values: Sequence[float], base: Sequence[float]) -> str:
    return f"{statistics.median(one / other for one, other in zip(values, base, strict=True)):.2f}"


def _rounds(given: argparse.Namespace, chosen: Sequence[Contendiente]) -> Iterator[tuple[str, Vueltas]]:
    """What was asked for, one table after the other, each with what it is of."""
    if given.toolkits is None:
        for latencia in given.latencias:
            yield f"{latencia:.0f} ms of latency", compare(chosen, latencia, given.vueltas)
    else:
        for skin in given.toolkits or GUIONES:
            yield f"`{skin}`", compare(on_toolkit(skin), 0, given.vueltas, skin)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vueltas", type=int, default=15, help="rounds that count")
    parser.add_argument("--latencias", type=float, nargs="*", default=[0, 100], help="of both systems, in ms")
    parser.add_argument("--solo", nargs="*", choices=[one.clave for one in CONTENDIENTES], help="only these")
    parser.add_argument(
        "--toolkits", nargs="*", choices=GUIONES, help="on these skins instead, all that a toolkit draws if none"
    )
    parser.add_argument("--json", type=Path, help="write every time there, too")
    given = parser.parse_args()
    chosen = [one for one in CONTENDIENTES if given.solo is None or one.clave in given.solo]
    if not _PARES.is_file():
        sys.stderr.write("without the tools of scripts/preparar-pares\n")
        chosen = [one for one in chosen if str(_PARES) not in one.comando]
    sys.stdout.write(
        f"{machine()}; medians of {given.vueltas} rounds (least–most), × raw Playwright in the same round.\n"
    )
    every = {}
    for title, taken in _rounds(given, chosen):
        every[title] = taken
        sys.stdout.write(f"\n{table(taken, title)}\n")
        sys.stdout.flush()
    if given.json is not None:
        plain = {
            title: {clave: [vars(one) for one in vueltas] for clave, vueltas in taken.items()}
            for title, taken in every.items()
        }
        given.json.write_text(json.dumps({"machine": machine(), "taken": plain}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
