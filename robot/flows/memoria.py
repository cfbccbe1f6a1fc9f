"""What this machine remembers of Serviweb, of sign-ins and screens, whichever process saw them."""

from dataclasses import dataclass
from functools import partial
from typing import Self

from robot.cipher import load_cipher
from robot.flows.abiertas import Abiertas
from robot.flows.guardadas import Guardadas
from robot.flows.rechazos import Rechazos
from robot.flows.recordadas import Recordadas
from robot.settings import Settings


@dataclass(frozen=True, slots=True)
class Memoria:
    """That of one data folder.

    Attributes:
        rechazos: the passwords that are not to be tried again.
        abiertas: the sessions that the robot has left open.
        guardadas: those that a person has opened for it.
        pantallas: what told the things of its screens apart.
    """

    rechazos: Rechazos
    abiertas: Abiertas
    guardadas: Guardadas
    pantallas: Recordadas

    @classmethod
    def of(cls, settings: Settings) -> Self:
        datos = settings.datos
        return cls(
            Rechazos(datos),
            Abiertas(datos),
            Guardadas(datos, partial(load_cipher, settings)),
            Recordadas(datos, settings.serviweb.url),
        )
