"""The file with the copies: who may read it, how large it is, what it costs, and that nothing changes for ordinary documents."""

import io
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from robot.copias.document import read_document
from tests.copias.documentos import DOCUMENTOS, LETTER
from tests.copias.juicio import seen_by_pdfium
from tests.copias.pagina import cara, pdf_of
from tests.copias.test_cada_documento import copied

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")


def pictured(pages: int, side: int) -> bytes:
    """A document of pictures that nothing makes smaller."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=LETTER)
    for _ in range(pages):
        noise = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
        canvas.drawImage(ImageReader(noise), 50, 50, 500, 600)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def paged(pages: int) -> bytes:
    """A long document, each page full of words."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=LETTER)
    for page in range(pages):
        for line in range(50):
            canvas.drawString(
                72, 720 - 12 * line, f"Renglón {line} de la página {page + 1}, con lo que pide la persona."
            )
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def mode(archivo: Path) -> str:
    return f"{archivo.stat().st_mode & 0o777:o}"


@POSIX
def test_only_the_robot_may_read_the_copies_whatever_stood_there_before(tmp_path: Path) -> None:
    carpeta = tmp_path / "copias"
    pdf, _ = copied(pdf_of([cara()]), carpeta)
    assert (mode(carpeta), mode(pdf)) == ("700", "600")
    carpeta.chmod(0o755)
    pdf.chmod(0o644)
    half = pdf.with_suffix(".parcial")
    half.write_bytes(b"a robot died while it wrote")
    half.chmod(0o644)
    copied(pdf_of([cara()]), carpeta)
    assert (mode(carpeta), mode(pdf)) == ("700", "600")
    assert list(carpeta.iterdir()) == [pdf]


def test_an_ordinary_document_lies_where_it_always_did(tmp_path: Path) -> None:
    pdf, _ = copied(pdf_of([cara(), cara()]), tmp_path)
    laminas = seen_by_pdfium(pdf)
    assert [(one.ancho, one.alto) for one in laminas] == [LETTER] * 4
    scale = (792 - 2 * 64) / 792
    for lamina in laminas:
        words = {one.texto: one for one in lamina.palabras}
        assert words["Inferior"].x == pytest.approx(8 * scale + 612 * (1 - scale) / 2, abs=0.5)
        assert words["Superior"].x == pytest.approx(words["Inferior"].x, abs=0.01)
        assert words["Superior"].y - words["Inferior"].y == pytest.approx((792 - 18 - 8) * scale, abs=0.01)
        assert words["COPIA"].x == pytest.approx(36, abs=0.5)


@pytest.mark.parametrize("side", [300, pytest.param(2000, marks=pytest.mark.larga)], ids=["270 KB", "12 MB"])
def test_two_copies_are_hardly_larger_than_one(side: int, tmp_path: Path) -> None:
    documento = pictured(1, side)
    pdf, reparo = copied(documento, tmp_path)
    assert reparo == ""
    assert pdf.stat().st_size <= 1.05 * len(documento)


def test_each_page_is_kept_once_and_shown_in_every_copy(tmp_path: Path) -> None:
    pdf, _ = copied(paged(3), tmp_path)
    shown = [page["/Resources"]["/XObject"].raw_get("/Documento").idnum for page in PdfReader(pdf).pages]  # type: ignore[index]  # as it was made
    assert shown[:3] == shown[3:]
    assert len(set(shown)) == 3


@pytest.mark.larga
def test_three_hundred_pages_take_no_more_than_three_seconds(tmp_path: Path) -> None:
    documento = paged(300)
    before = time.process_time()
    pdf, reparo = copied(documento, tmp_path)
    assert time.process_time() - before <= 3
    assert (reparo, len(PdfReader(pdf).pages)) == ("", 600)


def test_several_threads_read_documents_at_once() -> None:
    forms = [one for one in DOCUMENTOS if "formulario" in one.nombre and one.nombre != "formulario XFA"]
    made = [*(one.hecho() for one in forms), paged(10)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(read_document, made * 8))
    assert all("Suscriptor" in one.texto or "Renglón 49" in one.texto for one in read)
