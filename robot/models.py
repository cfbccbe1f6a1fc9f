"""What moves through the robot: one request from form to copies. All models are frozen.

Bad input is refused here with all its problems at once, in Spanish, naming the field.
"""

import datetime as dt
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FieldSerializationInfo,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from robot.errors import BadInput, Problema, RobotError
from robot.procedure.definition import Procedimiento
from robot.reading.answers import settle
from robot.reading.documents import Identificacion, Unreadable, kept_document, with_choice
from robot.reading.equality import plain, same_name
from robot.reading.phones import phone_writings, phones_in, read_phones
from robot.reading.writing import is_no_character, one_line, strange_characters

ZONA_HORARIA = ZoneInfo("America/Bogota")
PATRON_SUSCRIPTOR = r"\d{3,12}"
EVIDENCIA_GUARDADA = "Lo que mostraba la pantalla quedó guardado en la máquina que la estaba radicando."
PATRON_RUTA = r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}"


@dataclass(frozen=True, slots=True)
class Reglas:
    """What a utility accepts in the fields of an intake form, and the instant it is judged at.

    Attributes:
        procedimientos: those that a solicitud may be of, the first one where it names none; nothing is judged by them if empty.
        aceptada: it was accepted before, by the rules of then.
    """

    suscriptor: str = PATRON_SUSCRIPTOR
    ruta: str = PATRON_RUTA
    procedimientos: Sequence[Procedimiento] = ()
    ahora: dt.datetime | None = None
    aceptada: bool = False

    @property
    def instante(self) -> dt.datetime:
        return self.ahora or dt.datetime.now(ZONA_HORARIA)


def _problem(code: str, mensaje: str) -> PydanticCustomError:
    return PydanticCustomError("problema_" + code, mensaje)


def _clean(text: str, info: ValidationInfo) -> str:
    if isinstance(info.context, Reglas) and info.context.aceptada:
        return text
    single_line = one_line(text)
    strange = strange_characters(single_line)
    if any(map(is_no_character, strange)):
        raise _problem(
            "invisible", "tiene un carácter que no se ve ni se puede escribir; bórrelo todo y escríbalo de nuevo."
        )
    if strange:
        raise _problem("caracter", f"tiene algo que no se puede escribir en Serviweb: {' '.join(strange)} Quítelo.")
    if not single_line:
        raise _problem("vacio", "está vacío.")
    return single_line


def _document(value: object, info: ValidationInfo) -> object:
    reglas = info.context if isinstance(info.context, Reglas) else Reglas()
    try:
        return kept_document(value, strictly=not reglas.aceptada)
    except Unreadable as refused:
        raise _problem("cedula", str(refused)) from None


def _phones(text: str) -> str:
    try:
        return read_phones(text)
    except Unreadable as refused:
        raise _problem("celular", str(refused)) from None


def _plain_date(value: object) -> object:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            raise _problem("fecha", "no es una fecha que exista; escríbala como 2026-11-24.") from None
    if isinstance(value, dt.datetime) or (value is not None and not isinstance(value, dt.date)):
        raise _problem("fecha", "debe ser texto como 2026-11-24.")
    return value


def _plain_time(value: object) -> object:
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text):
            raise _problem("hora", "no es una hora que exista; escríbala como 08:00.")
        hours, minutes = text.split(":")
        return dt.time(int(hours), int(minutes))
    if value is not None and not isinstance(value, dt.time):
        raise _problem("hora", "debe ser texto como 08:00.")
    return value


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


