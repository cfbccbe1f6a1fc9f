"""What tests need, by name. Each worker has mocks of its own on free ports; every test finds them as new."""

import functools
import json
import logging
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, Playwright, StorageStateCookie

from fixtures.mock_serviweb.skins import SKINS as MOCK_SKINS
from fixtures.procesos import Mock, MockGoogle, running
from robot.browser import QUIET, find_browser, register_selectors
from robot.flows.memoria import Memoria
from robot.flows.oficina import Oficina
from robot.log import formatter
from robot.models import Asesor, Solicitud
from robot.pages.recuerdos import PantallaRecordada
from robot.perfil.perfil import Perfil
from robot.queueing.queue import Queue
from robot.record.database import database_url, open_database
from robot.settings import CONFIG_VARIABLE, PREFIX, Formato, NavegadorSettings, Settings, load_settings
from robot.sheets import Programacion
from tests.cups import Cups, missing, running_cups
from tests.paciencia import slowness
from tests.postgres import Postgres, find_binaries, running_postgres
from tests.taller import Taller, open_taller

CLAVE = "Clave#2026"
CONOCIDAS = Path(__file__).resolve().parent / "conocidas"
"""What a robot keeps of the screens of a skin once it has filed there."""
PERFILES = Path(__file__).resolve().parent.parent / "perfiles"
SKINS = ("classic", "ventanas", "aspx", "spa", "marcos")
"""Written by hand, with nothing but what is in the repository."""
DE_TOOLKITS = ("bootstrap", "componentes", "extjs", "jqueryui", "dojo")
"""Drawn by widget toolkits that `scripts/preparar pruebas` installs."""
CADA_UNA = (*SKINS, *DE_TOOLKITS)

# A slow machine is no finding, and examples are kept nowhere.
hypothesis.settings.register_profile(
    "suite", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are cores: much of a test is waiting for a system that hangs."""
    return (os.cpu_count() or 1) * 2


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("serviweb", "against a Serviweb that is no mock (docs/qa.md)")
    group.addoption("--serviweb-url", default="", help="its address; only tests marked `real` are run")
    group.addoption("--perfil", default="", help="the perfil of that Serviweb")
    group.addoption("--guardar", action="store_true", help="save a trámite there, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    real = bool(config.getoption("--serviweb-url"))
    if os.environ.get("LARGAS") != "si" and not real:
        long = [item for item in items if item.get_closest_marker("larga") is not None]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    if not real:
        return
    chosen = [item for item in items if item.get_closest_marker("real") is not None]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker("cada_skin")
    if marker is not None and "skin" in metafunc.fixturenames:
        every = os.environ.get("SKINS") == "todas"
        metafunc.parametrize("skin", CADA_UNA if every else [_skin_of(metafunc.function.__name__)], indirect=True)


def _skin_of(test: str) -> str:
    """The same for a test every time, others for other tests: together they meet all of them (`make skins`)."""
    return SKINS[zlib.crc32(test.encode()) % len(SKINS)]


@pytest.fixture
def skin(request: pytest.FixtureRequest) -> str:
    """Which Serviweb the test meets: the classic one, or with the marker `cada_skin` each in turn."""
    chosen = str(getattr(request, "param", SKINS[0]))
    require_toolkits(chosen)
    return chosen


def require_toolkits(skin: str) -> None:
    """Skip the test where this machine lacks what a skin is drawn with; where all is to be there, that is a failure."""
    lacking = [one.paquete for one in MOCK_SKINS[skin].toolkits if not one.installed]
    if lacking:
        reason = f"the skin {skin} lacks its toolkit: {', '.join(lacking)}; scripts/preparar pruebas installs it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def _serviweb_of() -> Iterator[Callable[[str], Mock]]:
    """The mock of a skin, started when it is first asked for."""
    with ExitStack() as stack:
        yield functools.cache(lambda skin: Mock(stack.enter_context(running("fixtures.mock_serviweb", "--skin", skin))))


@pytest.fixture(scope="session")
def _google_process() -> Iterator[MockGoogle]:
    with running("fixtures.mock_google") as url:
        yield MockGoogle(url)


@pytest.fixture
def serviweb(_serviweb_of: Callable[[str], Mock], skin: str) -> Mock:
    """The mock Serviweb, empty of trámites, without faults."""
    mock = _serviweb_of(skin)
    mock.reset()
    return mock


@pytest.fixture
def google(_google_process: MockGoogle) -> MockGoogle:
    """The mock Google with this month's and next month's schedule."""
    _google_process.reset()
    return _google_process


PRIVATE = re.compile(
    r"40\.?765\.?123|310 ?555 ?0101|\bRosa\b|\bElvira\b|Mu\S{1,6}oz\b|devuelve por los sifones|Clave#2026",
    re.IGNORECASE,
)
BITACORA = "bitacora.jsonl"
_NOTHING_COMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, each process of a robot would compile the robot anew, a third of a second."""


@pytest.fixture(autouse=True)
def no_log_line_tells_whose_it_was(tmp_path: Path) -> Iterator[None]:
    """Every line that the test's own process or any robot that it starts writes into its log, however chatty."""
    own = logging.FileHandler(tmp_path / f"propia-{BITACORA}", encoding="utf-8", delay=True)
    own.setFormatter(formatter(Formato.JSON))
    root = logging.getLogger()
    before = root.level
    root.addHandler(own)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(own)
        root.setLevel(before)
        own.close()
    for archivo in tmp_path.glob(f"*{BITACORA}"):
        told = [line for line in archivo.read_text(encoding="utf-8").splitlines() if PRIVATE.search(line)]
        assert not told, told[0]


def chosen_browser() -> Path | None:
    """The one that the setting names; else what the robot finds."""
    chosen = os.environ.get(PREFIX + "NAVEGADOR__EJECUTABLE")
    return find_browser(NavegadorSettings(ejecutable=Path(chosen) if chosen else None))


@pytest.fixture(scope="session")
def taller() -> Iterator[Taller]:
    """Makes workers of this process: `with taller.motor(ventanilla): …`."""
    with open_taller(chosen_browser()) as ready:
        yield ready


@pytest.fixture(scope="session")
def playwright(playwright: Playwright) -> Playwright:
    register_selectors(playwright)
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = chosen_browser()
    return {**browser_type_launch_args, "args": list(QUIET), **({"executable_path": str(found)} if found else {})}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "es-CO", "reduced_motion": "reduce"}


