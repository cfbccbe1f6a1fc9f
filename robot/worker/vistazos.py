"""What Serviweb has of a código or a document while somebody types it, looked up in a session of the robot's own.

The session has an account, a thread and a browser that no solicitud ever waits for. Whoever asks gets a future at once: neither
a form nor a page is kept from its work by a Serviweb that is slow, hung or gone.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Self, TypeVar

from robot.errors import ConfigurationError, CredentialsRefused, RobotError
from robot.flows.oficina import Oficina
from robot.flows.vistazo import Desconocido, Mirador, Que, Vista, Vistazo, for_looking
from robot.intake import Ventanilla
from robot.log import log_defect
from robot.models import Asesor, user_key
from robot.settings import PREFIX, Settings, VistazoSettings
from robot.worker.seats import Puesto, PuestoColgado

_CUENTA = PREFIX + "VISTAZO__ASESOR"
_MOST_WAITING = 16
_MOST_REMEMBERED = 400
_UNKNOWN_SECONDS = 30.0
"""Somebody at another counter may just be adding the person."""
_START_SECONDS = 120.0
_MORE_SECONDS = 10.0
"""Beside what two screens may take."""
_AFTER_FAILURE_SECONDS = 5.0
_AFTER_REFUSAL_SECONDS = 600.0
_SURE_SECONDS = 30.0
"""People give accounts their users meanwhile."""
_IDLE_SECONDS = 600.0
"""After so long without a question its browser is ended, and with it the session."""
_GOODBYE_SECONDS = 40.0

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SinRespuesta:
    """It cannot be told now."""


Respuesta = Vista | SinRespuesta


@dataclass(eq=False)
class _Espera:
    """Who waits for an answer."""

    cuentas: set[str] = field(default_factory=set)
    futura: Future[Respuesta] = field(default_factory=Future)


class _Recordadas:
    """The last answers, in memory only, each for a while."""

    def __init__(self, segundos: float) -> None:
        self._seconds = segundos
        self._kept: OrderedDict[Vistazo, tuple[float, Vista]] = OrderedDict()

    def get(self, pregunta: Vistazo) -> Vista | None:
        until, found = self._kept.get(pregunta, (0.0, None))
        return found if time.monotonic() < until else None

    def keep(self, pregunta: Vistazo, found: Vista) -> None:
        seconds = min(self._seconds, _UNKNOWN_SECONDS) if isinstance(found, Desconocido) else self._seconds
        self._kept.pop(pregunta, None)
        self._kept[pregunta] = (time.monotonic() + seconds, found)
        if len(self._kept) > _MOST_REMEMBERED:
            self._kept.popitem(last=False)

    def drop_old(self) -> None:
        now = time.monotonic()
        for old in [pregunta for pregunta, (until, _) in self._kept.items() if until <= now]:
            del self._kept[old]


class Vistazos:
    """Answers one question after the other; `with` starts and ends that.

    Args:
        puesto: makes the thread with a browser that it works at.
        cuenta: the account of Serviweb that it has for itself.
        vistazo: how long an answer is told again without asking Serviweb.
        espera_segundos: how long a screen may take.
        segura_segundos: for so long the account is taken for the robot's own, until it is looked at again.
    """

    def __init__(
        self,
        puesto: Callable[[], Puesto],
        cuenta: Callable[[], Asesor],
        *,
        vistazo: VistazoSettings,
        espera_segundos: float,
        segura_segundos: float = _SURE_SECONDS,
    ) -> None:
        self._new_puesto = puesto
        self._cuenta = cuenta
        self._plazo = 2 * espera_segundos + _MORE_SECONDS
        self._puesto: Puesto | None = None
        self._asesor: Asesor | None = None
        self._sure_seconds = segura_segundos
        self._sure_until = 0.0
        self._changed = threading.Condition()
        self._waiting: dict[Vistazo, _Espera] = {}
        self._at: Vistazo | None = None
        self._known = _Recordadas(vistazo.recuerda_minutos * 60)
        self._silent_until = 0.0
        self._expected = False
        self._over = False
        self._thread = threading.Thread(target=self._work, name="vistazos", daemon=True)

    @classmethod
    def of(cls, ventanilla: Ventanilla, claves: Callable[[], list[str]]) -> Self | None:
        """As the settings say; nothing where they name no account.

        Args:
            claves: the keys of everybody who files solicitudes.
        """
        settings = ventanilla.settings
        if not settings.vistazo.asesor:
            return None
        return cls(
            lambda: Puesto(lambda: Oficina(for_looking(settings))),
            lambda: own_account(settings.al_dia(), claves()),
            vistazo=settings.vistazo,
            espera_segundos=settings.serviweb.espera_segundos,
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
            for espera in self._waiting.values():
                _tell(espera, SinRespuesta())
        self._thread.join(_GOODBYE_SECONDS)

    def require_account(self) -> None:
        """See that there is an account that nobody else uses.

        Raises:
            ConfigurationError: there is none.
        """
        self._cuenta()

    def expect(self) -> None:
        """Somebody is about to type: the session is opened meanwhile."""
        with self._changed:
            self._expected = True
            self._changed.notify_all()

    def ask(self, cuenta: str, pregunta: Vistazo) -> Future[Respuesta]:
        """The answer, now or later. What the account has asked of the same kind before is of no matter any more."""
        with self._changed:
            if (known := self._known.get(pregunta)) is not None:
                return _done(known)
            self._let_go(cuenta, pregunta)
            espera = self._waiting.get(pregunta)
            if espera is None:
                if self._over or time.monotonic() < self._silent_until or len(self._waiting) >= _MOST_WAITING:
                    return _done(SinRespuesta())
                espera = self._waiting[pregunta] = _Espera()
                self._changed.notify_all()
            espera.cuentas.add(cuenta)
            return espera.futura

    def _let_go(self, cuenta: str, pregunta: Vistazo) -> None:
        for other, espera in list(self._waiting.items()):
            if other.que is pregunta.que and other != pregunta:
                espera.cuentas.discard(cuenta)
                if not espera.cuentas and other != self._at:
                    _tell(self._waiting.pop(other), SinRespuesta())

    def _work(self) -> None:
        while True:
            with self._changed:
                came = self._changed.wait_for(self._is_wanted, _IDLE_SECONDS)
                if self._over:
                    break
                self._known.drop_old()
                self._at = pregunta = self._first()
                self._expected = False
            if pregunta is not None:
                self._answer(pregunta)
            if came:
                while not self._waiting and not self._over and self._at_the_puesto(Mirador.get_ready):
                    pass
            elif not came:
                self._leave()
        self._leave()

    def _is_wanted(self) -> bool:
        return self._over or self._expected or bool(self._waiting)

    def _first(self) -> Vistazo | None:
        """Whose a code is comes before what else there is of them."""
        return min(self._waiting, key=lambda one: one.que is Que.VISITAS, default=None)

    def _answer(self, pregunta: Vistazo) -> None:
        found = self._at_the_puesto(lambda mirador: mirador.look(pregunta))
        with self._changed:
            self._at = None
            if found is not None:
                self._known.keep(pregunta, found)
            if (espera := self._waiting.pop(pregunta, None)) is not None:
                _tell(espera, found or SinRespuesta())

    def _at_the_puesto(self, work: Callable[[Mirador], T]) -> T | None:
        """Do it in the session; nothing where that fails, after which nobody is answered for a while."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            asesor, puesto = self._own(), self._puesto
            if puesto is None:
                self._puesto = puesto = self._new_puesto()
                puesto.run(_started, _START_SECONDS)
            return puesto.run(partial(_looking, asesor, work), self._plazo)
        except (CredentialsRefused, ConfigurationError) as refused:
            self._be_silent(_AFTER_REFUSAL_SECONDS, refused)
            self._leave()
        except PuestoColgado as hung:
            self._puesto = None  # its thread is given up with it
            self._be_silent(_AFTER_REFUSAL_SECONDS, hung)
        except RobotError as failed:
            self._be_silent(_AFTER_FAILURE_SECONDS, failed)
        except Exception as defect:  # noqa: BLE001  # nobody's form fails with it; where it happened is in the log
            log_defect(_log, defect)
            self._be_silent(_AFTER_FAILURE_SECONDS, defect)
        return None

    def _own(self) -> Asesor:
        """The account, which nobody else uses by now; with another one, or another password, another session begins.

        Raises:
            ConfigurationError: somebody else uses it.
        """
        if self._asesor is None or time.monotonic() >= self._sure_until:
            asesor = self._cuenta()
            if self._asesor is not None and asesor != self._asesor:
                self._leave()
            self._asesor, self._sure_until = asesor, time.monotonic() + self._sure_seconds
        return self._asesor

    def _be_silent(self, segundos: float, why: Exception) -> None:
        _log.warning("Serviweb no se pudo mirar para el formulario", extra={"clase": type(why).__name__})
        with self._changed:
            self._silent_until = time.monotonic() + segundos
            for pregunta in [one for one in self._waiting if one != self._at]:
                _tell(self._waiting.pop(pregunta), SinRespuesta())

    def _leave(self) -> None:
        puesto, self._puesto, self._asesor = self._puesto, None, None
        if puesto is not None:
            try:
                puesto.close()
            except TimeoutError:
                _log.warning("el navegador de los vistazos no terminó")


