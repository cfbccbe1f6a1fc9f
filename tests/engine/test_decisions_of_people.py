"""Cancelling, trying again, resolving: what people decide, with their name and reason, and what the robot makes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from dbos import DBOSClient

from fixtures.procesos import Mock, MockGoogle
from robot.engine import Motor
from robot.errors import ActoImposible, EnvioEnDuda
from robot.flows.constancia import Etapa, Resolucion
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.database import database_url
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import Settings
from tests.engine.conftest import wait_for
from tests.planilla import rows_of, tags, visible_rows
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]
SAVE = "POST .*guardar"


def test_what_was_not_begun_is_cancelled_at_once_and_never_touched(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    referencia, other = accept(), accept(suscriptor="001015")
    assert ventanilla.cancel(referencia, quien="ana", motivo="El usuario desistió.") is Estado.CANCELADA
    with taller.motor(ventanilla):
        assert ended(other).estado is Estado.RADICADA
    assert [one["suscriptor"] for one in serviweb.state()["tramites"]] == ["001015"]
    last = ventanilla.registro.historia(referencia)[-1]
    assert (last.estado, last.quien, last.detalle) == (Estado.CANCELADA, "ana", "El usuario desistió.")


def test_a_running_solicitud_is_cancelled_before_guardar_and_its_cupo_is_free(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    google.faults(espera_despues={"veces": 1, "ruta": "batchUpdate$", "saltar": 1, "segundos": 1.5})
    referencia = accept()
    wait_for(ventanilla, referencia, lambda one: one.etapa is Etapa.CITA)
    assert ventanilla.cancel(referencia, quien="ana", motivo="") is Estado.EN_CURSO
    assert ended(referencia).estado is Estado.CANCELADA
    assert serviweb.state()["tramites"] == []
    assert visible_rows(google) == before
    assert tags(google) == []


def test_after_guardar_nothing_can_be_cancelled(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    serviweb.faults(espera_despues={"veces": 1, "ruta": SAVE, "segundos": 1})
    referencia = accept()
    wait_for(ventanilla, referencia, lambda one: one.envio is not None)
    with pytest.raises(ActoImposible, match="ya envió Guardar"):
        ventanilla.cancel(referencia, quien="ana", motivo="")
    assert ended(referencia).estado is Estado.RADICADA
    with pytest.raises(ActoImposible):
        ventanilla.cancel(referencia, quien="ana", motivo="")


@pytest.mark.larga
def test_a_failed_solicitud_is_tried_again_under_the_same_referencia(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(error_antes={"veces": -1, "ruta": "GET .*suscriptor"})
    referencia = accept()
    failed = ended(referencia)
    assert failed.estado is Estado.RECHAZADA
    assert failed.resultado is not None
    assert failed.resultado.error is not None
    assert failed.resultado.error.tipo == "TransientFailure"
    serviweb.faults()
    ventanilla.retry(referencia, quien="coordinador", motivo="Serviweb volvió.")
    again = ended(referencia)
    assert (again.estado, again.corrida) == (Estado.RADICADA, 2)
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [again.radicado]
    assert len(rows_of(google, "001008")) == 1
    with pytest.raises(ActoImposible, match="RADICADA"):
        ventanilla.retry(referencia, quien="ana")


def test_a_person_who_saw_that_nothing_was_saved_has_it_saved_once(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(corte_antes={"veces": 1, "ruta": SAVE})
    referencia = accept()
    assert ended(referencia).estado is Estado.POR_VERIFICAR
    assert len(rows_of(google, "001008")) == 1
    ventanilla.retry(referencia, quien="ana")
    assert ended(referencia).estado is Estado.POR_VERIFICAR, "looking again proves nothing"
    assert serviweb.state()["tramites"] == []
    ventanilla.resolve(referencia, Resolucion(None), quien="coordinador", motivo="No está en CONSULTA.")
    assert ended(referencia).estado is Estado.RADICADA
    assert len(serviweb.state()["tramites"]) == 1
    assert [row[6] for row in rows_of(google, "001008")] == [ended(referencia).radicado]
    line = next(one for one in ventanilla.registro.historia(referencia) if one.quien == "coordinador")
    assert line.detalle == "Resuelta: no se guardó. No está en CONSULTA."


@pytest.mark.larga
def test_the_radicado_that_a_person_found_is_noted_also_where_consulta_cannot_be_read_and_printed(
    taller: Taller, settings: Settings, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle, tmp_path: Path
) -> None:
    perfil = tmp_path / "roto.toml"
    perfil.write_text('[pantallas.consulta.localizadores]\nbuscar = { css = "#no-existe" }\n')
    broken = settings.model_copy(update={"serviweb": settings.serviweb.model_copy(update={"perfil": perfil})})
    serviweb.faults(corte_despues={"veces": 1, "ruta": SAVE})
    referencia = accept()
    with Ventanilla(broken) as blind, taller.motor(blind):
        assert ended(referencia).estado is Estado.POR_VERIFICAR
    (tramite,) = serviweb.state()["tramites"]
    with Ventanilla(settings) as ventanilla, taller.motor(ventanilla):
        ventanilla.resolve(referencia, Resolucion("2026-999999"), quien="ana")
        assert ended(referencia).estado is Estado.POR_VERIFICAR, "Serviweb shows another number"
        assert not rows_of(google, "001008")[0][6:]
    with Ventanilla(broken) as blind, taller.motor(blind):
        blind.resolve(referencia, Resolucion(tramite["radicado"]), quien="ana")
        resuelta = ended(referencia)
    assert (resuelta.estado, resuelta.radicado) == (Estado.RADICADA, tramite["radicado"])
    assert rows_of(google, "001008")[0][6] == tramite["radicado"]
    with Ventanilla(settings) as ventanilla, taller.motor(ventanilla):
        ventanilla.make_copies(referencia, quien="ana")
        resultado = ended(referencia).resultado
    assert resultado is not None
    assert resultado.copias is not None
    assert len(serviweb.state()["tramites"]) == 1


@pytest.mark.larga
def test_a_late_second_tramite_is_noticed_and_a_person_says_which_one_holds(
    motor: Motor, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    """The first form is answered with an error and found nowhere; it is saved after the second one went out."""
    serviweb.faults(guardado_tras_error=1)
    referencia = accept()
    expediente = ended(referencia)
    numbers = [one["radicado"] for one in serviweb.state()["tramites"]]
    assert len(numbers) == 2
    assert expediente.estado is Estado.POR_VERIFICAR
    assert expediente.resultado is not None
    assert expediente.resultado.error is not None
    assert all(number in expediente.resultado.error.mensaje for number in numbers)
    ventanilla.resolve(referencia, Resolucion(numbers[0]), quien="coordinador", motivo="El otro se anuló.")
    resuelta = ended(referencia)
    assert (resuelta.estado, resuelta.radicado) == (Estado.RADICADA, numbers[0])
    assert resuelta.resultado is not None
    assert any(numbers[1] in aviso for aviso in resuelta.resultado.avisos)
    assert len(rows_of(google, "001008")) == 1
    assert len(serviweb.state()["tramites"]) == 2


@pytest.mark.larga
def test_a_radicado_that_a_person_told_is_looked_up_first_and_can_be_corrected_with_what_was_written_of_it(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.seed(2, suscriptor="001008", tercero=serviweb.state()["terceros"][0]["cedula"])
    others = [one["radicado"] for one in serviweb.state()["tramites"]]
    before = visible_rows(google)
    serviweb.faults(corte_antes={"veces": 1, "ruta": SAVE})
    referencia = accept(clave_idempotencia=None)
    ended(referencia)

    def told(resolucion: Resolucion) -> Expediente:
        ventanilla.resolve(referencia, resolucion, quien="ana")
        return ended(referencia)

    for mistyped, says in (("2026-999999", others[0]), (others[0], "sin referencia")):
        expediente = told(Resolucion(mistyped))
        assert (expediente.estado, expediente.radicado) == (Estado.POR_VERIFICAR, None)
        assert expediente.resultado is not None
        assert expediente.resultado.error is not None
        assert says in expediente.resultado.error.mensaje
        assert [len(row) for row in rows_of(google, "001008")] == [6]
    for number in others:
        expediente = told(Resolucion(number, sin_referencia=True))
        assert (expediente.estado, expediente.radicado) == (Estado.RADICADA, number)
        assert [row[6] for row in rows_of(google, "001008")] == [number]
    saved = told(Resolucion(None))
    assert saved.estado is Estado.RADICADA
    assert [one["radicado"] for one in serviweb.state()["tramites"]] == [*others, saved.radicado]
    assert [row[6] for row in rows_of(google, "001008")] == [saved.radicado]
    with pytest.raises(ActoImposible, match="RADICADA"):
        told(Resolucion(others[0]))
    assert len(visible_rows(google)) == len(before)
    corrected = [one.detalle for one in ventanilla.registro.historia(referencia) if one.quien == "ana"]
    assert corrected[-2].startswith(f"Corrige el radicado {others[0]}: está radicada con el número {others[1]}")


HIDDEN = {"paginas": {"modo": "nada"}, "antiguas_primero": -1}
"""CONSULTA shows the oldest ten, and nothing else: it proves nothing of a suscriptor with more."""


@pytest.mark.larga
def test_what_a_person_decides_is_done_where_consulta_proves_nothing(
    ventanilla: Ventanilla, motor: Motor, accept: Accept, ended: Ended, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    serviweb.seed(12, suscriptor="001008", tercero=serviweb.state()["terceros"][0]["cedula"])
    serviweb.faults(**HIDDEN)
    referencia, other = accept(clave_idempotencia="una"), accept(clave_idempotencia="otra")
    assert ended(referencia).estado is Estado.POR_VERIFICAR
    assert ended(other).estado is Estado.POR_VERIFICAR
    assert ventanilla.cancel(other, quien="ana", motivo="") is Estado.EN_COLA
    assert ended(other).estado is Estado.CANCELADA
    ventanilla.resolve(referencia, Resolucion(None), quien="ana")
    assert ended(referencia).estado is Estado.RADICADA
    assert len(serviweb.state()["tramites"]) == 13
    assert len(rows_of(google, "001008")) == 1
    serviweb.faults(**HIDDEN, error_despues={"veces": 1, "ruta": SAVE})
    third = accept(suscriptor="001008", clave_idempotencia=None)
    assert ended(third).estado is Estado.POR_VERIFICAR
    with pytest.raises(EnvioEnDuda):
        ventanilla.cancel(third, quien="ana", motivo="")
    ventanilla.resolve(third, Resolucion(None, cancelar=True), quien="ana", motivo="Se anuló.")
    assert ended(third).estado is Estado.CANCELADA
    assert len(visible_rows(google)) == len(before)
    assert len(rows_of(google, "001008")) == 1


def test_a_run_that_the_engine_gave_up_is_left_to_a_person(
    taller: Taller, settings: Settings, accept: Accept, ended: Ended
) -> None:
    hurried = settings.model_copy(update={"motor": settings.motor.model_copy(update={"relevo_segundos": 2})})
    referencia = accept()
    DBOSClient(system_database_url=database_url(settings).render_as_string()).cancel_workflow(referencia)
    with Ventanilla(hurried) as ventanilla, taller.motor(ventanilla):
        expediente = ended(referencia)
    assert expediente.estado is Estado.POR_VERIFICAR
    assert ventanilla.registro.historia(referencia)[-1].quien == "motor"
