"""The words that can be read on the screens at one moment, and how a message repeats them."""

import re
from dataclasses import dataclass

_QUOTED = 200


def quoted(words: str) -> str:
    """Words of a screen on one line, as a message repeats them."""
    return " / ".join(line.strip() for line in words.splitlines() if line.strip())[:_QUOTED]


@dataclass(frozen=True, slots=True)
class TextoDePantalla:
    """The words in every frame of every window."""

    texto: str

    def says(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.texto) is not None

    def beyond(self, before: "TextoDePantalla") -> str:
        """The lines that were not there before."""
        known = set(before.texto.splitlines())
        return "\n".join(line for line in self.texto.splitlines() if line not in known)
