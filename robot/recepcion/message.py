"""A message of the mailbox, read: who sent it, its text, and what in it looks like a field of a solicitud. Nothing is executed.

Whatever a message is made of, reading it ends, and what could not be read is told. Found fields are proposed beside the words
that they were found in; whether they are right is for a person to say.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser

from pydantic import BaseModel, ConfigDict

from robot.models import ZONA_HORARIA
from robot.reading.documents import Unreadable, kept_document
from robot.reading.phones import read_phones

LONGEST_TEXT = 20_000
_MOST_PARTS = 200
_LONGEST_LINE = 300
_MOST_NAMES = 20
_AROUND = 40
_TOO_DEEP = "Trae demasiadas partes unas dentro de otras; algunas no se miraron."
_DOCUMENT = re.compile(
    r"(?:\bc\.?\s?c\b\.?|c[eé]dula|documento|identificaci[oó]n|\bnit\b)[^\d\n]{0,30}(\d[\d.\s-]{4,14}\d)", re.IGNORECASE
)
_CODE = re.compile(
    r"(?:suscriptor|c[oó]digo|matr[ií]cula|contrato|cuenta|p[oó]liza)[^\d\n]{0,25}(\d[\d-]{1,14}\d)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<!\d)(?<!\d\.)(?:\+57[\s-]?)?(?:3\d{2}|60\d)[\s.-]?\d{3}[\s.-]?\d{2}[\s.-]?\d{2}(?!\d|\.\d)")
_DROPPED = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote"})


class CampoHallado(BaseModel):
    """What may be a field: its name, its value, and the words around it."""

    model_config = ConfigDict(frozen=True)

    campo: str
    valor: str
    fuente: str


class Adjunto(BaseModel):
    """A file that came with a message; only its name and size are kept."""

    model_config = ConfigDict(frozen=True)

    nombre: str
    bytes: int


class MensajeLeido(BaseModel):
    """A message as an asesor reads it. Personal data.

    Attributes:
        advertencias: what could not be read, or is out of the ordinary.
    """

    model_config = ConfigDict(frozen=True)

    remitente: str
    asunto: str
    fecha: dt.datetime | None
    texto: str
    adjuntos: tuple[Adjunto, ...] = ()
    propuestas: tuple[CampoHallado, ...] = ()
    advertencias: tuple[str, ...] = ()
    identidad: str = ""


def read_message(raw: bytes, *, suscriptor: str, cortado: int = 0) -> MensajeLeido:
    """Read a message.

    Args:
        suscriptor: what a código looks like.
        cortado: how many bytes it really has, where only its beginning was fetched.
    """
    message = message_from_bytes(raw, policy=default)
    reader = _Reader(message)
    if cortado:
        reader.told.append(
            f"Es muy grande ({cortado // 1024} KiB): solo se leyó el comienzo. Véalo completo en el buzón."
        )
    texto = reader.text()
    remitente = reader.header("from") or "(sin remitente)"
    asunto = reader.header("subject")
    return MensajeLeido(
        remitente=remitente,
        asunto=asunto,
        fecha=reader.date(),
        texto=texto,
        adjuntos=tuple(reader.files()),
        propuestas=tuple(proposed(f"{asunto}\n{texto}", suscriptor=suscriptor)),
        advertencias=tuple(dict.fromkeys(reader.told)),
        identidad=_identity(reader.header("message-id"), remitente, reader.header("date"), asunto, texto),
    )


def _identity(*told: str) -> str:
    """The same for each copy of a message, and for no other one, whatever its sender says its Message-ID is."""
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:40]


class _Reader:
    """Takes what there is of a message, and tells what there is not."""

    def __init__(self, message: EmailMessage) -> None:
        self._message = message
        self.told: list[str] = []

    def header(self, name: str) -> str:
        """A header on one line; blank if there is none. A garbled one as well as it can be read."""
        try:
            value = str(self._message.get(name, ""))
        except (ValueError, LookupError, AttributeError, TypeError, IndexError, MessageError):  # as its parsers may
            self.told.append("Una de sus cabeceras no se puede leer.")
            return ""
        return _printable(" ".join(value.split()))[:_LONGEST_LINE]

    def date(self) -> dt.datetime | None:
        try:
            found = parsedate_to_datetime(self.header("date"))
        except (ValueError, TypeError):
            return None
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(ZONA_HORARIA)

    def _parts(self) -> Iterable[EmailMessage]:
        for at, part in enumerate(self._message.walk()):
            if at >= _MOST_PARTS:
                self.told.append(_TOO_DEEP)
                return
            if isinstance(part, EmailMessage):
                yield part

    def text(self) -> str:
        """The plain text, or the HTML reduced to text; cut where it is too long."""
        plain: list[str] = []
        html: list[str] = []
        for part in self._parts():
            kind = part.get_content_type()
            if kind in {"application/pkcs7-mime", "multipart/encrypted"}:
                self.told.append("Viene cifrado: el robot no lo puede leer. Ábralo en el buzón.")
            if part.is_multipart() or part.get_content_disposition() == "attachment":
                continue
            if kind == "text/plain":
                plain.append(self._decoded(part))
            elif kind == "text/html":
                html.append(_without_markup(self._decoded(part)))
        text = _tidy("\n".join(one for one in plain if one.strip()) or "\n".join(html))
        if not text:
            self.told.append("No trae texto que se pueda leer; véalo en el buzón.")
        if len(text) > LONGEST_TEXT:
            self.told.append("El texto es muy largo: se guardó solo el comienzo.")
        return text[:LONGEST_TEXT]

    def _decoded(self, part: EmailMessage) -> str:
        """Its text, in the alphabet that it says; in another one where that is none."""
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        alphabet = part.get_content_charset("utf-8")
        for one in (alphabet, "utf-8"):
            try:
                return content.decode(one)
            except (LookupError, UnicodeDecodeError, ValueError):
                continue
        self.told.append("Está en un alfabeto que no se reconoce: alguna letra puede estar mal.")
        return content.decode("cp1252", "replace")

    def files(self) -> Iterable[Adjunto]:
        """What came with it, by name; nothing of it is opened."""
        found = 0
        for part in self._parts():
            name = part.get_filename()
            attached = part.get_content_disposition() == "attachment" or (name and not part.is_multipart())
            if not attached:
                continue
            found += 1
            if found > _MOST_NAMES:
                self.told.append(f"Trae más de {_MOST_NAMES} archivos; véalos en el buzón.")
                return
            payload = part.get_payload(decode=True)
            size = len(payload) if isinstance(payload, bytes) else 0
            yield Adjunto(nombre=_printable(str(name or "(sin nombre)"))[:120], bytes=size)


class _Text(HTMLParser):
    """The text of a page, as far as it can be read: no markup, no addresses, nothing that runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._dropped += tag in _DROPPED
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._dropped = max(0, self._dropped - (tag in _DROPPED))

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self.parts.append(data)


