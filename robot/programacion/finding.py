"""Finding a cita in the schedule again: by its tag, by what its row says, by the diary."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from robot.errors import CitaLost, SheetUnusable
from robot.models import ZONA_HORARIA, Cita, Radicado
from robot.planilla.cells import same_code
from robot.programacion.diary import MENDED_UNTIL, Entrada, Operacion, holder_of, undone_by
from robot.programacion.mending import Mender
from robot.programacion.readings import Lectura, Planilla, Sitio
from robot.programacion.spreadsheets import Libro


class Buscador:
    """Looks for citas of the robot, wherever people have moved their rows."""

    def __init__(self, libro: Libro, mender: Mender, ahora: Callable[[], dt.datetime]) -> None:
        self._libro = libro
        self._mender = mender
        self._ahora = ahora

    def locate(self, cita: Cita) -> Sitio:
        """The cita's row as it is now: by its tag, else by what it says.

        Raises:
            CitaLost: no row, or more than one, says código, fecha and hora of the cita; or the one that does was taken
                since for another solicitud of the same suscriptor.
        """
        planilla = self._libro.planilla(cita.planilla_id)
        lectura = self._mender.read(planilla, cita.marca, with_diary=True)
        same = [
            lectura.sitio(planilla, hoja_id, fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if same_code(fila.codigo, cita.suscriptor) and (fila.fecha, fila.hora) == (cita.fecha, cita.hora)
        ]
        tagged = [sitio for sitio in same if (sitio.hoja.id, sitio.fila.indice) == lectura.marcada]
        if len(same) == 1 and holder_of(lectura.diario, same[0].fila, cita) in {cita.referencia, None}:
            return same[0]
        if len(same) > 1 and tagged:
            return tagged[0]
        raise CitaLost("Una persona cambió, movió o borró la fila de la cita.")

    def find(
        self,
        referencia: str,
        suscriptor: str,
        marcas: Collection[int] | None = None,
        *,
        fuera: Collection[int] | None = None,
    ) -> Cita | None:
        """The cita that belongs to a referencia, or None. A half-done booking found on the way is taken back.

        Args:
            marcas: look at these tags of it only.
            fuera: of what is where the robot does not look, only these tags matter.

        Raises:
            SheetUnusable: it is where the robot does not read.
        """
        for planilla in self._libro.planillas():
            for marca in self._libro.tags(planilla, referencia):
                if marcas is not None and marca not in marcas:
                    continue
                if (own := self._own_cita(planilla, referencia, suscriptor, marca)) is not None:
                    return own
        if (titulo := self._libro.strayed(referencia, self._ahora() - MENDED_UNTIL, fuera)) is not None:
            raise SheetUnusable(
                f"El cupo que el robot ya tomó está en «{titulo}», que ya no está en la carpeta o no se usa. "
                "Devuélvala a la carpeta; o quite de esa fila lo que escribió el robot y borre la fila."
            )
        return None

    def _own_cita(self, planilla: Planilla, referencia: str, suscriptor: str, marca: int) -> Cita | None:
        """The cita that a tag stands for, or None where its booking did not hold; then the tag goes."""
        lectura = self._mender.read(planilla, marca, with_diary=True)
        booking = self.booking(planilla, lectura.diario, marca)
        if booking is not None and not booking.found_free():
            self._mender.restore(planilla, booking, drop_tag=True)
            return None
        sitio = self._tagged_row(planilla, lectura, suscriptor)
        # As it was booked; else where a person has given the tagged row another day or hour.
        when: list[tuple[dt.date | None, dt.time | None, int]] = []
        when += [(booking.fecha, booking.hora, booking.hoja)] if booking else []
        when += [(sitio.fila.fecha, sitio.fila.hora, sitio.hoja.id)] if sitio else []
        for fecha, hora, hoja_id in when:
            hoja = lectura.hojas.get(hoja_id)
            if fecha is None or hora is None or hoja is None:
                continue
            cita = Cita(
                fecha=fecha,
                hora=hora,
                planilla=planilla.titulo,
                hoja=hoja.titulo,
                referencia=referencia,
                suscriptor=suscriptor,
                planilla_id=planilla.id,
                hoja_id=hoja.id,
                marca=marca,
            )
            with suppress(CitaLost):
                return cita.model_copy(update={"cuadrilla": self.locate(cita).fila.cuadrilla})
        if booking is not None and not _reads_tagged_row(lectura):
            raise SheetUnusable(
                f"El cupo que el robot ya tomó el {booking.fecha:%d/%m/%Y} a las {booking.hora:%H:%M} está en una hoja de "
                f"«{planilla.titulo}» que no se lee: está oculta, parece una copia o le faltan columnas. "
                "Muéstrela o corríjala; o quite de esa fila lo que escribió el robot y borre la fila."
            )
        self._libro.drop_tag(planilla, marca)
        return None

    def drop_tags(self, referencia: str, *, but: int | None) -> None:
        """Take away the tags that a referencia has, but for one."""
        for planilla in self._libro.planillas():
            for marca in self._libro.tags(planilla, referencia):
                if marca != but:
                    self._libro.drop_tag(planilla, marca)

    def taken_over(self, cita: Cita, radicado: Radicado) -> tuple[Sitio, Entrada] | None:
        """The row where a cita was, if it says another código and still the radicado that the robot wrote, and that line of the
        diary. None where it does not, or nobody can tell who wrote it.
        """
        try:
            planilla = self._libro.planilla(cita.planilla_id)
        except CitaLost:
            return None
        lectura = self._mender.read(planilla, cita.marca, with_diary=True)
        undone = undone_by(lectura.diario)
        noted = next(
            (
                one
                for one in lectura.diario
                if one.operacion is Operacion.RADICADO and one.marca == cita.marca and one.entrada not in undone
            ),
            None,
        )
        rows = [
            lectura.sitio(planilla, cita.hoja_id, fila)
            for fila in lectura.filas.get(cita.hoja_id, ())
            if same_code(fila.pqr, radicado.numero) and (fila.fecha, fila.hora) == (cita.fecha, cita.hora)
        ]
        return (rows[0], noted) if len(rows) == 1 and noted is not None else None

    def released(self, planilla: Planilla, marca: int) -> Entrada | None:
        """The newest line that tells of a row given back, if that was not taken back itself."""
        diario = self._mender.read(planilla, marca, with_diary=True).diario
        undone = undone_by(diario)
        of_it = (one for one in diario if one.operacion is Operacion.LIBERACION and one.marca == marca)
        return next((one for one in of_it if one.entrada not in undone), None)

    def booking(self, planilla: Planilla, newest: Sequence[Entrada], marca: int) -> Entrada | None:
        """The line of a booking that was never taken back, however many were written after it."""
        found = _standing(newest, marca)
        return found or _standing(self._libro.diary(planilla, dt.datetime.min.replace(tzinfo=ZONA_HORARIA)), marca)

    def _tagged_row(self, planilla: Planilla, lectura: Lectura, suscriptor: str) -> Sitio | None:
        """The row that has the tag which was asked for, where it says the suscriptor's código."""
        if lectura.marcada is None:
            return None
        hoja_id, indice = lectura.marcada
        rows = [
            fila
            for fila in lectura.filas.get(hoja_id, ())
            if fila.indice == indice and same_code(fila.codigo, suscriptor)
        ]
        return lectura.sitio(planilla, hoja_id, rows[0]) if len(rows) == 1 else None


def _reads_tagged_row(lectura: Lectura) -> bool:
    """Whether the row with the tag that was asked for is one of those that are read; a tag dies with its row."""
    if lectura.marcada is None:
        return False
    hoja_id, indice = lectura.marcada
    return any(fila.indice == indice for fila in lectura.filas.get(hoja_id, ()))


def _standing(diario: Sequence[Entrada], marca: int) -> Entrada | None:
    undone = undone_by(diario)
    bookings = (one for one in diario if one.operacion is Operacion.RESERVA and one.marca == marca)
    return next((one for one in bookings if one.entrada not in undone), None)
