"""Sign-in (step 2)."""

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from robot.errors import CredentialsRefused, ScreenChanged, ServiwebUnavailable, SessionExpired, struck_out
from robot.models import Asesor
from robot.pages.camino import require_let_through, why_not
from robot.pages.contenido import type_out
from robot.pages.menu import MenuPage
from robot.pages.palabras import pattern_of
from robot.pages.serviweb import Ancla, Check, Pantalla, Serviweb, quoted, visible
from robot.pantallas import PANTALLAS

_NOMBRE = "ingreso"
_TITULO = PANTALLAS[_NOMBRE].titulo
_TRIED = "data-robot-probada"
_LATE_MS = 1_500.0
"""A page may show its sign-in for a moment until its script knows that somebody has signed in."""


class LoginPage:
    """The first screen of Serviweb."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb

    def open(self, url: str) -> MenuPage | None:
        """Go to Serviweb: its menu if a session is still open, nothing if it asks for user and password.

        Raises:
            ServiwebUnavailable: nobody answers at the address, or with an error of the server.
            ScreenChanged: neither the menu nor the sign-in appears.
        """
        serviweb = self._serviweb
        self.go_to(url)
        came, _ = serviweb.await_any(_NOMBRE, ingreso=lambda p: p.ancla, menu=MenuPage.first_entry)
        return MenuPage(serviweb) if came == "menu" else None

    def go_to(self, url: str) -> None:
        """Go to Serviweb's first page, whatever it shows.

        Raises:
            ServiwebUnavailable: nobody answers at the address, or with an error of the server.
            ConfigurationError: something on the way must be set up: proxy, certificate, password.
        """
        serviweb = self._serviweb
        serviweb.forget()
        serviweb.close_windows([serviweb.page])
        try:
            response = serviweb.page.goto(url, wait_until="domcontentloaded")
        except PlaywrightError as failed:
            raise why_not(failed.message) from None
        if response is not None:
            require_let_through(response)
        if response is not None and response.status >= 500:
            raise ServiwebUnavailable(f"Respondió con el error {response.status}.", pantalla=_TITULO)

    def sign_in(self, asesor: Asesor) -> MenuPage:
        """Sign in with the asesor's own user. One attempt only, so that no account is ever locked.

        Where Serviweb answers and asks for the password again, that is a refusal, whatever it says.

        Raises:
            CredentialsRefused: Serviweb does not accept them.
            ScreenChanged, ServiwebUnavailable, UnexpectedDialog.
        """
        serviweb = self._serviweb
        pantalla = serviweb.pantalla(_NOMBRE)
        clave = pantalla.find("clave")
        with pantalla.using("usuario"):
            type_out(pantalla.find("usuario"), asesor.usuario)
        with pantalla.using("clave"):
            siguiente = pantalla.find("siguiente").first
            came = serviweb.first_of(clave=visible(clave), siguiente=visible(siguiente))
            if came == "siguiente":
                siguiente.click()
            type_out(clave, asesor.clave.get_secret_value())
            clave.evaluate("(field, mark) => field.setAttribute(mark, '')", _TRIED)
        before = serviweb.text()
        with serviweb.dialogos.remembered() as heard:
            with pantalla.using("ingresar"), serviweb.settled(sends=True):
                pantalla.find("ingresar").first.click()
            if self._lets_in(heard):
                return MenuPage(serviweb)
        raise self._refusal(asesor, "\n".join([*heard, serviweb.text().beyond(before)]))

    def _lets_in(self, heard: list[str]) -> bool:
        """Whether the menu comes, and no refusal.

        Raises:
            ScreenChanged, ServiwebUnavailable, UnexpectedDialog: something else comes, that asks for no password.
        """
        serviweb = self._serviweb
        refused = serviweb.pattern("clave_errada")
        try:
            came, _ = serviweb.await_any(
                "menu",
                menu=MenuPage.first_entry,
                rechazo=lambda p: p.frame.get_by_text(refused).filter(visible=True),
                otra_vez=_asked_anew,
            )
        except (ScreenChanged, SessionExpired):
            if any(map(refused.search, heard)):
                return False
            asks = self._in_any_frame(lambda p: Pantalla(serviweb, _NOMBRE, p.frame).find("clave"))
            if not serviweb.trafico.seen or not serviweb.comes_within(_LATE_MS, asks):
                raise
            return False
        if came == "otra_vez":
            serviweb.await_answers(serviweb.espera_ms)
            return serviweb.comes_within(_LATE_MS, self._in_any_frame(MenuPage.first_entry))
        return came == "menu"

    def _in_any_frame(self, ancla: Ancla) -> Check:
        """A check whether some frame shows a thing."""
        serviweb = self._serviweb

        def shown(milliseconds: float) -> None:
            if not any(ancla(Pantalla(serviweb, "menu", frame)).first.is_visible() for frame in serviweb.marcos):
                serviweb.await_news(milliseconds)
                raise AssertionError

        return shown

    def _refusal(self, asesor: Asesor, said: str) -> CredentialsRefused:
        """The error that quotes what Serviweb said, with the line of the perfil by which it is known at once."""
        words = struck_out(said, [asesor.usuario, asesor.clave.get_secret_value()])
        told = f"Respondió: «{quoted(words)}»." if words.strip() else "No dijo por qué y pidió la clave otra vez."
        line = pattern_of(words, private=lambda word: "•" in word)
        if line and not self._serviweb.pattern("clave_errada").search(said):
            told += (
                f" Para que el robot lo reconozca enseguida, agregue al perfil, en [patrones]: clave_errada = '{line}'."
            )
        return CredentialsRefused(told, campo=f"asesores.{asesor.clave_asesor}.clave")


def _asked_anew(pantalla: Pantalla) -> Locator:
    """A password field that is not the one that was filled in."""
    clave = Pantalla(pantalla.serviweb, _NOMBRE, pantalla.frame).find("clave")
    return clave.and_(pantalla.frame.locator(f":not([{_TRIED}])")).filter(visible=True)
