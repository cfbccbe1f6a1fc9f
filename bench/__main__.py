"""`make bench`: what durability costs a solicitud, against the same flow straight through, in one run on the same mocks."""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fixtures.procesos import MockGoogle, running
from robot.engine import Motor
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Solicitud
from robot.settings import PREFIX, Settings, load_settings
from robot.trabajo import follow
from robot.ventanilla import Ventanilla


def main() -> int:
    """Print the table; exit code 0 if every solicitud ended RADICADA."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--veces", type=int, default=20, help="solicitudes of each kind, after two to warm up")
    parser.add_argument("--json", action="store_true")
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
    figures = {
        "máquina": f"{platform.processor() or platform.machine()}, {os.cpu_count()} núcleos, Python {platform.python_version()}",
        "veces": given.veces,
        "con motor, ms": _spread(durable),
        "sin motor, ms": _spread(plain),
        "costo de la durabilidad, ms (mediana de las diferencias)": round(cost),
    }
    if given.json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    else:
        for name, value in figures.items():
            sys.stdout.write(f"| {name} | {value} |\n")
    return 0


_REQUEST = {
    "suscriptor": "001008",
    "cedula": "40765123",
    "nombre": "Rosa Elvira Muñoz",
    "celular": "3105550101",
    "solicitud": "Banco de pruebas.",
    "asesor": "ana",
}


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f}–{max(values):.0f})"


def _through_the_engine(ventanilla: Ventanilla, request: Solicitud) -> float:
    """From the beginning of its first part to its end, in milliseconds; waiting in the queue does not count."""
    referencia = ventanilla.accept(request, quien="bench")
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
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        running("fixtures.mock_serviweb") as serviweb,
        running("fixtures.mock_google") as google,
    ):
        MockGoogle(google).reset(meses=6)
        key = Path(folder) / "google.json"
        key.write_text(json.dumps(MockGoogle(google).credentials()))
        os.environ.update(
            {
                PREFIX + "DATOS": folder,
                PREFIX + "SERVIWEB__URL": serviweb,
                PREFIX + "GOOGLE__API": google,
                PREFIX + "GOOGLE__CREDENCIALES": str(key),
                **_account("ANA", "asesor1"),
                **_account("BETO", "asesor2"),
            }
        )
        yield load_settings()


def _account(clave: str, usuario: str) -> dict[str, str]:
    account = f"{PREFIX}ASESORES__{clave}"
    return {f"{account}__USUARIO": usuario, f"{account}__CLAVE": "Clave#2026", f"{account}__NOMBRE": clave.title()}


if __name__ == "__main__":
    raise SystemExit(main())
