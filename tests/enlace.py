"""A connection between two machines that a test can cut: what is sent meanwhile is neither lost nor answered."""

import contextlib
import socket
import threading
from typing import Self
from urllib.parse import urlsplit, urlunsplit

_CHUNK = 65_536
_ACCEPT_SECONDS = 0.2


class Enlace:
    """Stands before a server; `with` ends it. While it is cut, bytes wait on the way and nobody is told anything.

    Attributes:
        url: the server's own address with this connection in its place.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(_ACCEPT_SECONDS)
        host = f"127.0.0.1:{self._listening.getsockname()[1]}"
        user, at, _ = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{user}{at}{host}"))
        self._open = threading.Event()
        self._open.set()
        self._over = threading.Event()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._open.set()
        self._listening.close()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def cut(self) -> None:
        """Nothing passes any more, in either direction."""
        self._open.clear()

    def mend(self) -> None:
        """Everything passes again, what has waited first."""
        self._open.set()

    def drop(self) -> None:
        """Every connection that is open ends now, whatever was on the way; new ones pass."""
        dropped, self._sockets = self._sockets, []
        for one in dropped:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                near, _ = self._listening.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            near.settimeout(None)
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._open.wait()
        with contextlib.suppress(OSError):
            far = socket.create_connection(self._target)
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [near, far]
            threading.Thread(target=self._pass, args=(far, near), daemon=True).start()
            self._pass(near, far)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                self._open.wait()
                target.sendall(data)
        self._open.wait()
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)
