"""What outside did not answer as it should, and may later."""

from robot.failures.root import CodigoSalida, RobotError


class TransientFailure(RobotError):
    """Something outside did not answer as it should; trying again later may work."""

    familia = "TransientFailure"
    codigo_salida = CodigoSalida.FALLA_TRANSITORIA
    mensaje = "Un sistema no respondió como debía."
    remedio = "Espere unos minutos y envíe la solicitud de nuevo."


class ServiwebUnavailable(TransientFailure):
    """Serviweb did not answer, or answered with an error of its server."""

    mensaje = "Serviweb no responde."
    remedio = "Verifique que Serviweb abra en el navegador y envíe la solicitud de nuevo."


class EnvioVencido(ServiwebUnavailable):
    """The robot stood still between noting that it would send the form and sending it, so it did not send it."""

    mensaje = "El robot estuvo detenido justo antes de guardar, así que no envió nada."
    remedio = "Envíe la solicitud de nuevo."


class NadaEnviado(ServiwebUnavailable):
    """There was no connection to Serviweb when the form was to leave, so that nothing of it was sent."""

    mensaje = "No hubo conexión con Serviweb al guardar, así que no se envió nada."


class MailboxUnavailable(TransientFailure):
    """The mail server does not answer."""

    mensaje = "El servidor del buzón de solicitudes no responde."
    remedio = "El robot vuelve a intentarlo en la próxima mirada."


class SessionExpired(TransientFailure):
    """Serviweb ended the session; the next attempt signs in again."""

    mensaje = "Serviweb cerró la sesión."
    remedio = "Verifique que nadie más use el mismo usuario de Serviweb y envíe la solicitud de nuevo."


class GoogleUnavailable(TransientFailure):
    """Google did not answer, or asked to wait longer than the robot waits."""

    mensaje = "Google no responde."
    remedio = "Verifique la conexión a Internet y envíe la solicitud de nuevo."


class DocumentIncomplete(TransientFailure):
    """The document to print arrived empty, truncated or without its radicado."""

    mensaje = "El documento por imprimir llegó incompleto."
    remedio = "Imprima la solicitud de trámite desde Serviweb."


class DiskUnwritable(TransientFailure):
    """The copies could not be written into the data folder."""

    mensaje = "No se pudo escribir en el disco del robot."
    remedio = "Libere espacio en la carpeta de datos."
