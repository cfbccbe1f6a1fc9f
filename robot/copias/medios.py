"""The paper of the copies as a queue wants to be told of it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from robot.copias.ipp import Attribute, ValueTag
from robot.errors import PrinterRefused
from robot.settings import ImpresionSettings, Medio

_MM_PER_INCH = 25.4
_MM_PER_POINT = _MM_PER_INCH / 72
_ABOUT_MM = 1.5
_NO_MORE_THAN_ROUNDING_MM = 0.05
_NAMED = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(in|mm)$")
_LEAST, _MOST = re.compile(r"^(custom|roll)_min_"), re.compile(r"^(custom|roll)_max_")


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
    Medio.LEGAL: _Hoja(215.9, 355.6, "Legal"),
    Medio.A4: _Hoja(210, 297, "A4"),
    Medio.MEDIA_CARTA: _Hoja(139.7, 215.9, "Statement"),
}
_ROLLO_MM = 80.0


@dataclass(frozen=True, slots=True)
class _Range:
    """Any size from the least to the most: what a queue can cut."""

    menor: _Hoja
    mayor: _Hoja

    def holds(self, hoja: _Hoja) -> bool:
        return self.nearest(hoja).is_as(hoja)

    def nearest(self, hoja: _Hoja) -> _Hoja:
        """The size of the range that differs least."""
        ancho = min(max(hoja.ancho, self.menor.ancho), self.mayor.ancho)
        return _Hoja(ancho, min(max(hoja.alto, self.menor.alto), self.mayor.alto))


def attributes(
    impresion: ImpresionSettings, conocidos: Sequence[str], hojas: Iterable[tuple[float, float]] = ()
) -> tuple[Attribute, ...]:
    """How a job is to be printed.

    `media` names a size as IPP does, `PageSize` as the queue's own file does; some queues hear only one of them.

    Args:
        conocidos: the sizes that the queue says it takes; it is asked for no other.
        hojas: how wide and how high each sheet is, in points; a roll is cut where the longest ends.

    Raises:
        PrinterRefused: the queue has no paper of that size, and takes none of any size.
    """
    how = [
        Attribute.of(ValueTag.PALABRA, "print-scaling", "auto-fit" if impresion.ajustar else "none"),
        *([Attribute.of(ValueTag.PALABRA, "sides", "one-sided")] if impresion.una_cara else []),
    ]
    if impresion.papel is Medio.COLA:
        return tuple(how)
    if impresion.papel is Medio.ROLLO:
        lengths = (_on_roll(ancho * _MM_PER_POINT, alto * _MM_PER_POINT, impresion) for ancho, alto in hojas)
        paper = _roll(conocidos, math.ceil(max(lengths, default=0) - _NO_MORE_THAN_ROUNDING_MM))
    else:
        paper = _sheet(impresion.papel, conocidos)
    if paper is None:
        raise PrinterRefused(f"La cola de impresión no tiene papel de tamaño {impresion.papel.value}.")
    media, ppd = paper
    named = [Attribute.of(ValueTag.NOMBRE, "PageSize", ppd)] if ppd else []
    return (Attribute.of(ValueTag.PALABRA, "media", media), *named, *how)


def _sheet(medio: Medio, conocidos: Sequence[str]) -> tuple[str, str] | None:
    """What a queue calls a size, and what its file does, if that is known; nothing if it does not take it."""
    hoja = _HOJAS[medio]
    for name, size in _sizes(conocidos).items():
        if size.is_as(hoja):
            return name, hoja.ppd
    return next((_cut(one.nearest(hoja)) for one in _ranges(conocidos) if one.holds(hoja)), None)


def _roll(conocidos: Sequence[str], alto: float) -> tuple[str, str] | None:
    """A piece of roll: the shortest that is long enough, else the longest; nothing if there is no roll."""
    cut = [one.nearest(_Hoja(_ROLLO_MM, alto)) for one in _ranges(conocidos)]
    pieces = [(size, (name, "")) for name, size in _sizes(conocidos).items()] + [(size, _cut(size)) for size in cut]
    of_the_roll = {size.alto: names for size, names in pieces if abs(size.ancho - _ROLLO_MM) < _ABOUT_MM}
    enough = [length for length in of_the_roll if length > alto - _ABOUT_MM]
    return of_the_roll[min(enough) if enough else max(of_the_roll)] if of_the_roll else None


def _on_roll(ancho: float, alto: float, impresion: ImpresionSettings) -> float:
    """How much of a roll a sheet takes: one that is too wide is made smaller, and laid along it where it is wider than high."""
    if ancho < _ROLLO_MM + _ABOUT_MM or not impresion.ajustar:
        return alto
    narrow, long = sorted((ancho, alto))
    return long * min(1.0, _ROLLO_MM / narrow)


def _cut(hoja: _Hoja) -> tuple[str, str]:
    """A size that is none of those that have names, as CUPS is asked for it."""
    name = f"Custom.{hoja.ancho:g}x{hoja.alto:g}mm"
    return name, name


def _sizes(conocidos: Sequence[str]) -> Mapping[str, _Hoja]:
    """The sizes that have names."""
    named = (one for one in conocidos if not _LEAST.match(one) and not _MOST.match(one))
    return {name: size for name in named if (size := _size(name)) is not None}


def _ranges(conocidos: Sequence[str]) -> Sequence[_Range]:
    """The ranges that are told, each by its two ends, in order."""
    ends = ([size for one in conocidos if which.match(one) and (size := _size(one))] for which in (_LEAST, _MOST))
    return [_Range(menor, mayor) for menor, mayor in zip(*ends, strict=False)]


def _size(name: str) -> _Hoja | None:
    """The measures that all of IPP's sizes have in their names."""
    found = _NAMED.search(name)
    if found is None:
        return None
    scale = _MM_PER_INCH if found[3] == "in" else 1.0
    return _Hoja(float(found[1]) * scale, float(found[2]) * scale)
