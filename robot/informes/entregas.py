"""The relación de entrega: what the coordinador is handed of a day, and the visits of a day for each crew; as PDF and CSV."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from xml.sax.saxutils import escape

from babel.dates import format_date
from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from robot.conciliacion.sides import FilaDePlanilla
from robot.informes.csv_files import as_csv
from robot.reading.equality import plain

SIN_CUADRILLA = "Sin cuadrilla"
_TRAMITES = ("Referencia", "Radicado", "Suscriptor", "Cita", "Cuadrilla", "Entrega", "Firma")
_VISITAS = ("Hora", "Ruta", "Suscriptor", "Radicado", "Asesor", "Asignada a", "Resultado de la visita")
_TRAMITES_CM = (3.6, 3.4, 2.6, 4.0, 3.4, 4.4, 4.0)
_VISITAS_CM = (1.8, 2.8, 2.8, 3.6, 4.0, 4.2, 6.2)


@dataclass(frozen=True, slots=True)
class Tramite:
    """A solicitud de trámite that is on its way to the coordinador and the contratista.

    Attributes:
        fecha, hora, cuadrilla: its cita; nothing where it has none.
        cancelada: somebody has cancelled its cita.
        entregada, asignada: when; `…_por` is who noted it.
        estado: how far it has come, in words.
        procedimiento: what the one by which it is filed is called; `codigo` is its code.
    """

    referencia: str
    asesor: str
    radicado: str
    suscriptor: str
    fecha: dt.date | None
    hora: dt.time | None
    cuadrilla: str
    cancelada: bool
    entregada: dt.datetime | None
    entregada_por: str
    asignada: dt.datetime | None
    asignada_a: str
    asignada_por: str
    estado: str
    procedimiento: str = ""
    codigo: str = ""

    @property
    def cita(self) -> str:
        if self.cancelada:
            return "cancelada"
        return f"{self.fecha:%d/%m/%Y} {self.hora:%H:%M}" if self.fecha and self.hora else "—"

    @property
    def entrega(self) -> str:
        """Who noted what, and when."""
        parts = []
        if self.entregada is not None:
            parts.append(f"Entregada {self.entregada:%d/%m %H:%M}, {self.entregada_por}")
        if self.asignada is not None:
            parts.append(f"A {self.asignada_a} {self.asignada:%d/%m %H:%M}, {self.asignada_por}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Visita:
    """A visit of a day as Programación has it, whoever booked it; and what the robot knows of its trámite, if it is its own."""

    hora: dt.time
    ruta: str
    suscriptor: str
    radicado: str
    asesor: str
    cuadrilla: str
    tramite: Tramite | None = None


@dataclass(frozen=True, slots=True)
class Recorrido:
    """The visits of one crew in the order in which it makes them."""

    cuadrilla: str
    visitas: tuple[Visita, ...]


def rows_once(filas: Iterable[FilaDePlanilla]) -> list[FilaDePlanilla]:
    """The rows of several schedules; what two of them have in common is there once."""
    return list({(fila.planilla_id, fila.hoja_id, fila.numero): fila for fila in filas}.values())


def radicados_on(filas: Iterable[FilaDePlanilla], dia: dt.date) -> list[str]:
    return [fila.pqr for fila in filas if fila.fecha == dia and fila.pqr]


def rows_with(filas: Iterable[FilaDePlanilla], radicado: str, codigo: str) -> list[FilaDePlanilla]:
    """The rows with a day and an hour that name a trámite and its suscriptor."""
    return [
        fila
        for fila in filas
        if fila.pqr
        and fila.pqr == radicado
        and fila.codigo == codigo
        and fila.fecha is not None
        and fila.hora is not None
    ]


def rounds_of(filas: Iterable[FilaDePlanilla], dia: dt.date, known: Mapping[str, Tramite]) -> list[Recorrido]:
    """The visits of a day, by crew, in order of hour and ruta.

    Args:
        known: the robot's own, by radicado.
    """
    visitas = [
        Visita(fila.hora, fila.ruta, fila.codigo, fila.pqr, fila.asesor, fila.cuadrilla, known.get(fila.pqr))
        for fila in filas
        if fila.fecha == dia and fila.hora is not None and fila.codigo and not fila.aparte
    ]

    def crew(one: Visita) -> str:
        return one.cuadrilla or SIN_CUADRILLA

    ordered = sorted(visitas, key=lambda one: (plain(crew(one)), one.hora, _in_order(one.ruta), one.suscriptor))
    return [Recorrido(name, tuple(group)) for name, group in groupby(ordered, key=crew)]


def moved_in(dia: dt.date, recorridos: Iterable[Recorrido]) -> list[Tramite]:
    """The robot's own that the record has at another day or hour: a person has moved their row."""
    return [
        one.tramite
        for each in recorridos
        for one in each.visitas
        if one.tramite is not None
        and one.tramite.suscriptor == one.suscriptor
        and (one.tramite.fecha, one.tramite.hora) != (dia, one.hora)
    ]


def _in_order(ruta: str) -> tuple[int, int, str]:
    """Rutas that are numbers by their value, before those that are words."""
    digits = ruta.isascii() and ruta.isdigit()
    return (0, int(ruta), ruta) if digits else (1, 0, plain(ruta))


def by_asesor(tramites: Sequence[Tramite]) -> list[tuple[str, list[Tramite]]]:
    return [(asesor, list(group)) for asesor, group in groupby(tramites, key=lambda one: one.asesor)]


