"""Accounts, roles and passwords in the browser: who may change what, what ends with it, and that no secret is told anywhere."""

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from robot import llavero
from robot.errors import ActoImposible, CredentialsRefused
from robot.flows.rechazos import Rechazos
from robot.llavero import SECRETS_VARIABLE
from robot.models import Estado, Solicitud
from robot.record.accounts import Rol
from robot.record.database import transaction
from robot.record.entries import now
from robot.record.tables import cuentas
from robot.settings import Settings, load_settings
from tests.web.conftest import CLAVE, Ejecucion, Formulario
from tests.web.test_accesibilidad import assert_nothing_hinders
from tests.web.visitante import Visitante, text_of

DE_SERVIWEB = "Serviweb-secreta#77"
NUEVA = "una frase bien larga"
Entrar = Callable[[Page, str], Page]
New = Callable[..., Solicitud]


@pytest.fixture
def secretos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets, in which the passwords of Serviweb are kept."""
    folder = tmp_path / "secretos"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv(SECRETS_VARIABLE, str(folder))
    return folder


@pytest.fixture
def settings(settings: Settings, secretos: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Luis's account of Serviweb is in the folder of secrets, Ana's in the machine's configuration."""
    for part, value in (("USUARIO", "asesor2"), ("CLAVE", "Clave#2026"), ("NOMBRE", "Luis Mora")):
        monkeypatch.delenv(f"SERVIWEB_ROBOT_ASESORES__LUIS__{part}")
        (secretos / f"asesores__luis__{part.lower()}").write_text(value)
    return load_settings()


