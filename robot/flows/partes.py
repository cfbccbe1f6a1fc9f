"""What a part of a run is: the name it is recorded under, what it does, and what it tells the flow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, get_type_hints, overload

from pydantic import BaseModel, ConfigDict, JsonValue

from robot.flows.constancia import Etapa
from robot.models import Cita, DocumentoCopias, PasoMedido, Radicado
from robot.perfil.ajustes import Propuesta

if TYPE_CHECKING:
    from robot.flows.etapas import Etapas

P = ParamSpec("P")
T = TypeVar("T", bound=BaseModel)
V = TypeVar("V")


class Dato(BaseModel):
    """What a part tells the flow: plain data that survives the process and the version of the robot."""

    model_config = ConfigDict(frozen=True)


class Hecho(Dato):
    """It is done; there is nothing more to say."""


class Previo(Dato):
    """The trámite that an earlier run or attempt saved, or nothing; and what to tell the asesor of it.

    Attributes:
        decidido: a person said that it is this one.
    """

    radicado: Radicado | None = None
    avisos: tuple[str, ...] = ()
    decidido: bool = False


class FormularioLleno(Dato):
    """The form holds everything up to Observación."""

    ruta: str
    avisos: tuple[str, ...] = ()


class Guardado(Dato):
    """The radicado, or nothing where it is proven that nothing was saved; and what to tell the asesor."""

    radicado: Radicado | None = None
    avisos: tuple[str, ...] = ()


class CitaVigente(Dato):
    """The cita that holds in the end, and what to tell the asesor of it.

    Attributes:
        documento: the copies anew, where those that were made told another one.
        copias_vencidas: they did, and others could not be made.
    """

    cita: Cita
    avisos: tuple[str, ...] = ()
    documento: DocumentoCopias | None = None
    copias_vencidas: bool = False


class Impreso(Dato):
    """The document and where it went; `aviso` if it did not reach paper."""

    documento: DocumentoCopias
    aviso: str = ""


class Desenlace(Dato, Generic[T]):
    """How a part ended: with its value or with an error, and what it took.

    Attributes:
        falla: the error as plain data.
        peticiones: requests by system.
        propuestas: what is proposed for the things that a screen lacked.
    """

    valor: T | None = None
    falla: dict[str, JsonValue] | None = None
    pasos: tuple[PasoMedido, ...] = ()
    peticiones: dict[str, int] = {}
    avisos: tuple[str, ...] = ()
    propuestas: tuple[Propuesta, ...] = ()


@dataclass(frozen=True)
class Llamada(Generic[T]):
    """A part to be done, and with what.

    Attributes:
        tipo: what it tells, for an outcome that was recorded as JSON.
        insistir: it is done again for a while where a system does not answer.
    """

    etapa: Etapa
    tipo: type[T]
    hacer: Callable[["Etapas"], T]
    insistir: bool


class Parte(Generic[P, T]):
    """A method of `Etapas` that is a part of the run. The class has the part; an instance has the method."""

    def __init__(self, metodo: Callable[Concatenate["Etapas", P], T], etapa: Etapa, *, insistir: bool) -> None:
        self.__wrapped__ = metodo
        self.__doc__ = metodo.__doc__
        self._etapa = etapa
        self._insistir = insistir

    @overload
    def __get__(self, etapas: None, owner: type["Etapas"]) -> Self: ...

    @overload
    def __get__(self, etapas: "Etapas", owner: type["Etapas"]) -> Callable[P, T]: ...

    def __get__(self, etapas: "Etapas | None", owner: type["Etapas"]) -> "Self | Callable[P, T]":
        return self if etapas is None else self.__wrapped__.__get__(etapas, owner)

    def with_arguments(self, *args: P.args, **kwargs: P.kwargs) -> Llamada[T]:
        return Llamada(
            self._etapa,
            get_type_hints(self.__wrapped__)["return"],
            lambda etapas: self.__wrapped__(etapas, *args, **kwargs),
            self._insistir,
        )


def parte(etapa: Etapa, *, insistir: bool = False) -> Callable[[Callable[Concatenate["Etapas", P], T]], Parte[P, T]]:
    """Declare a method of `Etapas` a part of the run.

    Args:
        etapa: the name that its outcome is recorded under; it outlives the version of the robot.
        insistir: do it again for a while where a system does not answer.
    """
    return lambda metodo: Parte(metodo, etapa, insistir=insistir)


class Corredor(Protocol):
    """Does a part of the run once, whatever happens to the process, and gives its outcome."""

    def __call__(self, llamada: Llamada[T]) -> Desenlace[T]: ...


class Stretch(Protocol):
    """Does several parts that are kept together: all of them are done again if anything interrupts one."""

    def __call__(self, primera: Etapa, hacer: Callable[[], V]) -> V: ...


def each_by_itself(primera: Etapa, hacer: Callable[[], V]) -> V:
    """Nothing is kept of them."""
    del primera
    return hacer()
