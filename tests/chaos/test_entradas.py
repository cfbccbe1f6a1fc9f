"""The short version of the chaos run of the ways in, and that its judge sees what it is there for."""

import datetime as dt
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA
from robot.receiving.mail import fetch
from robot.recepcion.message import MensajeLeido
from robot.record.messages import Correo, EstadoDeCorreo
from robot.settings import Settings
from tests.buzon import running_mailbox
from tests.chaos.carrera import Plan
from tests.chaos.carrera_de_entradas import run_entries
from tests.chaos.correo import PorCorreo
from tests.chaos.entradas import AL_ENTRAR, Respuesta
from tests.chaos.juicio import Juicio
from tests.chaos.juicio_de_entradas import (
    JuicioDeEntradas,
    judge_answers,
    judge_hidden,
    judge_mail,
    judge_tramite,
)
from tests.chaos.pedidos import Falta, Pedido, Pedidos

RUTA = "101"
DUPLICADO = "Este suscriptor ya tiene una solicitud reciente por lo mismo."


@pytest.fixture
def pedido() -> Pedido:
    """The one of a reclamo por alto consumo, which has questions and choices."""
    made = Pedidos(random.Random(2), ["001008", "001010"], ("API", "hoja")).make()
    assert made is not None
    made.falta = None
    made.respuestas |= {"consumo": "61", "promedio": "22", "lectura": "", "factura": ""}
    return made


def tramite_of(pedido: Pedido) -> Mapping[str, Any]:
    """It as Serviweb keeps it."""
    written = pedido.definicion
    (observacion,) = pedido.observaciones(RUTA, "AC-1234")
    constants = {name: written[name] for name in ("zona", "servicio", "tipo", "causal")}
    whose = {"suscriptor": pedido.suscriptor, "tercero": pedido.cedula}
    return {**constants, **whose, "medio": pedido.medio, "observacion": observacion, "radicado": "2026-000001"}


def new_juicio() -> JuicioDeEntradas:
    return JuicioDeEntradas(Juicio(aceptadas=0, por_estado={}), pedidos=1)


def found(juicio: JuicioDeEntradas) -> set[str]:
    return {what for what, cases in juicio.defectos.items() if cases}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"causal": "COBRO DOBLE"},
        {"servicio": "ALCANTARILLADO"},
        {"medio": "BUZÓN"},
        {"zona": "FLORENCIA RURAL"},
        {"suscriptor": "001999"},
        {"tercero": "1"},
        {"observacion": "Pedido 0001: el agua se devuelve. Ref. AC-1234"},
        {"observacion": "Pedido 0001: el agua se devuelve. Ref. VD-1234"},
    ],
)
def test_the_judge_sees_whatever_a_tramite_says_that_its_procedure_and_its_answers_do_not(
    pedido: Pedido, other: Mapping[str, str]
) -> None:
    juicio = new_juicio()
    judge_tramite(juicio, pedido, {**tramite_of(pedido), **other}, ruta=RUTA, citas=1)
    assert found(juicio) == ({"trámites que no dicen lo de su procedimiento"} if other else set())


def test_the_judge_sees_a_cupo_of_a_procedure_that_has_no_cita(pedido: Pedido) -> None:
    pedido.codigo, juicio = "EJ-TAPONAMIENTO", new_juicio()
    judge_tramite(juicio, pedido, tramite_of(pedido), ruta=RUTA, citas=1)
    assert "cupos de procedimientos sin cita" in found(juicio)


@pytest.mark.parametrize(
    ("numbers", "told", "defect"),
    [
        (["1"], [("RADICADA", "1", "")], None),
        (["1"], [("RADICADA", "1", ""), ("RECHAZADA", "", DUPLICADO)], None),
        (["1", "2"], [("RADICADA", "1", ""), ("RADICADA", "2", "")], "pedidos radicados dos veces"),
        (["1"], [("RADICADA", "2", "")], "respuestas que no son las suyas"),
        (["1"], [("RECHAZADA", "", "no quiso.")], "respuestas que no son las suyas"),
        (["1"], [("EN CURSO", "", "")], "respuestas que no son las suyas"),
        ([], [("RECHAZADA", "", DUPLICADO)], "pedidos sin radicar ni razón"),
        ([], [], "pedidos sin radicar ni razón"),
        ([], [("POR VERIFICAR", "", "no se sabe.")], None),
    ],
)
def test_the_judge_sees_a_pedido_filed_twice_or_never_and_an_answer_that_is_anothers(
    pedido: Pedido, numbers: list[str], told: list[tuple[str, str, str]], defect: str | None
) -> None:
    juicio = new_juicio()
    judge_answers(juicio, pedido, numbers, [Respuesta("API", 1, *one) for one in told], gone=False)
    assert defect in {*found(juicio), None}
    assert bool(found(juicio)) == (defect is not None)


