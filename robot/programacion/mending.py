"""Giving rows back what they said before a write of the robot that was not to be, its own or that of one that died.

A write is two calls: the write itself, which answers what it met, and, if it met somebody's entry, the one that gives it
back. Before each the diary holds what was there. A robot that dies between the two leaves a line that nobody took back: the
next one that reads the spreadsheet does.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from robot.errors import GoogleUnavailable, SheetUnusable
from robot.planilla.cells import Columna, same_code, text_of
from robot.planilla.rows import FilaDudosa, FilaLeida
from robot.programacion import google
from robot.programacion.diary import (
    MENDED_UNTIL,
    Entrada,
    Operacion,
    is_overwritten,
    origin_of,
    rightly_held,
    unmended,
)
from robot.programacion.readings import Lectura, Planilla, Sitio
from robot.programacion.spreadsheets import Libro, RowGone

_ATTEMPTS = 12


class _Escrito(NamedTuple):
    """The row that an entry wrote into, and which of its cells still say what was written."""

    sitio: Sitio
    suyas: tuple[Columna, ...]


class Mender:
    """Reads spreadsheets, and takes back first what a robot that died left half-done in them."""

    def __init__(self, libro: Libro, ahora: Callable[[], dt.datetime]) -> None:
        self._libro = libro
        self._ahora = ahora
        self._mended: dict[str, int] = {}

    def read(self, planilla: Planilla, marca: int | None = None, *, with_diary: bool = False) -> Lectura:
        """As `Libro.read`. What a robot that died left is looked for whenever the folder has been listed anew."""
        if self._mended.get(planilla.id) == self._libro.listados:
            return self._libro.read(planilla, marca, with_diary=with_diary)
        lectura = self._libro.read(planilla, marca, with_diary=True)
        broken = unmended(lectura.diario, self._ahora())
        try:
            for entrada in broken:
                self.restore(planilla, entrada, drop_tag=True)
        except SheetUnusable as refused:
            # What people have closed to the robot since hinders no other row; the next reading tries again.
            told = FilaDudosa(planilla.titulo, "", 0, f"no se pudo devolver una fila a como estaba: {refused.detalle}")
            return replace(lectura, avisos=[*lectura.avisos, told])
        self._mended[planilla.id] = self._libro.listados
        return self._libro.read(planilla, marca, with_diary=with_diary) if broken else lectura

    def mend_deeply(self, planilla: Planilla) -> bool:
        """Take back what robots that died left, however many lines were written since. Returns whether there was any."""
        ahora = self._ahora()
        broken = unmended(self._libro.diary(planilla, ahora - MENDED_UNTIL), ahora)
        for entrada in broken:
            self.restore(planilla, entrada, drop_tag=True)
        return bool(broken)

    def restore(self, planilla: Planilla, entrada: Entrada, *, drop_tag: bool = False) -> None:
        """Give a row back what the before-image says, wherever the row is now.

        Only cells that still hold what the robot wrote are given back. If a person typed into one of them in that very
        instant, or the row moved away, the newer before-image shows what was met and is given back first.

        Raises:
            GoogleUnavailable: not within a dozen attempts.
        """
        pending = [(entrada, drop_tag)]
        for _ in range(_ATTEMPTS):
            if not pending:
                return
            entrada, _ = pending[-1]
            try:
                met = google.until_answered(partial(self._give_back, planilla, *pending[-1]), self._libro.intentos)
            except google.Unanswered:
                break
            except RowGone:
                continue
            if met is None:
                pending.pop()
            else:
                pending[-1] = (entrada, False)
                pending.append((met, False))
        if pending:
            raise GoogleUnavailable("No se pudo devolver una fila de Programación a como estaba.")

    def _give_back(self, planilla: Planilla, entrada: Entrada, drop_tag: bool) -> Entrada | None:  # noqa: FBT001  # a pair that waits
        """One attempt. Returns its own entry where it hit somebody's writing, which is then to be given back first."""
        lectura = self._libro.read(planilla, entrada.marca, with_diary=True)
        found = _row_as_written(planilla, lectura, entrada)
        if found is None or is_overwritten(lectura.diario, entrada):
            if drop_tag:
                self._libro.drop_tag(planilla, entrada.marca)
            return None
        chain = origin_of(lectura.diario, entrada)
        done = self._libro.write(
            found.sitio,
            {columna: chain[-1].before(columna) for columna in found.suyas},
            Operacion.DEVOLUCION,
            entrada.referencia,
            entrada.marca,
            columnas=entrada.columnas,
            deshace=" ".join(one.entrada for one in chain),
            untag=drop_tag,
        )
        aimed = all(same_code(done.entrada.before(columna), entrada.escrito[columna]) for columna in found.suyas)
        return None if aimed else done.entrada


def _row_as_written(planilla: Planilla, lectura: Lectura, entrada: Entrada) -> _Escrito | None:
    """The row an entry wrote into, and which of its cells still say what was written.

    It is at the hour and for the crew that the entry met. It is the tagged row if one of its cells still says so, else the
    only row whose cells all do, on the entry's day if there are several. A row that a booking rightly holds is never
    the one that a failed booking wrote into.
    """
    hoja = lectura.hojas.get(entrada.hoja)
    if hoja is None:
        return None
    candidates = [
        _Escrito(lectura.sitio(planilla, entrada.hoja, fila), suyas)
        for fila in lectura.filas.get(entrada.hoja, ())
        if (suyas := _still_says(lectura, entrada, fila))
    ]
    tagged = [one for one in candidates if (entrada.hoja, one.sitio.fila.indice) == lectura.marcada]
    on_the_day = [one for one in candidates if one.sitio.fila.fecha == entrada.fecha]
    for only in (tagged, candidates, on_the_day):
        if len(only) == 1:
            return only[0]
    return None


def _still_says(lectura: Lectura, entrada: Entrada, fila: FilaLeida) -> tuple[Columna, ...]:
    """The columns of a row that say what an entry wrote, if it can be the one; otherwise none."""
    if fila.encabezado.al_lado and entrada.columnas != fila.encabezado.columnas:
        return ()
    raw = lectura.celda(entrada.hoja, fila)
    suyas = tuple(c for c, value in entrada.escrito.items() if same_code(entrada.value(raw, c), value))
    same = all(
        text_of(entrada.value(raw, columna)) == text_of(entrada.before(columna))
        for columna in (Columna.HORA, Columna.CUADRILLA)
    )
    others = [one for one in lectura.diario if one.entrada != entrada.entrada]
    held = entrada.operacion is Operacion.RESERVA and rightly_held(others, fila, entrada.hoja)
    whole = (entrada.hoja, fila.indice) == lectura.marcada or len(suyas) == len(entrada.escrito)
    return suyas if same and whole and not held else ()
