"""Sign-in (step 2)."""

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

from robot.errors import CredentialsRefused, ServiwebUnavailable, UnexpectedDialog
from robot.models import Asesor
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Pantalla, Serviweb

_NOMBRE, _TITULO = "ingreso", "Ingreso"


class LoginPage:
    """The first screen of Serviweb."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb

    @staticmethod
    def usuario(pantalla: Pantalla) -> Locator:
        return pantalla.field("usuario", "Usuario", "Nombre de usuario", "Login")

    @staticmethod
    def clave(pantalla: Pantalla) -> Locator:
        return pantalla.field("clave", "Contraseña", "Clave", "Password")

    @staticmethod
    def ingresar(pantalla: Pantalla) -> Locator:
        return pantalla.action("ingresar", "Ingresar", "Entrar", "Iniciar sesión", "Aceptar")

    def open(self, url: str) -> MenuPage | None:
        """Go to Serviweb: its menu if a session is still open, nothing if it asks for user and password.

        Raises:
            ServiwebUnavailable: nobody answers at the address, or with an error of the server.
            ScreenChanged: neither the menu nor the sign-in appears.
        """
        serviweb = self._serviweb
        serviweb.forget()
        try:
            response = serviweb.page.goto(url, wait_until="domcontentloaded")
        except PlaywrightError:
            raise ServiwebUnavailable("No se pudo abrir su dirección.", pantalla=_TITULO) from None
        if response is not None and response.status >= 500:
            raise ServiwebUnavailable(f"Respondió con el error {response.status}.", pantalla=_TITULO)
        came, _ = serviweb.await_any(_NOMBRE, _TITULO, ingreso=self.clave, menu=MenuPage.first_entry)
        return MenuPage(serviweb) if came == "menu" else None

    def sign_in(self, asesor: Asesor) -> MenuPage:
        """Sign in with the asesor's own user. One attempt only, so that no account is ever locked.

        Raises:
            CredentialsRefused: Serviweb does not accept them.
            ScreenChanged, ServiwebUnavailable, UnexpectedDialog.
        """
        serviweb = self._serviweb
        pantalla = serviweb.pantalla(_NOMBRE, _TITULO, self.clave)
        with pantalla.using("usuario"):
            self.usuario(pantalla).fill(asesor.usuario)
        with pantalla.using("clave"):
            self.clave(pantalla).fill(asesor.clave.get_secret_value())
        with pantalla.using("ingresar"), serviweb.settled(sends=True):
            self.ingresar(pantalla).click()
        refused = serviweb.pattern("clave_errada")
        campo = f"asesores.{asesor.clave_asesor}.clave"
        try:
            came, _ = serviweb.await_any(
                "menu", "Menú", menu=MenuPage.first_entry, rechazo=lambda p: p.frame.get_by_text(refused)
            )
        except UnexpectedDialog as dialog:
            if refused.search(dialog.detalle):
                raise CredentialsRefused(campo=campo) from None
            raise
        if came == "rechazo":
            raise CredentialsRefused(campo=campo)
        return MenuPage(serviweb)
