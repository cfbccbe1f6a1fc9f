"""The mailbox in a chaos run: messages come, some of them twice, the server goes and comes back, and somebody takes marks off."""

import imaplib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

from imapclient.exceptions import IMAPClientError

from robot.intake import Ventanilla
from robot.record.messages import Correo
from tests.buzon import CLAVE, USUARIO, BuzonDePrueba

_MARK = "serviweb-robot"
_SUSCRIPTOR = "001008"
_MARK_OFF, _AGAIN = 0.15, 0.35
_LARGE_KIB = 40
"""More than the robot fetches of a message."""


def ajustes_of(buzon: BuzonDePrueba) -> dict[str, str]:
    """The settings by which a robot looks at it."""
    return {
        "RECIBIR__CORREO__SERVIDOR": "localhost",
        "RECIBIR__CORREO__PUERTO": str(buzon.puerto),
        "RECIBIR__CORREO__USUARIO": USUARIO,
        "RECIBIR__CORREO__CLAVE": CLAVE,
        "RECIBIR__CORREO__AUTORIDAD": str(buzon.autoridad),
        "RECIBIR__CORREO__MAXIMO_KIB": "16",
    }


@dataclass
class PorCorreo:
    """The mailbox and who writes to it. A message is known by its subject, which no two of them have in common.

    Attributes:
        llegados: the messages that the server has taken.
        repetidos: how often one came once more.
        sin_marca: how often somebody has taken the robot's mark off.
    """

    buzon: BuzonDePrueba
    ventanilla: Ventanilla
    azar: random.Random
    cuantos: int
    nombre: str = "correo"
    llegados: list[str] = field(default_factory=list)
    repetidos: int = 0
    sin_marca: int = 0

    def act(self) -> None:
        """A message comes, comes again, or loses its mark. One whose answer is lost is sent again."""
        turn = self.azar.random()
        try:
            if self.llegados and turn < _MARK_OFF:
                self._take_mark_off()
            elif self.llegados and turn < _AGAIN:
                self.buzon.deliver(_letter(self.azar.choice(self.llegados)))
                self.repetidos += 1
            elif not self.all_sent:
                asunto = f"Correo {len(self.llegados) + 1:04d}"
                self.buzon.deliver(_letter(asunto))
                self.llegados.append(asunto)
        except (IMAPClientError, imaplib.IMAP4.abort) as lost:
            raise ConnectionError from lost

    @property
    def all_sent(self) -> bool:
        return len(self.llegados) >= self.cuantos

    def _take_mark_off(self) -> None:
        with self.buzon.opened() as client:
            marked = client.search(["KEYWORD", _MARK])
            if marked:
                client.remove_flags([self.azar.choice(marked)], [_MARK])
                self.sin_marca += 1

    def hit(self) -> bool:
        """The server goes, whatever it is at, and comes back."""
        self.buzon.restart()
        return True

    def drafts(self) -> Sequence[Correo]:
        """What the robot has made of them."""
        correos = self.ventanilla.correos
        return [one for cerrados in (False, True) for one in correos.listed(cerrados=cerrados, limite=10_000)]

    def waiting(self) -> list[str]:
        """The messages that are no draft yet, and those that the robot has not marked."""
        drawn = {one.mensaje.asunto for one in self.drafts() if one.mensaje is not None}
        bare = [f"sin marca: {flags}" for flags in self.buzon.flags() if _MARK.encode() not in flags]
        return [*(asunto for asunto in self.llegados if asunto not in drawn), *bare]


def _letter(asunto: str) -> bytes:
    """The same bytes for the same subject: plain, HTML, larger than what is fetched, or without a word, in turn."""
    number = int(asunto.rpartition(" ")[2])
    message = EmailMessage()
    message["From"] = "Rosa Muñoz <rosa@example.org>"
    message["Subject"] = asunto
    message["Message-ID"] = f"<{number}@example.org>"
    message["Date"] = "Fri, 27 Nov 2026 08:00:00 -0500"
    text = f"{asunto}: suscriptor {_SUSCRIPTOR}, cédula 40.765.123, celular 310 555 0101. Se devuelve el agua."
    match number % 4:
        case 1:
            message.set_content(text)
        case 2:
            message.set_content(f"<p>{text}</p>", subtype="html")
        case 3:
            message.set_content(f"{text}\n" + "Y más.\n" * (_LARGE_KIB * 1024 // len("Y más.\n")))
        case _:
            message.set_content("")
    return bytes(message)
