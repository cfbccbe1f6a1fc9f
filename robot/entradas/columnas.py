"""The columns of a table of solicitudes: which field each title means. The fields are those of `Solicitud`, whatever it has.

A title is known by its words, whatever their case, accents, order of small words and marks. One that is not known is told,
never guessed, and so are two that mean the same.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import Union, get_args, get_origin

from robot.models import Solicitud
from robot.procedure.definition import PreguntaPropia, TipoDePregunta
from robot.reading.equality import normalized

TITULOS: Mapping[str, tuple[str, ...]] = {
    "suscriptor": ("Código de suscriptor", "suscriptor", "código", "número de suscriptor", "cód suscriptor"),
    "tipo_documento": ("Tipo de documento", "tipo de identificación", "tipo doc"),
    "cedula": (
        *("Cédula", "documento", "cédula de ciudadanía", "documento de identidad", "identificación", "CC", "NIT"),
        *("cédula o NIT", "cédula NIT", "documento de identificación", "número de documento", "cédula del usuario"),
        *("cédula del solicitante", "documento del usuario", "documento del solicitante", "doc identidad"),
    ),
    "nombre": (
        *("Nombre completo", "nombre", "nombres y apellidos", "apellidos y nombres", "nombre y apellido", "usuario"),
        *("nombre del usuario", "nombre del solicitante", "solicitante", "peticionario", "nombre del peticionario"),
        *("razón social", "nombre o razón social", "quien pide", "quien solicita"),
    ),
    "celular": (
        *("Celular", "teléfono", "teléfono celular", "celular teléfono", "celular o fijo", "fijo o celular", "móvil"),
        *("teléfono fijo o celular", "tel", "cel", "teléfono de contacto", "celular de contacto", "número de contacto"),
        *("celular del usuario", "teléfono del usuario", "teléfono móvil", "tel cel", "teléfonos"),
    ),
    "ruta": ("Ruta", "código de ruta", "ruta de lectura"),
    "solicitud": (
        *("Solicitud", "descripción", "descripción de la solicitud", "lo que pide el usuario", "qué pide", "petición"),
        *("observación", "observaciones", "detalle", "detalle de la solicitud", "motivo de la solicitud", "asunto"),
        *("solicitud del usuario", "lo que pide", "qué solicita"),
    ),
    "asesor": ("Asesor", "clave del asesor", "clave asesor", "asesor responsable"),
    "fecha": ("Fecha de la visita", "fecha", "fecha de la cita", "día de la visita", "día de la cita"),
    "hora": ("Hora de la visita", "hora", "hora de la cita"),
    "clave_idempotencia": ("Clave de idempotencia", "clave única"),
    "otra_visita": ("Otra visita", "es otra visita"),
    "procedimiento": ("Procedimiento", "código del procedimiento"),
    "medio": ("Medio", "medio de recepción"),
    "causal": ("Causal", "causales"),
}
"""What titles call a field, the one of the templates first. A field that is not here is called by its own name."""
_DEL_ROBOT = ("estado", "referencia", "radicado", "cita", "resultado", "estado de la solicitud")
_DE_NADIE = ("N.º", "N", "No.", "Nro", "Núm", "número", "ítem", "fila", "consecutivo")
"""What an office counts its rows with."""
_COUNTS = "#"
_RARE = frozenset({"clave_idempotencia", "revisar_duplicados", "revisar_antes", "nombre_confirmado"})
"""What programs tell, and people seldom do: no template has a column for it."""
_SMALL_WORDS = frozenset(
    {
        *("de", "del", "la", "el", "los", "las", "y", "o", "u", "e", "a", "al", "para", "por", "su"),
        *("n", "no", "nro", "num", "numero", "obligatorio", "obligatoria", "opcional"),
    }
)
_CODES = frozenset({"suscriptor", "ruta"})
_MOTIVO = "motivo"
_TIPO = "tipo_documento"
"""Told apart from the number, it chooses which document that is of."""


class ClaseDeDato(StrEnum):
    """What a cell of a column holds; zeros before a code are part of it."""

    TEXTO = "texto"
    CODIGO = "código"
    FECHA = "fecha"
    HORA = "hora"
    SI_NO = "sí o no"
    NUMERO = "número"


_OF_QUESTIONS = {TipoDePregunta.FECHA: ClaseDeDato.FECHA, TipoDePregunta.NUMERO: ClaseDeDato.NUMERO}


@dataclass(frozen=True, slots=True)
class Campo:
    """A field that a column may fill.

    Attributes:
        nombre: as `Solicitud` calls it, or a question of the procedure's.
        titulo: what templates call it.
        pregunta: it is one of the answers to the procedure's own questions.
    """

    nombre: str
    titulo: str
    titulos: frozenset[str]
    clase: ClaseDeDato
    obligatorio: bool
    pregunta: bool = False


@dataclass(frozen=True, slots=True)
class ColumnaDeTabla:
    """A column of a table: its place from 0, its title as it stands there, and what it fills; nothing where it is not known."""

    lugar: int
    titulo: str
    campo: Campo | None

    @property
    def letra(self) -> str:
        return letter_of(self.lugar)

    @property
    def llamada(self) -> str:
        """What people find it by."""
        return f"{self.letra} «{self.titulo}»" if self.titulo else self.letra


@dataclass(frozen=True, slots=True)
class EncabezadoDeTabla:
    """The columns of a table; `campos` are those that fill a field, `ajenas` those that are not known."""

    columnas: tuple[ColumnaDeTabla, ...]
    propias: frozenset[int] = frozenset()

    @property
    def campos(self) -> list[ColumnaDeTabla]:
        return [one for one in self.columnas if one.campo is not None]

    @property
    def ajenas(self) -> list[ColumnaDeTabla]:
        return [one for one in self.columnas if one.campo is None and one.lugar not in self.propias]

    @property
    def conocidos(self) -> int:
        """How many fields are filled."""
        return len({one.campo.nombre for one in self.columnas if one.campo is not None})


class ColumnasPosibles:
    """The fields that a column may fill, and their titles.

    Args:
        preguntas: the procedures' own questions.
        fijos: what is given for every row where no column tells it.
        sobran: what no template needs a column for in this office.
    """

    def __init__(
        self,
        preguntas: Iterable[PreguntaPropia] = (),
        *,
        fijos: Iterable[str] = (),
        sobran: Iterable[str] = (),
    ) -> None:
        own = {one.nombre: one for one in preguntas}
        of_all = tuple(_of_model(frozenset(fijos)))
        taken = {title for campo in of_all for title in campo.titulos}
        asked = tuple(_question(one, taken) for one in own.values())
        self.campos = (*of_all, *asked)
        certain = {_key(campo.titulo) for campo in of_all}
        self._rivals = {title: campo for campo in asked for title in campo.titulos & taken - certain}
        self._sobran = frozenset(sobran) | _RARE
        self._by_title = {title: campo for campo in reversed(self.campos) for title in campo.titulos}

    def campo(self, nombre: str) -> Campo | None:
        """The field with this name, or nothing."""
        return next((one for one in self.campos if one.nombre == nombre), None)

    def rival(self, columna: ColumnaDeTabla) -> Campo | None:
        """The question that a title may mean as well as the field that it fills; what templates call a field is the field."""
        return self._rivals.get(_key(columna.titulo))

    @property
    def de_plantilla(self) -> list[Campo]:
        """Those that a template has a column for."""
        return [one for one in self.campos if one.nombre not in self._sobran]

    def header(self, titulos: Sequence[str]) -> EncabezadoDeTabla:
        """What each title of a row means."""
        columnas, own = [], set()
        for place, written in enumerate(titulos):
            title = " ".join(written.split())
            campo = self._by_title.get(_key(title))
            columnas.append(ColumnaDeTabla(place, title, campo))
            if title and campo is None and (title == _COUNTS or _key(title) in _NOT_READ):
                own.add(place)
        return EncabezadoDeTabla(tuple(columnas), frozenset(own))

    def missing(self, encabezado: EncabezadoDeTabla) -> list[Campo]:
        """The fields that must be told and have no column."""
        told = {one.campo for one in encabezado.campos}
        return [one for one in self.campos if one.obligatorio and one not in told]


def letter_of(lugar: int) -> str:
    """What a spreadsheet calls the column at a place, from 0: A, …, Z, AA."""
    letters, left = "", lugar + 1
    while left:
        left, rest = divmod(left - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def title_of(nombre: str) -> str:
    """What templates call a field."""
    return TITULOS[nombre][0] if nombre in TITULOS else nombre.replace("_", " ").capitalize()


def _key(title: str) -> str:
    words = normalized(title).split()
    return " ".join([word for word in words if word not in _SMALL_WORDS] or words)


_NOT_READ = frozenset(map(_key, (*_DEL_ROBOT, *_DE_NADIE, _MOTIVO)))


def _titles(nombre: str, more: Iterable[str] = ()) -> frozenset[str]:
    return frozenset(map(_key, (*TITULOS.get(nombre, ()), nombre.replace("_", " "), *more)))


def _of_model(given: frozenset[str]) -> Iterable[Campo]:
    for nombre, field in Solicitud.model_fields.items():
        kinds = _kinds(field.annotation)
        if Mapping in kinds or dict in kinds:
            continue  # its questions are columns of their own
        if nombre == "cedula":
            yield Campo(_TIPO, title_of(_TIPO), _titles(_TIPO), ClaseDeDato.TEXTO, obligatorio=False)
        yield Campo(
            nombre,
            title_of(nombre),
            _titles(nombre),
            _clase(nombre, kinds),
            obligatorio=field.is_required() and nombre not in given,
        )


def _question(pregunta: PreguntaPropia, taken: Collection[str]) -> Campo:
    """Its column; called by its name, too, where its label is what a field of every solicitud is called."""
    named = f"{pregunta.etiqueta} ({pregunta.nombre})"
    return Campo(
        pregunta.nombre,
        named if _key(pregunta.etiqueta) in taken else pregunta.etiqueta,
        _titles(pregunta.nombre, (pregunta.etiqueta, named, f"respuestas {pregunta.nombre}")),
        _OF_QUESTIONS.get(pregunta.tipo, ClaseDeDato.TEXTO),
        obligatorio=False,
        pregunta=True,
    )


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) in {Union, UnionType}:
        return {kind for one in get_args(annotation) for kind in _kinds(one)}
    return {_plainly(annotation)}


def _plainly(annotation: object) -> object:
    origin = get_origin(annotation)
    if origin is None:
        return annotation
    if isinstance(origin, type):
        return Mapping if issubclass(origin, Mapping) else origin
    return _plainly(get_args(annotation)[0])


def _clase(nombre: str, kinds: set[object]) -> ClaseDeDato:
    if bool in kinds:
        return ClaseDeDato.SI_NO
    if dt.date in kinds:
        return ClaseDeDato.FECHA
    if dt.time in kinds:
        return ClaseDeDato.HORA
    return ClaseDeDato.CODIGO if nombre in _CODES else ClaseDeDato.TEXTO
