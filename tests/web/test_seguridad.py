"""What the form does not let anybody do."""

from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect

from robot.errors import ConfigurationError
from robot.settings import WebSettings
from robot.web.servidor import require_safe
from tests.paciencia import patience
from tests.web.conftest import Formulario

Entrar = Callable[[Page, str], Page]
SOLICITUD = {"suscriptor": "001008", "cedula": "40765123", "nombre": "Rosa", "celular": "3105550101", "solicitud": "x"}


@pytest.fixture
def sesion(page: Page, entrar: Entrar) -> requests.Session:
    """A signed-in client that is no browser."""
    entrar(page, "ana")
    client = requests.Session()
    client.cookies.update({one["name"]: one["value"] for one in page.context.cookies()})
    return client


def csrf(page: Page) -> str:
    return page.locator("input[name=csrf]").first.input_value()


def test_a_form_from_elsewhere_does_nothing(page: Page, formulario: Formulario, sesion: requests.Session) -> None:
    url = f"{formulario.url}/solicitudes"
    token = {"csrf": csrf(page)}
    refused = [
        sesion.post(url, data=SOLICITUD, timeout=patience(10)),
        sesion.post(url, data={**SOLICITUD, "csrf": "otro"}, timeout=patience(10)),
        sesion.post(url, data={**SOLICITUD, **token}, headers={"origin": "https://malo.example"}, timeout=patience(10)),
        sesion.post(url, data={**SOLICITUD, **token}, headers={"sec-fetch-site": "cross-site"}, timeout=patience(10)),
    ]
    assert [one.status_code for one in refused] == [403] * 4
    assert formulario.servicio.registro.expedientes() == []
    own = sesion.post(url, data={**SOLICITUD, **token}, headers={"origin": formulario.url}, timeout=patience(10))
    assert own.status_code == 200
    assert len(formulario.servicio.registro.expedientes()) == 1


def test_every_answer_tells_the_browser_to_run_nothing_but_our_own_files(page: Page, formulario: Formulario) -> None:
    for path in ("/ingreso", "/nada", "/salud", "/estatico/nueva.js"):
        headers = page.request.get(formulario.url + path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(page: Page, entrar: Entrar) -> None:
    entrar(page, "ana")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "sesion"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")


def test_a_forged_session_is_nobodys(formulario: Formulario) -> None:
    forged = requests.get(
        f"{formulario.url}/solicitudes", cookies={"sesion": "eyJjdWVudGEiOiAiYW5hIn0=.x.y"}, timeout=patience(10)
    )
    assert forged.status_code == 401


def test_another_host_name_is_refused(formulario: Formulario) -> None:
    assert (
        requests.get(f"{formulario.url}/ingreso", headers={"host": "malo.example"}, timeout=patience(10)).status_code
        == 400
    )


def test_a_body_that_no_form_of_ours_sends_is_refused(
    page: Page, formulario: Formulario, sesion: requests.Session
) -> None:
    big = {**SOLICITUD, "csrf": csrf(page), "solicitud": "x" * 200_000}
    assert sesion.post(f"{formulario.url}/solicitudes", data=big, timeout=patience(10)).status_code == 413
    assert formulario.servicio.registro.expedientes() == []


def test_no_address_holds_personal_data(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    entrar(page, "ana")
    for etiqueta, value in (("Código de suscriptor", "001008"), ("Cédula", "40765123"), ("Celular", "3105550101")):
        page.get_by_label(etiqueta, exact=True).fill(value)
    page.get_by_label("Nombre completo").fill("Rosa Elvira")
    page.get_by_label("Solicitud", exact=True).fill("Sale agua.")
    page.get_by_role("button", name="Radicar").click()
    page.locator(".sello.en-cola").wait_for()
    assert [url for url in asked if any(word in url for word in ("40765123", "3105550101", "Rosa"))] == []


@pytest.mark.parametrize(
    ("web", "safe"),
    [
        (WebSettings(), True),
        (WebSettings(direccion="::1"), True),
        (WebSettings(direccion="0.0.0.0"), False),  # noqa: S104  # that it is refused is the point
        (WebSettings(direccion="192.168.1.10"), False),
        (WebSettings(direccion="192.168.1.10", detras_de_proxy=True), True),
        (WebSettings.model_validate({"direccion": "0.0.0.0", "certificado": "a.pem", "llave_tls": "a.key"}), True),  # noqa: S104
        (WebSettings.model_validate({"certificado": "a.pem"}), False),
    ],
)
def test_a_public_address_needs_https(web: WebSettings, safe: bool) -> None:
    if safe:
        require_safe(web)
    else:
        with pytest.raises(ConfigurationError):
            require_safe(web)


def test_a_defect_is_told_in_words_and_in_no_others(page: Page, formulario: Formulario, entrar: Entrar) -> None:
    entrar(page, "ana")
    del formulario.servicio.calendario
    answer = page.goto(f"{formulario.url}/solicitudes/nueva")
    assert answer is not None
    assert answer.status == 500
    expect(page.get_by_role("alert")).to_have_text("Ocurrió un error del robot. Nada quedó a medias; intente de nuevo.")
