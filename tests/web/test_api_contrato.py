"""The contract of the API: what is committed is what is served, and the server keeps it, whatever it is asked."""

import json
import os
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from robot.web.api.aplicacion import contract
from tests.conftest import SOLICITUD
from tests.paciencia import patience
from tests.web.conftest import Formulario
from tests.web.programa import Programa, new_program

COMMITTED = Path(__file__).parents[2] / "docs" / "api.v1.json"
_AT_LENGTH = os.environ.get("LARGAS") == "si"
_EXAMPLES = 200 if _AT_LENGTH else 15
_SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_the_committed_contract_is_the_one_that_is_served() -> None:
    """A difference is a change for programs that are out there: `serviweb-robot api contrato > docs/api.v1.json`, and look at it.

    What they may send or count on is never taken away within v1; what is added raises the second number of its version.
    """
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == contract()


def test_the_server_keeps_its_contract_whatever_it_is_asked(formulario: Formulario) -> None:
    crm = new_program(formulario.url, formulario.servicio)
    described = schemathesis.openapi.from_dict(contract())
    described.config.update(base_url=crm.url)
    asked, answered = set(), set()
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        asked.add(found.ok().label)
        answered |= {(found.ok().label, status) for status in _ask(found.ok(), crm)}
    assert asked == {"POST /solicitudes", "GET /solicitudes", "GET /solicitudes/{referencia}"}
    assert {("POST /solicitudes", 202), ("POST /solicitudes", 422), ("GET /solicitudes", 200)} <= answered


def _ask(operation: APIOperation[Any, Any, Any, Any], crm: Programa) -> set[int]:
    """Ask whatever the contract allows, on its own or over a solicitud that is right; the statuses that were answered."""
    statuses = set()

    @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=_SHARED, database=None)
    @given(operation.as_strategy(), st.sampled_from(["", *SOLICITUD]), st.uuids())
    def ask(case: Case[Any], own: str, key: object) -> None:
        if own and isinstance(case.body, dict):
            case.body = {**SOLICITUD, **({own: case.body[own]} if own in case.body else {})}
        headers = {"authorization": f"Bearer {crm.llave}", "idempotency-key": str(key)}
        answer = case.call(headers=headers, timeout=patience(10))
        case.validate_response(answer, checks=_CHECKS)
        statuses.add(answer.status_code)

    ask()
    return statuses