def _without_markup(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable() or character in "\n\t")


def _tidy(text: str) -> str:
    """Its lines without what is not seen; of blank ones in a row, one."""
    text = _printable(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def proposed(text: str, *, suscriptor: str) -> Iterable[CampoHallado]:
    """What in a text looks like a field, each value once, in the order of the fields."""
    seen: set[tuple[str, str]] = set()
    for campo, valor, found in _found(text, suscriptor):
        if (campo, valor) not in seen:
            seen.add((campo, valor))
            yield CampoHallado(campo=campo, valor=valor, fuente=_around(text, found))


def _found(text: str, suscriptor: str) -> Iterable[tuple[str, str, re.Match[str]]]:
    for found in _CODE.finditer(text):
        if re.fullmatch(suscriptor, found[1]):
            yield "suscriptor", found[1], found
    for found in _DOCUMENT.finditer(text):
        try:
            yield "cedula", str(kept_document(found[1].strip(), strictly=True)), found
        except Unreadable:
            continue
    for found in _PHONE.finditer(text):
        try:
            yield "celular", read_phones(found[0]), found
        except Unreadable:
            continue


def _around(text: str, found: re.Match[str]) -> str:
    begin, end = max(0, found.start() - _AROUND), min(len(text), found.end() + _AROUND)
    cut = " ".join(text[begin:end].split())
    return f"{'…' if begin else ''}{cut}{'…' if end < len(text) else ''}"
