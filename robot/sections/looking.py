"""What the robot looks at beside solicitudes, and whom it tells."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from robot.sections.section import Cron, Section


class ConciliacionSettings(Section):
    """Comparing Serviweb, Programación and the robot.

    Attributes:
        asesor: key of the Serviweb account that it reads with, best one that nobody else uses; the first configured where blank.
        horario: when it is done by itself (cron, in Colombian time); never where blank.
        dias: how many days back it looks.
        dias_antes: how many days before its cita a trámite may have been filed.
        dias_por_vencer: from how many working days before its end on a legal term is near.
        reparar: whether what it does by itself also repairs what cannot harm.
        paginas: how many pages of CONSULTA it reads at most.
        dudas: how many suscriptores it looks up one by one, where a radicado was not among what it read.
        llamadas_por_minuto: how many calls it makes to Google in a minute, so that asesores have the rest.
    """

    asesor: str = ""
    horario: Cron = ""
    dias: Annotated[int, Field(ge=1, le=400)] = 30
    dias_antes: Annotated[int, Field(ge=0, le=400)] = 45
    dias_por_vencer: Annotated[int, Field(ge=0, le=15)] = 3
    reparar: bool = True
    paginas: Annotated[int, Field(ge=1, le=100_000)] = 3000
    dudas: Annotated[int, Field(ge=0, le=1000)] = 40
    llamadas_por_minuto: Annotated[int, Field(ge=5, le=300)] = 30


class VistazoSettings(Section):
    """What Serviweb has of a código or a document, shown while it is typed into the form.

    Attributes:
        asesor: key of a Serviweb account that nobody else uses, no asesor and no conciliación; nothing is shown where blank.
        recuerda_minutos: for how long an answer is told again without asking Serviweb; it is kept in memory only.
        por_minuto: how many look-ups an account of the form may ask for in a minute.
    """

    asesor: str = ""
    recuerda_minutos: Annotated[float, Field(ge=0, le=60)] = 5
    por_minuto: Annotated[int, Field(ge=1, le=600)] = 60


class VerificacionSettings(Section):
    """The morning look at Serviweb's screens; nothing is saved.

    Attributes:
        horario: when it is done by itself (cron, in Colombian time); never where blank.
        asesor: key of the Serviweb account; the conciliación's where blank.
        suscriptor: a código that exists, to see its data, too.
        cedula: somebody whom Serviweb knows, where the form comes in parts.
    """

    horario: Cron = ""
    asesor: str = ""
    suscriptor: str = ""
    cedula: SecretStr = SecretStr("")


class AvisosSettings(Section):
    """Who is told when a conciliación or a verification has something to say, and of each solicitud POR VERIFICAR.

    Attributes:
        correo_servidor, correo_puerto: the SMTP server; nobody is written to where blank.
        correo_seguridad: `starttls`, `tls` or `ninguna`.
        correo_usuario, correo_clave: how to sign in there, if it asks.
        correo_de: the sender.
        correo_para: the receivers.
        webhook: an address that a JSON object is posted to.
        enlace: the address of the form, for a link in the message.
    """

    correo_servidor: str = ""
    correo_puerto: Annotated[int, Field(ge=1, le=65535)] = 587
    correo_seguridad: Literal["starttls", "tls", "ninguna"] = "starttls"
    correo_usuario: str = ""
    correo_clave: SecretStr = SecretStr("")
    correo_de: str = ""
    correo_para: tuple[str, ...] = ()
    webhook: SecretStr = SecretStr("")
    enlace: str = ""
