"""Pages of PDFs, built by hand so that each may be odd in a way of its own, and where people see each of their words."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

CUERPO = 10.0
PRINTED = 4
HIDDEN = 2
MULTILINE, COMBO = 1 << 12, 1 << 17


@dataclass(frozen=True, slots=True)
class Palabra:
    """A word and where people see it: from the lower left corner of the page as it is shown, in points."""

    texto: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Campo:
    """A field or an annotation that shows a word, or a tick.

    Attributes:
        dibujado: it brings its drawing.
        valor: what the field holds, if that is more than the word.
        clave: what a list keeps in place of it.
        clase: `Tx`, `Ch`, `Btn` or `Sig` of a field, else the subtype of an annotation.
    """

    palabra: Palabra
    dibujado: bool = True
    clase: str = "Tx"
    banderas: int = PRINTED
    propiedades: int = 0
    valor: str = ""
    clave: str = ""
    ancho: float = 120
    alto: float = 14


@dataclass(frozen=True, slots=True)
class Pagina:
    """A page as people see it, and how oddly its PDF says so.

    Attributes:
        ancho, alto: as it is shown, in points.
        giro: /Rotate.
        origen: the lower left corner of its MediaBox, in its own units.
        unidad: /UserUnit.
        borde: how much wider than what is shown the MediaBox is on each side; then a CropBox says what is.
        al_reves: its boxes name the upper right corner first.
        heredada: its boxes, /Rotate and resources stand in the node above it.
        antes, despues: what is drawn before and after the words, as it stands in the file.
        ocultas: words that stand in the file and are not for paper.
        afuera: words that are drawn beyond the edge of what is shown.
        manchas: what is black on it: left, bottom, width, height.
        extra: more entries of the page.
    """

    ancho: float = 612
    alto: float = 792
    giro: int = 0
    origen: tuple[float, float] = (0, 0)
    unidad: float = 1
    borde: float = 0
    al_reves: bool = False
    heredada: bool = False
    antes: bytes = b""
    despues: bytes = b""
    palabras: tuple[Palabra, ...] = ()
    campos: tuple[Campo, ...] = ()
    ocultas: tuple[Campo, ...] = ()
    afuera: tuple[Palabra, ...] = ()
    manchas: tuple[tuple[float, float, float, float], ...] = ()
    extra: dict[str, PdfObject] = field(default_factory=dict)

    @property
    def vistas(self) -> tuple[Palabra, ...]:
        """Every word that people see."""
        return (*self.palabras, *(one.palabra for one in self.campos if one.palabra.texto))

    @property
    def media(self) -> tuple[float, float]:
        """Width and height of what is shown, in the units of the page and before it is turned."""
        ancho, alto = self.ancho / self.unidad, self.alto / self.unidad
        return (alto, ancho) if self.giro % 180 else (ancho, alto)


def cara(ancho: float = 612, alto: float = 792, **odd: object) -> Pagina:
    """A page with words in its corners and in between, that are all different."""
    right = ancho - 70
    palabras = (
        Palabra("Superior", 8, alto - 18),
        Palabra("2026-001008", right, alto - 18),
        Palabra("Suscriptor:", 8, alto * 0.7),
        Palabra("001008", 80, alto * 0.7),
        Palabra("Observación", 8, alto * 0.5),
        Palabra("Inferior", 8, 8),
        Palabra("Esquina", right, 8),
    )
    return replace(Pagina(ancho=ancho, alto=alto, palabras=palabras), **odd)  # type: ignore[arg-type]  # its own fields


def pdf_of(paginas: Sequence[Pagina], *, redibujar: bool = False, contrasena: str | None = None) -> bytes:
    """The file.

    Args:
        redibujar: whoever shows it is to draw the fields anew.
        contrasena: it is encrypted, and this opens it.
    """
    writer = PdfWriter()
    every: list[PdfObject] = []
    for pagina in paginas:
        every += _add(writer, pagina)
    if every:
        form = {"/Fields": ArrayObject(every), "/DR": _resources(), "/NeedAppearances": BooleanObject(redibujar)}
        writer.root_object[NameObject("/AcroForm")] = dictionary({**form, "/DA": TextStringObject("/F1 10 Tf 0 g")})
    if contrasena is not None:
        writer.encrypt(user_password=contrasena, owner_password="otra", algorithm="AES-256")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _add(writer: PdfWriter, pagina: Pagina) -> list[PdfObject]:
    """Add a page; gives its fields."""
    width, height = pagina.media
    page = writer.add_blank_page(width, height)
    x, y = pagina.origen
    shown = [x, y, x + width, y + height]
    media = [x - pagina.borde, y - pagina.borde, x + width + pagina.borde, y + height + pagina.borde]
    above = page if not pagina.heredada else page["/Parent"]
    assert isinstance(above, DictionaryObject)
    if pagina.heredada:
        del page["/MediaBox"]
    above[NameObject("/MediaBox")] = numbers(_turned(media) if pagina.al_reves else media)
    above[NameObject("/Resources")] = _resources()
    if pagina.heredada:
        del page["/Resources"]
    if pagina.borde:
        above[NameObject("/CropBox")] = numbers(_turned(shown) if pagina.al_reves else shown)
    if pagina.giro:
        above[NameObject("/Rotate")] = NumberObject(pagina.giro)
    if pagina.unidad != 1:
        page[NameObject("/UserUnit")] = FloatObject(pagina.unidad)
    for name, value in pagina.extra.items():
        page[NameObject(name)] = value
    stream = StreamObject()
    stream.set_data(pagina.antes + _drawn(pagina) + pagina.despues)
    page[NameObject("/Contents")] = writer._add_object(stream)
    fields = [writer._add_object(_field(writer, pagina, one)) for one in (*pagina.campos, *pagina.ocultas)]
    if fields:
        page[NameObject("/Annots")] = ArrayObject(fields)
    return list(fields)


def _turned(box: list[float]) -> list[float]:
    return [box[2], box[3], box[0], box[1]]


def _matrix(pagina: Pagina) -> list[float]:
    """From where people see a thing to the numbers of the page."""
    (x, y), (width, height), unit = pagina.origen, pagina.media, 1 / pagina.unidad
    return {
        0: [unit, 0, 0, unit, x, y],
        90: [0, unit, -unit, 0, x + width, y],
        180: [-unit, 0, 0, -unit, x + width, y + height],
        270: [0, -unit, unit, 0, x, y + height],
    }[pagina.giro % 360]


def _drawn(pagina: Pagina) -> bytes:
    place = " ".join(f"{number:.4f}" for number in _matrix(pagina))
    return f"q {place} cm\n".encode() + b"".join(map(written, (*pagina.palabras, *pagina.afuera))) + b"Q\n"


def written(palabra: Palabra) -> bytes:
    """The operators that show a word."""
    escaped = palabra.texto.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {CUERPO} Tf {palabra.x:.3f} {palabra.y:.3f} Td ({escaped}) Tj ET\n".encode("cp1252")


def _field(writer: PdfWriter, pagina: Pagina, campo: Campo) -> DictionaryObject:
    """A field or annotation, turned with its page as whoever fills a form turns it."""
    palabra = campo.palabra
    a, b, c, d, e, f = _matrix(pagina)
    corners = [(palabra.x - 2, palabra.y - 4), (palabra.x - 2 + campo.ancho, palabra.y - 4 + campo.alto)]
    xs, ys = zip(*((a * x + c * y + e, b * x + d * y + f) for x, y in corners), strict=True)
    field_ = dictionary(
        {
            "/Type": NameObject("/Annot"),
            "/Rect": numbers([min(xs), min(ys), max(xs), max(ys)]),
            "/F": NumberObject(campo.banderas),
            "/DA": TextStringObject(f"/F1 {CUERPO / pagina.unidad:g} Tf 0 g"),
            "/MK": dictionary({"/R": NumberObject(pagina.giro % 360)}),
        }
    )
    value = campo.valor or palabra.texto
    if campo.clase in {"Tx", "Ch", "Btn", "Sig"}:
        field_[NameObject("/Subtype")] = NameObject("/Widget")
        field_[NameObject("/FT")] = NameObject(f"/{campo.clase}")
        field_[NameObject("/T")] = TextStringObject(f"campo {palabra.x:g} {palabra.y:g}")
        field_[NameObject("/Ff")] = NumberObject(campo.propiedades)
        if campo.clase == "Ch":
            pairs = [("1", "otra"), (campo.clave or value, value)]
            field_[NameObject("/Opt")] = ArrayObject(ArrayObject(map(TextStringObject, pair)) for pair in pairs)
    else:
        field_[NameObject("/Subtype")] = NameObject(f"/{campo.clase}")
        field_[NameObject("/Contents")] = TextStringObject(value)
    if campo.clase == "Btn":
        field_[NameObject("/V")] = field_[NameObject("/AS")] = NameObject("/Si")
    elif campo.clase in {"Tx", "Ch"}:
        field_[NameObject("/V")] = TextStringObject(campo.clave or value)
    if campo.dibujado:
        shown = writer._add_object(_appearance(pagina, campo))
        normal = dictionary({"/Si": shown}) if campo.clase == "Btn" else shown
        field_[NameObject("/AP")] = dictionary({"/N": normal})
    return field_


def _appearance(pagina: Pagina, campo: Campo) -> StreamObject:
    """How a field looks: drawn upright, and turned and scaled as the page is."""
    stream = StreamObject()
    inside = replace(campo.palabra, x=2, y=4)
    stream.set_data(b"/Tx BMC\n" + written(inside) + b"EMC\n" if inside.texto else b"0 0 8 8 re f\n")
    a, b, c, d, _, _ = _matrix(pagina)
    stream[NameObject("/Type")] = NameObject("/XObject")
    stream[NameObject("/Subtype")] = NameObject("/Form")
    stream[NameObject("/BBox")] = numbers([0, 0, campo.ancho, campo.alto])
    stream[NameObject("/Matrix")] = numbers([a, b, c, d, 0, 0])
    stream[NameObject("/Resources")] = _resources()
    return stream


def _resources() -> DictionaryObject:
    font = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/Type1"),
        "/BaseFont": NameObject("/Helvetica"),
        "/Encoding": NameObject("/WinAnsiEncoding"),
    }
    return dictionary({"/Font": dictionary({"/F1": dictionary(font)})})


def dictionary(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})


def numbers(numbers: Sequence[float]) -> ArrayObject:
    return ArrayObject(map(FloatObject, numbers))
