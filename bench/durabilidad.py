"""What durability costs a solicitud, against the same flow straight through, in turn: `python -m bench.durabilidad`.

Without a form opened ahead, which only a worker has.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from bench.entorno import CEDULA, CELULAR, NOMBRE, machine, mocks
from robot.engine import Motor
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.settings import PREFIX, Settings, load_settings
from robot.work import follow


def main() -> int:
    """Print the table; exit code 0 if every solicitud ended RADICADA."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--veces", type=int, default=20, help="solicitudes of each kind, after two to warm up")
    given = parser.parse_args()
    with ExitStack() as stack:
        settings = stack.enter_context(_settings())
        ventanilla = stack.enter_context(Ventanilla(settings))
        stack.enter_context(Motor(ventanilla))
        straight = _in_own_thread(stack, settings)
        request = Solicitud.parse(_REQUEST, settings.reglas_de_solicitud)
        durable: list[float] = []
        plain: list[float] = []
        for number in range(given.veces + 2):
            pair = _through_the_engine(ventanilla, request), straight(request)
            if number >= 2:
                durable.append(pair[0])
                plain.append(pair[1])
    cost = statistics.median(one - other for one, other in zip(durable, plain, strict=True))
    sys.stdout.write(
        f"{machine()}; {given.veces} solicitudes of each kind, in turn.\n\n"
        "| with the engine, ms | straight through, ms | what durability costs, ms |\n|---:|---:|---:|\n"
        f"| {_spread(durable)} | {_spread(plain)} | {cost:.0f} |\n"
    )
    return 0


_REQUEST = {
    "suscriptor": "001008",
    "cedula": CEDULA,
    "nombre": NOMBRE,
    "celular": CELULAR,
    "solicitud": "Banco de pruebas.",
    "asesor": "ana",
}


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def _through_the_engine(ventanilla: Ventanilla, request: Solicitud) -> float:
    """From the beginning of its first part to its end, in milliseconds; waiting in the queue does not count."""
    referencia = ventanilla.accept(request, quien="bench", otra=True)
    follow(ventanilla.registro, referencia, lambda _: None)
    if ventanilla.registro.expediente(referencia).estado is not Estado.RADICADA:
        raise SystemExit("a solicitud did not end RADICADA")
    lines = ventanilla.registro.historia(referencia)
    begun = next(one for one in lines if one.etapa is not None)
    return (lines[-1].instante - begun.instante).total_seconds() * 1000


def _in_own_thread(stack: ExitStack, settings: Settings) -> Callable[[Solicitud], float]:
    """The same flow without engine and record, on another Serviweb user, in a browser of its own."""
    thread = stack.enter_context(ThreadPoolExecutor(1))
    oficina = thread.submit(lambda: Oficina(settings).__enter__()).result()
    stack.callback(lambda: thread.submit(oficina.__exit__, None, None, None).result())

    def run(request: Solicitud) -> float:
        begun = time.perf_counter()
        resultado = thread.submit(radicar, oficina, request.model_copy(update={"asesor": "beto"})).result()
        if resultado.estado is not Estado.RADICADA:
            raise SystemExit("a solicitud did not end RADICADA")
        return (time.perf_counter() - begun) * 1000

    return run


@contextmanager
def _settings() -> Iterator[Settings]:
    with mocks("ana", "beto") as entorno:
        os.environ.update(entorno.variables)
        os.environ[PREFIX + "SERVIWEB__FORMULARIO_LISTO"] = "no"
        yield load_settings()


if __name__ == "__main__":
    raise SystemExit(main())
