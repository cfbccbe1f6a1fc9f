"""Programación: the schedule that people keep in Google Sheets, and the booking of its cupos (step 10).

No A1 notation or JSON leaves it, and no row number that anything is written by. The protocol, in short:

1. Read the rows afresh, or at most two seconds ago, and choose a free one: one on which everything is understood.
2. One atomic `batchUpdate`: tag the row with developer metadata whose id follows from the referencia, copy the row as it
   is at that instant into the diary (the before-image), write código, ruta and asesor.
3. If the before-image shows that a person was faster or the row had moved, put exactly that image back, take another.
4. An answer that was lost is waited out and never repeated blindly: the tag tells whether the write was applied.

How a cupo is chosen and taken is in `robot.programacion.booking`. Every later write goes the same way, so a person's entry
that meets ours in the same instant is back at once.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import APIError
from requests import RequestException

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import CitaLost, GoogleUnavailable, RobotError
from robot.models import ZONA_HORARIA, Cita, Cupo, Radicado
from robot.planilla.cells import Columna, Valor, is_blank, same_code, text_of
from robot.planilla.report import NoEntendidas, by_reason
from robot.programacion import google
from robot.programacion.agenda import Agenda, HojaVista, Oferta
from robot.programacion.booking import Booker, Booking
from robot.programacion.diary import Operacion
from robot.programacion.finding import Buscador
from robot.programacion.leaving import FilaDejada, Llevado, Salida
from robot.programacion.mending import Mender
from robot.programacion.readings import Sitio
from robot.programacion.spreadsheets import Libro, RowGone
from robot.programacion.standing import CitaHallada, where_it_stands
from robot.programacion.tags import tag_of, tags_of
from robot.settings import GoogleSettings, ProgramacionSettings

_PUT_BACK_ATTEMPTS = 6


class Programacion:
    """The schedule in the Drive folder of the settings.

    Folder, spreadsheets and worksheets are looked up now and then and remembered; rows never are.

    Args:
        ritmo: called before each call to Google; it may wait.
    """

    def __init__(
        self,
        settings: ProgramacionSettings,
        google_settings: GoogleSettings,
        ahora: Callable[[], dt.datetime] = lambda: dt.datetime.now(ZONA_HORARIA),
        ritmo: Callable[[], None] = lambda: None,
    ) -> None:
        self._ahora = ahora
        self._google = google_settings
        self._ritmo = ritmo
        self._libro = Libro(settings, google_settings, ahora, ritmo)
        self._mender = Mender(self._libro, ahora)
        self._agenda = Agenda(self._libro, self._mender, ahora)
        self._buscador = Buscador(self._libro, self._mender, ahora)
        self._booker = Booker(self._libro, self._mender, self._agenda, self._buscador)

    def elsewhere(self, settings: ProgramacionSettings) -> "Programacion":
        """Another schedule, by the same way to Google."""
        return Programacion(settings, self._google, self._ahora, self._ritmo)

    @property
    def llamadas(self) -> Counter[str]:
        """Calls made to Google so far, by kind."""
        return self._libro.llamadas

    def cupos(self, desde: dt.date, hasta: dt.date) -> list[Cupo]:
        """The free cupos from `desde` to `hasta`, both included, in order; those that have begun are left out.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        return list(self.oferta(desde, hasta).cupos)

    def oferta(self, desde: dt.date, hasta: dt.date) -> Oferta:
        """As `cupos`, and what is not offered because it is not understood.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            return self._agenda.oferta(desde, hasta)

    def require_free(self, *, fecha: dt.date | None, hora: dt.time | None) -> None:
        """Look whether `book` would find a cupo now. One call, which a `book` that follows at once need not make again.

        Raises:
            NoCupos, CupoTaken, SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            self._booker.require_free(fecha, hora)

    def book(
        self,
        *,
        referencia: str,
        suscriptor: str,
        ruta: str,
        asesor: str,
        fecha: dt.date | None = None,
        hora: dt.time | None = None,
        first_attempt: bool = True,
    ) -> Cita:
        """Take the wished cupo, or the next free one where nothing is wished.

        Safe to repeat: with `first_attempt=False` a cita that an earlier attempt took is found and returned.

        Raises:
            NoCupos: nothing that fits is free.
            CupoTaken: the wished fecha and hora are not free.
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        booking = Booking(referencia, suscriptor, ruta, asesor, fecha, hora, tags_of(referencia))
        with self._spanish():
            return self._booker.book(booking, look=not first_attempt)

    def book_another(
        self,
        *,
        referencia: str,
        traslado: str,
        suscriptor: str,
        llevado: Llevado,
        fecha: dt.date | None,
        hora: dt.time | None,
        menos: tuple[dt.date, dt.time] | None,
    ) -> Cita:
        """Take a cupo for a cita that has one, which it keeps until it is left. Safe to repeat.

        Args:
            traslado: which move of the cita it is for; another one takes another cupo.
            menos: the day and hour that will not do.

        Raises:
            As `book`.
        """
        marcas = tags_of(traslado)
        booking = Booking(
            referencia, suscriptor, llevado.ruta, llevado.asesor, fecha, hora, marcas, otra=True, menos=menos
        )
        with self._spanish():
            return self._booker.book(booking, look=True)

    def taken_for(self, traslado: str, *, referencia: str, suscriptor: str) -> Cita | None:
        """The cupo that `book_another` has taken for a move.

        Raises:
            SheetUnusable, GoogleUnavailable.
        """
        marcas = tags_of(traslado)
        with self._spanish():
            return self._buscador.find(referencia, suscriptor, marcas, fuera=marcas)

    def verify(self, cita: Cita) -> None:
        """Look whether the cita is still in the sheet as it was booked. One call.

        Raises:
            CitaLost: its row was retyped, cleared or deleted by a person.
        """
        with self._spanish():
            self._buscador.locate(cita)

    def holds(self, cita: Cita) -> bool:
        """Whether the cita is still in the sheet as it was booked. One call."""
        try:
            self.verify(cita)
        except CitaLost:
            return False
        return True

    def write_radicado(self, cita: Cita, radicado: Radicado, *, corregido: Radicado | None = None) -> None:
        """Write the radicado into column *pqr* of the cita's row. Safe to repeat; never over another value. Two calls.

        Args:
            corregido: the one that the robot wrote before and a person takes back; it gives way.

        Raises:
            CitaLost: the row is not the cita's any more, or its pqr holds something else.
        """

        def note() -> bool:
            sitio = self._buscador.locate(cita)
            if same_code(sitio.fila.pqr, radicado.numero):
                return True
            _require_room(sitio, corregido)
            escrito: dict[Columna, Valor] = {Columna.PQR: radicado.numero}
            done = self._libro.write(sitio, escrito, Operacion.RADICADO, cita.referencia, cita.marca)
            was_ours = same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor)
            if done.misma_fila and was_ours and _gives_way(done.entrada.before(Columna.PQR), corregido):
                return True
            self._mender.restore(sitio.planilla, done.entrada)
            return False

        self._settle(note, "No se pudo escribir el radicado en Programación.")

    def release(self, cita: Cita, *, corregido: Radicado | None = None) -> None:
        """Give the cupo back: blank what the robot wrote and drop its tag. Safe to repeat.

        A row that a person has changed since is left as the person wants it.

        Args:
            corregido: a radicado that the robot wrote and a person takes back; it goes, too.
        """

        def give_back() -> bool:
            try:
                sitio = self._buscador.locate(cita)
            except CitaLost:
                self._libro.drop_tag(self._libro.planilla(cita.planilla_id), cita.marca)
                return True
            if not _gives_way(sitio.fila.pqr, corregido):
                raise CitaLost("La cita ya tiene radicado; el cupo no se libera.", campo="pqr")
            blank: dict[Columna, Valor] = {Columna.CODIGO: None, Columna.RUTA: None, Columna.ASESOR: None}
            if not is_blank(sitio.fila.pqr):
                blank[Columna.PQR] = None
            done = self._libro.write(sitio, blank, Operacion.LIBERACION, cita.referencia, cita.marca, untag=True)
            if done.misma_fila and same_code(done.entrada.before(Columna.CODIGO), cita.suscriptor):
                return True
            self._mender.restore(sitio.planilla, done.entrada)
            return False

        self._settle(give_back, "No se pudo liberar el cupo en Programación.")

    def leave(self, cita: Cita, llevado: Llevado, radicado: Radicado, *, queda: Cita | None = None) -> FilaDejada:
        """Give back the row of a cita that has gone elsewhere, and drop its tag. Safe to repeat, also after a crash.

        Blanked is what still says what went along. What a person has put there stays; and where column *pqr* has something
        else, the whole row, which may be another visit of the same suscriptor.

        Args:
            queda: the cita that the solicitud has instead; its tag stays.

        Raises:
            SheetUnusable, GoogleUnavailable.
        """
        salida = Salida(self._libro, self._mender, self._buscador, cita, llevado, radicado)
        self._settle(salida.give_back, "No se pudo liberar el cupo anterior en Programación.")
        with self._spanish():
            self._buscador.drop_tags(cita.referencia, but=queda.marca if queda is not None else None)
        return salida.met

    def booked(self, cita: Cita) -> Llevado | None:
        """What the robot itself wrote beside the código when it booked a cita; None where the diary does not tell.

        Raises:
            SheetUnusable, GoogleUnavailable.
        """
        with self._spanish():
            try:
                planilla = self._libro.planilla(cita.planilla_id)
            except CitaLost:
                return None
            lectura = self._mender.read(planilla, cita.marca, with_diary=True)
            booking = self._buscador.booking(planilla, lectura.diario, cita.marca)
        if booking is None:
            return None
        return Llevado(text_of(booking.escrito.get(Columna.RUTA)), text_of(booking.escrito.get(Columna.ASESOR)))

    def standing(self, cita: Cita, radicado: Radicado, *, traslado: str = "") -> CitaHallada | None:
        """Where a cita with a radicado stands by now, whoever has moved its row, and what that says. None if nowhere.

        Args:
            traslado: a move of it; the row that this has taken is the cita only where no other one is.

        Raises:
            CitaLost: in more than one row, and it cannot be told which.
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            filas = [fila for hoja in self._agenda.hojas() for fila in hoja.filas]
        return where_it_stands(filas, cita, radicado, tags_of(traslado) if traslado else ())

    def release_untouched(self, cita: Cita) -> None:
        """As `release`, where nobody but the robot has written into the row since it was booked. Safe to repeat.

        Raises:
            CitaLost: somebody has, or the booking is too long ago to tell.
            SheetUnusable, GoogleUnavailable.
        """
        with self._spanish():
            if cita.marca not in self._libro.tags(self._libro.planilla(cita.planilla_id), cita.referencia):
                return
            sitio = self._buscador.locate(cita)
            lectura = self._mender.read(sitio.planilla, cita.marca, with_diary=True)
            booking = self._buscador.booking(sitio.planilla, lectura.diario, cita.marca)
            fila = sitio.fila
            now = {Columna.CODIGO: fila.codigo, Columna.RUTA: fila.ruta, Columna.ASESOR: fila.asesor}
            if booking is None or not all(same_code(now[c], value) for c, value in booking.escrito.items()):
                raise CitaLost("Una persona escribió en la fila, o ya no se puede comprobar que no.")
        self.release(cita)

    def write_found_radicado(self, fila: FilaDePlanilla, radicado: Radicado) -> None:
        """Write a radicado that is proven to be a row's, whoever made the cita, into its blank pqr. Safe to repeat.

        Raises:
            CitaLost: no row, or more than one, says what this one said; or its pqr holds something by now.
            SheetUnusable, GoogleUnavailable.
        """
        marca = fila.marca or tag_of(f"conciliación {radicado.numero}", 0)

        def note() -> bool:
            sitio = self._row_that_says(fila)
            if same_code(sitio.fila.pqr, radicado.numero):
                return True
            _require_room(sitio, None)
            escrito: dict[Columna, Valor] = {Columna.PQR: radicado.numero}
            done = self._libro.write(sitio, escrito, Operacion.RADICADO, fila.referencia, marca)
            same = text_of(done.entrada.before(Columna.CODIGO)) == fila.codigo
            if done.misma_fila and same and is_blank(done.entrada.before(Columna.PQR)):
                return True
            self._mender.restore(sitio.planilla, done.entrada)
            return False

        self._settle(note, "No se pudo escribir el radicado en Programación.")

    def _settle(self, once: Callable[[], bool], failed: str) -> None:
        """Call `once`, which looks where the row is and writes, until it says that all is as it should be.

        An answer that does not come is waited out; it says False where its write met something else and was put back.
        """
        with self._spanish():
            for _ in range(_PUT_BACK_ATTEMPTS):
                with suppress(RowGone):
                    if google.until_answered(once, self._libro.intentos):
                        return
        raise GoogleUnavailable(failed)

    def filas(self) -> list[FilaDePlanilla]:
        """Every row of every spreadsheet, the free ones too, with the robot's tags; changes nothing but what is to be mended.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            return self._agenda.filas()

    def has_planilla(self, planilla_id: str) -> bool:
        """Whether a spreadsheet is one of this schedule's.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            return any(one.id == planilla_id for one in self._libro.planillas())

    def hojas(self) -> list[HojaVista]:
        """Every worksheet with rows of a schedule, and how each row is understood. Changes nothing but what is to be mended.

        Raises:
            SheetUnusable, GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            return self._agenda.hojas()

    def sin_leer(self) -> list[NoEntendidas]:
        """The spreadsheets of the folder that could not be read the last time, and files that only look like schedules."""
        with self._spanish():
            return by_reason(self._agenda.unread_files())

    def _row_that_says(self, fila: FilaDePlanilla) -> Sitio:
        """Raises: CitaLost."""
        planilla = self._libro.planilla(fila.planilla_id)
        lectura = self._mender.read(planilla)
        same = [
            lectura.sitio(planilla, fila.hoja_id, one)
            for one in lectura.filas.get(fila.hoja_id, ())
            if text_of(one.codigo) == fila.codigo
            and (one.fecha, one.hora, one.cuadrilla) == (fila.fecha, fila.hora, fila.cuadrilla)
        ]
        if len(same) != 1:
            raise CitaLost("Una persona cambió, movió o borró la fila mientras se conciliaba.")
        return same[0]

    def find(self, referencia: str, suscriptor: str) -> Cita | None:
        """The cita that belongs to a referencia, or None. A half-done booking found on the way is taken back."""
        with self._spanish():
            return self._buscador.find(referencia, suscriptor)

    def check(self) -> list[str]:
        """What `diagnostico` tells of the schedule from today on: one line a worksheet, and one for each file that is not read.

        Raises:
            SheetUnusable: folder, spreadsheets or columns are not there.
        """
        lines = []
        hoy = self._agenda.hoy()
        with self._spanish():
            for hoja in self._agenda.hojas():
                to_come = [fila for fila in hoja.filas if fila.fecha is None or fila.fecha >= hoy]
                lines.append(f"{hoja.planilla} / {hoja.hoja}: {sum(fila.libre for fila in to_come)} filas libres")
                lines += [f"no se ofrece {one.texto}" for one in by_reason(hoja.dudosas(hoy))]
            lines += [f"no se usa {one.texto}" for one in by_reason(self._agenda.unread_files())]
        return lines

    @contextmanager
    def _spanish(self) -> Iterator[None]:
        """The border where errors of gspread, google-auth and the connection become ours."""
        try:
            yield
        except RobotError:
            raise
        except (APIError, RequestException, GoogleAuthError, google.Unanswered) as error:
            ours = google.as_robot_error(error, self._libro.cuenta)
            raise ours from (None if isinstance(ours, RobotError) else error)


def _require_room(sitio: Sitio, corregido: Radicado | None) -> None:
    """Raises: CitaLost: column *pqr* has something that does not give way, or a formula."""
    if not _gives_way(sitio.fila.pqr, corregido):
        raise CitaLost("La columna pqr de la cita ya tiene otro valor.", campo="pqr")
    if Columna.PQR in sitio.fila.formulas:
        raise CitaLost("La columna pqr de la cita tiene una fórmula.", campo="pqr")


def _gives_way(pqr: Valor, corregido: Radicado | None) -> bool:
    """Whether column *pqr* is blank, or has no more than what a person takes back."""
    return is_blank(pqr) or (corregido is not None and same_code(pqr, corregido.numero))
