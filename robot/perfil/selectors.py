"""Selectors of the robot's own, by which Playwright finds what it has no selector for (docs/decisiones/0045)."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from robot.reading.equality import plain

ESCRIBIBLE = "escribible=*"
"""Whatever can be written into or chosen from."""
DENTRO = "dentro=*"
"""What a list has inside to be written into, or the thing itself."""
ABIERTA = "abierta=*"
"""A window itself, where it shows something."""
_NAMES = ("escribible", "dentro", "abierta", "junto", "mostrado")


def junto_a(textos: Iterable[str]) -> str:
    """The selector of the control that one of the texts stands before, or that a label names but browsers do not know of."""
    return f"junto={_as_compared(textos)}"


def mostrado_junto_a(textos: Iterable[str]) -> str:
    """The selector of what a page shows beside one of the texts."""
    return f"mostrado={_as_compared(textos)}"


def scripts() -> dict[str, str]:
    """What makes each of the selectors, by its name."""
    return {name: f"(() => {{ {_source()}\nreturn {name}; }})()" for name in _NAMES}


@cache
def _source() -> str:
    return files("robot.perfil").joinpath("selectors.js").read_text(encoding="utf-8")


def _as_compared(textos: Iterable[str]) -> str:
    return json.dumps([plain(" ".join(texto.split())) for texto in textos], ensure_ascii=False)
