"""What the robot says of a print where CUPS refuses, is slow, or is another machine's. A stand-in that answers IPP."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from robot.copias.cups import Cups
from robot.copias.ipp import Attribute, AttributeGroup, IppOperation, ValueTag, encode
from robot.copias.printer import Cola, EstadoDeCola, EstadoTrabajo
from robot.errors import PrinterRefused, PrinterSilent
from robot.flows.papel import TurnoEnMemoria, hand_over
from robot.models import EstadoImpresion
from robot.settings import ImpresionSettings
from tests.paciencia import patience
from tests.papel.mostrador import two_sheets

_OK, _NOT_POSSIBLE = 0, 0x0404
_SHORT = 0.3
_HEADER = 8
_IDLE = EstadoDeCola(detenida=False, acepta=True, motivos=("none",), dicho="", equipo="", medios=())


def answer(estado: int, *attributes: Attribute) -> bytes:
    """As a server writes it: a status where a request has its operation."""
    groups = [(AttributeGroup.TRABAJO, attributes)] if attributes else []
    return struct.pack(">BBHi", 2, 0, estado, 1) + encode(IppOperation.GET_JOBS, 1, groups)[_HEADER:]


@dataclass
class Raro:
    """A server that answers each operation with what a test says, else with yes."""

    direccion: str = ""
    dice: Mapping[int, bytes] = field(default_factory=dict)
    preguntas: list[int] = field(default_factory=list)

    def take(self, message: bytes) -> bytes:
        operacion = struct.unpack_from(">H", message, 2)[0]
        self.preguntas.append(operacion)
        return self.dice.get(operacion, answer(_OK))


@pytest.fixture
def raro() -> Iterator[Raro]:
    ready = Raro()

    class Preguntas(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = ready.take(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Preguntas) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        ready.direccion = f"127.0.0.1:{server.server_port}"
        yield ready
        server.shutdown()


class _Relevo(TurnoEnMemoria):
    nueva = False


def test_where_an_open_job_of_somebody_else_cannot_be_taken_away_nothing_is_sent_and_nobody_knows(
    raro: Raro, tmp_path: Path
) -> None:
    turno = _Relevo("VD-X-1")
    waiting = answer(
        _OK,
        Attribute.of(ValueTag.ENTERO, "job-id", 7),
        Attribute.of(ValueTag.NOMBRE, "job-name", turno.nombre),
        Attribute.of(ValueTag.ENTERO, "job-state", EstadoTrabajo.RETENIDO),
        Attribute.of(ValueTag.ENTERO, "number-of-documents", 0),
    )
    raro.dice = {
        IppOperation.GET_JOBS: waiting,
        IppOperation.GET_JOB_ATTRIBUTES: waiting,
        IppOperation.CANCEL_JOB: answer(_NOT_POSSIBLE),
    }
    cola = Cola("mostrador", ImpresionSettings(servidor=raro.direccion))
    hindered = hand_over(cola, two_sheets(tmp_path / "copias.pdf").archivo, turno)
    assert (type(hindered), turno.estado) == (PrinterSilent, EstadoImpresion.NO_SE_SABE)
    assert IppOperation.CREATE_JOB not in raro.preguntas


class _Impaciente(Cups):
    RESPUESTA_SEGUNDOS = _SHORT


@pytest.mark.parametrize("drop", [b"x", b"HTTP/1.1 100 Continue\r\n\r\n"], ids=["a header", "continue"])
def test_an_answer_that_drips_has_no_more_time_than_another(drop: bytes) -> None:
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with closing(connection):
            while not over.wait(_SHORT / 10):
                try:
                    connection.sendall(drop)
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        dripping = threading.Thread(target=drip, args=(server,), daemon=True)
        dripping.start()
        asking = threading.Thread(target=_asked, args=(f"127.0.0.1:{server.getsockname()[1]}",), daemon=True)
        asking.start()
        asking.join(patience(10))
        waits = asking.is_alive()
        over.set()
        asking.join()
        dripping.join()
        assert not waits


def _asked(direccion: str) -> None:
    with pytest.raises(PrinterSilent):
        _Impaciente(direccion).ask(IppOperation.GET_JOBS, "mostrador")


@pytest.mark.parametrize("servidor", ["dos..puntos", "x" * 70])
def test_a_name_that_no_machine_can_have_is_a_server_that_is_not_there(servidor: str) -> None:
    with pytest.raises(PrinterRefused, match="no atiende"):
        Cola("mostrador", ImpresionSettings(servidor=servidor)).state()


@pytest.mark.parametrize(
    "equipo",
    [
        "ipps://Brother%20HL-L2350DW._ipps._tcp.local/",
        f"ipp://{'HP%20LaserJet%20' * 5}[A1].oficina/",
        f"ipp://{'x' * 70}/",
        "socket://10.0.0.7:nada",
        "ipp://[mal/",
    ],
)
def test_a_printer_whose_address_tells_no_machine_is_not_said_to_be_off(equipo: str) -> None:
    assert replace(_IDLE, equipo=equipo).reaches() is None


def test_a_printer_of_another_machine_s_cups_is_not_said_to_be_off_because_we_cannot_reach_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        off = replace(_IDLE, equipo=f"ipp://127.0.0.1:{server.getsockname()[1]}/ipp/print")
    assert (off.reaches(), replace(off, aqui=False).reaches()) == (False, None)


def test_this_machine_s_cups_has_one_name_whether_it_serves_now_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUPS_SERVER", raising=False)
    assert Cups("").nombre == f"{socket.gethostname()} /run/cups/cups.sock"
