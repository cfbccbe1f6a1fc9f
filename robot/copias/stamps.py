"""Pages of one PDF on the sheets of another: upright, in points, with what they need, and kept once however often shown."""

import re
from dataclasses import dataclass

from pypdf import PageObject, PdfWriter, Transformation
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    RectangleObject,
    StreamObject,
)

from robot.copias.document import value_of
from robot.copias.marks import Pliego

_LETTER = (0.0, 0.0, 612.0, 792.0)
"""What a viewer takes for a page that does not say how large it is."""
DOCUMENTO = "/Documento"
"""What a sheet calls the page of the document that it shows."""
_SAVE_OR_RESTORE = re.compile(rb"(?<![^\s\]>)}])[qQ](?![^\s\[<(/%])")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A page as a drawing of its own: as people see it, from its lower left corner, in points."""

    objeto: IndirectObject
    ancho: float
    alto: float


def stamp_of(page: PageObject, writer: PdfWriter) -> Stamp:
    """Take a page over into a file, where `add_sheet` shows it."""
    box = _visible_box(page)
    form = StreamObject()
    form.set_data(_closed(page))
    form = form.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = RectangleObject(box)
    form[NameObject("/Matrix")] = ArrayObject(map(FloatObject, _upright(page, box).ctm))
    for key in ("/Resources", "/Group"):
        if key in page:
            form[NameObject(key)] = page.raw_get(key)
    return Stamp(writer._add_object(form.clone(writer)), *upright_size(page))


def kept_stamp(sheet: PageObject, writer: PdfWriter) -> Stamp:
    """Take over into a file the page of the document that a sheet shows."""
    form = sheet["/Resources"]["/XObject"][DOCUMENTO]  # type: ignore[index]  # a sheet of `add_sheet`
    box = [float(side) for side in form["/BBox"]]
    turned = Transformation(tuple(float(one) for one in form["/Matrix"]))  # type: ignore[arg-type]  # six of them
    (x1, y1), (x2, y2) = turned.apply_on((box[0], box[1])), turned.apply_on((box[2], box[3]))
    return Stamp(writer._add_object(form.clone(writer)), max(x1, x2), max(y1, y2))


def upright_size(page: PageObject) -> tuple[float, float]:
    """How wide and how high people see a page, in points."""
    box = _visible_box(page)
    (x1, y1), (x2, y2) = (_upright(page, box).apply_on(corner) for corner in (box[:2], box[2:]))
    return max(x1, x2), max(y1, y2)


def add_sheet(writer: PdfWriter, sheet: Pliego, drawn: PageObject, stamp: Stamp | None = None, *, at: int) -> None:
    """Put in a sheet before the page of that number, with its marks as they are drawn; what it shows lies as it says."""
    shown = DictionaryObject({NameObject("/Marcas"): stamp_of(drawn, writer).objeto})
    content = b"q /Marcas Do Q"
    if stamp is not None:
        shown[NameObject(DOCUMENTO)] = stamp.objeto
        place = f"{sheet.escala:.6f} 0 0 {sheet.escala:.6f} {sheet.x:.6f} {sheet.y:.6f}"
        content = f"q {place} cm /Documento Do Q\n".encode() + content
    stream = StreamObject()
    stream.set_data(content)
    page = writer.insert_page(PageObject.create_blank_page(width=sheet.ancho, height=sheet.alto), at)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): shown})
    page[NameObject("/Contents")] = writer._add_object(stream)


def _visible_box(page: PageObject) -> tuple[float, float, float, float]:
    """What of a page is shown, whichever corners its boxes name."""
    media = _box(value_of(page, "/MediaBox")) or _LETTER
    crop = _box(value_of(page, "/CropBox")) or media
    seen = max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
    return seen if seen[0] < seen[2] and seen[1] < seen[3] else media


def _box(named: object) -> tuple[float, float, float, float] | None:
    """Returns None for what is no box, or an empty one."""
    if not isinstance(named, ArrayObject) or len(named) != 4:
        return None
    x1, y1, x2, y2 = (float(one.get_object()) for one in named)
    return (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)) if x1 != x2 and y1 != y2 else None


def _upright(page: PageObject, box: tuple[float, float, float, float]) -> Transformation:
    """From the numbers of a page to where people see them: turned, larger where its unit is, and from zero."""
    told = value_of(page, "/UserUnit")
    unit = float(told) if isinstance(told, int | float) and told > 0 else 1.0
    turned = Transformation().rotate(-(page.rotation // 90 * 90)).scale(unit)
    corners = [turned.apply_on(corner) for corner in (box[:2], box[2:])]
    return turned.translate(-min(x for x, _ in corners), -min(y for _, y in corners))


def _closed(page: PageObject) -> bytes:
    """What a page draws, with as many restores as saves.

    A viewer passes over a restore too many, and forgets a save too many at the end of the page; so does this.
    """
    contents = page.get_contents()
    if contents is None:
        return b""
    data = contents.get_data()
    return data if _looks_balanced(data) else _balanced(contents)


def _looks_balanced(data: bytes) -> bool:
    depth = 0
    for mark in _SAVE_OR_RESTORE.finditer(data):
        depth += 1 if mark[0] == b"q" else -1
        if depth < 0:
            return False
    return depth == 0


def _balanced(contents: ContentStream) -> bytes:
    depth = 0
    kept = []
    for operands, operator in contents.operations:
        if operator == b"Q" and depth == 0:
            continue
        depth += {b"q": 1, b"Q": -1}.get(operator, 0)
        kept.append((operands, operator))
    contents.operations = [*kept, *([([], b"Q")] * depth)]
    return contents.get_data()
