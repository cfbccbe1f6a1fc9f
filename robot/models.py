"""What moves through the robot: one request from form to copies. All models are frozen.

Bad input is refused here with all its problems at once, in Spanish, naming the field.
"""

from robot.solicitud.outcome import (
    EVIDENCIA_GUARDADA,
    Decision,
    Estado,
    FallaInformada,
    FormularioVisto,
    PasoMedido,
    Resultado,
    add_up,
)
from robot.solicitud.paper import DocumentoCopias, EstadoImpresion
from robot.solicitud.parties import Asesor, Cita, Cupo, Radicado, Suscriptor, Tercero, user_key
from robot.solicitud.problems import spanish_problems
from robot.solicitud.request import Solicitud
from robot.solicitud.rules import PATRON_RUTA, PATRON_SUSCRIPTOR, ZONA_HORARIA, Reglas

__all__ = [
    "EVIDENCIA_GUARDADA",
    "PATRON_RUTA",
    "PATRON_SUSCRIPTOR",
    "ZONA_HORARIA",
    "Asesor",
    "Cita",
    "Cupo",
    "Decision",
    "DocumentoCopias",
    "Estado",
    "EstadoImpresion",
    "FallaInformada",
    "FormularioVisto",
    "PasoMedido",
    "Radicado",
    "Reglas",
    "Resultado",
    "Solicitud",
    "Suscriptor",
    "Tercero",
    "add_up",
    "spanish_problems",
    "user_key",
]
