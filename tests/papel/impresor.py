"""A process that does the last part of many runs, one after the other, and is killed or frozen in the middle of it.

`python -m tests.papel.impresor HECHAS COPIAS REFERENCIA…`: a referencia is done once it stands in the file HECHAS, as the engine
records a part; one that is not is done again by whoever comes next.
"""

import os
import sys
from pathlib import Path

from robot.copias.printer import Cola
from robot.flows.etapas import print_on_paper
from robot.intake import Ventanilla
from robot.models import DocumentoCopias
from robot.referencia import Referencia
from robot.settings import load_settings


def done(hechas: Path) -> set[str]:
    return set(hechas.read_text(encoding="ascii").split()) if hechas.exists() else set()


def _print_all(hechas: Path, copias: Path, referencias: list[str]) -> None:
    settings = load_settings()
    documento = DocumentoCopias(archivo=copias, sha256="0" * 64, copias=2, paginas=2)
    with Ventanilla(settings) as ventanilla:
        print("listo", flush=True)  # noqa: T201  # whoever started it waits for that
        for referencia in referencias:
            if referencia in done(hechas):
                continue
            execution = ventanilla.registro.take(Referencia(referencia), corrida=1, ejecutor=f"impresor-{os.getpid()}")
            if execution is not None:
                print_on_paper(documento, Cola(settings.impresion.impresora, settings.impresion), execution)
                with hechas.open("a", encoding="ascii") as kept:
                    kept.write(f"{referencia}\n")


if __name__ == "__main__":
    _print_all(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
