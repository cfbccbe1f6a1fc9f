"""A program is told how its solicitudes end: signed, at least once, and in nobody's way where it does not answer."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from robot.commands.checkup import diagnose
from robot.errors import BadInput, OutcomeUnknown, SuscriptorNotFound
from robot.intake import Ventanilla
from robot.models import Estado, FallaInformada, Radicado, Resultado, Solicitud
from robot.record.programs import Alcance, Llaves, Receptor
from robot.settings import PREFIX, ApiSettings, Settings
from robot.worker.webhook import new_receiver, post, signed
from tests.conftest import PRIVATE
from tests.paciencia import eventually
from tests.taller import Taller

New = Callable[..., Solicitud]


@dataclass
class Receptora:
    """What a program has been told, and what it answers, in turn; the last answer for ever after.

    Attributes:
        lenta: it drips its answer until the test ends.
    """

    responde: list[int]
    lenta: bool = False
    recibido: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    ya: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.recibido.append(({name.lower(): value for name, value in handler.headers.items()}, body))
        if self.lenta:
            handler.wfile.write(b"HTTP/1.1 ")
            while not self.ya.wait(0.05):
                handler.wfile.write(b"x")
            return
        status = self.responde.pop(0) if len(self.responde) > 1 else self.responde[0]
        handler.send_response(status)
        if status == 302:
            handler.send_header("location", self.url + "otra-parte")
        handler.send_header("content-length", "0")
        handler.end_headers()

    def told(self) -> list[Mapping[str, object]]:
        return [json.loads(body) for _, body in self.recibido]


@pytest.fixture
def receptora() -> Iterator[Callable[..., Receptora]]:
    """Start one that answers so: `receptora(500, 200)`."""
    servers, every = [], []

    def start(*responde: int, lenta: bool = False) -> Receptora:
        one = Receptora(list(responde) or [200], lenta)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # as the standard library calls it
                try:
                    one.take(self)
                except ConnectionError:
                    one.ya.wait(0)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the standard library has it
                """Nothing on stderr."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        every.append(one)
        one.url = f"http://127.0.0.1:{server.server_address[1]}/"
        return one

    yield start
    for one in every:
        one.ya.set()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    return {**environment, PREFIX + "API__ANUNCIO_ESPERA_SEGUNDOS": "0.1", PREFIX + "API__ANUNCIO_INTENTOS": "3"}


def told_at(ventanilla: Ventanilla, url: str, programa: str = "crm") -> Receptor:
    """A program that wants to be told there."""
    receptor = new_receiver(url, ventanilla.settings.api)
    Llaves(ventanilla.registro).create(
        programa, alcances=list(Alcance), asesores=["ana"], quien="prueba", receptor=receptor
    )
    return receptor


def ended(
    ventanilla: Ventanilla, solicitud: Solicitud, resultado: Resultado, radicado: str = "", programa: str = "crm"
) -> str:
    """A solicitud of a program that has ended so, as a worker would have noted."""
    referencia = ventanilla.hand_in(solicitud, quien="API", programa=programa).referencia
    constancia = ventanilla.registro.take(referencia, corrida=1, ejecutor="prueba")
    assert constancia is not None
    if radicado:
        constancia.guardado(Radicado(numero=radicado))
    constancia.close(resultado.model_copy(update={"referencia": referencia}))
    return str(referencia)


def filed(ventanilla: Ventanilla, solicitud: Solicitud, programa: str = "crm") -> str:
    resultado = Resultado(referencia=None, estado=Estado.RADICADA, radicado="2026-000123")
    return ended(ventanilla, solicitud, resultado, "2026-000123", programa)


def test_a_program_that_fails_twice_is_told_again_signed_and_with_the_same_id(
    ventanilla: Ventanilla, taller: Taller, solicitud: New, receptora: Callable[..., Receptora]
) -> None:
    crm = receptora(500, 302, 204)
    receptor = told_at(ventanilla, crm.url)
    referencia = filed(ventanilla, solicitud(clave_idempotencia="1"))
    with taller.motor(ventanilla):
        eventually(lambda: len(crm.recibido) >= 3)
        eventually(lambda: not ventanilla.anuncios.are_open())
    assert len(crm.recibido) == 3, "a redirection is not followed, and what has arrived is not sent again"
    key = base64.b64decode(receptor.secreto.removeprefix("whsec_"))
    for headers, body in crm.recibido:
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert (headers["webhook-id"], headers["content-type"]) == (f"{referencia}.1", "application/json")
        assert not PRIVATE.search(body.decode())
    told = crm.told()[-1]
    assert {name: told[name] for name in told if name != "instante"} == {
        "tipo": "solicitud.radicada",
        "referencia": referencia,
        "estado": "RADICADA",
        "radicado": "2026-000123",
    }


