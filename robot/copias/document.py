"""A document that Serviweb printed, as paper shows it: forms and annotations drawn into the pages, and what they say."""

import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject

from robot.errors import DocumentIncomplete

_BROKEN = (
    PyPdfError,
    pypdfium2.PdfiumError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    OSError,
)
"""What pypdf and pdfium raise at a file that is not as it should be."""
_HIDDEN, _PRINT, _NO_VIEW = pdfium.FPDF_ANNOT_FLAG_HIDDEN, pdfium.FPDF_ANNOT_FLAG_PRINT, pdfium.FPDF_ANNOT_FLAG_NOVIEW
_HYPHENS = re.compile("[\x02\ufffe]")
"""What pdfium has for the hyphen that a word is broken at."""
_DRAWN_BY_THE_VIEWER = {
    "/FreeText",
    "/Stamp",
    "/Line",
    "/Polygon",
    "/PolyLine",
    "/Caret",
    "/FileAttachment",
    "/Redact",
    "/Watermark",
}
"""Annotations that pdfium draws only where they bring their own drawing."""

_engine = threading.Lock()
"""pdfium serves one thread at a time."""


@dataclass(frozen=True, slots=True)
class Documento:
    """A whole PDF.

    Attributes:
        original: the PDF as it came.
        plano: the same without forms and annotations: what they show is a part of the pages.
        texto: what the pages say; blank where there is nothing to read, as on a scan.
        reparo: what the pages of `plano` do not show although it belongs on paper, in Spanish words; blank where they show all.
    """

    original: bytes
    plano: bytes
    texto: str
    reparo: str = ""


def read_document(pdf: bytes) -> Documento:
    """Read a PDF.

    Raises:
        DocumentIncomplete: it is none, is damaged, has no pages, or is locked by a password.
    """
    with whole():
        reader = PdfReader(io.BytesIO(pdf), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentIncomplete("Está protegido con contraseña.")
        pages = list(reader.pages)
        campos = [_unseen_values(reader, page) for page in pages]
        undrawn = any(_is_undrawn(one) for page in pages for one in _annotations(page))
        changes = reader.is_encrypted or any(_annotations(page) for page in pages)
    if not pages:
        raise DocumentIncomplete("No tiene páginas.")
    with whole(), _engine, _opened(pdf) as document:
        flat = _flatten(document) if changes else True
        textos = [_text(document, at) for at in range(len(document))]
        xfa = document.get_formtype() == pdfium.FORMTYPE_XFA_FULL
        plano = _saved(document) if changes else pdf
    seen = [unspaced(one) for one in textos]
    if xfa:
        reparo = "un formulario XFA, que solo Acrobat sabe dibujar"
    elif undrawn:
        reparo = "anotaciones sin su dibujo"
    elif not flat or any(
        unspaced(one) not in text for values, text in zip(campos, seen, strict=False) for one in values
    ):
        reparo = "campos de formulario cuyo valor no se puede dibujar"
    else:
        reparo = ""
    return Documento(original=pdf, plano=plano, texto="\n".join(textos).strip(), reparo=reparo)


def value_of(dictionary: DictionaryObject, key: str) -> object:
    """What a dictionary of a PDF has under a key, also where it only says where that is; None where it has nothing."""
    return dictionary[key] if key in dictionary else None  # noqa: SIM401  # `get` gives where it is


@contextmanager
def whole() -> Iterator[None]:
    """What breaks in a file comes as a document that is not whole."""
    try:
        yield
    except _BROKEN as broken:
        raise DocumentIncomplete("El PDF llegó dañado o incompleto.") from broken


def unspaced(text: str) -> str:
    """A text without its spaces, so that what it says is found wherever lines break."""
    return "".join(text.split())


@contextmanager
def _opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document, its fields drawn where they bring no drawing or an old one."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def _flatten(document: pypdfium2.PdfDocument) -> bool:
    """Draw forms and annotations into the pages; whether that went well on all of them."""
    flat = True
    for at in range(len(document)):
        page = document[at]
        _print_what_is_seen(page)
        flat = pdfium.FPDFPage_Flatten(page, pdfium.FLAT_PRINT) != pdfium.FLATTEN_FAIL and flat
        page.close()
    return flat


def _print_what_is_seen(page: pypdfium2.PdfPage) -> None:
    """A field that the screen shows goes to paper, too, whether or not who made the form thought of it."""
    for at in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        flags = pdfium.FPDFAnnot_GetFlags(annotation)
        if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_WIDGET and not flags & (_HIDDEN | _NO_VIEW):
            pdfium.FPDFAnnot_SetFlags(annotation, flags | _PRINT)
        pdfium.FPDFPage_CloseAnnot(annotation)


def _text(document: pypdfium2.PdfDocument, at: int) -> str:
    page = document[at]
    try:
        return _HYPHENS.sub("-", str(page.get_textpage().get_text_bounded())).replace("\r\n", "\n")
    finally:
        page.close()


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    file = io.BytesIO()
    document.save(file, flags=pdfium.FPDF_REMOVE_SECURITY)
    return file.getvalue()


def _annotations(page: PageObject) -> Sequence[DictionaryObject]:
    """The annotations that belong on paper."""
    every = [one.get_object() for one in page.annotations or ()]
    return [one for one in every if isinstance(one, DictionaryObject) and _belongs_on_paper(one)]


def _belongs_on_paper(annotation: DictionaryObject) -> bool:
    kind, said = value_of(annotation, "/Subtype"), value_of(annotation, "/F")
    flags = said if isinstance(said, int) else 0
    shown = not flags & _NO_VIEW if kind == "/Widget" else bool(flags & _PRINT)
    return shown and not flags & _HIDDEN and kind not in {"/Link", "/Popup"}


def _is_undrawn(annotation: DictionaryObject) -> bool:
    """Whether only the program that made it would know how it looks."""
    if "/AP" in annotation:
        return False
    ticked = _inherited(annotation, "/FT") == "/Btn" and value_of(annotation, "/AS") not in {None, "/Off"}
    return ticked or value_of(annotation, "/Subtype") in _DRAWN_BY_THE_VIEWER


def _unseen_values(reader: PdfReader, page: PageObject) -> list[str]:
    """The values of fields that the document leaves to whoever shows it to draw."""
    form = value_of(reader.root_object, "/AcroForm")
    outdated = isinstance(form, DictionaryObject) and value_of(form, "/NeedAppearances") == BooleanObject(value=True)
    fields = [one for one in _annotations(page) if outdated or "/AP" not in one]
    values = [_value_shown(one) for one in fields if _inherited(one, "/FT") in {"/Tx", "/Ch"}]
    return [str(one) for one in values if isinstance(one, str)]


def _value_shown(field: DictionaryObject) -> object:
    """The value of a field in the words that a list may have for it."""
    value, options = _inherited(field, "/V"), _inherited(field, "/Opt")
    pairs = [one.get_object() for one in options] if isinstance(options, ArrayObject) else []
    said = {str(one[0]): one[1] for one in pairs if isinstance(one, ArrayObject) and len(one) == 2}
    return said.get(str(value), value)


def _inherited(field: DictionaryObject, key: str) -> object:
    """What a field says itself, or the one that it is a part of."""
    seen: list[DictionaryObject] = []
    while (
        key not in field and isinstance(parent := value_of(field, "/Parent"), DictionaryObject) and parent not in seen
    ):
        seen.append(parent)
        field = parent
    return value_of(field, key)
