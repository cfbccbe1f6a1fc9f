"""The cita of a solicitud that is filed: another cupo for it, or none."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import ActoImposible
from robot.informes import entregas as relacion
from robot.models import Estado
from robot.record.accounts import Cuenta
from robot.record.dossier import Expediente
from robot.web.cupos import Deseo
from robot.web.guardia import Formulario, one
from robot.web.servicio import Con, NoEsta, Quien, Servicio, Suya
from robot.web.vistas import by_day, page, see_other

router = APIRouter()
_PRIMERA = "primera"
"""Whoever chooses nothing has not chosen the first free one: somebody waits on the telephone for a day and an hour."""


@router.get("/solicitudes/{referencia}/cita")
def choose(request: Request, expediente: Suya, con: Con, cuenta: Quien) -> Response:
    """The free cupos, to choose from."""
    procedimiento = con.procedimiento_of(expediente)
    if expediente.estado is not Estado.RADICADA or procedimiento is None or not procedimiento.lleva_cita:
        raise NoEsta
    return _form(request, con, cuenta, expediente, a_mano=_moved_by_hand(con, cuenta, expediente))


def _moved_by_hand(con: Servicio, cuenta: Cuenta, expediente: Expediente) -> FilaDePlanilla | None:
    """The row in which a person has put the visit since, which the record follows; nothing where it stands where it is known."""
    rows = relacion.rows_with(con.agenda.read().filas, expediente.radicado or "", expediente.suscriptor)
    cita = expediente.cita
    if cita is None or len(rows) != 1 or (rows[0].fecha, rows[0].hora) == (cita.fecha, cita.hora):
        return None
    if rows[0].referencia:  # a row of the robot's own: what was read may be older than its last move
        return None
    con.ventanilla.follow_cita(expediente.referencia, quien=cuenta.clave)
    return rows[0]


def _form(
    request: Request,
    con: Servicio,
    cuenta: Cuenta,
    expediente: Expediente,
    problema: str = "",
    a_mano: FilaDePlanilla | None = None,
) -> Response:
    procedimiento = con.procedimiento_of(expediente)
    lectura = (con.cupos_of(procedimiento) if procedimiento is not None else con.cupos).shown()
    cita = expediente.cita
    others = [one for one in lectura.cupos if cita is None or (one.fecha, one.hora) != (cita.fecha, cita.hora)]
    shown = {
        "e": expediente,
        "dias": by_day(others),
        "lectura": lectura,
        "vence": con.vence(expediente),
        "problema": problema,
        "a_mano": a_mano,
        "primera": _PRIMERA,
    }
    return page(request, "cita.html", cuenta, shown, status=422 if problema else 200)


@router.post("/solicitudes/{referencia}/mover")
def move(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """Another cupo for the cita; whether it is still free is seen by who takes it."""
    wished = one(fields, "cupo")
    deseo = Deseo.parse(wished)
    if deseo.fecha is None and wished != _PRIMERA:
        return _form(request, con, cuenta, expediente, problema="Elija un día y una hora.")
    try:
        con.ventanilla.move(expediente.referencia, fecha=deseo.fecha, hora=deseo.hora, quien=cuenta.clave)
    except ActoImposible as refused:
        return _form(request, con, cuenta, con.registro.expediente(expediente.referencia), problema=refused.texto)
    con.agenda.forget()
    return see_other(request, f"/solicitudes/{expediente.referencia}")


@router.post("/solicitudes/{referencia}/cancelar-cita")
def cancel(request: Request, expediente: Suya, fields: Formulario, con: Con, cuenta: Quien) -> Response:
    """The cupo is given back; the trámite stays."""
    del fields
    try:
        con.ventanilla.cancel_cita(expediente.referencia, quien=cuenta.clave)
    except ActoImposible as refused:
        return _form(request, con, cuenta, con.registro.expediente(expediente.referencia), problema=refused.texto)
    con.agenda.forget()
    return see_other(request, f"/solicitudes/{expediente.referencia}")
