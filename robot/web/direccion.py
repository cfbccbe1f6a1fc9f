"""By which address the form is reached: the path it is under, and which names are its own."""

import ipaddress
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import Scope

_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_NAME = re.compile(r"[\w.-]{1,80}(:\d{1,5})?")


def placed(scope: Scope, ruta: str) -> Scope:
    """A request as it is for a form that a proxy serves under `ruta`, whether the proxy passes that on or takes it off."""
    path = str(scope["path"])
    if path == ruta:
        path += "/"
    return {**scope, "root_path": ruta, "path": path if path.startswith(f"{ruta}/") else ruta + path}


def root(request: Request) -> str:
    """The path that a proxy serves the form under; blank where it has a name of its own."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def route(request: Request) -> str:
    """The path of a page within the form, whether a proxy passes its own part of it on or not."""
    return request.url.path.removeprefix(root(request))


def is_ours(authority: str, hosts: Sequence[str]) -> bool:
    """Whether a name, with or without a port, is this machine's or one of `hosts`, where `*` stands for anything."""
    try:
        name = urlsplit(f"//{authority}").hostname or ""
    except ValueError:
        return False
    return name in _THIS_MACHINE or any(fnmatchcase(name, host.lower()) for host in hosts)


def origin_of(request: Request) -> str:
    """Where a request comes from: an address, or the network that one connection has of the newer kind of addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host


def for_the_log(authority: str) -> str:
    """A name that somebody asked for, if it is one."""
    return authority if _NAME.fullmatch(authority) else "ninguno"
