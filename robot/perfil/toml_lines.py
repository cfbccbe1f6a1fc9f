"""What is wrong with a TOML file that people write, told by line, all at once, with the nearest name for one that is none."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

Hallado = tuple[tuple[str, ...], str]
"""A problem: where it stands and what it is."""

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"^\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(r"^\s*(\[\[?.*?\]\]?)\s*(#.*)?$")


def told_by_line(texto: str, problemas: Iterable[Hallado]) -> str:
    """Problems as one sentence, each once, with the line that it stands on."""
    told = []
    for path, mensaje in problemas:
        line = line_of(texto, path)
        where = f"línea {line}, " if line is not None else ""
        told.append(f"{where}{'.'.join(path)}: {mensaje.rstrip('.')}")
    return "; ".join(dict.fromkeys(told))


def not_among(
    given: Mapping[str, object], known: Iterable[str], at: tuple[str, ...], *, as_value: str = ""
) -> Iterator[Hallado]:
    """Every name that is none, with the nearest that is one."""
    names = list(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"¿quiso decir «{near[0]}»?" if near else f"los nombres válidos son: {', '.join(names)}"
            path = (*at, as_value or name)
            yield path, f"no existe «{name}»; {hint}" if as_value else f"no existe; {hint}"


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line, from 1, of the key at `path`, or of the nearest thing around it; nothing where not even that stands there."""
    wanted = tuple(path)
    best: tuple[int, int] | None = None
    for number, at in _keys(text):
        common = len(at) if at == wanted[: len(at)] else 0
        if common and (best is None or common > best[0]):
            best = (common, number)
    return best[1] if best is not None else None


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if (header := _HEADER.match(line)) is not None and (path := _path_of(header[1])) is not None:
            table = path
            yield number, table
        elif (key := _KEY.match(line)) is not None and (path := _path_of(f"{key[1]} = 0")) is not None:
            yield number, table + path


def _path_of(line: str) -> tuple[str, ...] | None:
    """The one path that a header or a key makes; nothing for what only looks like one."""
    try:
        data: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    path = []
    while isinstance(data, dict | list) and data:
        if isinstance(data, list):
            data = data[0]
            continue
        name = next(iter(data))
        path.append(name)
        data = data[name]
    return tuple(path)
