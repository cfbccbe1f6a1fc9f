"""The schedule read: which cupos are free, which rows are left alone and why, and which files of the folder are not read.

One spreadsheet that cannot be read does not hinder the others.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gspread.exceptions import APIError

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import RobotError, SheetUnusable
from robot.models import ZONA_HORARIA, Cupo
from robot.planilla.cells import text_of
from robot.planilla.rows import FilaDudosa
from robot.programacion import google
from robot.programacion.mending import Mender
from robot.programacion.readings import Lectura, Planilla, Sitio
from robot.programacion.spreadsheets import Libro

_NOT_TO_BE_READ = frozenset({400, 403, 404})


@dataclass(frozen=True, slots=True)
class Oferta:
    """What Programación offers in a span of days.

    Attributes:
        cupos: the free ones that have not begun, in order.
        dudosas: rows that look free and are not offered, because something on them is not understood; and worksheets and
            spreadsheets that cannot be read.
    """

    cupos: tuple[Cupo, ...]
    dudosas: tuple[FilaDudosa, ...]


@dataclass(frozen=True, slots=True)
class HojaVista:
    """A worksheet as the robot understands it.

    Attributes:
        avisos: lines from which on it is not understood at all, or why it is not used.
    """

    planilla: str
    hoja: str
    filas: tuple[FilaDePlanilla, ...]
    avisos: tuple[FilaDudosa, ...]

    def dudosas(self, desde: dt.date) -> list[FilaDudosa]:
        """What of it is not understood, from a day on; a row whose day is not known may be of any."""
        rows = [
            FilaDudosa(self.planilla, self.hoja, fila.numero, fila.duda, fila.fecha, fila.hora)
            for fila in self.filas
            if fila.duda and (fila.fecha is None or fila.fecha >= desde)
        ]
        return [*self.avisos, *rows]


class Agenda:
    """Every spreadsheet of the folder, one after the other."""

    def __init__(self, libro: Libro, mender: Mender, ahora: Callable[[], dt.datetime]) -> None:
        self._libro = libro
        self._mender = mender
        self._ahora = ahora

    def hoy(self) -> dt.date:
        return self._ahora().date()

    def oferta(self, desde: dt.date, hasta: dt.date) -> Oferta:
        """What is free from `desde` to `hasta`, both included, and what is not offered because it is not understood."""
        readings = list(self.readings(desde, hasta))
        free = [
            as_cupo(sitio) for planilla, lectura in readings for sitio in self.free(planilla, lectura, desde, hasta)
        ]
        doubtful = [one for planilla, lectura in readings for one in self.doubtful(planilla, lectura, desde, hasta)]
        return Oferta(tuple(sorted(free, key=lambda cupo: (cupo.fecha, cupo.hora))), (*doubtful, *self.unread_files()))

    def filas(self) -> list[FilaDePlanilla]:
        """Every row of every spreadsheet that is there now, once what dead robots left is taken back."""
        self._libro.look_again()
        found: list[FilaDePlanilla] = []
        for planilla, lectura in self.readings(dt.date.min, dt.date.max):
            mended = self._mender.mend_deeply(planilla)
            found += _filas_of(planilla, self._mender.read(planilla) if mended else lectura)
        return found

    def hojas(self) -> list[HojaVista]:
        """Every worksheet with rows of a schedule, or of which there is something to say."""
        found = []
        for planilla, lectura in self.readings(dt.date.min, dt.date.max):
            for hoja_id, filas in lectura.filas.items():
                titulo = lectura.hojas[hoja_id].titulo
                avisos = tuple(one for one in lectura.avisos if one.hoja == titulo)
                if filas or avisos:
                    own = tuple(_filas_of(planilla, lectura, only=hoja_id))
                    found.append(HojaVista(planilla.titulo, titulo, own, avisos))
        return found

    def readings(self, desde: dt.date, hasta: dt.date) -> Iterator[tuple[Planilla, Lectura]]:
        """The spreadsheets with dates in between, in order, each read when its turn comes.

        Those that were never read are read first, because only then it is known which dates are where.

        Raises:
            SheetUnusable: none can be read.
        """
        fresh: dict[str, Lectura] = {}
        refused: Exception | None = None
        read = False
        for planilla in self._libro.planillas():
            if not planilla.leida and not planilla.ilegible:
                try:
                    fresh[planilla.id] = self._mender.read(planilla)
                except (SheetUnusable, APIError) as error:
                    refused = self._set_aside(planilla, error)
        for planilla in self._libro.planillas_between(desde, hasta):
            if planilla.ilegible:
                continue
            try:
                lectura = fresh.get(planilla.id) or self._mender.read(planilla)
            except (SheetUnusable, APIError) as error:
                refused = self._set_aside(planilla, error)
                continue
            read = True
            yield planilla, lectura
        if not read:
            raise refused or SheetUnusable(next((one.motivo for one in self.unread_files()), ""))

    def _set_aside(self, planilla: Planilla, error: SheetUnusable | APIError) -> Exception:
        """Remember why a spreadsheet cannot be read, until the folder is listed anew.

        Raises:
            APIError: it may well be read in a moment.
        """
        if isinstance(error, SheetUnusable):
            planilla.ilegible = error.detalle
            return error
        if google.status_of(error) not in _NOT_TO_BE_READ or google.asks_to_wait(error):
            raise error
        ours = google.as_robot_error(error, self._libro.cuenta)
        planilla.ilegible = ours.detalle if isinstance(ours, RobotError) else str(ours)
        return ours

    def unread_files(self) -> tuple[FilaDudosa, ...]:
        """The spreadsheets of the folder that cannot be read, and the files that only look like schedules."""
        unread = [
            FilaDudosa(planilla=planilla.titulo, hoja="", fila=0, motivo=planilla.ilegible)
            for planilla in self._libro.planillas()
            if planilla.ilegible
        ]
        return (*unread, *(FilaDudosa(planilla="", hoja="", fila=0, motivo=aviso) for aviso in self._libro.avisos))

    def free(self, planilla: Planilla, lectura: Lectura, desde: dt.date, hasta: dt.date) -> list[Sitio]:
        """The free rows of a reading that have not begun, in order."""
        ahora = self._ahora()
        free = [
            lectura.sitio(planilla, hoja_id, fila)
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if fila.libre
            and fila.fecha is not None
            and fila.hora is not None
            and desde <= fila.fecha <= hasta
            and dt.datetime.combine(fila.fecha, fila.hora, ZONA_HORARIA) > ahora
        ]
        return sorted(free, key=lambda sitio: (sitio.fila.fecha, sitio.fila.hora))

    def doubtful(self, planilla: Planilla, lectura: Lectura, desde: dt.date, hasta: dt.date) -> Sequence[FilaDudosa]:
        """What of a reading is not understood; a row whose day is not known may be of any."""
        since = max(desde, self.hoy())
        rows = [
            FilaDudosa(
                planilla=planilla.titulo,
                hoja=lectura.hojas[hoja_id].titulo,
                fila=fila.indice + 1,
                motivo=fila.duda,
                fecha=fila.fecha,
                hora=fila.hora,
            )
            for hoja_id, filas in lectura.filas.items()
            for fila in filas
            if fila.duda and (fila.fecha is None or since <= fila.fecha <= hasta)
        ]
        return [*rows, *lectura.avisos]


def as_cupo(sitio: Sitio) -> Cupo:
    fila = sitio.fila
    if fila.fecha is None or fila.hora is None:
        raise SheetUnusable("Una fila sin fecha u hora no es un cupo.")
    return Cupo(
        fecha=fila.fecha,
        hora=fila.hora,
        planilla=sitio.planilla.titulo,
        hoja=sitio.hoja.titulo,
        cuadrilla=fila.cuadrilla,
    )


def _filas_of(planilla: Planilla, lectura: Lectura, *, only: int | None = None) -> Iterator[FilaDePlanilla]:
    for hoja_id, filas in lectura.filas.items():
        if only not in {None, hoja_id}:
            continue
        tags = lectura.grids[hoja_id].tags
        for fila in filas:
            tag = next(iter(tags.get(fila.indice, ())), None) if not fila.encabezado.al_lado else None
            yield FilaDePlanilla(
                planilla_id=planilla.id,
                planilla=planilla.titulo,
                hoja_id=hoja_id,
                hoja=lectura.hojas[hoja_id].titulo,
                numero=fila.indice + 1,
                fecha=fila.fecha,
                hora=fila.hora,
                codigo=text_of(fila.codigo),
                ruta=text_of(fila.ruta),
                asesor=text_of(fila.asesor),
                pqr=text_of(fila.pqr),
                cuadrilla=fila.cuadrilla,
                libre=fila.libre,
                aparte=fila.aparte,
                numerico=isinstance(fila.codigo, int | float),
                referencia=tag.referencia if tag else "",
                marca=tag.id if tag else None,
                ilegible=fila.ilegible,
                duda=fila.duda,
            )
