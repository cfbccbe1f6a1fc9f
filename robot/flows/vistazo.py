"""A look at what Serviweb has of a código or a document before anybody files anything. It is read; nothing is saved."""

import datetime as dt
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from playwright.sync_api import Error as BrowserError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay

from robot.conciliacion.sides import TramiteLeido
from robot.errors import (
    BusinessRejection,
    ScreenChanged,
    SessionExpired,
    SuscriptorNotFound,
    SuscriptorRetirado,
    TransientFailure,
)
from robot.flows.formulario import new_form
from robot.flows.lector import Lector
from robot.flows.oficina import Oficina
from robot.flows.progreso import Progreso
from robot.flows.sesion import EnPantalla, SecondWindow, Sesion
from robot.models import ZONA_HORARIA, Asesor, Suscriptor, Tercero
from robot.pages.terceros import TercerosPage
from robot.pages.tramite import TramitePage
from robot.procedure.definition import Procedimiento
from robot.settings import EvidenciaSettings, Settings, Traza

MOST_VISITS = 5
RECENT_DAYS = 180
"""Of so many visits, and of so many days, whoever types is told."""
_ATTEMPTS = 2
_OLDEST_FORM_SECONDS = 600.0

_log = logging.getLogger(__name__)


class Que(StrEnum):
    """What can be looked up."""

    SUSCRIPTOR = "suscriptor"
    VISITAS = "visitas"
    TERCERO = "tercero"


@dataclass(frozen=True, slots=True)
class Vistazo:
    """One thing to look up.

    Attributes:
        valor: a código de suscriptor, or a document as `Identificacion.kept`. Personal data.
        formulario: the código of a procedure, in whose form to look; the first one's if blank.
    """

    que: Que
    valor: str = field(repr=False)
    formulario: str = ""


def form_for(procedimiento: Procedimiento, activos: Sequence[Procedimiento]) -> str:
    """In whose form to look for a solicitud by this procedure: the first one's that has the same zona and medio (step 4)."""
    begun = (procedimiento.zona, procedimiento.medio)
    return next((one.codigo for one in activos if (one.zona, one.medio) == begun), procedimiento.codigo)


@dataclass(frozen=True, slots=True)
class SuscriptorVisto:
    """Whose código it is."""

    suscriptor: Suscriptor


@dataclass(frozen=True, slots=True)
class TerceroVisto:
    """Whose document it is."""

    tercero: Tercero


@dataclass(frozen=True, slots=True)
class VisitasVistas:
    """The trámites of the office's procedures that the suscriptor has, the newest first, no less than `MOST_VISITS` of them."""

    visitas: tuple[TramiteLeido, ...]


@dataclass(frozen=True, slots=True)
class Retirado:
    """The código is of a suscriptor who is one no more."""


@dataclass(frozen=True, slots=True)
class Desconocido:
    """Serviweb knows nobody with this código or document."""


Vista = SuscriptorVisto | TerceroVisto | VisitasVistas | Retirado | Desconocido


@dataclass(frozen=True, slots=True)
class FormularioDeMirar(EnPantalla):
    """A form in which look-ups are made and that is never saved, open since an instant of the monotonic clock.

    Attributes:
        codigo: of the procedure by which it was opened.
    """

    tramite: TramitePage
    codigo: str
    desde: float = field(default_factory=time.monotonic)


def for_looking(settings: Settings) -> Settings:
    """The same settings for an oficina that only looks: nothing of what it sees is recorded."""
    return settings.model_copy(update={"evidencia": EvidenciaSettings(traza=Traza.NO)})


