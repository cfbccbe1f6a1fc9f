"""The copies that were made, with another cita: the document is still in them, so that Serviweb is not asked for it again."""

import io
from collections.abc import Sequence

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from robot.copias.document import whole
from robot.copias.making import keep_copies, marked, marks_of
from robot.copias.marks import Mark
from robot.copias.stamps import DOCUMENTO, Stamp, kept_stamp
from robot.errors import DocumentIncomplete
from robot.models import Cita, DocumentoCopias
from robot.procedure.definition import Copia


def remake_copies(
    hechas: DocumentoCopias,
    copias: Sequence[Copia],
    *,
    referencia: str,
    radicado: str,
    cita: Cita | None,
    documento_del_usuario: str,
) -> DocumentoCopias:
    """Make the copies anew from those that were made, with this cita or none. Safe to repeat.

    Raises:
        DocumentIncomplete: they are not on this machine, or are a document behind covers, which must be printed again.
        DiskUnwritable: they cannot be kept.
    """
    try:
        content = hechas.archivo.read_bytes()
    except OSError:
        raise DocumentIncomplete("Están en otra máquina, o ya se borraron.") from None
    marks = marks_of(
        copias, referencia=referencia, radicado=radicado, cita=cita, documento_del_usuario=documento_del_usuario
    )
    with whole():
        writer = _remarked(PdfReader(io.BytesIO(content), strict=False), marks)
    return keep_copies(writer, hechas.archivo, copias=len(copias))


def _remarked(reader: PdfReader, marks: Sequence[Mark]) -> PdfWriter:
    """The pages of the document, which each copy shows once, with each mark anew."""
    pages = list(reader.pages)
    per_copy, rest = divmod(len(pages), len(marks))
    if rest or not all(_shows_document(page) for page in pages):
        raise DocumentIncomplete("Son el documento como vino, detrás de una carátula.")
    writer = PdfWriter()
    stamps: list[Stamp] = [kept_stamp(page, writer) for page in pages[:per_copy]]
    if (layers := reader.root_object.get("/OCProperties")) is not None:
        writer.root_object[NameObject("/OCProperties")] = layers.clone(writer)
    return marked(writer, stamps, marks)


def _shows_document(page: PageObject) -> bool:
    resources = page.get("/Resources")
    shown = resources.get_object().get("/XObject") if resources is not None else None
    return isinstance(shown, DictionaryObject) and DOCUMENTO in shown
