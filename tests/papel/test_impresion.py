"""The print ledger says what is known of every print, and nothing is printed twice by itself (docs/impresion.md)."""

import pytest

from tests.papel.mostrador import Mostrador
from tests.papel.situaciones import EPISODIOS, IMPRESION, Episodio, happen, with_table

_SHORT = {"deshabilitada", "congelado"}


_KNOWN = [
    pytest.param(one, id=name, marks=() if name in _SHORT else pytest.mark.larga)
    for one in EPISODIOS
    for name in [one.historia.__name__.strip("_")]
]


@pytest.mark.parametrize("episodio", _KNOWN)
def test_the_ledger_says_what_became_of_a_print_and_no_paper_comes_out_twice(
    mostrador: Mostrador, episodio: Episodio
) -> None:
    happen(episodio, mostrador)


def test_the_manual_tells_what_becomes_of_every_print() -> None:
    page = IMPRESION.read_text(encoding="utf-8")
    assert with_table(page) == page, "python -m tests.papel"
