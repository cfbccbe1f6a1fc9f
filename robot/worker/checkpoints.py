"""What the engine keeps of a run: each part's outcome, those of a stretch of parts together."""

import json
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn, TypeVar

from dbos import DBOS

from robot.errors import EjecucionAbandonada
from robot.flows.constancia import Etapa
from robot.flows.partes import Desenlace, Llamada, T
from robot.worker.shift import Shift

V = TypeVar("V")


class KeptParts:
    """Does the parts of one run as steps of the engine, or gives the outcomes that it kept of them.

    A stretch is one step under the name of its first part, so that a run that an older robot began, which kept each part
    by itself, goes on as it was: what the engine has of the stretch is handed out, and the rest of it are steps by themselves.

    Args:
        do: does a part.
        shift: as the worker ends, what a stretch has come to is kept, and the rest of it is done later.
    """

    def __init__(self, do: Callable[[Llamada[Any]], Desenlace[Any]], shift: Shift) -> None:
        self._do = do
        self._shift = shift
        self._kept: deque[str] = deque()
        self._stretch: list[str] | None = None

    def part(self, llamada: Llamada[T]) -> Desenlace[T]:
        """Do a part, within the stretch that is being done or by itself."""
        if self._kept:
            outcome = self._kept.popleft()
        elif self._stretch is not None:
            outcome = self._done(llamada)
            self._stretch.append(outcome)
        else:
            outcome = DBOS.run_step({"name": llamada.etapa.value}, self._done, llamada)
        tipo = llamada.tipo
        return Desenlace[tipo].model_validate_json(outcome)  # type: ignore[valid-type]  # known at run time only

    def together(self, primera: Etapa, hacer: Callable[[], V]) -> V:
        """Do all parts of `hacer`, the first of which is given, in one step of the engine.

        Whatever interrupts it before its end, they are all done again. `hacer` itself is run again where their outcomes
        were kept, so it may do nothing but call parts and remember what they tell.
        """
        ended: list[Callable[[], V]] = []
        kept = DBOS.run_step({"name": primera.value}, self._all_of, hacer, ended)
        if ended:
            return ended[0]()
        found = json.loads(kept)
        self._kept.extend(found if isinstance(found, list) else [kept])
        return hacer()

    def _all_of(self, hacer: Callable[[], V], ended: list[Callable[[], V]]) -> str:
        """Their outcomes, and in `ended` how it ended; its errors are not the engine's to keep."""
        done = self._stretch = []
        try:
            value = hacer()
            ended.append(lambda: value)
        except (Exception, EjecucionAbandonada) as raised:
            if not isinstance(raised, Exception) and not (done and self._shift.stopping.is_set()):
                raise
            ended.append(partial(_raise, raised))
        finally:
            self._stretch = None
        return json.dumps(done)

    def _done(self, llamada: Llamada[T]) -> str:
        return self._do(llamada).model_dump_json()


def _raise(error: BaseException) -> NoReturn:
    raise error
