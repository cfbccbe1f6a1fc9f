"""What is asked for, as it was typed: refused at the door with all its problems at once."""

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)

from robot.errors import BadInput, Problema
from robot.procedure.definition import Procedimiento
from robot.reading.answers import settle
from robot.reading.documents import Identificacion, with_choice
from robot.reading.equality import plain, same_name
from robot.reading.phones import phone_writings, phones_in
from robot.reading.writing import one_line
from robot.solicitud.fields import Cedula, Celular, TextoLimpio, blank_is_absent, plain_date, plain_time
from robot.solicitud.parties import Frozen, Tercero
from robot.solicitud.problems import asking_for_blanks, problem, spanish_problems
from robot.solicitud.rules import ZONA_HORARIA, Reglas

_NO_OBJECT = Problema("solicitud", "debe ser un objeto JSON con los campos de la solicitud.")


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON. Of two values for one name nobody knows which is meant, and one may be another person's.

    Raises:
        BadInput: a name stands there twice; it is told as far as it is a field's.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = [name for name in found if names.count(name) > 1]
        told = [name if name in Solicitud.model_fields else "JSON" for name in twice]
        raise BadInput([Problema(name, "está más de una vez; deje uno solo.") for name in dict.fromkeys(told)])
    return found


class Solicitud(Frozen):
    """One request as the asesor typed it (step 1): for a visita domiciliaria, or by another procedure of the office.

    Attributes:
        suscriptor: código of the suscriptor, text, leading zeros kept.
        cedula: the document of who asks, as `Identificacion.kept`; which one it is may also be told apart from it, as
            `tipo_documento`.
        nombre: name of the person or company who asks.
        celular: one or two telephones, or that there is none, as `read_phones` keeps them.
        ruta: text, leading zeros kept; taken from Serviweb when absent.
        solicitud: what the person asks for, one line.
        asesor: key of a configured asesor.
        fecha, hora: the wished cupo; the next free one where absent.
        clave_idempotencia: the same key never gives a second solicitud.
        revisar_duplicados: refuse it if the suscriptor has had another one lately.
        revisar_antes: somebody looks at the filled form before it is saved.
        nombre_confirmado: the person is the one whom Serviweb knows by this cédula, whatever the name there.
        otra_visita: somebody has confirmed that it is another visita than those that the suscriptor has had or has open.
        procedimiento: código of the procedure; the first one of the office where absent.
        medio, causal: what the asesor chose, where the procedure lets choose.
        respuestas: what was answered to the procedure's own questions, by their names.
    """

    suscriptor: TextoLimpio
    cedula: Annotated[Cedula, Field(repr=False)]
    nombre: Annotated[TextoLimpio, Field(max_length=120, repr=False)]
    celular: Annotated[Celular, Field(repr=False)]
    ruta: Annotated[TextoLimpio | None, BeforeValidator(blank_is_absent)] = None
    solicitud: Annotated[TextoLimpio, Field(repr=False)]
    asesor: Annotated[TextoLimpio, AfterValidator(str.lower)]
    fecha: Annotated[dt.date | None, BeforeValidator(plain_date), BeforeValidator(blank_is_absent)] = None
    hora: Annotated[dt.time | None, BeforeValidator(plain_time), BeforeValidator(blank_is_absent)] = None
    clave_idempotencia: Annotated[
        Annotated[TextoLimpio, Field(max_length=200)] | None, BeforeValidator(blank_is_absent)
    ] = None
    revisar_duplicados: bool = False
    revisar_antes: bool = False
    nombre_confirmado: bool = False
    otra_visita: bool = False
    procedimiento: Annotated[TextoLimpio | None, BeforeValidator(blank_is_absent)] = None
    medio: Annotated[TextoLimpio | None, BeforeValidator(blank_is_absent)] = None
    causal: Annotated[TextoLimpio | None, BeforeValidator(blank_is_absent)] = None
    respuestas: Annotated[Mapping[str, str], Field(repr=False)] = {}

    @model_validator(mode="before")
    @classmethod
    def _with_choice(cls, data: object) -> object:
        return with_choice(data) if isinstance(data, Mapping) else data

    @field_validator("suscriptor", "ruta")
    @classmethod
    def _follows_pattern(cls, value: str | None, info: ValidationInfo) -> str | None:
        reglas = info.context if isinstance(info.context, Reglas) else Reglas()
        pattern = reglas.suscriptor if info.field_name == "suscriptor" else reglas.ruta
        if value is not None and not re.fullmatch(pattern, value):
            what = "un código de suscriptor" if info.field_name == "suscriptor" else "una ruta"
            raise problem("patron", f"no tiene la forma de {what} de esta empresa.")
        return value

    @field_validator("fecha")
    @classmethod
    def _fecha_not_past(cls, value: dt.date | None, info: ValidationInfo) -> dt.date | None:
        reglas = info.context if isinstance(info.context, Reglas) else Reglas()
        if value is not None and value < reglas.instante.date():
            raise problem("pasada", "ya pasó.")
        return value

    @model_validator(mode="after")
    def _hora_not_past(self, info: ValidationInfo) -> Self:
        reglas = info.context if isinstance(info.context, Reglas) else Reglas()
        if self.fecha is not None and self.hora is not None:
            asked = dt.datetime.combine(self.fecha, self.hora, ZONA_HORARIA)
            if asked < reglas.instante:
                raise problem("hora_pasada", "la hora pedida ya pasó.")
        return self

    @field_serializer("hora")
    def _hora_as_typed(self, hora: dt.time | None) -> str | None:
        return f"{hora:%H:%M}" if hora is not None else None

    @classmethod
    def parse(cls, data: object, reglas: Reglas) -> Self:
        """The solicitud in `data`, checked against the rules of the utility.

        Raises:
            BadInput: with every problem found, never only the first.
        """
        if not isinstance(data, Mapping):
            raise BadInput([_NO_OBJECT])
        settled, of_procedure = settle(data, reglas.procedimientos) if reglas.procedimientos else (dict(data), [])
        try:
            solicitud = cls.model_validate(settled, context=reglas)
        except ValidationError as invalid:
            blank = {name for name, value in data.items() if isinstance(value, str) and not one_line(value)}
            told = {one.campo.split(".")[0] for one in of_procedure}
            problems = [one for one in spanish_problems(invalid, whole="hora") if one.campo.split(".")[0] not in told]
            raise BadInput([*asking_for_blanks(problems, blank), *of_procedure]) from None
        if of_procedure:
            raise BadInput(of_procedure)
        return solicitud

    def settled(self, procedimientos: Sequence[Procedimiento]) -> Self:
        """This solicitud as its procedure takes it.

        Raises:
            BadInput: the procedure is none of these, or does not take what was chosen and answered.
        """
        said, problems = settle({name: getattr(self, name) for name in _TO_PROCEDURE}, procedimientos)
        if problems:
            raise BadInput(problems)
        return self.model_copy(update=said)

    @classmethod
    def parse_json(cls, text: str | bytes, reglas: Reglas, *, procedimiento: str = "") -> Self:
        """As `parse`, from a JSON document.

        Args:
            procedimiento: the código of the procedure, whatever the document says.

        Raises:
            BadInput: the text is not JSON, or its fields have problems.
        """
        named = {"procedimiento": procedimiento} if procedimiento else {}
        return cls.parse({**cls.read_json(text), **named}, reglas)

    @staticmethod
    def read_json(text: str | bytes) -> dict[str, object]:
        """The object in a JSON document, not checked yet.

        Raises:
            BadInput: the text is not JSON, or no object, or says something twice.
        """
        try:
            data: object = json.loads(text, object_pairs_hook=_each_once)
        except (ValueError, RecursionError):
            raise BadInput([Problema("JSON", "el archivo no es un JSON válido en UTF-8.")]) from None
        if not isinstance(data, dict):
            raise BadInput([_NO_OBJECT])
        return data

    @property
    def identificacion(self) -> Identificacion:
        return Identificacion.of(self.cedula)

    @property
    def tercero(self) -> "Tercero":
        """Who asks, as they are added to Serviweb's database."""
        return Tercero(cedula=self.cedula, nombre=self.nombre, celular=next(iter(phones_in(self.celular)), ""))

    @property
    def secretos(self) -> tuple[str, ...]:
        """The personal data that no log, message, file name or address may hold (Ley 1581 de 2012); `struck_out` finds
        them however they are grouped.
        """
        return (*self.identificacion.writings, self.nombre, plain(self.nombre), *phone_writings(self.celular))

    def is_same(self, other: Self) -> bool:
        """Whether the same is asked for, whichever way the name is written."""
        return same_name(self.nombre, other.nombre) and self.model_copy(update={"nombre": other.nombre}) == other


_TO_PROCEDURE = {"procedimiento", "medio", "causal", "respuestas"}
