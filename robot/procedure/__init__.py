"""The steps of a procedure that the robot does, as SC-PQRS-PRO-018 numbers them; sister procedures take the same ones.

What a procedure asks for at each step is data: `robot.procedure.definition`.
"""

from enum import Enum


class Paso(Enum):
    """Steps 2–12 of section 5 of the procedure, with the number it gives them and the words people read."""

    INGRESAR = (2, "Ingresar a Serviweb")
    ABRIR_TRAMITE = (3, "Abrir PQR → TRÁMITE")
    ZONA_Y_MEDIO = (4, "Seleccionar zona y medio")
    SUSCRIPTOR = (5, "Consultar el suscriptor")
    TERCEROS = (6, "Identificar el tercero")
    SERVICIO_Y_TIPO = (7, "Seleccionar servicio y tipo de trámite")
    CAUSAL = (8, "Seleccionar la causal")
    OBSERVACION = (9, "Escribir la observación")
    PROGRAMACION = (10, "Apartar la cita en Programación")
    GUARDAR = (11, "Guardar el trámite")
    IMPRIMIR = (12, "Imprimir las dos copias")

    def __init__(self, numero: int, nombre: str) -> None:
        self.numero = numero
        self.nombre = nombre
