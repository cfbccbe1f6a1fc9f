"""The whole job as a contestant: accepted, queued, carried through by the engine, with cita, radicado in the sheet and copies."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

from bench.entorno import CELULAR, NOMBRE
from bench.pares.protocolo import Pedido, Puesta, serve
from robot.engine import Motor
from robot.intake import Ventanilla
from robot.models import Estado, Solicitud
from robot.referencia import Referencia
from robot.settings import load_settings

_LOOK_SECONDS = 0.005


class ConTodo:
    """Works with the settings of its environment, for the asesor whose key is the user's name."""

    def __init__(self, puesta: Puesta) -> None:
        self._asesor = puesta.usuario
        self._stack = ExitStack()
        self._ventanilla = self._stack.enter_context(Ventanilla(load_settings()))
        self._stack.enter_context(Motor(self._ventanilla))

    def radicar(self, pedido: Pedido, guardado: Callable[[str], None]) -> bytes:
        solicitud = Solicitud(
            suscriptor=pedido.suscriptor,
            cedula=pedido.cedula,
            nombre=NOMBRE,
            celular=CELULAR,
            solicitud=pedido.observacion,
            asesor=self._asesor,
        )
        registro = self._ventanilla.registro
        referencia = self._ventanilla.accept(solicitud, quien="bench", otra=True)
        pause = threading.Event()
        while not (radicado := registro.expediente(referencia).radicado):
            pause.wait(_LOOK_SECONDS)
        guardado(radicado)
        while not registro.expediente(referencia).estado.terminado:
            pause.wait(_LOOK_SECONDS)
        return self._copies(referencia)

    def _copies(self, referencia: Referencia) -> bytes:
        expediente = self._ventanilla.registro.expediente(referencia)
        assert expediente.estado is Estado.RADICADA, expediente.resultado
        assert expediente.resultado is not None
        assert expediente.resultado.copias is not None
        return expediente.resultado.copias.read_bytes()

    def descansar(self) -> None:
        """The worker does by itself what it does meanwhile."""

    def cerrar(self) -> None:
        self._stack.close()


if __name__ == "__main__":
    serve(ConTodo)
