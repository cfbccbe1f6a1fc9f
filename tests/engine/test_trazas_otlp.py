"""OpenTelemetry, where somebody collects it: runs and parts, and nothing of whose they are."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX
from tests.conftest import PRIVATE
from tests.engine.conftest import Workers


@pytest.fixture
def collected() -> list[bytes]:
    return []


@pytest.fixture
def environment(environment: Mapping[str, str], collected: list[bytes]) -> Iterator[Mapping[str, str]]:
    """As everywhere, with a collector that keeps what it is sent."""

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the standard library calls it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {**environment, PREFIX + "MOTOR__OTLP": f"http://127.0.0.1:{server.server_port}/v1/traces"}
        server.shutdown()


@pytest.mark.larga
def test_each_part_of_a_run_is_a_span_that_tells_no_personal_data(
    workers: Workers,
    accept: Callable[..., Referencia],
    ended: Callable[[Referencia], Expediente],
    collected: list[bytes],
) -> None:
    referencia = accept()
    worker = workers.start()
    ended(referencia)
    worker.send_signal(signal.SIGTERM)
    worker.wait()
    told = b"".join(collected).decode("utf-8", errors="replace")
    assert str(referencia) in told
    for part in ("formulario", "guardar", "verificación"):
        assert part in told
    assert PRIVATE.search(told) is None
