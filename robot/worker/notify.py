"""Telling people by e-mail and webhook what a conciliación or a verification has to say."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

import requests
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from robot.conciliacion.report import Informe
from robot.conciliacion.runs import Conciliacion, VerificacionHecha
from robot.errors import ConfigurationError, TransientFailure, sentence_of
from robot.record.dossier import Expediente
from robot.settings import PREFIX, AvisosSettings

_SECONDS = 20.0
_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Aviso:
    """What is told.

    Attributes:
        identidad: of what it is about; a second message about the same has the same Message-ID.
        datos: the same for machines.
    """

    identidad: str
    asunto: str
    texto: str
    datos: Mapping[str, object] = field(default_factory=dict)


class AvisoNotSent(TransientFailure):
    """The mail server or the webhook does not take it."""

    mensaje = "No se pudo enviar el aviso."
    remedio = "Revise la sección [avisos] de la configuración; el resultado está en el formulario."


def about_conciliacion(done: Conciliacion, informe: Informe | None, enlace: str) -> Aviso:
    """Counts and kinds only: who and what stands in the report, behind the sign-in."""
    period = f"del {done.desde:%d/%m/%Y} al {done.hasta:%d/%m/%Y}"
    kinds = {tipo: len(found) for tipo, found in informe.por_tipo.items()} if informe else {}
    repaired = done.cuentas.get("reparados", 0)
    if done.falla:
        asunto = "Conciliación: no se pudo hacer"
        lines = [f"La conciliación {period} no se pudo hacer: {done.falla}"]
    else:
        asunto = f"Conciliación: {_count(done.pendientes, 'diferencia', 'diferencias')} por revisar"
        lines = [f"Conciliación {period}.", ""]
        lines += [f"  {count:>4}  {tipo}" for tipo, count in kinds.items()]
        if repaired:
            lines += ["", f"El robot reparó {repaired}."]
    if enlace:
        lines += ["", f"El informe: {enlace.rstrip('/')}/conciliacion/{done.identidad}"]
    datos = {"identidad": done.identidad, "pendientes": done.pendientes, "reparados": repaired, "hallazgos": kinds}
    return Aviso(done.identidad, asunto, "\n".join(lines), {"tipo": "conciliacion", "falla": done.falla, **datos})


def about_verificacion(done: VerificacionHecha, enlace: str) -> Aviso:
    lines = [f"La verificación de pantallas dice que el robot no puede trabajar. {done.impedimentos}"]
    if enlace:
        lines += ["", f"El informe: {enlace.rstrip('/')}/verificacion/{done.identidad}"]
    datos = {"tipo": "verificacion", "identidad": done.identidad, "impedimentos": done.impedimentos}
    return Aviso(done.identidad, "Serviweb cambió: el robot no puede trabajar", "\n".join(lines), datos)


def about_por_verificar(expediente: Expediente, enlace: str) -> Aviso:
    """Which one, and what kind of doubt: whose it is stands in the form, behind the sign-in."""
    error = expediente.resultado.error if expediente.resultado else None
    what = sentence_of(error.clase) if error else "El robot no pudo terminarla."
    lines = [
        f"La solicitud {expediente.referencia}, del asesor {expediente.asesor}, espera la decisión de un coordinador.",
        what,
    ]
    if enlace:
        lines += ["", f"Véala en {enlace.rstrip('/')}/solicitudes/{expediente.referencia}"]
    identidad = f"{expediente.referencia}.{expediente.corrida}"
    datos = {
        "tipo": "por_verificar",
        "identidad": identidad,
        "referencia": str(expediente.referencia),
        "asesor": expediente.asesor,
        "clase": error.clase if error else "",
    }
    return Aviso(identidad, f"Por verificar: {expediente.referencia}", "\n".join(lines), datos)


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def send(settings: AvisosSettings, aviso: Aviso) -> None:
    """By every way that is configured; nothing happens where none is.

    Raises:
        AvisoNotSent: after four attempts.
        ConfigurationError: the server refuses the sign-in or a receiver.
    """
    again = Retrying(
        retry=retry_if_exception_type(AvisoNotSent),
        stop=stop_after_attempt(_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=10),
        reraise=True,
    )
    if settings.correo_servidor and settings.correo_para:
        again(_mail, settings, aviso)
    if settings.webhook.get_secret_value():
        again(_post, settings, aviso)


def _mail(settings: AvisosSettings, aviso: Aviso) -> None:
    message = EmailMessage()
    message["Subject"] = aviso.asunto
    message["From"] = settings.correo_de or settings.correo_usuario or "serviweb-robot@localhost"
    message["To"] = ", ".join(settings.correo_para)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = f"<{aviso.identidad}@serviweb-robot>"
    message.set_content(aviso.texto)
    try:
        with _connected(settings) as server:
            if settings.correo_usuario:
                server.login(settings.correo_usuario, settings.correo_clave.get_secret_value())
            server.send_message(message)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
        raise ConfigurationError(
            "El servidor de correo no aceptó el usuario, el remitente o los destinatarios.",
            campo=PREFIX + "AVISOS__CORREO_USUARIO",
        ) from None
    except (smtplib.SMTPException, OSError) as failed:
        raise AvisoNotSent(f"El servidor de correo no respondió ({type(failed).__name__}).") from None


def _connected(settings: AvisosSettings) -> smtplib.SMTP:
    where = (settings.correo_servidor, settings.correo_puerto)
    if settings.correo_seguridad == "tls":
        return smtplib.SMTP_SSL(*where, timeout=_SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(*where, timeout=_SECONDS)
    if settings.correo_seguridad == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _post(settings: AvisosSettings, aviso: Aviso) -> None:
    try:
        answer = requests.post(
            settings.webhook.get_secret_value(),
            json={"asunto": aviso.asunto, "texto": aviso.texto, **aviso.datos},
            timeout=_SECONDS,
        )
    except requests.RequestException as failed:
        raise AvisoNotSent(f"El webhook no respondió ({type(failed).__name__}).") from None
    if answer.status_code >= 400:
        raise AvisoNotSent(f"El webhook respondió {answer.status_code}.")
