"""Which step a solicitud is at, how long each took, and in which one an error happened."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from robot.errors import RobotError
from robot.models import PasoMedido
from robot.procedure import Paso

Aviso = Callable[[Paso, int | None], None]
"""Told each step when it begins (no milliseconds yet) and when it ends."""


def _silent(_: Paso, __: int | None) -> None:
    return


class Progreso:
    """Measures the steps of one solicitud and tells whoever listens."""

    def __init__(self, aviso: Aviso = _silent) -> None:
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
        self._ms[paso] = self._ms.get(paso, 0) + (time.perf_counter() - begun) * 1000
        self._aviso(paso, round(self._ms[paso]))

    @property
    def pasos(self) -> tuple[PasoMedido, ...]:
        return tuple(
            PasoMedido(paso=paso.numero, nombre=paso.nombre, ms=round(self._ms[paso]))
            for paso in Paso
            if paso in self._ms
        )
