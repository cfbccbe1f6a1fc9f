"""What a request carries, however its page has wrapped it up."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

_WRAPPINGS = 3
"""Base64 of JSON in a field of a form is as deep as anybody goes."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_PART = re.compile(rb'filename\*?="?[^"\r\n;]+.*?\r\n\r\n(.{2})', re.DOTALL)


def carries(words: str, address: str, body: bytes | None) -> bool:
    """Whether the words stand in the address or the body of a request: as they are, or as form, JSON, XML or base64 has them."""
    wanted = words.casefold()
    return bool(wanted) and any(wanted in text.casefold() for text in _readings(address, body or b""))


def shown_whole(body: bytes | None) -> bool:
    """Whether a body with attachments came with them: the browser shows all but what its page has made or the disk holds."""
    return body is not None and all(start[1] != b"\r\n" for start in _PART.finditer(body))


def _readings(address: str, body: bytes) -> Iterator[str]:
    """Everything that a request may be read as, the plain ones first."""
    # In every charset that a page may be in, ASCII reads the same; the zeros are those of UTF-16.
    fresh = [address, body.decode("utf-8", errors="replace"), body.decode("cp1252", errors="replace")]
    if b"\0" in body:
        fresh.append(body.replace(b"\0", b"").decode("cp1252", errors="replace"))
    known: set[str] = set()
    for _ in range(_WRAPPINGS + 1):
        fresh = [text for text in dict.fromkeys(fresh) if text not in known]
        yield from fresh
        known.update(fresh)
        fresh = [unwrap(text) for text in fresh for unwrap in _UNWRAPPINGS]


def _from_form(text: str) -> str:
    return unquote_plus(text, errors="replace")


def _from_old_form(text: str) -> str:
    return unquote_plus(text, encoding="cp1252", errors="replace")


def _from_script(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def _from_base64(text: str) -> str:
    """What every run of base64 in the text stands for."""
    decoded = []
    for run in _BASE64.findall(text):
        plain = run.replace("-", "+").replace("_", "/")
        try:
            decoded.append(base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", errors="replace"))
        except (binascii.Error, ValueError):
            continue
    return "\n".join(decoded)


_UNWRAPPINGS: tuple[Callable[[str], str], ...] = (_from_form, _from_old_form, _from_script, html.unescape, _from_base64)
