"""Messages of the Internet Printing Protocol as bytes (RFC 8010): the few kinds of values that printing and asking need."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

_VERSION = (2, 0)
_END = 0x03
_FIRST_VALUE_TAG = 0x10
_BEGIN_COLLECTION, _END_COLLECTION = 0x34, 0x37
_NUMBERS = frozenset({0x21, 0x23})
_BOOLEAN = 0x22
_WITH_LANGUAGE = frozenset({0x35, 0x36})
_STRINGS = range(0x40, 0x60)
_HEADER = struct.Struct(">BBHi")
_FAILED = 0x0400
"""The first of the statuses that say no."""

Valor = int | bool | str


class IppOperation(IntEnum):
    """What is asked of the server."""

    CREATE_JOB = 0x0005
    SEND_DOCUMENT = 0x0006
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class AttributeGroup(IntEnum):
    """What a group of attributes is about."""

    OPERACION = 0x01
    TRABAJO = 0x02
    IMPRESORA = 0x04


class ValueTag(IntEnum):
    """How a value is written, by what it is: a number, a name that people gave, a word of the protocol, a kind of document."""

    ENTERO = 0x21
    BOOLEANO = 0x22
    NOMBRE = 0x42
    PALABRA = 0x44
    URI = 0x45
    JUEGO = 0x47
    LENGUA = 0x48
    TIPO = 0x49


class MalformedMessage(ValueError):
    """What came is no IPP message."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a request."""

    tag: ValueTag
    nombre: str
    valores: tuple[Valor, ...]

    @classmethod
    def of(cls, tag: ValueTag, nombre: str, *valores: Valor) -> "Attribute":
        return cls(tag, nombre, valores)

    @classmethod
    def yes(cls, nombre: str) -> "Attribute":
        return cls(ValueTag.BOOLEANO, nombre, (True,))


@dataclass(frozen=True, slots=True)
class IppAnswer:
    """What the server answered: its status, and the attributes of each group, every one with all its values."""

    estado: int
    groups: tuple[tuple[int, Mapping[str, tuple[Valor, ...]]], ...]

    @property
    def bien(self) -> bool:
        return self.estado < _FAILED

    def of(self, group: AttributeGroup) -> list[Mapping[str, tuple[Valor, ...]]]:
        """The groups of one kind, in order."""
        return [attributes for kind, attributes in self.groups if kind == group]


def encode(
    operacion: IppOperation,
    numero: int,
    groups: Sequence[tuple[AttributeGroup, Iterable[Attribute]]],
    documento: bytes = b"",
) -> bytes:
    """A request, with the document behind it."""
    parts = [_HEADER.pack(*_VERSION, operacion, numero)]
    for group, attributes in groups:
        parts.append(bytes([group]))
        parts += [_written(one) for one in attributes]
    return b"".join([*parts, bytes([_END]), documento])


def _written(attribute: Attribute) -> bytes:
    """Its first value under its name, the others under none."""
    names = (attribute.nombre, *[""] * (len(attribute.valores) - 1))
    return b"".join(
        bytes([attribute.tag]) + _sized(name.encode()) + _sized(_as_bytes(attribute.tag, valor))
        for name, valor in zip(names, attribute.valores, strict=True)
    )


def _sized(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content


def _as_bytes(tag: ValueTag, valor: Valor) -> bytes:
    if tag is ValueTag.BOOLEANO:
        return struct.pack(">?", valor)
    return struct.pack(">i", valor) if isinstance(valor, int) else valor.encode()


def decode(message: bytes) -> IppAnswer:
    """An answer. Values of kinds that nobody here asks for, such as dates and collections, are left out.

    Raises:
        MalformedMessage.
    """
    try:
        _, _, estado, _ = _HEADER.unpack_from(message)
        return IppAnswer(estado, tuple(_groups(message, _HEADER.size)))
    except (struct.error, IndexError, UnicodeDecodeError) as broken:
        raise MalformedMessage(str(broken)) from None


def _groups(message: bytes, at: int) -> list[tuple[int, dict[str, tuple[Valor, ...]]]]:
    groups: list[tuple[int, dict[str, tuple[Valor, ...]]]] = []
    name, depth = "", 0
    while (tag := message[at]) != _END:
        at += 1
        if tag < _FIRST_VALUE_TAG:
            groups.append((tag, {}))
            continue
        if not groups:
            raise MalformedMessage("a value before any group")
        own, at = _taken(message, at)
        content, at = _taken(message, at)
        name = own.decode() or name
        depth += (tag == _BEGIN_COLLECTION) - (tag == _END_COLLECTION)
        if not depth and (valor := _read(tag, content)) is not None:
            held = groups[-1][1]
            held[name] = (*held.get(name, ()), valor)
    return groups


def _taken(message: bytes, at: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", message, at)
    begin = at + 2
    if begin + size > len(message):
        raise MalformedMessage("cut short")
    return message[begin : begin + size], begin + size


def _read(tag: int, content: bytes) -> Valor | None:
    if tag in _NUMBERS:
        return int(struct.unpack(">i", content)[0])
    if tag == _BOOLEAN:
        return bool(content[0])
    if tag in _WITH_LANGUAGE:
        language, at = _taken(content, 0)
        del language
        return _taken(content, at)[0].decode(errors="replace")
    return content.decode(errors="replace") if tag in _STRINGS else None
