"""When two writings say the same: one rule for each kind of field, and none that takes one person or one code for another.

| kind | may differ in | never in |
|---|---|---|
| code (suscriptor, ruta, radicado) | case, the name that a screen writes after it | its zeros, unless the screen wrote them so |
| number | marks between thousands, zeros before it, the name after it | a digit |
| telephone | marks and spaces anywhere, + or +57 before it | a digit |
| name | case, accents, the order of its words, particles; of a company, its legal form | a word |
| text (observación, what a form must keep) | case, how much white space | a letter, an accent, a mark |
| option of a list | case, accents, a number before it | a word |
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ACCENTED = {"a": "aáàäª", "e": "eéèë", "i": "iíìï", "o": "oóòöº", "u": "uúùü", "n": "nñ"}
_PARTICLES = {"de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "dos", "das", "di", "van", "von"}
_KINDS_OF_COMPANIES = {
    *(
        "asociacion",
        "centro",
        "comercial",
        "comercializadora",
        "compania",
        "conjunto",
        "constructora",
        "cooperativa",
        "colegio",
    ),
    *("corporacion", "distribuidora", "edificio", "empresa", "fundacion", "grupo", "hotel", "iglesia", "institucion"),
    *("inversiones", "junta", "accion", "comunal", "residencial", "servicios", "sociedad", "urbanizacion"),
}
"""What many companies are called that have nothing else in common."""
_LEGAL_FORMS = {"sas", "sa", "ltda", "esp", "saesp", "sasesp", "eu", "bic", "sasbic"}
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[a-z][\W_]+)+[a-z](?![^\W_])")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,'’´ ])[0-9]{3})(?:\1[0-9]{3})*")
_BETWEEN_DIGITS = re.compile(r"[\s().,'·-]+")
_COUNTRY = re.compile(r"^\(?\+57\)?")
_AND_NAME = re.compile(r"\s*[-–—:|/·(]\s*|\s+")
_ICON = r"[\u2190-\u2bff\ue000-\uf8ff\ufe0f]|[\ud83c-\ud83e][\udc00-\udfff]"
"""As browsers read it, for which an emoji is two characters."""
_SHORTEST_NAME = 3
"""Fewer letters after a code may be a part of the code."""


def plain(text: str) -> str:
    """A text in small letters without accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).lower()


def normalized(text: object) -> str:
    """Lower case, no accents, words of letters and digits separated by one space: how headers and notes are compared."""
    return _normalized(text if isinstance(text, str) else str(text))


@lru_cache(maxsize=8192)
def _normalized(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.casefold()))


def whole_text(*texts: str) -> re.Pattern[str]:
    """Matches the whole of one of the texts whatever its case, accents and spaces; a colon or an asterisk may follow."""
    return re.compile(rf"^\s*\*?\s*{_one_of(texts)}\s*[:*]*\s*$", re.IGNORECASE)


def drawn_text(*texts: str) -> re.Pattern[str]:
    """As `whole_text`, for what can be clicked: characters that are drawn as icons may stand before the words and behind them."""
    words = [text for text in texts if any(map(str.isalpha, text))]
    if not words:
        return whole_text(*texts)
    plainly, icon = whole_text(*texts).pattern, f"(?:{_ICON}|\\s)*"
    return re.compile(rf"{plainly}|^{icon}{_one_of(words)}{icon}$", re.IGNORECASE)


def option_text(text: str) -> re.Pattern[str]:
    """As `whole_text`, for an option that a catalogue may show with its number before it."""
    return re.compile(rf"^\s*(?:\(?\d{{1,5}}\)?\s*[-–.:)]?\s+)?{_one_of([text])}\s*$", re.IGNORECASE)


def _one_of(texts: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(_spelt, texts))})"


def _spelt(text: str) -> str:
    return "".join(
        r"\s+" if character == " " else f"[{_ACCENTED[character]}]" if character in _ACCENTED else _literal(character)
        for character in plain(" ".join(text.split()))
    )


