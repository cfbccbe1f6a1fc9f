"""What words of Serviweb say: whether they affirm what they name, and which number is the radicado."""

import itertools
import re
from collections.abc import Callable, Collection

_DENIES = re.compile(
    r"\b(?:no(?![.:°º#]|\s+\S*\d)|ni|nunca|tampoco|jam[aá]s|sin\s+(?:haber|ser|que)|imposible"
    r"|ya\s+(?:tiene|existe|hay|se\s+encuentra))\b",
    re.IGNORECASE,
)
"""In the same sentence before what is named; «No. 2026-1» is a number."""
_DENIES_AFTER = re.compile(r"\W{0,3}[:=]\s*[«\"']?(?:no(?![.:°º#]?\s*\S*\d)|0|false|falso)\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.;:!?](?=\s|$)|[¿\n]")
_WRITTEN = "0-9A-Za-zÀ-ÖØ-öø-ÿ"
_TOKEN = re.compile(rf"[{_WRITTEN}]+(?:(?:[-/_]|(?<=\d)\.(?=\d))[{_WRITTEN}]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AFTER_A_YEAR = re.compile(r"[ \u00a0]\d{4,}(?![\d/:-])")
_BEHIND_A_YEAR = re.compile(rf"(?<![{_WRITTEN}])(?<!\d[/.-])(?:19|20)\d\d[ \u00a0]$")
_LENGTH_OF_A_YEAR = len("2026 ")
_DAY = r"(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})"
_GOES_ON = re.compile(
    rf"[^\s{_WRITTEN}]{{1,2}}\d|[ \u00a0][-\u2010-\u2015\u2212/|:+\\][ \u00a0]?(?!{_DAY})\d"
    rf"|[ \u00a0](?:de[ \u00a0])?(?!{_DAY})\d+(?![\d/:-])|[ \u00a0][A-Z]{{1,3}}(?=[ .]*(?:\n|$))"
)
"""After a number: what may be more of it, by a sign that joins numbers nowhere else, or none."""
_COMES_FROM = re.compile(r"\d(?:[^\s\w]{1,2}|[ \u00a0][-\u2010-\u2015\u2212/|:+\\][ \u00a0]?)$")
_LONGEST_SIGN = 4
_WORDS_OF_A_PATTERN = 8


def affirmed(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Where the text says so, and does not say that it is not so."""
    return [found for found in pattern.finditer(text) if not _is_denied(text, found)]


def denied(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the text says somewhere that it is not so."""
    return any(_is_denied(text, found) for found in pattern.finditer(text))


def _is_denied(text: str, found: re.Match[str]) -> bool:
    return bool(_DENIES.search(_sentence_before(text, found)) or _DENIES_AFTER.match(text, found.end()))


def _sentence_before(text: str, found: re.Match[str]) -> str:
    begins = max((end.end() for end in _SENTENCE_ENDS.finditer(text, 0, found.start())), default=0)
    return text[begins : found.end()]


def sentence_of(text: str, found: re.Match[str]) -> str:
    """The whole sentence that something was found in."""
    ends = _SENTENCE_ENDS.search(text, found.end())
    return _sentence_before(text, found) + text[found.end() : ends.start() if ends else len(text)]


def radicado_in(pattern: re.Pattern[str], text: str, typed: Collection[str]) -> str | None:
    """The radicado that the text tells, the whole of it; nothing where what the pattern finds is, or may be, only a part of what
    stands there, or a year: then CONSULTA tells it.

    Args:
        pattern: the first group that takes part is the number; the earlier the group, the better.
        typed: numbers that were typed into the form.
    """
    places = [(at, found) for found in pattern.finditer(text) if found[at := number_of(found)] not in typed]
    if not places:
        return None
    at, found = min(places, key=lambda place: place[0])
    start, end = found.span(at)
    if _YEAR.fullmatch(found[at]) or not _is_whole(text, start, end):
        return None
    before = text[max(0, start - _LONGEST_SIGN) : start]
    return None if _GOES_ON.match(text, end) or _COMES_FROM.search(before) else found[at]


def number_of(found: re.Match[str]) -> int:
    """The group that holds a number: the first one that takes part."""
    return next((at for at, group in enumerate(found.groups(), start=1) if group is not None), 0)


def stands_whole_in(numero: str, text: str) -> bool:
    """Whether a number stands in a text by itself, not as a part of a longer one."""
    places = re.finditer(re.escape(numero), text)
    return any(_is_whole(text, *place.span()) for place in places)


def longer_than(numero: str, text: str) -> list[str]:
    """What a text has instead of a number, wherever it is a part of something longer; nothing where it stands there as it is."""
    if stands_whole_in(numero, text):
        return []
    return [one[0] for one in _TOKEN.finditer(text) if numero in one[0]] or ([numero] if numero in text else [])


def numbers_in(text: str) -> list[str]:
    """Whatever stands in a text by itself and has a digit, the whole of it."""
    return [one[0] for one in _TOKEN.finditer(text) if any(map(str.isdigit, one[0]))]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether nothing of what stands there is cut off: a year and the digits behind it are no numbers by themselves."""
    first = next((one for one in _TOKEN.finditer(text) if one.start() <= start < one.end()), None)
    last = next((one for one in _TOKEN.finditer(text) if one.start() < end <= one.end()), None)
    if (first is not None and first.start() != start) or (last is not None and last.end() != end):
        return False
    behind_a_year = _BEHIND_A_YEAR.search(text, max(0, start - _LENGTH_OF_A_YEAR), start) is not None
    return not (behind_a_year or (_YEAR.fullmatch(text, start, end) and _AFTER_A_YEAR.match(text, end)))


def pattern_of(words: str, *, private: Callable[[str], bool]) -> str:
    """A pattern for the first line with words in it, without numbers and what is private; blank where there is none."""
    for line in words.splitlines():
        known = itertools.takewhile(lambda word: not any(map(str.isdigit, word)), line.split()[:_WORDS_OF_A_PATTERN])
        plain = [re.escape(word).replace("'", ".") for word in known if not private(word)]
        if len(plain) > 1:
            return r"\s+".join(plain)
    return ""
