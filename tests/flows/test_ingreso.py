"""Signing in: each password is tried once, whatever Serviweb says, until there is another one or a person asks for it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Asesor, Estado, Solicitud
from robot.settings import PREFIX, Settings
from tests.conftest import CLAVE

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
