"""Sign-in (step 2)."""

from playwright.sync_api import Error as PlaywrightError

from robot.errors import CredentialsRefused, ScreenChanged, ServiwebUnavailable, struck_out
from robot.models import Asesor
from robot.pages.aprendizaje import learn
from robot.pages.camino import require_let_through, why_not
from robot.pages.contenido import type_out
from robot.pages.entrada import TRIED, Admision, choose_sede, in_any_frame, sedes
from robot.pages.escucha import Acuerdo
from robot.pages.espera import visible
from robot.pages.menu import MenuPage
from robot.pages.palabras import pattern_of
from robot.pages.persona import require_no_code, require_nobody, require_welcome
from robot.pages.serviweb import Ancla, Pantalla, Serviweb
from robot.pages.textos import quoted
from robot.perfil.screens import PANTALLAS

_NOMBRE = "ingreso"
_TITULO = PANTALLAS[_NOMBRE].titulo


class LoginPage:
    """The first screen of Serviweb.

    Attributes:
        avisos: what the asesor should know of the sign-in.
    """

    def __init__(self, serviweb: Serviweb) -> None:
        self.avisos: list[str] = []
        self._serviweb = serviweb
        self._status: int | None = None

    def open(self, url: str) -> MenuPage | None:
        """Go to Serviweb: its menu if a session is still open, nothing if it asks for user and password.

        Raises:
            ServiwebUnavailable: nobody answers at the address, or with an error of the server.
            NavegadorRechazado: the server turns the browser away.
            ScreenChanged: neither the menu nor the sign-in appears.
        """
        serviweb = self._serviweb
        self.go_to(url)
        came, _ = self._await_first(
            ingreso=lambda p: p.ancla,
            menu=MenuPage.first_entry,
            sede=sedes,
        )
        if came == "sede" and not Admision(serviweb, termina_otra=False).leads_to_menu([]):
            return None
        return None if came == "ingreso" else MenuPage(serviweb)

    def _await_first(self, **anclas: Ancla) -> tuple[str, Pantalla]:
        """As `Serviweb.await_any`; a page that is none of Serviweb's may be the server's that turns the browser away."""
        try:
            return self._serviweb.await_any(_NOMBRE, **anclas)
        except ScreenChanged:
            require_welcome(self._serviweb, self._status)
            raise

    def is_entered_within(self, plazo_ms: float) -> bool:
        """Whether somebody signs in, in that time."""
        serviweb = self._serviweb
        return serviweb.espera.comes_within(plazo_ms, in_any_frame(serviweb, MenuPage.first_entry))

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
        self._status = response.status if response is not None else None
        if response is not None:
            require_let_through(response)
        if response is not None and response.status >= 500:
            raise ServiwebUnavailable(f"Respondió con el error {response.status}.", pantalla=_TITULO)

    def sign_in(self, asesor: Asesor, *, termina_otra: bool = False) -> MenuPage:
        """Sign in with the asesor's own user. One attempt only, so that no account is ever locked.

        Where Serviweb answers and asks for the password again, that is a refusal, whatever it says.

        Args:
            termina_otra: another session of the same user may be ended, where Serviweb asks.

        Raises:
            CredentialsRefused: Serviweb does not accept them.
            SesionOcupada: somebody has a session that is not to be ended.
            ConfigurationError: Serviweb asks for a sede that nobody has told.
            PersonaRequerida: it asks for what only a person can give.
            ScreenChanged, ServiwebUnavailable, UnexpectedDialog.
        """
        serviweb = self._serviweb
        pantalla = serviweb.pantalla(_NOMBRE)
        learn(pantalla)
        if sedes(pantalla).first.is_visible():
            choose_sede(serviweb, Pantalla(serviweb, "sede", pantalla.frame), sends=False)
        require_nobody(pantalla)
        clave = pantalla.find("clave")
        with pantalla.using("usuario"):
            type_out(pantalla.find("usuario"), asesor.usuario)
        with pantalla.using("clave"):
            siguiente = pantalla.find("siguiente").first
            came = serviweb.first_of(clave=visible(clave), siguiente=visible(siguiente))
            if came == "siguiente":
                siguiente.click()
            type_out(clave, asesor.clave.get_secret_value())
            clave.evaluate("(field, mark) => field.setAttribute(mark, '')", TRIED)
        before = serviweb.text()
        entrada = Admision(serviweb, termina_otra=termina_otra, usuario=asesor.usuario)
        acuerdo = Acuerdo(serviweb.pattern("pregunta_sesion")) if termina_otra else Acuerdo()
        with serviweb.dialogos.remembered() as heard, serviweb.dialogos.accepting(acuerdo):
            with pantalla.using("ingresar"), serviweb.settled(sends=True):
                pantalla.find("ingresar").first.click()
            try:
                enters = entrada.leads_to_menu(heard)
            except ScreenChanged:
                require_no_code(serviweb, serviweb.text().beyond(before))
                raise
            self.avisos += entrada.avisos
        if not enters:
            raise self._refusal(asesor, "\n".join([*heard, serviweb.text().beyond(before)]))
        return MenuPage(serviweb)

    def _refusal(self, asesor: Asesor, said: str) -> CredentialsRefused:
        """The error that quotes what Serviweb said, with the line of the perfil by which it is known at once.

        Raises:
            PersonaRequerida: it is no refusal, but asks for more.
        """
        if not self._serviweb.pattern("clave_errada").search(said):
            require_no_code(self._serviweb, said)
        words = struck_out(said, [asesor.usuario, asesor.clave.get_secret_value()])
        told = f"Respondió: «{quoted(words)}»." if words.strip() else "No dijo por qué y pidió la clave otra vez."
        line = pattern_of(words, private=lambda word: "•" in word)
        if line and not self._serviweb.pattern("clave_errada").search(said):
            told += (
                f" Para que el robot lo reconozca enseguida, agregue al perfil, en [patrones]: clave_errada = '{line}'."
            )
        return CredentialsRefused(told, campo=f"asesores.{asesor.clave_asesor}.clave")
