"""Selectors of the robot's own, by which Playwright finds what it has no selector for (docs/decisiones/0045)."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from robot.reading.equality import plain

ESCRIBIBLE = "propio=escribible"
"""Whatever can be written into or chosen from."""
DENTRO = "propio=dentro"
"""What a list has inside to be written into, or the thing itself."""
ABIERTA = "propio=abierta"
"""A window itself, where it shows something."""
ENGINE = "propio"
_FINDS = ("escribible", "dentro", "abierta", "junto", "mostrado", "dibujado", "menciona")


def junto_a(textos: Iterable[str]) -> str:
    """The selector of the control that one of the texts stands before, that has it as its tip or in the place of its value, or
    that a label names but browsers do not know of.
    """
    return f"{ENGINE}=junto:{_as_compared(textos)}"


def mostrado_junto_a(textos: Iterable[str]) -> str:
    """The selector of what a page shows beside one of the texts."""
    return f"{ENGINE}=mostrado:{_as_compared(textos)}"


def que_dibuja(textos: Iterable[str]) -> str:
    """The selector of what has one of the texts as its tip or in the place of its picture."""
    return f"{ENGINE}=dibujado:{_as_compared(textos)}"


def que_menciona(textos: Iterable[str]) -> str:
    """The selector of what can be pushed and may go by one of the names: quick to ask, and to be asked for its name."""
    bare = [re.sub(r"[^a-z0-9]", "", plain(texto)) for texto in textos]
    return f"{ENGINE}=menciona:{json.dumps(bare)}"


def script() -> str:
    """What makes them, all in one: each page is sent it as often as there are engines."""
    return f"(() => {{ {_source()}\nreturn engine({{ {', '.join(_FINDS)} }}); }})()"


@cache
def _source() -> str:
    """Without its comments and indentation, which every page would be sent."""
    source = files("robot.perfil").joinpath("selectors.js").read_text(encoding="utf-8")
    without = re.sub(r"^/\*\*.*?\*/\n|^//[^\n]*\n", "", source, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\n\s*", "\n", without)


def _as_compared(textos: Iterable[str]) -> str:
    return json.dumps([plain(" ".join(texto.split())) for texto in textos], ensure_ascii=False)
