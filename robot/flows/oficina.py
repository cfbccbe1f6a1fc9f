"""What one thread needs to file solicitudes: settings, perfil, Programación, one browser, the open sessions."""

import datetime as dt
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser

from robot.browser import Navegador
from robot.flows.evidencia import drop_old
from robot.flows.sesion import Sesion
from robot.models import ZONA_HORARIA, Asesor
from robot.perfil import Perfil
from robot.procedure import VISITA_DOMICILIARIA, Procedimiento
from robot.settings import Settings
from robot.sheets import Programacion


class Oficina(AbstractContextManager["Oficina"]):
    """Belongs to the thread that uses it; `with` ends the browser.

    Raises (on construction):
        ConfigurationError: a setting that every solicitud needs is missing.
    """

    def __init__(
        self,
        settings: Settings,
        procedimiento: Procedimiento = VISITA_DOMICILIARIA,
        browser: Browser | None = None,
    ) -> None:
        self.settings = settings
        self.procedimiento = procedimiento
        self.url = settings.serviweb_url()
        self.perfil = Perfil.load(settings.serviweb.perfil)
        self.programacion = Programacion(settings.programacion, settings.google)
        self.navegador = Navegador(settings.navegador, browser)
        self._sesiones: dict[str, Sesion] = {}

    def __enter__(self) -> Self:
        drop_old(self.settings.datos, self.settings.retencion.dias, dt.datetime.now(ZONA_HORARIA))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.navegador.close()

    def sesion(self, asesor: Asesor) -> Sesion:
        """The asesor's Serviweb, open or to be opened."""
        if asesor.usuario not in self._sesiones:
            self._sesiones[asesor.usuario] = Sesion(
                self.navegador,
                asesor,
                url=self.url,
                perfil=self.perfil,
                espera_ms=self.settings.serviweb.espera_segundos * 1000,
                traza=self.settings.evidencia.traza,
            )
        return self._sesiones[asesor.usuario]

    def open_sesion(self, clave_asesor: str) -> Sesion | None:
        """The session of an asesor if it has ever been opened here."""
        return next((one for one in self._sesiones.values() if one.asesor.clave_asesor == clave_asesor), None)

    def renew(self) -> None:
        """Every session begins again from the sign-in: nobody knows what the screens show."""
        for sesion in self._sesiones.values():
            sesion.renew()

    def peticiones(self) -> dict[str, int]:
        """Requests made so far, by system."""
        return {
            "serviweb": sum(sesion.peticiones for sesion in self._sesiones.values()),
            "google": self.programacion.llamadas.total(),
        }