@pytest.mark.parametrize(
    ("falta", "numbers", "told", "defect"),
    [
        (Falta.SUSCRIPTOR, [], ("RECHAZADA", "", "Serviweb no conoce el código."), None),
        (Falta.SUSCRIPTOR, [], ("RECHAZADA", "", DUPLICADO), "problemas que no se dijeron en su origen"),
        (Falta.SUSCRIPTOR, ["1"], ("RADICADA", "1", ""), "pedidos malos radicados"),
        (Falta.RESPUESTA, [], (AL_ENTRAR, "", "respuestas.consumo: falta."), None),
        (Falta.RESPUESTA, [], (AL_ENTRAR, "", "algo falta."), "problemas que no se dijeron en su origen"),
    ],
)
def test_the_judge_sees_a_bad_pedido_filed_or_its_problem_not_told_where_it_came_from(
    pedido: Pedido, falta: Falta, numbers: list[str], told: tuple[str, str, str], defect: str | None
) -> None:
    pedido.falta, juicio = falta, new_juicio()
    pedido.respuestas["consumo"] = "" if falta is Falta.RESPUESTA else "61"
    judge_answers(juicio, pedido, numbers, [Respuesta("API", 1, *told)], gone=False)
    assert defect in {*found(juicio), None}
    assert bool(found(juicio)) == (defect is not None)


@pytest.mark.parametrize(
    ("numbers", "one", "counted", "defect"),
    [
        (["1"], ("RECHAZADA", "", "apunte 1"), 1, None),
        (["1"], ("RECHAZADA", "", "apunte 1"), 0, "motivos tapados por una nota que «Recibidas» no cuenta"),
        (["1"], ("RADICADA", "2", "apunte 1"), 1, "respuestas que no son las suyas"),
        ([], ("RECHAZADA", "", "apunte 1"), 1, "pedidos sin radicar ni razón"),
    ],
)
def test_a_reason_that_a_persons_note_hides_is_no_defect_where_it_is_told_and_nothing_else_is_excused_by_it(
    pedido: Pedido, numbers: list[str], one: tuple[str, str, str], counted: int, defect: str | None
) -> None:
    """In the sheet what people wrote into a column of the robot stays."""
    juicio, hidden = new_juicio(), Respuesta("hoja", 1, *one, tapado=True)
    filed = [Respuesta("API", 1, "RADICADA", "1")] if numbers else []
    judge_answers(juicio, pedido, numbers, [*filed, hidden], gone=False)
    judge_hidden(juicio, [hidden], counted)
    assert found(juicio) == ({defect} if defect else set())


def draft(asunto: str, estado: EstadoDeCorreo = EstadoDeCorreo.NUEVO) -> Correo:
    now = dt.datetime.now(ZONA_HORARIA)
    mensaje = MensajeLeido(remitente="rosa@example.org", asunto=asunto, fecha=None, texto="Se devuelve el agua.")
    return Correo("x", estado, recibido=now, cambiado=now, quien="", motivo="", referencia="", mensaje=mensaje)


@pytest.mark.parametrize(
    ("borradores", "dicho", "defect"),
    [
        ([draft("Correo 0001")], ["Pedido 0001: el agua se devuelve."], None),
        ([], [], "correos sin borrador, o sin su marca"),
        ([draft("Correo 0001"), draft("Correo 0001")], [], "correos con dos borradores, o con uno que nadie escribió"),
        ([draft("Correo 0001"), draft("Otro")], [], "correos con dos borradores, o con uno que nadie escribió"),
        ([draft("Correo 0001", EstadoDeCorreo.TOMADO)], [], "correos que se radicaron o tomaron solos"),
        ([draft("Correo 0001")], ["Correo 0001: suscriptor"], "correos que se radicaron o tomaron solos"),
    ],
)
def test_the_judge_sees_a_message_without_its_one_draft_and_one_that_was_filed_by_itself(
    borradores: list[Correo], dicho: list[str], defect: str | None
) -> None:
    juicio = new_juicio()
    judge_mail(juicio, ["Correo 0001"], borradores, dicho)
    assert found(juicio) == ({defect} if defect else set())


def test_each_message_is_one_draft_though_it_comes_twice_loses_its_mark_and_the_server_goes(settings: Settings) -> None:
    """What the run does with the mailbox, without all else that it does."""
    with running_mailbox() as buzon, Ventanilla(settings) as ventanilla:
        correo, azar, juicio = PorCorreo(buzon, ventanilla, random.Random(3), cuantos=6), random.Random(4), new_juicio()

        def look() -> bool:
            return not fetch(ventanilla.correos, buzon.ajustes, settings).falla

        while not (correo.all_sent and correo.repetidos and correo.sin_marca):
            correo.act()
            if azar.random() < 0.2:
                correo.hit()
            if azar.random() < 0.5:
                look()
        assert look()
        judge_mail(juicio, correo.llegados, correo.drafts(), [])
        assert (found(juicio), correo.waiting()) == (set(), [])


@pytest.mark.larga
def test_what_comes_by_four_ways_at_once_is_filed_once_by_its_own_procedure_and_told_where_it_came_from(
    tmp_path: Path,
) -> None:
    carrera = run_entries(Plan(semilla=5, golpes=2, pausa=(3.0, 5.0), en_cola=4), 4, tmp_path)
    juicio = carrera.juicio
    assert {what: cases for what, cases in juicio.defectos.items() if cases} == {}
    assert set(juicio.por_via) == {"formulario", "API", "lote", "hoja"}
    assert juicio.pedidos == 4
    assert juicio.correos == 4
    assert sum(carrera.golpes.values()) == 2
