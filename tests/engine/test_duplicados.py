"""What may be the same as another one is filed once, whichever ways they come by, however near to one another."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from fixtures.procesos import Mock
from robot.errors import SuscriptorNotFound
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


def test_of_two_that_come_at_once_with_keys_of_their_own_the_first_is_filed_and_the_other_told_of_it(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Callable[[Referencia], Expediente], serviweb: Mock
) -> None:
    first = accept(asesor="ana", clave_idempotencia="crm-1", revisar_duplicados=True)
    second = accept(asesor="luis", clave_idempotencia="hoja-1", revisar_duplicados=True)
    with taller.motor(ventanilla):
        filed, refused = ended(first), ended(second)
        assert (filed.estado, refused.estado) == (Estado.RADICADA, Estado.RECHAZADA)
        assert refused.resultado is not None
        assert refused.resultado.error is not None
        assert refused.resultado.error.clase == "PosibleDuplicado"
        assert first in refused.resultado.error.mensaje or str(filed.radicado) in refused.resultado.error.mensaje
        ventanilla.retry(second, quien="ana")
        assert str(filed.radicado) in str(ended(second).resultado), "a key or another run is no way round the rule"
    assert len(serviweb.state()["tramites"]) == 1


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

    error = FallaInformada.of(SuscriptorNotFound("001008"))
    begun(ventanilla, visita).close(Resultado(referencia=visita, estado=Estado.RECHAZADA, error=error))
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "what was refused is in nobody's way"
    ventanilla.retry(visita, quien="ana")
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "and comes last where it is tried again"
    assert before(ventanilla, visita) == {geofono: "GEÓFONO", last: "VISITA DOMICILIARIA"}
    begun(ventanilla, geofono).close(Resultado(referencia=geofono, estado=Estado.POR_VERIFICAR, error=error))
    assert before(ventanilla, last) == {geofono: "GEÓFONO"}, "nobody knows whether that was filed"
