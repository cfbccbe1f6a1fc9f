"""The world of a chaos run: both mocks, workers and people, all of them processes or threads that can be hit."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

from fixtures.procesos import Mock, MockGoogle, Proceso
from robot.settings import PREFIX, Settings, load_settings

ASESORES = {"ana": "asesor1", "beto": "asesor2", "carla": "coordinador", "dario": "robot"}
MONTHS = 5
LOST = (URLError, ConnectionError, TimeoutError, OSError)
_ROOT = Path(__file__).resolve().parents[2]
_SAVE = "POST .*guardar"
_WRITE = "batchUpdate$"

SERVIWEB_FAULTS: tuple[Mapping[str, Any], ...] = (
    {"corte_despues": {"veces": 1, "ruta": _SAVE}},
    {"error_despues": {"veces": 1, "ruta": _SAVE}},
    {"error_antes": {"veces": 1, "ruta": _SAVE}},
    {"guardado_tardio": {"veces": 1, "segundos": 5}},
    {"espera_despues": {"veces": 1, "ruta": _SAVE, "segundos": 7}},
    {"sesion_expirada": {"veces": 1, "ruta": _SAVE}},
    {"sesion_expirada": 1},
    {"error_antes": {"veces": 2, "ruta": "GET .*(suscriptor|causales|consulta|solicitud)"}},
    {"corte_despues": {"veces": 1, "ruta": "GET .*(tercero|consulta|solicitud)"}},
    {"latencia": {"veces": 20, "ms": 80}},
)
HABITOS = ("latido", "borrador", "conserva_anterior", "enter_guarda", "tabla_vacia", "antiguas_primero")
"""What is no failure, but how old systems are; each is on or off beside whatever fails."""
GOOGLE_FAULTS: tuple[Mapping[str, Any], ...] = (
    {"cuota": {"veces": 2}},
    {"corte_despues": {"veces": 1, "ruta": _WRITE}},
    {"error_despues": {"veces": 1, "ruta": _WRITE}},
    {"html_despues": {"veces": 1, "ruta": _WRITE}},
    {"error_antes": {"veces": 1}},
    {"corte_antes": {"veces": 1, "ruta": _WRITE}},
)


@dataclass
class Persona:
    """Somebody who works in the sheet all the while, and remembers what they typed."""

    google: MockGoogle
    azar: random.Random
    typed: list[str] = field(default_factory=list)

    def act(self) -> None:
        """One edit: take a free cupo, write a note, insert or delete a row, sort. Never over what is there."""
        books = [book["title"] for book in self.google.state()["spreadsheets"]]
        book = self.azar.choice(books[:2])
        row = self.azar.randint(4, 260)
        what = self.azar.random()
        if what < 0.5:
            self._type(book, f"{self.azar.choice('DDDH')}{row}")
        elif what < 0.7:
            self.google.edit(accion="insert_row", spreadsheet=book, row=row)
        elif what < 0.85:
            self.google.edit(accion="delete_row", spreadsheet=book, row=row, si_vacia=True)
        else:
            with contextlib.suppress(URLError):
                self.google.edit(accion="sort", spreadsheet=books[1], from_row=4, column=self.azar.choice("AB"))

    def _type(self, book: str, cell: str) -> None:
        value = f"persona {len(self.typed) + 1}"
        if self.google.edit(accion="type", spreadsheet=book, cell=cell, value=value, si_vacia=True):
            self.typed.append(value)


@dataclass
class Victima:
    """A process of the robot, or one that hands in to it, which can be hit and started again."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[str] | None = None

    def start(self, stdin: int | None = None, stdout: int | None = None) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.command],
                env=dict(self.environment),
                stdin=stdin,
                stdout=stdout or log,
                stderr=log,
                text=True,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self.alive and self.process is not None:
            self.process.send_signal(number)

    def kill(self) -> None:
        self.send(signal.SIGCONT)
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=30)

    def stop(self) -> None:
        """As systemd does; killed if it does not go."""
        self.send(signal.SIGTERM)
        if self.process is not None:
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()


