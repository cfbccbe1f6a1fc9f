"""What Guardar sends, and what is no part of it."""

import re

import pytest

from fixtures.mock_serviweb.habitos.guardar import OTRO_ABIERTO
from fixtures.procesos import Mock
from robot.errors import OutcomeUnknown, PosibleDuplicado
from robot.pages.menu import MenuPage
from robot.pages.serviweb import Serviweb
from robot.pages.tramite import DatosDelTramite, TramitePage
from robot.pages.veredicto import confirmed
from tests.pages.test_tramite import fill


@pytest.fixture
def lleno(habito: None, abierto: Serviweb, menu: MenuPage, datos: DatosDelTramite) -> TramitePage:
    """A form ready to be saved, whose page has the habit."""
    del habito
    menu.open("tramite")
    tramite = TramitePage(abierto)
    fill(tramite, abierto, datos)
    tramite.require_holds(datos)
    return tramite


@pytest.fixture
def habito(serviweb: Mock, request: pytest.FixtureRequest) -> None:
    serviweb.faults(**dict.fromkeys(request.param, -1))


@pytest.mark.cada_skin
@pytest.mark.parametrize("habito", [("latido", "borrador")], indirect=True)
def test_what_a_page_sends_besides_passes_and_is_no_answer_to_guardar(
    lleno: TramitePage, abierto: Serviweb, serviweb: Mock
) -> None:
    guardar = "POST .*guardar|\\(guardar\\)"
    slow = {"veces": 1, "ruta": guardar, "segundos": 4}
    serviweb.faults(latido=-1, borrador=-1, espera_antes=slow)
    abierto.espera_ms = 1_500
    with pytest.raises(OutcomeUnknown) as unknown:
        confirmed(lleno.save())
    assert not unknown.value.respondio
    served = serviweb.state()["registro"]
    meanwhile = served[next(at for at, line in enumerate(served) if re.search(guardar, line)) :]
    assert all(meanwhile.count(f"POST /{besides}") > 2 for besides in ("latido", "senal", "borrador"))


@pytest.mark.parametrize("skin", ["spa"], indirect=True)
@pytest.mark.parametrize("habito", [("borrador", "cifrado")], indirect=True)
def test_what_a_script_sends_for_the_first_time_may_be_guardars_whatever_else_was_answered(
    lleno: TramitePage, abierto: Serviweb, serviweb: Mock
) -> None:
    """The draft can be read and is refused; the form cannot, and is on its way."""
    slow = {"veces": 1, "ruta": "\\(guardar\\)", "segundos": 4}
    serviweb.faults(borrador=-1, cifrado=-1, espera_antes=slow, error_antes={"veces": -1, "ruta": "borrador"})
    abierto.espera_ms = 1_500
    with pytest.raises(OutcomeUnknown) as unknown:
        confirmed(lleno.save())
    assert not unknown.value.respondio
    assert serviweb.struck().keys() >= {"espera_antes", "error_antes"}


ALSO = pytest.mark.larga
"""Where another skin shows the same."""


@pytest.mark.parametrize("skin", ["classic", pytest.param("marcos", marks=ALSO)], indirect=True)
@pytest.mark.parametrize("habito", [("enter_guarda",)], indirect=True)
def test_no_key_of_the_robot_sends_the_form(lleno: TramitePage, serviweb: Mock) -> None:
    assert serviweb.state()["tramites"] == []
    assert confirmed(lleno.save()) is not None
    assert len(serviweb.state()["tramites"]) == 1


@pytest.mark.parametrize(
    ("skin", "habito"),
    [
        ("classic", ("segunda_pregunta",)),
        pytest.param("aspx", ("segunda_pregunta",), marks=ALSO),
        pytest.param("ventanas", ("segunda_pregunta_en_pagina",), marks=ALSO),
        ("spa", ("segunda_pregunta_en_pagina",)),
    ],
    indirect=True,
)
def test_only_whether_to_save_is_answered_yes(lleno: TramitePage, serviweb: Mock) -> None:
    with pytest.raises(PosibleDuplicado, match=r"ya tiene abierto el trámite 2026-000001 .* ¿Desea radicar otro\?»"):
        confirmed(lleno.save())
    assert serviweb.state()["tramites"] == []


@pytest.mark.parametrize(
    ("skin", "habito"),
    [
        pytest.param("classic", ("segunda_pregunta",), marks=ALSO),
        pytest.param("ventanas", ("segunda_pregunta_en_pagina",), marks=ALSO),
        ("spa", ("segunda_pregunta_en_pagina",)),
    ],
    indirect=True,
)
def test_whether_to_file_another_one_is_answered_yes_where_somebody_has_confirmed_that(
    lleno: TramitePage, serviweb: Mock
) -> None:
    confirmed(lleno.save(otra_visita=True))
    assert lleno.confirmada == OTRO_ABIERTO
    assert len(serviweb.state()["tramites"]) == 1


@pytest.mark.parametrize("skin", ["classic", pytest.param("marcos", marks=ALSO)], indirect=True)
@pytest.mark.parametrize("habito", [("guardar_por_get",)], indirect=True)
def test_a_form_that_is_saved_by_an_address_is_sent_once(lleno: TramitePage, serviweb: Mock) -> None:
    serviweb.faults(corte_despues={"veces": 1, "ruta": "GET .*guardar"})
    with pytest.raises(OutcomeUnknown):
        confirmed(lleno.save())
    assert len(serviweb.state()["tramites"]) == 1
