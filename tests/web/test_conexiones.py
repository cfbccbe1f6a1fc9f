"""Connections that ask for nothing, or never come to the end of it, are in nobody's way. Real sockets, small numbers."""

import asyncio
import resource
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path

import pytest
import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from robot.settings import WebSettings
from robot.web.conexiones import Connection, loop_of_https, most_connections
from robot.web.servidor import configured
from tests.paciencia import eventually, patience

_LIMIT = 8
_SHORT = 0.3
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Impaciente(Connection):
    """The same with limits that a test can wait for."""

    PETICION_SEGUNDOS = _SHORT
    LECTURA_SEGUNDOS = _SHORT


@dataclass
class Servidor:
    """What is served: `/` at once, `/larga` when the test says so, `/mucho` without end."""

    puerto: int = 0
    ya: threading.Event = field(default_factory=threading.Event)
    atendidas: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: threading.Event = field(default_factory=threading.Event)

    def app(self) -> Starlette:
        def long(request: Request) -> Response:
            self.atendidas.release()
            self.ya.wait(patience())
            return PlainTextResponse("larga")

        async def endless(request: Request) -> Response:
            async def content() -> AsyncIterator[bytes]:
                try:
                    while True:
                        yield bytes(65536)
                        await asyncio.sleep(0)  # else nobody else has a turn once nothing is sent any more
                finally:
                    self.ended.set()

            return StreamingResponse(content())

        async def at_once(request: Request) -> Response:
            return PlainTextResponse(f"{len(await request.body())} bytes")

        return Starlette(
            routes=[
                Route("/", at_once, methods=["GET", "POST"]),
                Route("/larga", long),
                Route("/mucho", endless),
            ]
        )

    def connect(self, sent: bytes = b"") -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.puerto), timeout=patience())
        connection.sendall(sent)
        return connection


@contextmanager
def serving(config: uvicorn.Config) -> Iterator[int]:
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    pause = threading.Event()
    while not server.started:
        pause.wait(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(patience(10))


@pytest.fixture
def servidor(request: pytest.FixtureRequest) -> Iterator[Servidor]:
    """With the protocol that a test asks for, else the one that is served."""
    ready = Servidor()
    protocol: type[Connection] = getattr(request, "param", Connection)
    config = uvicorn.Config(
        ready.app(),
        port=0,
        log_level="critical",
        http=protocol,
        limit_concurrency=_LIMIT,
        timeout_keep_alive=1,
        timeout_graceful_shutdown=1,
    )
    with serving(config) as ready.puerto:
        yield ready
        ready.ya.set()


def answer(connection: socket.socket) -> int:
    """The status of a whole answer; 0 where the other side just closes."""
    response = HTTPResponse(connection)
    try:
        response.begin()
        response.read()
    except (ConnectionError, HTTPException):
        return 0
    return response.status


@pytest.mark.parametrize("servidor", [Impaciente], indirect=True)
@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123"],
    ids=["nothing", "half a header", "half a body"],
)
def test_who_never_comes_to_the_end_of_a_request_is_let_go(servidor: Servidor, sent: bytes) -> None:
    with closing(servidor.connect(ASK)) as again:
        assert answer(again) == 200
        again.sendall(sent)
        with closing(servidor.connect(sent)) as connection:
            assert (answer(connection), answer(again)) == (0, 0)


@pytest.mark.parametrize("servidor", [Impaciente], indirect=True)
@pytest.mark.parametrize(
    "behind",
    [b"GET / HTTP/1.1\r\nHost: x\r\nX-", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123"],
    ids=["half a header", "half a body"],
)
def test_what_is_sent_behind_a_request_has_no_more_time_than_another_one(servidor: Servidor, behind: bytes) -> None:
    with closing(servidor.connect(ASK + behind)) as connection:
        assert (answer(connection), answer(connection)) == (200, 0)


@pytest.mark.parametrize("servidor", [Impaciente], indirect=True)
def test_dripping_buys_no_time_and_an_answer_takes_as_long_as_it_takes(servidor: Servidor) -> None:
    with closing(servidor.connect(ASK.replace(b"/ ", b"/larga "))) as slow, closing(servidor.connect()) as dripping:
        dripping.settimeout(_SHORT / 20)

        def is_let_go() -> bool:
            try:
                dripping.sendall(b"x")
                return dripping.recv(1) == b""
            except TimeoutError:
                return False
            except ConnectionError:
                return True

        eventually(is_let_go, pause=0)
        servidor.ya.set()
        assert answer(slow) == 200


@pytest.mark.parametrize("servidor", [Impaciente], indirect=True)
def test_who_takes_nothing_of_an_answer_is_let_go(servidor: Servidor) -> None:
    with closing(servidor.connect(ASK.replace(b"/ ", b"/mucho "))):
        assert servidor.ended.wait(patience())


def test_connections_that_ask_for_nothing_make_room_for_who_does(servidor: Servidor) -> None:
    idle = [servidor.connect(b"GET / HTTP/1.1\r\n" if number % 2 else b"") for number in range(4 * _LIMIT)]
    for _ in range(3):
        with closing(servidor.connect(ASK)) as asking:
            assert answer(asking) == 200
    assert answer(idle[0]) == 0, "the one that has waited for longest goes first"
    for one in idle:
        one.close()


def test_where_everybody_is_being_answered_the_next_one_is_told_so_and_nobody_loses_an_answer(
    servidor: Servidor,
) -> None:
    busy = [servidor.connect(ASK.replace(b"/ ", b"/larga ")) for _ in range(_LIMIT - 1)]
    for _ in busy:
        servidor.atendidas.acquire(timeout=patience())
    with closing(servidor.connect(ASK)) as more:
        assert answer(more) == 503
    servidor.ya.set()
    for one in busy:
        assert answer(one) == 200
        one.close()


def test_https_is_served_and_leaves_no_handshake_open_for_ever(servidor: Servidor, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "uno.pem"))
    web = WebSettings.model_validate({"certificado": tmp_path / "uno.pem", "llave_tls": tmp_path / "uno.pem"})
    config = configured(servidor.app(), web)
    config.port, context = 0, ssl.create_default_context()
    authority.configure_trust(context)
    with (
        serving(config) as puerto,
        socket.create_connection(("127.0.0.1", puerto), timeout=patience()) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(ASK)
        assert answer(connection) == 200
    loop = loop_of_https()
    with closing(loop):
        assert "ssl_handshake_timeout=10" in repr(loop.create_server), "uvicorn makes its servers with this"


def test_connections_leave_files_for_everything_else() -> None:
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        for few, connections in ((256, 78), (120, 16), (1024, 462)):
            resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
            assert most_connections() == connections
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
