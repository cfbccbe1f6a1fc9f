"""What people see of a text that they typed or pasted, and what of it no field for official text takes."""

import unicodedata

_HYPHENS = str.maketrans({"\x1e": "-", "\u2011": "-", "\x1f": None})
"""Word has one that never breaks, and one that shows only where it does."""
_NO_CHARACTERS = {"Cc", "Cs", "Co", "Cn"}
_KNOWN_SIGNS = "°©®¦№™"


def one_line(text: str) -> str:
    """What people see of a text, on one line: what word processors put into it unseen is no part of it."""
    composed = unicodedata.normalize("NFC", text).translate(_HYPHENS)
    return " ".join("".join(character for character in composed if not _is_unseen(character)).split())


def strange_characters(text: str) -> list[str]:
    """Those that cannot be written: pictographs, and what is no character at all."""
    return sorted({character for character in text if _is_strange(character)})


def is_no_character(character: str) -> bool:
    """Nobody sees it: a control code, half of a pair, or nothing that has been assigned."""
    return unicodedata.category(character) in _NO_CHARACTERS


def _is_unseen(character: str) -> bool:
    """Soft hyphens, zero width spaces, marks of direction, byte order marks; and what only chooses how another one is drawn."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _is_strange(character: str) -> bool:
    pictograph = unicodedata.category(character) == "So" and character not in _KNOWN_SIGNS
    return is_no_character(character) or character > "\uffff" or pictograph