def own_account(settings: Settings, claves: list[str]) -> Asesor:
    """The account that only look-ups use: Serviweb has one session for each user, and another one would end it.

    Raises:
        ConfigurationError: there is none, or somebody else uses it, too.
    """
    asesor = settings.asesor(settings.vistazo.asesor)
    rounds = {settings.conciliacion.asesor or next(iter(settings.asesores), ""), settings.verificacion.asesor}
    others = {one.lower() for one in {*rounds, *claves} if one} | (set(settings.asesores) - {asesor.clave_asesor})
    for clave in sorted(others):
        if user_key(_usuario_of(settings, clave)) == user_key(asesor.usuario):
            raise ConfigurationError(
                f"El usuario de Serviweb «{asesor.usuario}» es también el de «{clave}» o el de la conciliación. Indique uno que "
                "nadie más use: Serviweb admite una sesión por usuario.",
                campo=_CUENTA,
            )
    return asesor


def _usuario_of(settings: Settings, clave: str) -> str:
    try:
        return settings.asesor(clave).usuario
    except ConfigurationError:  # an account of the form without one of Serviweb files nothing
        return ""


def _started(oficina: Oficina) -> None:
    oficina.navegador.start()


def _looking(asesor: Asesor, work: Callable[[Mirador], T], oficina: Oficina) -> T:
    return work(Mirador(oficina, asesor))


def _tell(espera: _Espera, respuesta: Respuesta) -> None:
    if not espera.futura.done():
        espera.futura.set_result(respuesta)


def _done(respuesta: Respuesta) -> Future[Respuesta]:
    futura: Future[Respuesta] = Future()
    futura.set_result(respuesta)
    return futura
