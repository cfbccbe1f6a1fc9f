"""Machines of their own on one cable, any two of which can be cut off from each other: Linux network namespaces, for root."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

_NOBODY = "02:00:00:00:00:01"


@dataclass(frozen=True)
class Maquina:
    """One machine: the name of its namespace, and its address."""

    nombre: str
    direccion: str

    @property
    def aqui(self) -> Sequence[str]:
        """What runs a command on it, put before the command."""
        return ("ip", "netns", "exec", self.nombre)


def can_make_machines() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("ip") is not None


class Red:
    """The cable. The test's own process is on it, too."""

    def __init__(self) -> None:
        self._name = f"r{secrets.token_hex(3)}"
        self._net = f"198.18.{secrets.randbelow(256)}"  # kept for tests between networks, RFC 2544
        self._machines: list[Maquina] = []
        _ip("link", "add", "name", self._name, "type", "bridge")
        _ip("addr", "add", f"{self._net}.254/24", "dev", self._name)
        _ip("link", "set", self._name, "up")

    def machine(self, name: str) -> Maquina:
        """One more machine."""
        number = len(self._machines) + 1
        one = Maquina(f"{self._name}-{name}", f"{self._net}.{number}")
        self._machines.append(one)
        _ip("netns", "add", one.nombre)
        cable = f"{self._name}v{number}"
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", one.nombre)
        _ip("link", "set", cable, "master", self._name, "up")
        _ip("-n", one.nombre, "link", "set", "lo", "up")
        _ip("-n", one.nombre, "addr", "add", f"{one.direccion}/24", "dev", "eth0")
        _ip("-n", one.nombre, "link", "set", "eth0", "up")
        return one

    def cut(self, one: Maquina, other: Maquina) -> None:
        """What they send each other reaches nobody, and nobody is told."""
        for here, there in ((one, other), (other, one)):
            entry = (there.direccion, "lladdr", _NOBODY, "dev", "eth0", "nud", "permanent")
            _ip("-n", here.nombre, "neigh", "replace", *entry)

    def mend(self, one: Maquina, other: Maquina) -> None:
        for here, there in ((one, other), (other, one)):
            _ip("-n", here.nombre, "neigh", "del", there.direccion, "dev", "eth0")

    def end(self) -> None:
        for one in self._machines:
            _ip("netns", "del", one.nombre)
        _ip("link", "del", self._name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)  # noqa: S607  # wherever the system has it


@contextmanager
def cable() -> Iterator[Red]:
    """A network without machines; they end with the block."""
    red = Red()
    try:
        yield red
    finally:
        red.end()
