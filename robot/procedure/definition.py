"""A procedure as data: what it asks for on the screens of Serviweb and beside them, word for word.

A procedure is a TOML file (`robot.procedimientos` reads them; docs/procedimientos.md says how to write one). Pages and flows
take whatever this holds: none of them knows which procedure it is.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from robot.procedure import Paso

INCOHERENTE = "incoherente"
"""The kind of a problem that several keys have together; its context has each of them, with where it stands."""
PARTES = ("solicitud", "suscriptor", "ruta", "celular", "referencia")
"""What every solicitud has for its observación."""
_TAKEN = {*PARTES, "cedula", "nombre", "asesor", "fecha", "hora", "procedimiento", "medio", "causal", "respuestas"}
_SHORTEST_SECRET = 4
_GLUED = re.compile(r"[\w}]\{referencia\}$")
Incoherencia = tuple[tuple[str, ...], str]


def _tuple_of(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _once_each(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        raise ValueError("repite un valor")
    return values


def _compiles(patron: str) -> str:
    try:
        re.compile(patron)
    except re.error as wrong:
        raise ValueError(f"no es una expresión regular: {wrong.msg}") from None
    return patron


_Columna = Literal["fecha", "hora", "codigo", "ruta", "asesor", "pqr", "cuadrilla"]
Texto = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
UnoOVarios = Annotated[
    tuple[Texto, ...],
    BeforeValidator(_tuple_of),
    Field(min_length=1),
    AfterValidator(_once_each),
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]},
        mode="validation",
    ),
]
"""One text, or a list of them."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Firmante(StrEnum):
    """Who signs a printed copy (step 12)."""

    ASESOR = "asesor"
    USUARIO = "usuario"


class Copia(_Frozen):
    """One printed copy of the solicitud de trámite: for whom it is, who signs it, and whether it says when the visit is."""

    destino: Texto
    firma: Firmante
    con_cita: bool = False


class TipoDePregunta(StrEnum):
    """What an answer is."""

    TEXTO = "texto"
    NUMERO = "numero"
    FECHA = "fecha"
    OPCION = "opcion"


class PreguntaPropia(_Frozen):
    """A question that a procedure asks beside what every solicitud says.

    Attributes:
        nombre: what the observación and `respuestas` call it.
        etiqueta: what people read.
        ayuda: a line for whoever answers.
        obligatoria: no solicitud without an answer.
        largo_maximo: of a text, in characters.
        minimo, maximo: of a number.
        opciones: what there is to choose from.
        dato_personal: logs and messages never have the answer; so it is with every text unless this says otherwise.
    """

    nombre: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    etiqueta: Texto
    tipo: TipoDePregunta = TipoDePregunta.TEXTO
    ayuda: str = ""
    obligatoria: bool = True
    largo_maximo: Annotated[int, Field(ge=1, le=2000)] = 200
    minimo: float | None = None
    maximo: float | None = None
    opciones: Annotated[tuple[Texto, ...], AfterValidator(_once_each)] = ()
    dato_personal: bool | None = None

    @property
    def es_personal(self) -> bool:
        return self.tipo is TipoDePregunta.TEXTO if self.dato_personal is None else self.dato_personal

    def incoherencias(self) -> Iterator[str]:
        """What its keys do not say together."""
        if self.nombre in _TAKEN:
            yield "ese nombre ya lo tiene un dato de toda solicitud; use otro"
        if bool(self.opciones) != (self.tipo is TipoDePregunta.OPCION):
            yield 'las «opciones» van con tipo = "opcion", y solo con él'
        if self.tipo is not TipoDePregunta.NUMERO and (self.minimo, self.maximo) != (None, None):
            yield '«minimo» y «maximo» van con tipo = "numero"'
        if self.minimo is not None and self.maximo is not None and self.minimo > self.maximo:
            yield "el mínimo es mayor que el máximo"


class CitaPropia(_Frozen):
    """Where the citas of a procedure are booked, as far as that is not where the settings say.

    Attributes:
        carpeta: name or id of the Drive folder.
        planillas: regular expressions on the titles of the spreadsheets, or their ids.
        columnas: more header names, by column.
    """

    carpeta: str = ""
    planillas: tuple[Annotated[Texto, AfterValidator(_compiles)], ...] = ()
    columnas: Mapping[_Columna, tuple[Texto, ...]] = {}


