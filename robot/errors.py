"""The vocabulary of errors: which class is raised decides what happens next.

Every class carries one Spanish sentence of what happened (`mensaje`) and one of what to do (`remedio`); the instance
adds the detail. `RobotError.texto` puts them together, the only place where that is done. No error carries a cédula, a
name, a celular or a password, nor a command: what is to be done is told in words, and the command line adds what to type
(`robot.commands.console`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, Self

from robot.procedure import Paso


class CodigoSalida(IntEnum):
    """Exit codes of the command line."""

    HECHO = 0
    ENTRADA_O_CONFIGURACION = 2
    RECHAZADA = 3
    POR_VERIFICAR = 4
    FALLA_TRANSITORIA = 5


class RobotError(Exception):
    """Root of all that the robot raises on purpose.

    Args:
        detalle: what is particular to this case, a whole Spanish sentence or nothing.
        paso: the step of the procedure in which it happened; the flow fills it in where it is missing.
        pantalla: the screen of Serviweb.
        campo: the field or setting.
        quedo: what was left behind, a whole Spanish sentence; nothing means that nothing was.
    """

    familia: ClassVar[str] = "RobotError"
    codigo_salida: ClassVar[CodigoSalida] = CodigoSalida.POR_VERIFICAR
    mensaje: ClassVar[str] = "El robot no pudo terminar."
    remedio: ClassVar[str] = ""

    def __init__(
        self,
        detalle: str = "",
        *,
        paso: Paso | None = None,
        pantalla: str = "",
        campo: str = "",
        quedo: str = "",
    ) -> None:
        super().__init__(detalle)
        self.detalle = detalle
        self.paso = paso
        self.pantalla = pantalla
        self.campo = campo
        self.quedo = quedo

    @property
    def texto(self) -> str:
        """The whole message for an asesor: what happened, where, what was left behind, what to do."""
        lugar = ", ".join(
            part
            for part in (
                f"pantalla «{self.pantalla}»" if self.pantalla else "",
                f"campo «{self.campo}»" if self.campo else "",
            )
            if part
        )
        parts = (
            self.mensaje,
            self.detalle,
            f"({lugar[0].upper()}{lugar[1:]}.)" if lugar else "",
            self.quedo,
            self.remedio,
        )
        return " ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.texto

    def redacted(self, secretos: Iterable[str]) -> Self:
        """This error with each of the given words struck out of what it quotes (Ley 1581 de 2012)."""
        words = tuple(secretos)
        self.detalle = struck_out(self.detalle, words)
        self.quedo = struck_out(self.quedo, words)
        self.args = (self.detalle,)
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), self.args, self.__dict__)

    def as_data(self) -> dict[str, Any]:
        """This error as plain JSON data; `from_data` makes it again, in another process or another version."""
        fields = {name: value for name, value in vars(self).items() if name not in {"paso", "problemas"}}
        return {**fields, "clase": type(self).__name__, "paso": self.paso.name if self.paso is not None else None}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "RobotError":
        """The error that `as_data` described; a class that this version does not know comes back as `RobotError`."""
        kind = _every_kind(RobotError).get(data["clase"], RobotError)
        error = kind.__new__(kind, data["detalle"])
        vars(error).update({name: value for name, value in data.items() if name != "clase"})
        error.paso = Paso[data["paso"]] if data["paso"] in Paso.__members__ else None
        return error


def struck_out(text: str, secretos: Iterable[str]) -> str:
    """A text without the given words, whatever their case, and however their digits are grouped.

    The longest goes first: a document may be the beginning of a telephone, of which the rest would be left.
    """
    for secreto in sorted(secretos, key=len, reverse=True):
        if secreto:
            text = somehow_written(secreto).sub("•••", text)
    return text


def somehow_written(secreto: str) -> re.Pattern[str]:
    """Finds a word, a name or a number in a text; between the characters of a number people write all kinds of marks."""
    if any(map(str.isdigit, secreto)):
        return re.compile(r"[\s.,'’()/–-]{0,2}".join(map(re.escape, secreto)), re.IGNORECASE)
    return re.compile(r"\s+".join(map(re.escape, secreto.split())), re.IGNORECASE)


def sentence_of(clase: str) -> str:
    """What an error of this class says in general; nothing of the particular case."""
    return _every_kind(RobotError).get(clase, RobotError).mensaje


def without_remedy(clase: str, mensaje: str) -> str:
    """What an error of this class told, but for what is to be done about it: that is somebody else's."""
    return mensaje.removesuffix(_every_kind(RobotError).get(clase, RobotError).remedio).rstrip()


