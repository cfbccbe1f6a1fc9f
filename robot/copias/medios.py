"""The paper of the copies as a queue wants to be told of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from robot.copias.ipp import Attribute, ValueTag
from robot.errors import PrinterRefused
from robot.settings import ImpresionSettings, Medio

_MM_PER_INCH = 25.4
_MM_PER_POINT = _MM_PER_INCH / 72
_ABOUT_MM = 1.5
_NAMED = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(in|mm)$")
_CUSTOM = re.compile(r"^custom_max_")


@dataclass(frozen=True, slots=True)
class _Hoja:
    """Width and height in millimetres, and what PPD files call it, where they all call it the same."""

    ancho: float
    alto: float
    ppd: str = ""

    def is_as(self, other: "_Hoja") -> bool:
        return abs(self.ancho - other.ancho) < _ABOUT_MM and abs(self.alto - other.alto) < _ABOUT_MM


_HOJAS = {
    Medio.CARTA: _Hoja(215.9, 279.4, "Letter"),
    Medio.OFICIO: _Hoja(215.9, 330.2),
    Medio.A4: _Hoja(210, 297, "A4"),
    Medio.MEDIA_CARTA: _Hoja(139.7, 215.9, "Statement"),
}
_ROLLO_MM = 80.0


def attributes(impresion: ImpresionSettings, conocidos: Sequence[str], alto_puntos: float) -> tuple[Attribute, ...]:
    """How a job is to be printed.

    `media` names a size as IPP does, `PageSize` as the queue's own file does; some queues hear only one of them.

    Args:
        conocidos: the sizes that the queue says it takes.
        alto_puntos: of the first sheet; a roll is cut where it ends.

    Raises:
        PrinterRefused: the queue has no paper of that size, and takes none of any size.
    """
    how = [
        Attribute.of(ValueTag.PALABRA, "print-scaling", "auto-fit" if impresion.ajustar else "none"),
        *([Attribute.of(ValueTag.PALABRA, "sides", "one-sided")] if impresion.una_cara else []),
    ]
    if impresion.papel is Medio.COLA:
        return tuple(how)
    return (*_paper(impresion.papel, conocidos, alto_puntos), *how)


def _paper(medio: Medio, conocidos: Sequence[str], alto_puntos: float) -> Iterable[Attribute]:
    hoja = _HOJAS.get(medio) or _Hoja(_ROLLO_MM, round(alto_puntos * _MM_PER_POINT))
    sizes = {name: size for name in conocidos if (size := _size(name)) is not None}
    known = next((name for name, size in sizes.items() if size.is_as(hoja)), None)
    if known is None and any(_CUSTOM.match(one) for one in conocidos):
        known = f"Custom.{hoja.ancho:g}x{hoja.alto:g}mm"
    elif known is None and medio is Medio.ROLLO:
        known = _piece_of_roll(sizes, hoja.alto)
    if known is None:
        raise PrinterRefused(f"La cola de impresión no tiene papel de tamaño {medio.value}.")
    yield Attribute.of(ValueTag.PALABRA, "media", known)
    if ppd := known if known.startswith("Custom.") else hoja.ppd:
        yield Attribute.of(ValueTag.NOMBRE, "PageSize", ppd)


def _piece_of_roll(sizes: Mapping[str, _Hoja], alto: float) -> str | None:
    """Of a roll that is cut at certain lengths only, the shortest piece that is long enough, else the longest."""
    pieces = {name: size.alto for name, size in sizes.items() if abs(size.ancho - _ROLLO_MM) < _ABOUT_MM}
    enough = {name: length for name, length in pieces.items() if length >= alto}
    if enough:
        return min(enough, key=enough.__getitem__)
    return max(pieces, key=pieces.__getitem__, default=None)


def _size(name: str) -> _Hoja | None:
    """The measures that all of IPP's sizes have in their names; nothing for a range of sizes."""
    found = _NAMED.search(name)
    if found is None or name.startswith("custom_m"):
        return None
    scale = _MM_PER_INCH if found[3] == "in" else 1.0
    return _Hoja(float(found[1]) * scale, float(found[2]) * scale)
