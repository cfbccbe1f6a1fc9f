"""What is accepted is queued, once, whoever hands it in how often."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa

from fixtures.procesos import Mock, MockGoogle
from robot.errors import BadInput, RegistroUnavailable
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado, Resultado, Solicitud
from robot.queueing.names import COLA
from robot.record.accepting import Aceptaciones, PorAceptar
from robot.record.database import database_url, transaction, with_patience
from robot.record.dossier import Expediente
from robot.record.tables import solicitudes
from robot.referencia import Referencia
from robot.settings import PREFIX, Settings
from tests.conftest import CLAVE
from tests.engine.conftest import ROOT
from tests.paciencia import patience
from tests.planilla import rows_of
from tests.postgres import Postgres, on_postgres
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]


def test_a_key_handed_in_twice_at_once_is_one_solicitud(
    taller: Taller,
    ventanilla: Ventanilla,
    accept: Accept,
    ended: Ended,
    solicitud: Callable[..., Solicitud],
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    with ThreadPoolExecutor(4) as people:
        handed_in = [people.submit(accept, clave_idempotencia="ventanilla-3/0042") for _ in range(8)]
    (referencia,) = {one.result() for one in handed_in}
    with taller.motor(ventanilla):
        assert ended(referencia).estado is Estado.RADICADA
        assert accept(clave_idempotencia="ventanilla-3/0042") == referencia
        assert ended(referencia).corrida == 1
    assert len(serviweb.state()["tramites"]) == 1
    assert len(rows_of(google, "001008")) == 1


class TestWithoutAKey:
    """The answer may have been lost on its way."""

    def test_the_same_again_is_the_first_one_and_whatever_differs_is_another(
        self, ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]
    ) -> None:
        def hand_in(**changes: object) -> Referencia:
            return ventanilla.accept(solicitud(**changes), quien="ana")

        with ThreadPoolExecutor(4) as people:
            (first,) = {one.result() for one in [people.submit(hand_in) for _ in range(8)]}
        again = ventanilla.hand_in(solicitud(cedula="40765123", nombre_confirmado=True), quien="ana")
        assert (again.referencia, again.nueva, again.igual) == (first, False, True)
        assert ventanilla.registro.historia(first)[-1].detalle == "Llegó otra vez, igual y sin clave."
        others = [
            hand_in(solicitud="El agua se devuelve por el lavamanos."),
            hand_in(fecha="2099-01-04"),
            hand_in(clave_idempotencia="otra"),
            ventanilla.accept(solicitud(), quien="ana", otra=True),
        ]
        assert len({first, *others}) == 1 + len(others)
        ventanilla.cancel(first, quien="ana", motivo="")
        second = hand_in()
        assert second not in {first, *others}, "nothing came of the first one"
        with ventanilla.base.begin() as connection:
            connection.execute(sa.update(solicitudes).values(creada=dt.datetime(2020, 1, 1, tzinfo=ZONA_HORARIA)))
        third = hand_in()
        assert third not in {first, second, *others}, "some time has passed"
        ventanilla.registro.give_up(third, 1, Resultado(referencia=third, estado=Estado.POR_VERIFICAR))
        assert hand_in() == third, "what is in doubt is looked up, not filed again"
        assert ventanilla.registro.expediente(third).corrida == 2

    def test_it_is_always_another_where_the_settings_say_so(
        self, settings: Settings, solicitud: Callable[..., Solicitud]
    ) -> None:
        reglas = settings.reglas.model_copy(update={"minutos_repetida": 0})
        with Ventanilla(settings.model_copy(update={"reglas": reglas})) as ventanilla:
            assert len({ventanilla.accept(solicitud(), quien="ana") for _ in range(3)}) == 3

    class TestOnPostgres:
        @pytest.fixture
        def environment(self, environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
            return on_postgres(environment, postgres)

        def test_the_same_at_once_is_one(self, ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]) -> None:
            with ThreadPoolExecutor(8) as people:
                handed_in = [people.submit(ventanilla.accept, solicitud(), quien="ana") for _ in range(24)]
            assert len({one.result() for one in handed_in}) == 1
            assert len(ventanilla.registro.expedientes()) == 1


def test_a_key_with_other_content_is_refused(ventanilla: Ventanilla, accept: Accept) -> None:
    referencia = accept(clave_idempotencia="la-clave")
    with pytest.raises(BadInput, match="otros datos"):
        accept(clave_idempotencia="la-clave", solicitud="Otra cosa.")
    assert [one.referencia for one in ventanilla.registro.expedientes()] == [referencia]


def test_what_cannot_be_queued_is_not_accepted(ventanilla: Ventanilla, solicitud: Callable[..., Solicitud]) -> None:
    def no_queue(_: sa.Connection, __: Sequence[PorAceptar]) -> None:
        raise RuntimeError

    nueva = PorAceptar(Referencia.new("VD"), solicitud(), ventanilla.procedimiento, "asesor1", "ana")

    with pytest.raises(RuntimeError):
        Aceptaciones(ventanilla.registro).accept(nueva, no_queue)
    assert ventanilla.registro.expedientes() == []


def test_a_solicitud_of_an_unknown_asesor_is_not_accepted(ventanilla: Ventanilla, accept: Accept) -> None:
    with pytest.raises(Exception, match="no está configurado"):
        accept(asesor="nadie")
    assert ventanilla.registro.expedientes() == []


@pytest.fixture
def environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """With a second asesor."""
    beto = {"USUARIO": "asesor2", "CLAVE": CLAVE, "NOMBRE": "Beto"}
    return {**environment, **{f"{PREFIX}ASESORES__BETO__{name}": value for name, value in beto.items()}}


@pytest.mark.larga
def test_one_user_is_served_one_at_a_time_and_two_users_at_once(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended
) -> None:
    references = {asesor: [accept(asesor=asesor) for _ in range(2)] for asesor in ("ana", "beto")}
    with taller.motor(ventanilla):
        for referencia in [*references["ana"], *references["beto"]]:
            assert ended(referencia).estado is Estado.RADICADA
    spans = {
        referencia: (lines[1].instante, lines[-1].instante)
        for own in references.values()
        for referencia in own
        for lines in [ventanilla.registro.historia(referencia)]
    }
    for first, second in references.values():
        assert spans[first][1] <= spans[second][0] or spans[second][1] <= spans[first][0]
    assert any(
        spans[one][0] < spans[other][1] and spans[other][0] < spans[one][1]
        for one in references["ana"]
        for other in references["beto"]
    )


@pytest.mark.larga
def test_after_a_solicitud_the_form_of_the_next_one_is_opened(
    taller: Taller, ventanilla: Ventanilla, accept: Accept, ended: Ended, serviweb: Mock
) -> None:
    with taller.motor(ventanilla):
        ended(accept())
        ended(accept(suscriptor="001015"))
    asked = serviweb.state()["registro"]
    saved = [at for at, line in enumerate(asked) if line.endswith("guardar.do")]
    opened = [at for at, line in enumerate(asked) if line == "GET /serviweb/pqr/tramite.do"]
    assert len(saved) == 2
    assert [at for at in opened if at < saved[0]] == opened[:1]
    assert opened[1] < min(at for at, line in enumerate(asked) if "suscriptor.do" in line and at > saved[0])


class TestOrder:
    """Many people hand in within one second."""

    def test_who_comes_first_is_served_first(self, ventanilla: Ventanilla, accept: Accept) -> None:
        handed_in = [accept() for _ in range(12)]
        assert taken_by_an_engine(ventanilla) == handed_in

    class TestOnPostgres:
        @pytest.fixture
        def environment(self, environment: Mapping[str, str], postgres: Postgres) -> Mapping[str, str]:
            return on_postgres(environment, postgres)

        def test_who_comes_first_is_served_first(self, ventanilla: Ventanilla, accept: Accept) -> None:
            handed_in = [accept() for _ in range(12)]
            assert taken_by_an_engine(ventanilla) == handed_in


def taken_by_an_engine(ventanilla: Ventanilla) -> list[str]:
    """The runs of the queue in the order in which a worker without browsers takes them."""
    done = subprocess.run(
        [sys.executable, "-c", _TAKER, database_url(ventanilla.settings).render_as_string(hide_password=False), COLA],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=patience(),
    )
    return done.stdout.split()


_TAKER = """
import sys, threading
from dbos import DBOS, DBOSPortableJSONSerializer
from robot.queueing.names import APLICACION, FLUJO, VERSION_DEL_FLUJO
url, cola = sys.argv[1:]
DBOS(config={"name": APLICACION, "system_database_url": url, "executor_id": "prueba", "application_version": VERSION_DEL_FLUJO,
             "serializer": DBOSPortableJSONSerializer(), "console_log_level": "CRITICAL"})
taken, all_of_them = [], threading.Event()
def take(referencia, corrida):
    taken.append(referencia)
    if len(taken) == 12:
        all_of_them.set()
DBOS.workflow(name=FLUJO)(take)
DBOS.launch()
DBOS.register_queue(cola, partition_concurrency=1, polling_interval_sec=0.02)
all_of_them.wait()
print(*taken, sep="\\n")
DBOS.destroy()
"""


def test_a_database_that_somebody_else_has_locked_fails_no_acceptance_and_keeps_nobody_waiting(
    ventanilla: Ventanilla, accept: Accept, settings: Settings
) -> None:
    """Another process writes for long just after a solicitud was taken in."""
    referencia = accept()
    with closing(sqlite3.connect(settings.datos / "robot.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        ventanilla.queue.expect()
        assert time.monotonic() - begun < patience(2)
        with pytest.raises(RegistroUnavailable, match="OperationalError"):
            transaction(with_patience(ventanilla.base, 0.2), lambda c: c.execute(sa.delete(solicitudes)))
        assert time.monotonic() - begun < patience(10), "whoever waits before a screen is told soon"
        other.execute("ROLLBACK")
    assert [one.referencia for one in ventanilla.registro.expedientes()] == [referencia]
