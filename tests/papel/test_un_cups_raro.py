"""What the robot says of a print where CUPS refuses, is slow, or is another machine's. A stand-in that answers IPP."""

import contextlib
import http
import socket
import ssl
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

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
_TLS_BEGINS = b"\x16"
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
    en_claro: http.HTTPStatus = http.HTTPStatus.OK
    cifrado: http.HTTPStatus = http.HTTPStatus.OK
    documentos_en_claro: list[bytes] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def take(self, message: bytes) -> bytes:
        operacion = struct.unpack_from(">H", message, 2)[0]
        self.preguntas.append(operacion)
        return self.dice.get(operacion, answer(_OK))


@pytest.fixture
def raro() -> Iterator[Raro]:
    ready = Raro()

    class Preguntas(BaseHTTPRequestHandler):
        def setup(self) -> None:
            if ready.tls is not None and self.request.recv(1, socket.MSG_PEEK) == _TLS_BEGINS:
                self.request = ready.tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def do_POST(self) -> None:
            message, clear = (
                self.rfile.read(int(self.headers["Content-Length"])),
                not isinstance(self.request, ssl.SSLSocket),
            )
            status = ready.en_claro if clear else ready.cifrado
            if clear and b"%PDF" in message:
                ready.documentos_en_claro.append(message)
            told = ready.take(message) if status is http.HTTPStatus.OK else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who does not like its certificate goes away."""

    with Server(("127.0.0.1", 0), Preguntas) as server:
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


@pytest.fixture
def autoridad(raro: Raro, tmp_path: Path) -> Path:
    """A file with who vouches for the server's certificate, whom this machine does not know."""
    authority, archivo = trustme.CA(), tmp_path / "autoridad.pem"
    raro.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(raro.tls)
    authority.cert_pem.write_to_path(str(archivo))
    return archivo


def _cola(raro: Raro, autoridad: Path | None = None, *, cifrado: bool = False) -> Cola:
    return Cola("mostrador", ImpresionSettings(servidor=raro.direccion, cifrado=cifrado, certificado=autoridad))


@pytest.mark.parametrize("demanded", [True, False], ids=["the server demands it", "the setting asks for it"])
def test_what_goes_to_a_server_by_tls_goes_so_from_its_first_document_on(
    raro: Raro, autoridad: Path, tmp_path: Path, demanded: bool
) -> None:
    raro.en_claro = http.HTTPStatus.UPGRADE_REQUIRED
    raro.dice = {IppOperation.CREATE_JOB: answer(_OK, Attribute.of(ValueTag.ENTERO, "job-id", 7))}
    turno = TurnoEnMemoria("VD-X-1")
    copias = two_sheets(tmp_path / "copias.pdf").archivo
    assert hand_over(_cola(raro, autoridad, cifrado=not demanded), copias, turno) is None
    assert raro.preguntas == [IppOperation.CREATE_JOB, IppOperation.SEND_DOCUMENT]
    assert raro.documentos_en_claro == []


def test_a_certificate_that_nobody_vouches_for_is_told_and_nothing_is_asked(
    raro: Raro, autoridad: Path, tmp_path: Path
) -> None:
    with pytest.raises(PrinterRefused, match=r"no es de confianza.*impresion\.certificado"):
        _cola(raro, cifrado=True).state()
    with pytest.raises(PrinterRefused, match="no se puede leer"):
        _cola(raro, tmp_path / "no-hay.pem", cifrado=True).state()
    other = f"localhost:{raro.direccion.partition(':')[2]}"
    with pytest.raises(PrinterRefused, match="no es de confianza"):
        Cola("mostrador", ImpresionSettings(servidor=other, cifrado=True, certificado=autoridad)).state()
    raro.tls = None
    with pytest.raises(PrinterRefused, match=r"no atiende.*conexión cifrada"):
        _cola(raro, autoridad, cifrado=True).state()
    assert raro.preguntas == []


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_server_that_asks_for_a_password_is_told_in_words_and_nothing_is_sent(
    raro: Raro, autoridad: Path, tmp_path: Path, encrypted: bool
) -> None:
    raro.en_claro = http.HTTPStatus.UPGRADE_REQUIRED if encrypted else http.HTTPStatus.UNAUTHORIZED
    raro.cifrado = http.HTTPStatus.UNAUTHORIZED
    turno = TurnoEnMemoria("VD-X-1")
    hindered = hand_over(_cola(raro, autoridad), two_sheets(tmp_path / "copias.pdf").archivo, turno)
    assert isinstance(hindered, PrinterRefused)
    assert "pide una clave para imprimir, y el robot no manda claves" in hindered.detalle
    assert (turno.estado, raro.preguntas) == (EstadoImpresion.NO_IMPRESA, [])


class _Impaciente(Cups):
    RESPUESTA_SEGUNDOS = DOCUMENTO_SEGUNDOS = CONEXION_SEGUNDOS = _SHORT


def _drips(server: socket.socket, drop: bytes, over: threading.Event, context: ssl.SSLContext | None) -> None:
    """Take one connection and send it a drop at a time, until nobody takes them."""
    connection, _ = server.accept()
    with contextlib.suppress(OSError), contextlib.ExitStack() as open_ones:
        open_ones.callback(connection.close)
        if context is not None:
            connection = open_ones.enter_context(context.wrap_socket(connection, server_side=True))
        while not over.wait(_SHORT / 10):
            connection.sendall(drop)


@pytest.mark.parametrize(
    ("drop", "encrypted", "inside"),
    [
        (b"x", False, False),
        (b"HTTP/1.1 100 Continue\r\n\r\n", False, False),
        (b"x", True, True),
        (b"\x16\x03\x03\x40\x00" + bytes(8), True, False),
    ],
    ids=["a header", "continue", "a header by TLS", "a handshake"],
)
def test_an_answer_that_drips_has_no_more_time_than_another(
    raro: Raro, autoridad: Path, drop: bytes, encrypted: bool, inside: bool
) -> None:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        context = raro.tls if inside else None
        dripping = threading.Thread(target=_drips, args=(server, drop, over, context), daemon=True)
        dripping.start()
        direccion = f"127.0.0.1:{server.getsockname()[1]}"
        impaciente = _Impaciente(direccion, cifrado=encrypted, certificado=autoridad)
        asking = threading.Thread(target=_asked, args=(impaciente,), daemon=True)
        asking.start()
        asking.join(patience(10))
        waits = asking.is_alive()
        over.set()
        asking.join()
        dripping.join()
        assert not waits


def test_a_server_that_takes_a_document_a_drop_at_a_time_does_not_hold_it_for_ever() -> None:
    over = threading.Event()

    def swallow(server: socket.socket) -> None:
        connection, _ = server.accept()
        with closing(connection):
            while not over.wait(_SHORT / 10):
                connection.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        server.settimeout(60)
        threading.Thread(target=swallow, args=(server,), daemon=True).start()
        impaciente = _Impaciente(f"127.0.0.1:{server.getsockname()[1]}")
        asking = threading.Thread(target=_asked, args=(impaciente, bytes(50_000_000)), daemon=True)
        asking.start()
        asking.join(patience(10))
        waits = asking.is_alive()
        over.set()
        assert not waits


def _asked(cups: Cups, documento: bytes = b"") -> None:
    with pytest.raises((PrinterSilent, PrinterRefused)):
        cups.ask(IppOperation.GET_JOBS, "mostrador", documento=documento)


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
