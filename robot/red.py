"""The way to Serviweb: proxy, passwords and certificates that stand before its own sign-in, the same for every request."""

import urllib.request
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

_NINGUNO = "ninguno"


def _expanded(path: Path) -> Path:
    return path.expanduser()


class RedSettings(BaseModel):
    """What stands between the robot and Serviweb.

    Attributes:
        proxy: address of the company's proxy; the one of the environment or the system where blank, `ninguno` for none.
        proxy_usuario, proxy_clave: how to sign in there, if it asks.
        sin_proxy: hosts that are reached without it, such as `.empresa.local`.
        usuario, clave: where the server asks for them in the browser's own window (HTTP Basic).
        certificado, llave: the client certificate that the server asks for, in PEM, or both in one `.p12` or `.pfx` file.
        clave_llave: the password of that file.
        sin_verificar: why a certificate that nobody vouches for is accepted; it is not where blank. It goes into the log.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    proxy: Annotated[str, Field(pattern=rf"^$|^{_NINGUNO}$|^(https?|socks[45])://[^/\s]+/?$")] = ""
    proxy_usuario: str = ""
    proxy_clave: SecretStr = SecretStr("")
    sin_proxy: tuple[str, ...] = ()
    usuario: str = ""
    clave: SecretStr = SecretStr("")
    certificado: Annotated[Path, AfterValidator(_expanded)] | None = None
    llave: Annotated[Path, AfterValidator(_expanded)] | None = None
    clave_llave: SecretStr = SecretStr("")
    sin_verificar: str = ""

    def proxy_for(self, url: str) -> "Proxy | None":
        """The proxy by which an address is reached; nothing where it is reached without one."""
        if self.proxy == _NINGUNO:
            return None
        if self.proxy:
            return self._proxy(self.proxy, self.sin_proxy)
        parts = urlsplit(url)
        known = urllib.request.getproxies()
        found = known.get(parts.scheme) or known.get("all")
        if not found or _is_this_machine(parts.hostname or "") or urllib.request.proxy_bypass(parts.netloc):
            return None
        besides = [host.strip() for host in known.get("no", "").split(",") if host.strip()]
        return self._proxy(found, (*self.sin_proxy, *besides))

    def plain_proxy_for(self, url: str) -> "Proxy | None":
        """The proxy that a request is handed to as a whole, nothing of it being secret; nothing where it would make a tunnel."""
        proxy = self.proxy_for(url)
        parts = urlsplit(url)
        if proxy is None or parts.scheme != "http" or not proxy.servidor.startswith("http:"):
            return None
        host = parts.hostname or ""
        besides = [one.removeprefix("*").lstrip(".") for one in proxy.sin_proxy]
        return None if any(host == one or host.endswith(f".{one}") for one in besides) else proxy

    def _proxy(self, address: str, sin_proxy: tuple[str, ...]) -> "Proxy":
        parts = urlsplit(address if "://" in address else f"http://{address}")
        return Proxy(
            servidor=f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}",
            usuario=self.proxy_usuario or unquote(parts.username or ""),
            clave=self.proxy_clave if self.proxy_usuario else SecretStr(unquote(parts.password or "")),
            sin_proxy=sin_proxy,
        )


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and who signs in there."""

    servidor: str
    usuario: str
    clave: SecretStr
    sin_proxy: tuple[str, ...]


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