def test_every_end_is_told_once_also_one_that_came_while_no_worker_was_there_and_only_to_its_own_program(
    ventanilla: Ventanilla, taller: Taller, solicitud: New, receptora: Callable[..., Receptora]
) -> None:
    crm, sede = receptora(200), receptora(200)
    told_at(ventanilla, receptora(200).url)
    told_at(ventanilla, crm.url)
    told_at(ventanilla, sede.url, "sede")
    ends = {
        filed(ventanilla, solicitud(clave_idempotencia="1")): "RADICADA",
        ended(ventanilla, solicitud(clave_idempotencia="2"), _failed(Estado.RECHAZADA)): "RECHAZADA",
        ended(ventanilla, solicitud(clave_idempotencia="3"), _failed(Estado.POR_VERIFICAR)): "POR VERIFICAR",
    }
    cancelled = ventanilla.hand_in(solicitud(clave_idempotencia="4"), quien="API", programa="crm").referencia
    ventanilla.cancel(cancelled, quien="ana", motivo="")
    by_hand = ventanilla.accept(solicitud(), quien="ana", otra=True)
    ventanilla.cancel(by_hand, quien="ana", motivo="")
    filed(ventanilla, solicitud(clave_idempotencia="1"), "callado")
    with taller.motor(ventanilla):
        eventually(lambda: len(crm.recibido) >= 4)
        eventually(lambda: not ventanilla.anuncios.are_open())
    assert {one["referencia"]: one["estado"] for one in crm.told()} == {**ends, str(cancelled): "CANCELADA"}
    assert len(crm.recibido) == 4
    assert sede.recibido == []


def _failed(estado: Estado) -> Resultado:
    error = SuscriptorNotFound() if estado is Estado.RECHAZADA else OutcomeUnknown()
    return Resultado(referencia=None, estado=estado, error=FallaInformada.of(error))


@pytest.mark.larga
def test_a_program_that_drips_holds_up_no_other_and_one_that_never_answers_is_given_up_and_told(
    ventanilla: Ventanilla,
    taller: Taller,
    solicitud: New,
    receptora: Callable[..., Receptora],
    settings: Settings,
) -> None:
    slow, quick = receptora(lenta=True), receptora(200)
    dead = receptora(410)
    for name, one in (("lenta", slow), ("rapida", quick), ("muerta", dead)):
        told_at(ventanilla, one.url, name)
        for number in range(4):
            filed(ventanilla, solicitud(clave_idempotencia=str(number)), name)
    with taller.motor(ventanilla):
        eventually(lambda: len(quick.recibido) >= 4)
        assert len(slow.recibido) <= 2
        slow.ya.set()
        slow.lenta, slow.responde = False, [503]
        eventually(lambda: not ventanilla.anuncios.are_open())
    assert len(dead.recibido) == 4, "whoever is gone is asked no more"
    assert len(slow.recibido) == 4 * settings.api.anuncio_intentos
    told = next(one for one in diagnose(settings) if one.nombre == "Anuncios a programas")
    assert not told.bien
    assert "8 anuncios no llegaron y ya no se intentan (lenta, muerta)" in told.detalle


def test_an_answer_that_drips_is_cut_when_its_time_is_over(receptora: Callable[..., Receptora]) -> None:
    slow = receptora(lenta=True)
    recibo = post(slow.url, b"{}", {}, ApiSettings(anuncio_plazo_segundos=0.3))
    assert recibo.detalle.startswith("No respondió")


def test_the_signature_is_the_one_of_standard_webhooks() -> None:
    """The example of its reference libraries."""
    receptor = Receptor("https://crm.example/", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(
        receptor, identidad="msg_p5jXN8AQM9LWM0D4loKWxJek", instante=1614265330, body=b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_https_is_told_but_for_this_machine_and_for_private_addresses_where_a_setting_says_so() -> None:
    private = ApiSettings(http_en_red_privada=True)
    for url in ("https://127.0.0.1/x", "http://127.0.0.1:9/", "http://localhost/"):
        assert new_receiver(url, ApiSettings()).secreto.startswith("whsec_")
    new_receiver("http://10.1.2.3/x", private)
    for url, settings in (
        ("http://10.1.2.3/x", ApiSettings()),
        ("http://8.8.8.8/x", private),
        ("ftp://127.0.0.1/", private),
        ("https://", private),
        ("https://ana:clave@127.0.0.1/", private),
        ("https://127.0.0.1:99999/", private),
    ):
        with pytest.raises(BadInput):
            new_receiver(url, settings)
    assert post("http://8.8.8.8/", b"", {}, private).detalle.startswith("Debe ser https"), "also when it is sent"
