"""Documents as real systems make them, and what becomes of each; the table of them stands in docs/impresion.md."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.copias.pagina import (
    COMBO,
    HIDDEN,
    MULTILINE,
    Campo,
    Pagina,
    Palabra,
    cara,
    dictionary,
    numbers,
    pdf_of,
    written,
)

LETTER = (612.0, 792.0)
ROLLO_80 = 226.8
ROLLO_58 = 164.4


IMPRESION = Path(__file__).resolve().parents[2] / "docs" / "impresion.md"
_BEGINS = "<!-- documentos: python -m tests.copias -->"
_ENDS = "<!-- fin de documentos -->"


class Desenlace(Enum):
    """What becomes of a document."""

    MARCADA = "cada hoja con su marca"
    CARATULA = "carátula con la marca, y detrás el documento como vino; se avisa"
    PENDIENTE = "no hay copias: quedan pendientes, y se dice por qué"


@dataclass(frozen=True, slots=True)
class Documento:
    """A kind of document.

    Attributes:
        nombre: how the table calls it.
        paginas: what people see on it.
        hecho: makes the file.
    """

    nombre: str
    paginas: tuple[Pagina, ...]
    hecho: Callable[[], bytes]
    desenlace: Desenlace = Desenlace.MARCADA

    def __str__(self) -> str:
        return self.nombre


def _plain(
    nombre: str, *paginas: Pagina, desenlace: Desenlace = Desenlace.MARCADA, redibujar: bool = False
) -> Documento:
    return Documento(nombre, paginas, lambda: pdf_of(paginas, redibujar=redibujar), desenlace)


VALOR = Campo(Palabra("Valor", 160, 500))
_FIELDS = (
    VALOR,
    Campo(Palabra("Sifones", 160, 470), clase="Ch", propiedades=COMBO),
    Campo(Palabra("Muñoz", 160, 440)),
)
_KEYED = Campo(Palabra("Florencia", 160, 500), clase="Ch", propiedades=COMBO, clave="18001")
_UNDRAWN = tuple(replace(one, dibujado=False) for one in _FIELDS)
_STALE = replace(VALOR, palabra=Palabra("Nuevo", 160, 500), valor="Nuevo")
_NOTE = Campo(Palabra("Urgente", 300, 300), clase="FreeText")
_BEYOND = (Palabra("Sobra", -45, 300),)
_LAYERED = Campo(Palabra("Borrador", 300, 300))
_SCAN = Pagina(manchas=((40, 700, 30, 20), (500, 60, 60, 30)))
_INLINE = b"q 20 0 0 20 500 400 cm BI /W 4 /H 1 /CS /G /BPC 8 ID q Q EI Q\n"


def _formats() -> list[Documento]:
    return [
        _plain("carta", cara()),
        _plain("oficio", cara(612, 936)),
        _plain("A4", cara(595.3, 841.9)),
        _plain("media carta", cara(396, 612)),
        _plain("carta apaisada", cara(792, 612)),
        _plain("doble carta", cara(792, 1224)),
        _plain("rollo de 80 mm, largo", cara(ROLLO_80, 700)),
        _plain("rollo de 80 mm, corto", cara(ROLLO_80, 150)),
        _plain("rollo de 58 mm", cara(ROLLO_58, 300)),
        _plain("etiqueta", cara(288, 200)),
        _plain("hojas de varios tamaños", cara(), cara(792, 612), cara(396, 612)),
    ]


def _boxes() -> list[Documento]:
    return [
        *(_plain(f"girada {giro}°", cara(giro=giro)) for giro in (90, 180, 270, -90)),
        _plain("apaisada por /Rotate", cara(792, 612, giro=90)),
        _plain("MediaBox que no empieza en 0,0", cara(origen=(100, 200))),
        _plain("MediaBox en negativos", cara(origen=(-306, -396))),
        _plain("MediaBox al revés", cara(al_reves=True)),
        _plain("CropBox", cara(borde=50, afuera=_BEYOND)),
        _plain("CropBox al revés", cara(borde=50, al_reves=True, afuera=_BEYOND)),
        _plain("CropBox más grande que la hoja", cara(extra={"/CropBox": numbers([-50, -50, 700, 900])})),
        _plain("CropBox fuera de la hoja", cara(extra={"/CropBox": numbers([900, 900, 950, 950])})),
        _plain("CropBox y giro", cara(borde=50, giro=90, afuera=_BEYOND)),
        _plain("UserUnit 2", cara(unidad=2)),
        _plain("UserUnit 10 y giro", cara(unidad=10, giro=270)),
        _plain("atributos heredados", cara(heredada=True, giro=90, borde=20)),
        _plain("rollo girado", cara(ROLLO_80, 500, giro=90)),
    ]


def _states() -> list[Documento]:
    return [
        _plain("q sin cerrar", cara(despues=b"q q 0.5 0 0 0.5 300 300 cm\n")),
        _plain("Q de más", cara(antes=b"Q Q\n", despues=b"Q Q Q\n")),
        _plain("Q de más tras una escala", cara(antes=b"0.5 0 0 0.5 0 0 cm Q 2 0 0 2 0 0 cm\n")),
        _plain("color y recorte sin devolver", cara(despues=b"q 1 1 1 rg 0 0 10 10 re W n\n")),
        _plain("imagen incrustada con q y Q", cara(antes=_INLINE, despues=b"q\n")),
        _plain("varias cosas a la vez", _together()),
    ]


def _together() -> Pagina:
    odd = cara(giro=90, origen=(-100, 40), borde=30, unidad=2, al_reves=True, despues=b"q 0.2 0 0 0.2 0 0 cm\n")
    return replace(odd, campos=(VALOR, _NOTE))


def _forms() -> list[Documento]:
    signed = Campo(Palabra("Firmado", 300, 120), clase="Sig")
    return [
        _plain("formulario con sus valores dibujados", cara(campos=_FIELDS)),
        _plain("formulario sin dibujar", cara(campos=_UNDRAWN), redibujar=True),
        _plain("formulario sin dibujar, y no lo dice", cara(campos=_UNDRAWN)),
        _plain("formulario con dibujo viejo", cara(campos=(_STALE,)), redibujar=True),
        _plain("formulario en hoja girada", cara(campos=_FIELDS, giro=90)),
        _plain("formulario sin dibujar en hoja girada", cara(campos=_UNDRAWN, giro=270), redibujar=True),
        _plain("campo que se ve en pantalla y no se imprime", cara(campos=(replace(VALOR, banderas=0),))),
        _plain("campo de varias líneas", cara(campos=(_undrawn(propiedades=MULTILINE),)), redibujar=True),
        _plain("lista que guarda una clave, sin dibujar", cara(campos=(replace(_KEYED, dibujado=False),))),
        _plain("campo oculto", cara(ocultas=(replace(VALOR, banderas=HIDDEN),))),
        _plain("casilla marcada", cara(campos=(Campo(Palabra("", 300, 300), clase="Btn"),))),
        _plain("firma con su dibujo", cara(campos=(signed,))),
        _plain("firma en hoja girada", cara(giro=180, campos=(signed,))),
        _plain("anotación con su dibujo", cara(campos=(_NOTE,))),
        _plain("sello en hoja girada", cara(giro=270, campos=(replace(_NOTE, clase="Stamp"),))),
        _plain("nota que no es para el papel", cara(ocultas=(replace(_NOTE, banderas=0),))),
        Documento("capa apagada", (cara(ocultas=(_LAYERED,)),), _with_layer),
    ]


def _made_elsewhere() -> list[Documento]:
    return [
        Documento("cifrado sin contraseña", (cara(),), lambda: pdf_of([cara()], contrasena="")),
        Documento("contenido en varias partes", (cara(),), _in_parts),
        Documento("escaneado", (_SCAN,), _scanned),
        _plain("sin nada escrito", Pagina()),
    ]


def _covered() -> list[Documento]:
    no_drawing = replace(_NOTE, dibujado=False)
    ticked = Campo(Palabra("", 300, 300), clase="Btn", dibujado=False)
    odd = _undrawn(valor="\U0001f6b0 fuga")
    stale = replace(odd, dibujado=True)
    covered = Desenlace.CARATULA
    return [
        _plain("anotación sin su dibujo", cara(campos=(no_drawing,)), desenlace=covered),
        _plain("casilla marcada sin su dibujo", cara(campos=(ticked,)), desenlace=covered),
        _plain(
            "dibujo viejo, y un valor que no se puede escribir",
            cara(campos=(stale,)),
            desenlace=covered,
            redibujar=True,
        ),
        _plain("valor que ninguna letra del formulario puede escribir", cara(campos=(odd,)), desenlace=covered),
        Documento("formulario XFA", (cara(),), _xfa, covered),
        Documento("página con un filtro que nadie conoce", (cara(),), _unknown_filter, covered),
    ]


def _refused() -> list[Documento]:
    pending = Desenlace.PENDIENTE
    return [
        Documento("con contraseña", (cara(),), lambda: pdf_of([cara()], contrasena="1234"), pending),
        Documento("cortado a la mitad", (cara(),), lambda: pdf_of([cara()])[:700], pending),
        Documento("una página web con nombre de PDF", (), lambda: b"<html>No disponible</html>", pending),
        Documento("sin páginas", (), lambda: pdf_of([]), pending),
    ]


def _undrawn(*, valor: str = "", propiedades: int = 0) -> Campo:
    return replace(VALOR, dibujado=False, valor=valor, propiedades=propiedades)


def _changed(change: Callable[[PdfWriter], None]) -> bytes:
    """An ordinary document with something done to it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of([cara()]))))
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(data)
    return writer._add_object(stream)