@pytest.fixture
def clara(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("clara")
    return visitante


@pytest.fixture
def luis(formulario: Formulario) -> Visitante:
    visitante = Visitante(formulario.url)
    visitante.enter("luis")
    return visitante


def one_use(page_text: str) -> str:
    found = re.search(r"\b[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}\b", page_text)
    assert found is not None
    return found[0]


def test_an_account_is_opened_in_the_browser_and_its_password_of_one_use_must_be_changed_first(
    page: Page, formulario: Formulario, entrar: Entrar, secretos: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entrar(page, "clara")
    page.get_by_role("link", name="Cuentas").click()
    page.get_by_text("Crear una cuenta").click()
    assert_nothing_hinders(page)
    page.get_by_label("Cuenta", exact=True).fill("marta")
    page.get_by_label("Nombre y apellido").fill("Marta Gil")
    page.get_by_label("asesor", exact=True).check()
    page.get_by_label("Usuario de Serviweb").fill("asesor1")
    page.get_by_label("Clave de Serviweb").fill(DE_SERVIWEB)
    page.get_by_role("button", name="Crear la cuenta").click()
    de_un_uso = page.locator(".de-un-uso").inner_text()
    assert_nothing_hinders(page)
    page.goto(f"{formulario.url}/cuentas/marta")
    expect(page.locator(".de-un-uso")).to_have_count(0)
    assert DE_SERVIWEB not in page.content()
    assert (secretos / "asesores__marta__clave").read_text() == DE_SERVIWEB
    page.get_by_role("button", name="Salir").click()

    page.get_by_label("Asesor").fill("marta")
    page.get_by_label("Clave").fill(de_un_uso)
    page.get_by_role("button", name="Ingresar").click()
    assert_nothing_hinders(page)
    page.goto(f"{formulario.url}/solicitudes/nueva")
    expect(page.get_by_role("heading", name="Escoja su clave")).to_be_visible()
    page.get_by_label("Clave nueva").fill(NUEVA)
    page.get_by_label("Otra vez").fill(NUEVA)
    page.get_by_role("button", name="Guardar y seguir").click()
    expect(page.get_by_role("button", name="Radicar")).to_be_visible()
    page.get_by_role("link", name="Mi cuenta").click()
    assert_nothing_hinders(page)
    assert Visitante(formulario.url).enter("marta", de_un_uso).status_code == 401

    told = [one.detalle for one in formulario.servicio.cuentas.changes("marta", limite=9)]
    assert told == [
        "Cambió la clave del formulario.",
        "Guarda la clave de Serviweb del usuario asesor1.",
        "Creó la cuenta, con el rol de asesor.",
    ]
    everything = "".join(told) + caplog.text
    assert not [secret for secret in (DE_SERVIWEB, de_un_uso, NUEVA) if secret in everything]


def test_a_password_of_one_use_opens_nothing_after_its_time(clara: Visitante, formulario: Formulario) -> None:
    de_un_uso = one_use(text_of(clara.post("/cuentas/luis/clave")))
    late = sa.update(cuentas).where(cuentas.c.clave == "luis").values(provisional=now().replace(year=2020))
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(late))
    luis = Visitante(formulario.url)
    assert "ya venció" in text_of(luis.enter("luis", de_un_uso))
    assert not luis.is_in()


def test_a_reset_and_the_end_of_sessions_put_out_whoever_is_signed_in(
    clara: Visitante, luis: Visitante, formulario: Formulario
) -> None:
    assert luis.is_in()
    clara.post("/cuentas/luis/sesiones")
    assert not luis.is_in()
    assert luis.enter("luis").status_code == 200
    assert luis.is_in()
    de_un_uso = one_use(text_of(clara.post("/cuentas/luis/clave")))
    assert not luis.is_in()
    assert "Escoja su clave" in text_of(luis.enter("luis", de_un_uso))
    refused = luis.post("/solicitudes", suscriptor="001008")
    assert (refused.status_code, formulario.servicio.registro.expedientes()) == (403, [])


def test_what_was_typed_waits_behind_the_change_of_a_password_of_one_use(clara: Visitante, luis: Visitante) -> None:
    de_un_uso = one_use(text_of(clara.post("/cuentas/luis/clave")))
    lost = luis.post("/solicitudes", suscriptor="001008", nombre="Rosa Elvira Muñoz")
    assert 'name="escrito.nombre" value="Rosa Elvira Muñoz"' in lost.text
    typed = {"escrito.nombre": "Rosa Elvira Muñoz"}
    asked = luis.post("/ingreso", asesor="luis", clave=de_un_uso, **typed)
    assert 'name="escrito.nombre" value="Rosa Elvira Muñoz"' in asked.text
    wrong = luis.post("/mi-cuenta/clave", nueva=NUEVA, otra_vez="otra cosa", **typed)
    assert "No es igual" in text_of(wrong)
    assert NUEVA not in wrong.text
    done = luis.post("/mi-cuenta/clave", nueva=NUEVA, otra_vez=NUEVA, **typed)
    assert 'value="Rosa Elvira Muñoz"' in done.text


def test_an_asesor_changes_their_own_password_only_with_the_one_of_now_and_other_sessions_end(
    luis: Visitante, formulario: Formulario
) -> None:
    elsewhere = Visitante(formulario.url)
    elsewhere.enter("luis")
    assert "No es su clave" in text_of(luis.post("/mi-cuenta/clave", actual="x", nueva=NUEVA, otra_vez=NUEVA))
    assert "la misma de ahora" in text_of(luis.post("/mi-cuenta/clave", actual=CLAVE, nueva=CLAVE, otra_vez=CLAVE))
    assert "cambió" in text_of(luis.post("/mi-cuenta/clave", actual=CLAVE, nueva=NUEVA, otra_vez=NUEVA))
    assert luis.is_in()
    assert not elsewhere.is_in()
    for _ in range(formulario.servicio.settings.web.intentos):
        luis.post("/mi-cuenta/clave", actual="x", nueva=CLAVE, otra_vez=CLAVE)
    guessed = luis.post("/mi-cuenta/clave", actual=NUEVA, nueva=CLAVE, otra_vez=CLAVE)
    assert "Demasiados intentos" in text_of(guessed)


def test_a_new_password_of_serviweb_lifts_the_block_of_the_refused_one_and_the_same_one_does_not(
    luis: Visitante, settings: Settings, secretos: Path
) -> None:
    rechazos = Rechazos(settings.datos)
    with pytest.raises(CredentialsRefused), rechazos.minding(settings.asesor("luis")):
        raise CredentialsRefused("Clave vencida.")
    assert "Serviweb rechazó la clave" in text_of(luis.get("/mi-cuenta"))
    assert "es la misma que Serviweb rechazó" in text_of(luis.post("/mi-cuenta/serviweb", serviweb="Clave#2026"))
    with pytest.raises(CredentialsRefused), rechazos.minding(settings.asesor_al_dia("luis")):
        pytest.fail("the refused password is not tried again")
    answer = luis.post("/mi-cuenta/serviweb", serviweb=DE_SERVIWEB)
    assert DE_SERVIWEB not in answer.text + answer.url
    assert "Serviweb rechazó" not in text_of(answer)
    known = llavero.find("luis")
    assert known is not None
    assert (known.usuario, known.clave.get_secret_value()) == ("asesor2", DE_SERVIWEB)
    assert settings.asesor_al_dia("luis") == known


@pytest.mark.parametrize("usuario", ["robot", "ROBOT "])
def test_nobody_is_given_the_user_with_which_the_form_looks_things_up(
    clara: Visitante, monkeypatch: pytest.MonkeyPatch, usuario: str
) -> None:
    for part, value in (("USUARIO", "robot"), ("CLAVE", DE_SERVIWEB), ("NOMBRE", "El robot")):
        monkeypatch.setenv(f"SERVIWEB_ROBOT_ASESORES__ROBOT__{part}", value)
    monkeypatch.setenv("SERVIWEB_ROBOT_VISTAZO__ASESOR", "robot")
    refused = clara.post("/cuentas/luis/serviweb", usuario=usuario, serviweb=DE_SERVIWEB)
    assert "una sesión por usuario" in text_of(refused)
    known = llavero.find("luis")
    assert known is not None
    assert known.usuario == "asesor2"
    assert clara.post("/cuentas/luis/serviweb", usuario="otro", serviweb=DE_SERVIWEB).status_code == 200


def test_a_password_that_the_configuration_holds_is_not_replaced_where_that_would_change_nothing(
    clara: Visitante, secretos: Path
) -> None:
    assert "solo se cambia allí" in text_of(clara.get("/cuentas/ana"))
    refused = clara.post("/cuentas/ana/serviweb", usuario="asesor1", serviweb=DE_SERVIWEB)
    assert refused.status_code == 409
    assert not list(secretos.glob("asesores__ana__*"))


def test_the_last_coordinador_is_neither_shut_out_nor_given_another_role(
    clara: Visitante, formulario: Formulario
) -> None:
    for ruta, fields in (("/cuentas/clara/desactivar", {}), ("/cuentas/clara/rol", {"rol": "asesor"})):
        assert "Es la única cuenta de coordinador" in text_of(clara.post(ruta, **fields))
    clara.post("/cuentas/luis/rol", rol="coordinador")
    cuentas_, refused = formulario.servicio.cuentas, []

    def shut_out(cual: str) -> None:
        try:
            cuentas_.deactivate(cual, quien="otro")
        except ActoImposible as one:
            refused.append(one)

    both = [threading.Thread(target=shut_out, args=(cual,)) for cual in ("clara", "luis")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    assert len([one for one in cuentas_.all() if one.activa and one.rol is Rol.COORDINADOR]) == 1


def test_a_coordinador_who_let_a_password_of_one_use_go_by_is_not_another_coordinador(
    clara: Visitante, formulario: Formulario
) -> None:
    clara.post("/cuentas/luis/rol", rol="coordinador")
    clara.post("/cuentas/luis/clave")
    late = sa.update(cuentas).where(cuentas.c.clave == "luis").values(provisional=now().replace(year=2020))
    transaction(formulario.servicio.ventanilla.base, lambda connection: connection.execute(late))
    for ruta, fields in (("/cuentas/clara/desactivar", {}), ("/cuentas/clara/rol", {"rol": "asesor"})):
        assert "Es la única cuenta de coordinador" in text_of(clara.post(ruta, **fields))
    assert "desactivada" in text_of(clara.post("/cuentas/ana/desactivar"))
    assert "desactivada" in text_of(clara.post("/cuentas/luis/desactivar"))


@pytest.mark.parametrize("pendientes", ["seguir", "cancelar"])
def test_what_a_shut_out_account_has_handed_in_goes_on_with_its_password_or_is_cancelled_with_it(
    clara: Visitante, luis: Visitante, formulario: Formulario, solicitud: New, pendientes: str
) -> None:
    own = formulario.servicio.ventanilla.accept(solicitud(asesor="luis"), quien="luis")
    assert "1 solicitud suya está en camino" in text_of(clara.get("/cuentas/luis"))
    said = text_of(clara.post("/cuentas/luis/desactivar", pendientes=pendientes))
    assert not luis.is_in()
    assert luis.enter("luis").status_code == 401
    goes_on = pendientes == "seguir"
    expected = Estado.EN_COLA if goes_on else Estado.CANCELADA
    assert formulario.servicio.registro.expediente(own).estado is expected
    assert (llavero.find("luis") is not None) == goes_on
    assert ("solicitud suya sigue en camino" in said) == goes_on
    clara.post("/cuentas/luis/serviweb/borrar")
    assert llavero.find("luis") is None


def test_the_password_of_a_shut_out_account_is_kept_for_what_a_person_is_yet_to_decide(
    clara: Visitante, formulario: Formulario, solicitud: New, tomar: Callable[[], Ejecucion]
) -> None:
    formulario.servicio.ventanilla.accept(solicitud(asesor="luis"), quien="luis")
    tomar().end(Estado.POR_VERIFICAR)
    said = text_of(clara.post("/cuentas/luis/desactivar", pendientes="seguir"))
    assert "Su clave de Serviweb se conserva para eso" in said
    assert llavero.find("luis") is not None


def test_an_asesor_finds_no_page_of_accounts_and_chooses_no_user_of_serviweb(
    luis: Visitante, formulario: Formulario
) -> None:
    for ruta in ("/cuentas", "/cuentas/ana"):
        assert luis.get(ruta).status_code == 404
    acts = ("", "/ana/clave", "/ana/rol", "/ana/serviweb", "/ana/serviweb/borrar", "/ana/sesiones", "/ana/desactivar")
    assert {luis.post(f"/cuentas{act}", rol="coordinador").status_code for act in acts} == {404}
    luis.post("/mi-cuenta/serviweb", usuario="coordinador", serviweb=DE_SERVIWEB)
    known = llavero.find("luis")
    assert known is not None
    assert known.usuario == "asesor2"
    assert [one.detalle for one in formulario.servicio.cuentas.changes("ana", limite=5)] == []


def test_where_the_password_of_serviweb_cannot_be_kept_it_is_told_and_noted(
    clara: Visitante, formulario: Formulario, monkeypatch: pytest.MonkeyPatch
) -> None:
    formulario.servicio.serviweb.forget("luis", quien="clara")
    monkeypatch.delenv(SECRETS_VARIABLE)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    refused = clara.post("/cuentas/luis/serviweb", usuario="asesor2", serviweb=DE_SERVIWEB)
    assert "no pudo guardar" in text_of(refused)
    assert DE_SERVIWEB not in refused.text
    assert formulario.servicio.cuentas.changes("luis", limite=1)[0].detalle == "La clave de Serviweb no quedó guardada."
