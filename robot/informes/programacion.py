"""The schedule as the robot understands it, for a coordinador to check in a minute: each worksheet as a picture of itself."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from babel.dates import format_date

from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import CodigoSalida
from robot.informes import as_html, estilo
from robot.models import ZONA_HORARIA
from robot.planilla.report import NoEntendidas, by_reason
from robot.programacion.agenda import HojaVista


class ClaseDeFila(StrEnum):
    """What the robot takes a row for."""

    LIBRE = "libre"
    OCUPADA = "ocupada"
    DUDA = "duda"
    APARTE = "aparte"


@dataclass(frozen=True, slots=True)
class FilaMostrada:
    """A row, and what it is taken for.

    Attributes:
        pasada: its day is over.
        motivo: why it is not offered, in Spanish.
    """

    fila: FilaDePlanilla
    clase: ClaseDeFila
    pasada: bool
    motivo: str


@dataclass(frozen=True, slots=True)
class VistaDeHoja:
    """A worksheet with its rows and, apart, the reasons why some are not offered."""

    planilla: str
    hoja: str
    renglones: tuple[FilaMostrada, ...]
    no_entendidas: tuple[NoEntendidas, ...]

    @property
    def por_venir(self) -> list[tuple[str, list[FilaMostrada]]]:
        return self._by_day(pasada=False)

    @property
    def pasados(self) -> list[tuple[str, list[FilaMostrada]]]:
        return self._by_day(pasada=True)

    def _by_day(self, *, pasada: bool) -> list[tuple[str, list[FilaMostrada]]]:
        """The rows of each day, in order; those whose day is not known at the end."""
        days: dict[dt.date, list[FilaMostrada]] = {}
        for one in self.renglones:
            if one.pasada is pasada:
                days.setdefault(one.fila.fecha or dt.date.max, []).append(one)
        return [(_named(day), days[day]) for day in sorted(days)]

    @property
    def cuentas(self) -> Counter[ClaseDeFila]:
        return Counter(renglon.clase for renglon in self.renglones if not renglon.pasada)


@dataclass(frozen=True, slots=True)
class VistaDeAgenda:
    """One place where citas are booked, and which procedures book there.

    Attributes:
        procedimientos: their names.
        sin_leer: files and spreadsheets that are not used.
        falla: why it could not be read, in Spanish; blank where it could.
        codigo: what that asks the command to end with.
    """

    procedimientos: tuple[str, ...]
    hojas: tuple[VistaDeHoja, ...] = ()
    sin_leer: tuple[NoEntendidas, ...] = ()
    falla: str = ""
    codigo: CodigoSalida = CodigoSalida.HECHO

    @property
    def nombre(self) -> str:
        return ", ".join(self.procedimientos)

    @property
    def dudas(self) -> int:
        """How many things are not understood."""
        return bool(self.falla) + len(self.sin_leer) + sum(len(hoja.no_entendidas) for hoja in self.hojas)


def _named(day: dt.date) -> str:
    return "Sin fecha" if day == dt.date.max else format_date(day, "EEE d MMM y", locale="es_CO")


def views(hojas: Iterable[HojaVista]) -> list[VistaDeHoja]:
    """How the rows of each worksheet are understood, without those that say nothing."""
    hoy = dt.datetime.now(ZONA_HORARIA).date()
    return [_view(hoja, hoy) for hoja in hojas]


def _view(hoja: HojaVista, hoy: dt.date) -> VistaDeHoja:
    rows = [_row(fila, hoy) for fila in hoja.filas if _says_something(fila)]
    return VistaDeHoja(hoja.planilla, hoja.hoja, tuple(rows), tuple(by_reason(hoja.dudosas(hoy))))


def _says_something(fila: FilaDePlanilla) -> bool:
    return fila.tocada or fila.hora is not None or bool(fila.duda)


def _row(fila: FilaDePlanilla, hoy: dt.date) -> FilaMostrada:
    over = fila.fecha is not None and fila.fecha < hoy
    if fila.libre:
        return FilaMostrada(fila, ClaseDeFila.LIBRE, over, "")
    if fila.duda:
        return FilaMostrada(fila, ClaseDeFila.DUDA, over, fila.duda)
    if fila.tocada and not fila.aparte:
        return FilaMostrada(fila, ClaseDeFila.OCUPADA, over, f"no se entiende {fila.ilegible}" if fila.ilegible else "")
    return FilaMostrada(fila, ClaseDeFila.APARTE, over, "una nota dice que no es cupo, o es parte de otra fila")


def write_html(agendas: Sequence[VistaDeAgenda]) -> str:
    """The whole report in one file, that opens anywhere without a network."""
    ahora = dt.datetime.now(ZONA_HORARIA)
    return as_html(
        "programacion.html",
        estilo=estilo(),
        agendas=agendas,
        dudas=sum(agenda.dudas for agenda in agendas),
        ahora=ahora,
        clase=ClaseDeFila,
    )


def as_data(agendas: Sequence[VistaDeAgenda]) -> dict[str, object]:
    """The same as JSON, without what people wrote into the rows."""
    return {
        "hojas": [
            {
                "procedimientos": agenda.procedimientos,
                "planilla": hoja.planilla,
                "hoja": hoja.hoja,
                "cuentas": {clase.value: hoja.cuentas[clase] for clase in ClaseDeFila},
                "filas": [
                    {
                        "fila": one.fila.numero,
                        "clase": one.clase.value,
                        "fecha": one.fila.fecha.isoformat() if one.fila.fecha else None,
                        "hora": f"{one.fila.hora:%H:%M}" if one.fila.hora else None,
                        "cuadrilla": one.fila.cuadrilla,
                        "motivo": one.motivo,
                    }
                    for one in hoja.renglones
                ],
                "no_entendidas": [asdict(one) for one in hoja.no_entendidas],
            }
            for agenda in agendas
            for hoja in agenda.hojas
        ],
        "sin_leer": [
            {"procedimientos": agenda.procedimientos, **asdict(one)} for agenda in agendas for one in agenda.sin_leer
        ],
        "fallas": [
            {"procedimientos": agenda.procedimientos, "mensaje": agenda.falla} for agenda in agendas if agenda.falla
        ],
    }