TextoLimpio = Annotated[str, AfterValidator(_clean)]
Cedula = Annotated[str, BeforeValidator(_document)]
Celular = Annotated[str, AfterValidator(_phones)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


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


_NO_OBJECT = Problema("solicitud", "debe ser un objeto JSON con los campos de la solicitud.")


class Solicitud(_Frozen):
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
    ruta: Annotated[TextoLimpio | None, BeforeValidator(_blank_is_absent)] = None
    solicitud: Annotated[TextoLimpio, Field(repr=False)]
    asesor: Annotated[TextoLimpio, AfterValidator(str.lower)]
    fecha: Annotated[dt.date | None, BeforeValidator(_plain_date), BeforeValidator(_blank_is_absent)] = None
    hora: Annotated[dt.time | None, BeforeValidator(_plain_time), BeforeValidator(_blank_is_absent)] = None
    clave_idempotencia: Annotated[
        Annotated[TextoLimpio, Field(max_length=200)] | None, BeforeValidator(_blank_is_absent)
    ] = None
    revisar_duplicados: bool = False
    revisar_antes: bool = False
    nombre_confirmado: bool = False
    otra_visita: bool = False
    procedimiento: Annotated[TextoLimpio | None, BeforeValidator(_blank_is_absent)] = None
    medio: Annotated[TextoLimpio | None, BeforeValidator(_blank_is_absent)] = None
    causal: Annotated[TextoLimpio | None, BeforeValidator(_blank_is_absent)] = None
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
            raise _problem("patron", f"no tiene la forma de {what} de esta empresa.")
        return value

    @field_validator("fecha")
    @classmethod
    def _fecha_not_past(cls, value: dt.date | None, info: ValidationInfo) -> dt.date | None:
        reglas = info.context if isinstance(info.context, Reglas) else Reglas()
        if value is not None and value < reglas.instante.date():
            raise _problem("pasada", "ya pasó.")
        return value

    @model_validator(mode="after")
    def _hora_not_past(self, info: ValidationInfo) -> Self:
        reglas = info.context if isinstance(info.context, Reglas) else Reglas()
        if self.fecha is not None and self.hora is not None:
            asked = dt.datetime.combine(self.fecha, self.hora, ZONA_HORARIA)
            if asked < reglas.instante:
                raise _problem("hora_pasada", "la hora pedida ya pasó.")
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
            raise BadInput([*_asking_for_blanks(problems, blank), *of_procedure]) from None
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
_ESCRIBA: Mapping[str, str] = {
    "suscriptor": "escriba el código de suscriptor.",
    "cedula": "escriba la cédula.",
    "nombre": "escriba el nombre completo.",
    "celular": "escriba el celular o fijo, o «no tiene».",
    "solicitud": "escriba lo que pide el usuario.",
    "asesor": "escriba la clave del asesor.",
}


def _asking_for_blanks(problemas: Iterable[Problema], blank: Collection[str]) -> list[Problema]:
    """The problems, where a field that was left blank has but one: that it is to be written."""
    return list(
        dict.fromkeys(
            Problema(one.campo, _ESCRIBA[one.campo]) if one.campo in blank and one.campo in _ESCRIBA else one
            for one in problemas
        )
    )


_SPANISH: Mapping[str, str] = {
    "missing": "falta este dato.",
    "extra_forbidden": "no es un campo de la solicitud.",
    "string_type": "debe ser texto entre comillas.",
    "string_too_long": "es demasiado largo (máximo {max_length} caracteres).",
    "too_long": "es demasiado largo (máximo {max_length} caracteres).",
    "string_too_short": "es demasiado corto.",
    "string_unicode": "no es texto válido.",
}


def spanish_problems(invalid: ValidationError, *, whole: str) -> list[Problema]:
    """Pydantic's findings as Spanish problems; `whole` names the field for findings about the model as a whole.

    What was typed is never quoted: it may be personal data.
    """
    return [
        Problema(campo=".".join(str(part) for part in error["loc"]) or whole, mensaje=_spanish(error))
        for error in invalid.errors(include_url=False, include_input=False)
    ]


def _spanish(error: ErrorDetails) -> str:
    if error["type"].startswith("problema_"):
        return error["msg"]
    context: dict[str, Any] = error.get("ctx", {})
    return _SPANISH.get(error["type"], "no es un valor válido.").format(**context)


class Asesor(_Frozen):
    """Who attends the user: their own Serviweb user and password, and the name that goes into Programación."""

    clave_asesor: str
    usuario: str
    clave: SecretStr
    nombre: str


class Suscriptor(_Frozen):
    """A suscriptor as Serviweb shows it after Enter (step 5); `direccion` is blank where its screen does not tell."""

    codigo: str
    nombre: Annotated[str, Field(repr=False)]
    direccion: Annotated[str, Field(repr=False)] = ""
    ruta: str
    estado: str


class Tercero(_Frozen):
    """Who asks, as Serviweb's database of terceros holds them (step 6).

    Attributes:
        cedula: as `Identificacion.kept`.
        celular: one number, or blank.
    """

    cedula: Annotated[str, Field(repr=False)]
    nombre: Annotated[str, Field(repr=False)]
    celular: Annotated[str, Field(repr=False)] = ""


class Cupo(_Frozen):
    """A slot of Programación that can be taken.

    Attributes:
        fecha, hora: local time of the utility.
        planilla: title of the spreadsheet.
        hoja: title of the worksheet.
        cuadrilla: the crew, where the sheet tells.
    """

    fecha: dt.date
    hora: dt.time
    planilla: str
    hoja: str
    cuadrilla: str = ""


class Cita(Cupo):
    """A cupo taken for a solicitud.

    Attributes:
        referencia: whose it is.
        suscriptor: the código in its row.
        planilla_id, hoja_id: where Google keeps it, whatever people rename.
        marca: id of the developer metadata on its row.
    """

    referencia: str
    suscriptor: str
    planilla_id: str
    hoja_id: int
    marca: int


class Radicado(_Frozen):
    """The number Serviweb gave to the saved trámite, exactly as it shows it."""

    numero: str


class DocumentoCopias(_Frozen):
    """The PDF with the copies (step 12).

    Attributes:
        archivo: where it is kept.
        sha256: hexadecimal digest of its bytes.
        copias: how many copies it holds.
        paginas: pages in all.
        impresora: the printer it was sent to, or nothing.
    """

    archivo: Path
    sha256: str
    copias: int
    paginas: int
    impresora: str | None = None


class EstadoImpresion(StrEnum):
    """What a line of the print ledger says: the PDF itself, or what is known of a job on its way to paper.

    ENVIANDO is noted before anything leaves. ENTREGADA is what was given to a browser, where nobody can follow it.
    """

    PDF = "PDF"
    ENVIANDO = "ENVIANDO"
    EN_COLA = "EN COLA"
    DETENIDA = "DETENIDA"
    IMPRESA = "IMPRESA"
    CANCELADA = "CANCELADA"
    PERDIDA = "PERDIDA"
    NO_SE_SABE = "NO SE SABE"
    NO_IMPRESA = "NO IMPRESA"
    ENTREGADA = "ENTREGADA"

    @property
    def saldra(self) -> bool:
        """It may still come out by itself: whoever asks again gets it twice."""
        return self in {EstadoImpresion.ENVIANDO, EstadoImpresion.EN_COLA, EstadoImpresion.DETENIDA}

    @property
    def que_hacer(self) -> str:
        """What a person does about it; blank where there is nothing to do."""
        return _QUE_HACER.get(self, "")


_QUE_HACER = {
    EstadoImpresion.DETENIDA: "Atienda la impresora: las copias salen solas después. No las pida otra vez.",
    EstadoImpresion.CANCELADA: "Mire si alcanzó a salir una parte. Si hacen falta, pídalas otra vez.",
    EstadoImpresion.PERDIDA: "Mire si salieron. Si no, pídalas otra vez.",
    EstadoImpresion.NO_SE_SABE: "Mire en la impresora si salieron antes de pedirlas otra vez.",
    EstadoImpresion.NO_IMPRESA: "No salió nada. Pídalas otra vez, o imprima el PDF.",
}


class Estado(StrEnum):
    """Where a solicitud is; the first two are on the way, the others are how it ended."""

    EN_COLA = "EN COLA"
    EN_CURSO = "EN CURSO"
    RADICADA = "RADICADA"
    RECHAZADA = "RECHAZADA"
    POR_VERIFICAR = "POR VERIFICAR"
    CANCELADA = "CANCELADA"

    @property
    def terminado(self) -> bool:
        return self not in {Estado.EN_COLA, Estado.EN_CURSO}


class FormularioVisto(_Frozen):
    """What Serviweb's form held before Guardar, for the asesor to look at. Full of personal data.

    Attributes:
        valores: what each field reads, by its name.
        captura: a picture of the screen, PNG.
        suscriptor, persona: who they are, as Serviweb has them.
        cita: the cupo that was taken for it.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    valores: Annotated[dict[str, str], Field(repr=False)]
    captura: Annotated[bytes, Field(repr=False)]
    suscriptor: Suscriptor | None = None
    persona: Annotated[str, Field(repr=False)] = ""
    cita: Cita | None = None


class Decision(StrEnum):
    """What became of a form that was shown before Guardar."""

    PEDIDA = "PEDIDA"
    CONFIRMADA = "CONFIRMADA"
    DEVUELTA = "DEVUELTA"


class PasoMedido(_Frozen):
    """A finished step: its number in the procedure, its name, and how long it took in milliseconds."""

    paso: int
    nombre: str
    ms: int


def add_up(pasos: Iterable[PasoMedido]) -> tuple[PasoMedido, ...]:
    """One line a step, in the order of the procedure; what was done several times adds up."""
    ms: dict[tuple[int, str], int] = {}
    for paso in pasos:
        key = (paso.paso, paso.nombre)
        ms[key] = ms.get(key, 0) + paso.ms
    return tuple(PasoMedido(paso=paso, nombre=nombre, ms=ms[paso, nombre]) for paso, nombre in sorted(ms))


class FallaInformada(_Frozen):
    """Why a solicitud did not end RADICADA.

    Attributes:
        tipo: family of the error (`BusinessRejection`, `TransientFailure`, …).
        clase: the particular error.
        mensaje: the Spanish sentence for a person.
        paso: number of the step in the procedure, where there is one.
    """

    tipo: str
    clase: str
    mensaje: str
    paso: int | None = None

    @classmethod
    def of(cls, error: RobotError) -> Self:
        """An error as a result tells it."""
        paso = error.paso.numero if error.paso is not None else None
        return cls(tipo=error.familia, clase=type(error).__name__, mensaje=error.texto, paso=paso)


class Resultado(_Frozen):
    """What became of a solicitud; the JSON that `radicar --json` prints.

    Serialized with the context `{"completa": True}` it keeps the whole cita, so that it can be read again.

    Attributes:
        copias: path of the PDF with the copies.
        documento: what is known of that PDF.
        peticiones: requests the job cost, by system.
        sin_copias: its procedure asks for none.
    """

    referencia: str | None
    estado: Estado
    radicado: str | None = None
    cita: Cita | None = None
    copias: Path | None = None
    documento: DocumentoCopias | None = None
    avisos: tuple[str, ...] = ()
    pasos: tuple[PasoMedido, ...] = ()
    peticiones: Mapping[str, int] = {}
    error: FallaInformada | None = None
    sin_copias: bool = False

    @property
    def copias_pendientes(self) -> bool:
        """It is RADICADA, but its document could not be had."""
        return self.estado is Estado.RADICADA and self.documento is None and not self.sin_copias

    @property
    def con_evidencia(self) -> bool:
        """What the screen showed when it failed is kept, on the machine that was at it."""
        return EVIDENCIA_GUARDADA in self.avisos

    @field_serializer("cita")
    def _cita_as_people_say_it(self, cita: Cita | None, info: FieldSerializationInfo) -> dict[str, Any] | None:
        if cita is None:
            return None
        if isinstance(info.context, dict) and info.context.get("completa"):
            return cita.model_dump(mode="json")
        return {
            "fecha": cita.fecha.isoformat(),
            "hora": f"{cita.hora:%H:%M}",
            "planilla": cita.planilla,
            "hoja": cita.hoja,
            "cuadrilla": cita.cuadrilla,
        }
