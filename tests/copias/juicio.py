"""What a copy looks like, seen by two renderers that have nothing in common, and whether that is the document with its marks."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pypdfium2
from PIL import Image

from tests.copias.pagina import CUERPO, Pagina

POPPLER = shutil.which("pdftotext") is not None and shutil.which("pdftoppm") is not None
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_PIXELS_PER_POINT = 0.75
_DARK = 160
_SLACK = 1.0
_SMALLEST_SCALE = 0.6
_SMALLEST_LETTERS = 5.0


@dataclass(frozen=True, slots=True)
class Visto:
    """A word on a sheet: its box, from the lower left corner, in points."""

    texto: str
    x: float
    y: float
    derecha: float
    arriba: float

    def covers(self, other: "Visto") -> bool:
        apart = self.derecha <= other.x or other.derecha <= self.x or self.arriba <= other.y or other.arriba <= self.y
        return not apart


@dataclass(frozen=True, slots=True)
class Lamina:
    """A sheet as a renderer shows it."""

    quien: str
    ancho: float
    alto: float
    palabras: Sequence[Visto]
    imagen: Image.Image | None

    def is_dark(self, x: float, y: float, width: float, height: float) -> bool:
        """Whether anything is drawn there."""
        assert self.imagen is not None
        scale = self.imagen.height / self.alto
        box = (x * scale, (self.alto - y - height) * scale, (x + width) * scale, (self.alto - y) * scale)
        darkest, _ = self.imagen.crop(tuple(map(round, box))).getextrema()  # type: ignore[arg-type]  # four numbers
        return bool(darkest < _DARK)  # type: ignore[operator]  # of a grey picture


def seen_by_pdfium(pdf: Path) -> list[Lamina]:
    document = pypdfium2.PdfDocument(pdf)
    laminas = []
    for page in document:
        width, height = page.get_size()
        textpage = page.get_textpage()
        whole = textpage.get_text_range()
        boxes = [textpage.get_charbox(at, loose=True) for at in range(textpage.count_chars())]
        words = [_around(found[0], boxes[found.start() : found.end()]) for found in re.finditer(r"\S+", whole)]
        image = page.render(scale=_PIXELS_PER_POINT, grayscale=True).to_pil()
        laminas.append(Lamina("pdfium", width, height, words, image))
    document.close()
    return laminas


def _around(text: str, boxes: Sequence[tuple[float, float, float, float]]) -> Visto:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Visto(text, min(lefts), min(bottoms), max(rights), max(tops))


def seen_by_poppler(pdf: Path, *, pictured: bool) -> list[Lamina]:
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True)  # noqa: S607  # wherever it is
    images: Iterator[Image.Image | None] = iter(())
    if pictured:
        dpi = str(round(72 * _PIXELS_PER_POINT))
        drawn = subprocess.run(["pdftoppm", "-gray", "-r", dpi, pdf], check=True, capture_output=True)  # noqa: S607  # as above
        images = iter(_pictures(drawn.stdout))
    laminas = []
    for width, height, words in _PAGE.findall(told.stdout.decode()):
        seen = [
            Visto(unescape(text), float(x1), float(height) - float(y2), float(x2), float(height) - float(y1))
            for x1, y1, x2, y2, text in _WORD.findall(words)
        ]
        laminas.append(Lamina("poppler", float(width), float(height), seen, next(images, None)))
    return laminas


def _pictures(stream: bytes) -> Sequence[Image.Image]:
    """The pictures of a stream of PGM files."""
    images = []
    while stream:
        header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", stream)
        assert header is not None
        end = header.end() + int(header[1]) * int(header[2])
        images.append(Image.open(io.BytesIO(stream[:end])))
        stream = stream[end:]
    return images


@dataclass(frozen=True, slots=True)
class Lugar:
    """How a page lies on its sheet."""

    escala: float
    x: float
    y: float


def judge(lamina: Lamina, pagina: Pagina, marcas: Sequence[str]) -> None:
    """The sheet shows the page whole, upright and where it was, and its marks beside it, all of it legible."""
    words = {one.texto: one for one in lamina.palabras}
    missing = [one.texto for one in pagina.vistas if one.texto not in words]
    assert not missing, f"{lamina.quien}: {missing} of {list(words)}"
    shown = [words[one.texto] for one in pagina.vistas]
    lugar = _place(lamina, pagina, shown)
    assert _SMALLEST_SCALE <= lugar.escala <= 1.001, lugar
    for palabra, seen in zip(pagina.vistas, shown, strict=True):
        x, y = palabra.x * lugar.escala + lugar.x, palabra.y * lugar.escala + lugar.y
        assert abs(seen.x - x) < _SLACK, (lamina.quien, palabra, seen, lugar)
        assert seen.y - _SLACK < y < seen.y + 0.4 * CUERPO, (lamina.quien, palabra, seen, lugar)
    others = [one for one in lamina.palabras if one.texto not in {each.texto for each in pagina.vistas}]
    text = " ".join(one.texto for one in others)
    for marca in marcas:
        assert marca in text, f"{lamina.quien}: {marca} in {text}"
    for one in others:
        assert not any(one.covers(each) for each in shown), (lamina.quien, one)
        assert one.arriba - one.y > _SMALLEST_LETTERS, one
    for one in lamina.palabras:
        assert one.x >= -_SLACK and one.y >= -_SLACK, one  # noqa: PT018  # one corner
        assert one.derecha <= lamina.ancho + _SLACK and one.arriba <= lamina.alto + _SLACK, one  # noqa: PT018  # the other
    if lamina.imagen is not None:
        _judge_picture(lamina, pagina, lugar)


def _place(lamina: Lamina, pagina: Pagina, shown: Sequence[Visto]) -> Lugar:
    """From two words that are far from each other; where there are none, from the room that the marks leave."""
    if len(shown) < 2:
        escala = (lamina.alto - 128) / pagina.alto
        return Lugar(escala, (lamina.ancho - pagina.ancho * escala) / 2, 64)
    first, last = pagina.vistas[0], pagina.palabras[-1]
    seen = dict(zip((one.texto for one in pagina.vistas), shown, strict=True))
    escala = (seen[first.texto].y - seen[last.texto].y) / (first.y - last.y)
    x = seen[first.texto].x - first.x * escala
    descent = seen[first.texto].y - first.y * escala
    return Lugar(escala, x, descent + 0.2 * CUERPO * escala)


def _judge_picture(lamina: Lamina, pagina: Pagina, lugar: Lugar) -> None:
    def dark(x: float, y: float, width: float, height: float) -> bool:
        s = lugar.escala
        return lamina.is_dark(x * s + lugar.x, y * s + lugar.y, width * s, height * s)

    for one in pagina.vistas:
        assert dark(one.x, one.y, 20, 8), (lamina.quien, one)
    for mancha in pagina.manchas:
        x, y, width, height = mancha
        assert dark(x + width / 3, y + height / 3, width / 3, height / 3), (lamina.quien, mancha)
        assert not dark(x + width + 10, y, width, height), (lamina.quien, mancha)
    for campo in pagina.campos:
        assert dark(campo.palabra.x, campo.palabra.y, 10, 8), (lamina.quien, campo)
    for palabra in (*(one.palabra for one in pagina.ocultas), *pagina.afuera):
        assert not dark(palabra.x, palabra.y, 25, 8), (lamina.quien, palabra)
