"""Putting runs into the queue, in the transaction of the record that asks for them, and what waits there."""

import datetime as dt
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus, run_dbos_database_migrations

from robot.models import user_key
from robot.queueing.names import (
    ANUNCIAR,
    ANUNCIOS,
    APARTE,
    APLICACION,
    COLA,
    TRASLADAR,
    VERSION_DEL_FLUJO,
    flow_of,
    move_run_id,
    run_id,
)
from robot.record.accepting import PorAceptar
from robot.record.announcements import Anuncio
from robot.record.database import database_url
from robot.record.entries import next_turn
from robot.referencia import Referencia
from robot.settings import Settings
from robot.waking import DESPIERTA_SEGUNDOS, QUIET_SECONDS, Despertador

_UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")
_TOGETHER = 500
_TAKEN_UP_AGAIN_SECONDS = 30.0


class Queue:
    """The queue of one database; its connections are given back by `close`.

    Args:
        base: the database, in which the engine's own tables are made where they are not there yet.
    """

    def __init__(self, settings: Settings, base: sa.Engine) -> None:
        self._motor = settings.motor
        schema = None if base.dialect.name == "sqlite" else "dbos"
        if not sa.inspect(base).has_table("workflow_status", schema=schema):
            run_dbos_database_migrations(database_url(settings).render_as_string(hide_password=False))
        self._cliente = DBOSClient(
            system_database_engine=base, serializer=DBOSPortableJSONSerializer(), application_name=APLICACION
        )
        self._despertador = Despertador(self._cliente, COLA)

    def close(self) -> None:
        self._despertador.close()
        self._cliente.destroy()

    def register(self) -> None:
        """Have the queue there, as the settings say; before the engine starts, which looks for queues then and once a second."""
        motor = self._motor
        self._cliente.register_queue(
            COLA,
            worker_concurrency=motor.concurrencia,
            global_concurrency=motor.concurrencia_total or None,
            partition_concurrency=1,
            polling_interval_sec=DESPIERTA_SEGUNDOS,
        )

    def expect(self, segundos: float = QUIET_SECONDS) -> None:
        """A solicitud comes, or is about to: for so long the workers look at the queue often.

        Nobody waits for that, and nothing fails with it: they come to look by themselves, only later.
        """
        self._despertador.expect(segundos)

    def settle_pace(self, busy: Callable[[], bool]) -> None:
        """Have the workers look often while solicitudes come or `busy`, and rarely when none has for two minutes."""
        self._despertador.settle(busy)

    def enqueue(
        self, connection: sa.Connection, flujo: str, referencia: Referencia, corrida: int, usuario: str
    ) -> None:
        """Queue another run of a solicitud."""
        self._enqueue_as(connection, flujo, referencia, corrida, usuario, next_turn(connection))

    def enqueue_new(self, connection: sa.Connection, nuevas: Sequence[PorAceptar]) -> None:
        """Queue first runs one behind the other: each has told its line of the history, by which the turns go."""
        first = next_turn(connection) - len(nuevas) + 1
        for turno, one in enumerate(nuevas, start=first):
            flujo = flow_of(one.procedimiento.codigo, one.procedimiento.version)
            self._enqueue_as(connection, flujo, one.referencia, 1, one.usuario, turno)

    def enqueue_move(self, connection: sa.Connection, identidad: str, corrida: int) -> None:
        """Queue a run of a change of a cita, a while later from the second on: Google has not answered.

        It is in no Serviweb user's partition: it needs no Serviweb, and waits behind nobody who does.
        """
        run = move_run_id(identidad, corrida)
        options = self._options(TRASLADAR, run, identidad, next_turn(connection))
        if corrida > 1:
            options["delay_seconds"] = _TAKEN_UP_AGAIN_SECONDS
        self._cliente.enqueue_in_transaction(connection, options, identidad, corrida)

    def enqueue_round(self, connection: sa.Connection, flujo: str, run: str, usuario: str, *arguments: str) -> None:
        """Queue a round in the partition of a Serviweb user."""
        options = self._options(flujo, run, user_key(usuario), next_turn(connection))
        self._cliente.enqueue_in_transaction(connection, options, *arguments)

    def enqueue_announcement(self, connection: sa.Connection, anuncio: Anuncio, segundos: float) -> None:
        """Queue the next run of an announcement; each program's wait for one another only."""
        run = f"anuncio-{anuncio.identidad}.{anuncio.intento}"
        options = self._options(ANUNCIAR, run, anuncio.programa, anuncio.intento)
        options["queue_name"] = ANUNCIOS
        if segundos:
            options["delay_seconds"] = segundos
        self._cliente.enqueue_in_transaction(connection, options, anuncio.identidad, anuncio.intento)

    def waiting(self) -> list[WorkflowStatus]:
        """What is to be done or being done, for solicitudes and beside them, whoever could do it."""
        return self._runs(status=[*_UNFINISHED], queue_name=[COLA, APARTE])

    def given(self) -> set[str]:
        """The executors that have runs to do."""
        found = self._runs(status=["PENDING"], queue_name=[COLA])
        return {run.executor_id for run in found if run.executor_id is not None}

    def forget(self, runs: Sequence[str]) -> None:
        """Delete what the engine keeps of these runs."""
        self._cliente.delete_workflows([*runs])

    def forget_before(self, before: dt.datetime, long_ago: dt.datetime) -> None:
        """Delete what the engine keeps of runs that ended before, and of chores that a worker began long ago and nobody ends."""
        while found := self._cliente.list_workflows(
            completed_before=before.isoformat(), limit=_TOGETHER, load_input=False, load_output=False
        ):
            self._cliente.delete_workflows([one.workflow_id for one in found])
        begun = self._cliente.list_workflows(
            status=[*_UNFINISHED], end_time=long_ago.isoformat(), load_input=False, load_output=False
        )
        chores = [one.workflow_id for one in begun if one.queue_name not in {COLA, APARTE, ANUNCIOS}]
        self._cliente.delete_workflows(chores)

    def _runs(self, *, status: list[str], queue_name: list[str]) -> list[WorkflowStatus]:
        return self._cliente.list_workflows(status=status, queue_name=queue_name, load_input=False, load_output=False)

    def _options(self, flujo: str, run: str, particion: str, turno: int) -> EnqueueOptions:
        """One at a time of each Serviweb user, first come, first served: on SQLite the engine itself tells only seconds apart."""
        return {
            "workflow_name": flujo,
            "queue_name": COLA,
            "workflow_id": run,
            "workflow_id_reuse_policy": "reject",
            "queue_partition_key": particion,
            "priority": turno,
            "app_version": VERSION_DEL_FLUJO,
        }

    def _enqueue_as(
        self, connection: sa.Connection, flujo: str, referencia: Referencia, corrida: int, usuario: str, turno: int
    ) -> None:
        options = self._options(flujo, run_id(referencia, corrida), user_key(usuario), turno)
        self._cliente.enqueue_in_transaction(connection, options, str(referencia), corrida)
