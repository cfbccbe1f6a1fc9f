"""Screens of Serviweb that are not as the robot knows them."""

from robot.failures.root import CodigoSalida, RobotError


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
