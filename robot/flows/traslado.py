"""A cita after its trámite is filed: moved to another cupo, cancelled, or followed to where a person has moved its row.

Serviweb has no part in it. A move takes the new cupo first and leaves the old one last, so that whatever interrupts it there is
a cita; every part is safe to do again:

1. *Búsqueda*: where the cita stands by now, and what its row says. Nothing is changed.
2. *Cupo*: another one under a tag of this move alone. What an interrupted attempt took is found by it.
3. *Radicado* into its row. Where a person was faster there, the new cupo is given back (*devolución*) and the old cita stays;
   never once the old row is left, for then the new one is the only one: the move is done again until it is through.
4. *Liberación*: the old row says again what it said before it was booked; what a person put there since stays.
5. *Copias*: those that were made, with the new cita.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from robot.copias.remaking import remake_copies
from robot.errors import (
    CitaLost,
    DiskUnwritable,
    DocumentIncomplete,
    RobotError,
    TransientFailure,
)
from robot.flows.cita import is_same_row, is_same_time, unplaced
from robot.flows.partes import Dato
from robot.models import Cita, DocumentoCopias, Radicado, Solicitud
from robot.planilla.cells import Columna
from robot.procedure.definition import Copia
from robot.programacion.leaving import FilaDejada, Llevado
from robot.referencia import Referencia
from robot.sheets import Programacion

D = TypeVar("D", bound=Dato)
_ERROR_OF_A_FORMULA = "#"
COPIA_NUEVA = "Entregue al cliente la copia nueva: la que tiene dice la cita anterior."


class ClaseDeTraslado(StrEnum):
    """What is to become of a cita."""

    MOVER = "MOVER"
    CANCELAR = "CANCELAR"
    SEGUIR = "SEGUIR"


class EstadoDeTraslado(StrEnum):
    """How a change of a cita stands. IMPOSIBLE has left it as it was."""

    PEDIDO = "PEDIDO"
    HECHO = "HECHO"
    IMPOSIBLE = "IMPOSIBLE"


class SituacionDeCita(StrEnum):
    """What became of a cita after it was booked."""

    MOVIDA = "MOVIDA"
    A_MANO = "MOVIDA A MANO"
    CANCELADA = "CANCELADA"


@dataclass(frozen=True, slots=True)
class Encargo:
    """A change of a cita that somebody asked for.

    Attributes:
        identidad: the name of this change, which no other one has.
        cita: as the record has it; nothing where it was cancelled.
        ruta: for a row that has to be written without an old one to take it from.
        asesor: the name that goes into Programación, in the same case.
        fecha, hora: the wished cupo.
        documento: the copies that were made.
        otra_vez: a run of this change came to no end, and nobody knows what it has done.
    """

    identidad: str
    clase: ClaseDeTraslado
    referencia: Referencia
    solicitud: Solicitud
    radicado: Radicado
    cita: Cita | None
    ruta: str
    asesor: str
    fecha: dt.date | None
    hora: dt.time | None
    documento: DocumentoCopias | None
    copias: tuple[Copia, ...]
    otra_vez: bool = False


class Hallada(Dato):
    """Where the cita stands by now; nothing where no row is it. And what goes along when it moves.

    Attributes:
        ya_movida: it is the cupo that an interrupted run of this move has taken, and the old row is left.
    """

    cita: Cita | None
    ruta: str
    asesor: str
    ya_movida: bool = False

    @property
    def llevado(self) -> Llevado:
        return Llevado(self.ruta, self.asesor)


class Tomada(Dato):
    """The new cita."""

    cita: Cita


class Liberada(Dato):
    """What to tell of the row that was left."""

    avisos: tuple[str, ...] = ()


class Copiada(Dato):
    """The copies that tell the cita that holds now, or nothing and why."""

    documento: DocumentoCopias | None = None
    avisos: tuple[str, ...] = ()


class Cambio(Dato):
    """How it ended.

    Attributes:
        cita: what the solicitud has now.
        motivo: why nothing was changed, for people; blank where it was.
        ruta: what the row said, for whoever books again.
    """

    situacion: SituacionDeCita | None = None
    cita: Cita | None = None
    documento: DocumentoCopias | None = None
    avisos: tuple[str, ...] = ()
    motivo: str = ""
    ruta: str = ""


class CorredorDeTraslado(Protocol):
    """Does a part once, whatever happens to the process. Raises what the part raised of ours."""

    def __call__(self, nombre: str, tipo: type[D], hacer: Callable[[], D]) -> D: ...


class Traslado:
    """One change of a cita."""

    def __init__(self, encargo: Encargo, programacion: Programacion, corredor: CorredorDeTraslado) -> None:
        self._encargo = encargo
        self._programacion = programacion
        self._do = corredor

    def run(self) -> Cambio:
        """Do it. What keeps it from being done while the cita is as it was is in the result.

        Raises:
            RobotError: something may have been changed, and it cannot be told or ended now: it is to be done again.
        """
        try:
            hallada = self._do("búsqueda", Hallada, self.buscar)
        except CitaLost as several:  # in so many rows that the cupo of an interrupted run is none too few
            return self._given_up(several, self.unfound())
        except RobotError as hindered:
            if self._encargo.otra_vez:
                raise
            return Cambio(motivo=hindered.texto)
        match self._encargo.clase:
            case ClaseDeTraslado.MOVER:
                return self._move(hallada)
            case ClaseDeTraslado.CANCELAR:
                return self._cancel(hallada)
            case ClaseDeTraslado.SEGUIR:
                return self._follow(hallada)

    def _move(self, hallada: Hallada) -> Cambio:
        try:
            nueva = self._do("cupo", Tomada, lambda: self.tomar(hallada)).cita
            self._do("radicado", Liberada, lambda: self.anotar(nueva))
        except RobotError as hindered:
            if hallada.ya_movida:
                raise
            return self._given_up(hindered, hallada)
        avisos = self._left(hallada, nueva)
        return self._copied(SituacionDeCita.MOVIDA, nueva, hallada, avisos)

    def _given_up(self, hindered: RobotError, hallada: Hallada) -> Cambio:
        """All is as it was."""
        if self._encargo.clase is not ClaseDeTraslado.MOVER:
            return Cambio(motivo=hindered.texto)
        avisos = self._do("devolución", Liberada, lambda: self.devolver(hallada, hindered)).avisos
        return Cambio(motivo=" ".join((hindered.texto, *avisos)))

    def _cancel(self, hallada: Hallada) -> Cambio:
        """Only a row that is left is cancelled: the crew goes by what the sheet says, and so does whoever follows a cita."""
        try:
            avisos = self._leave(hallada, None)
        except TransientFailure:
            raise
        except RobotError as hindered:
            return Cambio(motivo=hindered.texto)
        return self._copied(SituacionDeCita.CANCELADA, None, hallada, avisos)

    def _follow(self, hallada: Hallada) -> Cambio:
        cita, known = hallada.cita, self._encargo.cita
        if cita is None or (known is not None and is_same_time(cita, known)):
            return Cambio(motivo="La cita está donde el robot la tiene.")
        return self._copied(SituacionDeCita.A_MANO, cita, hallada, ())

    def _left(self, hallada: Hallada, nueva: Cita) -> tuple[str, ...]:
        """Leave the old row for a new one. From here on the change holds, whatever the old row is like."""
        try:
            return self._leave(hallada, nueva)
        except TransientFailure:
            raise
        except RobotError as hindered:
            return (f"El cupo anterior no se pudo liberar: vacíe esa fila en Programación. {hindered.texto}",)

    def _leave(self, hallada: Hallada, nueva: Cita | None) -> tuple[str, ...]:
        old = hallada.cita
        if old is None or (nueva is not None and is_same_row(old, nueva)):  # an interrupted run has come so far already
            old = self._encargo.cita
        if old is None:
            return ()
        return self._do("liberación", Liberada, lambda: self.dejar(old, hallada, nueva)).avisos

    def _copied(
        self, situacion: SituacionDeCita, cita: Cita | None, hallada: Hallada, avisos: tuple[str, ...]
    ) -> Cambio:
        hechas = self._do("copias", Copiada, lambda: self.copiar(cita))
        if cita is not None and hechas.documento is not None:
            avisos = (*avisos, COPIA_NUEVA)
        return Cambio(
            situacion=situacion,
            cita=cita,
            documento=hechas.documento,
            avisos=(*avisos, *hechas.avisos),
            ruta=hallada.ruta,
        )

    def buscar(self) -> Hallada:
        """Where the cita stands."""
        encargo = self._encargo
        known = encargo.cita or unplaced(encargo.referencia, encargo.solicitud.suscriptor)
        found = self._programacion.standing(known, encargo.radicado, traslado=encargo.identidad)
        if found is None:
            return self.unfound()
        llevado = found.llevado
        ruta = encargo.ruta if llevado.ruta.startswith(_ERROR_OF_A_FORMULA) else llevado.ruta
        return Hallada(cita=found.cita, ruta=ruta, asesor=llevado.asesor or encargo.asesor, ya_movida=found.ya_movida)

    def unfound(self) -> Hallada:
        """What goes along where no row is known to be the cita."""
        return Hallada(cita=None, ruta=self._encargo.ruta, asesor=self._encargo.asesor)

    def tomar(self, hallada: Hallada) -> Tomada:
        """Another cupo."""
        encargo, old = self._encargo, hallada.cita
        cita = self._programacion.book_another(
            referencia=encargo.referencia,
            traslado=encargo.identidad,
            suscriptor=encargo.solicitud.suscriptor,
            llevado=hallada.llevado,
            fecha=encargo.fecha,
            hora=encargo.hora,
            menos=(old.fecha, old.hora) if old is not None else None,
        )
        return Tomada(cita=cita)

    def anotar(self, nueva: Cita) -> Liberada:
        """The radicado into the new row."""
        self._programacion.write_radicado(nueva, self._encargo.radicado)
        return Liberada()

    def devolver(self, hallada: Hallada, hindered: RobotError) -> Liberada:
        """The new cupo as it was before it was taken, unless by now it is the row that the cita stands in.

        Raises:
            RobotError: it is, so that what has hindered the move is to be overcome.
        """
        encargo = self._encargo
        taken = self._programacion.taken_for(
            encargo.identidad, referencia=encargo.referencia, suscriptor=encargo.solicitud.suscriptor
        )
        if taken is None:
            return Liberada()
        if hallada.cita is not None and is_same_row(hallada.cita, taken):
            raise hindered
        goes = self._programacion.booked(taken) or hallada.llevado
        stays = hallada.cita or encargo.cita
        return _told_of(_new(taken), self._programacion.leave(taken, goes, encargo.radicado, queda=stays))

    def dejar(self, old: Cita, hallada: Hallada, nueva: Cita | None) -> Liberada:
        """The old row as it was before it was booked."""
        goes = hallada.llevado
        if nueva is None:  # nothing goes along: what a person has corrected in the row stays there
            goes = self._programacion.booked(old) or goes
        return _told_of(_old(old), self._programacion.leave(old, goes, self._encargo.radicado, queda=nueva))

    def copiar(self, cita: Cita | None) -> Copiada:
        """The copies that were made, telling this cita; a document that cannot be made anew here is pending."""
        encargo = self._encargo
        if encargo.documento is None:
            return Copiada()
        try:
            documento = remake_copies(
                encargo.documento,
                encargo.copias,
                referencia=encargo.referencia,
                radicado=encargo.radicado.numero,
                cita=cita,
                documento_del_usuario=encargo.solicitud.identificacion.printed,
            )
        except (DocumentIncomplete, DiskUnwritable) as hindered:
            return Copiada(avisos=(f"Copias pendientes: las que había dicen la cita anterior. {hindered.detalle}",))
        return Copiada(documento=documento)


def _told_of(cual: str, left: FilaDejada) -> Liberada:
    """What people should know of a row that was left."""
    if not left.estaba:
        return Liberada(avisos=(f"{cual} ya no decía que era de esta cita; quedó como está.",))
    if not left.ajenas:
        return Liberada()
    whole = " y quedó como está" if Columna.PQR in left.ajenas else ""
    what = ", ".join(columna.value for columna in Columna if columna in left.ajenas)
    return Liberada(
        avisos=(f"{cual} tiene algo que escribió una persona ({what}){whole}: revise esa fila en Programación.",)
    )


def _old(cita: Cita) -> str:
    return f"El cupo anterior, {_at(cita)},"


def _new(cita: Cita) -> str:
    return f"El cupo nuevo, {_at(cita)},"


def _at(cita: Cita) -> str:
    return f"del {cita.fecha:%d/%m/%Y} a las {cita.hora:%H:%M}"
