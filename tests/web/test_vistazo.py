"""While somebody types, the form shows whose the código and the document are; and it never waits for that."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from fixtures.procesos import Mock
from robot.commands.checkup import diagnose
from robot.errors import ConfigurationError
from robot.flows.vistazo import Desconocido, Que, SuscriptorVisto, TerceroVisto, Vistazo
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA
from robot.procedimientos.archivo import HERE
from robot.settings import Settings, load_settings
from robot.web.servicio import Servicio
from robot.worker.seats import Puesto
from robot.worker.vistazos import SinRespuesta, Vistazos, own_account
from tests.conftest import CLAVE as CLAVE_SERVIWEB
from tests.paciencia import eventually, patience
from tests.taller import Taller
from tests.web.conftest import CLAVE, Formulario

Entrar = Callable[[Page, str], Page]
Llenar = Callable[..., None]


@pytest.fixture
def activos() -> Sequence[str]:
    """The procedures in use."""
    return ["SC-PQRS-PRO-018"]


@pytest.fixture
def settings(settings: Settings, activos: Sequence[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """With an account of the robot's own for look-ups."""
    taken = (HERE / "ejemplos" / "taponamiento.toml").read_text(encoding="utf-8")
    other = taken.replace("EJ-TAPONAMIENTO", "OTRA-ZONA").replace('"TA"', '"OZ"').replace("FLORENCIA", "NINGUNA")
    text = other.replace('["imprimir"]', '["imprimir", "terceros"]')
    (tmp_path / "otra_zona.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SERVIWEB_ROBOT_PROCEDIMIENTOS__CARPETA", str(tmp_path))
    monkeypatch.setenv("SERVIWEB_ROBOT_PROCEDIMIENTOS__ACTIVOS", json.dumps(activos))
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ROBOT__USUARIO", "robot")
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ROBOT__CLAVE", CLAVE_SERVIWEB)
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ROBOT__NOMBRE", "El robot")
    monkeypatch.setenv("SERVIWEB_ROBOT_VISTAZO__ASESOR", "robot")
    return load_settings()


@pytest.fixture
def puestos() -> list[Puesto]:
    """Every one that was needed."""
    return []


@pytest.fixture
def vistazos(servicio: Servicio, taller: Taller, puestos: list[Puesto]) -> Iterator[Vistazos]:
    """What looks codes up, in a browser that is running already; the form of the test has it."""
    settings, ventanilla = servicio.settings, servicio.ventanilla

    def new_puesto() -> Puesto:
        puestos.append(taller.puesto(ventanilla))
        return puestos[-1]

    with Vistazos(
        new_puesto,
        lambda: own_account(settings, ["ana", "luis", "clara"]),
        vistazo=settings.vistazo,
        espera_segundos=settings.serviweb.espera_segundos,
    ) as running:
        servicio.vistazos = running
        yield running


def test_while_it_is_typed_the_form_shows_whose_the_codigo_and_the_document_are_and_saves_nothing(
    page: Page, serviweb: Mock, formulario: Formulario, vistazos: Vistazos, entrar: Entrar
) -> None:
    state = serviweb.state()
    known, other = state["suscriptores"][1], state["suscriptores"][2]
    person = state["terceros"][0]
    today = dt.datetime.now(ZONA_HORARIA).date()
    serviweb.seed_tramites([{"suscriptor": known["codigo"], "fecha": today.isoformat()}])
    entrar(page, "ana")
    page.goto(f"{formulario.url}/solicitudes/nueva")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.get_by_label("Código de suscriptor").fill(known["codigo"])
    beside = page.locator("#vistazo-suscriptor")
    expect(beside).to_contain_text(known["nombre"], timeout=patience() * 1000)
    expect(beside).to_contain_text(known["ruta"])
    expect(beside).to_contain_text(known["estado"])
    expect(beside).to_have_attribute("aria-live", "polite")
    expect(page.locator("#vistazo-visitas")).to_contain_text(f"{today:%d/%m/%Y}", timeout=patience() * 1000)
    page.get_by_label("Código de suscriptor").fill(other["codigo"])
    expect(beside).to_contain_text(other["nombre"], timeout=patience() * 1000)
    expect(beside).not_to_contain_text(known["nombre"])
    page.get_by_label("Cédula", exact=True).fill(person["cedula"])
    tercero = page.locator("#vistazo-tercero")
    expect(tercero).to_contain_text(person["nombre"], timeout=patience() * 1000)
    page.get_by_label("Nombre completo").fill("Nadie Que Exista")
    expect(tercero).to_contain_text("no de quien escribió")
    page.get_by_label("Nombre completo").fill(person["nombre"].title())
    expect(tercero).not_to_contain_text("no de quien escribió")
    assert not [one for one in addresses if person["cedula"] in one or other["codigo"] in one]
    after = serviweb.state()
    assert (len(after["tramites"]), after["terceros"]) == (1, state["terceros"])
    told = formulario.servicio.miradas.of_day(today)
    assert told["ana"] >= 4


