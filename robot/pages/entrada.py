"""What may come between the password and the menu: a refusal, a question about another session, a sede to choose."""

import re

from playwright.sync_api import Locator

from robot.errors import ConfigurationError, ScreenChanged, ServiwebUnavailable, SesionOcupada, SessionExpired
from robot.pages.espera import Check, visible
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Ancla, Pantalla, Serviweb
from robot.pages.textos import quoted
from robot.perfil.screens import PANTALLAS
from robot.reading.equality import same_option

TRIED = "data-robot-probada"
"""What marks the password field that was filled in."""
_LATE_MS = 1_500.0
"""A page may show its sign-in for a moment until its script knows that somebody has signed in."""
_MOST_SCREENS = 5
_OPTIONS = r"""list => [...list.options]
  .filter(one => !one.disabled && one.value.trim() && !/^\s*([-(<]|seleccion|escoj|elij)/i.test(one.text))
  .map(one => one.text.trim())"""


class Admision:
    """The way from the password to the menu.

    Args:
        termina_otra: another session of the same user may be ended, where Serviweb asks.
        usuario: whose sign-in is on its way, begun before now; blank where none is.

    Attributes:
        avisos: what the asesor should know of it.
    """

    def __init__(self, serviweb: Serviweb, *, termina_otra: bool, usuario: str = "") -> None:
        self.avisos: list[str] = []
        self._serviweb = serviweb
        self._termina_otra = termina_otra
        self._heard = False
        self._usuario = re.compile(re.escape(usuario), re.IGNORECASE)
        self._since = serviweb.pedidos.total

    def leads_to_menu(self, heard: list[str]) -> bool:
        """Whether the menu comes, and no refusal.

        Args:
            heard: what dialogs have said since the password was sent.

        Raises:
            SesionOcupada: somebody has a session that is not to be ended.
            ConfigurationError: Serviweb asks for a sede that nobody has told.
            ScreenChanged, ServiwebUnavailable, UnexpectedDialog: something else comes, that asks for no password.
        """
        told = ""
        for _ in range(_MOST_SCREENS):
            came, pantalla = self._next(heard)
            told = told or self._told_of_another(heard)
            if came == "menu" or (came in {"otra_vez", "sede"} and self._menu_comes_after_all()):
                self.avisos += [_ended(told)] if told else []
                return True
            if came == "pregunta":
                self._answer(pantalla)
            elif came == "sede":
                choose_sede(self._serviweb, Pantalla(self._serviweb, "sede", pantalla.frame))
            elif came != "dialogo":
                break
        if told:
            raise SesionOcupada(f"Dijo: «{quoted(told)}».")
        return False

    def _next(self, heard: list[str]) -> tuple[str, Pantalla]:
        serviweb = self._serviweb
        refused, asks = serviweb.pattern("clave_errada"), serviweb.pattern("pregunta_sesion")
        try:
            return serviweb.await_any(
                "menu",
                menu=MenuPage.first_entry,
                pregunta=lambda p: p.frame.get_by_text(asks).filter(visible=True),
                rechazo=lambda p: p.frame.get_by_text(refused).filter(visible=True),
                sede=sedes,
                otra_vez=_asked_anew,
            )
        except (ScreenChanged, SessionExpired):
            here = Pantalla(serviweb, "menu", serviweb.page.main_frame)
            if not self._heard and any(map(asks.search, heard)):
                self._heard = True
                return "dialogo", here
            if any(map(refused.search, heard)):
                return "rechazo", here
            if not self._is_answered() or not serviweb.espera.comes_within(_LATE_MS, in_any_frame(serviweb, _password)):
                raise
            return "rechazo", here

    def _is_answered(self) -> bool:
        """Whether the sign-in was sent and answered. What a page asks for besides, and for ever, is no part of it.

        Raises:
            ServiwebUnavailable: it was sent and is not answered.
        """
        made = self._serviweb.pedidos.since(self._since)
        own = [one for one in made if one.carries(self._usuario)]
        if any(one.fin is None for one in own):
            raise ServiwebUnavailable("No respondió a tiempo.", pantalla=PANTALLAS["ingreso"].titulo) from None
        return bool(made) and all(one.fin is not None for one in own or made)

    def _told_of_another(self, heard: list[str]) -> str:
        """What dialogs said of another session; blank where they said nothing of one.

        Raises:
            SesionOcupada: they asked whether to end it, and were told no.
        """
        asks = self._serviweb.pattern("pregunta_sesion")
        told = next(filter(asks.search, heard), "")
        if told and self._serviweb.dialogos.refused:
            raise SesionOcupada(f"Preguntó: «{quoted(told)}».")
        return told

    def _answer(self, pantalla: Pantalla) -> None:
        """The page asks whether to end the other session."""
        serviweb = self._serviweb
        asked = pantalla.frame.get_by_text(serviweb.pattern("pregunta_sesion")).filter(visible=True).first
        said = asked.inner_text()
        question = Pantalla(serviweb, "otra_sesion", pantalla.frame)
        go_on = question.find("continuar").filter(visible=True).first
        if not self._termina_otra or not serviweb.espera.comes_within(_LATE_MS, visible(go_on)):
            raise SesionOcupada(f"Dijo: «{quoted(said)}».")
        with question.using("continuar"), serviweb.settled(sends=True):
            go_on.click()
        self.avisos.append(_ended(said))

    def _menu_comes_after_all(self) -> bool:
        self._serviweb.espera.await_answers(self._serviweb.espera_ms)
        return self._serviweb.espera.comes_within(_LATE_MS, in_any_frame(self._serviweb, MenuPage.first_entry))


