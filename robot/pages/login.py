"""Sign-in (step 2)."""

from playwright.sync_api import Error as PlaywrightError

from robot.errors import CredentialsRefused, ServiwebUnavailable, UnexpectedDialog
from robot.models import Asesor
from robot.pages.contenido import type_out
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb, visible
from robot.pantallas import PANTALLAS

_NOMBRE = "ingreso"
_TITULO = PANTALLAS[_NOMBRE].titulo


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
        """
        serviweb = self._serviweb
        serviweb.forget()
        serviweb.close_windows([serviweb.page])
        try:
            response = serviweb.page.goto(url, wait_until="domcontentloaded")
        except PlaywrightError:
            raise ServiwebUnavailable("No se pudo abrir su dirección.", pantalla=_TITULO) from None
        if response is not None and response.status >= 500:
            raise ServiwebUnavailable(f"Respondió con el error {response.status}.", pantalla=_TITULO)

    def sign_in(self, asesor: Asesor) -> MenuPage:
        """Sign in with the asesor's own user. One attempt only, so that no account is ever locked.

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
        with pantalla.using("ingresar"), serviweb.settled(sends=True):
            pantalla.find("ingresar").first.click()
        refused = serviweb.pattern("clave_errada")
        campo = f"asesores.{asesor.clave_asesor}.clave"
        try:
            came, _ = serviweb.await_any(
                "menu", menu=MenuPage.first_entry, rechazo=lambda p: p.frame.get_by_text(refused).filter(visible=True)
            )
        except UnexpectedDialog as dialog:
            if refused.search(dialog.detalle):
                raise CredentialsRefused(campo=campo) from None
            raise
        if came == "rechazo":
            raise CredentialsRefused(campo=campo)
        return MenuPage(serviweb)
