"""Requests that come at the same time are worked on together: one transaction for all of them, while the next ones gather."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from fastapi.concurrency import run_in_threadpool

_TOGETHER = 32

Pedido = TypeVar("Pedido")
Hecho = TypeVar("Hecho")


class Juntas(Generic[Pedido, Hecho]):
    """Does what is asked for, several at a time where several ask; whoever asks alone waits for nobody. Lives in the event loop.

    Args:
        work: does all that it is given, on a thread; one outcome for each, in their order, an exception where it has failed.
    """

    def __init__(self, work: Callable[[Sequence[Pedido]], Sequence[Hecho | Exception]]) -> None:
        self._work = work
        self._waiting: list[tuple[Pedido, asyncio.Future[Hecho]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def do(self, pedido: Pedido) -> Hecho:
        """The outcome of one."""
        outcome: asyncio.Future[Hecho] = asyncio.get_running_loop().create_future()
        self._waiting.append((pedido, outcome))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await outcome

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                await self._settle(batch)
        finally:
            self._runner = None

    async def _settle(self, batch: Sequence[tuple[Pedido, asyncio.Future[Hecho]]]) -> None:
        try:
            outcomes = await run_in_threadpool(self._work, [pedido for pedido, _ in batch])
        except Exception as failed:  # noqa: BLE001  # it is raised to each of those who wait
            outcomes = [failed] * len(batch)
        for (_, waiting), outcome in zip(batch, outcomes, strict=True):
            if waiting.done():  # whoever asked has gone; it is done all the same
                continue
            if isinstance(outcome, Exception):
                waiting.set_exception(outcome)
            else:
                waiting.set_result(outcome)
