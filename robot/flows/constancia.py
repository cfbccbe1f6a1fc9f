"""What must be known of a solicitud whatever happens to the process that files it.

The flow tells a `Constancia` before and after everything that must not be done twice; what keeps it (a database, or memory
for a run that nobody continues) is no concern of the flow.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from robot.errors import Cancelada
from robot.flows.papel import Turno, TurnoEnMemoria
from robot.models import (
    ZONA_HORARIA,
    Decision,
    DocumentoCopias,
    EstadoImpresion,
    FormularioVisto,
    Radicado,
    Resultado,
)
from robot.procedure import Paso


class Etapa(StrEnum):
    """The parts of a run that are each done once; a part that was interrupted is done again."""

    PREPARACION = "preparación"
    SESION = "sesión"
    FORMULARIO = "formulario"
    CITA = "cita"
    REVISION = "revisión"
    GUARDAR = "guardar"
    RADICADO = "radicado"
    COPIAS = "copias"
    VERIFICACION = "verificación"
    PAPEL = "papel"
    LIBERACION = "liberación"

    @property
    def cancelable(self) -> bool:
        """Whether a person may still cancel when it begins: nothing has been sent to be saved."""
        return self in {Etapa.PREPARACION, Etapa.SESION, Etapa.FORMULARIO, Etapa.CITA, Etapa.REVISION}

    @property
    def en_pasos(self) -> str:
        """The part with the steps of the procedure that it covers, as people read it."""
        pasos = _STEPS.get(self, "")
        return f"{self.value}, {pasos}" if pasos else self.value


_STEPS = {
    Etapa.SESION: "paso 2",
    Etapa.FORMULARIO: "pasos 3 a 9",
    Etapa.CITA: "paso 10",
    Etapa.GUARDAR: "paso 11",
    Etapa.RADICADO: "paso 10",
    Etapa.COPIAS: "paso 12",
    Etapa.PAPEL: "paso 12",
}


class EstadoEnvio(StrEnum):
    """What is known of a submission of the form whose outcome is not known."""

    SIN_RESPUESTA = "SIN RESPUESTA"
    RESPONDIDO = "RESPONDIDO"


class Dicho(StrEnum):
    """What a person said, having looked, of a trámite in doubt. It is final until the form is sent again."""

    RADICADO = "RADICADO"
    SIN_REFERENCIA = "RADICADO SIN REFERENCIA"
    NO_GUARDADO = "NO GUARDADO"

    @property
    def radicado(self) -> bool:
        """It is saved, under a number that the person told."""
        return self is not Dicho.NO_GUARDADO


@dataclass(frozen=True, slots=True)
class Resolucion:
    """What a person decides about a trámite in doubt.

    Attributes:
        radicado: the number that it has; None where none was saved.
        sin_referencia: it is that one although CONSULTA does not show our referencia with it.
        cancelar: none was saved, and none is to be.
    """

    radicado: str | None
    sin_referencia: bool = False
    cancelar: bool = False

    @property
    def dicho(self) -> Dicho:
        if self.radicado is None:
            return Dicho.NO_GUARDADO
        return Dicho.SIN_REFERENCIA if self.sin_referencia else Dicho.RADICADO


_RESERVED = re.compile("⟦([^⟧]+)⟧")


def reserved(sello: str) -> str:
    """What stands for words that only the asesor may read, in a text that passes through the engine."""
    return f"⟦{sello}⟧"


def with_reserved_words(resultado: Resultado, words_of: Callable[[str], str]) -> Resultado:
    """A result with what its texts say in reserve, for the asesor whose solicitud it is."""

    def told(text: str) -> str:
        return _RESERVED.sub(lambda found: words_of(found[1]), text)

    error = resultado.error
    return resultado.model_copy(
        update={
            "avisos": tuple(dict.fromkeys(map(told, resultado.avisos))),
            "error": error.model_copy(update={"mensaje": told(error.mensaje)}) if error is not None else None,
        }
    )


class Constancia(Protocol):
    """Each method has been kept for good when it returns."""

    def empezar(self, etapa: Etapa) -> bool:
        """Note that a part begins; whether it is the first time that it does, in this run or any earlier one.

        Raises:
            Cancelada: a person cancelled and the part can still be left out.
            EjecucionAbandonada: this execution must end here.
        """

    def comenzada(self, etapa: Etapa) -> bool:
        """Whether a part ever began, in this run or any earlier one."""

    def en_cola_antes(self, desde: dt.datetime) -> Mapping[str, str]:
        """The causal of each other solicitud of the suscriptor, accepted since, that was queued before this run and has not
        ended, or is POR VERIFICAR; by its referencia.
        """

    def pasos(self, notas: Sequence[tuple[Paso, int | None]]) -> None:
        """Steps of the procedure that began (no milliseconds yet) or ended, in order."""

    @property
    def envio(self) -> EstadoEnvio | None:
        """What was sent to be saved, in this run or any earlier one, if its outcome is still open."""

    @property
    def enviado_en(self) -> dt.datetime | None:
        """When the open submission was sent."""

    @property
    def envios(self) -> int:
        """How often the form was sent to be saved, in all runs."""

    @property
    def radicado(self) -> Radicado | None:
        """The radicado, once it is certain."""

    @property
    def radicado_dicho(self) -> Radicado | None:
        """The radicado that a person found in Serviweb; the robot has yet to see that nothing speaks against it."""

    @property
    def dicho(self) -> Dicho | None:
        """What a person said last of the trámite, if the form has not been sent since."""

    @property
    def corregido(self) -> Radicado | None:
        """The radicado that a person told first and takes back now: the robot may have written it into the sheet."""

    def enviar(self) -> None:
        """The form is about to be sent; from here on its outcome is open, and nobody can cancel.

        Raises:
            Cancelada: a person was faster.
            EjecucionAbandonada: this execution must not send anything any more.
        """

    def otra_confirmada(self) -> None:
        """Serviweb asked whether to file another trámite, and was told yes, as somebody had confirmed."""

    def respondido(self) -> None:
        """Serviweb answered the submission, though not with its confirmation; it is not at work on it any more."""

    def nada_guardado(self) -> None:
        """It is proven that the open submission saved nothing."""

    def guardado(self, radicado: Radicado) -> None:
        """The trámite is saved under this number."""

    def show_before_saving(self, visto: FormularioVisto, plazo: dt.timedelta) -> dt.datetime:
        """Show the filled form to the asesor; until when an answer is awaited, from the first time that it was shown."""

    @property
    def decision(self) -> Decision:
        """What the asesor has said of the form shown.

        Raises:
            Cancelada: a person cancelled.
            EjecucionAbandonada: this execution must end here.
        """

    def reserve(self, words: str) -> str:
        """What stands for words that only the asesor may read, until the result is closed."""

    def copias_hechas(self, documento: DocumentoCopias) -> None:
        """The copies were made as a PDF."""

    def por_imprimir(self, documento: DocumentoCopias, impresora: str, servidor: str) -> Turno | EstadoImpresion:
        """The copies are about to go to paper: the turn to hand them over, also where somebody had it who did not end.

        How their print stands if they went there already.
        """


class ConstanciaEnMemoria:
    """For a run that ends with its process, such as a test of QA's or a look at the bare flow."""

    def __init__(self) -> None:
        self.envio: EstadoEnvio | None = None
        self.enviado_en: dt.datetime | None = None
        self.envios = 0
        self.radicado: Radicado | None = None
        self.radicado_dicho: Radicado | None = None
        self.dicho: Dicho | None = None
        self.corregido: Radicado | None = None
        self.cancelada = False
        self._begun: set[Etapa] = set()
        self._printed: dict[tuple[str, str], TurnoEnMemoria] = {}
        self._reserved: list[str] = []

    def empezar(self, etapa: Etapa) -> bool:
        if self.cancelada and etapa.cancelable:
            raise Cancelada
        first = etapa not in self._begun
        self._begun.add(etapa)
        return first

    def comenzada(self, etapa: Etapa) -> bool:
        return etapa in self._begun

    def en_cola_antes(self, desde: dt.datetime) -> Mapping[str, str]:
        """There is no queue."""
        del desde
        return {}

    def pasos(self, notas: Sequence[tuple[Paso, int | None]]) -> None:
        """Nobody follows."""

    def enviar(self) -> None:
        if self.cancelada:
            raise Cancelada
        self.envio, self.enviado_en = EstadoEnvio.SIN_RESPUESTA, dt.datetime.now(ZONA_HORARIA)
        self.dicho = None
        self.envios += 1

    def otra_confirmada(self) -> None:
        """Nobody reads a history."""

    def respondido(self) -> None:
        self.envio = EstadoEnvio.RESPONDIDO

    def nada_guardado(self) -> None:
        self.envio = self.enviado_en = None

    def guardado(self, radicado: Radicado) -> None:
        self.envio = self.enviado_en = self.radicado_dicho = None
        self.radicado = radicado

    def show_before_saving(self, visto: FormularioVisto, plazo: dt.timedelta) -> dt.datetime:
        """Nobody is there to look."""
        del visto
        return dt.datetime.now(ZONA_HORARIA) + plazo

    @property
    def decision(self) -> Decision:
        return Decision.CONFIRMADA

    def reserve(self, words: str) -> str:
        self._reserved.append(words)
        return reserved(str(len(self._reserved) - 1))

    def close(self, resultado: Resultado) -> Resultado:
        """The result as the asesor reads it."""
        return with_reserved_words(resultado, lambda number: self._reserved[int(number)])

    def copias_hechas(self, documento: DocumentoCopias) -> None:
        """The PDF itself is what remains."""

    def por_imprimir(self, documento: DocumentoCopias, impresora: str, servidor: str) -> Turno | EstadoImpresion:
        del servidor
        turno = self._printed.setdefault((documento.sha256, impresora), TurnoEnMemoria(f"{documento.archivo.stem}-1"))
        return turno if turno.estado in {None, EstadoImpresion.NO_IMPRESA} else EstadoImpresion.EN_COLA
