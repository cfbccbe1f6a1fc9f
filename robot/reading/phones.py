"""What people write for a telephone: celular, landline, a number of another country, two of them, or that there is none.

What is kept is what goes into the observación, and reads as itself: `3105550101`, `6084350202ext12`, `+584121234567`,
`3105550101/6084350202`, `no tiene`.
"""

import contextlib
import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from robot.reading.documents import Unreadable
from robot.reading.equality import normalized

SIN_TELEFONO = "no tiene"
"""What stands in the observación where somebody has no telephone."""
_NONE = re.compile(
    r"(?:no|sin|ningun[oa]?|no (?:tiene|hay|aplica|posee|usa)|n a)(?: (?:tiene|celular|telefono|numero)){0,2}"
)
_BETWEEN = re.compile(r"\s*[/;,|\n]\s*|\s+[yoe-]\s+", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:ext(?:ensi[oó]n)?|x)\W{0,2}(?=\d{1,6}\s*$)", re.IGNORECASE)
_ABROAD = re.compile(r"^\s*00(?=\s?[1-9])")
_COUNTRY = 57
_MOST = 2
_SHORT_DIGITS = 8
_ANY = "escriba el número, o «no tiene»."
_NO_NUMBER = "no es un número de teléfono."
_SHORT = "está incompleto: un fijo tiene diez dígitos, por ejemplo 608 435 0202."
_NO_SUCH = (
    "no es un celular ni un fijo de Colombia, por ejemplo 310 555 0101; si es de otro país, escriba + y su indicativo."
)
_TOO_MANY = f"son más de {_MOST} números."


def read_phones(text: str) -> str:
    """The telephones in a text, as they are kept.

    Raises:
        Unreadable: it tells of none, or one of them does not exist.
    """
    if not text.strip():
        raise Unreadable(_ANY)
    if _NONE.fullmatch(normalized(text)):
        return SIN_TELEFONO
    parts = [one for one in _BETWEEN.split(text.strip(" /;,|.")) if one.strip()]
    if len(parts) > 1:
        with contextlib.suppress(Unreadable):
            parts = [_written(_number(text))]  # one whose groups are written apart
    numbers = dict.fromkeys(_written(_number(one)) for one in parts)
    if len(numbers) > _MOST:
        raise Unreadable(_TOO_MANY)
    return "/".join(numbers)


def phones_in(kept: str) -> tuple[str, ...]:
    """Each number of what is kept, the mobiles first; none where somebody has no telephone."""
    if kept == SIN_TELEFONO:
        return ()
    return tuple(sorted(kept.split("/"), key=lambda one: not re.fullmatch(r"3[0-9]{9}", one)))


def bare_phone(phone: str) -> str:
    """A number as a field takes it that takes nothing but digits."""
    return re.sub(r"ext.*|[^0-9]", "", phone)


def phone_writings(kept: str) -> tuple[str, ...]:
    """The digits that each number is known by, with and without those of its country."""
    every = [(bare_phone(one), str(_number(one).national_number)) for one in phones_in(kept)]
    return tuple(dict.fromkeys(one for both in every for one in both))


def _number(text: str) -> PhoneNumber:
    if re.search(r"[^\W\d_]", _EXTENSION.sub("", text)):  # the library reads letters as keys of a telephone
        raise Unreadable(_NO_NUMBER)
    try:
        number = phonenumbers.parse(_ABROAD.sub("+", text), "CO")
    except phonenumbers.NumberParseException:
        raise Unreadable(_NO_NUMBER) from None
    at_home = number.country_code == _COUNTRY
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number):
        raise Unreadable(_SHORT if at_home and len(str(number.national_number)) < _SHORT_DIGITS else _NO_SUCH)
    if at_home and kind not in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE}:
        raise Unreadable(_NO_SUCH)
    return number


def _written(number: PhoneNumber) -> str:
    extension = f"ext{number.extension}" if number.extension else ""
    national = phonenumbers.national_significant_number(number)
    return f"{'' if number.country_code == _COUNTRY else f'+{number.country_code}'}{national}{extension}"
