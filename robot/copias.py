"""The two printed copies (step 12): one PDF, each copy marked for whom it is, with a line for the signature."""

import hashlib
import io
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from reportlab.pdfgen.canvas import Canvas

from robot.errors import DiskUnwritable, DocumentIncomplete, PrinterRefused, PrinterSilent
from robot.models import DocumentoCopias
from robot.procedure import Copia

_BAND_POINTS = 64.0
_MARGIN_POINTS = 36.0


def make_copies(
    documento: bytes, copias: Sequence[Copia], *, referencia: str, radicado: str, carpeta: Path
) -> DocumentoCopias:
    """One PDF with every copy, kept as `<referencia>.pdf`; making it again replaces it.

    The document is shrunk a little so that mark and signature line never cover its text.

    Args:
        documento: the PDF that Serviweb gave.
        copias: for whom each copy is and who signs it.
        referencia: names the file; no personal data does.
        radicado: stands in the mark, so that a loose sheet tells what it is.
        carpeta: where it is kept.

    Raises:
        DocumentIncomplete: the bytes are no whole PDF.
        DiskUnwritable: it cannot be kept.
    """
    try:
        pages = [page for _ in copias for page in PdfReader(io.BytesIO(documento), strict=False).pages]
        per_copy = len(pages) // len(copias)
        if per_copy == 0:
            raise DocumentIncomplete("No tiene páginas.")
        writer = PdfWriter()
        for number, copia in enumerate(copias):
            own = pages[number * per_copy : (number + 1) * per_copy]
            for at, page in enumerate(own, start=1):
                sign = at == per_copy
                writer.add_page(
                    _marked(page, copia, f"Radicado {radicado} · {referencia} · {at}/{per_copy}", sign=sign)
                )
        file = io.BytesIO()
        writer.write(file)
    except (PyPdfError, ValueError, KeyError, OSError):
        raise DocumentIncomplete("El PDF llegó dañado o incompleto.") from None
    content = file.getvalue()
    archivo = carpeta / f"{referencia}.pdf"
    fresh = archivo.with_suffix(".parcial")
    try:
        carpeta.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(content)
        fresh.replace(archivo)
    except OSError as refused:
        raise DiskUnwritable(f"{refused.strerror}: {carpeta}.") from None
    return DocumentoCopias(
        archivo=archivo, sha256=hashlib.sha256(content).hexdigest(), copias=len(copias), paginas=len(pages)
    )


def text_of(documento: bytes) -> str:
    """The text of a PDF; blank if there is none to read."""
    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(documento), strict=False).pages)
    except (PyPdfError, ValueError, KeyError, OSError):
        return ""


def unspaced(text: str) -> str:
    """A text without its spaces, so that what it says is found wherever lines break."""
    return "".join(text.split())


def _marked(page: PageObject, copia: Copia, pie: str, *, sign: bool) -> PageObject:
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    scale = (height - 2 * _BAND_POINTS) / height
    sheet = PageObject.create_blank_page(width=width, height=height)
    shift = Transformation().scale(scale).translate(tx=width * (1 - scale) / 2, ty=_BAND_POINTS)
    sheet.merge_transformed_page(page, shift)
    sheet.merge_page(_overlay(width, height, copia, pie, sign=sign))
    return sheet


def _overlay(width: float, height: float, copia: Copia, pie: str, *, sign: bool) -> PageObject:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width, height))
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(_MARGIN_POINTS, height - _BAND_POINTS / 2, copia.destino.upper())
    canvas.setFont("Helvetica", 8)
    canvas.drawRightString(width - _MARGIN_POINTS, height - _BAND_POINTS / 2, pie)
    if sign:
        line = _BAND_POINTS - 12
        canvas.line(_MARGIN_POINTS, line, _MARGIN_POINTS + 230, line)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(_MARGIN_POINTS, line - 12, f"Firma del {copia.firma.value}")
    canvas.save()
    return PdfReader(file).pages[0]


def send_to_printer(documento: DocumentoCopias, impresora: str) -> None:
    """Send the PDF to a CUPS printer. Paper cannot be taken back: the caller has noted that it is about to be sent.

    Raises:
        PrinterRefused: there is no `lp` command, or it refuses the printer; nothing was printed.
        PrinterSilent: nobody knows whether it prints.
    """
    try:
        subprocess.run(  # noqa: S603  # fixed command, no shell
            ["lp", "-d", impresora, "-t", documento.archivo.stem, str(documento.archivo)],  # noqa: S607  # wherever CUPS is
            check=True,
            capture_output=True,
            timeout=60,
        )
    except FileNotFoundError:
        raise PrinterRefused(
            "En esta máquina no hay CUPS: imprima las copias desde el formulario, o abra el PDF."
        ) from None
    except subprocess.CalledProcessError:
        raise PrinterRefused(
            f"La impresora «{impresora}» no aceptó el trabajo; las copias quedaron en {documento.archivo}."
        ) from None
    except subprocess.TimeoutExpired:
        raise PrinterSilent(f"La impresora «{impresora}» no respondió.") from None
