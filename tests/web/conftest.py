import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
import uvicorn
from argon2 import PasswordHasher
from playwright.sync_api import Page, expect

from fixtures.procesos import Mock
from robot.engine import Motor
from robot.errors import RobotError
from robot.intake import Ventanilla
from robot.models import DocumentoCopias, Estado, FallaInformada, Radicado, Resultado
from robot.record.accounts import Rol
from robot.record.database import transaction
from robot.record.entries import now
from robot.record.execution import ConstanciaDurable
from robot.record.tables import cuentas
from robot.referencia import Referencia
from robot.settings import Settings, load_settings
from robot.sheets import Programacion
from robot.web.app import create_app
from robot.web.conexiones import Connection
from robot.web.cupos import CuposLibres
from robot.web.servicio import Servicio
from tests.conftest import CLAVE as CLAVE_SERVIWEB
from tests.paciencia import patience_ms
from tests.taller import Taller

CLAVE = "Formulario#2026"
CUENTAS = {"ana": Rol.ASESOR, "luis": Rol.ASESOR, "clara": Rol.COORDINADOR}


@pytest.fixture(autouse=True)
def _patient_expectations() -> None:
    expect.set_options(timeout=patience_ms(5))


@dataclass(frozen=True)
class Formulario:
    """The intake form as it is served: where, and what it works with."""

    url: str
    servicio: Servicio


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a second asesor."""
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__LUIS__USUARIO", "asesor2")
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__LUIS__CLAVE", CLAVE_SERVIWEB)
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__LUIS__NOMBRE", "Luis Mora")
    return load_settings()


@pytest.fixture
def ventanilla(settings: Settings) -> Iterator[Ventanilla]:
    with Ventanilla(settings) as ready:
        yield ready


@pytest.fixture
def servicio(settings: Settings, ventanilla: Ventanilla, _hash: str) -> Iterator[Servicio]:
    """What the pages work with, with an account for each of `CUENTAS`."""
    programacion = Programacion(settings.programacion, settings.google)
    with CuposLibres(programacion, settings.web.cupos_segundos) as cupos:
        ready = Servicio(settings, ventanilla, cupos)
        _add_accounts(ready, _hash)
        yield ready


@pytest.fixture(scope="session")
def _hash() -> str:
    """Of everybody's password: slow by design to make and to compare; this one is as quick as argon2 can be, for each sign-in."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(CLAVE)


def _add_accounts(servicio: Servicio, hashed: str) -> None:
    rows = [
        {
            "clave": clave,
            "nombre": f"{clave.title()} Torres",
            "rol": rol,
            "hash": hashed,
            "activa": True,
            "creada": now(),
        }
        for clave, rol in CUENTAS.items()
    ]
    transaction(servicio.ventanilla.base, lambda connection: connection.execute(sa.insert(cuentas), rows))


@pytest.fixture
def formulario(servicio: Servicio) -> Iterator[Formulario]:
    """The form, served on a free port; solicitudes stay in the queue unless a test asks for `motor`, too."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(servicio), port=0, http=Connection, log_level="error", timeout_graceful_shutdown=1)
    )
    servicio.vigia.over = lambda: server.should_exit
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    pause = threading.Event()
    while not server.started:
        pause.wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Formulario(f"http://127.0.0.1:{port}", servicio)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def motor(ventanilla: Ventanilla, taller: Taller) -> Iterator[Motor]:
    """A worker, as `servir` has it."""
    with taller.motor(ventanilla) as running:
        yield running


@dataclass(frozen=True)
class Ejecucion:
    """What a worker would note of a solicitud, noted by the test: how far it has come, and how it ended."""

    referencia: Referencia
    constancia: ConstanciaDurable

    def end(self, estado: Estado, error: RobotError | None = None) -> None:
        falla = FallaInformada.of(error) if error is not None else None
        self.constancia.close(Resultado(referencia=self.referencia, estado=estado, error=falla))

    def file(self, documento: DocumentoCopias | None = None) -> None:
        """It is RADICADA, with these copies or with copies pending."""
        numero = "2026-000123"
        self.constancia.guardado(Radicado(numero=numero))
        filed = Resultado(referencia=self.referencia, estado=Estado.RADICADA, radicado=numero, documento=documento)
        self.constancia.close(filed)


@pytest.fixture
def tomar(ventanilla: Ventanilla) -> Callable[[], Ejecucion]:
    """Take the newest solicitud, as a worker does: what the form shows of each end needs no browser that gets there."""

    def take() -> Ejecucion:
        newest = ventanilla.registro.expedientes()[0]
        constancia = ventanilla.registro.take(newest.referencia, corrida=newest.corrida, ejecutor="prueba")
        assert constancia is not None
        return Ejecucion(newest.referencia, constancia)

    return take


@pytest.fixture
def entrar(formulario: Formulario) -> Callable[[Page, str], Page]:
    """Sign somebody in: `entrar(page, "ana")`."""

    def sign_in(page: Page, clave: str) -> Page:
        page.set_default_timeout(patience_ms(20))
        page.goto(f"{formulario.url}/ingreso")
        page.get_by_label("Asesor").fill(clave)
        page.get_by_label("Clave").fill(CLAVE)
        page.get_by_role("button", name="Ingresar").click()
        expect(page.get_by_role("button", name="Salir")).to_be_visible()
        return page

    return sign_in


@pytest.fixture
def llenar(serviweb: Mock) -> Callable[..., None]:
    """Fill the form, with other values where a test says so."""
    values = {
        "Código de suscriptor": "001008",
        "Cédula": "40.765.123",
        "Celular": "310 555 0101",
        "Nombre completo": "Rosa Elvira Muñoz",
        "Solicitud": "El agua se devuelve por los sifones.",
    }

    def fill(page: Page, **changes: str) -> None:
        for etiqueta, value in {**values, **changes}.items():
            page.get_by_label(etiqueta, exact=True).fill(value)

    return fill


@pytest.fixture
def otros_suscriptores(serviweb: Mock) -> Iterator[str]:
    """Códigos of suscriptores, another one each time."""
    return itertools.cycle(str(one["codigo"]) for one in serviweb.state()["suscriptores"] if one["estado"] == "ACTIVO")
