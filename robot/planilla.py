"""Reading schedules made by people: which row is the header, which rows are cupos, and what dates and hours say.

Nothing here knows Google: rows come as lists of values, dates and times as serial numbers or as text.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel.dates import get_day_names, get_month_names

from robot.igualdad import same_numerals

Valor = str | float | bool | None
Fila = Sequence[Valor]

_HEADER_WITHIN_ROWS = 10
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # serial numbers of sheets have no zone


class Columna(StrEnum):
    """The columns the robot knows, by the names of step 10."""

    FECHA = "fecha"
    HORA = "hora"
    CODIGO = "codigo"
    RUTA = "ruta"
    ASESOR = "asesor"
    PQR = "pqr"
    CUADRILLA = "cuadrilla"


OBLIGATORIAS = (Columna.FECHA, Columna.HORA, Columna.CODIGO, Columna.RUTA, Columna.ASESOR, Columna.PQR)
_LIBRES_EN_UN_CUPO = (Columna.CODIGO, Columna.RUTA, Columna.ASESOR, Columna.PQR)

_SINONIMOS: Mapping[Columna, tuple[str, ...]] = {
    Columna.FECHA: ("fecha", "fecha visita", "fecha de visita", "fecha de la visita", "dia"),
    Columna.HORA: ("hora", "hora visita", "hora de visita", "hora de la visita"),
    Columna.CODIGO: (
        "codigo",
        "codigo suscriptor",
        "codigo de suscriptor",
        "codigo del suscriptor",
        "cod",
        "cod suscriptor",
        "suscriptor",
    ),
    Columna.RUTA: ("ruta", "codigo ruta", "ruta suscriptor"),
    Columna.ASESOR: ("asesor", "nombre asesor", "nombre de asesor", "nombre del asesor", "nombre asesora", "asesora"),
    Columna.PQR: (
        "pqr",
        "no pqr",
        "numero pqr",
        "numero de pqr",
        "radicado",
        "no radicado",
        "numero radicado",
        "numero de radicado",
        "radicado pqr",
    ),
    Columna.CUADRILLA: ("cuadrilla", "contratista", "equipo", "grupo", "tecnico"),
}


def normalized(text: object) -> str:
    """Lower case, no accents, words separated by one space: how headers and notes are compared."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.casefold()))


def text_of(value: Valor) -> str:
    """A cell as text; a whole number without decimals, as a person sees it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VERDADERO" if value else "FALSO"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def is_blank(value: Valor) -> bool:
    return text_of(value) == ""


def same_code(one: Valor, other: Valor) -> bool:
    """Whether two cells hold the same code; a code a person typed may have become a number and lost its zeros."""
    left, right = text_of(one), text_of(other)
    if left == right:
        return True
    a_number = isinstance(one, int | float) or isinstance(other, int | float)
    return a_number and same_numerals(left, right)


@dataclass(frozen=True, slots=True)
class Encabezado:
    """Where the header is and which column is which; rows and columns count from 0."""

    fila: int
    columnas: Mapping[Columna, int]

    def value(self, fila: Fila, columna: Columna) -> Valor:
        at = self.columnas.get(columna)
        return fila[at] if at is not None and at < len(fila) else None

    def matches(self, fila: Fila, sinonimos: Mapping[str, Sequence[str]]) -> bool:
        """Whether a header row still says what this one was made from."""
        found = _columns(fila, sinonimos)
        return all(found.get(columna) == at for columna, at in self.columnas.items())


def _columns(fila: Fila, sinonimos: Mapping[str, Sequence[str]]) -> dict[Columna, int]:
    known = {
        normalized(name): columna
        for columna in Columna
        for name in (*_SINONIMOS[columna], *sinonimos.get(columna.value, ()))
    }
    found: dict[Columna, int] = {}
    for at, value in enumerate(fila):
        columna = known.get(normalized(value)) if isinstance(value, str) else None
        if columna is not None:
            found.setdefault(columna, at)
    return found


def find_header(filas: Sequence[Fila], sinonimos: Mapping[str, Sequence[str]]) -> Encabezado | None:
    """The header among the first ten rows, or nothing if the worksheet has none with every needed column."""
    for at, fila in enumerate(filas[:_HEADER_WITHIN_ROWS]):
        columnas = _columns(fila, sinonimos)
        if all(columna in columnas for columna in OBLIGATORIAS):
            return Encabezado(at, columnas)
    return None


def missing_columns(filas: Sequence[Fila], sinonimos: Mapping[str, Sequence[str]]) -> tuple[Columna, ...]:
    """What the row that looks most like a header lacks."""
    candidates = [_columns(fila, sinonimos) for fila in filas[:_HEADER_WITHIN_ROWS]]
    best = max(candidates, key=len, default={})
    return tuple(columna for columna in OBLIGATORIAS if columna not in best)


_MONTHS = (
    {normalized(name): number for number, name in get_month_names("wide", locale="es_CO").items()}
    | {normalized(name): number for number, name in get_month_names("abbreviated", locale="es_CO").items()}
    | {"setiembre": 9}
)
_DAYS = {normalized(name): number for number, name in get_day_names("wide", locale="es_CO").items()} | {
    normalized(name): number for number, name in get_day_names("abbreviated", locale="es_CO").items()
}
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WRITTEN_DATE = re.compile(r"(?:([a-z]+) )?(\d{1,2})(?: de)? ([a-z]+)(?: (?:de |del )?(\d{4}))?")
_HOUR = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:([ap])\s*\.?\s*m\.?|(m\.?)|h(?:oras)?\.?)?", re.IGNORECASE
)


def parse_fecha(value: Valor, hoy: dt.date) -> dt.date | None:
    """The date in a cell, or nothing if it holds none.

    A date without a year is the one nearest to `hoy` whose day of the week agrees, where the text names one.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        if not 1 <= value < 2_958_466:
            return None
        return (_EPOCH + dt.timedelta(days=int(value))).date()
    text = value.strip()
    if found := _ISO_DATE.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC_DATE.fullmatch(text):
        day, month = int(found[1]), int(found[2])
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0) if found[3] else None
        return _date(year, month, day) if year else _nearest(day, month, None, hoy)
    if (found := _WRITTEN_DATE.fullmatch(normalized(text))) and found[3] in _MONTHS:
        weekday = _DAYS.get(found[1]) if found[1] else None
        if found[1] and weekday is None:
            return None
        day, month = int(found[2]), _MONTHS[found[3]]
        return _date(int(found[4]), month, day) if found[4] else _nearest(day, month, weekday, hoy)
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, weekday: int | None, hoy: dt.date) -> dt.date | None:
    candidates = [date for year in range(hoy.year - 1, hoy.year + 2) if (date := _date(year, month, day)) is not None]
    agreeing = [date for date in candidates if weekday is None or date.weekday() == weekday]
    return min(agreeing, key=lambda date: abs((date - hoy).days), default=None)


