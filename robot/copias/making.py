"""The two printed copies (step 12): one PDF, each copy marked for whom it is, with a line for the signature."""

import dataclasses
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from robot.copias.document import Documento, whole
from robot.copias.marks import Mark, draw, lay_out, told
from robot.copias.stamps import Stamp, add_sheet, stamp_of, upright_size
from robot.errors import DiskUnwritable, DocumentIncomplete
from robot.models import Cita, DocumentoCopias
from robot.procedure.definition import Copia, Firmante

_SMALLEST_COVER_POINTS = 200.0


@dataclass(frozen=True, slots=True)
class CopiasHechas:
    """The copies, and what their sheets could not show; then they are the document as it came behind a cover with the marks."""

    documento: DocumentoCopias
    reparo: str = ""


def make_copies(
    documento: Documento,
    copias: Sequence[Copia],
    *,
    referencia: str,
    radicado: str,
    cita: Cita | None,
    carpeta: Path,
    documento_del_usuario: str = "",
) -> CopiasHechas:
    """One PDF with every copy, kept as `<referencia>.pdf`; making it again replaces it.

    The document is shrunk a little so that mark and signature line never cover its text. One that would not be shown whole
    follows a cover that has the marks.

    Args:
        documento: the PDF that Serviweb gave.
        copias: for whom each copy is and who signs it.
        referencia: names the file; no personal data does.
        radicado: stands in the mark, so that a loose sheet tells what it is.
        cita: stands on the copy of who awaits the visit.
        carpeta: where it is kept, for nobody but the robot.
        documento_del_usuario: stands below the line where the usuario signs.

    Raises:
        DocumentIncomplete: the document cannot be read after all.
        DiskUnwritable: it cannot be kept.
    """
    marks = marks_of(
        copias, referencia=referencia, radicado=radicado, cita=cita, documento_del_usuario=documento_del_usuario
    )
    writer, reparo = _marked_or_covered(documento, marks)
    return CopiasHechas(keep_copies(writer, carpeta / f"{referencia}.pdf", copias=len(copias)), reparo)


def marks_of(
    copias: Sequence[Copia], *, referencia: str, radicado: str, cita: Cita | None, documento_del_usuario: str
) -> list[Mark]:
    """What stands on each copy."""
    return [
        Mark(
            destino=copia.destino,
            pie=f"Radicado {radicado} · {referencia}",
            cita=told(cita) if cita is not None and copia.con_cita else "",
            firma=copia.firma.value,
            documento=documento_del_usuario if copia.firma is Firmante.USUARIO else "",
        )
        for copia in copias
    ]


def keep_copies(writer: PdfWriter, archivo: Path, *, copias: int) -> DocumentoCopias:
    """Keep a file with so many copies.

    Raises:
        DiskUnwritable.
    """
    file = io.BytesIO()
    writer.write(file)
    content = file.getvalue()
    _keep(content, archivo)
    sha256 = hashlib.sha256(content).hexdigest()
    return DocumentoCopias(archivo=archivo, sha256=sha256, copias=copias, paginas=len(writer.pages))


def _marked_or_covered(documento: Documento, marks: Sequence[Mark]) -> tuple[PdfWriter, str]:
    """The copies, and what they could not show."""
    reparo = documento.reparo
    if not reparo:
        try:
            with whole():
                return _marked(PdfReader(io.BytesIO(documento.plano), strict=False), marks), ""
        except DocumentIncomplete:
            reparo = "páginas que el robot no puede copiar"
    with whole():
        return _covered(PdfReader(io.BytesIO(documento.original), strict=False), marks, reparo), reparo


def _marked(reader: PdfReader, marks: Sequence[Mark]) -> PdfWriter:
    """Each page of the document with each mark; the pages themselves are kept once."""
    writer = PdfWriter()
    stamps = [stamp_of(page, writer) for page in reader.pages]
    if (layers := reader.root_object.get("/OCProperties")) is not None:
        writer.root_object[NameObject("/OCProperties")] = layers.clone(writer)
    return marked(writer, stamps, marks)


def marked(writer: PdfWriter, stamps: Sequence[Stamp], marks: Sequence[Mark]) -> PdfWriter:
    """A file with every page of the document under every mark."""
    last = len(stamps)
    sheets = [
        (stamp, lay_out(stamp.ancho, stamp.alto, _on_page(mark, at, last)))
        for mark in marks
        for at, stamp in enumerate(stamps, start=1)
    ]
    for (stamp, sheet), drawn in zip(sheets, draw([sheet for _, sheet in sheets]), strict=True):
        add_sheet(writer, sheet, drawn, stamp, at=len(writer.pages))
    return writer


def _on_page(mark: Mark, at: int, last: int) -> Mark:
    """The mark as it stands on one page of the document; only the last one is signed."""
    signed = mark if at == last else dataclasses.replace(mark, firma="", documento="")
    return dataclasses.replace(signed, pie=f"{mark.pie} · {at}/{last}")


def _covered(reader: PdfReader, marks: Sequence[Mark], reparo: str) -> PdfWriter:
    """The document as it came, with its forms and annotations, once behind each cover."""
    writer = PdfWriter(clone_from=reader)
    pages = list(writer.pages)
    ancho, alto = (max(side, _SMALLEST_COVER_POINTS) for side in upright_size(pages[0]))
    nota = (
        "El documento va en las hojas que siguen, como lo entregó Serviweb. No se marcó hoja por hoja porque trae "
        f"{reparo}."
    )
    sheets = [lay_out(ancho, alto, dataclasses.replace(mark, nota=nota)) for mark in marks]
    for at, (sheet, drawn) in enumerate(zip(sheets, draw(sheets), strict=True)):
        add_sheet(writer, sheet, drawn, at=at * (len(pages) + 1))
        for page in pages if at else ():
            writer.add_page(page)
    return writer


def _keep(content: bytes, archivo: Path) -> None:
    """Write what only the robot may read, whatever stood there before."""
    fresh = archivo.with_suffix(".parcial")
    try:
        archivo.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        archivo.parent.chmod(0o700)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
        fresh.replace(archivo)
    except OSError as refused:
        raise DiskUnwritable(f"{refused.strerror}: {archivo.parent}.") from None
