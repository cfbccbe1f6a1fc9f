"""What the procedure, Serviweb or Programación does not allow; trying again would not change it."""

from robot.failures.root import CodigoSalida, RobotError


class BusinessRejection(RobotError):
    """The request cannot be served, and trying again would not change that."""

    familia = "BusinessRejection"
    codigo_salida = CodigoSalida.RECHAZADA
    mensaje = "La solicitud no se puede radicar."
    remedio = "Corrija la solicitud y envíela de nuevo."


class PosibleDuplicado(BusinessRejection):
    """The suscriptor has a trámite for the same of late, or one on its way, and nobody has said that this is another one."""

    mensaje = "Este suscriptor ya tiene una solicitud reciente por lo mismo."
    remedio = "Si es otra visita, confírmelo y envíela de nuevo."


class RevisionDevuelta(BusinessRejection):
    """The asesor looked at the filled form and sent it back."""

    mensaje = "Usted devolvió la solicitud para corregirla; no se guardó nada."


class RevisionVencida(BusinessRejection):
    """Nobody looked at the filled form in time."""

    mensaje = "Nadie confirmó la solicitud a tiempo; no se guardó nada y el cupo quedó libre."
    remedio = "Envíela de nuevo y confírmela cuando el robot la muestre."


class SesionOcupada(BusinessRejection):
    """Serviweb has another session of the same user, which the robot did not open and does not end unasked."""

    mensaje = "Su usuario de Serviweb tiene otra sesión abierta, y el robot no la cierra sin permiso."
    remedio = "Salga de Serviweb donde la tenga abierta y reintente; quien administra el robot puede permitirle que la cierre."


class SuscriptorNotFound(BusinessRejection):
    """Serviweb knows no suscriptor with this código."""

    mensaje = "Serviweb no conoce el código de suscriptor."
    remedio = "Verifique el código en la factura del usuario y envíe la solicitud de nuevo."


class SuscriptorRetirado(BusinessRejection):
    """The suscriptor exists but is no longer served."""

    mensaje = "El suscriptor figura RETIRADO en Serviweb."
    remedio = "Confirme con el usuario el código del predio; un suscriptor retirado no admite visita domiciliaria."


class OptionMissing(BusinessRejection):
    """A catalogue on screen does not offer what the procedure asks for."""

    mensaje = "Serviweb no ofrece la opción que pide el procedimiento."
    remedio = "Informe al coordinador: el catálogo de Serviweb cambió o su usuario no tiene permiso para esa opción."


class ObservacionDoesNotFit(BusinessRejection):
    """The whole text of Observación cannot be kept by the field on screen; it is never cut."""

    mensaje = "La observación no cabe completa en Serviweb."
    remedio = "Acorte el texto de la solicitud y envíela de nuevo; el robot nunca recorta un texto oficial."


class CaracteresImposibles(ObservacionDoesNotFit):
    """The text of Observación has characters that Serviweb's page cannot write; it is never changed."""

    mensaje = "Serviweb no puede escribir algunos caracteres de la observación."
    remedio = "Quítelos del texto de la solicitud y envíela de nuevo; el robot nunca cambia un texto oficial."


class TerceroRefused(BusinessRejection):
    """Serviweb did not accept the person as a tercero."""

    mensaje = "Serviweb no aceptó los datos del tercero."
    remedio = "Verifique el documento, el nombre y el teléfono con el usuario."


class TerceroDoesNotFit(TerceroRefused):
    """The form that adds a person would keep the data otherwise than they were written; nobody was added."""

    mensaje = "Serviweb no recibe completos los datos de la persona, así que no se agregó."
    remedio = "Agréguela usted en Serviweb, o corrija el dato, y envíe la solicitud de nuevo."


class OtroNombre(BusinessRejection):
    """Serviweb knows the document under a name that has no word in common with the one given, and nobody has said that it is
    the same person or company.
    """

    mensaje = "Serviweb tiene ese documento con otro nombre; no se guardó nada."
    remedio = "Revise el documento y el nombre con el usuario. Si es la misma persona, confírmelo y envíela de nuevo."


class TramiteRefused(BusinessRejection):
    """Serviweb answered Guardar with a refusal of its own.

    Args:
        caducado: it says nothing of what the form held, so that the form itself may have stood open for too long.
    """

    mensaje = "Serviweb no aceptó el trámite."
    remedio = "Lea lo que respondió Serviweb, corrija la solicitud y envíela de nuevo."

    def __init__(self, detalle: str = "", *, pantalla: str = "", caducado: bool = False) -> None:
        super().__init__(detalle, pantalla=pantalla)
        self.caducado = caducado


class NoCupos(BusinessRejection):
    """Programación has no free cupo that fits."""

    mensaje = "No hay cupos libres en Programación."
    remedio = "Pida al coordinador que abra fechas, o elija otra fecha y hora."


class CupoTaken(BusinessRejection):
    """The cupo that was asked for is not free."""

    mensaje = "El cupo pedido ya no está libre en Programación."
    remedio = "Elija otra fecha u hora."
