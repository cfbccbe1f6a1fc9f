"""The print ledger says what is known of every print, and nothing is printed twice by itself (docs/impresion.md)."""

from pathlib import Path

import pytest

from robot.copias.printer import Cola
from robot.flows.etapas import print_on_paper
from robot.models import EstadoImpresion
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


def test_a_run_that_was_only_taken_for_dead_prints_after_all_and_once(mostrador: Mostrador) -> None:
    """As after a machine was suspended, or its clock jumped."""

    class Suspendida(Cola):
        antes = 1

        def create(self, nombre: str, archivo: Path) -> int:
            numero = super().create(nombre, archivo)
            if self.antes:
                self.antes -= 1
                mostrador.long_ago()
                assert mostrador.look().estado is EstadoImpresion.NO_IMPRESA
            return numero

    cola = Suspendida(mostrador.impresora, mostrador.impresion)
    assert print_on_paper(mostrador.documento, cola, mostrador.execution()).aviso == ""
    mostrador.comes_to(EstadoImpresion.IMPRESA)
    assert len(mostrador.papeles) == 1
