"""What was done is known only in part, or is not as it was left: a person looks."""

from robot.failures.root import CodigoSalida, RobotError


class OutcomeUnknown(RobotError):
    """Guardar was clicked and nobody can tell whether Serviweb saved: only a look-up, or a person, decides.

    Args:
        respondio: Serviweb did answer, though not with its confirmation; it is not still at work on the request.
        dijo: its words, where they are none that the robot knows.
    """

    familia = "OutcomeUnknown"
    codigo_salida = CodigoSalida.POR_VERIFICAR
    mensaje = "No se sabe si Serviweb guardó el trámite."
    remedio = (
        "Búsquelo en PQR → CONSULTA por suscriptor y referencia antes de hacer cualquier otra cosa; después, resuélvala con "
        "lo que vio."
    )

    dijo: str = ""

    def __init__(
        self, detalle: str = "", *, pantalla: str = "", quedo: str = "", respondio: bool = False, dijo: str = ""
    ) -> None:
        super().__init__(detalle, pantalla=pantalla, quedo=quedo)
        self.respondio = respondio
        self.dijo = dijo


class ObservacionLost(RobotError):
    """The trámite was saved, but CONSULTA shows it without the whole observación."""

    mensaje = "Serviweb guardó el trámite sin la observación completa."
    remedio = "Ábralo en PQR → CONSULTA y complete la observación; la visita sigue programada."


class RadicadoDistinto(RobotError):
    """The number that Serviweb told at Guardar is not the one that CONSULTA or the document has for the same trámite."""

    mensaje = "El radicado no es el mismo en todas las pantallas de Serviweb."
    remedio = "Mire en PQR → CONSULTA cuál es; si es otro, corríjalo en Programación antes de entregar las copias."


class DocumentoAjeno(RobotError):
    """The document that Serviweb printed for our radicado is not about our suscriptor: two trámites may have one number."""

    mensaje = "El documento que Serviweb imprime con ese radicado es de otro suscriptor."
    remedio = (
        "No lo entregue. Revise en PQR → CONSULTA si dos trámites tienen el mismo número; la visita sigue programada."
    )


class CitaLost(RobotError):
    """The cita is no longer in the sheet as the robot left it."""

    familia = "CitaLost"
    codigo_salida = CodigoSalida.POR_VERIFICAR
    mensaje = "La cita ya no está en Programación como el robot la dejó."
    remedio = "Revise la hoja Programación y ponga el radicado a mano si corresponde."


class ImprevistoError(RobotError):
    """A defect of the robot itself: what was done is known up to the step before."""

    familia = "Imprevisto"
    codigo_salida = CodigoSalida.POR_VERIFICAR
    mensaje = "El robot falló por un defecto propio."
    remedio = "Informe a soporte con la referencia; después, reinténtela: no repetirá lo ya hecho."
