"""The way of the copies to paper: a queue of CUPS, what it is given, and what it tells of it afterwards."""

import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from urllib.parse import urlsplit

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from robot.copias import motivos
from robot.copias.cups import Attributes, Cups, all_words, number, why, words
from robot.copias.ipp import Attribute, AttributeGroup, IppAnswer, IppOperation, ValueTag
from robot.copias.medios import attributes
from robot.copias.stamps import upright_size
from robot.errors import PrinterRefused, PrinterSilent
from robot.models import EstadoImpresion
from robot.settings import ImpresionSettings, Medio

_NOT_FOUND = 0x0406
_STOPPED = 5
_OF_A_JOB = ("job-id", "job-name", "job-state", "job-state-reasons", "number-of-documents", "job-printer-state-message")
_OF_THE_QUEUE = (
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "device-uri",
    "media-supported",
)
_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443, "socket": 9100, "lpd": 515}
_REACH_SECONDS = 2.0
_A_SERVICE = re.compile(r"\._(tcp|udp)\b")
"""In a name that CUPS looks up among the services that printers announce: no machine has it."""


class EstadoTrabajo(IntEnum):
    """`job-state` (RFC 8011)."""

    PENDIENTE = 3
    RETENIDO = 4
    EN_PROCESO = 5
    DETENIDO = 6
    CANCELADO = 7
    ABANDONADO = 8
    TERMINADO = 9


@dataclass(frozen=True, slots=True)
class TrabajoEnCola:
    """A job as the queue tells it.

    Attributes:
        sin_documento: CUPS has none for it: it has not come, or was dropped some time after the job ended.
        dicho: the printer's own words.
    """

    numero: int
    nombre: str
    estado: EstadoTrabajo
    motivos: tuple[str, ...]
    sin_documento: bool
    dicho: str

    @property
    def vacio(self) -> bool:
        """It waits for its document, and nothing has been printed of it."""
        return self.sin_documento and self.estado in {EstadoTrabajo.PENDIENTE, EstadoTrabajo.RETENIDO}


@dataclass(frozen=True, slots=True)
class EstadoDeCola:
    """A queue as it is now.

    Attributes:
        detenida: nothing comes out of it, whatever is sent.
        equipo: the printer's own address.
        medios: the sizes that it takes.
        aqui: CUPS is on this machine, and what it cannot reach neither can we.
    """

    detenida: bool
    acepta: bool
    motivos: tuple[str, ...]
    dicho: str
    equipo: str
    medios: tuple[str, ...]
    aqui: bool = True

    @property
    def impedimentos(self) -> tuple[str, ...]:
        """What keeps paper from coming out, as what the printer has or does."""
        found = motivos.stopping(self.motivos)
        return found or (("está detenida",) if self.detenida else ())

    @property
    def conectando(self) -> bool:
        """CUPS is trying to reach the printer, and has not."""
        return "connecting-to-device" in self.motivos

    @property
    def en_red(self) -> bool:
        """The printer can be asked at its address also while it prints; others take one connection at a time."""
        return urlsplit(self.equipo).scheme in {"ipp", "ipps", "http", "https"}

    def reaches(self) -> bool | None:
        """Whether the printer answers at its address; nothing where that cannot be seen, as on a cable or in another network."""
        try:
            where = urlsplit(self.equipo)
            host, port = where.hostname, where.port or _PORTS.get(where.scheme)
        except ValueError:
            return None
        if not host or port is None or _A_SERVICE.search(host):
            return None
        try:
            with socket.create_connection((host, port), _REACH_SECONDS):
                return True
        except UnicodeError:  # nobody's name
            return None
        except OSError:
            return False if self.aqui else None


