"""The fault matrix: all of it with MATRIZ=completa (`make matriz`), else every twentieth cell."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.flows.oficina import Oficina
from robot.flows.radicacion import radicar
from robot.models import Estado, Solicitud
from tests.flows.test_radicacion import assert_nothing_behind, assert_radicada_once
from tests.matriz.celdas import CELDAS, Celda, as_markdown
from tests.planilla import rows_of, visible_rows

SHOWN = CELDAS if os.environ.get("MATRIZ") == "completa" else CELDAS[::20]


@pytest.mark.parametrize("celda", SHOWN, ids=lambda celda: celda.nombre)
def test_a_fault_has_its_one_outcome(
    oficina: Oficina, solicitud: Callable[..., Solicitud], serviweb: Mock, google: MockGoogle, celda: Celda
) -> None:
    before = visible_rows(google)
    serviweb.faults(**celda.wanted)
    resultado = radicar(oficina, solicitud())
    assert resultado.estado is celda.estado, resultado.error
    assert sum(serviweb.struck().values()) > 0, "the fault never struck"
    assert (resultado.error.clase if resultado.error else "") == celda.clase
    if celda.estado is Estado.RADICADA:
        assert_radicada_once(resultado, serviweb, google)
    elif celda.estado is Estado.RECHAZADA:
        assert_nothing_behind(resultado, serviweb, google, before)
    else:
        assert len(serviweb.state()["tramites"]) <= celda.tramites
        assert len(rows_of(google, "001008")) == 1


def test_the_table_of_outcomes_is_the_one_of_this_version() -> None:
    written = Path(__file__).resolve().parents[2] / "docs" / "fallas.md"
    assert written.read_text(encoding="utf-8") == as_markdown()
