"""What people write as a date and as an hour, in Spanish, and what spreadsheets make of it.

Plain reading: whether a date may be a cupo's is for `robot.programacion` to say.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from babel.dates import get_day_names, get_month_names

from robot.reading.equality import normalized

Escrito = str | float | bool | None
"""What a cell or a screen holds."""
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # serial numbers of sheets have no zone
_LAST_SERIAL = 2_958_466
_MINUTES_A_DAY = 24 * 60
_NOON = 12


def _names(kind: str, names: str) -> dict[str, int]:
    told = (get_month_names if kind == "months" else get_day_names)(names, locale="es_CO")  # type: ignore[arg-type]
    return {normalized(name): int(number) for number, name in told.items()}


MONTHS = _names("months", "wide") | _names("months", "abbreviated") | {"setiembre": 9, "set": 9}
WEEKDAYS = _names("days", "wide") | _names("days", "abbreviated")
_TWO_MEANINGS = frozenset({"mar", "set"})
"""Words of titles that are a month only in a date: `mar` is Tuesday, too."""
DAYS_TOLD = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

_NUMERIC_DATE = re.compile(r"(?:([^\W\d]+)\.?,?\s+)?(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WRITTEN_DATE = re.compile(r"(?:([a-z]+) )?(\d{1,2})(?: de)? ([a-z]+)(?: (?:de |del )?(\d{4}))?")
_DAY_ALONE = re.compile(r"(?:([a-z]+) )?(\d{1,2})")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ONE_HOUR = (
    r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?(?::\d{2})?\s*(?:([ap])\s*\.?\s*m\b\.?|(m\b\.?)|(h(?:oras?|rs?|s)?\b\.?))?"
)
_HOUR = re.compile(_ONE_HOUR, re.IGNORECASE)
_HOURS = re.compile(rf"(?:de\s+)?{_ONE_HOUR}\s*(?:-|–|—|\ba\b|\bhasta\b)\s*(?:las?\s+)?{_ONE_HOUR}", re.IGNORECASE)
_BEGINS_AN_HOUR = re.compile(r"(?<=[\s,–])\d")
_BEFORE_AN_HOUR = re.compile(r"[\s,\-–]+(?:(?:de|desde|a)(?:\s+las?)?\s*)?$", re.IGNORECASE)


class Marco(NamedTuple):
    """What surrounds a date and completes it: a year, and a month for a day that stands alone; nothing where not told.

    Attributes:
        dudoso: what surrounds it contradicts itself; a date that leaves something open is not read.
    """

    anio: int | None = None
    mes: int | None = None
    dudoso: bool = False


class HoraEscrita(NamedTuple):
    """An hour, and whether what was written says which half of the day it is in."""

    hora: dt.time
    cierta: bool


def frame_of(*titles: str) -> Marco:
    """The year and the month that titles tell; the first title that tells one of them alone decides."""
    anio = mes = None
    for title in titles:
        years = {int(year) for year in _YEAR.findall(title)}
        months = {MONTHS[word] for word in normalized(title).split() if word in MONTHS and word not in _TWO_MEANINGS}
        anio = anio or (years.pop() if len(years) == 1 else None)
        mes = mes or (months.pop() if len(months) == 1 else None)
    return Marco(anio, mes)


def parse_fecha(value: Escrito, hoy: dt.date, marco: Marco | None = None) -> dt.date | None:
    """Read the date in a cell. Returns None if it holds none, or one whose weekday contradicts it.

    A date without a year is of the frame's year, or beside the frame's month where it is of another one; without a frame, the
    one nearest to `hoy`. A day alone needs the frame's month.
    """
    if isinstance(value, bool) or value is None:
        return None
    marco = marco or Marco()
    if isinstance(value, int | float):
        if 1 <= value <= 31 and value == int(value):
            return _complete(int(value), marco.mes, None, hoy, marco) if marco.mes else None
        return (_EPOCH + dt.timedelta(days=int(value))).date() if 61 <= value < _LAST_SERIAL else None
    return _parse_text(value, hoy, marco)


@lru_cache(maxsize=4096)
def _parse_text(value: str, hoy: dt.date, marco: Marco) -> dt.date | None:
    text = value.strip()
    if found := _ISO_DATE.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC_DATE.fullmatch(text):
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0) if found[4] else None
        return _agreeing(found[1], _complete(int(found[2]), int(found[3]), year, hoy, marco))
    plain = normalized(text)
    if (found := _WRITTEN_DATE.fullmatch(plain)) and found[3] in MONTHS:
        year = int(found[4]) if found[4] else None
        return _agreeing(found[1], _complete(int(found[2]), MONTHS[found[3]], year, hoy, marco))
    if marco.mes and (found := _DAY_ALONE.fullmatch(plain)):
        return _agreeing(found[1], _complete(int(found[2]), marco.mes, None, hoy, marco))
    return None


def _complete(day: int, month: int | None, year: int | None, hoy: dt.date, marco: Marco) -> dt.date | None:
    if year and month:
        return _date(year, month, day)
    if month is None or marco.dudoso:
        return None
    if marco.anio and marco.mes in {month, None}:
        return _date(marco.anio, month, day)
    around = dt.date(marco.anio, marco.mes, 15) if marco.anio and marco.mes else hoy
    near = [date for year in range(around.year - 1, around.year + 2) if (date := _date(year, month, day)) is not None]
    return min(near, key=lambda date: abs((date - around).days), default=None)


def _agreeing(weekday: str | None, date: dt.date | None) -> dt.date | None:
    if not weekday or date is None:
        return date
    return date if WEEKDAYS.get(normalized(weekday)) == date.weekday() else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def parse_hora(value: Escrito) -> dt.time | None:
    """Read the hour in a cell: a fraction of a day, or text such as `8:00 – 9:30`. Returns None if it holds none."""
    written = read_hora(value)
    return written.hora if written else None


def read_hora(value: Escrito) -> HoraEscrita | None:
    """As `parse_hora`, and whether it says which half of the day it means. Of a stretch of time, its beginning."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        if not 0 <= value < 1:
            return None
        minutes = round(value * _MINUTES_A_DAY) % _MINUTES_A_DAY
        return HoraEscrita(dt.time(minutes // 60, minutes % 60), cierta=minutes >= _NOON * 60)
    return _read_text(value)


@lru_cache(maxsize=4096)
def _read_text(value: str) -> HoraEscrita | None:
    text = value.replace("\u00a0", " ").replace("\u202f", " ").strip()
    if found := _HOUR.fullmatch(text):
        return _hour(found[1], found[2], found[3], found[4]) if any(found.groups()[1:]) else None
    found = _HOURS.fullmatch(text)
    if not found or not any((*found.groups()[1:5], *found.groups()[6:])):
        return None
    end = _hour(found[6], found[7], found[8], found[9])
    begin = _hour(found[1], found[2], found[3], found[4])
    if begin is None or end is None:
        return None
    if not found[3] and not found[4] and (found[8] or found[9]):
        afternoon = _hour(found[1], found[2], "p", None)
        if afternoon is not None and afternoon.hora < end.hora and found[8] and found[8].lower() == "p":
            return afternoon
        return begin._replace(cierta=True) if begin.hora < end.hora else None
    return begin if begin.hora < end.hora or not begin.cierta else None


def _hour(hours: str, minutes: str | None, half: str | None, noon: str | None) -> HoraEscrita | None:
    hour, minute = int(hours), int(minutes or 0)
    if half or noon:
        if not 1 <= hour <= _NOON or (noon and hour != _NOON):
            return None
        hour = hour % _NOON + (_NOON if noon or (half or "").lower() == "p" else 0)
    if hour > 23 or minute > 59:
        return None
    return HoraEscrita(dt.time(hour, minute), cierta=bool(half or noon) or hour >= _NOON)


def split_moment(value: Escrito) -> tuple[str | float | None, str | float | None]:
    """What a cell that tells day and hour says of each."""
    if isinstance(value, bool) or value is None:
        return None, None
    if not isinstance(value, str):
        return int(value), value % 1
    text = value.strip()
    cuts = [found.start() for found in _BEGINS_AN_HOUR.finditer(text)]
    told = [
        (day, text[at:])
        for at in cuts
        if (day := _BEFORE_AN_HOUR.sub("", text[:at])) and _looks_like_a_day(day) and read_hora(text[at:]) is not None
    ]
    return told[0] if len(told) == 1 else (text, None)


def _looks_like_a_day(text: str) -> bool:
    plain = normalized(text)
    return any(
        pattern.fullmatch(one)
        for pattern, one in ((_ISO_DATE, text), (_NUMERIC_DATE, text), (_WRITTEN_DATE, plain), (_DAY_ALONE, plain))
    )


def says_fecha(value: Escrito, fecha: dt.date) -> bool:
    """Whether a cell says this day, whatever it leaves to its surroundings."""
    return parse_fecha(value, fecha, Marco(fecha.year, fecha.month)) == fecha


def says_hora(value: Escrito, hora: dt.time) -> bool:
    """Whether a cell says this hour, or the same one in the morning without saying that it is in the morning."""
    written = read_hora(value)
    if written is None:
        return False
    afternoon = written.hora.hour + _NOON == hora.hour and written.hora.minute == hora.minute
    return written.hora == hora or (afternoon and not written.cierta)
