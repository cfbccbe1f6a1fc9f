"""Lines over one axis as an SVG, each in a strip of its own with its least and greatest value."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _STRIP, _LEFT, _RIGHT, _TOP = 720, 96, 190, 20, 24


@dataclass(frozen=True)
class Linea:
    nombre: str
    valores: Sequence[float]


def drawn(lineas: Sequence[Linea], eje: Sequence[int]) -> str:
    """The picture; each strip begins at nothing, so that what is flat looks flat."""
    height = _TOP + _STRIP * len(lineas) + 30
    strips = "".join(_strip(one, eje, _TOP + _STRIP * at) for at, one in enumerate(lineas))
    ticks = "".join(f'<text x="{_x(one, eje):.0f}" y="{height - 12}" text-anchor="middle">{one}</text>' for one in eje)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" rx="8" fill="#ffffff"/><g fill="#333333">{strips}{ticks}'
        f'<text x="12" y="{height - 12}">solicitudes</text></g></svg>\n'
    )


def _x(at: int, eje: Sequence[int]) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at / eje[-1]


def _strip(linea: Linea, eje: Sequence[int], top: int) -> str:
    most = max(linea.valores) or 1.0
    bottom, tall = top + _STRIP - 18, _STRIP - 34
    points = " ".join(
        f"{_x(at, eje):.1f},{bottom - tall * value / most:.1f}" for at, value in zip(eje, linea.valores, strict=True)
    )
    least = f"{min(linea.valores):.4g}–{max(linea.valores):.4g}"
    return (
        f'<text x="12" y="{bottom - tall / 2:.0f}">{escape(linea.nombre)}</text>'
        f'<text x="12" y="{bottom - tall / 2 + 16:.0f}" fill="#666666">{least}</text>'
        f'<line x1="{_LEFT}" y1="{bottom}" x2="{_WIDTH - _RIGHT}" y2="{bottom}" stroke="#bbbbbb"/>'
        f'<polyline points="{points}" fill="none" stroke="#0b6e99" stroke-width="2"/>'
    )
