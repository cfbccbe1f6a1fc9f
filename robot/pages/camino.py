"""Requests below the browser, as Guardar's: sent once, by the same way as the browser's, and what their failures mean.

They go through Playwright's client, which is of the same browser context and so has its proxy, certificates and passwords; but
those of http that go to a proxy through one that sends them as browsers do.
"""

import re
from collections.abc import Mapping

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Response

from robot.errors import ConfigurationError, RobotError, ServiwebUnavailable
from robot.pages.por_proxy import RespuestaHttp, SinConexion, basic, send_by_proxy
from robot.red import RedSettings

UNSHARED = {"connection": "close"}
"""A connection kept for the next request may just be ended by the server when that leaves, and then nobody knows whether it
arrived.
"""
_NOT_TRUSTED = re.compile(r"certificate|self.signed|unable to verify", re.IGNORECASE)
"""Refusals before anything is sent: the browser may trust an authority of the utility that Playwright's client does not."""
_NEVER_LEFT = re.compile(
    r"\bconnect E[A-Z]+\b|\bgetaddrinfo\b|\bE(?:NOTFOUND|AI_AGAIN)\b"
    r"|\bERR_(?:NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|CONNECTION_REFUSED|ADDRESS_UNREACHABLE|ADDRESS_INVALID"
    r"|INTERNET_DISCONNECTED|PROXY_CONNECTION_FAILED|TUNNEL_CONNECTION_FAILED|SOCKS_CONNECTION_FAILED)\b"
)
"""There was no connection to send anything through."""


_TOLD = (
    (
        r"ERR_BAD_SSL_CLIENT_AUTH_CERT|ERR_SSL_CLIENT_AUTH|certificate required",
        "El servidor de Serviweb pide un certificado de cliente, y el que hay no le sirve o no hay.",
        "CERTIFICADO",
    ),
    (
        r"ERR_CERT_|ERR_SSL_|self.signed|unable to verify",
        "Nadie que esta máquina conozca avala el certificado de Serviweb. Instale en ella la autoridad que lo expidió o, si se "
        "acepta así, escriba por qué.",
        "SIN_VERIFICAR",
    ),
    (r"ERR_INVALID_AUTH_CREDENTIALS", "El servidor pide usuario y clave antes del ingreso a Serviweb.", "USUARIO"),
    (r"ERR_PROXY_AUTH|ERR_UNEXPECTED_PROXY_AUTH", "El proxy pide usuario y clave.", "PROXY_USUARIO"),
    (r"ERR_PROXY_|ERR_TUNNEL_", "El proxy no responde o no deja pasar a Serviweb.", "PROXY"),
)
"""What the browser says where something on the way must be set up."""
_OF_THE_DRIVER = "Playwright client-certificate error"
"""How a page begins that Playwright shows where it has a client certificate and gets no connection."""
_ASKING = {401: ("www-authenticate", "ERR_INVALID_AUTH_CREDENTIALS"), 407: ("proxy-authenticate", "ERR_PROXY_AUTH")}
_OF_THE_WAY = {407, 502, 503, 504}


def distrusts(failure: str) -> bool:
    """Whether a request failed because the client does not know who vouches for the server."""
    return _NOT_TRUSTED.search(_first_line(failure)) is not None


def never_left(failure: str) -> bool:
    """Whether a request failed before anything of it was sent, as the client or the browser tells."""
    return _NEVER_LEFT.search(_first_line(failure)) is not None


def why_not(failure: str) -> RobotError:
    """The error that says why the browser could not open Serviweb's address."""
    line = _first_line(failure)
    for pattern, detalle, campo in _TOLD:
        if re.search(pattern, line):
            return ConfigurationError(detalle, campo=f"SERVIWEB_ROBOT_RED__{campo}")
    if re.search(r"ERR_NAME_(?:NOT_RESOLVED|RESOLUTION_FAILED)", line):
        return ServiwebUnavailable("La red no conoce el nombre de su dirección.")
    return ServiwebUnavailable("No se pudo abrir su dirección.")


def require_let_through(response: Response) -> None:
    """See that a page comes from Serviweb, and not from what stands on the way.

    Raises:
        ConfigurationError, ServiwebUnavailable: as `why_not`.
    """
    header, code = _ASKING.get(response.status, ("", ""))
    if header in response.headers:
        raise why_not(code)
    if response.status >= 500 and (words := response.text()).startswith(_OF_THE_DRIVER):
        raise why_not(words)


def _first_line(failure: str) -> str:
    return failure.splitlines()[0] if failure else ""


def cookies_and_account(page: Page, red: RedSettings, url: str) -> dict[str, str]:
    """The headers that the browser adds by itself when a request leaves."""
    kept = "; ".join(f"{one.get('name')}={one.get('value')}" for one in page.context.cookies(url))
    account = {"authorization": basic(red.usuario, red.clave)} if red.usuario else {}
    return {**({"cookie": kept} if kept else {}), **account}


def ask(
    page: Page,
    red: RedSettings,
    url: str,
    espera_ms: float,
    *,
    method: str = "GET",
    headers: Mapping[str, str] = UNSHARED,
    body: bytes | None = None,
) -> RespuestaHttp:
    """Send one request below the browser.

    Raises:
        SinConexion: nothing of it was sent.
        Cortada, PlaywrightError: nobody knows.
    """
    proxy = red.plain_proxy_for(url)
    if proxy is not None:
        whole = {**headers, **cookies_and_account(page, red, url)}
        return send_by_proxy(proxy, method, url, whole, body, espera_ms)
    try:
        answer = page.context.request.fetch(
            url, method=method, headers={**headers, **UNSHARED}, data=body, timeout=espera_ms, max_retries=0
        )
    except PlaywrightError as error:
        if never_left(error.message):
            raise SinConexion(_first_line(error.message)) from None
        raise
    return RespuestaHttp(answer.status, answer.headers, answer.body())


def try_out(page: Page, red: RedSettings, url: str, espera_ms: float) -> str:
    """Ask for Serviweb's first page as Guardar is sent; what came of it, in Spanish.

    Raises:
        ServiwebUnavailable: nobody answers there, although the browser may get through.
    """
    try:
        answer = ask(page, red, url, espera_ms)
    except PlaywrightError as error:
        if distrusts(error.message):
            return "lo envía el navegador: solo él conoce a quien expide el certificado"
        raise ServiwebUnavailable(
            f"El camino por el que sale Guardar no llega: {_first_line(error.message)}."
        ) from None
    except OSError as cut:
        raise ServiwebUnavailable(f"El camino por el que sale Guardar no llega: {cut}.") from None
    if answer.status in _OF_THE_WAY:
        raise ServiwebUnavailable(f"En el camino por el que sale Guardar respondieron {answer.status}.")
    return f"llega (respondió {answer.status})"
