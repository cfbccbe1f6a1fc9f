"""What is seen before filing: `python -m bench.vistazo`, a table on stdout.

How long a look-up takes whose session is open; and a solicitud of the asesor who types, without look-ups and with many of them.
"""

import itertools
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.entorno import CEDULA, CELULAR, NOMBRE, machine, mocks
from robot.engine import Motor
from robot.flows.vistazo import Que, Vistazo
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.settings import PREFIX, load_settings
from robot.work import follow
from robot.worker.vistazos import SinRespuesta, Vistazos

_ROUNDS = 8
_LOOKS = 20
_LONGEST_SECONDS = 300.0


def main() -> int:
    with mocks("ana", "mirador") as entorno:
        os.environ.update({**entorno.variables, PREFIX + "VISTAZO__ASESOR": "mirador"})
        os.environ[PREFIX + "VISTAZO__RECUERDA_MINUTOS"] = "0"
        state = entorno.serviweb.state()
        codigos = itertools.cycle(str(one["codigo"]) for one in state["suscriptores"] if one["estado"] == "ACTIVO")
        documents = itertools.cycle([CEDULA, *(str(one["cedula"]) for one in state["terceros"])])
        settings = load_settings()
        with Ventanilla(settings) as ventanilla:
            vistazos = Vistazos.of(ventanilla, list)
            if vistazos is None:
                return 2
            with vistazos, Motor(ventanilla):
                _look(vistazos, Vistazo(Que.SUSCRIPTOR, next(codigos)))
                looks = {
                    "whose a código is": [
                        _look(vistazos, Vistazo(Que.SUSCRIPTOR, next(codigos))) for _ in range(_LOOKS)
                    ],
                    "whose a document is": [
                        _look(vistazos, Vistazo(Que.TERCERO, next(documents))) for _ in range(_LOOKS)
                    ],
                    "the visits of a código": [
                        _look(vistazos, Vistazo(Que.VISITAS, next(codigos))) for _ in range(_LOOKS)
                    ],
                }
                alone, beside = [], []
                _filed(ventanilla, next(codigos))
                for _ in range(_ROUNDS):
                    alone.append(_filed(ventanilla, next(codigos)))
                    with _looking(vistazos, codigos):
                        beside.append(_filed(ventanilla, next(codigos)))
    rows = {**looks, "a solicitud, nobody typing": alone, "a solicitud, look-ups all the while": beside}
    out = [machine(), "", "| what | median ms | least | most |", "|---|---:|---:|---:|"]
    out += [f"| {name} | {statistics.median(ms):.0f} | {min(ms):.0f} | {max(ms):.0f} |" for name, ms in rows.items()]
    sys.stdout.write("\n".join(out) + "\n")
    return 0


def _look(vistazos: Vistazos, pregunta: Vistazo) -> float:
    begun = time.perf_counter()
    if isinstance(vistazos.ask("ana", pregunta).result(_LONGEST_SECONDS), SinRespuesta):
        raise RuntimeError(f"{pregunta.que} was not answered")
    return (time.perf_counter() - begun) * 1000


@contextmanager
def _looking(vistazos: Vistazos, codigos: Iterator[str]) -> Iterator[None]:
    """Somebody types one código after the other all the while."""
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            _look(vistazos, Vistazo(Que.SUSCRIPTOR, next(codigos)))

    typing = threading.Thread(target=look, daemon=True)
    typing.start()
    try:
        yield
    finally:
        over.set()
        typing.join()


def _filed(ventanilla: Ventanilla, codigo: str) -> float:
    """How long a solicitud takes from handing in to RADICADA."""
    asked = {"suscriptor": codigo, "cedula": CEDULA, "nombre": NOMBRE, "celular": CELULAR, "asesor": "ana"}
    solicitud = Solicitud.parse({**asked, "solicitud": "Sale agua del piso."}, ventanilla.settings.reglas_de_solicitud)
    begun = time.perf_counter()
    referencia = ventanilla.accept(solicitud, quien="ana", otra=True)
    follow(ventanilla.registro, referencia, lambda _: None, plazo_segundos=_LONGEST_SECONDS)
    taken = (time.perf_counter() - begun) * 1000
    if ventanilla.registro.expediente(referencia).estado is not Estado.RADICADA:
        raise RuntimeError("it was not filed")
    return taken


if __name__ == "__main__":
    raise SystemExit(main())