def test_an_answer_that_comes_late_is_never_shown_beside_what_was_typed_since_and_goes_with_what_it_was_about(
    page: Page, formulario: Formulario, servicio: Servicio, entrar: Entrar
) -> None:
    servicio.vistazos = _never_started(servicio)
    late: list[Route] = []

    def answer(route: Route) -> None:
        body = route.request.post_data or ""
        if "que=suscriptor" not in body:
            route.fulfill(status=204)
        elif "suscriptor=001008" in body:
            late.append(route)
        else:
            route.fulfill(status=200, content_type="text/html", body="<p>La segunda</p>")

    entrar(page, "ana")
    page.route("**/solicitudes/vistazo", answer)
    page.goto(f"{formulario.url}/solicitudes/nueva")
    codigo, beside = page.get_by_label("Código de suscriptor"), page.locator("#vistazo-suscriptor")
    with page.expect_request("**/solicitudes/vistazo"):
        codigo.fill("001008")
    eventually(lambda: page.evaluate("1") == 1 and len(late) == 1)
    codigo.fill("001015")
    expect(beside).to_have_text("La segunda")
    late[0].fulfill(status=200, content_type="text/html", body="<p>La primera</p>")
    page.get_by_label("Solicitud", exact=True).fill("Otra cosa")
    expect(beside).to_have_text("La segunda")
    codigo.fill("0010")
    expect(beside).to_be_hidden()


def _never_started(servicio: Servicio) -> Vistazos:
    settings, ventanilla = servicio.settings, servicio.ventanilla
    found = Vistazos.of(ventanilla, list)
    assert found is not None
    assert settings.vistazo.asesor
    return found


@pytest.mark.parametrize("activos", [("SC-PQRS-PRO-018", "EJ-ALTO-CONSUMO", "OTRA-ZONA")])
def test_it_is_looked_up_for_the_procedure_that_is_chosen_and_each_tramite_of_the_suscriptor_says_which_it_is(
    serviweb: Mock, formulario: Formulario, ingresada: requests.Session, vistazos: Vistazos
) -> None:
    state = serviweb.state()
    known, person = state["suscriptores"][1], state["terceros"][0]
    today = dt.datetime.now(ZONA_HORARIA).date().isoformat()
    serviweb.seed_tramites([{"suscriptor": known["codigo"], "fecha": today, "causal": "ALTO CONSUMO"}])
    token = token_in(ingresada.get(f"{formulario.url}/solicitudes/nueva", timeout=patience()).text)
    typed = {"csrf": token, "suscriptor": known["codigo"], "cedula": person["cedula"]}

    def told(que: str, procedimiento: str) -> requests.Response:
        """What is shown in the end."""
        data = {**typed, "que": que, "procedimiento": procedimiento}
        shown: list[requests.Response] = []

        def answered() -> bool:
            shown.append(ingresada.post(f"{formulario.url}/solicitudes/vistazo", data=data, timeout=patience()))
            return shown[-1].status_code != 202

        eventually(answered)
        return shown[-1]

    assert known["nombre"] in told("suscriptor", "EJ-ALTO-CONSUMO").text
    assert person["nombre"] in told("tercero", "EJ-ALTO-CONSUMO").text
    assert told("tercero", "OTRA-ZONA").status_code == 204, "nobody is looked up or added by it"
    visits = told("visitas", "EJ-ALTO-CONSUMO").text
    assert "Trámites de este suscriptor" in visits
    assert "ALTO CONSUMO" in visits
    assert "No se pudo mirar" in told("suscriptor", "OTRA-ZONA").text, "its zona is none of Serviweb's"


