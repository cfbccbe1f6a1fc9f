"""A cédula that Serviweb knows under another name than the one given."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Solicitud
from robot.settings import Settings
from tests.flows.test_radicacion import assert_nothing_behind, assert_radicada_once
from tests.planilla import visible_rows

New = Callable[..., Solicitud]


@pytest.mark.cada_skin
def test_it_is_filed_only_when_somebody_has_confirmed_that_it_is_the_same_person(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    known = serviweb.state()["terceros"][0]
    refused = radicar(oficina, solicitud(cedula=known["cedula"], nombre="Otra Distinta"))
    assert_nothing_behind(refused, serviweb, google, before)
    assert refused.error is not None
    assert refused.error.clase == "OtroNombre"
    assert known["nombre"] in refused.error.mensaje
    assert "Otra Distinta" in refused.error.mensaje
    confirmed = radicar(oficina, solicitud(cedula=known["cedula"], nombre="Otra Distinta", nombre_confirmado=True))
    assert_radicada_once(confirmed, serviweb, google)
    (aviso,) = (aviso for aviso in confirmed.avisos if "otro nombre" in aviso)
    assert known["nombre"] in aviso
    assert "Otra Distinta" in aviso
    assert serviweb.state()["terceros"][0] == known


@pytest.mark.larga
def test_a_name_with_a_word_in_common_is_filed_and_both_are_told_and_the_same_words_are_the_same_name(
    oficina: Oficina, solicitud: New, serviweb: Mock
) -> None:
    known = serviweb.state()["terceros"][0]
    words = known["nombre"].lower().split()
    like = radicar(oficina, solicitud(cedula=known["cedula"], nombre=f"{words[0]} Cualquiera"))
    (aviso,) = (aviso for aviso in like.avisos if "otro nombre" in aviso)
    assert known["nombre"] in aviso
    assert f"{words[0]} Cualquiera" in aviso
    same = radicar(oficina, solicitud(cedula=known["cedula"], nombre=" ".join(["de", *reversed(words)])))
    assert same.error is None
    assert same.avisos == ()


@pytest.mark.larga
def test_by_setting_it_is_filed_and_told(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    lenient = settings.reglas.model_copy(update={"otro_nombre": "avisar"})
    known = serviweb.state()["terceros"][0]
    with Oficina(settings.model_copy(update={"reglas": lenient}), browser=browser) as oficina:
        resultado = radicar(oficina, solicitud(cedula=known["cedula"], nombre="Otra Distinta"))
    assert_radicada_once(resultado, serviweb, google)
    assert any(known["nombre"] in aviso and "Otra Distinta" in aviso for aviso in resultado.avisos)