def _every_kind(root: type[RobotError]) -> dict[str, type[RobotError]]:
    kinds = {root.__name__: root}
    for kind in root.__subclasses__():
        kinds |= _every_kind(kind)
    return kinds


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


@dataclass(frozen=True, slots=True)
class Problema:
    """One thing wrong with one field of the input."""

    campo: str
    mensaje: str


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


class EjecucionAbandonada(BaseException):
    """This execution must end here and leave no trace: the work belongs to another one, or goes on at the next start.

    No `Exception`, so that nothing between a step and the engine takes it for an outcome.
    """


class TurnoPerdido(EjecucionAbandonada):
    """Somebody else has taken the turn to hand a print over; nothing was sent."""


class ProcesoPerdido(EjecucionAbandonada):
    """This process cannot go on, since its database or its browser does not answer: it must be started anew."""


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


class ConfigurationError(RobotError):
    """A setting is missing or wrong; the detail names it and how to mend it."""

    familia = "ConfigurationError"
    codigo_salida = CodigoSalida.ENTRADA_O_CONFIGURACION
    mensaje = "Falta configurar algo."


class ProcedimientoCambiado(ConfigurationError):
    """A procedure says something else than it did when solicitudes were accepted by the same código and version."""

    mensaje = "El archivo del procedimiento cambió, y conserva la versión con que ya se aceptaron solicitudes."
    remedio = "Suba la versión en el archivo: lo ya aceptado termina con la suya, y lo nuevo va con la que escriba."


class ProcedimientoIlegible(ConfigurationError):
    """A procedure was kept by another version of the robot, and says something that this one does not know."""

    mensaje = "Esta versión del robot no entiende el procedimiento con que se aceptó la solicitud."
    remedio = "La solicitud espera a un trabajador que lo entienda: actualice el robot en todas las máquinas."


class CredentialsRefused(ConfigurationError):
    """Serviweb refused user and password. Tried once only, so that no account is locked."""

    mensaje = "Serviweb no aceptó el usuario y la contraseña del asesor."
    remedio = (
        "Guarde la clave correcta y reintente. Si la que está guardada es la correcta, pida que se pruebe otra vez: el robot "
        "no insiste por sí mismo, para no bloquear la cuenta."
    )


class PersonaRequerida(ConfigurationError):
    """Serviweb asks at the sign-in for something that only a person can give."""

    mensaje = "Serviweb pide al ingresar algo que solo una persona puede dar."
    remedio = (
        "Alguien debe ingresar una vez, en una ventana visible, en la máquina del robot: el robot sigue con esa sesión hasta "
        "que Serviweb la cierre."
    )


class NavegadorRechazado(ConfigurationError):
    """The server turns the browser away, as some do with one that has no window."""

    mensaje = "El servidor de Serviweb no deja entrar a este navegador."
    remedio = (
        "Pida a quien lo administra que lo admita, o use un navegador con ventana (navegador.visible). El robot no se hace "
        "pasar por otro."
    )


class BrowserMissing(ConfigurationError):
    """No browser that the robot can drive was found."""

    mensaje = "No se encontró un navegador."
    remedio = (
        "Instale Chrome, Edge o Chromium en la máquina, o indique su ruta en SERVIWEB_ROBOT_NAVEGADOR__EJECUTABLE."
    )


class SheetUnusable(ConfigurationError):
    """Programación cannot be found, read or written as it is set up."""

    mensaje = "No se puede usar la hoja Programación."


class RequestSheetUnusable(ConfigurationError):
    """A sheet of requests cannot be found, read or written as it is set up."""

    mensaje = "No se puede usar la hoja de solicitudes."