class Duplicados(_Frozen):
    """What may be another trámite for the same thing.

    Attributes:
        dias: within how many days; as the settings say where absent, never where 0.
        causales: of which causales; of its own where empty.
    """

    dias: Annotated[int, Field(ge=0, le=365)] | None = None
    causales: tuple[Texto, ...] = ()


class Omision(StrEnum):
    """A step that a sister procedure does without."""

    TERCEROS = "terceros"
    IMPRIMIR = "imprimir"


class Procedimiento(_Frozen):
    """What a procedure asks for, word for word as the catalogues of Serviweb show it.

    Attributes:
        codigo, version: what it is; the same two never mean something else.
        medios, causales: the asesor chooses, where there are several.
        plantilla: the parts of Observación; one that names an own question without an answer is left out.
        lleva_cita: a cita is booked for each solicitud.
        cita: where, if not where the settings say.
        omitir: steps that it does without.
        documento: what Serviweb calls the document that the copies are made of.
        prefijo_referencia: what the referencias of its solicitudes begin with.
        termino_dias_habiles: the legal term for an answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_alias=True, validate_by_name=True)

    codigo: Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z.-]{1,39}$")]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$")]
    nombre: Texto
    prefijo_referencia: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    zona: Texto
    medios: Annotated[UnoOVarios, Field(alias="medio")]
    servicio: Texto
    tipo: Texto
    causales: Annotated[UnoOVarios, Field(alias="causal")]
    plantilla: Annotated[UnoOVarios, Field(alias="observacion")]
    preguntas: tuple[PreguntaPropia, ...] = ()
    lleva_cita: bool
    cita: CitaPropia | None = None
    documento: Texto = "Solicitud de trámite"
    copias: tuple[Copia, ...] = ()
    omitir: Annotated[tuple[Omision, ...], AfterValidator(_once_each)] = ()
    termino_dias_habiles: Annotated[int, Field(ge=1, le=365)] = 15
    duplicados: Duplicados = Duplicados()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if found := list(self._incoherencias()):
            told = "; ".join(mensaje for _, mensaje in found)
            raise PydanticCustomError(INCOHERENTE, "{told}", {"told": told, "incoherencias": found})
        return self

    def _incoherencias(self) -> Iterator[Incoherencia]:
        nombres = [one.nombre for one in self.preguntas]
        for at, pregunta in enumerate(self.preguntas):
            for mensaje in pregunta.incoherencias():
                yield ("preguntas", str(at), "nombre"), f"«{pregunta.nombre}»: {mensaje}"
        yield from ((("preguntas",), f"repite «{one}»") for one in dict.fromkeys(nombres) if nombres.count(one) > 1)
        yield from ((("observacion",), one) for one in _wrong_in_template(self.plantilla, self.preguntas))
        if self.imprime == (not self.copias):
            yield ("copias",), 'escriba al menos una copia, o ninguna si omitir = ["imprimir"]'
        if not self.lleva_cita and self.cita is not None:
            yield ("cita",), "sobra si lleva_cita = false"
        if not self.lleva_cita and any(one.con_cita for one in self.copias):
            yield ("copias",), "«con_cita» no va si lleva_cita = false"

    @property
    def imprime(self) -> bool:
        return Omision.IMPRIMIR not in self.omitir

    @property
    def identifica(self) -> bool:
        """Whether the tercero is looked up, and added where unknown (step 6)."""
        return Omision.TERCEROS not in self.omitir

    @property
    def pasos(self) -> tuple[Paso, ...]:
        """The steps that it takes."""
        without = {
            Paso.PROGRAMACION: not self.lleva_cita,
            Paso.TERCEROS: not self.identifica,
            Paso.IMPRIMIR: not self.imprime,
        }
        return tuple(one for one in Paso if not without.get(one))

    @property
    def medio(self) -> str:
        """The medio, or the first where there is a choice."""
        return self.medios[0]

    @property
    def causal(self) -> str:
        """The causal, or the first where there is a choice."""
        return self.causales[0]

    def repetidas(self, causal: str | None = None) -> frozenset[str]:
        """The causales of which another trámite of the suscriptor may be the same thing as one of this causal."""
        return frozenset(self.duplicados.causales or (causal or self.causal,))

    def as_chosen(self, *, medio: str | None, causal: str | None) -> Self:
        """The procedure with the medio and the causal of one solicitud, chosen or fixed."""
        return self.model_copy(
            update={"medios": (medio or self.medio,), "causales": (causal or self.causal,)},
        )

    def observacion(
        self,
        *,
        solicitud: str,
        suscriptor: str,
        ruta: str,
        celular: str,
        referencia: str,
        respuestas: Mapping[str, str] | None = None,
    ) -> str:
        """The text of Observación (step 9); the referencia, by which the robot finds its own trámite again, closes it."""
        values = {
            **(respuestas or {}),
            "solicitud": solicitud,
            "suscriptor": suscriptor,
            "ruta": ruta,
            "celular": celular,
            "referencia": referencia,
        }
        told = [part for part in self.plantilla if values.keys() >= set(_names_in(part))]
        return " ".join(part.format_map(values) for part in told)

    def partes(self) -> list[tuple[int, tuple[str, ...]]]:
        """Of each part of Observación how long it is beside what it names, and that."""
        named = [(part, tuple(_names_in(part))) for part in self.plantilla]
        return [(len(part.format_map(dict.fromkeys(names, ""))), names) for part, names in named]

    def personal(self, respuestas: Mapping[str, str]) -> tuple[str, ...]:
        """The answers that are personal data, but for those so short that they tell of nobody and stand in other words."""
        given = (respuestas.get(one.nombre, "") for one in self.preguntas if one.es_personal)
        return tuple(one for one in given if len(one) >= _SHORTEST_SECRET)

    def as_json(self) -> str:
        """As it is kept: the same for the same procedure, whichever version of the robot writes it."""
        data = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """The JSON Schema of its file, for editors."""
        return cls.model_json_schema(by_alias=True)


def _names_in(part: str) -> list[str]:
    """The names in braces of a part of an observación.

    Raises:
        ValueError: its braces do not match, or hold something else.
    """
    names = []
    for _, name, form, conversion in Formatter().parse(part):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError("no name")
        names.append(name)
    return names


def _wrong_in_template(plantilla: tuple[str, ...], preguntas: Sequence[PreguntaPropia]) -> Iterator[str]:
    asked = [one.nombre for one in preguntas]
    known = [*PARTES, *asked]
    used: list[str] = []
    for part in plantilla:
        try:
            names = _names_in(part)
        except ValueError:
            yield f"las llaves están mal en «{part}»: escriba solo nombres entre ellas, como {{solicitud}}"
            return
        used += names
        yield from _lost_with_an_answer(names, [one.nombre for one in preguntas if not one.obligatoria])
    for name in dict.fromkeys(used):
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            yield f"no existe «{name}»; " + (f"¿quiso decir «{near[0]}»?" if near else f"hay: {', '.join(known)}")
    if "solicitud" not in used:
        yield "falta {solicitud}: lo que pide el usuario"
    if used.count("referencia") != 1 or not plantilla[-1].endswith("{referencia}"):
        yield "debe terminar en {referencia}, una sola vez: así encuentra el robot su trámite"
    elif _GLUED.search(plantilla[-1]):
        yield "deje un espacio antes de {referencia}: pegada a otra cosa no se reconoce"
    for name in asked:
        if name not in used:
            yield f"falta {{{name}}}: lo que se pregunta se escribe en la observación"


def _lost_with_an_answer(names: Sequence[str], optional: Sequence[str]) -> Iterator[str]:
    """What every solicitud says must not go with a question that may stay without an answer, whose part is left out then."""
    own = [one for one in names if one in PARTES]
    for name in names:
        if name in optional and own:
            yield (
                f"«{name}» puede quedar sin respuesta, y con ella se omitiría {{{own[0]}}}: escríbala en una parte aparte"
            )
