"""A person signs in, in a window that they see, and the robot goes on with that session."""

from collections.abc import Callable

from robot.errors import PersonaRequerida
from robot.flows.oficina import Oficina
from robot.models import Asesor
from robot.pages.login import LoginPage
from robot.pages.serviweb import Serviweb

_PATIENCE_MS = 600_000.0


def open_by_hand(oficina: Oficina, asesor: Asesor, say: Callable[[Serviweb], None]) -> None:
    """Open Serviweb, wait until somebody has signed in there, and keep that session for the robot.

    Args:
        say: told when the person may begin.

    Raises:
        PersonaRequerida: nobody has, within ten minutes.
        ServiwebUnavailable, ConfigurationError: Serviweb cannot be opened, or the session cannot be kept.
    """
    serviweb = Serviweb(
        oficina.navegador.page(asesor.usuario),
        oficina.perfil,
        oficina.settings.serviweb.espera_segundos * 1000,
        red=oficina.settings.red,
    )
    login = LoginPage(serviweb)
    login.go_to(oficina.url)
    say(serviweb)
    if not login.is_entered_within(_PATIENCE_MS):
        raise PersonaRequerida("Nadie terminó de ingresar en diez minutos.")
    oficina.memoria.guardadas.keep(asesor.usuario, serviweb.page.context.storage_state())
