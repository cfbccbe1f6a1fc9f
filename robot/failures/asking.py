"""What people ask that cannot be done as they ask it, and what they have called off."""

from collections.abc import Iterable
from dataclasses import dataclass

from robot.failures.root import CodigoSalida, RobotError


@dataclass(frozen=True, slots=True)
class Problema:
    """One thing wrong with one field of the input."""

    campo: str
    mensaje: str


class BadInput(RobotError):
    """The request was refused at the door; nothing was touched."""

    familia = "BadInput"
    codigo_salida = CodigoSalida.ENTRADA_O_CONFIGURACION
    mensaje = "La solicitud tiene datos por corregir."
    remedio = "No se tocó nada: corrija y envíe de nuevo."
    problemas: tuple[Problema, ...] = ()

    def __init__(self, problemas: Iterable[Problema]) -> None:
        self.problemas = tuple(problemas)
        super().__init__(" ".join(f"«{problema.campo}»: {problema.mensaje}" for problema in self.problemas))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.problemas,), self.__dict__)


class Cancelada(RobotError):
    """A person cancelled the solicitud before Guardar."""

    familia = "Cancelada"
    codigo_salida = CodigoSalida.RECHAZADA
    mensaje = "La solicitud fue cancelada antes de guardar."
    remedio = "Si el usuario todavía la necesita, envíela de nuevo o reinténtela."


class ActoImposible(RobotError):
    """What a person asks of a solicitud does not fit the estado it is in; nothing was changed."""

    familia = "ActoImposible"
    codigo_salida = CodigoSalida.ENTRADA_O_CONFIGURACION
    mensaje = "Eso no se puede hacer con esta solicitud."


class EnvioEnDuda(ActoImposible):
    """It cannot be cancelled: nobody knows whether what was sent was saved."""

    mensaje = "No se sabe si Serviweb la guardó, así que no se puede cancelar sin más."
    remedio = "Búsquela allí; si no está, resuélvala como no guardada y cancélela así."


class CopiasEnCamino(ActoImposible):
    """The copies may still come out of the printer by themselves; they are not sent there twice."""

    mensaje = "Esas copias ya van hacia la impresora, y no se enviaron otra vez."
    remedio = "Mire cómo van en el seguimiento de la solicitud."