def _in_parts() -> bytes:
    """Cut between any two operators, also between a save and its restore."""

    def cut(writer: PdfWriter) -> None:
        page = writer.pages[0]
        contents = page.get_contents()
        assert contents is not None
        lines = contents.get_data().splitlines(keepends=True)
        page[NameObject("/Contents")] = ArrayObject(_stream(writer, line) for line in lines)

    return _changed(cut)


def _with_layer() -> bytes:
    """A draft's mark in a layer that is turned off."""

    def add(writer: PdfWriter) -> None:
        layer = writer._add_object(dictionary({"/Type": NameObject("/OCG"), "/Name": TextStringObject("Borrador")}))
        off = dictionary({"/OFF": ArrayObject([layer]), "/Order": ArrayObject([layer])})
        writer.root_object[NameObject("/OCProperties")] = dictionary({"/OCGs": ArrayObject([layer]), "/D": off})
        page = writer.pages[0]
        contents = page.get_contents()
        assert contents is not None
        marked = b"/OC /Capa BDC\n" + written(_LAYERED.palabra) + b"EMC\n"
        page[NameObject("/Contents")] = _stream(writer, contents.get_data() + marked)
        resources = page["/Resources"]
        assert isinstance(resources, DictionaryObject)
        resources[NameObject("/Properties")] = dictionary({"/Capa": layer})

    return _changed(add)


