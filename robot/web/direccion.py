"""By which address the form is reached: the path it is under, and which names are its own."""

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


def for_the_log(authority: str) -> str:
    """A name that somebody asked for, if it is one."""
    return authority if _NAME.fullmatch(authority) else "ninguno"
