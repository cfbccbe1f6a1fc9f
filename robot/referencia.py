"""The referencia: the solicitud's own short code, by which the robot finds its work again."""

import hashlib
import re
import secrets
from typing import Self

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RANDOM_CHARACTERS = 7
_FORM = re.compile(rf"[A-Z]{{2}}-[{_ALPHABET}]{{{_RANDOM_CHARACTERS + 1}}}")
_QUOTED = re.compile(_FORM.pattern, re.IGNORECASE)


class Referencia(str):
    """A code such as `VD-7K3Q9M2X`: seven characters nobody confuses (no 0, O, 1, I, L) and a check character.

    Seven characters of 31 give 27 thousand million codes. The last one is a weighted sum modulo 31, a prime, so that one
    wrong character or two exchanged ones are always noticed.

    Raises:
        ValueError: the text has another form, or its check character does not match.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        code = text.strip().upper()
        if not _FORM.fullmatch(code) or code[-1] != _check_character(code[3:-1]):
            raise ValueError("La referencia no tiene la forma VD-XXXXXXXX o su carácter de control no corresponde.")
        return super().__new__(cls, code)

    @property
    def cuerpo(self) -> str:
        """What it is without the letters of its procedure; the same key gives the same one, whichever the procedure."""
        return self[3:]

    @classmethod
    def new(cls, prefijo: str) -> Self:
        """A random referencia."""
        return cls._of(prefijo, secrets.randbelow(len(_ALPHABET) ** _RANDOM_CHARACTERS))

    @classmethod
    def of_key(cls, prefijo: str, clave_idempotencia: str) -> Self:
        """The one referencia of an idempotency key: who sends the key again gets the same solicitud, not a second one."""
        digest = hashlib.sha256(clave_idempotencia.encode()).digest()
        return cls._of(prefijo, int.from_bytes(digest[:16], "big"))

    @classmethod
    def _of(cls, prefijo: str, number: int) -> Self:
        characters = []
        for _ in range(_RANDOM_CHARACTERS):
            number, remainder = divmod(number, len(_ALPHABET))
            characters.append(_ALPHABET[remainder])
        body = "".join(characters)
        return cls(f"{prefijo}-{body}{_check_character(body)}")


def quoted(text: str) -> str:
    """A text in which no referencia stands as one: a trámite that only speaks of another solicitud is not that one's.

    People read `VD 7K3Q9M2X` as well; no look-up finds it. It is as long as it was.
    """
    return _QUOTED.sub(_with_a_space, text)


def _with_a_space(found: re.Match[str]) -> str:
    try:
        Referencia(found[0])
    except ValueError:
        return found[0]
    return found[0].replace("-", " ")


def _check_character(body: str) -> str:
    weighted = sum(weight * _ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return _ALPHABET[weighted % len(_ALPHABET)]