def _scanned() -> bytes:
    """A picture of a page, and a drawing over it that people know it by."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=LETTER)
    canvas.drawImage(ImageReader(Image.new("L", (85, 110), 255)), 0, 0, *LETTER)
    for mancha in _SCAN.manchas:
        canvas.drawImage(ImageReader(Image.new("L", (8, 8), 0)), *mancha)
    canvas.save()
    return file.getvalue()


def _xfa() -> bytes:
    def add(writer: PdfWriter) -> None:
        parts = ArrayObject([TextStringObject("template"), _stream(writer, b"<template/>")])
        form = {"/XFA": parts, "/Fields": ArrayObject()}
        writer.root_object[NameObject("/AcroForm")] = dictionary(form)
        writer.root_object[NameObject("/NeedsRendering")] = BooleanObject(True)

    return _changed(add)


def _unknown_filter() -> bytes:
    def add(writer: PdfWriter) -> None:
        stream = writer.pages[0]["/Contents"]
        assert isinstance(stream, DictionaryObject)
        stream[NameObject("/Filter")] = NameObject("/Desconocido")

    return _changed(add)


DOCUMENTOS = (
    *_formats(),
    *_boxes(),
    *_states(),
    *_forms(),
    *_made_elsewhere(),
    *_covered(),
    *_refused(),
)
LAID_OUT = [one for one in (*_formats(), *_boxes()) if not any(pagina.extra for pagina in one.paginas)]
"""Those that are odd in where their pages lie alone, in a way that other programs read alike."""


def with_table(page: str) -> str:
    """docs/impresion.md with the table of what becomes of each document."""
    lines = ["| documento | copias |", "|---|---|"]
    lines += [f"| {one.nombre} | {one.desenlace.value} |" for one in DOCUMENTOS]
    before, rest = page.split(_BEGINS)
    _, after = rest.split(_ENDS)
    return "\n".join([before + _BEGINS, *lines, _ENDS + after])
