"""Both mocks, and a robot's settings that point at them."""

import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures.procesos import Mock, MockGoogle, running
from robot.browser import find_browser
from robot.errors import BrowserMissing
from robot.settings import PREFIX, NavegadorSettings

CLAVE = "Clave#2026"
CEDULA, NOMBRE, CELULAR = "40765123", "Rosa Elvira Muñoz", "3105550101"


@dataclass(frozen=True)
class Entorno:
    """The mocks and a folder; `variables` are what a robot's process needs to work on them."""

    serviweb: Mock
    google: MockGoogle
    carpeta: Path
    variables: Mapping[str, str]

    def delay(self, ms: float) -> None:
        """Every answer of both systems comes so much later."""
        self.serviweb.faults(**({"latencia": {"ms": ms}} if ms else {}))
        self.google.faults(**({"espera_antes": {"veces": -1, "segundos": ms / 1000}} if ms else {}))


@contextmanager
def mocks(*asesores: str, skin: str = "classic") -> Iterator[Entorno]:
    """Six months of schedule, one known tercero, and asesores whose Serviweb users go by the same names."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        running("fixtures.mock_serviweb", "--skin", skin) as serviweb,
        running("fixtures.mock_google") as google,
    ):
        MockGoogle(google).reset(meses=6)
        Mock(serviweb).add_tercero(CEDULA, NOMBRE, CELULAR)
        Mock(serviweb).add_usuarios(*asesores)
        key = Path(folder) / "google.json"
        key.write_text(json.dumps(MockGoogle(google).credentials()), encoding="utf-8")
        (Path(folder) / "secretos").mkdir(mode=0o700)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        variables = {
            **clean,
            PREFIX + "DATOS": str(Path(folder) / "datos"),
            PREFIX + "SECRETOS": str(Path(folder) / "secretos"),
            PREFIX + "SERVIWEB__URL": serviweb,
            PREFIX + "GOOGLE__API": google,
            PREFIX + "GOOGLE__CREDENCIALES": str(key),
            PREFIX + "NAVEGADOR__EJECUTABLE": str(browser()),
        }
        for asesor in asesores:
            account = f"{PREFIX}ASESORES__{asesor.upper()}"
            variables |= {
                f"{account}__USUARIO": asesor,
                f"{account}__CLAVE": CLAVE,
                f"{account}__NOMBRE": asesor.title(),
            }
        yield Entorno(Mock(serviweb), MockGoogle(google), Path(folder), variables)


def browser() -> Path:
    """The robot's: the headless shell where there is one, which every tool can drive and none must talk out of a print dialog.

    Raises:
        BrowserMissing.
    """
    found = find_browser(NavegadorSettings())
    if found is None:
        raise BrowserMissing
    return found


def machine() -> str:
    """What was measured on."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").is_file()
        else iter(()),
        platform.processor() or platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {browser().name}"
