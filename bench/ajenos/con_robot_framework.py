"""Robot Framework as a contestant: its own runner on `visita.robot`, which takes its turns from here.

In its own environment: `robot` is Robot Framework's import name, too.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from protocolo import Pedido, Puesta, serve


class _Turnos:
    """Between the thread that serves the bench and the one on which the suite runs."""

    def __init__(self) -> None:
        self.pedidos: SimpleQueue[Pedido | None] = SimpleQueue()
        self.dicho: SimpleQueue[str] = SimpleQueue()


_turnos = _Turnos()


class Turno:
    """The keywords with which the suite waits for its turn and tells how far it is."""

    ROBOT_LIBRARY_SCOPE = "GLOBAL"

    def listo(self) -> None:
        _turnos.dicho.put("listo")

    def esperar_pedido(self) -> Pedido | None:
        return _turnos.pedidos.get()

    def guardado(self, radicado: str) -> None:
        _turnos.dicho.put(radicado)

    def terminado(self, documento: str) -> None:
        _turnos.dicho.put(documento)


class ConRobotFramework:
    def __init__(self, puesta: Puesta) -> None:
        os.environ |= {
            "BENCH_URL": puesta.url,
            "BENCH_USUARIO": puesta.usuario,
            "BENCH_NAVEGADOR": puesta.navegador,
        }
        self._folder = tempfile.TemporaryDirectory()
        self._thread = Thread(target=self._run)
        self._thread.start()
        _turnos.dicho.get(timeout=60)

    def _run(self) -> None:
        import robot  # noqa: PLC0415  # Robot Framework's

        suite = Path(__file__).with_name("visita.robot")
        with (Path(self._folder.name) / "console.txt").open("w", encoding="utf-8") as console:
            robot.run(suite, outputdir=self._folder.name, stdout=console, stderr=console, console="none")

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        _turnos.pedidos.put(pedido)
        guardado(_turnos.dicho.get(timeout=30))
        return Path(_turnos.dicho.get(timeout=30)).read_bytes()

    def descansar(self) -> None:
        """Nothing: a script begins with the menu each time."""

    def cerrar(self) -> None:
        _turnos.pedidos.put(None)
        self._thread.join()
        self._folder.cleanup()


if __name__ == "__main__":
    import con_robot_framework  # so that the suite's library and this script are one module

    serve(con_robot_framework.ConRobotFramework)
