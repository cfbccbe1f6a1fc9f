"""What a process and all that it has started weigh: memory, processor, handles; read from /proc, so on Linux only."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

_CLASES = {"--type=renderer": "página", "--type=": "navegador", "--headless": "navegador", "run-driver": "driver"}


def family(pid: int) -> Iterator[int]:
    """A process and those that it and they have started."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from family(int(child))


def _rollup(pid: int, line: str) -> float:
    """Megabytes that a line of the kernel's summary tells."""
    summary = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return next(int(one.split()[1]) / 1024 for one in summary.splitlines() if one.startswith(f"{line}:"))


def pss_of_family(pid: int) -> float:
    """Megabytes of a process and all that it has started; of what is shared with others, their part."""
    return sum(_rollup(one, "Pss") for one in family(pid))


def own_by_kind(pid: int) -> Mapping[str, float]:
    """Megabytes of worker, driver, browser and its pages that are no file's: what grows, whoever else runs the same programs."""
    weights: dict[str, float] = defaultdict(float)
    for one in family(pid):
        weights[_kind(one)] += _rollup(one, "Pss_Anon")
    return weights


def _kind(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return next((clase for part, clase in _CLASES.items() if part in command), "trabajador")


def handles(pid: int) -> int:
    """Open files and connections of a process and all that it has started."""
    return sum(1 for one in family(pid) for _ in Path(f"/proc/{one}/fd").iterdir())


def cpu_seconds(pid: int) -> float:
    """Of a process, and of those that it has started and that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def cpu_of_family(pid: int) -> float:
    return sum(map(cpu_seconds, family(pid)))


def busy_seconds() -> float:
    """Of all cores together, since the machine was started."""
    user, nice, system, _, __, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
