"""What the robot has and leaves on its machines: browser, paper, log, evidence, database and workers."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from robot.sections.section import Ruta, Section


class NavegadorSettings(Section):
    """Which browser, and whether a person sees it.

    Attributes:
        sin_caja_de_arena: why it may do without its sandbox where the system would let it have one; it has one if blank.
    """

    ejecutable: Ruta | None = None
    visible: bool = False
    sin_caja_de_arena: str = ""


class Medio(StrEnum):
    """The paper that the copies go on; `COLA` is whatever the queue has as its own."""

    COLA = ""
    CARTA = "carta"
    OFICIO = "oficio"
    LEGAL = "legal"
    A4 = "A4"
    MEDIA_CARTA = "media carta"
    ROLLO = "rollo 80 mm"


class ImpresionSettings(Section):
    """Paper: the name of a CUPS queue, or nothing to keep PDFs only; how its sheets are.

    Attributes:
        servidor: where CUPS is, as its own commands take it (CUPS_SERVER): a host, with its port, or the path of a socket.
        cifrado: by TLS from the first word on; only where the server asks for it if not.
        certificado: a file (PEM) with who vouches for the server's certificate, where the machine does not know them.
        ajustar: a sheet that is larger than the paper is made smaller.
        una_cara: each sheet on paper of its own, since customer and archive each keep one.
    """

    impresora: str = ""
    servidor: str = ""
    cifrado: bool = False
    certificado: Ruta | None = None
    papel: Medio = Medio.COLA
    ajustar: bool = True
    una_cara: bool = True


class Formato(StrEnum):
    """How a line of the log is written."""

    CONSOLA = "consola"
    JSON = "json"


class BitacoraSettings(Section):
    """The log of `trabajador` and `servir`. It holds no personal data.

    Attributes:
        formato: for people, or one JSON object a line.
        nivel: from which weight on lines are written; `info` has a line for each part of each solicitud.
        archivo: where it goes; to stderr where absent.
    """

    formato: Formato = Formato.CONSOLA
    nivel: Literal["debug", "info", "warning", "error"] = "warning"
    archivo: Ruta | None = None


class Cuales(StrEnum):
    """Of which solicitudes evidence is kept."""

    FALLAS = "fallas"
    TODAS = "todas"


class Traza(StrEnum):
    """What a Playwright trace records: every action, or with it what the pages held before and after."""

    NO = "no"
    ACCIONES = "acciones"
    PANTALLAS = "pantallas"


class EvidenciaSettings(Section):
    """What is kept of how a solicitud went, without personal data (docs/qa.md)."""

    cuales: Cuales = Cuales.FALLAS
    traza: Traza = Traza.ACCIONES


class RetencionSettings(Section):
    """For how many days after its end a solicitud keeps its personal data, its copies and its screenshots."""

    dias: Annotated[int, Field(ge=1, le=3650)] = 30


class MotorSettings(Section):
    """What carries solicitudes through crashes: the robot's own database and its workers.

    Attributes:
        base_de_datos: URL of a Postgres database that several machines share; a file in the data folder where absent.
        llave: key (Fernet, 44 characters) that the personal data in the database are encrypted with; one is made in the data
            folder where absent. Machines that share a database share the key.
        ejecutor: name of this worker, the same after every restart; the machine's name where absent.
        concurrencia: solicitudes that one worker files at once, each of another Serviweb user in a browser of its own.
        concurrencia_total: the same for all workers together; no limit where 0.
        insistencia_segundos: for how long to go on, after Guardar, while Serviweb or Google do not answer.
        plazo_etapa_segundos: for how long one step may take before its browser is taken for hung and ended.
        relevo_segundos: on Postgres, after how long a worker that gives no sign of life is relieved of its work.
        otlp: address that OpenTelemetry traces of every run and part are sent to (OTLP over HTTP); none where blank. Needs
            the extra `otel`.
    """

    base_de_datos: SecretStr = SecretStr("")
    llave: SecretStr = SecretStr("")
    ejecutor: Annotated[str, Field(pattern=r"^[\w.-]*$", max_length=100)] = ""
    concurrencia: Annotated[int, Field(ge=1, le=16)] = 2
    concurrencia_total: Annotated[int, Field(ge=0, le=256)] = 0
    insistencia_segundos: Annotated[float, Field(ge=0, le=3600)] = 120
    plazo_etapa_segundos: Annotated[float, Field(gt=0, le=7200)] = 600
    relevo_segundos: Annotated[int, Field(ge=2, le=3600)] = 15
    otlp: str = ""