class MailboxUnusable(ConfigurationError):
    """The mailbox of requests does not let the robot in, or has not the folder that is looked for."""

    mensaje = "No se puede usar el buzón de solicitudes."


class ImprevistoError(RobotError):
    """A defect of the robot itself: what was done is known up to the step before."""

    familia = "Imprevisto"
    codigo_salida = CodigoSalida.POR_VERIFICAR
    mensaje = "El robot falló por un defecto propio."
    remedio = "Informe a soporte con la referencia; después, reinténtela: no repetirá lo ya hecho."


class CopiasEnCamino(ActoImposible):
    """The copies may still come out of the printer by themselves; they are not sent there twice."""

    mensaje = "Esas copias ya van hacia la impresora, y no se enviaron otra vez."
    remedio = "Mire cómo van en el seguimiento de la solicitud."


class PrinterRefused(ConfigurationError):
    """The printer did not take the copies; nothing went to paper."""

    mensaje = "Las copias no llegaron a la impresora."
    remedio = "Revise la impresora y pida las copias otra vez, o imprima el PDF."


class PrinterSilent(ConfigurationError):
    """Nobody knows whether the copies went to paper."""

    mensaje = "No se sabe si la impresora imprimió las copias."
    remedio = "Mire si salieron antes de pedirlas otra vez."


class MotorOcupado(ConfigurationError):
    """Another process of this machine holds the executor id."""

    mensaje = "Otro proceso del robot ya trabaja en esta máquina con el mismo nombre de ejecutor."
    remedio = "Deténgalo, o dé a este otro nombre en SERVIWEB_ROBOT_MOTOR__EJECUTOR."


class RegistroUnavailable(ConfigurationError):
    """The robot's own database cannot be opened or read."""

    mensaje = "No se puede usar la base de datos del robot."
    remedio = "Revise SERVIWEB_ROBOT_MOTOR__BASE_DE_DATOS, la carpeta de datos y la llave."


class BaseMasNueva(RegistroUnavailable):
    """A newer version of the robot has changed the tables of the database; this one would misread them."""

    mensaje = "La base de datos ya la usa una versión más nueva del robot; no se cambió nada en ella."
    remedio = "Instale en esta máquina la versión nueva, o restaure una copia de seguridad anterior a ella."


class TrabajadoresEnMarcha(RegistroUnavailable):
    """This version changes tables in a way that the workers of the version before, which are at work, do not understand."""

    mensaje = (
        "Hay trabajadores de la versión anterior en marcha, y no entenderían las tablas de esta; no se cambió nada."
    )
    remedio = "Detenga en todas las máquinas los trabajadores y el formulario, y después inicie los de esta versión."


class ClockWrong(ConfigurationError):
    """This machine's clock is off by more than Google allows."""

    mensaje = "El reloj de esta máquina no está en hora, y así Google no la deja entrar."
    remedio = "Póngalo en hora (NTP) y envíe la solicitud de nuevo."


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


class ScreenChanged(RobotError):
    """A screen is not as the robot knows it: a locator found nothing, or too much."""

    familia = "ScreenChanged"
    codigo_salida = CodigoSalida.ENTRADA_O_CONFIGURACION
    mensaje = "Una pantalla de Serviweb no es como el robot la conoce."
    remedio = "Avise a quien administra el robot: hay que ajustar el perfil de Serviweb."


class UnexpectedDialog(ScreenChanged):
    """Serviweb showed an alert that the robot does not know."""

    mensaje = "Serviweb mostró un aviso que el robot no esperaba."
    remedio = "Lea el aviso; si es de negocio, atiéndalo en Serviweb y envíe la solicitud de nuevo."


class ReadBackMismatch(ScreenChanged):
    """Before Guardar a field did not hold what was asked for; nothing was saved."""

    mensaje = "Antes de guardar, la pantalla no tenía lo que se pidió, así que no se guardó nada."
    remedio = "Envíe la solicitud de nuevo; si se repite, informe al coordinador."


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
