"""Signing in: each password is tried once, whatever Serviweb says, until there is another one or a person asks for it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
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
        oficina.rechazos.lift(asesor.usuario)
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
    settings: Settings, browser: Browser, asesor: Asesor, solicitud: New, serviweb: Mock, tmp_path: Path, modo: str
) -> None:
    sign_in_elsewhere(serviweb)
    hers = serviweb.state()["cookies"]
    serviweb.faults(otra_sesion={"veces": -1, "modo": modo})
    with Oficina(settings, browser=browser) as oficina:
        resultado = radicar(oficina, solicitud())
    assert resultado.error is not None
    assert (resultado.error.clase, serviweb.state()["cookies"]) == ("SesionOcupada", hers)
    assert "¿Desea cerrarla y continuar?" in resultado.error.mensaje
    allowed = with_perfil(settings, tmp_path, '[ingreso]\notra_sesion = "terminar"\n')
    with Oficina(allowed, browser=browser) as oficina:
        resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.RADICADA, resultado.error
    assert any("la otra sesión de su usuario quedó cerrada" in aviso for aviso in resultado.avisos)
    with Oficina(settings, browser=browser) as after_a_crash:
        assert after_a_crash.sesion(asesor).menu() is not None
    assert serviweb.struck()["otra_sesion"] == 3


@pytest.mark.parametrize(
    ("skin", "habitos"), [("aspx", {"sede": -1}), ("classic", {"sede": -1, "sede_en_ingreso": -1})], indirect=["skin"]
)
def test_a_sede_that_serviweb_asks_for_is_the_perfils_and_asked_for_by_name_where_there_is_none(
    settings: Settings,
    browser: Browser,
    skin: str,
    tmp_path: Path,
    solicitud: New,
    serviweb: Mock,
    habitos: dict[str, int],
) -> None:
    serviweb.faults(**habitos)
    with Oficina(settings, browser=browser) as oficina:
        resultado = radicar(oficina, solicitud())
    assert resultado.error is not None
    assert (resultado.error.clase, "FLORENCIA CENTRO, FLORENCIA SUR, MORELIA" in resultado.error.mensaje) == (
        "ConfigurationError",
        True,
    )
    known = (PERFILES / f"{skin}.toml").read_text(encoding="utf-8")
    with Oficina(
        with_perfil(settings, tmp_path, f'ingreso.sede = "Florencia Centro"\n{known}'), browser=browser
    ) as oficina:
        assert radicar(oficina, solicitud()).estado is Estado.RADICADA
    assert serviweb.struck()["sede"] == (0 if "sede_en_ingreso" in habitos else 2)
