"""What people write for a document of identity: which one it is, and its number in one writing.

| document | as it is kept | as it may be written |
|---|---|---|
| cédula de ciudadanía | `40765123` | `40.765.123`, `CC 40,765,123`, `C.C. No. 40-765-123` |
| NIT | `NIT 900123456-8` | `900.123.456-8`, `9001234568`, `NIT 900123456` |
| any other | `CE E123456`, `TI 99010112345` | `C.E. E-123456`, `Tarjeta de identidad 990101 12345` |

What is kept tells by itself which document it is, and reads as itself.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from stdnum.co.nit import calc_check_digit

from robot.reading.equality import plain, same_number, without_name


class Unreadable(ValueError):
    """What was written is no document or no telephone; the sentence says why, in Spanish, and quotes nothing."""


class FormatoNit(StrEnum):
    """How a screen wants a NIT."""

    SIN_DV = "sin_dv"
    CON_DV = "con_dv"
    CON_GUION = "con_guion"


class TipoDocumento(StrEnum):
    """The documents that people and companies identify with in Colombia."""

    CC = "CC"
    CE = "CE"
    TI = "TI"
    RC = "RC"
    PA = "PA"
    PPT = "PPT"
    NIT = "NIT"

    @property
    def nombre(self) -> str:
        return _NOMBRES[self][0]

    @property
    def sigla(self) -> str:
        """As it is printed before the number."""
        return _SIGLAS.get(self, self.value)

    @property
    def nombres(self) -> tuple[str, ...]:
        """What catalogues call it, the usual name first."""
        usual = _NOMBRES[self]
        return (*usual, self.value, self.sigla, f"{self.value} - {usual[0]}", f"{usual[0]} ({self.value})")

    @classmethod
    def told_by(cls, words: str) -> Self | None:
        """The one that these words name, or nothing."""
        plainly = _squeezed(words)
        return next(
            (one for one in cls if plainly in {_squeezed(name) for name in (*one.nombres, *_TAMBIEN[one])}), None
        )


_NOMBRES: Mapping[TipoDocumento, tuple[str, ...]] = {
    TipoDocumento.CC: ("Cédula de ciudadanía", "Cédula ciudadanía", "Cédula"),
    TipoDocumento.CE: ("Cédula de extranjería", "Cédula extranjería"),
    TipoDocumento.TI: ("Tarjeta de identidad", "Tarjeta identidad"),
    TipoDocumento.RC: ("Registro civil", "Registro civil de nacimiento", "NUIP"),
    TipoDocumento.PA: ("Pasaporte",),
    TipoDocumento.PPT: (
        "Permiso por protección temporal",
        "Permiso de protección temporal",
        "Permiso protección temporal",
        "PPT (Permiso protección temporal)",
    ),
    TipoDocumento.NIT: ("NIT", "Número de identificación tributaria", "Persona jurídica"),
}
_SIGLAS = {
    TipoDocumento.CC: "C.C.",
    TipoDocumento.CE: "C.E.",
    TipoDocumento.TI: "T.I.",
    TipoDocumento.RC: "R.C.",
    TipoDocumento.PA: "Pasaporte",
}
_TAMBIEN: Mapping[TipoDocumento, tuple[str, ...]] = {
    **dict.fromkeys(TipoDocumento, ()),
    TipoDocumento.CC: ("CED",),
    TipoDocumento.PA: ("PAS", "PP", "PSP"),
    TipoDocumento.NIT: ("RUT",),
}
_FORMS: Mapping[TipoDocumento, tuple[str, str]] = {
    TipoDocumento.CC: (r"[0-9]{4,10}", "debe tener entre 4 y 10 dígitos."),
    TipoDocumento.CE: (r"(?=.*[0-9]{3})[0-9A-Z]{4,12}", "no tiene la forma de una cédula de extranjería."),
    TipoDocumento.TI: (r"[0-9]{10,11}", "debe tener 10 u 11 dígitos, como las tarjetas de identidad."),
    TipoDocumento.RC: (r"(?=.*[0-9]{3})[0-9A-Z]{8,11}", "no tiene la forma de un registro civil."),
    TipoDocumento.PA: (r"(?=.*[0-9]{3})[0-9A-Z]{5,15}", "no tiene la forma de un pasaporte."),
    TipoDocumento.PPT: (r"[0-9]{5,10}", "debe tener entre 5 y 10 dígitos, como los PPT."),
    TipoDocumento.NIT: (r"[0-9]{5,10}", "debe tener entre 5 y 10 dígitos, y uno más de verificación, como los NIT."),
}
_WRONG_DV = "no es un NIT: el dígito de verificación no corresponde; revíselo con el usuario."
_WHICH = "puede ser {} o {}: escriba cuál antes del número, por ejemplo «{} …»."
_LETTERS = "tiene letras: escriba antes del número qué documento es, por ejemplo «CE» o «PA»."
_OTHER = "dice que es {}, y se eligió {}."
_NO_TIPO = f"el tipo de documento es uno de estos: {', '.join(TipoDocumento)}."
_NO_DOCUMENT = "no es de ningún documento que se conozca; escriba antes del número cuál es ({})."
_OF_COMPANIES = re.compile(r"[89][0-9]{8}")
_OF_COMPANIES_WITH_DV = re.compile(r"[89][0-9]{9}")
_OLD_TARJETA = re.compile(r"[0-9]{11}")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_BETWEEN = re.compile(r"[\s.,'’´·_/-]+")
_NUMBER_WORD = re.compile(r"[\s.:#°-]*(?:(?:N|NO|NRO|NUM|NUMERO)(?![0-9A-Z]))?[\s.:#°-]*")
_WITH_DV = re.compile(r"(?P<numero>[0-9][0-9.,'’´ -]*?)\s*(?:-\s*|-?\s*D\W?V\W*)(?P<dv>[0-9])")


@dataclass(frozen=True, slots=True)
class Identificacion:
    """The document that somebody identifies with.

    Attributes:
        tipo: which one it is.
        numero: capitals and digits; of a NIT, without its check digit.
    """

    tipo: TipoDocumento
    numero: str

    @classmethod
    def read(cls, text: str, tipo: TipoDocumento | None = None, *, strictly: bool = True) -> Self:
        """The document in a text.

        Args:
            tipo: which one it is, where somebody has chosen; else it is recognised.
            strictly: a number that could only be a NIT with a wrong check digit is refused; else it is taken for a cédula.

        Raises:
            Unreadable: it is none, or may be several.
        """
        written = _written(text)
        told, rest = _told_before(written, glued=tipo is None or tipo not in _WITH_LETTERS)
        if told is not None and tipo is not None and told is not tipo:
            raise Unreadable(_OTHER.format(told, tipo))
        tipo = tipo or told
        rest = rest[_end_of(_NUMBER_WORD, rest) :]
        with_dv = _WITH_DV.fullmatch(rest)
        if with_dv is not None and tipo in {None, TipoDocumento.NIT}:
            return cls._nit(_BETWEEN.sub("", with_dv["numero"]), with_dv["dv"])
        bare = _BETWEEN.sub("", rest)
        tipo = tipo or _recognised(bare, strictly=strictly)
        if tipo is TipoDocumento.NIT:
            return cls._nit(*_parted(bare))
        return cls._formed(tipo, bare)

    @classmethod
    def of(cls, cedula: str) -> Self:
        """The document in a text that a solicitud keeps, or in any other: one that cannot be read stands for itself."""
        try:
            return cls.read(cedula, strictly=False)
        except Unreadable:
            return cls(TipoDocumento.CC, cedula.strip())

    @classmethod
    def _nit(cls, numero: str, dv: str) -> Self:
        nit = cls._formed(TipoDocumento.NIT, numero)
        if dv and dv != nit.dv:
            raise Unreadable(_WRONG_DV)
        return nit

    @classmethod
    def _formed(cls, tipo: TipoDocumento, numero: str) -> Self:
        pattern, refusal = _FORMS[tipo]
        if not re.fullmatch(pattern, numero):
            raise Unreadable(refusal)
        return cls(tipo, numero)

    @property
    def dv(self) -> str:
        """The check digit of a NIT; blank for any other document."""
        return calc_check_digit(self.numero) if self.tipo is TipoDocumento.NIT else ""

    @property
    def kept(self) -> str:
        """As a solicitud keeps it; reads as itself."""
        whole = f"{self.tipo} {self.typed(FormatoNit.CON_GUION)}"
        if self.tipo is not TipoDocumento.CC or _OF_COMPANIES.match(self.numero):
            return whole
        return self.numero

    @property
    def printed(self) -> str:
        """As people read it: «C.C. 40.765.123», «NIT 900.123.456-8»."""
        grouped = self.numero.isdigit() and not _OLD_TARJETA.fullmatch(self.numero)
        numero = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ".", self.numero) if grouped else self.numero
        return f"{self.tipo.sigla} {numero}{'-' if self.dv else ''}{self.dv}"

    @property
    def writings(self) -> tuple[str, ...]:
        """Its number with and without check digit."""
        return (f"{self.numero}{self.dv}", self.numero) if self.dv else (self.numero,)

    def typed(self, nit: FormatoNit) -> str:
        """The number as a screen wants it."""
        if not self.dv or nit is FormatoNit.SIN_DV:
            return self.numero
        return f"{self.numero}{'-' if nit is FormatoNit.CON_GUION else ''}{self.dv}"


def same_document(shown: str, cedula: str, /, *, nombre: str = "") -> bool:
    """Whether a screen shows this document, however it writes numbers, alone or before the name of whose it is.

    Args:
        cedula: as `Identificacion.kept`, or a number alone.
    """
    quien = Identificacion.of(cedula)
    told, rest = _told_before(_written(shown), glued=False)
    if told is quien.tipo:
        shown = rest.strip(" .:-")
    if not quien.numero.isdigit():
        return any(_BETWEEN.sub("", _written(held)) == quien.numero for held in without_name(shown, nombre))
    return any(same_number(shown, one, nombre=nombre) for one in quien.writings) or any(
        same_number(parted["numero"], quien.numero) and parted["dv"] == quien.dv
        for parted in map(_WITH_DV.fullmatch, map(_written, without_name(shown, nombre)))
        if parted is not None
    )


@dataclass(frozen=True, slots=True)
class Elegida:
    """A number, and the words of whoever chose which document it is of."""

    numero: object
    tipo: object


def with_choice(fields: Mapping[str, object]) -> Mapping[str, object]:
    """The fields of a solicitud, with the choice of `tipo_documento` beside the number in `cedula`."""
    given = dict(fields)
    tipo = given.pop("tipo_documento", None)
    if tipo is not None and tipo != "" and "cedula" in given:
        given["cedula"] = Elegida(given["cedula"], tipo)
    return given


def kept_document(value: object, *, strictly: bool) -> object:
    """What a solicitud keeps of a text or a choice; of anything else, itself.

    Raises:
        Unreadable.
    """
    chosen, text = (value.tipo, value.numero) if isinstance(value, Elegida) else (None, value)
    tipo = TipoDocumento.told_by(chosen) if isinstance(chosen, str) else None
    if chosen is not None and tipo is None:
        raise Unreadable(_NO_TIPO)
    return Identificacion.read(text, tipo, strictly=strictly).kept if isinstance(text, str) else text


_WITH_LETTERS = {TipoDocumento.CE, TipoDocumento.RC, TipoDocumento.PA}


def _written(text: str) -> str:
    """A text in capitals without accents, with plain dashes and single spaces."""
    decomposed = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
    unaccented = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(_DASHES.sub("-", unaccented).upper().split())


def _squeezed(words: str) -> str:
    return re.sub(r"[^0-9a-z]", "", plain(words))


def _before(name: str, tipo: TipoDocumento) -> str:
    """Finds a name of a document before a number. Numbers of passports begin with letters, so that they cannot follow at once."""
    letters = r"[\W_]*".join(_squeezed(name).upper())
    return rf"{letters}(?![0-9A-Z])" if tipo is TipoDocumento.PA else rf"{letters}(?![A-Z])"


_NAMES = sorted(
    ((name, tipo) for tipo in TipoDocumento for name in (*tipo.nombres, *_TAMBIEN[tipo])),
    key=lambda one: -len(_squeezed(one[0])),
)
_GLUED = [(re.compile(_before(name, tipo)), tipo) for name, tipo in _NAMES]
_APART = [(re.compile(_before(name, TipoDocumento.PA)), tipo) for name, tipo in _NAMES]


def _told_before(written: str, *, glued: bool) -> tuple[TipoDocumento | None, str]:
    """Which document a text names before its number, and what follows."""
    for pattern, tipo in _GLUED if glued else _APART:
        if (found := pattern.match(written)) is not None:
            return tipo, written[found.end() :]
    return None, written


def _end_of(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found is not None else 0


def _parted(bare: str) -> tuple[str, str]:
    """The number of a NIT and its check digit, written without a mark between them; blank where it has none.

    Those of companies have nine digits and begin with 8 or 9; a person's is the cédula.
    """
    with_dv = bare[:-1].isdigit() and bare[:-1].isascii() and calc_check_digit(bare[:-1]) == bare[-1:]
    if _OF_COMPANIES_WITH_DV.fullmatch(bare) or _OLD_TARJETA.fullmatch(bare):
        return bare[:-1], bare[-1]
    if re.fullmatch(r"[1-7][0-9]{8}", bare) and with_dv:
        return bare[:-1], bare[-1]
    return bare, ""


def _recognised(bare: str, *, strictly: bool) -> TipoDocumento:
    """Which document a number is of that nobody has told of.

    Raises:
        Unreadable: of none, or of several.
    """
    if re.search("[A-Z]", bare) and re.fullmatch("[0-9A-Z]+", bare):
        raise Unreadable(_LETTERS)
    if _OF_COMPANIES.fullmatch(bare):
        return TipoDocumento.NIT
    if _OF_COMPANIES_WITH_DV.fullmatch(bare):
        if calc_check_digit(bare[:-1]) == bare[-1]:
            return TipoDocumento.NIT
        if strictly:
            raise Unreadable(_WRONG_DV)
    if _OLD_TARJETA.fullmatch(bare):
        tarjeta, nit = _begins_with_birth(bare), calc_check_digit(bare[:-1]) == bare[-1]
        if tarjeta and nit:
            raise Unreadable(_WHICH.format("tarjeta de identidad", "NIT", "TI"))
        if not tarjeta and not nit:
            raise Unreadable(_NO_DOCUMENT.format(", ".join(TipoDocumento)))
        return TipoDocumento.TI if tarjeta else TipoDocumento.NIT
    return TipoDocumento.CC


def _begins_with_birth(bare: str) -> bool:
    """Whether a number begins with year, month and day, as those of the old tarjetas de identidad do."""
    try:
        dt.datetime.strptime(bare[:6], "%y%m%d")  # noqa: DTZ007  # a day of birth has no zone
    except ValueError:
        return False
    return True
