"""What a worker does at its hour: runs that the engine begins by a schedule."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ParamSpec

from dbos import DBOS

from robot.models import ZONA_HORARIA

SCHEDULED = "horario"
"""Who asks for what is done by itself."""

P = ParamSpec("P")


def keep_schedule(nombre: str, cron: str, due: Callable[[dt.datetime, Any], None]) -> None:
    """Have the engine begin a workflow at its hours, by the clock of Colombia; never where there are none."""
    if not cron:
        DBOS.delete_schedule(nombre)
        return
    DBOS.apply_schedules(
        [
            {
                "schedule_name": nombre,
                "workflow_fn": due,
                "schedule": cron,
                "context": None,
                "cron_timezone": str(ZONA_HORARIA),
            }
        ]
    )


def last_due(cron: str) -> dt.datetime:
    """When a schedule was due last; read as the engine reads it."""
    from croniter import croniter  # noqa: PLC0415  # slow, and only needed where there are schedules

    found: dt.datetime = croniter(cron, dt.datetime.now(ZONA_HORARIA), second_at_beginning=True).get_prev(dt.datetime)
    return found


def as_function(method: Callable[P, None]) -> Callable[P, None]:
    """dbos marks what it registers, which a bound method does not allow."""

    def function(*args: P.args, **kwargs: P.kwargs) -> None:
        method(*args, **kwargs)

    return function
