"""The mailbox of requests, over IMAP with TLS: fetching what is new, marking what is kept. Nothing is ever deleted."""

import imaplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from robot.errors import MailboxUnavailable, MailboxUnusable, RobotError
from robot.settings import PREFIX, CorreoSettings

_SECONDS = 30
_TOGETHER = 50
_AT_ONCE = 200
"""So many messages at one look; the rest at the next ones."""


@dataclass(frozen=True)
class Sobre:
    """A message of the folder: its number, how many bytes it has, and as much of it as may be fetched."""

    uid: int
    tamano: int
    contenido: bytes

    @property
    def cortado(self) -> int:
        """How many bytes it has, where only a part was fetched; else 0."""
        return self.tamano if self.tamano > len(self.contenido) else 0


class Buzon:
    """The folder of the settings, opened.

    Attributes:
        validez: while this number stays, a message keeps its own.
        avisos: what of the settings the server cannot do.
    """

    def __init__(self, settings: CorreoSettings, client: IMAPClient) -> None:
        self._settings = settings
        self._client = client
        told = client.select_folder(settings.carpeta)
        self.validez = int(told.get(b"UIDVALIDITY", 0))
        self.avisos: list[str] = []
        self._moves = bool(settings.mover_a) and client.has_capability("MOVE")
        if settings.mover_a and not self._moves:
            self.avisos.append("El servidor del buzón no sabe mover mensajes: quedan marcados en su carpeta.")
        if b"\\*" not in told.get(b"PERMANENTFLAGS", ()) and not self._moves:
            self.avisos.append("El servidor del buzón no guarda marcas: solo el robot sabe qué mensajes ya leyó.")

    def new(self, is_known: Callable[[int], bool]) -> Iterator[Sobre]:
        """The messages without the mark that nobody knows, the oldest first; whoever is known is marked again."""
        found = sorted(self._client.search(["UNKEYWORD", self._settings.marca, "UNDELETED"]))
        known = [uid for uid in found if is_known(uid)]
        self.mark(known)
        fresh = [uid for uid in found if uid not in set(known)][:_AT_ONCE]
        most = self._settings.maximo_kib * 1024
        for first in range(0, len(fresh), _TOGETHER):
            some = fresh[first : first + _TOGETHER]
            sizes = self._client.fetch(some, ["RFC822.SIZE"])
            for uid in some:
                if uid in sizes:
                    content = self._client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"]).get(uid, {})
                    body = next((value for key, value in content.items() if key.startswith(b"BODY[]")), b"")
                    yield Sobre(uid, int(sizes[uid][b"RFC822.SIZE"]), body or b"")

    def mark(self, uids: Sequence[int]) -> None:
        """They are drafts by now: the next look does not see them."""
        if not uids:
            return
        self._client.add_flags(uids, [self._settings.marca], silent=True)
        if self._moves:
            self._client.move(uids, self._settings.mover_a)


@contextmanager
def open_mailbox(settings: CorreoSettings) -> Iterator[Buzon]:
    """The mailbox, signed in to, for as long as the block takes.

    Raises:
        MailboxUnusable: it does not let the robot in, or has no such folder.
        MailboxUnavailable: the server does not answer.
    """
    try:
        context = ssl.create_default_context(cafile=str(settings.autoridad) if settings.autoridad else None)
        with IMAPClient(
            settings.servidor,
            settings.puerto,
            ssl=settings.seguridad == "tls",
            ssl_context=context,
            timeout=_SECONDS,
        ) as client:
            if settings.seguridad == "starttls":
                client.starttls(context)
            client.login(settings.usuario, settings.clave.get_secret_value())
            yield Buzon(settings, client)
    except RobotError:
        raise
    except LoginError:
        raise MailboxUnusable(
            "El servidor no aceptó el usuario o la clave.", campo=PREFIX + "RECIBIR__CORREO__CLAVE"
        ) from None
    except ssl.SSLCertVerificationError:
        raise MailboxUnusable(
            "Nadie que el sistema conozca responde por el certificado del servidor.",
            campo=PREFIX + "RECIBIR__CORREO__AUTORIDAD",
        ) from None
    except (imaplib.IMAP4.abort, OSError) as silent:
        raise MailboxUnavailable(f"({type(silent).__name__}.)") from None
    except IMAPClientError:
        raise MailboxUnusable(
            f"El servidor rechazó la carpeta «{settings.carpeta}» o una orden.",
            campo=PREFIX + "RECIBIR__CORREO__CARPETA",
        ) from None
