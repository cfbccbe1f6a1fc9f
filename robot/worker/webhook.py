"""One announcement to a program over HTTP: signed after Standard Webhooks, bounded in time, to an address that may be told.

https://www.standardwebhooks.com: the signature is an HMAC-SHA256 of id, instant and body, so that the program knows who tells
it, and can tell a repeated one.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from robot.errors import BadInput, Problema
from robot.record.programs import Receptor
from robot.settings import ApiSettings

_SECRET_BYTES = 32
_PREFIX = "whsec_"
_PORTS = {"http": 80, "https": 443}
_GONE = 410


@dataclass(frozen=True, slots=True)
class Recibo:
    """What came of sending one.

    Attributes:
        detalle: why it has not arrived, a whole Spanish sentence; blank where it has.
        definitivo: the program wants no more of it.
    """

    detalle: str = ""
    definitivo: bool = False


class DireccionVedada(Exception):
    """Nothing may be told to that address. The sentence says why, without the address."""


def new_receiver(url: str, settings: ApiSettings) -> Receptor:
    """Where a program wants to be told, with a secret made for it.

    Raises:
        BadInput: nothing may be told there.
    """
    try:
        parts = _parts(url)
        _addresses(parts, settings)
    except DireccionVedada as no:
        raise BadInput([Problema("aviso-a", str(no))]) from None
    return Receptor(url, _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())


def signed(receptor: Receptor, *, identidad: str, instante: int, body: bytes) -> dict[str, str]:
    """The headers by which the program knows that it is told by us."""
    try:
        key = base64.b64decode(receptor.secreto.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("The secret of a receiver is no base64.") from None
    content = f"{identidad}.{instante}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {"webhook-id": identidad, "webhook-timestamp": str(instante), "webhook-signature": f"v1,{signature}"}


def post(url: str, body: bytes, headers: Mapping[str, str], settings: ApiSettings) -> Recibo:
    """Send it once. Redirections are not followed, and of the answer only its status is read."""
    try:
        parts = _parts(url)
        with _connected(parts, settings) as connection:
            connection.request(
                "POST",
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                body,
                {"content-type": "application/json", "user-agent": "serviweb-robot", **headers},
            )
            status = connection.getresponse().status
    except DireccionVedada as no:
        return Recibo(str(no))
    except (OSError, http.client.HTTPException, ValueError) as failed:
        return Recibo(f"No respondió ({type(failed).__name__}).")
    if 200 <= status < 300:
        return Recibo()
    return Recibo(f"Respondió {status}.", definitivo=status == _GONE)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        named = False
    if not named or parts.scheme not in _PORTS or parts.username is not None:
        raise DireccionVedada("No es una dirección https, sin usuario ni clave.")
    return parts


def _addresses(parts: SplitResult, settings: ApiSettings) -> list[str]:
    """The numeric addresses of a name, every one of which may be told without https where that is asked.

    Raises:
        DireccionVedada.
    """
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except OSError:
        raise DireccionVedada("Nadie conoce el nombre de esa dirección.") from None
    addresses = [str(one[4][0]) for one in found]
    if parts.scheme == "http":
        for one in addresses:
            address = ipaddress.ip_address(one.partition("%")[0])
            if not (address.is_loopback or (address.is_private and settings.http_en_red_privada)):
                raise DireccionVedada(
                    "Debe ser https: sin él solo se anuncia a esta máquina y, con api.http_en_red_privada, a una red privada."
                )
    return addresses


@contextmanager
def _connected(parts: SplitResult, settings: ApiSettings) -> Iterator[http.client.HTTPConnection]:
    """A connection to one of the addresses that were looked at, which is cut when its time is over, however it drips."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    plazo = settings.anuncio_plazo_segundos
    plain = _first_that_answers(_addresses(parts, settings), port, plazo)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        plain = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    over = threading.Timer(plazo, _cut, (plain,))
    over.daemon = True
    connection = http.client.HTTPConnection(host, port, timeout=plazo)
    connection.sock = plain
    over.start()
    try:
        if isinstance(plain, ssl.SSLSocket):
            plain.do_handshake()
        yield connection
    finally:
        over.cancel()
        connection.close()
        plain.close()


def _first_that_answers(addresses: list[str], port: int, plazo: float) -> socket.socket:
    """Raises: OSError: none does."""
    failed: OSError = ConnectionRefusedError()
    for one in addresses:
        try:
            return socket.create_connection((one, port), timeout=plazo)
        except OSError as refused:
            failed = refused
    raise failed


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is over already
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
