"""Making drafts of the messages in the mailbox: each once, whatever breaks. None is ever filed by itself.

It is kept first and marked in the mailbox after that: a crash in between leaves a message without its mark, which the next look
knows by its number, or by what it says where the mailbox was made anew.
"""

import logging

from robot.errors import RobotError
from robot.recepcion.mailbox import open_mailbox
from robot.recepcion.message import read_message
from robot.recepcion.report import InformeDeCorreo
from robot.record.messages import Correos
from robot.settings import CorreoSettings, Settings

_log = logging.getLogger(__name__)


def check(settings: CorreoSettings) -> str:
    """Sign in and change nothing; what is there, in Spanish.

    Raises:
        MailboxUnusable, MailboxUnavailable.
    """
    with open_mailbox(settings) as mailbox:
        return " ".join([f"{settings.usuario} en {settings.servidor}.", *mailbox.avisos])


def fetch(correos: Correos, settings: CorreoSettings, rules: Settings) -> InformeDeCorreo:
    """Look once. What keeps it from that is told."""
    buzon = f"{settings.usuario}@{settings.servidor}/{settings.carpeta}"
    kept, avisos = 0, tuple[str, ...]()
    try:
        with open_mailbox(settings) as mailbox:
            avisos = tuple(mailbox.avisos)
            validez = mailbox.validez
            for sobre in mailbox.new(lambda uid: correos.is_known(buzon=buzon, validez=validez, uid=uid)):
                mensaje = read_message(sobre.contenido, suscriptor=rules.reglas.suscriptor, cortado=sobre.cortado)
                kept += correos.keep(mensaje, buzon=buzon, validez=validez, uid=sobre.uid)
                mailbox.mark([sobre.uid])
    except RobotError as hindered:
        _log.warning("buzón sin mirar", extra={"clase": type(hindered).__name__})
        return InformeDeCorreo(nuevos=kept, avisos=avisos, falla=hindered.texto, codigo_salida=hindered.codigo_salida)
    return InformeDeCorreo(nuevos=kept, avisos=avisos)
