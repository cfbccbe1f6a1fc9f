"""Prints that people ask for, and what becomes of every print until its queue has no more to tell."""

import datetime as dt
import logging
import threading
from collections import defaultdict
from collections.abc import Sequence

from robot.copias.printer import Cola, EstadoDeCola, EstadoTrabajo, TrabajoEnCola, told_of
from robot.errors import ActoImposible, ConfigurationError, PrinterRefused, PrinterSilent, TurnoPerdido
from robot.flows.papel import hand_over, settle
from robot.models import ZONA_HORARIA, DocumentoCopias, EstadoImpresion
from robot.record.dossier import Impresion
from robot.record.prints import Impresiones
from robot.settings import ImpresionSettings

_HANDED_OVER_WITHIN = dt.timedelta(seconds=90)
"""A robot that is alive has ended to hand a print over by then: each of its questions has a limit (`robot.copias.cups`)."""
_PRINTS_WITHIN = dt.timedelta(seconds=8)
"""A job that takes longer may have a printer that does not answer, which CUPS tells in words only."""
_LATELY = dt.timedelta(minutes=3)
_LOOK_SECONDS = 1.0
_IDLE_SECONDS = 3.0
_RARE_LOOK_SECONDS = 10.0
_GOODBYE_SECONDS = 1.0
_NOT_HANDED_OVER = "El robot se detuvo antes de entregarla."
_GONE = "CUPS ya no conoce el trabajo: se reinició, o alguien vació la cola."
_UNSEEN = "CUPS no deja ver de quién es el trabajo."

_log = logging.getLogger(__name__)


