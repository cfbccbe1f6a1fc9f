"""What Serviweb does before, at and after Guardar that is no plain success: judged by what is left."""

from collections.abc import Callable

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Solicitud
from tests.planilla import visible_rows

New = Callable[..., Solicitud]


def test_a_tramite_that_serviweb_saved_before_guardar_is_in_doubt_and_no_rejection(
    oficina: Oficina, solicitud: New, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.faults(guion_guarda=-1)
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is Estado.POR_VERIFICAR
    assert resultado.error is not None
    assert "Antes de Guardar, Serviweb dijo: «El trámite fue guardado correctamente." in resultado.error.mensaje
    assert len(serviweb.state()["tramites"]) == 1
    assert visible_rows(google) == before
