"""Each cell of the table in docs/perfiles.md: what the robot does on each of the mock's faces, with its perfil and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.flows.lector import Lector
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.flows.verificacion import verify
from robot.models import Asesor, Estado, Solicitud
from robot.settings import Settings
from tests.conftest import CADA_UNA, DE_TOOLKITS
from tests.flows.test_radicacion import SAVE, assert_radicada_once
from tests.skins.tabla import SIN_PERFIL, manual

New = Callable[..., Solicitud]
CORTE = {"corte_despues": {"veces": 1, "ruta": SAVE}}
ONE_OF_TOOLKITS = "extjs"
"""Shown always: whose lists, results and messages are least like those of a page without one."""


def test_the_table_is_the_one_of_this_version() -> None:
    written, wanted = manual()
    assert written == wanted, "python -m tests.skins writes it"


@pytest.mark.parametrize(
    "skin",
    [pytest.param(one, marks=() if one == ONE_OF_TOOLKITS else pytest.mark.larga) for one in DE_TOOLKITS],
    indirect=True,
)
def test_an_unknown_person_is_added_and_a_lost_answer_adopted_on_the_screens_of_a_toolkit(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(**CORTE)
    assert_radicada_once(radicar(oficina, solicitud()), serviweb, google)
    assert serviweb.struck() == {"corte_despues": 1}
    assert serviweb.state()["terceros"][-1]["nombre"] == "ROSA ELVIRA MUÑOZ"


@pytest.mark.larga
@pytest.mark.parametrize("skin", CADA_UNA, indirect=True)
def test_the_perfil_of_a_skin_is_all_that_it_needs(
    oficina: Oficina, asesor: Asesor, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    known = serviweb.state()["terceros"][0]
    asked = {"cedula": known["cedula"], "nombre": known["nombre"]}
    assert_radicada_once(radicar(oficina, solicitud(**asked)), serviweb, google)
    serviweb.faults(**CORTE)
    adopted = radicar(oficina, solicitud(suscriptor="001015"))
    assert adopted.estado is Estado.RADICADA, adopted.error
    assert serviweb.state()["tramites"][-1]["radicado"] == adopted.radicado
    serviweb.faults()
    serviweb.seed_tramites([{"suscriptor": "001008", "fecha": "2026-11-03 08:00:00"} for _ in range(24)])
    read = Lector(oficina.sesion(asesor), oficina.perfil, oficina.catalogo.activos).of_suscriptor("001008")
    assert (len(read.tramites), read.completa) == (25, True)
    done = verify(oficina, asesor, suscriptor="001008", cedula=known["cedula"])
    assert done.puede_trabajar, done.impedimentos
    assert len(serviweb.state()["tramites"]) == 26


@pytest.mark.larga
@pytest.mark.parametrize("skin", CADA_UNA, indirect=True)
def test_a_skin_without_its_perfil_is_worked_with_or_nothing_is_left_behind(
    settings: Settings, browser: Browser, solicitud: New, serviweb: Mock, skin: str
) -> None:
    known = serviweb.state()["terceros"][0]
    bare = settings.model_copy(update={"serviweb": settings.serviweb.model_copy(update={"perfil": None})})
    with Oficina(bare, browser=browser) as oficina:
        resultado = radicar(oficina, solicitud(cedula=known["cedula"], nombre=known["nombre"]))
    assert (resultado.estado is Estado.RADICADA) is (skin in SIN_PERFIL), resultado.error
    assert len(serviweb.state()["tramites"]) == (1 if skin in SIN_PERFIL else 0)
