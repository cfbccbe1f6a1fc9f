"""Steps 2–12 of SC-PQRS-PRO-018 and of its sister procedures, as functions that are safe to repeat: the form up to Observación
(`formulario`), Guardar and what became of it (`guardado`), the cita (`cita`) and the document with its copies (`documento`).

What survives a step is in its arguments and its result, so that durable execution can call a step again after a crash.
"""

from dataclasses import dataclass
from typing import Self

from playwright.sync_api import Error as BrowserError
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from robot.errors import TransientFailure
from robot.flows.sesion import Sesion
from robot.models import Solicitud
from robot.procedure.definition import Procedimiento
from robot.referencia import Referencia, quoted

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Trabajo:
    """One solicitud to be filed.

    Attributes:
        procedimiento: by which, with the medio and the causal of this solicitud.
        primer_intento: nobody can have begun it before, so there is nothing to look for.
    """

    procedimiento: Procedimiento
    solicitud: Solicitud
    referencia: Referencia
    primer_intento: bool = True

    @classmethod
    def of(
        cls, procedimiento: Procedimiento, solicitud: Solicitud, referencia: Referencia, *, primer_intento: bool
    ) -> Self:
        """One solicitud by its procedure."""
        chosen = procedimiento.as_chosen(medio=solicitud.medio, causal=solicitud.causal)
        return cls(chosen, solicitud, referencia, primer_intento)

    def observacion(self, ruta: str) -> str:
        """The text of Observación (step 9). Of the referencias in it, only the one that closes it can be found."""
        solicitud = self.solicitud
        text = self.procedimiento.observacion(
            solicitud=solicitud.solicitud,
            suscriptor=solicitud.suscriptor,
            ruta=ruta,
            celular=solicitud.celular,
            referencia=self.referencia,
            respuestas=solicitud.respuestas,
        )
        return quoted(text.removesuffix(self.referencia)) + self.referencia

    @property
    def secretos(self) -> tuple[str, ...]:
        """The personal data that no log, message, file name or address may hold."""
        return (*self.solicitud.secretos, *self.procedimiento.personal(self.solicitud.respuestas))


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
