"""Copies on their way to paper (end of step 12): each print handed to the queue at most once, whatever happens meanwhile.

A print is noted before anything leaves. Its job is opened under a name of its own, and nothing is printed of a job until its
document has come; that is sent only by whoever still has the turn. Whoever takes the turn over looks first: a job with a document
is the print; one without is taken away for good, so that the document of somebody who was frozen finds none.
"""

import contextlib
from pathlib import Path
from typing import Protocol

from robot.copias.printer import Cola, TrabajoEnCola
from robot.errors import PrinterRefused, PrinterSilent, RobotError, TurnoPerdido
from robot.models import EstadoImpresion


class Turno(Protocol):
    """The right to hand over one print, until somebody else takes it.

    Attributes:
        nombre: of the job, which no other print has.
        nueva: nobody has had this turn before.
        trabajo: the number of the job that whoever had it before opened, if any.
    """

    @property
    def nombre(self) -> str: ...

    @property
    def nueva(self) -> bool: ...

    @property
    def trabajo(self) -> int | None: ...

    def vigente(self, trabajo: int) -> bool:
        """Whether it is still ours, now that the job has this number; from here on its document may come."""

    def anota(self, estado: EstadoImpresion, motivo: str = "", trabajo: int | None = None) -> bool:
        """Note what became of it, unless somebody else has taken the turn; whether nobody has."""


class TurnoEnMemoria:
    """For a run that ends with its process: nobody else can take it."""

    nueva = True
    trabajo = None

    def __init__(self, nombre: str) -> None:
        self.nombre = nombre
        self.estado: EstadoImpresion | None = None

    def vigente(self, trabajo: int) -> bool:
        del trabajo
        return True

    def anota(self, estado: EstadoImpresion, motivo: str = "", trabajo: int | None = None) -> bool:
        del motivo, trabajo
        self.estado = estado
        return True


def hand_over(cola: Cola, archivo: Path, turno: Turno) -> RobotError | None:
    """Hand a print to the queue; what kept the robot from it, or from knowing, is noted and returned.

    Raises:
        TurnoPerdido: somebody else has taken the turn, and nothing was sent.
    """
    try:
        if not turno.nueva and (job := _looked_up(cola, turno)) is not None:
            turno.anota(EstadoImpresion.EN_COLA, trabajo=job.numero)
            return None
        numero = _opened(cola, archivo, turno)
        _send(cola, archivo, numero)
    except PrinterRefused as refused:
        return _noted(turno, EstadoImpresion.NO_IMPRESA, refused)
    except PrinterSilent as silent:
        return _noted(turno, EstadoImpresion.NO_SE_SABE, silent)
    turno.anota(EstadoImpresion.EN_COLA, trabajo=numero)
    return None


def _looked_up(cola: Cola, turno: Turno) -> TrabajoEnCola | None:
    """As `settle`; where the queue does not let anybody look, nobody knows."""
    try:
        return settle(cola, turno.nombre, turno.trabajo)
    except PrinterRefused as blind:
        raise PrinterSilent(blind.detalle) from None


def _opened(cola: Cola, archivo: Path, turno: Turno) -> int:
    """The number of a job that waits for its document, which may be sent now."""
    try:
        numero = cola.create(turno.nombre, archivo)
    except PrinterSilent as silent:  # a job may be there, but nothing is printed of it
        raise PrinterRefused(silent.detalle) from None
    if not turno.vigente(numero):
        with contextlib.suppress(PrinterRefused, PrinterSilent):  # CUPS drops a job whose document never comes
            cola.withdraw(numero)
        raise TurnoPerdido
    return numero


def _send(cola: Cola, archivo: Path, numero: int) -> None:
    """A job whose document is refused does not wait for another one."""
    try:
        cola.send(numero, archivo)
    except PrinterRefused as refused:
        if not cola.withdraw(numero):
            raise PrinterSilent(refused.detalle) from None
        raise


def _noted(turno: Turno, estado: EstadoImpresion, hindered: RobotError) -> RobotError:
    if not turno.anota(estado, hindered.detalle):
        raise TurnoPerdido
    return hindered


def settle(cola: Cola, nombre: str, trabajo: int | None) -> TrabajoEnCola | None:
    """The job of a print that somebody else began to hand over; nothing if its document has not come, and then it never will.

    Args:
        trabajo: the job's number, if it came so far that the document may have been sent.

    Raises:
        PrinterRefused, PrinterSilent: that could not be seen.
    """
    found = cola.named(nombre)
    if trabajo is not None and not found:
        raise PrinterSilent("CUPS ya no conoce el trabajo.")
    for job in found:
        if not job.vacio or not cola.withdraw(job.numero):
            return job
    return None
