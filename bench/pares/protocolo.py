"""How the bench speaks with a contestant: a process of its own that files one solicitud for each line it is given.

Needs nothing but the standard library: a contestant lives in the environment of its own tool.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Puesta:
    """Where a contestant works: address, user and password of Serviweb, and the browser's executable."""

    url: str
    usuario: str
    clave: str
    navegador: str


@dataclass(frozen=True)
class Pedido:
    """What is filed."""

    suscriptor: str
    cedula: str
    observacion: str


class Contendiente(Protocol):
    """Files solicitudes. Constructing it starts its browser and signs in."""

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        """Steps 3–12; tells the radicado as soon as it is read, and gives the document as a PDF (or what there is of it)."""

    def descansar(self) -> None:
        """What is done between two solicitudes, while nobody waits."""

    def cerrar(self) -> None: ...


def serve(make: Callable[[Puesta], Contendiente]) -> None:
    """Answer each line of stdin with one: the radicado, and the milliseconds from the line to it and to the document."""
    parser = argparse.ArgumentParser()
    for name in ("url", "usuario", "navegador"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    contendiente = make(Puesta(given.url, given.usuario, os.environ["BENCH_CLAVE"], given.navegador))
    _tell({"listo": True})
    for line in sys.stdin:
        pedido = Pedido(**json.loads(line))
        begun = time.perf_counter()
        seen: list[tuple[str, float]] = []
        document = contendiente.radicar(pedido, lambda radicado: seen.append((radicado, time.perf_counter())))  # noqa: B023  # called before the next turn
        ended = time.perf_counter()
        radicado, when = seen[0]
        _tell(
            {
                "radicado": radicado,
                "ms_radicado": (when - begun) * 1000,
                "ms": (ended - begun) * 1000,
                "bytes": len(document),
            }
        )
        contendiente.descansar()
    contendiente.cerrar()


def _tell(what: dict[str, object]) -> None:
    sys.__stdout__.write(json.dumps(what) + "\n")  # type: ignore[union-attr]  # a process of the bench has one
    sys.__stdout__.flush()  # type: ignore[union-attr]  # as above
