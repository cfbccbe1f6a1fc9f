"""What is kept of the screens while they are as the robot knows them, for when they are not any more."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from robot.pages.rasgos import Rasgos


class PantallaRecordada(BaseModel):
    """What is kept of one screen.

    Attributes:
        cosas: by name, what told each thing apart when it was found last.
        firmas: the forms in which the screen is known, so that nothing is looked for again while it has one of them.
        a_la_vista: what was there when it opened.
        otros: the controls beside them that no name covers, as `Rasgos.cifra`: none of them is what a named thing has become.
    """

    model_config = ConfigDict(frozen=True)

    cosas: Mapping[str, Rasgos] = {}
    firmas: tuple[str, ...] = ()
    a_la_vista: tuple[str, ...] = ()
    otros: tuple[str, ...] = ()


class Recuerdos(Protocol):
    """Where it is kept."""

    def of(self, pantalla: str) -> PantallaRecordada:
        """What is kept of a screen; nothing of one that was never seen."""

    def keep(self, pantalla: str, recordada: PantallaRecordada) -> None:
        """Keep this of a screen, in the place of what was kept."""


class RecuerdosEnMemoria:
    """For as long as the process lasts."""

    def __init__(self) -> None:
        self._kept: dict[str, PantallaRecordada] = {}

    def of(self, pantalla: str) -> PantallaRecordada:
        return self._kept.get(pantalla, PantallaRecordada())

    def keep(self, pantalla: str, recordada: PantallaRecordada) -> None:
        self._kept[pantalla] = recordada
