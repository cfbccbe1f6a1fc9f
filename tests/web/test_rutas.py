"""Whatever is asked of any route, the form answers; it never breaks."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema

from robot.models import Solicitud
from robot.referencia import Referencia
from robot.web.app import create_app
from robot.web.borrador import CAMPOS
from robot.web.servicio import Servicio
from tests.conftest import SOLICITUD
from tests.paciencia import patience
from tests.web.conftest import Formulario
from tests.web.test_ingreso import Entrar

SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
FORMS = ("", "/buscar", "/{own}/reintentar", "/{own}/cancelar", "/{own}/imprimir", "/{own}/resolver", "/{own}/revision")
_AT_LENGTH = os.environ.get("LARGAS") == "si"
_FIELDS = (
    *CAMPOS,
    "cupo",
    "otra_visita",
    "formulario",
    "estado",
    "texto",
    "desde",
    "hasta",
    "pagina",
    "radicado",
    "hallado",
)
_VALUES = st.text(max_size=60) | st.sampled_from(
    ["2026-11-31 25:00", "0001-01-01", "9999-12-31", "-1", "9" * 30, "EN COLA", "\x00", "<script>", "no", "si", "²"]
)


@pytest.fixture
def schema(formulario: Formulario) -> BaseSchema:
    """Every route as FastAPI describes it."""
    described = schemathesis.openapi.from_dict(create_app(formulario.servicio).openapi())
    described.config.update(base_url=formulario.url)
    return described


@pytest.fixture
def coordinador(page: Page, formulario: Formulario, entrar: Entrar) -> Iterator[requests.Session]:
    """A client with a coordinador's session, who may call every route."""
    entrar(page, "clara")
    with requests.Session() as client:
        client.cookies.update({one["name"]: one["value"] for one in page.context.cookies()})
        yield client


def test_no_route_breaks(schema: BaseSchema, coordinador: requests.Session) -> None:
    asked = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(max_examples=15 if _AT_LENGTH else 4, deadline=None, suppress_health_check=SHARED, database=None)
        @given(operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            answer = case.call(session=coordinador, allow_redirects=False, timeout=patience(10))
            assert answer.status_code < 500 or case.path == "/salud", (case.path, answer.status_code)

        ask()
        asked.add(operation.path)
    assert {"/", "/solicitudes", "/solicitudes/{referencia}/eventos", "/tablero", "/metrics"} <= asked


@pytest.fixture
def own(servicio: Servicio) -> Referencia:
    asked = Solicitud.parse({**SOLICITUD, "asesor": "ana"}, servicio.settings.reglas_de_solicitud)
    return servicio.ventanilla.accept(asked, quien="ana")


def test_no_form_breaks_whatever_is_typed_into_it(
    page: Page, formulario: Formulario, own: Referencia, coordinador: requests.Session
) -> None:
    csrf = page.locator("input[name=csrf]").first.input_value()
    for path in FORMS:
        type_into(f"{formulario.url}/solicitudes{path.format(own=own)}", csrf, coordinador)


def type_into(url: str, csrf: str, session: requests.Session) -> None:
    @settings(max_examples=100 if _AT_LENGTH else 12, deadline=None, suppress_health_check=SHARED, database=None)
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _VALUES)))
    def ask(typed: dict[str, str]) -> None:
        answer = session.post(url, data={**typed, "csrf": csrf}, allow_redirects=False, timeout=patience(10))
        assert answer.status_code < 500, (url, answer.text)

    ask()
