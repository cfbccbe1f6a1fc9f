"""Who asks: a company, somebody from another country, somebody without a telephone; judged by what the mocks hold."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from fixtures.procesos import Mock
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Resultado, Solicitud
from robot.settings import Settings

New = Callable[..., Solicitud]
pytestmark = pytest.mark.usefixtures("ya_trabaja")


def last_page(resultado: Resultado) -> str:
    assert resultado.copias is not None, resultado.error
    return PdfReader(resultado.copias).pages[-1].extract_text()


@pytest.mark.parametrize(
    ("cedula", "tipo", "numero", "impreso"),
    [
        ("NIT 900.123.456-8", "31 - NIT", "900123456", "NIT 900.123.456-8"),
        ("CE E-998877", "22 - CÉDULA DE EXTRANJERÍA", "E998877", "C.E. E998877"),
    ],
)
def test_who_is_new_is_added_with_their_document_and_the_copy_they_sign_says_which_one_it_is(
    oficina: Oficina, solicitud: New, serviweb: Mock, cedula: str, tipo: str, numero: str, impreso: str
) -> None:
    serviweb.faults(tipo_documento=-1)
    resultado = radicar(oficina, solicitud(cedula=cedula, nombre="Guaduales del Sur SAS", celular="no tiene"))
    assert resultado.estado is Estado.RADICADA, resultado.error
    added = serviweb.state()["terceros"][-1]
    assert (added["tipo"], added["cedula"], added["nombre"], added["celular"]) == (
        tipo,
        numero,
        "GUADUALES DEL SUR SAS",
        "",
    )
    (tramite,) = serviweb.state()["tramites"]
    assert tramite["tercero"] == numero
    assert "Ruta: 00-0001, Número de celular: no tiene. Ref." in tramite["observacion"]
    assert impreso in last_page(resultado)
    assert "C.C." not in last_page(resultado)


@pytest.mark.larga
def test_a_nit_is_typed_as_the_perfil_tells_and_a_company_is_the_same_with_another_legal_form(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, tmp_path: Path
) -> None:
    serviweb.faults(nit_con_dv=-1, tipo_documento=-1)
    perfil = tmp_path / "con_guion.toml"
    perfil.write_text('[terceros]\nnit = "con_guion"\n', encoding="utf-8")
    changed = settings.serviweb.model_copy(update={"perfil": perfil})
    with Oficina(settings.model_copy(update={"serviweb": changed}), browser=browser) as oficina:
        known = radicar(oficina, solicitud(cedula="891180001", nombre="Electrificadora de Prueba SA ESP"))
        added = radicar(oficina, solicitud(cedula="900.123.456", nombre="Guaduales del Sur", suscriptor="001015"))
    for resultado in (known, added):
        assert resultado.estado is Estado.RADICADA, resultado.error
    assert known.avisos == ()
    assert [one["tercero"] for one in serviweb.state()["tramites"]] == ["891180001", "900123456"]


@pytest.mark.larga
def test_where_a_telephone_must_be_typed_the_perfil_says_what_stands_for_none_and_else_serviweb_refuses(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, tmp_path: Path
) -> None:
    serviweb.faults(celular_obligatorio=-1)
    perfil = tmp_path / "sin_telefono.toml"
    perfil.write_text('[terceros]\nsin_telefono = "0000000000"\n', encoding="utf-8")
    changed = settings.serviweb.model_copy(update={"perfil": perfil})
    with Oficina(settings, browser=browser) as oficina:
        refused = radicar(oficina, solicitud(celular="no tiene"))
    with Oficina(settings.model_copy(update={"serviweb": changed}), browser=browser) as oficina:
        done = radicar(oficina, solicitud(celular="no tiene"))
    assert refused.error is not None
    assert (refused.estado, refused.error.clase) == (Estado.RECHAZADA, "TerceroRefused")
    assert done.estado is Estado.RADICADA, done.error
    assert serviweb.state()["terceros"][-1]["celular"] == "0000000000"


def test_where_the_form_itself_asks_which_document_it_is_that_is_read_back_before_guardar(
    oficina: Oficina, solicitud: New, serviweb: Mock
) -> None:
    serviweb.faults(tipo_al_buscar=-1)
    resultado = radicar(oficina, solicitud(cedula="PA AB123456", nombre="Yulimar Rondón", celular="+58 412 1234567"))
    assert resultado.estado is Estado.RADICADA, resultado.error
    (tramite,) = serviweb.state()["tramites"]
    assert tramite["tercero"] == "AB123456"
    assert "Número de celular: +584121234567. Ref." in tramite["observacion"]
