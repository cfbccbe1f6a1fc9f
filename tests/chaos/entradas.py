"""The ways in by which a chaos run hands in: each repeats what got no answer, and tells in the end what it was told."""

import csv
import io
import json
import random
import socket
import subprocess
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

import requests

from robot.intake import Ventanilla
from robot.lotes.recepcion import Lotes
from robot.lotes.resultado import COLUMNAS, as_sent
from robot.record.programs import TODOS, Alcance, Llaves
from robot.referencia import Referencia
from robot.worker.webhook import new_receiver
from tests.chaos.mundo import Mundo, Victima
from tests.chaos.pedidos import Pedido, titles

AL_ENTRAR = "CON PROBLEMAS"
"""What stands for the estado of what was refused at the door."""
_AGAIN = 0.25
_ACCEPTED, _TO_CORRECT, _SERVER_FAILS = 202, 422, 500
_TOGETHER = 3
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Respuesta:
    """What a way in was told of a pedido: beside its row, by its page, by GET.

    Attributes:
        tapado: a person has written where the reason would stand, and what is theirs stays.
    """

    via: str
    numero: int
    estado: str
    radicado: str = ""
    motivo: str = ""
    tapado: bool = False


class Golpeable(Protocol):
    """What hands in and can be hit."""

    nombre: str

    def hit(self) -> bool:
        """Kill what hands in; whether there was anything."""


class Via(Golpeable, Protocol):
    """A way in."""

    cola: deque[Pedido]

    def act(self) -> None:
        """Hand in what waits, as far as that goes now."""

    def answers(self) -> list[Respuesta]:
        """What it has been told of each pedido by now."""


