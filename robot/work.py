"""Working on what is queued: one solicitud seen through to its end, or everything that comes until somebody says stop."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from robot.engine import Motor
from robot.errors import ActoImposible, MotorOcupado
from robot.intake import Ventanilla
from robot.record.dossier import PasoVisto
from robot.record.solicitudes import Registro
from robot.referencia import Referencia

_LOOK_SECONDS = 0.1
_TRY_AGAIN_SECONDS = 2.0
_PART_SECONDS = 45.0

Vista = Callable[[Sequence[PasoVisto]], None]
"""Shows how far a solicitud has come."""


def follow(
    registro: Registro,
    referencia: Referencia,
    vista: Vista,
    *,
    plazo_segundos: float = float("inf"),
    hasta: Callable[[], bool] = lambda: False,
) -> bool:
    """Show a solicitud's steps until it ends, or for so long, or until `hasta` is so; whether it ended."""
    return _watch(*_of_solicitud(registro, referencia, vista), plazo_segundos=plazo_segundos, hasta=hasta)


def _of_solicitud(
    registro: Registro, referencia: Referencia, vista: Vista
) -> tuple[Callable[[], bool], Callable[[], None]]:
    return lambda: registro.expediente(referencia).estado.terminado, lambda: vista(registro.pasos(referencia))


def _watch(
    over: Callable[[], bool],
    show: Callable[[], None],
    *,
    hasta: Callable[[], bool],
    plazo_segundos: float = float("inf"),
) -> bool:
    deadline = time.monotonic() + plazo_segundos
    pause = threading.Event()
    while True:
        ended = over()
        show()
        if ended or hasta() or time.monotonic() >= deadline:
            return ended
        pause.wait(_LOOK_SECONDS)


def see_through(ventanilla: Ventanilla, referencia: Referencia, vista: Vista) -> bool:
    """Have a solicitud filed, as `see_done` does."""
    return see_done(ventanilla, *_of_solicitud(ventanilla.registro, referencia, vista), enseguida=True)


def see_done(
    ventanilla: Ventanilla, over: Callable[[], bool], show: Callable[[], None], *, enseguida: bool = False
) -> bool:
    """Have what is queued done: by a worker of this process, or by the one of this machine that is at work already.

    Whether it ended. SIGTERM and Ctrl-C let the part that is being done end; it goes on with the next worker.

    Args:
        over: whether what is waited for has ended.
        show: shows how far it has come.
        enseguida: it needs a browser, as soon as there can be one.
    """
    with stop_asked() as stop:
        while not stop.is_set() and not over():
            try:
                with Motor(ventanilla, sigue=False, enseguida=enseguida) as motor:
                    if not _watch(over, show, hasta=lambda: stop.is_set() or motor.averia.is_set()):
                        motor.stop(_PART_SECONDS)
                        break
            except MotorOcupado:
                _watch(over, show, plazo_segundos=_TRY_AGAIN_SECONDS, hasta=stop.is_set)
    return over()


def work(ventanilla: Ventanilla, relevar: Sequence[str], say: Callable[[str], None]) -> bool:
    """Work until SIGTERM or Ctrl-C; whether this process could have gone on.

    Args:
        relevar: executors that are no more; what they left is taken over first.

    Raises:
        MotorOcupado: another process works under this executor id.
        ActoImposible: one of the executors to relieve is alive.
    """
    with stop_asked() as stop, Motor(ventanilla) as motor:
        say(f"Trabajador «{motor.ejecutor}» en servicio. Ctrl-C lo detiene.")
        for ejecutor in relevar:
            relieved = motor.relieve(ejecutor)
            if relieved is None:
                raise ActoImposible(f"El ejecutor «{ejecutor}» está vivo: deténgalo primero.")
            say(f"Relevado «{ejecutor}»: {relieved} solicitudes.")
        while not stop.wait(_LOOK_SECONDS * 5):
            if motor.averia.is_set():
                say("Este proceso no puede seguir: reinícielo. Lo pendiente continuará.")
                return False
        say("Deteniendo: termina el paso en curso; lo demás continuará al volver.")
        return motor.stop(_PART_SECONDS)


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """Set by SIGTERM and by Ctrl-C, which interrupt nothing meanwhile."""
    stop = threading.Event()

    def ask(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
