"""The API on Postgres: what several processes share is one there, too."""

from collections.abc import Mapping

import pytest

from tests.postgres import Postgres, on_postgres
from tests.web.conftest import Formulario
from tests.web.programa import new_program
from tests.web.test_api import AT_ONCE, at_once, problem


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    return on_postgres(environment, postgres)


def test_the_same_at_once_is_one_solicitud_and_without_its_database_the_program_is_told_to_come_again(
    formulario: Formulario, postgres: Postgres
) -> None:
    crm = new_program(formulario.url, formulario.servicio)
    answers = at_once([crm] * AT_ONCE)
    assert {one.status_code for one in answers} == {202}
    (referencia,) = {one.json()["referencia"] for one in answers}
    assert [one["referencia"] for one in crm.get("/solicitudes").json()["solicitudes"]] == [referencia]
    postgres.kill()
    answer = crm.hand_in()
    problem(answer, 503, "sin-base-de-datos")
    assert answer.headers["retry-after"] == "30"
