"""Where a cita with a radicado stands by now, among the rows of a schedule."""

from collections.abc import Sequence
from typing import NamedTuple

from robot.conciliacion.following import row_of
from robot.conciliacion.sides import FilaDePlanilla
from robot.models import Cita, Radicado
from robot.programacion.leaving import Llevado
from robot.programacion.tags import tag_on


class CitaHallada(NamedTuple):
    """Where a cita with a radicado stands by now.

    Attributes:
        llevado: what its row says.
        ya_movida: it is the row that the move has taken which is asked about, and no other one is the cita any more.
    """

    cita: Cita
    llevado: Llevado
    ya_movida: bool


def where_it_stands(
    filas: Sequence[FilaDePlanilla], cita: Cita, radicado: Radicado, taken: Sequence[int]
) -> CitaHallada | None:
    """Where a cita stands, whoever has moved its row; None if nowhere.

    Args:
        taken: the tags of a move of it; a row with one of them is the cita only where no other one is.

    Raises:
        CitaLost: in more than one row, and it cannot be told which.
    """
    new = [one for one in filas if one.marca in taken and one.pqr == radicado.numero]
    fila = row_of([one for one in filas if one.marca not in taken], cita, radicado.numero)
    ya_movida = fila is None and bool(new)
    fila = fila or row_of(new, cita, radicado.numero)
    if fila is None or fila.fecha is None or fila.hora is None:
        return None
    where = {
        "fecha": fila.fecha,
        "hora": fila.hora,
        "planilla": fila.planilla,
        "hoja": fila.hoja,
        "cuadrilla": fila.cuadrilla,
        "planilla_id": fila.planilla_id,
        "hoja_id": fila.hoja_id,
        "marca": cita.marca or tag_on(fila, cita.referencia),
    }
    return CitaHallada(cita.model_copy(update=where), Llevado(fila.ruta, fila.asesor), ya_movida)
