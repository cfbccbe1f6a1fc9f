"""What is done by itself, once, and who is told of it."""

import asyncio
import datetime as dt
import email.message
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr

from fixtures.procesos import Mock, MockGoogle
from robot.conciliacion.runs import EstadoRonda
from robot.errors import ConfigurationError, OutcomeUnknown
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, FallaInformada, Resultado, Solicitud
from robot.record.untold import SinAvisar
from robot.settings import AvisosSettings, load_settings
from robot.worker import notify
from robot.worker.notify import Aviso, AvisoNotSent
from tests.engine.conftest import Workers
from tests.paciencia import eventually
from tests.planilla import place_with
from tests.taller import Taller

LAST_TIME = dt.datetime.now(ZONA_HORARIA).date() - dt.timedelta(days=100)
LONG_AGO = f"0 0 {LAST_TIME.day} {LAST_TIME.month} *"
AVISO = Aviso("C-1", "Hay algo", "Lea esto.", {"pendientes": 1})


class Buzon(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.llegaron: list[EmailMessage] = []

    def handle_message(self, message: "email.message.Message[str, str]") -> None:
        assert isinstance(message, EmailMessage)
        self.llegaron.append(message)


class Servidor(Controller):
    """A mail server on a free port."""

    def __init__(self, buzon: Buzon, **options: Any) -> None:  # noqa: ANN401  # the controller's own
        super().__init__(buzon, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # as aiosmtpd has it


@pytest.fixture
def buzon() -> Buzon:
    return Buzon()


@pytest.fixture
def correo(buzon: Buzon) -> Iterator[int]:
    """The port of a mail server that keeps what it gets."""
    server = Servidor(buzon)
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An address that takes what is posted, and what came."""
    came: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/aviso", came
    server.shutdown()
    server.server_close()


def by_mail(port: int, **changes: object) -> AvisosSettings:
    ways = {"correo_servidor": "127.0.0.1", "correo_puerto": port, "correo_seguridad": "ninguna"}
    return AvisosSettings.model_validate({**ways, "correo_para": ("coordinacion@empresa.co",), **changes})


@pytest.fixture
def environment(
    environment: dict[str, str], correo: int, webhook: tuple[str, list[dict[str, object]]]
) -> Mapping[str, str]:
    told = {
        "CORREO_SERVIDOR": "127.0.0.1",
        "CORREO_PUERTO": str(correo),
        "CORREO_SEGURIDAD": "ninguna",
        "CORREO_PARA": '["coordinacion@empresa.co"]',
        "WEBHOOK": webhook[0],
        "ENLACE": "https://pqr.empresa.co",
    }
    names = {f"SERVIWEB_ROBOT_AVISOS__{name}": value for name, value in told.items()}
    return {**environment, **names, "SERVIWEB_ROBOT_CONCILIACION__HORARIO": LONG_AGO}


def ended(ventanilla: Ventanilla) -> bool:
    runs = ventanilla.conciliaciones.newest(9)
    return bool(runs) and all(one.estado.terminado for one in runs)


@pytest.mark.calendario
def test_what_was_missed_is_done_once_and_told_without_naming_anybody(
    taller: Taller,
    acuerdo: list[str],
    ventanilla: Ventanilla,
    google: MockGoogle,
    buzon: Buzon,
    webhook: tuple[str, list[dict[str, object]]],
) -> None:
    row = place_with(google, acuerdo[-3])
    google.edit(accion="type", **row.cell("G"), value="2026-777777", raw=True)
    for _ in range(2):
        with taller.motor(ventanilla):
            eventually(lambda: ended(ventanilla))
            eventually(lambda: len(buzon.llegaron) == 1 and len(webhook[1]) == 1)
    (one,) = ventanilla.conciliaciones.newest(9)
    assert (one.quien, one.identidad, one.estado) == ("horario", f"C-{LAST_TIME:%Y%m%d}-000000", EstadoRonda.TERMINADA)
    (message,) = buzon.llegaron
    text = message.get_payload()
    assert "2 diferencias por revisar" in str(message["subject"])
    assert f"https://pqr.empresa.co/conciliacion/{one.identidad}" in text
    assert "777777" not in text
    assert (webhook[1][0]["pendientes"], webhook[1][0]["identidad"]) == (2, one.identidad)


@pytest.mark.calendario
@pytest.mark.usefixtures("acuerdo")
@pytest.mark.larga
def test_where_there_is_nothing_to_say_nobody_is_told(
    taller: Taller, ventanilla: Ventanilla, buzon: Buzon, webhook: tuple[str, list[dict[str, object]]]
) -> None:
    with taller.motor(ventanilla):
        eventually(lambda: ended(ventanilla))
    assert ventanilla.conciliaciones.newest(1)[0].pendientes == 0
    assert (buzon.llegaron, webhook[1]) == ([], [])


@pytest.mark.larga
@pytest.mark.usefixtures("acuerdo")
def test_two_workers_do_what_is_due_once(ventanilla: Ventanilla, workers: Workers, serviweb: Mock) -> None:
    for name in ("uno", "dos"):
        workers.start(SERVIWEB_ROBOT_MOTOR__EJECUTOR=name)
    eventually(lambda: ended(ventanilla))
    assert len(ventanilla.conciliaciones.newest(9)) == 1
    assert len([one for one in serviweb.state()["registro"] if "ingreso" in one and one.startswith("POST")]) == 1


@pytest.mark.larga
@pytest.mark.usefixtures("acuerdo")
def test_a_schedule_fires_by_itself_and_never_two_at_once(
    taller: Taller, ventanilla: Ventanilla, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    del settings
    monkeypatch.setenv("SERVIWEB_ROBOT_CONCILIACION__HORARIO", "*/4 * * * * *")
    at_once = 0
    with Ventanilla(load_settings()) as own, taller.motor(own):

        def several_have_ended() -> bool:
            nonlocal at_once
            runs = own.conciliaciones.newest(20)
            at_once = max(at_once, sum(one.estado is EstadoRonda.EN_CURSO for one in runs))
            return sum(one.estado.terminado for one in runs) >= 2

        eventually(several_have_ended)
    assert at_once == 1


def test_who_decides_is_told_once_of_each_solicitud_that_waits_and_not_whose_it_is(
    taller: Taller,
    ventanilla: Ventanilla,
    solicitud: Callable[..., Solicitud],
    buzon: Buzon,
    webhook: tuple[str, list[dict[str, object]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SERVIWEB_ROBOT_CONCILIACION__HORARIO", "")
    own = ventanilla.accept(solicitud(), quien="ana")
    constancia = ventanilla.registro.take(own, corrida=1, ejecutor="prueba")
    assert constancia is not None
    falla = FallaInformada.of(OutcomeUnknown("Serviweb dijo: «Rosa»."))
    constancia.close(Resultado(referencia=own, estado=Estado.POR_VERIFICAR, error=falla))
    for _ in range(2):
        with Ventanilla(load_settings()) as ours, taller.motor(ours):
            eventually(lambda: len(buzon.llegaron) == 1 and len(webhook[1]) == 1)
    (message,) = buzon.llegaron
    text = bytes(message.get_payload(decode=True)).decode()
    assert f"https://pqr.empresa.co/solicitudes/{own}" in text
    assert "No se sabe si Serviweb guardó el trámite." in text
    assert "Rosa" not in text
    assert (webhook[1][0]["tipo"], webhook[1][0]["referencia"]) == ("por_verificar", own)


def test_what_could_not_be_told_is_news_still(ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]) -> None:
    own = ventanilla.accept(solicitud(), quien="ana")
    constancia = ventanilla.registro.take(own, corrida=1, ejecutor="prueba")
    assert constancia is not None
    constancia.close(Resultado(referencia=own, estado=Estado.POR_VERIFICAR))
    untold = SinAvisar(ventanilla.registro)
    assert (untold.take(), untold.take()) == ([own], [])
    untold.give_back(own)
    assert untold.take() == [own]


@pytest.mark.usefixtures("acuerdo")
@pytest.mark.larga
def test_a_morning_verification_tells_when_a_screen_has_changed(
    taller: Taller, ventanilla: Ventanilla, serviweb: Mock, buzon: Buzon, monkeypatch: pytest.MonkeyPatch
) -> None:
    serviweb.faults(etiqueta_cambiada={"veces": -1, "de": "Observación:", "a": "Hechos:"})
    monkeypatch.setenv("SERVIWEB_ROBOT_CONCILIACION__HORARIO", "")
    monkeypatch.setenv("SERVIWEB_ROBOT_VERIFICACION__HORARIO", LONG_AGO)
    before = serviweb.state()["tramites"]
    with Ventanilla(load_settings()) as own, taller.motor(own):
        eventually(lambda: len(buzon.llegaron) == 1)
        seen = own.conciliaciones.last_verification()
    assert seen is not None
    assert seen.puede_trabajar is False
    assert "observacion" in buzon.llegaron[0].get_payload()
    assert "<html" in ventanilla.conciliaciones.verification_report(seen.identidad)
    assert serviweb.state()["tramites"] == before


def test_a_server_that_cannot_be_had_is_told_after_some_attempts() -> None:
    with pytest.raises(AvisoNotSent, match="no respondió"):
        notify.send(by_mail(1), AVISO)


def test_a_refused_sign_in_is_a_matter_of_configuration(buzon: Buzon) -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    server = Servidor(buzon, authenticator=refuse, auth_require_tls=False)
    server.start()
    try:
        with pytest.raises(ConfigurationError, match="no aceptó") as refused:
            notify.send(by_mail(server.port, correo_usuario="robot", correo_clave=SecretStr("Secreta#1")), AVISO)
    finally:
        server.stop()
    assert "Secreta" not in str(refused.value)
    assert buzon.llegaron == []


def test_a_password_is_not_sent_where_the_connection_cannot_be_made_safe(correo: int, buzon: Buzon) -> None:
    way = by_mail(correo, correo_seguridad="starttls", correo_usuario="robot", correo_clave=SecretStr("Secreta#1"))
    with pytest.raises(AvisoNotSent):
        notify.send(way, AVISO)
    assert buzon.llegaron == []
