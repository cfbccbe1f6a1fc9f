"""Lines of a worksheet that are no rows: the day, the month or the crew of what stands below them, a pause, a total."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robot.planilla.cells import Fila, Valor, is_blank, text_of
from robot.planilla.grid import Grid
from robot.reading.dates import MONTHS, WEEKDAYS, Marco, frame_of
from robot.reading.equality import normalized

ReadsDay = Callable[[Valor, Marco], dt.date | None]

_NEAR = dt.timedelta(days=400)
_LABEL = re.compile(
    r"^(?:(?:fecha|d[ií]a|programaci[oó]n|visitas?|agenda|cronograma|del?|para|el)\b[\s:.\-–]*)+", re.IGNORECASE
)
_LABELS = frozenset({"fecha", "dia", "hora", "horas", "horario"})
_PAUSES = frozenset(
    {
        "almuerzo",
        "hora de almuerzo",
        "receso",
        "descanso",
        "pausa",
        "manana",
        "tarde",
        "jornada manana",
        "jornada tarde",
    }
    | {"jornada de la manana", "jornada de la tarde", "en la manana", "en la tarde", "am", "pm", "a m", "p m"}
)
_SCHEDULE = frozenset({"programacion", "visitas", "agenda", "cronograma", "mes", "ano"})
_FRAMING = _SCHEDULE | MONTHS.keys()
_CREW = re.compile(
    r"(?:cuadrilla|contratista|equipo|grupo|tecnico)s?(?: (?:no|n|numero))?(?: (?!en\b|de\b|por\b)\w+){1,2}"
)
_CREW_LABELS = frozenset({"cuadrilla", "contratista", "equipo", "grupo", "tecnico"})
_ABSENT = re.compile(
    r"\b(?:vacacion|incapaci|permiso|licencia|capacita|suspend|cancel|ocupad|ausent|descans|retirad|inactiv|mantenim|averi|danad)"
    r"|\b(?:sin|fuera)\b|\bno\b(?! \d)"
)
_OF_SPANS = (
    frozenset({"semana", "quincena", "mes", "primera", "segunda", "tercera", "cuarta", "quinta", "ultima", "n", "no"})
    | {"a", "al", "de", "del", "el", "y"}
    | MONTHS.keys()
    | WEEKDAYS.keys()
)
_OF_TITLES = _SCHEDULE | {"visita", "programadas", "domiciliaria", "domiciliarias", "citas", "cupos", "de", "del"}
_SHIFT = re.compile(r"(?:jornada|turno|horario|bloque|franja)(?: (?:de la|de|en la))?(?: (?:manana|tarde|am|pm|\d+))+")
_NO_CUPOS = re.compile(
    r"\b(?:lista de espera|(?:cancelad|anulad|aplazad|reprogramad|archivad|obsolet)[ao]s|historic[ao]s?|ejemplos?)\b"
    r"|\b(?:por|para|sin) (?:re)?(?:programar|agendar)\b|\bno (?:se )?(?:usar?|program\w+|agend\w+)\b"
)
_SPEAKS_OF_DAYS = re.compile(r"\b(?:semana|dia|dias|quincena|20\d\d)\b|\d\s*[/.\-]\s*\d")


def says_absent(text: str) -> bool:
    """Whether what names a crew says that nobody comes."""
    return bool(_ABSENT.search(normalized(text)))


def says_no_cupos(text: str) -> bool:
    """Whether a title, or a line above a header, says that what stands below is kept, and not to be visited then."""
    return bool(_NO_CUPOS.search(normalized(text)))


def day_line(fila: Fila, reads_day: Callable[[Valor], dt.date | None]) -> int | None:
    """The column of the only date of a line that tells a day and nothing else. Returns None for other lines.

    The word *fecha* and the name of that weekday may stand beside it.
    """
    held = [(column, value) for column, value in enumerate(fila) if not is_blank(value)]
    if not held or len(held) > 3:
        return None
    dates = [(column, day) for column, value in held if (day := reads_day(value)) is not None]
    if len(dates) != 1:
        return None
    at, day = dates[0]
    others = [value for column, value in held if column != at and not is_label(value)]
    return at if all(WEEKDAYS.get(normalized(text_of(one))) == day.weekday() for one in others) else None


def is_label(value: Valor) -> bool:
    """Whether a cell only names what stands beside or below it, such as FECHA."""
    return isinstance(value, str) and normalized(value) in _LABELS


def is_near(day: dt.date, hoy: dt.date) -> bool:
    """Whether a number that may be a day is one that a schedule of today can mean."""
    return abs(day - hoy) <= _NEAR


def lone_day(value: Valor, hoy: dt.date, reads_day: ReadsDay, marco: Marco) -> dt.date | None:
    """The day that a cell tells which stands in no column of dates: no count, and no number of a crew."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        day = reads_day(value, marco) if value > 366 else None
        return day if day is not None and is_near(day, hoy) else None
    text = _LABEL.sub("", value.strip())
    return None if text.strip().isdigit() else reads_day(text, marco)


