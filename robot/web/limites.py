"""How often somebody may try. Counted in memory: a restart forgives."""

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from robot.settings import WebSettings


class Demasiado(Exception):
    """Too often; somebody must wait a little."""


class Limites:
    """Passwords by account and by address, everything else by account."""

    def __init__(self, settings: WebSettings) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._wrong_by_account = RateLimitItemPerMinute(settings.intentos, 5, namespace="cuenta")
        self._wrong_by_address = RateLimitItemPerMinute(settings.intentos * 20, 5, namespace="direccion")
        self._requests = RateLimitItemPerSecond(600, 60, namespace="peticiones")

    def require_trial(self, clave: str, direccion: str) -> None:
        """Raises: Demasiado: the password of this account, or from this address, was wrong too often."""
        if not (
            self._window.test(self._wrong_by_account, clave) and self._window.test(self._wrong_by_address, direccion)
        ):
            raise Demasiado

    def failed(self, clave: str, direccion: str) -> None:
        self._window.hit(self._wrong_by_account, clave)
        self._window.hit(self._wrong_by_address, direccion)

    def require_calm(self, clave: str) -> None:
        """Raises: Demasiado: an account asks for more than a person can."""
        if not self._window.hit(self._requests, clave):
            raise Demasiado
