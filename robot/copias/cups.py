"""The way to a CUPS server: one question of IPP at a time, over its socket or over the network, in the clear or by TLS."""

import getpass
import http.client
import os
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlsplit

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
_LONGEST_ANSWER = 8_000_000
_WHY_HTTP = {
    401: "CUPS pide una clave para imprimir, y el robot no manda claves: agregue en esta máquina una cola que vaya allá.",
    403: "CUPS no deja imprimir desde aquí.",
    426: "CUPS pide otra conexión cifrada: agregue en esta máquina una cola que vaya a esa impresora.",
}
_WHY_IPP = {
    0x0401: "CUPS no deja imprimir al usuario del robot.",
    0x0402: "CUPS no deja imprimir al usuario del robot.",
    0x0403: "CUPS no deja imprimir al usuario del robot.",
    0x0406: "CUPS no tiene ninguna impresora con ese nombre.",
    0x0506: "La impresora no acepta trabajos.",
}

Attributes = Mapping[str, tuple[Valor, ...]]


class _Clock:
    """When an exchange is over, however it goes."""

    def __init__(self, segundos: float) -> None:
        self._until = time.monotonic() + segundos

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _TimedSocket(socket.socket):
    """A connection on which all that is sent and read has one time limit, however it drips."""

    clock = _Clock(0)

    def sendall(self, *what: Any) -> None:  # noqa: ANN401  # as `socket` has it
        self.settimeout(self.clock.left())
        super().sendall(*what)

    def recv_into(self, *where: Any) -> int:  # noqa: ANN401
        self.settimeout(self.clock.left())
        return super().recv_into(*where)


class _TimedProtectedSocket(ssl.SSLSocket):
    """The same by TLS, which sends in pieces."""

    clock = _Clock(0)

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002  # as `ssl` has it
        self.settimeout(self.clock.left())
        super().do_handshake(block)

    def send(self, *what: Any) -> int:  # noqa: ANN401
        self.settimeout(self.clock.left())
        return super().send(*what)

    def recv_into(self, *where: Any) -> int:  # noqa: ANN401
        self.settimeout(self.clock.left())
        return super().recv_into(*where)


class Cups:
    """A server, by its address as CUPS writes it: a host, with its port where it is another one, or the path of a socket.

    Blank is what CUPS's own commands take: CUPS_SERVER, else this machine's.

    A server that asks for TLS gets it, and from then on nothing in the clear.

    Args:
        cifrado: TLS from the first question on; a socket of this machine needs none.
        certificado: a file (PEM) with who vouches for the server's certificate, besides those whom the machine knows.

    Attributes:
        CONEXION_SEGUNDOS: to be let in, TLS included.
        RESPUESTA_SEGUNDOS, DOCUMENTO_SEGUNDOS: for a whole question and its answer, without a document and with one.
    """

    CONEXION_SEGUNDOS: ClassVar[float] = 4.0
    RESPUESTA_SEGUNDOS: ClassVar[float] = 8.0
    DOCUMENTO_SEGUNDOS: ClassVar[float] = 30.0

    def __init__(self, direccion: str, *, cifrado: bool = False, certificado: Path | None = None) -> None:
        given = direccion or os.environ.get("CUPS_SERVER", "")
        self._direccion = given or _of_this_machine()
        self._llamado = given or str(_LOCAL_SOCKET)
        self._cifrado = cifrado
        self._certificado = certificado

    @property
    def nombre(self) -> str:
        """What everybody who can ask this very server calls it; one that only this machine reaches has the machine's name.

        It is the same while the server is down, and its socket with it.
        """
        return f"{socket.gethostname()} {self._llamado}" if self.local else self._llamado

    @property
    def local(self) -> bool:
        return self._direccion.startswith("/") or self._place[0] in {"localhost", "127.0.0.1", "::1"}

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
        question = encode(operacion, 1, groups, documento)
        status, content = self._exchanged(
            path, question, self.DOCUMENTO_SEGUNDOS if documento else self.RESPUESTA_SEGUNDOS
        )
        if status == http.client.UPGRADE_REQUIRED and not self._cifrado:
            self._cifrado = True
            return self.ask(operacion, cola, numero=numero, mas=mas, trabajo=trabajo, documento=documento)
        if status >= http.client.INTERNAL_SERVER_ERROR:
            raise PrinterSilent(f"CUPS falló (HTTP {status}).")
        if status != http.client.OK:
            raise PrinterRefused(_WHY_HTTP.get(status, f"CUPS no atiende (HTTP {status})."))
        try:
            return decode(content)
        except MalformedMessage:
            raise PrinterSilent("Lo que respondió CUPS no se puede leer.") from None

    def _exchanged(self, path: str, question: bytes, patience: float) -> tuple[int, bytes]:
        """The status and the body of what is answered."""
        connection = http.client.HTTPConnection("localhost" if self._direccion.startswith("/") else self._place[0])
        connection.sock = sock = self._connected()
        sock.clock = _Clock(patience)
        try:
            connection.request("POST", path, question, {"Content-Type": "application/ipp"})
            answer = connection.getresponse()
            return answer.status, answer.read(_LONGEST_ANSWER)
        except (OSError, http.client.HTTPException):
            raise PrinterSilent(f"CUPS no respondió en {self._lugar}.") from None
        finally:
            connection.close()
            sock.close()

    def _connected(self) -> _TimedSocket | _TimedProtectedSocket:
        """A way to the server on which nothing has been said yet."""
        clock = _Clock(self.CONEXION_SEGUNDOS)
        try:
            if self._direccion.startswith("/"):
                return _at_socket(self._direccion, clock.left())
            plain = socket.create_connection(self._place, clock.left())
        except (OSError, UnicodeError):  # a name that nobody can have is no `OSError`
            raise PrinterRefused(f"CUPS no atiende en {self._lugar}.") from None
        return self._encrypted(plain, clock) if self._cifrado else _TimedSocket(fileno=plain.detach())

    def _encrypted(self, plain: socket.socket, clock: _Clock) -> _TimedProtectedSocket:
        """The same connection by TLS, with a server that is who it says."""
        trusting, host = self._trusting(), self._place[0]
        sock = cast(
            "_TimedProtectedSocket", trusting.wrap_socket(plain, do_handshake_on_connect=False, server_hostname=host)
        )
        sock.clock = clock
        try:
            sock.do_handshake()
        except (OSError, ValueError) as refused:
            sock.close()
            if isinstance(refused, ssl.SSLCertVerificationError):
                raise PrinterRefused(
                    f"El certificado de CUPS en {self._lugar} no es de confianza: {refused.verify_message}. Si es el de su "
                    "servidor, ponga en `impresion.certificado` el archivo de quien lo firma."
                ) from None
            raise PrinterRefused(f"CUPS no atiende en {self._lugar} por una conexión cifrada.") from None
        return sock

    def _trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.sslsocket_class = _TimedProtectedSocket
        if self._certificado is not None:
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a server may vouch for itself
            try:
                context.load_verify_locations(self._certificado)
            except OSError:  # also what `ssl` cannot read
                raise PrinterRefused(
                    f"El certificado {self._certificado} (`impresion.certificado`) no se puede leer."
                ) from None
        return context

    @property
    def _place(self) -> tuple[str, int]:
        """Host and port; CUPS's own commands also take a version behind them."""
        try:
            where = urlsplit(f"//{self._direccion}")
            return where.hostname or "", where.port or _PORT
        except ValueError:
            return self._direccion, _PORT


def _at_socket(path: str, seconds: float) -> _TimedSocket:
    sock = _TimedSocket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return sock


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