class Mirador:
    """Looks things up in one session of Serviweb. Everything here changes nothing and may be done again.

    Raises (everywhere):
        CredentialsRefused, ConfigurationError: the account cannot sign in.
        ScreenChanged, BusinessRejection, TransientFailure: it could not be seen.
    """

    def __init__(self, oficina: Oficina, asesor: Asesor) -> None:
        self._oficina = oficina
        self._sesion: Sesion = oficina.sesion(asesor)

    def look(self, pregunta: Vistazo) -> Vista:
        """What Serviweb has; looked up once more, from the sign-in on, where the session had ended."""
        return self._again()(self._looked_up, pregunta)

    def get_ready(self) -> bool:
        """Have one more thing open for the next look-ups: a form, or then a CONSULTA; whether there was one to be opened."""
        if self._sesion.shown(FormularioDeMirar) is None:
            self._again()(self._open_form)
            return True
        return self._again()(self._open_consulta)

    def _open_consulta(self) -> bool:
        second_window = self._second()
        try:
            return second_window is not None and second_window.open_ahead()
        except (BusinessRejection, ScreenChanged) as failed:
            self._keep_to_one_window(failed)
            return False

    def _again(self) -> Retrying:
        """Once more, unless it has taken as long as a screen may: what hangs is not waited for twice.

        A session that has ended may be told by nothing but a screen that does not come: that is no hang.
        """
        often = stop_after_attempt(_ATTEMPTS)
        too_long = stop_after_delay(self._oficina.settings.serviweb.espera_segundos)

        def enough(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome is not None else None
            return often(state) or (too_long(state) and not isinstance(error, SessionExpired))

        return Retrying(
            retry=retry_if_exception_type((TransientFailure, BrowserError)),
            stop=enough,
            before_sleep=lambda _: self._sesion.renew(),
            reraise=True,
        )

    def _looked_up(self, pregunta: Vistazo) -> Vista:
        if pregunta.que is Que.VISITAS:
            return self._visits(pregunta.valor)
        forgotten = self._sesion.serviweb.trafico.olvidos
        try:
            return self._asked_in_form(pregunta)
        except (BusinessRejection, ScreenChanged):
            if self._sesion.serviweb.trafico.olvidos == forgotten:
                raise
            return self._asked_in_form(pregunta)  # the form had been open for so long that the server had forgotten it

    def _visits(self, codigo: str) -> VisitasVistas:
        """What CONSULTA has, in the second window of the session where it has one; there the next one opens meanwhile."""
        lector = Lector(self._sesion, self._oficina.perfil, self._oficina.catalogo.activos, intentos=1)
        since = dt.datetime.now(ZONA_HORARIA).date() - dt.timedelta(days=RECENT_DAYS)
        latest = partial(lector.latest_of, codigo, desde=since, cuantos=MOST_VISITS)
        second_window = self._second()
        found: tuple[TramiteLeido, ...] | None = None
        if second_window is not None:
            try:
                found = latest(consulta=second_window.take())
            except (BusinessRejection, ScreenChanged) as failed:
                self._keep_to_one_window(failed)
        if found is None:
            found = latest()
        return VisitasVistas(tuple(sorted(found, key=lambda one: one.fecha or dt.date.min, reverse=True)))

    def _second(self) -> SecondWindow | None:
        try:
            return self._sesion.second_window()
        except ScreenChanged as failed:
            self._keep_to_one_window(failed)
            return None

    def _keep_to_one_window(self, why: Exception) -> None:
        _log.warning("una sola ventana de Serviweb para los vistazos", extra={"clase": type(why).__name__})
        self._sesion.keep_to_one_window()

    def _asked_in_form(self, pregunta: Vistazo) -> Vista:
        """What the form shows; it stays open for the next look-up only where it has shown somebody."""
        procedimiento = self._procedimiento(pregunta.formulario)
        tramite = self._waiting_form(procedimiento.codigo) or self._new_form(procedimiento)
        found: Vista
        match pregunta.que:
            case Que.SUSCRIPTOR:
                try:
                    found = SuscriptorVisto(tramite.load_suscriptor(pregunta.valor))
                except SuscriptorNotFound:
                    return Desconocido()
                except SuscriptorRetirado:
                    return Retirado()
            case _:
                tercero = TercerosPage(self._sesion.serviweb, tramite).find(pregunta.valor)
                if tercero is None:
                    return Desconocido()
                found = TerceroVisto(tercero)
        self._sesion.show(FormularioDeMirar(tramite, procedimiento.codigo))
        return found

    def _open_form(self) -> None:
        procedimiento = self._oficina.catalogo.primero
        self._sesion.show(FormularioDeMirar(self._new_form(procedimiento), procedimiento.codigo))

    def _procedimiento(self, codigo: str) -> Procedimiento:
        """The first one where this one is not in use any more."""
        activos = self._oficina.catalogo.activos
        return next((one for one in activos if one.codigo == codigo), activos[0])

    def _new_form(self, procedimiento: Procedimiento) -> TramitePage:
        return new_form(self._sesion, procedimiento, Progreso())

    def _waiting_form(self, codigo: str) -> TramitePage | None:
        abierto = self._sesion.take(FormularioDeMirar)
        if abierto is None or abierto.codigo != codigo:
            return None
        return abierto.tramite if time.monotonic() - abierto.desde < _OLDEST_FORM_SECONDS else None