def _literal(character: str) -> str:
    """A character as both Python and the selectors of the browser read it, which take a bare slash for the end."""
    return r"\/" if character == "/" else re.escape(character)


def same_option(shown: str, wanted: str) -> bool:
    return option_text(wanted).match(shown) is not None


def same_text(shown: str, written: str) -> bool:
    """Whether a screen keeps a text whole, as it was written or in capitals."""
    return _as_kept(shown) == _as_kept(written)


def _as_kept(text: str) -> str:
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(visible.upper().casefold().split())


def same_code(shown: str, code: str, *, nombre: str = "", written: str = "") -> bool:
    """Whether a screen shows this code, alone or before its name.

    Zeros before a code are part of it: `001008` and `1008` may be two suscriptores. They do not count only where the screen
    itself, in its answer to a look-up of this very code, wrote it so.

    Args:
        nombre: whose code it is, as the screen shows it.
        written: what the screen made of the code when it answered.
    """
    own = [code, written] if is_padded(written, code) else [code]
    return any(_as_kept(held) == _as_kept(one) for held in without_name(shown, nombre) for one in own)


def is_padded(shown: str, code: str) -> bool:
    """Whether two codes differ in nothing but zeros before them."""
    one, other = shown.strip(), code.strip()
    return _all_digits(one) and _all_digits(other) and one != other and int(one) == int(other)


def same_number(shown: str, number: str, *, nombre: str = "") -> bool:
    """Whether a screen shows this number, however it writes numbers, alone or before its name."""
    wanted = _value(number)
    return wanted is not None and any(_value(held) == wanted for held in without_name(shown, nombre))


def same_phone(shown: str, phone: str) -> bool:
    one, other = (
        _BETWEEN_DIGITS.sub("", _COUNTRY.sub("", _visible(text))).removeprefix("+") for text in (shown, phone)
    )
    return one == other and _all_digits(one)


def same_numerals(one: str, other: str) -> bool:
    """Whether two texts are the same number once a spreadsheet has taken them for one."""
    return _all_digits(one) and _all_digits(other) and int(one) == int(other)


def words(text: str) -> tuple[str, ...]:
    """The words of a name or a label in small letters, without accents and marks; letters of other scripts stay."""
    return tuple(re.findall(r"[^\W_]+", plain(_visible(text).casefold())))


def same_name(one: str, other: str) -> bool:
    return bool(key_of_name(one)) and key_of_name(one) == key_of_name(other)


def key_of_name(name: str) -> str:
    """The same for each writing of a name, and for no other name."""
    return " ".join(sorted(_told(name)))


def share_a_word(one: str, other: str) -> bool:
    """Whether two names could be of one person or company: they have a word in common that tells something."""
    return not _telling(one).isdisjoint(_telling(other))


def _told(name: str) -> set[str]:
    every = set(words(_SPELT_OUT.sub(_legal_form, plain(_visible(name)))))
    return every - _PARTICLES - _LEGAL_FORMS or every


def _legal_form(spelt: re.Match[str]) -> str:
    """«S.A.S.» as one word; other initials as they are."""
    together = re.sub(r"[\W_]", "", spelt[0])
    return together if together in _LEGAL_FORMS else spelt[0]


def _telling(name: str) -> set[str]:
    told = _told(name)
    return told - _KINDS_OF_COMPANIES or told


def _visible(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def _value(text: str) -> int | None:
    held = _visible(text)
    if _THOUSANDS.fullmatch(held):
        held = re.sub(r"[^0-9]", "", held)
    return int(held) if _all_digits(held) else None


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def without_name(shown: str, nombre: str) -> list[str]:
    """What a screen shows, and what is left of it without the name at its end, or the beginning of the name."""
    whole = _visible(shown)
    known = words(nombre)
    cuts = (
        (whole[: mark.start()], words(whole[mark.end() :])) for mark in _AND_NAME.finditer(whole) if mark.start() > 0
    )
    return [whole, *(code for code, after in cuts if after == known[: len(after)] and _is_name(after))]


def _is_name(after: tuple[str, ...]) -> bool:
    return len("".join(after)) >= _SHORTEST_NAME
