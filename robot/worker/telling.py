"""Tells people, at once and once, of each solicitud that waits for their decision."""

import logging
import threading
from collections.abc import Callable

from robot.errors import RobotError
from robot.record.solicitudes import Registro
from robot.record.untold import SinAvisar
from robot.referencia import Referencia
from robot.settings import AvisosSettings
from robot.worker import notify

_EVERY_SECONDS = 20.0
"""When nobody says that there is one: another process may have left it."""
_STOPPING_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Avisador:
    """Sends on a thread of its own, so that a mail server that does not answer holds up no solicitud."""

    def __init__(
        self, registro: Registro, settings: AvisosSettings, on_defect: Callable[[BaseException], None]
    ) -> None:
        self._registro = registro
        self._sin_avisar = SinAvisar(registro)
        self._settings = settings
        self._on_defect = on_defect
        self._wake = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="avisos", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is one."""
        self._wake.set()

    def close(self) -> None:
        self._over.set()
        self._wake.set()
        self._thread.join(_STOPPING_SECONDS)

    def _work(self) -> None:
        while not self._over.is_set():
            try:
                for referencia in self._sin_avisar.take():
                    self._tell(referencia)
            except Exception as defect:  # noqa: BLE001  # the next look tries again; the work itself goes on
                self._on_defect(defect)
            self._wake.wait(_EVERY_SECONDS)
            self._wake.clear()

    def _tell(self, referencia: Referencia) -> None:
        told = False
        try:
            expediente = self._registro.expediente(referencia)
            notify.send(self._settings, notify.about_por_verificar(expediente, self._settings.enlace))
            told = True
        except RobotError as hindered:
            _log.warning("aviso sin enviar", extra={"referencia": str(referencia), "clase": type(hindered).__name__})
        finally:
            if not told:
                self._sin_avisar.give_back(referencia)
