"""A run that another process has begun, on its parts: what only the process that began it had is not there."""

from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser

from fixtures.procesos import Mock, MockGoogle
from robot.errors import Cancelada
from robot.flows.constancia import ConstanciaEnMemoria, Etapa
from robot.flows.oficina import Oficina
from robot.flows.partes import Desenlace, Llamada, T
from robot.flows.progreso import silent
from robot.flows.radicacion import Radicacion
from robot.flows.una_parte import run_part
from robot.flows.visita import Trabajo
from robot.models import Estado, Solicitud
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from tests.planilla import rows_of, tags
from tests.procedimientos import VISITA_DOMICILIARIA


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """With recordings, as a worker makes them."""
    return {**environment, PREFIX + "EVIDENCIA__TRAZA": "acciones"}


class CanceladaAlEnviar(ConstanciaEnMemoria):
    """Somebody cancels while the form is on its way to Guardar."""

    def enviar(self) -> None:
        raise Cancelada


def test_a_solicitud_cancelled_at_guardar_leaves_its_cupo_free_where_another_process_had_taken_it(
    oficina: Oficina,
    settings: Settings,
    browser: Browser,
    solicitud: Callable[..., Solicitud],
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    trabajo = Trabajo(VISITA_DOMICILIARIA, solicitud(), Referencia.new(VISITA_DOMICILIARIA.prefijo_referencia))
    constancia = CanceladaAlEnviar()

    with Oficina(settings, browser=browser) as earlier:

        def run(llamada: Llamada[T]) -> Desenlace[T]:
            mine = oficina if llamada.etapa in {Etapa.GUARDAR, Etapa.LIBERACION} else earlier
            return run_part(mine, trabajo, constancia, llamada, silent)

        resultado = Radicacion(trabajo, run, impresora="").run()

    assert resultado.estado is Estado.CANCELADA, resultado.error
    assert (serviweb.state()["tramites"], rows_of(google, "001008"), tags(google)) == ([], [], [])
