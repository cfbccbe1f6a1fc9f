"""What Serviweb asks for at the sign-in that only a person can give: a CAPTCHA, a code that was sent, a keyboard on screen."""

from robot.errors import NavegadorRechazado, PersonaRequerida
from robot.pages.serviweb import Pantalla, Serviweb
from robot.pages.textos import quoted

_CAPTCHA = ", ".join(
    f'{thing}:not(.grecaptcha-badge, .grecaptcha-badge *, [type="hidden"])'
    for thing in (
        'iframe[src*="captcha" i]',
        'iframe[src*="turnstile" i]',
        'img[src*="captcha" i]',
        '[class*="captcha" i]',
        '[id*="captcha" i]',
        '[name*="captcha" i]',
    )
)
"""The badge of one that asks nobody for anything is none."""
_READ_ONLY = "all => all.length > 0 && all.every(field => (field.focus(), field.readOnly))"
"""Some pages let a field be written into only once it is entered."""


def require_nobody(ingreso: Pantalla) -> None:
    """See that user and password are all that the sign-in asks for; nothing is tried before.

    Raises:
        PersonaRequerida: it asks for more.
    """
    if ingreso.frame.locator(_CAPTCHA).filter(visible=True).count():
        raise PersonaRequerida("Pide resolver un CAPTCHA.")
    if ingreso.frame.locator("input[type=password]").filter(visible=True).evaluate_all(_READ_ONLY):
        raise PersonaRequerida("Pide escribir la clave con un teclado en pantalla.")


def require_no_code(serviweb: Serviweb, said: str) -> None:
    """See that what came after the password is no question that only a person can answer.

    Raises:
        PersonaRequerida: it is.
    """
    if serviweb.pattern("pide_persona").search(said):
        raise PersonaRequerida(f"Pide: «{quoted(said)}».")


def require_welcome(serviweb: Serviweb, status: int | None) -> None:
    """See that the server does not turn away the browser itself.

    Raises:
        NavegadorRechazado: it does.
    """
    said = serviweb.text().texto
    if serviweb.pattern("navegador_rechazado").search(said):
        raise NavegadorRechazado(f"Respondió: «{quoted(said)}».")
    if status in {403, 406}:
        raise NavegadorRechazado(f"Respondió con el código {status}.")
