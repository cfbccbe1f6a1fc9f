"""A request of http through a proxy as browsers send it: to the proxy, with the whole address.

Playwright's client asks the proxy for a tunnel instead, which many make to port 443 only; their refusal would be taken for
Serviweb's own.
"""

import http.client
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from robot.red import Proxy

_OF_THIS_CONNECTION = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "content-length"}


class SinConexion(OSError):
    """There was no connection to the proxy, so that nothing was sent."""


class Cortada(OSError):
    """The connection broke, or no whole answer came in time, after something may have been sent."""


@dataclass(frozen=True, slots=True)
class RespuestaHttp:
    """What the server, or the proxy in its place, answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send_by_proxy(
    proxy: Proxy, method: str, url: str, headers: Mapping[str, str], body: bytes | None, espera_ms: float
) -> RespuestaHttp:
    """Send one request, once, over a connection of its own.

    Raises:
        SinConexion, Cortada.
    """
    place = urlsplit(proxy.servidor)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=espera_ms / 1000)
    try:
        connection.connect()
    except OSError as nobody:
        raise SinConexion(str(nobody)) from None
    try:
        plain = {"accept-encoding": "identity", "connection": "close"}
        connection.request(method, url, body, {**headers, **_signed_in(proxy), **plain})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as cut:
        raise Cortada(type(cut).__name__) from None
    finally:
        connection.close()
    return RespuestaHttp(answer.status, _for_browser(answer), content)


def _signed_in(proxy: Proxy) -> dict[str, str]:
    return {"proxy-authorization": basic(proxy.usuario, proxy.clave)} if proxy.usuario else {}


def basic(usuario: str, clave: SecretStr) -> str:
    """User and password as HTTP Basic writes them."""
    return f"Basic {b64encode(f'{usuario}:{clave.get_secret_value()}'.encode()).decode()}"


def _for_browser(answer: http.client.HTTPResponse) -> dict[str, str]:
    """The headers as Playwright takes them: of several with one name, each on a line."""
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        if key not in _OF_THIS_CONNECTION:
            headers[key] = f"{headers[key]}\n{value}" if key in headers else value
    return headers
