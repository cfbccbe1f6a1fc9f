"""Tells programs what became of their solicitudes, at least once: runs of the engine in a queue of their own.

A program that does not answer holds up neither the filing nor other programs: its runs have two places, each attempt has its
time, and the next one is another run, later. After the last attempt `diagnostico` tells.
"""

import json
import logging
import threading
import time
from collections.abc import Callable

from dbos import DBOS

from robot.intake import Ventanilla
from robot.log import about
from robot.queueing.names import ANUNCIAR, ANUNCIOS
from robot.record.announcements import Anuncio, EntregaDeAnuncio
from robot.record.programs import Llaves
from robot.worker.schedules import as_function
from robot.worker.shift import Shift
from robot.worker.webhook import Recibo, post, signed

_RECOVERIES = 50
_LOOK_SECONDS = 2.0
_STOPPING_SECONDS = 5.0
_AT_ONCE = 8
_OF_ONE_PROGRAM = 2
_LONGER_EACH_TIME = 4.0
_LONGEST_SECONDS = 6 * 3600.0

_log = logging.getLogger(__name__)


class Anunciador:
    """Makes the announcements and sends them, within a worker.

    Args:
        shift: what that worker is at.
        on_defect: told what kept it from looking; the next look tries again.
    """

    def __init__(
        self,
        ventanilla: Ventanilla,
        shift: Shift,
        on_defect: Callable[[BaseException], None],
    ) -> None:
        self._ventanilla = ventanilla
        self._settings = ventanilla.settings.api
        self._record = ventanilla.anuncios
        self._llaves = Llaves(ventanilla.registro)
        self._shift = shift
        self._on_defect = on_defect
        self._settled = False
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="anuncios", daemon=True)

    def register(self) -> None:
        """Before the engine is launched."""
        DBOS.workflow(name=ANUNCIAR, max_recovery_attempts=_RECOVERIES)(as_function(self._announce))

    def start(self) -> None:
        """After the engine is launched."""
        self._thread.start()

    def wake(self) -> None:
        """A solicitud has come to an end."""
        self._wake.set()

    def close(self) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join(_STOPPING_SECONDS)

    def _look(self) -> None:
        while not self._over.is_set():
            try:
                self._make()
            except Exception as defect:  # noqa: BLE001  # the next look tries again; the work itself goes on
                self._on_defect(defect)
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()

    def _make(self) -> None:
        while self._record.make(self._llaves.receivers, self._ventanilla.queue.enqueue_announcement):
            self._settled = False
        if not self._settled:
            self._settled = True
            self._attend_queue()

    def _attend_queue(self) -> None:
        """A queue that nothing has come to is not asked."""
        if self._record.are_open():
            DBOS.register_queue(
                ANUNCIOS,
                worker_concurrency=_AT_ONCE,
                partition_concurrency=_OF_ONE_PROGRAM,
                polling_interval_sec=_LOOK_SECONDS / 2,
            )

    def _announce(self, identidad: str, intento: int) -> None:
        with self._shift.run():
            anuncio = self._record.open_one(identidad, intento)
            if anuncio is not None:
                with about(referencia=anuncio.referencia):
                    DBOS.run_step({"name": "anuncio"}, self._tell, anuncio)

    def _tell(self, anuncio: Anuncio) -> None:
        """Send it and keep what came of that; interrupted in between it is sent again, with the same id."""
        recibo = self._send(anuncio)
        if not recibo.detalle:
            self._record.close(anuncio, EntregaDeAnuncio.ENTREGADO)
        elif recibo.definitivo or anuncio.intento >= self._settings.anuncio_intentos:
            self._record.close(anuncio, EntregaDeAnuncio.ABANDONADO, recibo.detalle)
            _log.error("anuncio abandonado", extra={"nombre": anuncio.programa, "motivo": recibo.detalle})
        else:
            self._record.again(
                anuncio,
                recibo.detalle,
                segundos=self._wait_after(anuncio.intento),
                encolar=self._ventanilla.queue.enqueue_announcement,
            )

    def _send(self, anuncio: Anuncio) -> Recibo:
        llave = self._llaves.receivers().get(anuncio.programa)
        if llave is None or llave.receptor is None:
            return Recibo("Ninguna llave vigente del programa dice a dónde anunciarle.", definitivo=True)
        body = json.dumps(_content(anuncio), separators=(",", ":")).encode()
        headers = signed(llave.receptor, identidad=anuncio.identidad, instante=int(time.time()), body=body)
        return post(llave.receptor.url, body, headers, self._settings)

    def _wait_after(self, intento: int) -> float:
        times: float = _LONGER_EACH_TIME ** (intento - 1)
        return min(self._settings.anuncio_espera_segundos * times, _LONGEST_SECONDS)


def _content(anuncio: Anuncio) -> dict[str, str | None]:
    """Nothing of whoever asks: the program knows that, and whoever should not be listening does not."""
    return {
        "tipo": f"solicitud.{anuncio.estado.value.lower().replace(' ', '_')}",
        "instante": anuncio.creado.isoformat(timespec="milliseconds"),
        "referencia": anuncio.referencia,
        "estado": anuncio.estado.value,
        "radicado": anuncio.radicado,
    }
