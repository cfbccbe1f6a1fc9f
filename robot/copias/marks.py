"""The marks of a copy, and how a sheet is laid out so that they never cover what it shows."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date
from pypdf import PageObject, PdfReader
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from robot.models import Cita
from robot.reading.equality import plain

_BAND_POINTS = 64.0
_MARGIN_POINTS = 36.0
_NARROW_MARGIN_POINTS = 12.0
_NARROW_POINTS = 300.0
"""Paper of a roll, or a label: narrower than this there is nothing to shrink, and its length is nobody's format."""
_NARROWEST_POINTS = 160.0
_LETTER_POINTS = (612.0, 792.0)
_SIGNATURE_POINTS = 230.0
_TO_SIGN_POINTS = 28.0
"""Room above the line, where the length of the sheet costs nothing."""
_LEADING = 1.27


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on one sheet of a copy.

    Attributes:
        destino: for whom the copy is.
        pie: which document this is a sheet of.
        cita: when the visit is, or blank.
        firma: who signs here, or blank.
        documento: what the one who signs identifies with, or blank.
        nota: what the sheet says in place of a document, or blank.
    """

    destino: str
    pie: str
    cita: str = ""
    firma: str = ""
    documento: str = ""
    nota: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the head: its words and how they are written; `derecha` stands at the right edge of the same line."""

    texto: str
    fuente: str
    cuerpo: float
    derecha: str = ""


@dataclass(frozen=True, slots=True)
class Pliego:
    """A sheet with room for its marks, in points.

    Attributes:
        ancho, alto: of the sheet.
        escala, x, y: how what is shown lies on it.
        aumento: how much larger than on letter paper the marks are; a poster is looked at from afar, or shrunk to a letter.
    """

    ancho: float
    alto: float
    escala: float
    x: float
    y: float
    aumento: float
    mark: Mark
    cabeza: Sequence[_Line]


def lay_out(ancho: float, alto: float, mark: Mark) -> Pliego:
    """The sheet for something as wide and as high as that.

    On a format that people buy paper of, what is shown is shrunk a little; a roll is lengthened.
    """
    aumento = max(1.0, min(ancho / _LETTER_POINTS[0], alto / _LETTER_POINTS[1]))
    narrow = min(ancho, alto) < _NARROW_POINTS
    sheet_width = max(ancho, _NARROWEST_POINTS)
    width = sheet_width / aumento
    cabeza = _head(mark, width - 2 * _margin(width))
    head = max(_BAND_POINTS, _first_line(width) + sum(one.cuerpo * _LEADING for one in cabeza[1:]) + 8) * aumento
    foot = (_BAND_POINTS + _TO_SIGN_POINTS if narrow else _BAND_POINTS) * aumento
    sheet_height = alto + head + foot if narrow else alto
    escala = 1.0 if narrow else (alto - head - foot) / alto
    return Pliego(
        ancho=sheet_width,
        alto=sheet_height,
        escala=escala,
        x=(sheet_width - ancho * escala) / 2,
        y=foot,
        aumento=aumento,
        mark=mark,
        cabeza=cabeza,
    )


def draw(sheets: Sequence[Pliego]) -> Sequence[PageObject]:
    """The marks of each sheet, a page each."""
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1)
    for sheet in sheets:
        canvas.setPageSize((sheet.ancho, sheet.alto))
        _draw(canvas, sheet)
        canvas.showPage()
    canvas.save()
    return PdfReader(file).pages


def told(cita: Cita) -> str:
    """«Cita: martes 24 de noviembre de 2026, 08:00 · Cuadrilla Norte»."""
    day = format_date(cita.fecha, "EEEE d 'de' MMMM 'de' y", locale="es_CO")
    named = plain(cita.cuadrilla).startswith("cuadrilla")
    crew = cita.cuadrilla if named or not cita.cuadrilla else f"Cuadrilla {cita.cuadrilla}"
    return " · ".join(filter(None, (f"Cita: {day}, {cita.hora:%H:%M}", crew)))


def _margin(width: float) -> float:
    return _MARGIN_POINTS if width >= _NARROW_POINTS else _NARROW_MARGIN_POINTS


def _first_line(width: float) -> float:
    """From the upper edge of a sheet down to the first line of its head."""
    return _BAND_POINTS / 2 if width >= _NARROW_POINTS else _NARROW_MARGIN_POINTS * 1.5


def _head(mark: Mark, room: float) -> list[_Line]:
    """For whom the copy is, of which document, and the cita: beside each other where there is room, else one below the other."""
    name = _Line(mark.destino.upper(), "Helvetica-Bold", 11, mark.pie)
    needed = stringWidth(name.texto, name.fuente, 11) + stringWidth(mark.pie, "Helvetica", 8) + 12
    cita = _broken(mark.cita, "Helvetica-Bold", 10, room)
    if needed <= room:
        return [name, *cita]
    return [*_broken(name.texto, name.fuente, 11, room), *_broken(mark.pie, "Helvetica", 8, room), *cita]


def _broken(text: str, font: str, size: float, room: float) -> list[_Line]:
    return [_Line(line, font, size) for line in simpleSplit(text, font, size, room)]


def _draw(canvas: Canvas, sheet: Pliego) -> None:
    mark = sheet.mark
    canvas.scale(sheet.aumento, sheet.aumento)
    width, height = sheet.ancho / sheet.aumento, sheet.alto / sheet.aumento
    margin = _margin(width)
    line = height - _first_line(width)
    for at, row in enumerate(sheet.cabeza):
        line -= row.cuerpo * _LEADING if at else 0
        canvas.setFont(row.fuente, row.cuerpo)
        canvas.drawString(margin, line, row.texto)
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(width - margin, line, row.derecha)
    for at, text in enumerate(simpleSplit(mark.nota, "Helvetica", 11, width - 2 * margin)):
        canvas.setFont("Helvetica", 11)
        canvas.drawString(margin, height / 2 - at * 14, text)
    if mark.firma:
        line = _BAND_POINTS - 12
        canvas.line(margin, line, min(margin + _SIGNATURE_POINTS, width - margin), line)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(margin, line - 12, f"Firma del {mark.firma}")
        canvas.drawString(margin, line - 23, mark.documento)