@pytest.mark.larga
def test_a_session_that_has_ended_is_opened_again_and_a_serviweb_that_hangs_keeps_nobody_waiting(
    serviweb: Mock, vistazos: Vistazos, puestos: list[Puesto], formulario: Formulario, ingresada: requests.Session
) -> None:
    state = serviweb.state()
    first, second, third, *_ = (one["codigo"] for one in state["suscriptores"] if one["estado"] == "ACTIVO")
    assert isinstance(looked_up(vistazos, Que.SUSCRIPTOR, first), SuscriptorVisto)
    serviweb.faults(sesion_expirada={"veces": 1})
    assert isinstance(looked_up(vistazos, Que.SUSCRIPTOR, second), SuscriptorVisto)
    assert serviweb.struck()["sesion_expirada"] == 1
    assert isinstance(looked_up(vistazos, Que.TERCERO, state["terceros"][0]["cedula"]), TerceroVisto)
    assert looked_up(vistazos, Que.TERCERO, "1117777777") == Desconocido()
    serviweb.faults(espera_antes={"veces": -1, "segundos": 600})
    waiting = vistazos.ask("ana", Vistazo(Que.SUSCRIPTOR, third))
    assert ingresada.get(f"{formulario.url}/solicitudes/nueva", timeout=patience()).status_code == 200
    assert isinstance(vistazos.ask("luis", Vistazo(Que.SUSCRIPTOR, first)).result(0), SuscriptorVisto), "remembered"
    assert waiting.result(patience()) == SinRespuesta()
    assert vistazos.ask("luis", Vistazo(Que.SUSCRIPTOR, third)).result(0) == SinRespuesta()
    serviweb.faults()
    eventually(lambda: isinstance(looked_up(vistazos, Que.SUSCRIPTOR, third), SuscriptorVisto))
    assert serviweb.state()["sesiones"] == ["robot"]
    assert len(puestos) == 1, "its session is kept from one look-up to the next"
    assert serviweb.state()["tramites"] == []


def looked_up(vistazos: Vistazos, que: Que, valor: str) -> object:
    return vistazos.ask("ana", Vistazo(que, valor)).result(patience())


def ready_for_visits(serviweb: Mock) -> bool:
    """A CONSULTA waits for the next look-ups; nothing more is opened ahead."""
    return str(serviweb.state()["registro"][-1]).endswith("consulta.do")


@pytest.fixture
def ingresada(formulario: Formulario) -> requests.Session:
    """Somebody who has signed in to the form, without a browser."""
    client = requests.Session()
    token = token_in(client.get(f"{formulario.url}/ingreso", timeout=patience()).text)
    data = {"csrf": token, "asesor": "ana", "clave": CLAVE}
    assert client.post(f"{formulario.url}/ingreso", data=data, timeout=patience()).ok
    return client