@pytest.fixture
def lentitud() -> float:
    """How many times as long as at rest this machine takes now: what the robot waits for, and what outlasts it, grows with it."""
    return min(slowness(), 40.0)


@pytest.fixture(scope="session")
def _first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that a robot's first start leaves: every migration and the engine's own, done once for all the tests."""
    folder = tmp_path_factory.mktemp("primer-inicio")
    settings = Settings(datos=folder)
    base = open_database(settings)
    Queue(settings, base).close()
    base.dispose()
    return Path(str(database_url(settings).database))


@pytest.fixture
def data_folder(tmp_path: Path, _first_start: Path) -> Path:
    """The data folder of a robot that was started before; nobody has worked with it."""
    folder = tmp_path / "datos"
    folder.mkdir(mode=0o700)
    shutil.copy(_first_start, folder)
    return folder


@pytest.fixture
def environment(
    serviweb: Mock, skin: str, google: MockGoogle, tmp_path: Path, data_folder: Path, lentitud: float
) -> Mapping[str, str]:
    """The environment of a robot that works on the mocks."""
    key = tmp_path / "google.json"
    key.write_text(json.dumps(google.credentials()))
    browser = chosen_browser()
    clean = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, _NOTHING_COMPILED))}
    return {
        **clean,
        PREFIX + "DATOS": str(data_folder),
        PREFIX + "SERVIWEB__URL": serviweb.url,
        PREFIX + "SERVIWEB__PERFIL": str(PERFILES / f"{skin}.toml"),
        PREFIX + "SERVIWEB__ESPERA_SEGUNDOS": f"{6 * lentitud:.1f}",
        PREFIX + "SERVIWEB__PLAZO_CONFIRMACION_SEGUNDOS": f"{1.2 * lentitud:.1f}",
        PREFIX + "GOOGLE__API": google.url,
        PREFIX + "GOOGLE__CREDENCIALES": str(key),
        PREFIX + "GOOGLE__INTENTOS": "3",
        PREFIX + "MOTOR__INSISTENCIA_SEGUNDOS": f"{2 * lentitud:.1f}",
        PREFIX + "EVIDENCIA__TRAZA": "no",
        PREFIX + "BITACORA__NIVEL": "debug",
        PREFIX + "BITACORA__FORMATO": "json",
        PREFIX + "BITACORA__ARCHIVO": str(tmp_path / BITACORA),
        **({PREFIX + "NAVEGADOR__EJECUTABLE": str(browser)} if browser else {}),
        PREFIX + "ASESORES__ANA__USUARIO": "asesor1",
        PREFIX + "ASESORES__ANA__CLAVE": CLAVE,
        PREFIX + "ASESORES__ANA__NOMBRE": "Ana Torres",
    }


@pytest.fixture
def cups(request: pytest.FixtureRequest) -> Iterator[Cups]:
    """A queue of CUPS with a printer that is on, both of the test's own; it takes the sizes that a test is parametrized with."""
    if (lacking := missing()) is not None:
        pytest.skip(f"this machine has no {lacking}; scripts/preparar pruebas installs it")
    with running_cups(medios=getattr(request, "param", ())) as server:
        yield server


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """An empty Postgres of the test's own."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("this machine has no Postgres; scripts/preparar pruebas installs it")
    with running_postgres(binaries) as server:
        yield server


@pytest.fixture
def settings(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def known_screens(skin: str) -> Iterator[tuple[str, PantallaRecordada]]:
    """By name, what a robot keeps of each screen of a skin; nothing of skins that are not in tests/conocidas.

    Where a screen has changed since, the robot learns it anew, as it does with a screen that it never saw.
    """
    for archivo in (CONOCIDAS / skin).glob("*.json"):
        yield archivo.stem, PantallaRecordada.model_validate_json(archivo.read_bytes())


@pytest.fixture
def ya_trabaja(settings: Settings, serviweb: Mock, skin: str) -> None:
    """The robot has worked here before: it knows the screens, and ana's session is open, as where a person has opened it.

    For what comes after the sign-in. That the robot signs in, and what it keeps of screens that it never saw, is shown by
    tests/flows, tests/pages and tests/acceptance, which begin without.
    """
    name, value = serviweb.open_session("asesor1")
    cookie: StorageStateCookie = {
        "name": name,
        "value": value,
        "domain": "127.0.0.1",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    memoria = Memoria.of(settings)
    memoria.guardadas.keep("asesor1", {"cookies": [cookie], "origins": []})
    for pantalla, recordada in known_screens(skin):
        memoria.pantallas.keep(pantalla, recordada)


@pytest.fixture
def programacion(settings: Settings) -> Programacion:
    return Programacion(settings.programacion, settings.google)


@pytest.fixture
def oficina(settings: Settings, browser: Browser) -> Iterator[Oficina]:
    """A robot ready to file, on pytest-playwright's browser."""
    with Oficina(settings, browser=browser) as ready:
        yield ready


@pytest.fixture
def asesor(settings: Settings) -> Asesor:
    return settings.asesor("ana")


@pytest.fixture
def perfil(skin: str) -> Perfil:
    return Perfil.load(PERFILES / f"{skin}.toml")


SOLICITUD: Mapping[str, Any] = {
    "suscriptor": "001008",
    "cedula": "40.765.123",
    "nombre": "Rosa Elvira Muñoz",
    "celular": "310 555 0101",
    "solicitud": "El agua se devuelve por los sifones.",
    "asesor": "ana",
}


@pytest.fixture
def solicitud(settings: Settings) -> Callable[..., Solicitud]:
    """A solicitud with other values where a test says so: `solicitud(suscriptor="…")`."""

    def make(**changes: object) -> Solicitud:
        return Solicitud.parse({**SOLICITUD, **changes}, settings.reglas_de_solicitud)

    return make