def browsers_of(worker: int) -> list[int]:
    """The browsers of a worker process: straight below the driver that it started."""
    return [pid for driver in _children(worker) for pid in _children(driver)]


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


@dataclass
class Mundo:
    """Everything outside of the robot, and its workers."""

    serviweb_process: Proceso
    google_process: Proceso
    carpeta: Path
    environment: Mapping[str, str]
    trabajadores: list[Victima] = field(default_factory=list)

    @property
    def serviweb(self) -> Mock:
        return Mock(self.serviweb_process.url)

    @property
    def google(self) -> MockGoogle:
        return MockGoogle(self.google_process.url)

    def settings(self) -> Settings:
        """The settings that the workers have."""
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            return load_settings()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def worker(self, ejecutor: str) -> Victima:
        environment = {**self.environment, PREFIX + "MOTOR__EJECUTOR": ejecutor}
        one = Victima(("robot", "trabajador"), environment, self.carpeta / f"trabajador-{ejecutor}.log")
        one.start()
        self.trabajadores.append(one)
        return one


@contextmanager
def mundo(
    carpeta: Path,
    *,
    skin: str = "classic",
    base_de_datos: str = "",
    metadata_follows: bool = False,
    ajustes: Mapping[str, str] | None = None,
) -> Iterator[Mundo]:
    """A fresh world in a folder; every process of it ends with the block.

    Args:
        ajustes: more settings, by the names of their variables without the prefix.
    """
    serviweb = Proceso("fixtures.mock_serviweb", carpeta / "serviweb.estado", "--skin", skin)
    google = Proceso("fixtures.mock_google", carpeta / "google.estado")
    MockGoogle(google.url).reset(meses=MONTHS, metadata_sigue_orden=metadata_follows)
    key = carpeta / "google.json"
    key.write_text(json.dumps(MockGoogle(google.url).credentials()))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
        "PYTHONPATH": str(_ROOT),
        PREFIX + "DATOS": str(carpeta / "datos"),
        PREFIX + "SERVIWEB__URL": serviweb.url,
        PREFIX + "SERVIWEB__PERFIL": str(_ROOT / "perfiles" / f"{skin}.toml"),
        PREFIX + "SERVIWEB__ESPERA_SEGUNDOS": "4",
        PREFIX + "SERVIWEB__PLAZO_CONFIRMACION_SEGUNDOS": "12",
        PREFIX + "GOOGLE__API": google.url,
        PREFIX + "GOOGLE__CREDENCIALES": str(key),
        PREFIX + "GOOGLE__INTENTOS": "5",
        PREFIX + "MOTOR__BASE_DE_DATOS": base_de_datos,
        PREFIX + "MOTOR__LLAVE": "" if not base_de_datos else "Q0hBT1MtQ0hBT1MtQ0hBT1MtQ0hBT1MtQ0hBT1MtQ0g=",
        PREFIX + "MOTOR__RELEVO_SEGUNDOS": "4",
        **{PREFIX + name: value for name, value in (ajustes or {}).items()},
    }
    for clave, usuario in ASESORES.items():
        account = f"{PREFIX}ASESORES__{clave.upper()}"
        environment |= {
            f"{account}__USUARIO": usuario,
            f"{account}__CLAVE": "Clave#2026",
            f"{account}__NOMBRE": f"Asesor {clave}",
        }
    world = Mundo(serviweb, google, carpeta, environment)
    try:
        yield world
    finally:
        for one in world.trabajadores:
            one.kill()
        serviweb.kill()
        google.kill()


@contextmanager
def background(act: Callable[[], None], azar: random.Random, seconds: tuple[float, float]) -> Iterator[None]:
    """Do something again and again at random instants while the block lasts; a mock that is down is let be."""
    over = threading.Event()
    broken: list[Exception] = []

    def loop() -> None:
        try:
            while not over.wait(azar.uniform(*seconds)):
                with contextlib.suppress(*LOST):
                    act()
        except Exception as defect:  # noqa: BLE001  # it is raised where the block ends
            broken.append(defect)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)
    if broken:
        raise broken[0]