def token_in(html: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found is not None
    return found[1]


def test_only_who_has_signed_in_asks_and_no_more_often_than_somebody_types_and_without_an_account_the_form_is_as_before(
    formulario: Formulario, servicio: Servicio, ingresada: requests.Session, settings: Settings
) -> None:
    address, form = f"{formulario.url}/solicitudes/vistazo", f"{formulario.url}/solicitudes/nueva"
    html = ingresada.get(form, timeout=patience()).text
    asked = {"csrf": token_in(html), "que": "suscriptor", "suscriptor": "001008"}
    assert "vistazo" not in html
    assert ingresada.post(address, data=asked, timeout=patience()).status_code == 204
    with _never_started(servicio) as over:
        servicio.vistazos = over
    assert 'data-vistazo="/solicitudes/vistazo"' in ingresada.get(form, timeout=patience()).text
    assert requests.post(address, data=asked, timeout=patience()).status_code == 401
    assert ingresada.post(address, data={**asked, "csrf": "x"}, timeout=patience()).status_code == 403
    assert ingresada.get(address, timeout=patience()).status_code in {404, 405}
    for unfinished in ({"suscriptor": "0/0"}, {"que": "tercero", "cedula": "12"}, {"que": "otra"}):
        assert ingresada.post(address, data={**asked, **unfinished}, timeout=patience()).status_code == 204
    told = [
        ingresada.post(address, data=asked, timeout=patience()).status_code
        for _ in range(settings.vistazo.por_minuto + 1)
    ]
    assert set(told[:-1]) == {200}
    assert told[-1] == 429


def test_what_nobody_waits_for_any_more_is_not_looked_up_and_no_more_waits_than_may(servicio: Servicio) -> None:
    vistazos = _never_started(servicio)
    first = vistazos.ask("ana", Vistazo(Que.SUSCRIPTOR, "001001"))
    same = vistazos.ask("luis", Vistazo(Que.SUSCRIPTOR, "001001"))
    assert first is same
    second = vistazos.ask("ana", Vistazo(Que.SUSCRIPTOR, "001002"))
    assert not first.done()
    third = vistazos.ask("ana", Vistazo(Que.SUSCRIPTOR, "001003"))
    assert second.result(0) == SinRespuesta()
    assert not third.done()
    many = [vistazos.ask(f"otro{number}", Vistazo(Que.TERCERO, f"4000{number}")) for number in range(30)]
    assert [one.done() for one in many].count(False) == 14
    with vistazos:
        pass
    assert all(one.result(0) == SinRespuesta() for one in (first, third, *many))


def test_a_refused_password_is_tried_once_and_diagnostico_tells_it(
    serviweb: Mock, servicio: Servicio, taller: Taller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__ROBOT__CLAVE", "Otra#2026")
    settings = load_settings()
    vistazo = settings.vistazo.model_copy(update={"recuerda_minutos": 0})
    with Ventanilla(settings) as ventanilla:
        for _ in range(2):
            with Vistazos(
                lambda: taller.puesto(ventanilla),
                lambda: own_account(settings, []),
                vistazo=vistazo,
                espera_segundos=settings.serviweb.espera_segundos,
            ) as vistazos:
                assert looked_up(vistazos, Que.SUSCRIPTOR, "001001") == SinRespuesta()
                before = serviweb.state()["peticiones"]
                assert looked_up(vistazos, Que.SUSCRIPTOR, "001002") == SinRespuesta()
                assert serviweb.state()["peticiones"] == before
    line = next(one for one in diagnose(settings) if one.nombre == "Vistazo")
    assert not line.bien
    assert "no se ha probado de nuevo" in line.detalle


def test_the_account_of_look_ups_is_left_alone_once_somebody_files_with_its_user(
    serviweb: Mock, servicio: Servicio, taller: Taller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Capitals or not: Serviweb would end the session in which a trámite is being filed."""
    settings = servicio.settings
    with Vistazos(
        lambda: taller.puesto(servicio.ventanilla),
        lambda: own_account(settings.al_dia(), ["luis"]),
        vistazo=settings.vistazo,
        espera_segundos=settings.serviweb.espera_segundos,
        segura_segundos=0,
    ) as vistazos:
        assert looked_up(vistazos, Que.SUSCRIPTOR, "001001") != SinRespuesta()
        eventually(lambda: ready_for_visits(serviweb))
        monkeypatch.setenv("SERVIWEB_ROBOT_ASESORES__LUIS__USUARIO", "ROBOT")
        before = serviweb.state()["peticiones"]
        assert looked_up(vistazos, Que.SUSCRIPTOR, "001002") == SinRespuesta()
        assert serviweb.state()["peticiones"] == before


@pytest.mark.parametrize(
    "shared",
    [{"CONCILIACION__ASESOR": "robot"}, {"VERIFICACION__ASESOR": "robot"}, {"ASESORES__ROBOT__USUARIO": "asesor2"}],
)
def test_an_account_that_somebody_else_uses_too_is_no_account_for_look_ups(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, shared: dict[str, str]
) -> None:
    assert own_account(settings, ["ana", "luis"]).usuario == "robot"
    for name, value in shared.items():
        monkeypatch.setenv(f"SERVIWEB_ROBOT_{name}", value)
    with pytest.raises(ConfigurationError, match="nadie más use"):
        own_account(load_settings(), ["ana", "luis"])
    with pytest.raises(ConfigurationError):
        own_account(settings, ["ana", "robot"])
