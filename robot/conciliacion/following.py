"""Which row a cita stands in by now, whoever has moved it: its radicado tells best, then its place, then its tag."""

from collections.abc import Sequence

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import CitaLost
from robot.models import Cita
from robot.reading.equality import same_numerals

Lugar = tuple[object, ...]
"""Spreadsheet, worksheet, day and hour."""


def row_of(filas: Sequence[FilaDePlanilla], cita: Cita, radicado: str) -> FilaDePlanilla | None:
    """The row of a cita whose trámite is filed; None where no row is.

    A row whose código is another suscriptor's is never it.

    Raises:
        CitaLost: several say so, and none of them is where the cita was.
    """
    ours = [fila for fila in filas if fila.fecha and fila.hora and _is_of(fila, cita.suscriptor)]
    here = (cita.planilla_id, cita.hoja_id, cita.fecha, cita.hora)
    numbered = [fila for fila in ours if fila.pqr == radicado]
    blank = [fila for fila in ours if not fila.pqr]
    there = [fila for fila in blank if place_of(fila) == here]
    tagged = [fila for fila in blank if fila.referencia == cita.referencia]
    found = numbered or there or tagged
    if len(found) <= 1:
        return found[0] if found else None
    in_place = [fila for fila in found if place_of(fila) == here]
    same_crew = [fila for fila in in_place if fila.cuadrilla == cita.cuadrilla]
    for only in (in_place, same_crew):
        if len(only) == 1:
            return only[0]
    raise CitaLost("Más de una fila de Programación dice que es su cita.")


def place_of(fila: FilaDePlanilla) -> Lugar:
    return fila.planilla_id, fila.hoja_id, fila.fecha, fila.hora


def _is_of(fila: FilaDePlanilla, suscriptor: str) -> bool:
    """Whether a row's código is the suscriptor's; one that became a number may have lost its zeros."""
    return fila.codigo == suscriptor or (fila.numerico and same_numerals(fila.codigo, suscriptor))