class Cola:
    """A queue, by its name in CUPS.

    Raises (everywhere):
        PrinterRefused: it did not do what it was asked, and says why.
        PrinterSilent: nobody knows whether it did.
    """

    def __init__(self, impresora: str, impresion: ImpresionSettings) -> None:
        self.impresora = impresora
        self._impresion = impresion
        self._cups = Cups(impresion.servidor, cifrado=impresion.cifrado, certificado=impresion.certificado)

    @property
    def servidor(self) -> str:
        return self._cups.nombre

    def create(self, nombre: str, archivo: Path) -> int:
        """Open a job of this name, of which nothing is printed until its document has come; its number."""
        sheets = _sizes(archivo) if self._impresion.papel is Medio.ROLLO else ()
        how = attributes(self._impresion, self._medios(), sheets)
        named = [Attribute.of(ValueTag.NOMBRE, "job-name", nombre)]
        answer = self._done(self._cups.ask(IppOperation.CREATE_JOB, self.impresora, mas=named, trabajo=how))
        opened = next(iter(answer.of(AttributeGroup.TRABAJO)), {})
        if not (numero := number(opened, "job-id")):
            raise PrinterSilent("CUPS no dijo el número del trabajo.")
        return numero

    def send(self, numero: int, archivo: Path) -> None:
        """Give a job its document. Paper cannot be taken back: the caller has seen to it that this may be done."""
        what = [
            Attribute.of(ValueTag.TIPO, "document-format", "application/pdf"),
            Attribute.yes("last-document"),
        ]
        try:
            content = archivo.read_bytes()
        except OSError:
            raise PrinterRefused(f"No se puede leer {archivo}.") from None
        asked = self._cups.ask(IppOperation.SEND_DOCUMENT, self.impresora, numero=numero, mas=what, documento=content)
        self._done(asked)

    def withdraw(self, trabajo: int) -> bool:
        """Take away a job whose document has not come, so that it never does; False if it had come all the same.

        Only a job that is not there any more takes no document: CUPS prints one that comes to a cancelled job.
        """
        self._cups.ask(IppOperation.CANCEL_JOB, self.impresora, numero=trabajo)
        left = self.job(trabajo)
        if left is not None and not left.sin_documento:
            return False
        away = [Attribute.yes("purge-job")]
        self._cups.ask(IppOperation.CANCEL_JOB, self.impresora, numero=trabajo, mas=away)
        if self.job(trabajo) is not None:
            raise PrinterRefused("CUPS no deja quitar un trabajo sin documento.")
        return True

    def job(self, numero: int) -> TrabajoEnCola | None:
        """A job by its number; nothing if there is none."""
        asked = self._cups.ask(IppOperation.GET_JOB_ATTRIBUTES, self.impresora, numero=numero, mas=[_wanted(_OF_A_JOB)])
        if asked.estado == _NOT_FOUND:
            return None
        return next((_as_job(one) for one in self._done(asked).of(AttributeGroup.TRABAJO)), None)

    def named(self, nombre: str) -> list[TrabajoEnCola]:
        """The jobs of this name, also those that have ended, for as long as CUPS knows them."""
        every = [Attribute.of(ValueTag.PALABRA, "which-jobs", "all"), _wanted(_OF_A_JOB)]
        found = self._done(self._cups.ask(IppOperation.GET_JOBS, self.impresora, mas=every)).of(AttributeGroup.TRABAJO)
        return [_as_job(one) for one in found if words(one, "job-name") == nombre]

    def state(self) -> EstadoDeCola:
        asked = self._cups.ask(IppOperation.GET_PRINTER_ATTRIBUTES, self.impresora, mas=[_wanted(_OF_THE_QUEUE)])
        told = next(iter(self._done(asked).of(AttributeGroup.IMPRESORA)), {})
        return EstadoDeCola(
            detenida=number(told, "printer-state") == _STOPPED,
            acepta=bool(number(told, "printer-is-accepting-jobs")),
            motivos=all_words(told, "printer-state-reasons"),
            dicho=words(told, "printer-state-message"),
            equipo=words(told, "device-uri"),
            medios=all_words(told, "media-supported"),
            aqui=self._cups.local,
        )

    def require_paper(self) -> None:
        """It takes the paper that the settings ask for.

        Raises:
            PrinterRefused.
        """
        attributes(self._impresion, self._medios())

    def _medios(self) -> tuple[str, ...]:
        return self.state().medios if self._impresion.papel is not Medio.COLA else ()

    def _done(self, answer: IppAnswer) -> IppAnswer:
        if not answer.bien:
            raise PrinterRefused(f"Impresora «{self.impresora}»: {why(answer)}")
        return answer


def told_of(trabajo: TrabajoEnCola, cola: EstadoDeCola, responde: bool | None) -> tuple[EstadoImpresion, str]:  # noqa: FBT001  # not known is a third
    """What the ledger says of a job that CUPS knows, and why, in the printer's reasons.

    Args:
        responde: whether the printer answers at its address; nothing if nobody looked.
    """
    own = motivos.of_job(trabajo.motivos)
    match trabajo.estado:
        case EstadoTrabajo.TERMINADO:
            return EstadoImpresion.IMPRESA, _sentence(own)
        case EstadoTrabajo.CANCELADO | EstadoTrabajo.ABANDONADO:
            return EstadoImpresion.CANCELADA, _sentence(own, trabajo.dicho)
        case EstadoTrabajo.RETENIDO | EstadoTrabajo.DETENIDO:
            return EstadoImpresion.DETENIDA, _sentence(own or ("está retenido",), cola.dicho)
    if impediments := cola.impedimentos:
        return EstadoImpresion.DETENIDA, f"La impresora {_listed(impediments)}."
    if responde is False:
        return EstadoImpresion.DETENIDA, "La impresora no responde: puede estar apagada o sin red."
    if known := motivos.telling(cola.motivos):
        return EstadoImpresion.EN_COLA, f"La impresora {_listed(known)}."
    return EstadoImpresion.EN_COLA, "Se está imprimiendo." if trabajo.estado is EstadoTrabajo.EN_PROCESO else ""


def _sentence(reasons: Sequence[str], dicho: str = "") -> str:
    told = f"El trabajo {_listed(reasons)}." if reasons else ""
    said = f"La impresora dice: «{dicho.rstrip('.')}»." if dicho else ""
    return f"{told} {said}".strip()


def _listed(parts: Iterable[str]) -> str:
    return " y ".join(parts)


def _wanted(names: Sequence[str]) -> Attribute:
    return Attribute.of(ValueTag.PALABRA, "requested-attributes", *names)


def _as_job(told: Attributes) -> TrabajoEnCola:
    try:
        estado = EstadoTrabajo(number(told, "job-state"))
    except ValueError:
        raise PrinterSilent("CUPS no deja ver el estado del trabajo.") from None
    return TrabajoEnCola(
        numero=number(told, "job-id"),
        nombre=words(told, "job-name"),
        estado=estado,
        motivos=all_words(told, "job-state-reasons"),
        sin_documento=not number(told, "number-of-documents"),
        dicho=words(told, "job-printer-state-message"),
    )


def _sizes(archivo: Path) -> Sequence[tuple[float, float]]:
    """How wide and how high people see each sheet, in points."""
    try:
        return [upright_size(page) for page in PdfReader(archivo).pages]
    except (OSError, PyPdfError):
        raise PrinterRefused(f"No se puede leer {archivo}.") from None
