"""The database is gone for a while: who waits at the counter is told soon, and sends again without a duplicate."""

from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.paciencia import patience_ms
from tests.postgres import Postgres, on_postgres
from tests.web.conftest import Formulario
from tests.web.test_nueva import Entrar, Llenar, radicar


@pytest.fixture
def environment(environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
    return on_postgres(environment, postgres)


def test_what_could_not_be_kept_is_sent_again_and_is_one_solicitud(
    page: Page, formulario: Formulario, entrar: Entrar, llenar: Llenar, postgres: Postgres
) -> None:
    entrar(page, "ana")
    llenar(page)
    postgres.kill()
    radicar(page)
    expect(page.get_by_text("La base de datos del robot no responde")).to_be_visible(timeout=patience_ms())
    postgres.start()
    page.get_by_role("button", name="Enviar otra vez").click()
    expect(page.locator(".sello.en-cola")).to_be_visible()
    (expediente,) = formulario.servicio.registro.expedientes()
    kept = formulario.servicio.registro.solicitud(expediente.referencia)
    assert kept is not None
    assert (kept.cedula, kept.solicitud) == ("40765123", "El agua se devuelve por los sifones.")


def test_a_page_that_cannot_be_shown_says_so_and_shows_again(
    page: Page, formulario: Formulario, entrar: Entrar, postgres: Postgres
) -> None:
    entrar(page, "ana")
    postgres.kill()
    page.goto(f"{formulario.url}/solicitudes")
    expect(page.get_by_role("alert")).to_contain_text("recargue la página")
    expect(page.get_by_role("button", name="Enviar otra vez")).to_be_hidden()
    postgres.start()
    page.reload()
    expect(page.get_by_role("heading", name="Bandeja")).to_be_visible()
