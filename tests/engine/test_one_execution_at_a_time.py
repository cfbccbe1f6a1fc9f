"""Whoever takes a solicitud is the only one that may change it, and sending and cancelling exclude each other."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from robot.errors import ActoImposible, Cancelada, CopiasEnCamino, EjecucionAbandonada
from robot.flows.constancia import EstadoEnvio, Etapa
from robot.intake import Ventanilla
from robot.models import DocumentoCopias, Estado, EstadoImpresion, Radicado, Resultado
from robot.procedure import Paso
from robot.record.execution import ConstanciaDurable
from robot.record.prints import TurnoDurable
from robot.referencia import Referencia

DOCUMENTO = DocumentoCopias(archivo=Path("x.pdf"), sha256="0" * 64, copias=2, paginas=2)

Deed = Callable[[ConstanciaDurable], object]
DEEDS: dict[str, Deed] = {
    "empezar": lambda one: one.empezar(Etapa.GUARDAR),
    "enviar": lambda one: one.enviar(),
    "respondido": lambda one: one.respondido(),
    "nada_guardado": lambda one: one.nada_guardado(),
    "guardado": lambda one: one.guardado(Radicado(numero="2026-000001")),
    "radicado": lambda one: one.radicado,
    "envio": lambda one: one.envio,
    "por_imprimir": lambda one: one.por_imprimir(DOCUMENTO, "mostrador", "cups"),
    "close": lambda one: one.close(Resultado(referencia="VD-X", estado=Estado.RECHAZADA)),
}


@pytest.fixture
def referencia(accept: Callable[..., Referencia]) -> Referencia:
    return accept()


def take(ventanilla: Ventanilla, referencia: Referencia, ejecutor: str) -> ConstanciaDurable:
    taken = ventanilla.registro.take(referencia, corrida=1, ejecutor=ejecutor)
    assert taken is not None
    return taken


@pytest.mark.parametrize("deed", DEEDS)
def test_an_execution_that_was_relieved_can_do_nothing_any_more(
    ventanilla: Ventanilla, referencia: Referencia, deed: str
) -> None:
    relieved, relieving = take(ventanilla, referencia, "uno"), take(ventanilla, referencia, "dos")
    relieving.empezar(Etapa.PREPARACION)
    before = ventanilla.registro.expediente(referencia), ventanilla.registro.historia(referencia)
    with pytest.raises(EjecucionAbandonada):
        DEEDS[deed](relieved)
    assert (ventanilla.registro.expediente(referencia), ventanilla.registro.historia(referencia)) == before
    assert ventanilla.registro.impresiones(referencia) == []
    DEEDS[deed](relieving)


def test_what_is_open_is_seen_by_the_next_execution(ventanilla: Ventanilla, referencia: Referencia) -> None:
    first = take(ventanilla, referencia, "uno")
    assert first.empezar(Etapa.GUARDAR)
    first.enviar()
    second = take(ventanilla, referencia, "dos")
    assert not second.empezar(Etapa.GUARDAR)
    assert (second.envio, second.envios, second.radicado) == (EstadoEnvio.SIN_RESPUESTA, 1, None)
    second.respondido()
    third = take(ventanilla, referencia, "uno")
    assert third.envio is EstadoEnvio.RESPONDIDO
    third.guardado(Radicado(numero="2026-000001"))
    after = take(ventanilla, referencia, "dos")
    assert (after.envio, after.radicado) == (None, Radicado(numero="2026-000001"))


def test_a_form_is_not_sent_twice_while_its_outcome_is_open(ventanilla: Ventanilla, referencia: Referencia) -> None:
    execution = take(ventanilla, referencia, "uno")
    execution.enviar()
    with pytest.raises(EjecucionAbandonada):
        take(ventanilla, referencia, "dos").enviar()
    assert ventanilla.registro.expediente(referencia).envio is EstadoEnvio.SIN_RESPUESTA


def test_sending_and_cancelling_exclude_each_other(ventanilla: Ventanilla, accept: Callable[..., Referencia]) -> None:
    cancelled, sent = accept(), accept()
    execution = take(ventanilla, cancelled, "uno")
    execution.empezar(Etapa.CITA)
    assert ventanilla.cancel(cancelled, quien="ana", motivo="") is Estado.EN_CURSO
    with pytest.raises(Cancelada):
        execution.enviar()
    with pytest.raises(Cancelada):
        execution.empezar(Etapa.FORMULARIO)
    assert execution.empezar(Etapa.LIBERACION), "what must be undone is still done"
    other = take(ventanilla, sent, "uno")
    other.empezar(Etapa.GUARDAR)
    other.enviar()
    with pytest.raises(ActoImposible):
        ventanilla.cancel(sent, quien="ana", motivo="")


def test_a_run_that_is_over_is_not_taken(ventanilla: Ventanilla, referencia: Referencia) -> None:
    ventanilla.cancel(referencia, quien="ana", motivo="")
    assert ventanilla.registro.take(referencia, corrida=1, ejecutor="uno") is None
    ventanilla.retry(referencia, quien="ana")
    assert ventanilla.registro.take(referencia, corrida=1, ejecutor="uno") is None
    assert ventanilla.registro.take(referencia, corrida=2, ejecutor="uno") is not None


def test_paper_is_used_once_unless_the_printer_refused(ventanilla: Ventanilla, referencia: Referencia) -> None:
    turn = take(ventanilla, referencia, "uno").por_imprimir(DOCUMENTO, "mostrador", "cups")
    assert isinstance(turn, TurnoDurable)
    assert turn.anota(EstadoImpresion.EN_COLA, trabajo=7)
    assert take(ventanilla, referencia, "dos").por_imprimir(DOCUMENTO, "mostrador", "cups") is EstadoImpresion.EN_COLA
    assert turn.anota(EstadoImpresion.NO_IMPRESA, "Sin papel.")
    again = take(ventanilla, referencia, "tres")
    assert isinstance(again.por_imprimir(DOCUMENTO, "mostrador", "cups"), TurnoDurable)
    assert [one.nombre for one in ventanilla.registro.impresiones(referencia)] == [f"{referencia}-1", f"{referencia}-2"]


def test_whoever_takes_over_a_print_ends_the_turn_of_the_one_before(
    ventanilla: Ventanilla, referencia: Referencia
) -> None:
    frozen = take(ventanilla, referencia, "uno").por_imprimir(DOCUMENTO, "mostrador", "cups")
    relief = take(ventanilla, referencia, "dos").por_imprimir(DOCUMENTO, "mostrador", "cups")
    assert isinstance(frozen, TurnoDurable)
    assert isinstance(relief, TurnoDurable)
    assert (frozen.nueva, relief.nueva, relief.nombre) == (True, False, frozen.nombre)
    assert not frozen.vigente(7)
    assert not frozen.anota(EstadoImpresion.NO_IMPRESA)
    assert relief.vigente(8)
    assert [(one.estado, one.trabajo) for one in ventanilla.registro.impresiones(referencia)] == [
        (EstadoImpresion.ENVIANDO, 8)
    ]


def test_what_another_machine_began_to_print_is_not_printed_here(
    ventanilla: Ventanilla, referencia: Referencia
) -> None:
    take(ventanilla, referencia, "uno").por_imprimir(DOCUMENTO, "mostrador", "la otra")
    relief = take(ventanilla, referencia, "dos").por_imprimir(DOCUMENTO, "mostrador", "cups")
    assert relief is EstadoImpresion.NO_SE_SABE
    assert "la otra" in ventanilla.registro.impresiones(referencia)[-1].motivo


def test_of_people_who_ask_for_copies_at_once_one_gets_them(ventanilla: Ventanilla, referencia: Referencia) -> None:
    papel, people = ventanilla.registro.papel, 6
    at_once = threading.Barrier(people)

    def ask(person: int) -> bool:
        at_once.wait()
        try:
            papel.again(referencia, DOCUMENTO, impresora="mostrador", servidor="cups", quien=str(person), vista=0)
        except CopiasEnCamino:
            return False
        return True

    with ThreadPoolExecutor(people) as all_of_them:
        assert sum(all_of_them.map(ask, range(people))) == 1
    assert len(papel.of(referencia)) == 1


def test_a_part_tells_how_long_its_steps_took(ventanilla: Ventanilla, referencia: Referencia) -> None:
    execution = take(ventanilla, referencia, "uno")
    assert execution.empezar(Etapa.PAPEL)
    execution.pasos([(Paso.IMPRIMIR, None), (Paso.IMPRIMIR, 5)])
    execution.pasos([(Paso.IMPRIMIR, 7)])
    assert [(one.paso, one.ms) for one in ventanilla.registro.pasos(referencia)] == [(Paso.IMPRIMIR, 12)]
