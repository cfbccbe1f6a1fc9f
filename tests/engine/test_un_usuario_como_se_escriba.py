"""A user of Serviweb is one, however their name is written: their solicitudes wait for one another and share one session."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from dbos import DBOSClient, DBOSPortableJSONSerializer
from pydantic import SecretStr

from fixtures.procesos import Mock
from robot.errors import CredentialsRefused
from robot.flows.abiertas import Abiertas
from robot.flows.guardadas import Guardadas
from robot.flows.oficina import Oficina
from robot.flows.rechazos import Rechazos
from robot.intake import Ventanilla
from robot.models import Asesor, Estado, user_key
from robot.queueing.names import APLICACION
from robot.record.database import database_url
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from robot.worker.seats import Puesto, Puestos
from tests.conftest import CLAVE
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]
COMO_SE_ESCRIBA = ["ASESOR1", " asesor1 ", "Asesor1\N{NO-BREAK SPACE}", "\N{FULLWIDTH LATIN SMALL LETTER A}sesor1"]


def asesor_of(usuario: str) -> Asesor:
    return Asesor(clave_asesor="beto", usuario=usuario, clave=SecretStr(CLAVE), nombre="Beto Ruiz")


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Beto signs in as Ana does, and writes it in his own way."""
    beto = {"USUARIO": " ASESOR1", "CLAVE": CLAVE, "NOMBRE": "Beto Ruiz"}
    return {**environment, **{f"{PREFIX}ASESORES__BETO__{name}": value for name, value in beto.items()}}


@pytest.fixture
def partitions(settings: Settings, ventanilla: Ventanilla) -> Iterator[Callable[[], list[str | None]]]:
    """Of everything that is in the queue."""
    del ventanilla
    client = DBOSClient(
        system_database_url=database_url(settings).render_as_string(hide_password=False),
        serializer=DBOSPortableJSONSerializer(),
        application_name=APLICACION,
    )
    yield lambda: [one.queue_partition_key for one in client.list_workflows()]
    client.destroy()


def test_solicitudes_of_one_user_are_in_one_partition_where_one_run_is_at_work_at_a_time(
    accept: Accept, partitions: Callable[[], list[str | None]]
) -> None:
    accept(asesor="ana")
    accept(asesor="beto", suscriptor="001015")
    assert partitions() == ["asesor1", "asesor1"]


@pytest.mark.larga
def test_two_solicitudes_of_one_user_are_filed_in_one_session(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    serviweb.faults(espera_antes={"veces": -1, "ruta": "POST .*ingreso", "segundos": 0})
    referencias = [accept(asesor="ana"), accept(asesor="beto", suscriptor="001015")]
    with taller.motor(ventanilla):
        assert [ended(one).estado for one in referencias] == [Estado.RADICADA, Estado.RADICADA]
    assert serviweb.struck() == {"espera_antes": 1}, "they signed in once"


@pytest.mark.parametrize("usuario", COMO_SE_ESCRIBA)
def test_what_is_kept_of_a_user_is_found_however_their_name_is_written(
    settings: Settings, tmp_path: Path, usuario: str
) -> None:
    assert user_key(usuario) == "asesor1"
    written, plain = asesor_of(usuario), asesor_of("asesor1")
    rechazos = Rechazos(tmp_path)
    with pytest.raises(CredentialsRefused), rechazos.minding(plain):
        raise CredentialsRefused("No.", campo="clave")
    assert Rechazos(tmp_path).refused(written) is not None, "a refused password is not tried again"
    rechazos.lift(usuario)
    assert rechazos.refused(plain) is None
    cifra = Fernet(Fernet.generate_key())
    guardadas, abiertas = Guardadas(tmp_path, lambda: cifra), Abiertas(tmp_path)
    guardadas.keep("asesor1", {"cookies": [], "origins": []})
    abiertas.used("asesor1")
    assert (guardadas.find(usuario), abiertas.left_open(usuario)) == ({"cookies": [], "origins": []}, True)
    with Oficina(settings) as oficina:
        assert oficina.sesion(plain) is oficina.sesion(written)


def test_a_user_comes_back_to_their_puesto_however_their_name_is_written() -> None:
    puestos = Puestos(Puesto(lambda: pytest.fail("nobody works here")) for _ in range(3))
    with puestos.taken("asesor1") as first:
        pass
    with puestos.taken("asesor2"), puestos.taken(" Asesor1") as again:
        assert again is first
    puestos.close()