def in_any_frame(serviweb: Serviweb, ancla: Ancla) -> Check:
    """A check whether some frame shows a thing."""

    def shown(milliseconds: float) -> None:
        if not any(ancla(Pantalla(serviweb, "menu", frame)).first.is_visible() for frame in serviweb.marcos):
            serviweb.espera.await_news(milliseconds)
            raise AssertionError

    return shown


def sedes(pantalla: Pantalla) -> Locator:
    """The list of sedes to sign in with, in the frame of a screen."""
    sede = Pantalla(pantalla.serviweb, "sede", pantalla.frame).find("sede")
    return sede.and_(pantalla.frame.locator("select")).filter(visible=True)


def choose_sede(serviweb: Serviweb, pantalla: Pantalla, *, sends: bool = True) -> None:
    """Choose the sede that the perfil tells; without one, what the list holds already or the only one that it offers.

    Args:
        sends: this is a screen of its own, which a button leads on from.

    Raises:
        ConfigurationError: the perfil tells none, or one that is not offered; with those that are.
    """
    sede = sedes(pantalla).first
    with pantalla.using("sede"):
        offered: list[str] = sede.evaluate(_OPTIONS)
        wanted = serviweb.perfil.ingreso.sede
        chosen = [one for one in offered if same_option(one, wanted)] if wanted else offered
        held: str = sede.evaluate("list => list.selectedOptions[0]?.text.trim() ?? ''")
        if wanted or held not in offered or sends:
            if len(chosen) != 1:
                raise _no_sede(wanted, offered)
            sede.select_option(label=chosen[0])
    if sends:
        with pantalla.using("aceptar"), serviweb.settled(sends=True):
            pantalla.find("aceptar").first.click()


def _no_sede(wanted: str, offered: list[str]) -> ConfigurationError:
    asks = f"no ofrece «{wanted}»" if wanted else "la pide"
    return ConfigurationError(
        f"Diga en el perfil con qué sede se ingresa a Serviweb, que {asks}: {', '.join(offered)}.", campo="ingreso.sede"
    )


def _ended(said: str) -> str:
    return f"Serviweb dijo: «{quoted(said)}». El robot ingresó, y la otra sesión de su usuario quedó cerrada."


def _password(pantalla: Pantalla) -> Locator:
    return Pantalla(pantalla.serviweb, "ingreso", pantalla.frame).find("clave")


def _asked_anew(pantalla: Pantalla) -> Locator:
    """A password field that is not the one that was filled in."""
    return _password(pantalla).and_(pantalla.frame.locator(f":not([{TRIED}])")).filter(visible=True)
