"""Which step a solicitud is at, how long each took, and in which one an error happened."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from robot.errors import RobotError
from robot.models import PasoMedido
from robot.procedure import Paso

Aviso = Callable[[Paso, int | None], None]
"""Told each step when it begins (no milliseconds yet) and when it ends, with how long it took this time."""


def silent(_: Paso, __: int | None) -> None:
    """Nobody listens."""


class Progreso:
    """Measures the steps of one solicitud and tells whoever listens."""

    def __init__(self, aviso: Aviso = silent) -> None:
        self._aviso = aviso
        self._ms: dict[Paso, float] = {}

    @contextmanager
    def paso(self, paso: Paso) -> Iterator[None]:
        """Time a step; an error that leaves it carries the step. A repeated step adds up."""
        self._aviso(paso, None)
        begun = time.perf_counter()
        try:
            yield
        except RobotError as error:
            error.paso = error.paso or paso
            raise
        ms = (time.perf_counter() - begun) * 1000
        self._ms[paso] = self._ms.get(paso, 0) + ms
        self._aviso(paso, round(ms))

    @property
    def pasos(self) -> tuple[PasoMedido, ...]:
        return tuple(
            PasoMedido(paso=paso.numero, nombre=paso.nombre, ms=round(self._ms[paso]))
            for paso in Paso
            if paso in self._ms
        )
