"""What every request must pass and every answer carries: whose page a form came from, and what a browser may do with ours."""

import hmac
import logging
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData, Headers, MutableHeaders, UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from robot.settings import WebSettings
from robot.web.direccion import for_the_log, is_ours, placed

_SAFE = {"GET", "HEAD", "OPTIONS"}
_MOST_FIELDS = 2000
"""A coordinador ticks every solicitud of a day of a whole office; the size of a body is bounded besides."""
_FIELDS_BESIDE_A_FILE = 10
_OWN_SITE = {"same-origin", "none"}
_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLITICA = "; ".join(f"{name} {value}" for name, value in _POLICY.items())
POLITICA_PDF = "frame-ancestors 'self'"
"""Browsers show a PDF with scripts and styles of their own; only our page may frame it."""


_NO_NAME_OF_OURS = (
    "Este formulario no se atiende con ese nombre. Entre por la dirección que le dieron; si es esta, pida que la agreguen a "
    "web.hosts."
)

_log = logging.getLogger(__name__)


class FormularioAjeno(Exception):
    """A form that was not sent from our own page, or from one whose session is over."""


class ArchivoEnviado(NamedTuple):
    """A file that somebody sent with a form. Its name, too, may tell of people."""

    nombre: str
    contenido: bytes


class _FormularioEnMemoria(MultiPartParser):
    """Reads a form with a file, as large as its route allows, without a temporary file in the clear."""

    spool_max_size = sys.maxsize


class Guardia:
    """Puts the headers that tell browsers what they may do on every answer, and turns away who asks for another name."""

    def __init__(self, app: ASGIApp, *, web: WebSettings) -> None:
        self._app = app
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", POLITICA)
                headers.setdefault("cache-control", "no-store")
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
                headers["cross-origin-opener-policy"] = "same-origin"
                headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"
                if self._web.seguro:
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if not is_ours(host, self._web.hosts):
            _log.warning(
                "pidieron el formulario con un nombre que no está en web.hosts", extra={"nombre": for_the_log(host)}
            )
            await PlainTextResponse(_NO_NAME_OF_OURS, status_code=400)(scope, receive, guarded)
            return
        await self._app(placed(scope, self._web.ruta), receive, guarded)


def csrf_token(request: Request) -> str:
    """The word that a form of this session brings back; blank where a defect has left no session."""
    if "session" not in request.scope:
        return ""
    token = request.session.get("csrf")
    if not isinstance(token, str):
        token = request.session["csrf"] = secrets.token_urlsafe(24)
    return token


async def own_form(request: Request) -> dict[str, list[str]]:
    """The texts of a posted form, if our own page sent it. Files are a part only of what `own_file` reads.

    Raises:
        FormularioAjeno.
    """
    if request.method not in _SAFE:
        require_same_origin(request)
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    return _if_own(request, form)


async def own_file(request: Request) -> ArchivoEnviado:
    """The file of a posted form, if our own page sent it; blank where there is none. It is never written to a disk.

    Raises:
        FormularioAjeno.
    """
    require_same_origin(request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise StarletteHTTPException(status_code=400)
    reader = _FormularioEnMemoria(request.headers, request.stream(), max_files=1, max_fields=_FIELDS_BESIDE_A_FILE)
    try:
        form = await reader.parse()
    except MultiPartException:
        raise StarletteHTTPException(status_code=400) from None
    try:
        _if_own(request, form)
        sent = next((value for _, value in form.multi_items() if isinstance(value, UploadFile)), None)
        return (
            ArchivoEnviado(_whole(sent.filename or ""), await sent.read())
            if sent is not None
            else ArchivoEnviado("", b"")
        )
    finally:
        await form.close()


def _if_own(request: Request, form: FormData) -> dict[str, list[str]]:
    fields = _texts(form)
    given = fields.pop("csrf", [""])[-1]
    if not hmac.compare_digest(given.encode(), csrf_token(request).encode()):
        if not request.cookies:
            _tell_of_lost_cookie(request)
        raise FormularioAjeno
    return fields


def require_same_origin(request: Request) -> None:
    """See that a form comes from a page of ours.

    A browser that says so itself is believed: no page can make it. What a proxy makes of the host matters only without that.

    Raises:
        FormularioAjeno: a page that is not ours asks for it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OWN_SITE:
            raise FormularioAjeno
        return
    origin = request.headers.get("origin")
    if origin is None:
        return
    netloc, host = urlsplit(origin).netloc, request.headers.get("host")
    if netloc != host and not is_ours(netloc, _web(request).hosts):
        _log.warning(
            "un formulario vino de un nombre que no está en web.hosts: agréguelo, o que el proxy pase la cabecera Host",
            extra={"nombre": for_the_log(netloc)},
        )
        raise FormularioAjeno


def _tell_of_lost_cookie(request: Request) -> None:
    """A browser that brings no session at all did not keep it, as a rule because of how it reached us."""
    if _web(request).seguro and request.headers.get("origin", "").startswith("http://"):
        _log.warning("el navegador entró por http, y con https la sesión no se guarda: que el proxy atienda solo https")


def _web(request: Request) -> WebSettings:
    web: WebSettings = request.app.state.servicio.settings.web
    return web


def _whole(text: str) -> str:
    return text.encode(errors="replace").decode()


def _texts(form: FormData) -> dict[str, list[str]]:
    """A sender chooses how it is written, also so that it reads as halves of signs, which nothing can keep."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(_whole(name), []).append(_whole(value))
    return found


Formulario = Annotated[dict[str, list[str]], Depends(own_form)]
Enviado = Annotated[ArchivoEnviado, Depends(own_file)]


def one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """A field's last value as it was typed; blank where it is missing."""
    return fields.get(name, ("",))[-1]
