"""The way to Google: credentials, bounded connections, what may be repeated, and how refusals read in Spanish."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from robot.errors import ClockWrong, ConfigurationError, GoogleUnavailable, SheetUnusable
from robot.settings import PREFIX, GoogleSettings

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.readonly")
CONNECT_AND_READ_SECONDS = (5, 30)
_CREDENTIALS = PREFIX + "GOOGLE__CREDENCIALES"
_PUBLIC = "https://sheets.googleapis.com/"
_LONGEST_WAIT_SECONDS = 60.0
_USED_UP = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
_NO_ANSWER = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
"""No connection, no answer in time, or one that broke off or came garbled."""

Answer = TypeVar("Answer")


class Unanswered(Exception):
    """Nobody knows whether a write was carried out: no answer came, or an error of the server."""


class GoogleAdapter(HTTPAdapter):
    """Bounds every request in time, counts it, and takes it to the stand-in when there is one.

    Mounted on the session that calls the APIs and on the one that refreshes its token, so that gspread and google-auth
    stay as they are. google-auth clones sessions, hence `__attrs__`.
    """

    __attrs__ = [*HTTPAdapter.__attrs__, "stand_in", "counted"]  # noqa: RUF012  # as requests declares it

    def __init__(self, stand_in: str, counted: Counter[str]) -> None:
        super().__init__()
        self.stand_in = stand_in.rstrip("/")
        self.counted = counted

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = CONNECT_AND_READ_SECONDS
        address = urlsplit(request.url or "")
        if self.stand_in:
            request.url = self.stand_in + address.path + (f"?{address.query}" if address.query else "")
        if "/spreadsheets" in address.path or "/drive/" in address.path:
            self.counted[address.path.rsplit(":", 1)[-1] if ":" in address.path else "get"] += 1
        return super().send(request, *args, **kwargs)


def authorized_session(settings: GoogleSettings, counted: Counter[str]) -> tuple[AuthorizedSession, str]:
    """A session that signs its requests, and the account's e-mail address where the file tells it.

    Raises:
        ConfigurationError: the credentials file is missing or is of no kind that the robot knows.
    """
    if settings.credenciales is None:
        raise ConfigurationError(
            "Indique el archivo de credenciales de Google (cuenta de servicio o usuario autorizado).",
            campo=_CREDENTIALS,
        )
    credentials, account = _credentials(settings.credenciales)
    adapter = GoogleAdapter(settings.api, counted)
    refreshing = requests.Session()
    session = AuthorizedSession(credentials, auth_request=Request(refreshing))  # type: ignore[no-untyped-call]
    for one in (refreshing, session):
        one.mount("https://", adapter)
        one.mount("http://", adapter)
    return session, account


def _credentials(archivo: Path) -> tuple[Credentials, str]:
    try:
        data: Mapping[str, Any] = json.loads(archivo.read_text(encoding="utf-8"))
        kind = data.get("type")
        if kind == "service_account":
            return (
                service_account.Credentials.from_service_account_info(data, scopes=SCOPES),  # type: ignore[no-untyped-call]
                str(data.get("client_email", "")),
            )
        if kind == "authorized_user":
            # A person's token has the scopes they granted; asking for others would be refused.
            user = user_credentials.Credentials.from_authorized_user_info(data)  # type: ignore[no-untyped-call]
            return user, ""
    except OSError:
        raise ConfigurationError(
            f"El archivo {archivo.name} no existe o no se puede leer.", campo=_CREDENTIALS
        ) from None
    except (ValueError, AttributeError, GoogleAuthError):
        pass
    raise ConfigurationError(
        f"El archivo {archivo.name} no es una llave de cuenta de servicio ni de usuario autorizado de Google.",
        campo=_CREDENTIALS,
    )


def clock_offset(settings: GoogleSettings) -> dt.timedelta:
    """How far this machine's clock is ahead of Google's, to a second or two. No credentials are needed.

    Raises:
        GoogleUnavailable: nobody answers.
    """
    try:
        answer = requests.head(settings.api or _PUBLIC, timeout=CONNECT_AND_READ_SECONDS, allow_redirects=False)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (requests.RequestException, KeyError, ValueError):
        raise GoogleUnavailable("No se pudo saber qué hora es.") from None
    return dt.datetime.now(dt.UTC) - theirs


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind an error of gspread, where there was an answer."""
    response = getattr(error, "response", None)
    return response.status_code if isinstance(response, requests.Response) else None


