"""The cita in Programación (step 10): a cupo is seen, taken, and given the radicado."""

import datetime as dt

from robot.errors import CitaLost
from robot.flows.progreso import Progreso
from robot.flows.visita import Trabajo
from robot.models import Cita, Radicado
from robot.procedure import Paso
from robot.referencia import Referencia
from robot.sheets import Programacion


def require_cupo(programacion: Programacion, trabajo: Trabajo, progreso: Progreso) -> None:
    """See, before anything is touched in Serviweb, that there is a cupo to take.

    Raises:
        NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        programacion.require_free(fecha=trabajo.solicitud.fecha, hora=trabajo.solicitud.hora)


def book_cita(
    programacion: Programacion, trabajo: Trabajo, *, ruta: str, asesor: str, first_attempt: bool, progreso: Progreso
) -> Cita:
    """Step 10, first half: take the cupo; an earlier attempt's is found again.

    Raises:
        NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        return programacion.book(
            referencia=trabajo.referencia,
            suscriptor=trabajo.solicitud.suscriptor,
            ruta=ruta,
            asesor=asesor,
            fecha=trabajo.solicitud.fecha,
            hora=trabajo.solicitud.hora,
            first_attempt=first_attempt,
        )


def note_radicado(
    programacion: Programacion,
    trabajo: Trabajo,
    cita: Cita,
    radicado: Radicado,
    *,
    ruta: str,
    asesor: str,
    decidido: bool,
    corregido: Radicado | None,
    progreso: Progreso,
) -> tuple[Cita, tuple[str, ...]]:
    """Step 10, second half: the radicado into column pqr. If a person has taken the row since, another cupo is taken.

    The cita that holds in the end, and what to tell the asesor.

    Args:
        decidido: a person said which number it is: the row may have the one that was known before.
        corregido: the number that a person takes back; where the row has it, it gives way.

    Raises:
        CitaLost: no other cupo could be kept either.
        NoCupos, SheetUnusable, GoogleUnavailable.
    """
    with progreso.paso(Paso.PROGRAMACION):
        try:
            programacion.write_radicado(cita, radicado, corregido=corregido)
        except CitaLost:
            if decidido and programacion.holds(cita):
                return cita, (f"La fila de la cita tiene otro radicado; escriba {radicado.numero} en su columna pqr.",)
            if (moved := moved_by_hand(programacion, cita, radicado)) is not None:
                programacion.write_radicado(moved, radicado)
                return moved, (
                    f"Una persona pasó la visita al {moved.fecha:%d/%m/%Y} a las {moved.hora:%H:%M}, y esa es la cita.",
                )
            another = programacion.book(
                referencia=trabajo.referencia,
                suscriptor=trabajo.solicitud.suscriptor,
                ruta=ruta,
                asesor=asesor,
                first_attempt=False,
            )
            programacion.write_radicado(another, radicado)
            lost = f"{cita.fecha:%d/%m/%Y} {cita.hora:%H:%M}"
            return another, (
                f"Una persona ocupó el cupo del {lost} después que el robot; la visita quedó para el "
                f"{another.fecha:%d/%m/%Y} a las {another.hora:%H:%M}.",
            )
    return cita, ()


def moved_by_hand(programacion: Programacion, cita: Cita, radicado: Radicado) -> Cita | None:
    """Where a person has moved the row of a cita, by its radicado or its tag; None where no other row is it.

    Raises:
        CitaLost, SheetUnusable, GoogleUnavailable.
    """
    found = programacion.standing(cita, radicado)
    return found.cita if found is not None and not is_same_time(found.cita, cita) else None


def is_same_row(one: Cita, other: Cita) -> bool:
    """Whether two citas are at one day and hour of one crew in one worksheet."""
    return is_same_time(one, other) and one.cuadrilla == other.cuadrilla


def is_same_time(one: Cita, other: Cita) -> bool:
    """Whether two citas are at one day and hour in one worksheet; a crew may have been given another name."""
    return (one.planilla_id, one.hoja_id, one.fecha, one.hora) == (
        other.planilla_id,
        other.hoja_id,
        other.fecha,
        other.hora,
    )


def unplaced(referencia: Referencia, suscriptor: str) -> Cita:
    """What is looked for where nobody knows of a row: one that has the radicado or the tag is it. It has no tag of its own."""
    return Cita(
        fecha=dt.date.min,
        hora=dt.time.min,
        planilla="",
        hoja="",
        referencia=referencia,
        suscriptor=suscriptor,
        planilla_id="",
        hoja_id=0,
        marca=0,
    )
