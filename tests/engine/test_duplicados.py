"""What may be the same as another one is filed once, whichever ways they come by, however near to one another."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from fixtures.procesos import Mock
from robot.errors import OutcomeUnknown
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, FallaInformada, Resultado
from robot.record.dossier import Expediente
from robot.record.execution import ConstanciaDurable
from robot.referencia import Referencia
from robot.settings import PREFIX, ProcedimientosSettings, Settings
from tests.conftest import CLAVE
from tests.taller import Taller

Accept = Callable[..., Referencia]
FUGA = "EJ-FUGA-IMPERCEPTIBLE"
IN_DOUBT = FallaInformada.of(OutcomeUnknown())
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=ZONA_HORARIA)


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """With another asesor, at whom both may be filed at once."""
    luis = {"USUARIO": "asesor2", "CLAVE": CLAVE, "NOMBRE": "Luis Mora"}
    return {**environment, **{f"{PREFIX}ASESORES__LUIS__{name}": value for name, value in luis.items()}}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    activos = ("SC-PQRS-PRO-018", FUGA)
    return settings.model_copy(update={"procedimientos": ProcedimientosSettings(activos=activos)})


def test_what_may_be_the_same_as_one_that_may_be_filed_yet_or_is_filed_is_refused_whatever_its_key_and_its_run(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Callable[[Referencia], Expediente], serviweb: Mock
) -> None:
    first = accept(clave_idempotencia="crm-1", revisar_duplicados=True)
    begun(ventanilla, first).close(Resultado(referencia=first, estado=Estado.POR_VERIFICAR, error=IN_DOUBT))
    second = accept(clave_idempotencia="hoja-1", revisar_duplicados=True)
    with taller.motor(ventanilla):
        assert first in duplicate_of(ended(second)), "nobody knows whether that one is filed"
        ventanilla.retry(first, quien="ana")
        filed = ended(first)
        assert filed.estado is Estado.RADICADA
        ventanilla.retry(second, quien="ana")
        assert str(filed.radicado) in duplicate_of(ended(second))
    assert len(serviweb.state()["tramites"]) == 1


def duplicate_of(expediente: Expediente) -> str:
    """What is told of the one that it may be the same as."""
    assert (expediente.estado, expediente.resultado is not None) == (Estado.RECHAZADA, True)
    error = expediente.resultado.error if expediente.resultado is not None else None
    assert error is not None
    assert error.clase == "PosibleDuplicado"
    return error.mensaje


def begun(ventanilla: Ventanilla, referencia: Referencia) -> ConstanciaDurable:
    """It as an execution of its present run keeps it."""
    corrida = ventanilla.registro.expediente(referencia).corrida
    constancia = ventanilla.registro.take(referencia, corrida=corrida, ejecutor="prueba")
    assert constancia is not None
    return constancia


def before(ventanilla: Ventanilla, referencia: Referencia, desde: dt.datetime = LONG_AGO) -> Mapping[str, str]:
    return begun(ventanilla, referencia).en_cola_antes(desde)


def test_of_those_of_a_suscriptor_that_may_be_filed_yet_whoever_was_queued_first_goes_before(
    ventanilla: Ventanilla, accept: Accept
) -> None:
    visita = accept()
    geofono = accept(procedimiento=FUGA, causal="GEÓFONO", respuestas={"llave": "NO"})
    accept(suscriptor="001010")
    last = accept(asesor="luis")
    assert before(ventanilla, last) == {visita: "VISITA DOMICILIARIA", geofono: "GEÓFONO"}
    assert before(ventanilla, geofono) == {visita: "VISITA DOMICILIARIA"}
    assert before(ventanilla, visita) == {}
    assert before(ventanilla, last, dt.datetime.now(ZONA_HORARIA) + dt.timedelta(days=1)) == {}

    begun(ventanilla, visita).close(Resultado(referencia=visita, estado=Estado.RECHAZADA, error=IN_DOUBT))
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "what was refused is in nobody's way"
    ventanilla.retry(visita, quien="ana")
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "and comes last where it is tried again"
    assert before(ventanilla, visita) == {geofono: "GEÓFONO", last: "VISITA DOMICILIARIA"}
    begun(ventanilla, geofono).close(Resultado(referencia=geofono, estado=Estado.POR_VERIFICAR, error=IN_DOUBT))
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "nobody knows whether that was filed"
