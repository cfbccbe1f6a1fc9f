"""An asesor's session in Serviweb: opened once, reused, renewed when Serviweb has ended it."""

import contextlib
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, StorageState

from robot.browser import Navegador
from robot.flows.memoria import Memoria
from robot.flows.wear import Wear
from robot.models import Asesor
from robot.pages.camino import try_out
from robot.pages.consulta import ConsultaPage
from robot.pages.login import LoginPage
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.traza import Grabacion
from robot.perfil.ajustes import Ajuste, Propuesta, adjusted
from robot.perfil.perfil import OtraSesion, Perfil
from robot.red import RedSettings
from robot.settings import Traza

_LONGEST_WAIT_SECONDS = 600.0
"""What has waited for longer is opened anew: its session may have ended without a word."""


class SecondWindow:
    """A second window of a session, in which CONSULTA can wait while a form waits in the first one.

    Args:
        menu: of the window.
    """

    def __init__(self, menu: MenuPage) -> None:
        self._menu = menu
        self._waiting: ConsultaPage | None = None
        self._since = 0.0

    @property
    def open(self) -> bool:
        return not self._menu.serviweb.page.is_closed()

    def open_ahead(self) -> bool:
        """Have a CONSULTA wait that nobody has searched in yet; whether it had to be opened.

        Raises:
            ScreenChanged, TransientFailure, UnexpectedDialog.
        """
        if self._waiting is None or time.monotonic() - self._since > _LONGEST_WAIT_SECONDS:
            self._menu.serviweb.forget()
            self._menu.open("consulta")
            self._waiting, self._since = ConsultaPage(self._menu.serviweb), time.monotonic()
            return True
        return False

    def take(self) -> ConsultaPage:
        """The one that waits, or another one; each is searched in once, so that nothing stands there before the answer.

        Raises:
            ScreenChanged, TransientFailure, UnexpectedDialog.
        """
        self.open_ahead()
        consulta, self._waiting = self._waiting, None
        if consulta is None:
            raise RuntimeError("A CONSULTA was just opened.")
        self._menu.serviweb.forget()
        return consulta

    def close(self) -> None:
        with contextlib.suppress(PlaywrightError):  # a browser that crashed has closed it already
            self._menu.serviweb.page.context.close()


class EnPantalla:
    """What a flow has left on the screen of a session, for the next one to go on from."""

    __slots__ = ()


Shown = TypeVar("Shown", bound=EnPantalla)


