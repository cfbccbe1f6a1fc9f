"""A sheet of requests: each row taken once, answered beside it, and nothing of what people typed touched."""

from collections.abc import Callable

from robot.recepcion.rows import ColumnaPropia
from tests.recepcion.conftest import LUIS, ROSA, TITULOS, HojaDePrueba

Hoja = Callable[..., HojaDePrueba]


def test_a_row_is_taken_once_and_answered_in_columns_of_the_robots_own(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    first = prueba.look()
    assert (first.falla, first.tomadas, first.esperan) == ("", 0, 2)
    assert prueba.look().tomadas == 2
    assert prueba.look().tomadas == prueba.look().tomadas == 0
    assert prueba.handed_in == ["001008", "001010"]
    assert prueba.values[0] == [*TITULOS, *(one.value for one in ColumnaPropia)]
    assert prueba.answers(2)[ColumnaPropia.ESTADO] == "EN COLA"
