"""`make bench`: every table of docs/rendimiento.md, one after the other, on this machine."""

import subprocess
import sys

_TABLES = (
    ("The robot and its peers", "bench.comparacion"),
    ("What durability costs", "bench.durabilidad"),
    ("What a worker weighs", "bench.carga"),
    ("A day's work", "bench.jornada"),
    ("The intake form", "bench.formulario"),
    ("Before filing", "bench.vistazo"),
    ("A long record", "bench.registro"),
    ("Many by the API", "bench.api"),
    ("The intake form under attack", "bench.puerta"),
    ("Conciliación", "bench.conciliacion"),
)


def main() -> int:
    """Print them. Each has a command of its own, which takes arguments."""
    for title, module in _TABLES:
        sys.stdout.write(f"\n## {title}\n\n`python -m {module}`\n\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", module], check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
