"""Signing in: each password is tried once, whatever Serviweb says, until there is another one or a person asks for it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock
from robot.errors import ConfigurationError, NavegadorRechazado, PersonaRequerida, RobotError, SesionOcupada
from robot.flows.ingreso_de_persona import open_by_hand
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
from robot.pages.serviweb import Serviweb
from robot.settings import PREFIX, Settings
from tests.conftest import CLAVE, PERFILES

New = Callable[..., Solicitud]
CLAVE_DE_ANA = PREFIX + "ASESORES__ANA__CLAVE"


def refused(oficina: Oficina, solicitud: New) -> str:
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.RECHAZADA
    assert resultado.error is not None
    assert resultado.error.clase == "CredentialsRefused"
    return resultado.error.mensaje


@pytest.mark.cada_skin
@pytest.mark.parametrize("dice", ["Los datos de acceso no coinciden.", "Sesión cerrada: el acceso se denegó.", ""])
def test_a_password_asked_for_again_is_a_refusal_once_whatever_serviweb_says(
    oficina: Oficina, solicitud: New, serviweb: Mock, monkeypatch: pytest.MonkeyPatch, dice: str
) -> None:
    monkeypatch.setenv(CLAVE_DE_ANA, "equivocada")
    serviweb.faults(rechazo_dice={"veces": -1, "texto": dice})
    told = refused(oficina, solicitud)
    assert dice in told
    assert ("clave_errada = 'Los\\s+datos" in told) == dice.startswith("Los")
    assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 1}


def test_a_refused_password_is_not_tried_again_by_anybody_until_it_is_another_one_or_a_person_asks(
    settings: Settings,
    browser: Browser,
    asesor: Asesor,
    solicitud: New,
    serviweb: Mock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CLAVE_DE_ANA, "equivocada")
    with Oficina(settings, browser=browser) as oficina:
        refused(oficina, solicitud)
        assert "no se ha probado de nuevo" in refused(oficina, solicitud)
        with Oficina(settings, browser=browser) as another:
            assert "no se ha probado de nuevo" in refused(another, solicitud)
        assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 1}
        oficina.memoria.rechazos.lift(asesor.usuario)
        refused(oficina, solicitud)
        assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 2}
        monkeypatch.setenv(CLAVE_DE_ANA, CLAVE)
        assert radicar(oficina, solicitud()).estado is Estado.RADICADA
    kept = [file.read_bytes() for file in settings.datos.rglob("*") if file.is_file()]
    assert not any(b"equivocada" in content for content in kept)


def sign_in_elsewhere(serviweb: Mock) -> None:
    """What the asesor does in a browser of her own."""
    form = urlencode({"usuario": "asesor1", "clave": CLAVE}).encode()
    with urlopen(serviweb.url + "/serviweb/ingreso.do", form, timeout=20):  # noqa: S310  # our own loopback address
        assert serviweb.state()["sesiones"] == ["asesor1"]


def with_perfil(settings: Settings, tmp_path: Path, text: str) -> Settings:
    archivo = tmp_path / "perfil.toml"
    archivo.write_text(text, encoding="utf-8")
    return settings.model_copy(update={"serviweb": settings.serviweb.model_copy(update={"perfil": archivo})})


@pytest.mark.parametrize("modo", ["dialogo", "pagina"])
def test_another_session_is_ended_only_where_it_is_the_robots_own_or_the_perfil_says_so_and_told(
    settings: Settings, browser: Browser, asesor: Asesor, serviweb: Mock, tmp_path: Path, modo: str
) -> None:
    sign_in_elsewhere(serviweb)
    hers = serviweb.state()["cookies"]
    serviweb.faults(otra_sesion={"veces": -1, "modo": modo})
    with Oficina(settings, browser=browser) as oficina, pytest.raises(SesionOcupada, match="¿Desea cerrarla"):
        oficina.sesion(asesor).menu()
    assert serviweb.state()["cookies"] == hers
    allowed = with_perfil(settings, tmp_path, '[ingreso]\notra_sesion = "terminar"\n')
    for now in (allowed, settings):  # with the second one the robot's own is open, as after a crash
        with Oficina(now, browser=browser) as oficina:
            sesion = oficina.sesion(asesor)
            sesion.menu()
            (aviso,) = sesion.take_avisos()
            assert "la otra sesión de su usuario quedó cerrada" in aviso
    assert serviweb.struck()["otra_sesion"] == 3


@pytest.mark.parametrize(
    ("skin", "habitos"), [("aspx", {"sede": -1}), ("classic", {"sede": -1, "sede_en_ingreso": -1})], indirect=["skin"]
)
def test_a_sede_that_serviweb_asks_for_is_the_perfils_and_asked_for_by_name_where_there_is_none(
    settings: Settings,
    browser: Browser,
    skin: str,
    tmp_path: Path,
    asesor: Asesor,
    serviweb: Mock,
    habitos: dict[str, int],
) -> None:
    serviweb.faults(**habitos)
    with (
        Oficina(settings, browser=browser) as oficina,
        pytest.raises(ConfigurationError, match="FLORENCIA CENTRO, FLORENCIA SUR, MORELIA"),
    ):
        oficina.sesion(asesor).menu()
    known = (PERFILES / f"{skin}.toml").read_text(encoding="utf-8")
    told = with_perfil(settings, tmp_path, f'ingreso.sede = "Florencia Centro"\n{known}')
    with Oficina(told, browser=browser) as oficina:
        oficina.sesion(asesor).menu()
    assert serviweb.struck()["sede"] == (0 if "sede_en_ingreso" in habitos else 2)


@pytest.mark.parametrize(
    ("habito", "error", "dice"),
    [
        ("captcha", PersonaRequerida, "CAPTCHA"),
        ("teclado_en_pantalla", PersonaRequerida, "teclado en pantalla"),
        ("codigo_enviado", PersonaRequerida, "código de verificación que enviamos"),
        ("sin_ventana_no", NavegadorRechazado, "navegador.visible"),
    ],
)
def test_what_keeps_the_robot_out_is_told_with_its_remedy_and_costs_no_trial(
    oficina: Oficina, asesor: Asesor, serviweb: Mock, habito: str, error: type[RobotError], dice: str
) -> None:
    serviweb.faults(**{habito: -1})
    with pytest.raises(error) as told:
        oficina.sesion(asesor).menu()
    assert dice in told.value.texto
    state = serviweb.state()
    assert state["registro"].count("POST /serviweb/ingreso.do") == (habito == "codigo_enviado")
    assert state["sesiones"] == []


def test_a_session_that_a_person_has_opened_is_kept_encrypted_and_used_until_serviweb_ends_it(
    settings: Settings, browser: Browser, asesor: Asesor, solicitud: New, serviweb: Mock
) -> None:
    def person(shown: Serviweb) -> None:
        shown.page.get_by_label("Usuario").fill("asesor1")
        shown.page.get_by_label("Contraseña").fill(CLAVE)
        shown.page.get_by_label("No soy un robot").check()
        shown.page.get_by_role("button", name="Ingresar").click()

    serviweb.faults(captcha=-1)
    with Oficina(settings, browser=browser) as worker:
        with pytest.raises(PersonaRequerida):
            worker.sesion(asesor).menu()
        with Oficina(settings, browser=browser) as by_hand:
            open_by_hand(by_hand, asesor, person)
        (cookie,) = serviweb.state()["cookies"]
        worker.sesion(asesor).menu()
    with Oficina(settings, browser=browser) as after_a_restart:
        after_a_restart.sesion(asesor).menu()
        assert serviweb.state()["cookies"] == [cookie]
        kept = [file.read_bytes() for file in (settings.datos / "sesiones").iterdir()]
        assert not any(cookie.encode() in content for content in kept)
        serviweb.faults(captcha=-1, sesion_expirada=1)
        resultado = radicar(after_a_restart, solicitud())
    assert resultado.error is not None
    assert resultado.error.clase == "PersonaRequerida"
    assert not list((settings.datos / "sesiones").glob("*.guardada"))