def parse_hora(value: Valor) -> dt.time | None:
    """The hour in a cell, as a fraction of a day or as text such as `8:00 a. m.`; nothing if it holds none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        if not 0 <= value < 1:
            return None
        minutes = round(value * 24 * 60)
        return dt.time(minutes // 60 % 24, minutes % 60)
    found = _HOUR.fullmatch(value.replace("\u00a0", " ").replace("\u202f", " ").strip())
    if not found or not (found[2] or found[3] or found[4]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


@dataclass(frozen=True, slots=True)
class FilaLeida:
    """A row of a schedule, understood. `indice` counts from 0; `fecha` is filled down from the first row of its day.

    Attributes:
        aparte: a note says that it is no cupo, or it repeats the header.
        ilegible: what of it cannot be read, in Spanish.
    """

    indice: int
    fecha: dt.date | None
    hora: dt.time | None
    codigo: Valor
    ruta: Valor
    asesor: Valor
    pqr: Valor
    cuadrilla: str
    libre: bool
    aparte: bool = False
    ilegible: str = ""


def read_rows(
    filas: Sequence[Fila], encabezado: Encabezado, hoy: dt.date, notas_no_disponible: Sequence[str]
) -> list[FilaLeida]:
    """Every row below the header.

    A row is free when it has a date and an hour, nobody wrote into código, ruta, asesor or pqr, and no cell says that it is
    not available.
    """
    notes = [normalized(note) for note in notas_no_disponible]
    day: dt.date | None = None
    read = []
    for indice, fila in enumerate(filas[encabezado.fila + 1 :], start=encabezado.fila + 1):
        written = encabezado.value(fila, Columna.FECHA)
        if not is_blank(written):
            day = parse_fecha(written, hoy)
        at = encabezado.value(fila, Columna.HORA)
        hora = parse_hora(at)
        touched = [columna for columna in _LIBRES_EN_UN_CUPO if not is_blank(encabezado.value(fila, columna))]
        aside = any(note in normalized(value) for value in fila if isinstance(value, str) for note in notes)
        lacking = [
            name
            for name, found, cell in (("la fecha", day, written), ("la hora", hora, at))
            if found is None and (touched or not is_blank(cell))
        ]
        if touched and Columna.CODIGO not in touched:
            lacking.append("el código")
        if lacking and not aside:
            aside = encabezado.matches(fila, {}) or (not touched and hora is None)
        read.append(
            FilaLeida(
                indice=indice,
                fecha=day,
                hora=hora,
                codigo=encabezado.value(fila, Columna.CODIGO),
                ruta=encabezado.value(fila, Columna.RUTA),
                asesor=encabezado.value(fila, Columna.ASESOR),
                pqr=encabezado.value(fila, Columna.PQR),
                cuadrilla=text_of(encabezado.value(fila, Columna.CUADRILLA)),
                libre=day is not None and hora is not None and not touched and not aside,
                aparte=aside,
                ilegible="" if aside else ", ".join(lacking),
            )
        )
    return read


@dataclass(frozen=True, slots=True)
class FilaDePlanilla:
    """A row of a schedule as conciliación looks at it: every value as text, and where people find it.

    Attributes:
        numero: the row's number as the sheet shows it, for people; rows move, so nothing is ever written by it.
        libre: it can be booked.
        aparte: a note says that it is no cupo.
        numerico: the código is a number, which may have lost its zeros.
        referencia, marca: the robot's tag on it, where it has one.
        ilegible: what cannot be read, in Spanish; blank where all can.
    """

    planilla_id: str
    planilla: str
    hoja_id: int
    hoja: str
    numero: int
    fecha: dt.date | None
    hora: dt.time | None
    codigo: str = ""
    ruta: str = ""
    asesor: str = ""
    pqr: str = ""
    cuadrilla: str = ""
    libre: bool = False
    aparte: bool = False
    numerico: bool = False
    referencia: str = ""
    marca: int | None = None
    ilegible: str = ""

    @property
    def tocada(self) -> bool:
        """Somebody has written who comes."""
        return bool(self.codigo or self.ruta or self.asesor or self.pqr)