class Papel:
    """What is on its way to the printers that can be asked from here.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, impresiones: Impresiones, impresion: ImpresionSettings) -> None:
        self._impresiones = impresiones
        self._impresion = impresion

    def print_again(
        self, referencia: str, documento: DocumentoCopias, *, impresora: str, quien: str, vista: int | None = None
    ) -> None:
        """Send copies to paper because a person asks. What is on its way there is looked at first, and is not sent twice.

        Args:
            vista: the number of the newest print that the person knows of; what there is now, if nothing.

        Raises:
            CopiasEnCamino: they are on their way there, or somebody else has asked meanwhile.
            ActoImposible: this robot was too slow, and sent nothing.
            ConfigurationError: no printer is configured.
            PrinterRefused, PrinterSilent.
        """
        printer = impresora or self._impresion.impresora
        if not printer:
            raise ConfigurationError("Indique la impresora.", campo="impresion.impresora")
        seen = vista if vista is not None else self._impresiones.last(referencia)
        cola = Cola(printer, self._impresion)
        self.follow(referencia)
        turno = self._impresiones.again(
            referencia, documento, impresora=printer, servidor=cola.servidor, quien=quien, vista=seen
        )
        try:
            hindered = hand_over(cola, documento.archivo, turno)
        except TurnoPerdido:
            raise ActoImposible("El robot tardó demasiado en entregarlas, y no se enviaron.") from None
        self.follow(referencia)
        if hindered is not None:
            raise hindered

    def follow(self, referencia: str | None = None) -> Sequence[Impresion]:
        """Look once at every print that may still change, or at those of one solicitud; which those were."""
        open_ones = self._impresiones.on_their_way(Cola("", self._impresion).servidor, referencia)
        by_printer: dict[str, list[Impresion]] = defaultdict(list)
        for one in open_ones:
            by_printer[one.impresora].append(one)
        for impresora, prints in by_printer.items():
            self._look(Cola(impresora, self._impresion), prints)
        return open_ones

    def _look(self, cola: Cola, prints: Sequence[Impresion]) -> None:
        """At one queue. Once it does not answer, nothing more is asked of it in this look."""
        waiting = list(prints)
        try:
            state = cola.state()
            while waiting:
                self._settle(cola, state, waiting[0])
                del waiting[0]
        except (PrinterRefused, PrinterSilent) as blind:
            for one in waiting:
                self._note_unseen(one, blind)

    def _settle(self, cola: Cola, state: EstadoDeCola, one: Impresion) -> None:
        """What is refused about one job says nothing of the others."""
        try:
            if one.estado is not EstadoImpresion.ENVIANDO:
                self._settle_known(cola, state, one)
            elif _now() - one.instante > _HANDED_OVER_WITHIN:
                self._settle_begun(cola, one)
        except PrinterRefused as refused:
            self._note_unseen(one, refused)

    def _note_unseen(self, one: Impresion, blind: PrinterRefused | PrinterSilent) -> None:
        if one.estado is not EstadoImpresion.ENVIANDO:
            self._impresiones.note(one, EstadoImpresion.NO_SE_SABE, blind.detalle, one.trabajo)

    def _settle_begun(self, cola: Cola, begun: Impresion) -> None:
        """A print whose sender has been silent: from now on that one sends nothing, and the queue tells whether it had."""
        turno = self._impresiones.take_over(begun)
        if turno is None:
            return
        try:
            if begun.trabajo is not None and not cola.named(begun.nombre):
                turno.anota(EstadoImpresion.PERDIDA, _GONE)
            elif (job := settle(cola, begun.nombre, begun.trabajo)) is None:
                turno.anota(EstadoImpresion.NO_IMPRESA, _NOT_HANDED_OVER)
            else:
                turno.anota(EstadoImpresion.EN_COLA, trabajo=job.numero)
        except PrinterRefused as blind:
            turno.anota(EstadoImpresion.NO_SE_SABE, blind.detalle)

    def _settle_known(self, cola: Cola, state: EstadoDeCola, one: Impresion) -> None:
        job = cola.job(one.trabajo) if one.trabajo is not None else None
        if job is not None and not job.nombre:
            self._impresiones.note(one, EstadoImpresion.NO_SE_SABE, _UNSEEN, one.trabajo)
            return
        if job is None or job.nombre != one.nombre:  # CUPS gives numbers again
            job = next(iter(cola.named(one.nombre)), None)
        if job is None and one.trabajo is not None:
            self._impresiones.note(one, EstadoImpresion.PERDIDA, _GONE, one.trabajo)
        elif job is None or (one.estado is EstadoImpresion.NO_SE_SABE and job.vacio and cola.withdraw(job.numero)):
            self._impresiones.note(one, EstadoImpresion.NO_IMPRESA, _NOT_HANDED_OVER, one.trabajo)
        else:
            estado, motivo = told_of(job, state, _answers(state, job, one))
            self._impresiones.note(one, estado, motivo, job.numero)


class Seguidor:
    """Follows prints in the background: often those of now, rarely those that have been waiting for long.

    Nothing else of this process waits for it; each of its questions to a printer has a limit.
    """

    def __init__(self, papel: Papel) -> None:
        self._papel = papel
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="papel", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns soon, also in the middle of a look; what that finds is found again."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_GOODBYE_SECONDS)

    def _follow(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                waiting = self._papel.follow()
                newest = max((one.instante for one in waiting), default=None)
                pause = _IDLE_SECONDS if newest is None else _LOOK_SECONDS
                if newest is not None and _now() - newest > _LATELY:
                    pause = _RARE_LOOK_SECONDS
            except Exception as defect:  # noqa: BLE001  # the next look tries again; its words may quote what was printed
                _log.error("no se pudo seguir las impresiones", extra={"clase": type(defect).__name__})
                pause = _RARE_LOOK_SECONDS


def _answers(state: EstadoDeCola, job: TrabajoEnCola, one: Impresion) -> bool | None:
    """Whether the printer answers, looked at where its job takes long."""
    if job.estado is not EstadoTrabajo.EN_PROCESO or _now() - one.instante < _PRINTS_WITHIN:
        return None
    if state.conectando:
        return False
    return state.reaches() if state.en_red else None


def _now() -> dt.datetime:
    return dt.datetime.now(ZONA_HORARIA)
