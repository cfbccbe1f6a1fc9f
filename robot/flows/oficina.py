"""What one thread needs to file solicitudes: settings, perfil, Programación, one browser, the open sessions."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self, TypeVar

from playwright.sync_api import Browser

from robot.browser import Navegador
from robot.flows.evidencia import drop_old
from robot.flows.formulario import open_ahead
from robot.flows.memoria import Memoria
from robot.flows.sesion import Sesion
from robot.host.private import TEMPORALES, TemporaryFolders, settle
from robot.models import ZONA_HORARIA, Asesor, user_key
from robot.perfil.ajustes import Ajuste, adjusted
from robot.perfil.perfil import Perfil
from robot.procedure.definition import Procedimiento
from robot.settings import Parecidos, ProgramacionSettings, Settings
from robot.sheets import Programacion

T = TypeVar("T")


def _nothing_accepted() -> Sequence[Ajuste]:
    return ()


class Oficina(AbstractContextManager["Oficina"]):
    """Belongs to the thread that uses it; `with` ends the browser.

    Args:
        ajustes: tells which lines people have accepted over the perfil.

    Raises (on construction):
        ConfigurationError: a setting that every solicitud needs is missing, or a procedure cannot be read.
    """

    def __init__(
        self,
        settings: Settings,
        browser: Browser | None = None,
        ajustes: Callable[[], Sequence[Ajuste]] = _nothing_accepted,
    ) -> None:
        self.settings = settings
        self.catalogo = settings.catalogo
        self.catalogo.require()
        self.url = settings.serviweb_url()
        self._del_archivo = Perfil.load(settings.serviweb.perfil)
        self._ajustes = ajustes
        self.ajustes: tuple[Ajuste, ...] = ()
        self.perfil = self._del_archivo
        self.programacion = Programacion(settings.programacion, settings.google)
        self._programaciones: list[tuple[ProgramacionSettings, Programacion]] = [
            (settings.programacion, self.programacion)
        ]
        self.navegador = Navegador(
            settings.navegador,
            browser,
            url=self.url,
            red=settings.red,
            temporales=TemporaryFolders(settings.datos / TEMPORALES),
        )
        self.memoria = Memoria.of(settings)
        self._sesiones: dict[str, Sesion] = {}
        self._recorded = ("", "")
        self._aparte = ThreadPoolExecutor(1, "programacion")
        self.keep_up()

    def keep_up(self) -> None:
        """Go by the lines that people have accepted or taken back by now; before anything is begun that they could change."""
        accepted = tuple(self._ajustes())
        if accepted == self.ajustes:
            return
        self.ajustes = accepted
        self.perfil = adjusted(self._del_archivo, accepted)
        for sesion in self._sesiones.values():
            sesion.go_by(self.perfil)

    def __enter__(self) -> Self:
        settle(self.settings.datos)
        drop_old(self.settings.datos, self.settings.retencion.dias, dt.datetime.now(ZONA_HORARIA))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.navegador.close()
        self._aparte.shutdown(wait=False)

    @contextmanager
    def meanwhile(self, work: Callable[[], T]) -> Iterator[Callable[[], T]]:
        """Do `work` while the block goes on with the browser, which `work` must not touch. Both have ended after the block.

        What is given waits for the result; errors of `work` are raised there, or at the end of the block.
        """
        running = self._aparte.submit(work)
        try:
            yield running.result
        except BaseException:
            wait([running])
            raise
        running.result()

    def sesion(self, asesor: Asesor) -> Sesion:
        """The asesor's Serviweb, open or to be opened."""
        user = user_key(asesor.usuario)
        if user not in self._sesiones:
            self._sesiones[user] = self._new_sesion(asesor)
        return self._sesiones[user]

    def _new_sesion(self, asesor: Asesor) -> Sesion:
        fresh = Sesion(
            self.navegador,
            asesor,
            al_dia=lambda: self.settings.asesor_al_dia(asesor.clave_asesor),
            memoria=self.memoria,
            url=self.url,
            red=self.settings.red,
            perfil=self.perfil,
            espera_ms=self.settings.serviweb.espera_segundos * 1000,
            traza=self.settings.evidencia.traza,
            presta=self.settings.serviweb.parecidos is Parecidos.LEER_IGUAL,
        )
        clave_asesor, referencia = self._recorded
        if asesor.clave_asesor == clave_asesor:
            fresh.record(referencia)
        return fresh

    def record(self, clave_asesor: str, referencia: str) -> None:
        """What is done from now on in the Serviweb of this asesor is done for this solicitud, and for no other one anywhere."""
        for sesion in self._sesiones.values():
            if sesion.asesor.clave_asesor != clave_asesor:
                sesion.record_nothing()
        self._recorded = clave_asesor, referencia
        if (opened := self.open_sesion(clave_asesor)) is not None:
            opened.record(referencia)

    def record_nothing(self) -> None:
        """The solicitud has ended: nothing stays of what was recorded of it beside its evidence."""
        self._recorded = "", ""
        for sesion in self._sesiones.values():
            sesion.record_nothing()

    def open_sesion(self, clave_asesor: str) -> Sesion | None:
        """The session of an asesor if it has ever been opened here."""
        return next((one for one in self._sesiones.values() if one.asesor.clave_asesor == clave_asesor), None)

    def programacion_of(self, procedimiento: Procedimiento) -> Programacion:
        """Where the citas of a procedure are booked; procedures that book in one place share it, and what it remembers."""
        wanted = self.settings.programacion_of(procedimiento)
        found = next((one for own, one in self._programaciones if own == wanted), None)
        if found is None:
            found = Programacion(wanted, self.settings.google)
            self._programaciones.append((wanted, found))
        return found

    def change_worn_page(self, usuario: str) -> None:
        """Between two solicitudes: have a user's session go on in a new page, where the old one has seen enough.

        Raises:
            ServiwebUnavailable, ScreenChanged: it goes on in the old one.
        """
        sesion = self._sesiones.get(user_key(usuario))
        if sesion is not None:
            sesion.change_worn_page()

    def get_ready(self, usuario: str, procedimiento: Procedimiento) -> None:
        """Have the form of a user's next solicitud open, if their session is, as one by this procedure begins.

        Raises:
            ScreenChanged, OptionMissing, TransientFailure, UnexpectedDialog: it is not; the next solicitud signs in anew.
        """
        sesion = self._sesiones.get(user_key(usuario))
        if sesion is None or not self.settings.serviweb.formulario_listo:
            return
        try:
            open_ahead(sesion, procedimiento)
        except BaseException:
            sesion.renew()
            raise

    def renew(self) -> None:
        """Every session begins again from the sign-in: nobody knows what the screens show."""
        for sesion in self._sesiones.values():
            sesion.renew()

    def peticiones(self) -> dict[str, int]:
        """Requests made so far, by system."""
        return {
            "serviweb": sum(sesion.peticiones for sesion in self._sesiones.values()),
            "google": sum(one.llamadas.total() for _, one in self._programaciones),
        }
