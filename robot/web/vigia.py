"""Tells open progress pages when their solicitud has moved: one look at the record for all of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from robot.errors import RegistroUnavailable
from robot.record.overview import Avance, Panorama
from robot.referencia import Referencia

_EVERY_SECONDS = 0.1


@dataclass(eq=False)
class _Mirada:
    """One open page."""

    referencia: Referencia
    seen: Avance | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Vigia:
    """Looks only while somebody watches. Lives in the event loop.

    Attributes:
        over: whether the server is ending, so that the open pages must be let go.
    """

    def __init__(self, panorama: Panorama) -> None:
        self._panorama = panorama
        self.over: Callable[[], bool] = lambda: False
        self._miradas: set[_Mirada] = set()
        self._task: asyncio.Task[None] | None = None

    async def changes(self, referencia: Referencia) -> AsyncIterator[Avance]:
        """How far a solicitud has come, now and whenever that changes, until nothing of it does any more."""
        mirada = _Mirada(referencia)
        self._miradas.add(mirada)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            while not self.over():
                await mirada.changed.wait()
                mirada.changed.clear()
                if mirada.seen is not None and not self.over():
                    yield mirada.seen
                    if mirada.seen.quieta:
                        return
        finally:
            self._miradas.discard(mirada)

    async def _look(self) -> None:
        while self._miradas:
            if self.over():
                for mirada in self._miradas:
                    mirada.changed.set()
                return
            wanted = {mirada.referencia for mirada in self._miradas}
            with contextlib.suppress(RegistroUnavailable):  # the pages wait, and the next look tells
                avances = await asyncio.to_thread(self._panorama.avances, wanted)
                for mirada in self._miradas:
                    found = avances.get(mirada.referencia)
                    if found is not None and found != mirada.seen:
                        mirada.seen = found
                        mirada.changed.set()
            await asyncio.sleep(_EVERY_SECONDS)
