"""The way to a CUPS server: one question of IPP at a time, over its socket or over the network."""

import getpass
import http.client
import os
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from robot.copias.ipp import (
    Attribute,
    AttributeGroup,
    IppAnswer,
    IppOperation,
    MalformedMessage,
    Valor,
    ValueTag,
    decode,
    encode,
)
from robot.errors import PrinterRefused, PrinterSilent

_LOCAL_SOCKET = Path("/run/cups/cups.sock")
_PORT = 631
_CONNECT_SECONDS = 4.0
_DOCUMENT_SECONDS = 30.0
_LONGEST_ANSWER = 8_000_000
_WHY_HTTP = {
    401: "CUPS pide una clave para imprimir.",
    403: "CUPS no deja imprimir desde aquí.",
    426: "CUPS pide una conexión cifrada: agregue en esta máquina una cola que vaya a esa impresora.",
}
_WHY_IPP = {
    0x0401: "CUPS no deja imprimir al usuario del robot.",
    0x0402: "CUPS no deja imprimir al usuario del robot.",
    0x0403: "CUPS no deja imprimir al usuario del robot.",
    0x0406: "CUPS no tiene ninguna impresora con ese nombre.",
    0x0506: "La impresora no acepta trabajos.",
}

Attributes = Mapping[str, tuple[Valor, ...]]


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a socket of this machine."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_CONNECT_SECONDS)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _TimedSocket(socket.socket):
    """A connection with one time limit for the whole of an answer, however it drips in."""

    def __init__(self, connected: socket.socket, segundos: float) -> None:
        super().__init__(fileno=connected.detach())
        self.settimeout(segundos)
        self._until = time.monotonic() + segundos

    def recv_into(self, *where: Any) -> int:  # noqa: ANN401  # as `socket` has it
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)
        return super().recv_into(*where)


class Cups:
    """A server, by its address as CUPS writes it: a host, with its port where it is another one, or the path of a socket.

    Blank is what CUPS's own commands take: CUPS_SERVER, else this machine's.

    Attributes:
        RESPUESTA_SEGUNDOS: for a whole answer.
    """

    RESPUESTA_SEGUNDOS: ClassVar[float] = 8.0

    def __init__(self, direccion: str) -> None:
        given = direccion or os.environ.get("CUPS_SERVER", "")
        self._direccion = given or _of_this_machine()
        self._llamado = given or str(_LOCAL_SOCKET)

    @property
    def nombre(self) -> str:
        """What everybody who can ask this very server calls it; one that only this machine reaches has the machine's name.

        It is the same while the server is down, and its socket with it.
        """
        return f"{socket.gethostname()} {self._llamado}" if self.local else self._llamado

    @property
    def local(self) -> bool:
        return self._direccion.startswith("/") or self._direccion.partition(":")[0] in {"localhost", "127.0.0.1"}

    @property
    def _lugar(self) -> str:
        return f"la máquina {socket.gethostname()}" if self.local else self._direccion

    def ask(
        self,
        operacion: IppOperation,
        cola: str,
        *,
        numero: int | None = None,
        mas: Sequence[Attribute] = (),
        trabajo: Sequence[Attribute] = (),
        documento: bytes = b"",
    ) -> IppAnswer:
        """One question about a queue, and its answer, whatever that says.

        Args:
            numero: the job that it is about.
            mas: what else the operation asks for.
            trabajo: how the job is to be printed.

        Raises:
            PrinterRefused: nobody is there, or whoever is there takes no question; nothing was done.
            PrinterSilent: it was asked, and nobody knows what came of it.
        """
        path = f"/printers/{quote(cola, safe='')}"
        said = [
            Attribute.of(ValueTag.JUEGO, "attributes-charset", "utf-8"),
            Attribute.of(ValueTag.LENGUA, "attributes-natural-language", "es"),
            Attribute.of(ValueTag.URI, "printer-uri", f"ipp://localhost{path}"),
            *([Attribute.of(ValueTag.ENTERO, "job-id", numero)] if numero is not None else []),
            Attribute.of(ValueTag.NOMBRE, "requesting-user-name", _user()),
            *mas,
        ]
        groups = [(AttributeGroup.OPERACION, said), *([(AttributeGroup.TRABAJO, trabajo)] if trabajo else [])]
        connection = self._connected(_DOCUMENT_SECONDS if documento else self.RESPUESTA_SEGUNDOS)
        try:
            connection.request(
                "POST", path, encode(operacion, 1, groups, documento), {"Content-Type": "application/ipp"}
            )
            answer = connection.getresponse()
            content = answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException):
            raise PrinterSilent(f"CUPS no respondió en {self._lugar}.") from None
        finally:
            connection.close()
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise PrinterSilent(f"CUPS falló (HTTP {answer.status}).")
        if answer.status != http.client.OK:
            raise PrinterRefused(_WHY_HTTP.get(answer.status, f"CUPS no atiende (HTTP {answer.status})."))
        try:
            return decode(content)
        except MalformedMessage:
            raise PrinterSilent("Lo que respondió CUPS no se puede leer.") from None

    def _connected(self, patience: float) -> http.client.HTTPConnection:
        if self._direccion.startswith("/"):
            connection: http.client.HTTPConnection = _SocketConnection(Path(self._direccion))
        else:
            host, _, port = self._direccion.partition(":")
            number = int(port) if port.isdigit() else _PORT
            connection = http.client.HTTPConnection(host, number, timeout=_CONNECT_SECONDS)
        try:
            connection.connect()
        except (OSError, UnicodeError):  # a name that nobody can have is no `OSError`
            raise PrinterRefused(f"CUPS no atiende en {self._lugar}.") from None
        connection.sock = _TimedSocket(connection.sock, patience)
        return connection


def _user() -> str:
    """Whose the jobs are, as CUPS's own commands tell it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container that has no name for its user
        return "serviweb-robot"


def _of_this_machine() -> str:
    return str(_LOCAL_SOCKET) if _LOCAL_SOCKET.exists() else f"localhost:{_PORT}"


def why(respuesta: IppAnswer) -> str:
    """What an answer that says no says, for people; CUPS's own words where the protocol's say little."""
    known = _WHY_IPP.get(respuesta.estado)
    if known is not None:
        return known
    told = next((words(one, "status-message") for one in respuesta.of(AttributeGroup.OPERACION)), "")
    return f"CUPS no lo aceptó: «{told}»." if told else f"CUPS no lo aceptó ({respuesta.estado:#06x})."


def words(attributes: Attributes, name: str) -> str:
    """The first value of an attribute as text; blank where there is none."""
    return str(attributes.get(name, ("",))[0])


def number(attributes: Attributes, name: str) -> int:
    """The first value of an attribute that is a number; zero where there is none."""
    found = attributes.get(name, (0,))[0]
    return found if isinstance(found, int) else 0


def all_words(attributes: Attributes, name: str) -> tuple[str, ...]:
    """Every value of an attribute."""
    return tuple(str(one) for one in attributes.get(name, ()))