def tramites_as_csv(tramites: Iterable[Tramite]) -> str:
    titles = (
        "Asesor", "Referencia", "Radicado", "Suscriptor", "Cita", "Cuadrilla", "Estado", "Entregada", "Entregada por",
        "Asignada a", "Asignada", "Asignada por", "Procedimiento",
    )  # fmt: skip
    return as_csv(
        titles,
        (
            (
                one.asesor, one.referencia, one.radicado, one.suscriptor, one.cita, one.cuadrilla, one.estado,
                _moment(one.entregada), one.entregada_por, one.asignada_a, _moment(one.asignada), one.asignada_por,
                one.procedimiento,
            )
            for one in tramites
        ),
    )  # fmt: skip


def rounds_as_csv(dia: dt.date, recorridos: Iterable[Recorrido]) -> str:
    titles = (
        "Fecha", "Cuadrilla", "Hora", "Ruta", "Suscriptor", "Radicado", "Asesor", "Referencia", "Asignada a",
        "Procedimiento",
    )  # fmt: skip
    return as_csv(
        titles,
        (
            (
                dia.isoformat(), each.cuadrilla, f"{one.hora:%H:%M}", one.ruta, one.suscriptor, one.radicado, one.asesor,
                one.tramite.referencia if one.tramite else "", one.tramite.asignada_a if one.tramite else "",
                one.tramite.procedimiento if one.tramite else "",
            )
            for each in recorridos
            for one in each.visitas
        ),
    )  # fmt: skip


def _moment(instante: dt.datetime | None) -> str:
    return f"{instante:%Y-%m-%d %H:%M}" if instante is not None else ""


def tramites_as_pdf(dia: dt.date, tramites: Sequence[Tramite]) -> bytes:
    """A sheet for the coordinador, with a line for each signature."""
    story: list[Flowable] = []
    for asesor, theirs in by_asesor(tramites):
        rows = [
            (_named(one, tramites), one.radicado, one.suscriptor, one.cita, one.cuadrilla, one.entrega, "")
            for one in theirs
        ]
        heading = f"Asesor: {asesor} ({len(theirs)})"
        story += _section(heading, _TRAMITES, rows, _TRAMITES_CM)
    title = "Relación de entrega de solicitudes de trámite"
    return _sheet(title, dia, story or _nothing("No hay solicitudes."), tramites)


def _named(one: Tramite, tramites: Sequence[Tramite]) -> str:
    """A trámite's referencia, with what it is where a list has several kinds."""
    return f"{one.referencia} {one.procedimiento}" if several_kinds(tramites) else one.referencia


def several_kinds(tramites: Iterable[Tramite]) -> bool:
    return len({one.procedimiento for one in tramites}) > 1


def rounds_as_pdf(dia: dt.date, recorridos: Sequence[Recorrido]) -> bytes:
    """A sheet for each crew, with room for what became of each visit."""
    story: list[Flowable] = []
    ours = [one.tramite for each in recorridos for one in each.visitas if one.tramite is not None]
    for each in recorridos:
        if story:
            story.append(PageBreak())
        rows = [
            (
                f"{one.hora:%H:%M}",
                one.ruta,
                one.suscriptor,
                f"{one.radicado} {one.tramite.procedimiento}" if one.tramite and several_kinds(ours) else one.radicado,
                one.asesor,
                one.tramite.asignada_a if one.tramite else "",
                "",
            )
            for one in each.visitas
        ]
        story += _section(f"{each.cuadrilla} ({len(each.visitas)})", _VISITAS, rows, _VISITAS_CM)
    return _sheet("Visitas", dia, story or _nothing("No hay visitas ese día."), ours)


_STYLES = getSampleStyleSheet()
_CELL = ParagraphStyle("celda", parent=_STYLES["BodyText"], fontSize=8.5, leading=10.5, spaceBefore=0, spaceAfter=0)
_HEAD = ParagraphStyle("titulo", parent=_CELL, fontName="Helvetica-Bold")


def _section(
    heading: str, titles: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> list[Flowable]:
    cells = [[Paragraph(escape(title), _HEAD) for title in titles]]
    cells += [[Paragraph(escape(text), _CELL) for text in row] for row in rows]
    table = Table(cells, colWidths=[width * cm for width in widths], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("TOPPADDING", (0, 1), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 1), (-1, -1), 5),
            ]
        )
    )
    head = Paragraph(escape(heading), _STYLES["Heading3"])
    return [KeepTogether([head, table]) if len(rows) < _A_PAGE else head, *([] if len(rows) < _A_PAGE else [table])]


_A_PAGE = 12


def _nothing(text: str) -> list[Flowable]:
    return [Spacer(1, 0.5 * cm), Paragraph(text, _STYLES["BodyText"])]


def _sheet(title: str, dia: dt.date, story: list[Flowable], tramites: Iterable[Tramite]) -> bytes:
    file = io.BytesIO()
    day = str(format_date(dia, "EEEE d 'de' MMMM 'de' y", locale="es_CO"))
    document = SimpleDocTemplate(
        file,
        pagesize=landscape(letter),
        leftMargin=1.3 * cm,
        rightMargin=1.3 * cm,
        topMargin=1.5 * cm,
        bottomMargin=1.5 * cm,
        title=f"{title}, {day}",
        author="serviweb-robot",
        lang="es-CO",
    )
    head = [Paragraph(title, _STYLES["Heading1"]), Paragraph(day[0].upper() + day[1:], _STYLES["Heading2"])]
    codes = sorted({one.codigo for one in tramites if one.codigo})
    numbered = partial(_numbered, ", ".join(codes))
    document.build([*head, *story], onFirstPage=numbered, onLaterPages=numbered)
    return file.getvalue()


def _numbered(codes: str, canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)
    width, _ = landscape(letter)
    canvas.drawRightString(width - 1.3 * cm, 0.8 * cm, " · ".join(filter(None, (codes, f"Página {document.page}"))))