def frame_line(fila: Fila) -> Marco | None:
    """The month and year that a line tells which says nothing else. Returns None for other lines."""
    if not all(value is None or isinstance(value, str) or 2000 <= value < 2100 for value in fila):
        return None
    held = [value for value in fila if not is_blank(value)]
    if not 0 < len(held) <= 4:
        return None
    words = normalized(" ".join(map(text_of, held))).split()
    years = {word for word in words if re.fullmatch(r"20\d\d", word)}
    if any(word.isdigit() and word not in years for word in words):
        return None
    frame = frame_of(" ".join(words))
    return frame if frame.mes or (frame.anio and _SCHEDULE & set(words)) else None


def crew_line(fila: Fila) -> str:
    """The crew that a line names which says nothing else, also where it says that it does not come; blank for other lines."""
    held = [text_of(value) for value in fila if not is_blank(value)]
    if len(held) == 2 and normalized(held[0]) in _CREW_LABELS:
        return " ".join(held) if held[1].isdigit() else held[1]
    if len(held) != 1:
        return ""
    words = normalized(held[0])
    away = words.split(" ")[0] in _CREW_LABELS and says_absent(held[0])
    return held[0] if away or _CREW.fullmatch(words) else ""


def is_pause(fila: Fila, palabras: frozenset[str]) -> bool:
    """Whether a line says nothing about the days and hours below it, such as ALMUERZO."""
    return all(
        isinstance(value, str) and ((text := normalized(value)) in _PAUSES or text in palabras)
        for value in fila
        if not is_blank(value)
    )


def is_total(fila: Fila) -> bool:
    """Whether a line sums up what stands above it."""
    first = next((value for value in fila if not is_blank(value)), None)
    return isinstance(first, str) and normalized(first).split(" ")[0] in {"total", "totales", "subtotal", "suma"}


def is_heading(fila: Fila) -> bool:
    """Whether a line is a title that any cupo may stand under: the schedule, a week, a shift."""
    held = [value for value in fila if not is_blank(value)]
    if len(held) > 2 or any(isinstance(value, int | float) and value >= 2100 for value in held):  # a year, and no date
        return False
    text = normalized(" ".join(map(text_of, held)))
    words = {word for word in text.split() if not word.isdigit()}
    is_span = not words.isdisjoint({"semana", "quincena"}) and words <= _OF_SPANS
    return is_span or words <= _OF_TITLES or _SHIFT.fullmatch(text) is not None


def speaks_of_days(fila: Fila) -> bool:
    """Whether a line has words of the calendar, so that what stands below may be of another day."""
    for value in fila:
        text = normalized(value) if isinstance(value, str) else ""
        if text and (_SPEAKS_OF_DAYS.search(str(value).lower()) or _SPEAKS_OF_DAYS.search(text)):
            return True
        if any(word in MONTHS or word in WEEKDAYS for word in text.split()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Marcos:
    """The year and month that complete the dates of a worksheet, from each row on: those of its titles and of its lines."""

    titulos: Marco
    lineas: Sequence[tuple[int, Marco]]

    @classmethod
    def of(cls, grid: Grid, titulos: Marco) -> "Marcos":
        telling = [text for text, words in grid.words.items() if not _FRAMING.isdisjoint(words.split())]
        lines = ((at, frame_line(fila)) for at, fila in grid.lines_with(telling))
        return cls(titulos, [(at, marco) for at, marco in lines if marco is not None])

    def at(self, row: int) -> Marco:
        """What completes a date in a row. A line and a title that contradict each other complete none."""
        line = next((marco for at, marco in reversed(self.lineas) if at <= row), None)
        if line is None:
            return self.titulos
        return Marco(
            anio=line.anio or self.titulos.anio,
            mes=line.mes or self.titulos.mes,
            dudoso=_differ(line.anio, self.titulos.anio) or _differ(line.mes, self.titulos.mes),
        )


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other