def asks_to_wait(error: BaseException) -> bool:
    """Whether a quota was used up: Sheets says so with 429, Drive with 403 and a reason."""
    status = status_of(error)
    return status == 429 or (status == 403 and not _USED_UP.isdisjoint(_reasons(error)))


def _reasons(error: BaseException) -> set[str]:
    try:
        told = error.response.json()["error"].get("errors", [])  # type: ignore[attr-defined]  # there is a status
        return {str(one.get("reason")) for one in told}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()


def is_refused_untouched(error: BaseException) -> bool:
    """Google turned the request away before doing anything, so that anything may be sent again."""
    return asks_to_wait(error) or isinstance(error, TransportError)


def is_unanswered(error: BaseException) -> bool:
    """Nobody knows whether the request was carried out: no answer, or an error of the server."""
    status = status_of(error)
    return isinstance(error, _NO_ANSWER) or (status is not None and status >= 500)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    response = getattr(error, "response", None)
    asked = response.headers.get("Retry-After", "") if isinstance(response, requests.Response) else ""
    backoff = float(wait_random_exponential(multiplier=0.4, max=16)(state))
    return min(max(float(asked), backoff), _LONGEST_WAIT_SECONDS) if asked.isdigit() else backoff


def _attempt(call: Callable[[], Answer], repeatable: Callable[[BaseException], bool], attempts: int) -> Answer:
    return Retrying(retry=retry_if_exception(repeatable), wait=_wait, stop=stop_after_attempt(attempts), reraise=True)(
        call
    )


def read(call: Callable[[], Answer], attempts: int) -> Answer:
    """Repeat a reading call while Google asks to wait, fails or does not answer."""
    return _attempt(call, lambda error: is_refused_untouched(error) or is_unanswered(error), attempts)


def write(call: Callable[[], Answer], attempts: int) -> Answer:
    """Repeat a writing call only where Google turned it away before doing anything.

    Raises:
        Unanswered: it may have been carried out.
    """
    try:
        return _attempt(call, is_refused_untouched, attempts)
    except Exception as error:
        if is_unanswered(error):
            raise Unanswered from error
        raise


def until_answered(once: Callable[[], Answer], attempts: int) -> Answer:
    """Call again, after longer and longer waits, what looks first whether its earlier write was carried out.

    Raises:
        Unanswered: not even the last one was answered.
    """
    return _attempt(once, lambda error: isinstance(error, Unanswered), attempts)


def as_robot_error(error: Exception, account: str) -> Exception:
    """What an error of gspread, google-auth or the connection means for an asesor; others come back as they are."""
    status = status_of(error)
    share = f" Compártala con {account}." if account else ""
    is_transient = isinstance(error, RefreshError) and error.retryable
    if isinstance(error, TransportError | Unanswered) or is_unanswered(error) or asks_to_wait(error) or is_transient:
        return GoogleUnavailable(_why_unavailable(error))
    if isinstance(error, RefreshError) and "iat and exp" in str(error):
        return ClockWrong("El diagnóstico del robot dice cuánto se aparta.")
    if isinstance(error, RefreshError | GoogleAuthError) or status == 401:
        return ConfigurationError("Google no aceptó las credenciales: genere una llave nueva.", campo=_CREDENTIALS)
    if status == 403:
        return SheetUnusable(f"La cuenta del robot no tiene permiso de edición.{share}")
    if status == 404:
        return SheetUnusable(f"La planilla ya no existe o no está compartida.{share}")
    if status is not None:
        return SheetUnusable(f"Google rechazó la operación ({status}).")
    return error


def _why_unavailable(error: Exception) -> str:
    """What is known of why Google cannot be worked with, in Spanish; blank if nothing is."""
    if asks_to_wait(error):
        return "Google pidió esperar más de lo que el robot espera (cuota)."
    answer = error.__cause__ if isinstance(error, Unanswered) else error
    if isinstance(answer, requests.exceptions.ContentDecodingError) and status_of(answer) is not None:
        return "Llegó una página en lugar de su respuesta: algo entre el robot y Google puede pedir que una persona ingrese."
    return ""
