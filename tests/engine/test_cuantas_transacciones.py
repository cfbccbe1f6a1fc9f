"""What durability asks of the database for one solicitud: each transaction waits for the disk or for those before it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from robot.engine import Motor
from robot.intake import Ventanilla
from robot.models import Estado
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from tests.paciencia import eventually

_CHANGES = ("INSERT", "UPDATE", "DELETE")
_OF_THE_RUN = ("dbos-executor", "banco")
"""The engine's thread and the browser's. Progress has one of its own (`robot.worker.progress`), and so do queue and rounds."""


@contextmanager
def counted() -> Iterator[Counter[tuple[str, str]]]:
    """How many transactions the run's threads make meanwhile: whose tables, and whether they change anything."""
    made: Counter[tuple[str, str]] = Counter()
    under_way: dict[sa.Connection, list[str]] = {}

    def begins(connection: sa.Connection) -> None:
        under_way[connection] = []

    def asks(connection: sa.Connection, _: object, statement: str, *__: object) -> None:
        under_way.setdefault(connection, []).append(statement.lstrip())

    def ends(connection: sa.Connection) -> None:
        statements = under_way.pop(connection, [])
        thread = threading.current_thread().name
        if thread.startswith(_OF_THE_RUN):
            changes = any(one.startswith(_CHANGES) for one in statements)
            engines = any("workflow_" in one or "operation_outputs" in one for one in statements)
            made["engine" if engines else "record", "writes" if changes else "reads"] += 1

    heard: Mapping[str, Callable[..., Any]] = {"begin": begins, "before_cursor_execute": asks, "commit": ends}
    for name, listener in heard.items():
        event.listen(sa.Engine, name, listener)
    try:
        yield made
    finally:
        for name, listener in heard.items():
            event.remove(sa.Engine, name, listener)


def test_a_filed_solicitud_makes_no_more_transactions_than_it_did(
    ventanilla: Ventanilla, motor: Motor, accept: Callable[..., Referencia], ended: Callable[[Referencia], Expediente]
) -> None:
    """The engine keeps each of its parts once; the record, what must not be done twice, before it is done."""

    def filed() -> None:
        assert ended(accept()).estado is Estado.RADICADA
        eventually(lambda: not ventanilla.queue.waiting())

    filed()  # what is looked up once is known by now, and the purge of the day is over
    with counted() as made:
        filed()
    assert made == {("engine", "reads"): 4, ("engine", "writes"): 5, ("record", "reads"): 3, ("record", "writes"): 13}
