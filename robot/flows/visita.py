"""The visita domiciliaria, steps 2–12 of SC-PQRS-PRO-018, as functions that are safe to repeat: the form up to Observación
(`formulario`), Guardar and what became of it (`guardado`), the cita (`cita`) and the document with its copies (`documento`).

What survives a step is in its arguments and its result, so that durable execution can call a step again after a crash.
"""

from dataclasses import dataclass

from playwright.sync_api import Error as BrowserError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from robot.errors import TransientFailure
from robot.flows.sesion import Sesion
from robot.models import Solicitud
from robot.procedure import Procedimiento
from robot.referencia import Referencia

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Trabajo:
    """One solicitud to be filed.

    Attributes:
        primer_intento: nobody can have begun it before, so there is nothing to look for.
    """

    procedimiento: Procedimiento
    solicitud: Solicitud
    referencia: Referencia
    primer_intento: bool = True


def renewing(sesion: Sesion) -> Retrying:
    """Try again what changes nothing in Serviweb, from the sign-in on."""

    def renew(_: RetryCallState) -> None:
        sesion.renew()

    return Retrying(
        retry=retry_if_exception_type((TransientFailure, BrowserError)),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.3, max=5),
        before_sleep=renew,
        reraise=True,
    )
