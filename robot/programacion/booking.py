"""Taking a cupo: choose a free row, write into it at once, and put it back where somebody was faster (`robot.sheets`)."""

import datetime as dt
import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from gspread.exceptions import APIError

from robot.errors import CupoTaken, NoCupos, SheetUnusable
from robot.models import Cita
from robot.planilla.cells import Columna, Valor
from robot.planilla.doubts import PROTEGIDA
from robot.planilla.report import why_left_alone
from robot.planilla.rows import FilaDudosa
from robot.programacion import google
from robot.programacion.agenda import Agenda, as_cupo
from robot.programacion.diary import Operacion
from robot.programacion.finding import Buscador
from robot.programacion.mending import Mender
from robot.programacion.readings import Sitio
from robot.programacion.spreadsheets import Libro, RowGone

_REFUSED = 400
_FRESH_SECONDS = 2.0
"""For so long what `require_free` has seen is as good as a look of its own: the write tells what the row held at its instant."""


class _CupoVisto(NamedTuple):
    """The cupo that a look found, and for which wish."""

    cuando: float
    fecha: dt.date | None
    hora: dt.time | None
    sitio: Sitio


class Booking(NamedTuple):
    """What a booking writes, and which cupo it wishes.

    Attributes:
        marcas: the ids that its tag may have, in order.
        otra: it is to have a cupo beside the one that its referencia has, until that is left.
        menos: the day and hour that will not do.
    """

    referencia: str
    suscriptor: str
    ruta: str
    asesor: str
    fecha: dt.date | None
    hora: dt.time | None
    marcas: Sequence[int]
    otra: bool = False
    menos: tuple[dt.date, dt.time] | None = None


class Booker:
    """Takes cupos of one schedule."""

    def __init__(self, libro: Libro, mender: Mender, agenda: Agenda, buscador: Buscador) -> None:
        self._libro = libro
        self._mender = mender
        self._agenda = agenda
        self._buscador = buscador
        self._seen_free: _CupoVisto | None = None

    def require_free(self, fecha: dt.date | None, hora: dt.time | None) -> None:
        """Look whether `book` would find a cupo now.

        Raises:
            NoCupos, CupoTaken, SheetUnusable.
        """
        sitio = self._choose(fecha, hora)
        self._seen_free = _CupoVisto(time.monotonic(), fecha, hora, sitio)

    def book(self, booking: Booking, *, look: bool) -> Cita:
        """Take a cupo.

        Args:
            look: an earlier attempt may have taken one.

        Raises:
            NoCupos, CupoTaken, SheetUnusable.
        """
        if look and (own := self._own(booking)) is not None:
            return own
        # What went wrong keeps its own tag, so that mending it later can never touch the cita that is taken next.
        for marca in booking.marcas:
            taken = google.until_answered(partial(self._take, booking, marca), self._libro.intentos)
            if taken is not None:
                return taken
        raise CupoTaken("Otras personas tomaron cada cupo en el mismo instante.")

    def _own(self, booking: Booking) -> Cita | None:
        """What an earlier attempt took."""
        return self._buscador.find(booking.referencia, booking.suscriptor, booking.marcas if booking.otra else None)

    def _take(self, booking: Booking, marca: int) -> Cita | None:
        """One attempt to take a cupo under a tag. Returns None where somebody was faster, or the tag's id is another's.

        1. The write is applied whole or not at all; an answer that does not come leaves a tag that is found.
        2. What it met is in its answer, and in the diary. A robot that dies here leaves a line that the next one judges.
        3. If it was no free cupo, it is given back, and the tag goes.
        """
        seen = None if booking.otra else self._just_seen(booking.fecha, booking.hora)
        sitio = seen or self._choose(booking.fecha, booking.hora, menos=booking.menos)
        escrito: dict[Columna, Valor] = {
            Columna.CODIGO: booking.suscriptor,
            Columna.RUTA: booking.ruta,
            Columna.ASESOR: booking.asesor,
        }
        try:
            done = self._libro.write(sitio, escrito, Operacion.RESERVA, booking.referencia, marca, tag=True)
        except RowGone:
            return None
        except google.Unanswered:
            if (own := self._own(booking)) is not None:
                return own
            raise
        except APIError as refused:
            if google.status_of(refused) != _REFUSED:
                raise
            if self._libro.is_taken(sitio.planilla, marca):
                return self._own(booking)
            if why := self._libro.why_refused(sitio, escrito):
                raise SheetUnusable(why) from None
            raise
        if done.misma_fila and done.entrada.found_free():
            return _as_cita(sitio, booking.referencia, booking.suscriptor, marca)
        self._mender.restore(sitio.planilla, done.entrada, drop_tag=True)
        return None

    def _just_seen(self, fecha: dt.date | None, hora: dt.time | None) -> Sitio | None:
        """What was seen free a moment ago; it is used once."""
        seen, self._seen_free = self._seen_free, None
        if seen is None or (seen.fecha, seen.hora) != (fecha, hora) or time.monotonic() - seen.cuando > _FRESH_SECONDS:
            return None
        return seen.sitio

    def _choose(
        self, fecha: dt.date | None, hora: dt.time | None, *, menos: tuple[dt.date, dt.time] | None = None
    ) -> Sitio:
        """The first free cupo that fits the wish, but none at `menos`.

        Raises:
            NoCupos, CupoTaken.
            SheetUnusable: there is none, but rows that the robot must not write into.
        """
        desde, hasta = fecha or self._agenda.hoy(), fecha or dt.date.max
        doubtful: list[FilaDudosa] = []
        for last_chance in (False, True):
            doubtful.clear()
            for planilla, lectura in self._agenda.readings(desde, hasta):
                for sitio in self._agenda.free(planilla, lectura, desde, hasta):
                    if hora in {None, sitio.fila.hora} and (sitio.fila.fecha, sitio.fila.hora) != menos:
                        return sitio
                doubtful += self._agenda.doubtful(planilla, lectura, desde, hasta)
            if not last_chance:
                self._libro.look_again()
        doubtful = [one for one in doubtful if hora is None or one.hora in {hora, None}]
        if protected := next((one for one in doubtful if one.motivo == PROTEGIDA), None):
            editor = f"a {self._libro.cuenta}" if self._libro.cuenta else "la cuenta del robot"
            raise SheetUnusable(
                f"Las filas que quedan libres en «{protected.planilla}», hoja «{protected.hoja}», están protegidas: "
                f"agregue {editor} como editor del rango protegido, o quite la protección."
            )
        left_alone = why_left_alone(doubtful)
        if fecha is not None and hora is not None:
            raise CupoTaken(f"No hay cupo libre el {fecha:%d/%m/%Y} a las {hora:%H:%M}. {left_alone}".strip())
        wished = f" el {fecha:%d/%m/%Y}" if fecha else f" a las {hora:%H:%M}" if hora else ""
        raise NoCupos(f"No queda ninguno{wished}. {left_alone}".strip() if wished or left_alone else "")


def _as_cita(sitio: Sitio, referencia: str, suscriptor: str, marca: int) -> Cita:
    return Cita(
        **as_cupo(sitio).model_dump(),
        referencia=referencia,
        suscriptor=suscriptor,
        planilla_id=sitio.planilla.id,
        hoja_id=sitio.hoja.id,
        marca=marca,
    )
