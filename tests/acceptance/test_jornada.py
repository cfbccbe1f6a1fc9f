"""A day's work in one worker costs at its end what it cost at its beginning."""

import pytest

from bench.jornada import growth, spend_the_day

_CUANTAS = 80
_MEGABYTES_EACH = 0.7
"""What is left of the 1.4 that pages, browser and driver grew by before; a page that has just been changed weighs 60 MB less."""


@pytest.mark.larga
def test_memory_files_and_handles_stay_flat_while_solicitudes_come() -> None:
    medidas = list(spend_the_day(_CUANTAS, usuarios=1))
    assert growth(medidas) < _MEGABYTES_EACH
    assert medidas[-1].handles <= medidas[1].handles + 60  # the browser may just have two pages
    assert medidas[-1].temporales[0] <= medidas[1].temporales[0] + 3