@dataclass
class PorFormulario:
    """The intake of the form, by a process. The number of the form is the pedido's."""

    mundo: Mundo
    ventanilla: Ventanilla
    azar: random.Random
    nombre: str = "formulario"
    cola: deque[Pedido] = field(default_factory=deque)
    repetidos: int = 0
    _told: dict[int, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.mundo
        self._mostrador = Victima(("tests.chaos.mostrador",), world.environment, world.carpeta / "mostrador.log")

    def act(self) -> None:
        if self.cola:
            pedido = self.cola[0]
            self._told[pedido.numero] = self._ask(pedido)
            self.cola.popleft()
            self.repetidos += _maybe_again(self, pedido)

    def _ask(self, pedido: Pedido) -> Mapping[str, Any]:
        if not self._mostrador.alive:
            self._mostrador.start(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process = self._mostrador.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        print(
            json.dumps({"formulario": _form_of(pedido), "solicitud": pedido.as_json()}), file=process.stdin, flush=True
        )
        answer = process.stdout.readline()
        if not answer.endswith("\n"):
            raise ConnectionError("the answer was lost")
        told: Mapping[str, Any] = json.loads(answer)
        return told

    def hit(self) -> bool:
        return _killed(self._mostrador)

    def answers(self) -> list[Respuesta]:
        return [self._answer(numero, told) for numero, told in self._told.items()]

    def _answer(self, numero: int, told: Mapping[str, Any]) -> Respuesta:
        if "problemas" in told:
            return Respuesta(self.nombre, numero, AL_ENTRAR, motivo=" ".join(told["problemas"]))
        one = self.ventanilla.registro.expediente(Referencia(told["referencia"]))
        error = one.resultado.error if one.resultado is not None else None
        motivo = error.mensaje if error is not None else ""
        return Respuesta(self.nombre, numero, one.estado.value, one.radicado or "", motivo)


@dataclass
class PorApi:
    """A program over HTTP, whose key is the pedido's number, and which is told of each end at an address of its own."""

    mundo: Mundo
    ventanilla: Ventanilla
    azar: random.Random
    nombre: str = "API"
    cola: deque[Pedido] = field(default_factory=deque)
    repetidos: int = 0
    _told: dict[int, str | list[Mapping[str, str]]] = field(default_factory=dict)
    _announced: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def open(self) -> Iterator[None]:
        """While the block lasts the API is served, and the program listens."""
        puerto = _free_port()
        log = self.mundo.carpeta / "servir.log"
        command = ("robot", "servir", "--sin-trabajador", "--puerto", str(puerto))
        self._servidor = Victima(command, self.mundo.environment, log)
        self._url = f"http://127.0.0.1:{puerto}/api/v1/solicitudes"
        server = ThreadingHTTPServer(("127.0.0.1", 0), _receptor(self._announced, random.Random(self.azar.random())))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        receptor = new_receiver(f"http://127.0.0.1:{server.server_address[1]}/", self.ventanilla.settings.api)
        llaves = Llaves(self.ventanilla.registro)
        texto, _ = llaves.create("crm", alcances=list(Alcance), asesores=[TODOS], quien="caos", receptor=receptor)
        self._headers = {"authorization": f"Bearer {texto}"}
        self._servidor.start()
        try:
            yield
        finally:
            self._servidor.kill()
            server.shutdown()
            server.server_close()

    def act(self) -> None:
        if not self._servidor.alive:
            self._servidor.start()
        if not self.cola:
            return
        pedido = self.cola[0]
        key = {"idempotency-key": f"crm-{pedido.numero}"}
        answer = requests.post(
            self._url, json=pedido.as_json(), headers={**self._headers, **key}, timeout=_PATIENCE_SECONDS
        )
        if answer.status_code >= _SERVER_FAILS:
            return
        assert answer.status_code in {_ACCEPTED, _TO_CORRECT}, answer.text
        body = answer.json()
        self._told[pedido.numero] = body["referencia"] if answer.status_code == _ACCEPTED else body["problemas"]
        self.cola.popleft()
        self.repetidos += _maybe_again(self, pedido)

    def hit(self) -> bool:
        return _killed(self._servidor)

    def answers(self) -> list[Respuesta]:
        return [self._answer(numero, told) for numero, told in self._told.items()]

    def _answer(self, numero: int, told: str | list[Mapping[str, str]]) -> Respuesta:
        if not isinstance(told, str):
            motivo = " ".join(f"{one['campo']}: {one['mensaje']}" for one in told)
            return Respuesta(self.nombre, numero, AL_ENTRAR, motivo=motivo)
        answer = requests.get(f"{self._url}/{told}", headers=self._headers, timeout=_PATIENCE_SECONDS)
        answer.raise_for_status()
        body = answer.json()
        return Respuesta(self.nombre, numero, body["estado"], body["radicado"] or "", body["motivo"])

    def untold(self) -> list[str]:
        """The solicitudes of the program whose end it has not been told of."""
        by_number = {one.numero: one for one in self.answers()}
        return [
            f"{told}: {by_number[numero].estado}"
            for numero, told in self._told.items()
            if isinstance(told, str)
            and (by_number[numero].estado, by_number[numero].radicado) not in self._announced[told]
        ]

    @property
    def announced(self) -> int:
        """How many announcements have come."""
        return sum(map(len, self._announced.values()))


def _receptor(announced: Mapping[str, list[tuple[str, str]]], azar: random.Random) -> type[BaseHTTPRequestHandler]:
    class Receptor(BaseHTTPRequestHandler):
        """Where the program is told; one in six it does not take."""

        def do_POST(self) -> None:  # as the standard library calls it
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            taken = azar.random() > 1 / 6
            if taken:
                announced[body["referencia"]].append((body["estado"], body["radicado"] or ""))
            self.send_response(204 if taken else 500)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the standard library has it
            """Nothing on stderr."""

    return Receptor


@dataclass
class PorLote:
    """Files of some rows each, by `radicar`; a file whose command was killed is sent again, and some others are, too."""

    mundo: Mundo
    ventanilla: Ventanilla
    azar: random.Random
    nombre: str = "lote"
    cola: deque[Pedido] = field(default_factory=deque)
    repetidos: int = 0
    _files: list[tuple[Path, Sequence[Pedido]]] = field(default_factory=list)
    _to_send: deque[int] = field(default_factory=deque)
    _refused: dict[int, str] = field(default_factory=dict)
    _command: Victima | None = None
    _lonely: int = 0

    def act(self) -> None:
        """A file goes once there is enough for one, or nobody has added anything for a while."""
        self._lonely += bool(self.cola)
        if len(self.cola) >= _TOGETHER or self._lonely > 4 * _TOGETHER:
            self._write()
        if self._to_send:
            number = self._to_send[0]
            self._send(number)
            self._to_send.popleft()
            if self.azar.random() < _AGAIN:
                self._to_send.append(number)
                self.repetidos += 1

    def _write(self) -> None:
        self._lonely = 0
        some = [self.cola.popleft() for _ in range(len(self.cola))]
        known = [
            number
            for number, (_, there) in enumerate(self._files)
            if set(map(_form_of, some)) <= {*map(_form_of, there)}
        ]
        if known:
            self._to_send.append(known[0])
            return
        archivo = self.mundo.carpeta / f"lote-{len(self._files) + 1}.csv"
        with archivo.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows([titles(), *(one.as_row() for one in some)])
        self._to_send.append(len(self._files))
        self._files.append((archivo, some))

    def _send(self, number: int) -> None:
        archivo, some = self._files[number]
        command = (
            "robot",
            "radicar",
            str(archivo),
            "--json",
            "--encolar",
            "--quien",
            "caos",
            "--aceptar",
            "solo-buenas",
        )
        self._command = Victima(command, self.mundo.environment, self.mundo.carpeta / "lotes.log")
        self._command.start(stdout=subprocess.PIPE)
        assert self._command.process is not None
        told, _ = self._command.process.communicate()
        if self._command.process.returncode < 0 or not told:
            raise ConnectionError("killed")
        answer = json.loads(told)
        if answer["lote"] is None:
            rows = dict(enumerate(some, start=2))
            assert answer["problemas"], answer
            for problem in answer["problemas"]:
                pedido = rows[problem["fila"]]
                self._refused[pedido.numero] = f"{problem['titulo']}: {problem['mensaje']}"

    def hit(self) -> bool:
        return self._command is not None and _killed(self._command)

    def answers(self) -> list[Respuesta]:
        lotes = Lotes(self.ventanilla)
        known = {one.marca: one for _, some in self._files for one in some}
        found = [Respuesta(self.nombre, numero, AL_ENTRAR, motivo=why) for numero, why in self._refused.items()]
        for lote in lotes.guardados.all(limite=10_000):
            archivo = lotes.guardados.archivo(lote.identidad)
            assert archivo is not None
            content = as_sent(archivo, lotes.columnas(), lotes.guardados.rows(lote.identidad))
            for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"):
                pedido = known[row["Solicitud"][: len("Pedido 0000:")]]
                estado, _, radicado, _, motivo = (row[name] for name in COLUMNAS)
                found.append(Respuesta(self.nombre, pedido.numero, estado, radicado, motivo))
        return found

    @property
    def waiting(self) -> bool:
        """Whether a file is to be sent yet."""
        return bool(self._to_send)


def _form_of(pedido: Pedido) -> str:
    return f"caos-{pedido.numero}"


def _maybe_again(via: PorFormulario | PorApi, pedido: Pedido) -> bool:
    """The same once more, as somebody does who has not seen the answer."""
    if via.azar.random() < _AGAIN:
        via.cola.append(pedido)
        return True
    return False


def _killed(one: Victima) -> bool:
    if not one.alive:
        return False
    one.kill()
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port
