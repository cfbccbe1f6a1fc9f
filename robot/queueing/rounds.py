"""Asking for what a worker does beside solicitudes: conciliaciones, verifications, repairs, looks at sheets and mailbox."""

import datetime as dt
import secrets

from robot.errors import BadInput, ConfigurationError, Problema
from robot.models import ZONA_HORARIA, Asesor
from robot.queueing.names import CONCILIAR, RECIBIR, REPARAR, VERIFICAR
from robot.queueing.queue import Queue
from robot.record.receptions import Recepciones
from robot.record.reconciliations import Conciliaciones
from robot.settings import PREFIX, Settings


class RoundsAsked:
    """Asks for rounds; each is kept and queued in one transaction."""

    def __init__(
        self, settings: Settings, queue: Queue, conciliaciones: Conciliaciones, recepciones: Recepciones
    ) -> None:
        self._settings = settings
        self._queue = queue
        self._conciliaciones = conciliaciones
        self._recepciones = recepciones

    def conciliador(self, clave_asesor: str = "") -> Asesor:
        """The Serviweb account that looks after everything: the one told, the configured one, the first there is.

        Raises:
            ConfigurationError: there is none.
        """
        chosen = clave_asesor or self._settings.conciliacion.asesor or next(iter(self._settings.asesores), "")
        if not chosen:
            raise ConfigurationError(
                "Indique con qué cuenta de Serviweb se concilia (mejor una que nadie más use).",
                campo=PREFIX + "CONCILIACION__ASESOR",
            )
        return self._settings.asesor(chosen)

    def conciliar(
        self,
        *,
        reparar: bool,
        quien: str,
        identidad: str = "",
        desde: dt.date | None = None,
        hasta: dt.date | None = None,
    ) -> str:
        """Queue a conciliación; its name. With the name of one that is there already nothing happens.

        Args:
            desde, hasta: the days that are looked at; those of the settings, until today, where nothing is said.

        Raises:
            BadInput: the last day comes before the first.
            ConfigurationError: there is no Serviweb account to read with.
        """
        now = dt.datetime.now(ZONA_HORARIA)
        identidad = identidad or f"C-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        last = hasta or now.date()
        first = desde or last - dt.timedelta(days=self._settings.conciliacion.dias)
        if first > last:
            raise BadInput([Problema("desde", f"es después del último día, {last:%d/%m/%Y}.")])
        usuario = self.conciliador().usuario
        self._conciliaciones.ask(
            identidad,
            desde=first,
            hasta=last,
            reparar=reparar,
            quien=quien,
            encolar=lambda connection: self._queue.enqueue_round(connection, CONCILIAR, identidad, usuario, identidad),
        )
        return identidad

    def verificar(self, *, identidad: str = "") -> str:
        """Queue a verification of the screens; its name. With the name of one that is there already nothing happens.

        Raises:
            ConfigurationError: there is no Serviweb account to look with.
        """
        identidad = identidad or f"V-{dt.datetime.now(ZONA_HORARIA):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        usuario = self.conciliador(self._settings.verificacion.asesor).usuario
        self._conciliaciones.ask_verification(
            identidad,
            encolar=lambda connection: self._queue.enqueue_round(connection, VERIFICAR, identidad, usuario, identidad),
        )
        return identidad

    def recibir(self, *, quien: str, identidad: str = "") -> str:
        """Queue a look at sheets and mailbox; its name. With the name of one that is there already nothing happens.

        Whoever looks, they look one after the other: two that take the same row would each have to give it back.

        Raises:
            ConfigurationError: there is nothing to look at.
        """
        if not self._settings.recibir.hay_algo:
            raise ConfigurationError(
                "Indique qué hojas de solicitudes o qué buzón se reciben.", campo=PREFIX + "RECIBIR__HOJAS"
            )
        identidad = identidad or f"H-{dt.datetime.now(ZONA_HORARIA):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        self._recepciones.ask(
            identidad,
            quien=quien,
            encolar=lambda connection: self._queue.enqueue_round(connection, RECIBIR, identidad, RECIBIR, identidad),
        )
        return identidad

    def forget_looks(self, before: dt.datetime) -> None:
        """Forget the looks that ended so long ago, and their runs: there may be one a minute."""
        self._queue.forget(self._recepciones.drop_rounds(before))

    def reparar(self, identidad: str, clave: str, *, quien: str) -> None:
        """Somebody accepts the repair of a finding; a worker makes it. Asking twice does nothing.

        Raises:
            ConfigurationError.
        """
        usuario = self.conciliador().usuario
        run = f"R-{identidad}-{clave}-{secrets.token_hex(3)}"
        self._conciliaciones.ask_repair(
            identidad,
            clave,
            quien=quien,
            encolar=lambda connection: self._queue.enqueue_round(connection, REPARAR, run, usuario, identidad, clave),
        )