class Sesion:
    """One asesor's Serviweb in one browser.

    Args:
        al_dia: the asesor with the password as it is kept now.
        memoria: what is known of earlier sign-ins.
        presta: fields may be filled by a line that nobody has accepted yet (`robot.flows.prestado`).

    Attributes:
        prestados: the lines that they are filled by now.
    """

    def __init__(
        self,
        navegador: Navegador,
        asesor: Asesor,
        *,
        al_dia: Callable[[], Asesor],
        memoria: Memoria,
        url: str,
        red: RedSettings,
        perfil: Perfil,
        espera_ms: float,
        traza: Traza,
        presta: bool = False,
    ) -> None:
        self.asesor = asesor
        self._al_dia = al_dia
        self._memoria = memoria
        self._begun_with = 0
        self._avisos: list[str] = []
        self._entered = False
        self._navegador = navegador
        self._url = url
        self._red = red
        self._perfil = perfil
        self._espera_ms = espera_ms
        self._traza = traza
        self.presta = presta
        self.prestados: tuple[Propuesta, ...] = ()
        self._grabacion: Grabacion | None = None
        self._of = ""
        self._serviweb: Serviweb | None = None
        self._wear = Wear()
        self._settled = False
        self._menu: MenuPage | None = None
        self._shown: EnPantalla | None = None
        self._second: SecondWindow | None = None
        self._one_window = False

    @property
    def serviweb(self) -> Serviweb:
        """The open Serviweb; a new browser page if the last one was closed or crashed."""
        page = self._navegador.page(self.asesor.usuario, self._kept)
        serviweb = self._serviweb
        if serviweb is None or serviweb.page is not page:
            serviweb = self._opened(page)
            self._work_in(serviweb)
            self._menu = None
            self._entered = False
            self._close_the_second()
        return serviweb

    def _opened(self, page: Page) -> Serviweb:
        return Serviweb(page, self._perfil, self._espera_ms, red=self._red, recuerdos=self._memoria.pantallas)

    def _work_in(self, serviweb: Serviweb) -> None:
        self._serviweb, self._wear, self._grabacion = serviweb, Wear(), None
        if self._traza is not Traza.NO:
            pantallas = self._traza is Traza.PANTALLAS
            self._grabacion = Grabacion(serviweb.page.context, self._navegador.carpeta, pantallas=pantallas)
            if self._of:
                self._grabacion.about(self._of)

    def _kept(self) -> StorageState | None:
        self._begun_with = self._memoria.guardadas.version(self.asesor.usuario)
        return self._memoria.guardadas.find(self.asesor.usuario) if self._begun_with else None

    @property
    def abierto(self) -> Serviweb | None:
        """The Serviweb that was last worked in, if any is open."""
        return self._serviweb if self._serviweb is not None and not self._serviweb.page.is_closed() else None

    def menu(self) -> MenuPage:
        """The menu of a signed-in Serviweb (step 2), signing in where needed.

        Raises:
            CredentialsRefused: user and password were refused, now or earlier; they are not tried again.
            ConfigurationError: there is no password any more.
            ServiwebUnavailable, ScreenChanged, UnexpectedDialog.
        """
        if self._menu is None and self._memoria.guardadas.version(self.asesor.usuario) > self._begun_with:
            self._navegador.forget(self.asesor.usuario)  # a person has opened another one since
        serviweb = self.serviweb
        if self._menu is None:
            self._menu = self._signed_in(serviweb)
        serviweb.forget()
        self._memoria.abiertas.used(self.asesor.usuario)
        self._shown = None
        return self._menu

    def try_out_the_way(self) -> str:
        """Ask for Serviweb's first page as Guardar is sent, below the browser; what came of it, in Spanish.

        Raises:
            ServiwebUnavailable: it does not get there.
        """
        return try_out(self.serviweb.page, self._red, self._url, self._espera_ms)

    def _signed_in(self, serviweb: Serviweb) -> MenuPage:
        """What is typed here is recorded nowhere."""
        if self._grabacion is not None:
            self._grabacion.pause()
        login = LoginPage(serviweb)
        menu = login.open(self._url)
        if menu is None:
            self._memoria.guardadas.drop(self.asesor.usuario)
            asesor = self._al_dia()
            try:
                with self._memoria.rechazos.minding(asesor):
                    menu = login.sign_in(asesor, termina_otra=self._may_end_another())
            finally:
                self._avisos += login.avisos
        self._entered = True
        if self._grabacion is not None:
            self._grabacion.resume()
        return menu

    def _may_end_another(self) -> bool:
        """Whether another session of the user may be ended. This browser's own has ended where it is asked for the password."""
        modo = self._perfil.ingreso.otra_sesion
        own = not self._entered and self._memoria.abiertas.left_open(self.asesor.usuario)
        return modo is OtraSesion.TERMINAR or (modo is OtraSesion.PROPIA and own)

    def tell(self, aviso: str) -> None:
        """Something that the asesor should know, however the part ends that is being done."""
        self._avisos.append(aviso)

    def take_avisos(self) -> tuple[str, ...]:
        """What the asesor should know of the sign-ins, and of what was told, since the last call."""
        avisos, self._avisos = tuple(self._avisos), []
        return avisos

    def record(self, referencia: str) -> None:
        """What is done from now on is done for this solicitud. In a page that is gone there is nothing to record."""
        self._of = referencia
        if self._grabacion is None or self.abierto is None:
            return
        with contextlib.suppress(PlaywrightError):  # the browser is just going, as whoever needs it will see
            self._grabacion.about(referencia)
            if self._menu is not None:
                self._grabacion.resume()

    def record_nothing(self) -> None:
        """What is done from now on is nobody's; of what was recorded nothing is kept, on disk neither."""
        if self._of and self.abierto is not None:
            self._wear.count(self.abierto)
        self._of = ""
        if self._grabacion is not None and self.abierto is not None:
            with contextlib.suppress(PlaywrightError):  # with the browser what it kept goes, too
                self._grabacion.end()

    def recordings(self, secretos: Iterable[str]) -> list[bytes]:
        """Playwright traces of what was done for this solicitud, oldest first, without personal data."""
        if self._grabacion is None:
            return []
        try:
            return self._grabacion.take(secretos)
        except PlaywrightError:  # the browser that held the last one is gone
            return []

    def go_by(self, perfil: Perfil) -> None:
        """Find the screens by another perfil from now on, and everything on them anew; nothing is borrowed any more."""
        self.prestados = ()
        self._use(perfil)

    def borrow(self, propuestas: tuple[Propuesta, ...]) -> None:
        """Find some fields by lines that nobody has accepted yet."""
        self.prestados += propuestas
        self._use(adjusted(self._perfil, (Ajuste(one.pantalla, one.elemento, one.linea) for one in propuestas)))

    def _use(self, perfil: Perfil) -> None:
        self._perfil = perfil
        if self._serviweb is not None:
            self._serviweb.perfil = perfil
        self.renew()

    def change_worn_page(self) -> None:
        """Go on in a new page where the old one has seen enough (`robot.flows.wear`); the session goes along.

        The old one is closed only when the new one is signed in. Where the session cannot be taken along, the old one stays.

        Raises:
            ServiwebUnavailable, ScreenChanged: the new one does not open; the old one is as it was.
        """
        worn = self.abierto
        if worn is None or self._menu is None or self._settled or not self._wear.great:
            return
        menu = self._beside(worn)
        if menu is None:
            self._settled = True
            return
        self._navegador.succeed(self.asesor.usuario, menu.serviweb.page)
        self._work_in(menu.serviweb)
        self._menu, self._shown = menu, None

    def _beside(self, first: Serviweb) -> MenuPage | None:
        """The menu in a new window of the session; nothing where that cannot be taken along."""
        page = self._navegador.beside(self.asesor.usuario)
        try:
            fresh = self._opened(page)
            fresh.aprendido = first.aprendido.elsewhere()
            menu = LoginPage(fresh).open(self._url)
        except BaseException:
            page.context.close()
            raise
        if menu is None:
            page.context.close()
        return menu

    def second_window(self) -> SecondWindow | None:
        """A second window of the session, if it is signed in and can be taken along; it is closed when the session begins again.

        Raises:
            ServiwebUnavailable, ScreenChanged: the window does not open.
        """
        if self._second is not None and self._second.open:
            return self._second
        first = self.abierto
        if first is None or self._menu is None or self._one_window:
            return None
        menu = self._beside(first)
        self._one_window = menu is None
        self._second = None if menu is None else SecondWindow(menu)
        return self._second

    def keep_to_one_window(self) -> None:
        """Close the second window, and open none any more: this Serviweb does not do with two."""
        self._one_window = True
        self._close_the_second()

    def _close_the_second(self) -> None:
        if self._second is not None:
            self._second.close()
            self._second = None

    def renew(self) -> None:
        """Begin again from the sign-in at the next call: the session has ended, or nobody knows what the screen shows."""
        self._menu = self._shown = None
        self._close_the_second()
        if self._serviweb is not None and self._serviweb.gastada:
            self._navegador.forget(self.asesor.usuario)

    def show(self, what: EnPantalla) -> None:
        """Remember what is on screen, until the menu is used again."""
        self._shown = what

    def shown(self, kind: type[Shown]) -> Shown | None:
        """What is on screen, if it is of that kind."""
        return self._shown if self._menu is not None and isinstance(self._shown, kind) else None

    def take(self, kind: type[Shown]) -> Shown | None:
        """As `shown`; whoever takes it goes on from there, and what was said and asked for before is of no matter."""
        serviweb = self.serviweb
        taken = self.shown(kind)
        if taken is not None:
            serviweb.forget()
            self._shown = None
        return taken

    @property
    def peticiones(self) -> int:
        """Requests made to Serviweb so far."""
        return self._serviweb.trafico.total if self._serviweb is not None else 0
