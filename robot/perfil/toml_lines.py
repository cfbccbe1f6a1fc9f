"""Where in a TOML file something stands, so that a problem with it can be told by line."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import Any

_PART = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_KEY = re.compile(rf"^\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(r"^\s*(\[\[?.*?\]\]?)\s*(#.*)?$")


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
