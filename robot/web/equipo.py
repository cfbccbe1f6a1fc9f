"""The mark of a browser in which an account has signed in before: who guesses its password elsewhere does not lock it out here.

The mark opens nothing. It only tells whose tries are counted together (`robot.record.access`).
"""

import secrets
from dataclasses import dataclass

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import Response

from robot.settings import WebSettings

_COOKIE = "equipo"
_SECONDS = 180 * 24 * 3600
_ACCOUNTS = 20


@dataclass(frozen=True, slots=True)
class Equipo:
    """A browser: a name of its own, and the accounts that have signed in there, latest last."""

    nombre: str
    cuentas: tuple[str, ...] = ()

    def knows(self, cuenta: str) -> bool:
        return cuenta in self.cuentas


class Equipos:
    """Reads and gives marks.

    Args:
        secreto: what they are signed with.
    """

    def __init__(self, secreto: str, web: WebSettings) -> None:
        self._signed = URLSafeTimedSerializer(secreto)
        self._web = web

    def of(self, request: Request) -> Equipo:
        """The browser that asks; one that nobody knows where it has no mark of ours, or one of long ago."""
        try:
            nombre, cuentas = self._signed.loads(request.cookies.get(_COOKIE, ""), max_age=_SECONDS)
        except BadSignature:
            return Equipo(secrets.token_urlsafe(12))
        return Equipo(nombre, tuple(cuentas))

    def mark(self, response: Response, equipo: Equipo, cuenta: str) -> None:
        """This account has signed in there."""
        cuentas = [*(one for one in equipo.cuentas if one != cuenta), cuenta][-_ACCOUNTS:]
        response.set_cookie(
            _COOKIE,
            self._signed.dumps((equipo.nombre, cuentas)),
            max_age=_SECONDS,
            path=self._web.ruta or "/",
            secure=self._web.seguro,
            httponly=True,
            samesite="lax",
        )
