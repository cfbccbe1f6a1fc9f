"""What somebody has to set up, mend or allow before anything goes on."""

from robot.failures.root import CodigoSalida, RobotError


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
