"""The fault matrix: all of it with MATRIZ=completa (`make matriz`), else a few cells of each screens' skin."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Solicitud
from robot.settings import PREFIX
from tests.conftest import CADA_UNA, DE_TOOLKITS
from tests.flows.test_radicacion import assert_nothing_behind, assert_radicada_once
from tests.matriz.celdas import CELDAS, Celda, as_markdown
from tests.planilla import rows_of, visible_rows

WHOLE = [(skin, celda) for skin in CADA_UNA for celda in CELDAS if skin in celda.skins]
_OF_TOOLKITS = {("extjs", "observacion_maxima-siempre")}
SHOWN = [
    (skin, celda)
    for at, (skin, celda) in enumerate(WHOLE)
    if os.environ.get("MATRIZ") == "completa"
    or (at in {0, 90, 270, 540} and skin not in DE_TOOLKITS)
    or (skin, str(celda)) in _OF_TOOLKITS
]


@pytest.fixture
def environment(environment: Mapping[str, str], lentitud: float) -> Mapping[str, str]:
    """With time enough to find a trámite that was saved late, also where many cells run at once."""
    return {**environment, PREFIX + "SERVIWEB__PLAZO_CONFIRMACION_SEGUNDOS": f"{8 * lentitud:.1f}"}


@pytest.mark.parametrize(("skin", "celda"), SHOWN, ids=str, indirect=["skin"])
def test_a_fault_has_its_one_outcome(
    oficina: Oficina,
    solicitud: Callable[..., Solicitud],
    serviweb: Mock,
    google: MockGoogle,
    celda: Celda,
    lentitud: float,
) -> None:
    before = visible_rows(google)
    _file_for_others(serviweb, celda.previos)
    serviweb.seed(celda.propios, suscriptor="001008", tercero=str(serviweb.state()["terceros"][0]["cedula"]))
    serviweb.faults(**celda.wanted(lentitud))
    resultado = radicar(oficina, solicitud(otra_visita=celda.confirmada))
    assert resultado.estado is celda.estado, resultado.error.mensaje if resultado.error else resultado.avisos
    assert sum(serviweb.struck().values()) > 0, "the fault never struck"
    assert (resultado.error.clase if resultado.error else "") == celda.clase, resultado.error
    if celda.estado is Estado.RADICADA:
        assert_radicada_once(resultado, serviweb, google, previos=celda.propios, copias=celda.copias)
    elif celda.estado is Estado.RECHAZADA:
        assert_nothing_behind(resultado, serviweb, google, before)
    else:
        assert len(serviweb.state()["tramites"]) <= celda.previos + celda.propios + celda.tramites
        assert len(rows_of(google, "001008")) == 1


def _file_for_others(serviweb: Mock, cuantos: int) -> None:
    state = serviweb.state()
    other = next(one for one in state["suscriptores"] if one["codigo"] != "001008" and one["estado"] == "ACTIVO")
    serviweb.seed(cuantos, suscriptor=str(other["codigo"]), tercero=str(state["terceros"][0]["cedula"]))


def test_the_table_of_outcomes_is_the_one_of_this_version() -> None:
    written = Path(__file__).resolve().parents[2] / "docs" / "fallas.md"
    assert written.read_text(encoding="utf-8") == as_markdown()
