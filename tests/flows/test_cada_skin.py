"""The same flow over screens as different as real systems are: nothing but the perfil changes.

A solicitud of an unknown person is filed on each of them, whatever fails meanwhile, in `tests/matriz`.
"""

from collections.abc import Callable

import pytest
from pypdf import PdfReader

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Solicitud
from tests.flows.test_radicacion import SAVE, assert_nothing_behind, assert_radicada_once
from tests.planilla import visible_rows

New = Callable[..., Solicitud]
pytestmark = pytest.mark.cada_skin


def test_a_suscriptor_that_serviweb_does_not_know_leaves_nothing_behind_and_a_session_that_ended_since_is_opened_again(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    resultado = radicar(oficina, solicitud(suscriptor="999999"))
    assert_nothing_behind(resultado, serviweb, google, before)
    assert resultado.error is not None
    assert (resultado.error.clase, resultado.error.paso) == ("SuscriptorNotFound", 5)
    serviweb.faults(sesion_expirada=1)
    assert radicar(oficina, solicitud()).estado is Estado.RADICADA
    assert len(serviweb.state()["tramites"]) == 1


def test_an_unknown_person_is_added_and_a_doubtful_save_ends_with_one_tramite(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(sesion_expirada={"veces": 1, "ruta": SAVE})
    resultado = radicar(oficina, solicitud())
    assert_radicada_once(resultado, serviweb, google)
    assert serviweb.struck() == {"sesion_expirada": 1}
    assert serviweb.state()["terceros"][-1]["nombre"] == "ROSA ELVIRA MUÑOZ"
    assert resultado.copias is not None
    assert str(resultado.radicado) in PdfReader(resultado.copias).pages[0].extract_text()


def test_a_save_without_answer_or_trace_is_left_to_a_person(oficina: Oficina, solicitud: New, serviweb: Mock) -> None:
    serviweb.faults(corte_antes={"veces": 1, "ruta": SAVE})
    assert radicar(oficina, solicitud()).estado is Estado.POR_VERIFICAR
    assert serviweb.state()["tramites"] == []
    assert serviweb.struck() == {"corte_antes": 1}
