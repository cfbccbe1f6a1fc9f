"""Whole solicitudes over screens that widget toolkits draw, without a line of perfil; the rest of them with `make skins`."""

from collections.abc import Callable

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Solicitud
from tests.conftest import DE_TOOLKITS, PERFILES
from tests.flows.test_radicacion import SAVE, assert_radicada_once

New = Callable[..., Solicitud]


@pytest.mark.parametrize("skin", DE_TOOLKITS)
def test_a_toolkit_is_no_reason_for_a_perfil(skin: str) -> None:
    assert not (PERFILES / f"{skin}.toml").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("skin", ["extjs"], indirect=True)
def test_an_unknown_person_is_added_and_the_solicitud_filed(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.state()["terceros"][-1]["nombre"] == "ROSA ELVIRA MUÑOZ"


@pytest.mark.parametrize("skin", ["jqueryui"], indirect=True)
def test_a_tramite_whose_answer_was_lost_is_adopted(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(corte_despues={"veces": 1, "ruta": SAVE})
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.struck() == {"corte_despues": 1}
    assert serviweb.state()["terceros"][-1]["nombre"] == "ROSA ELVIRA MUÑOZ"
