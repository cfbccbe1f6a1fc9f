"""The procedure SC-PQRS-PRO-018 (Visita domiciliaria, versión 01) as data.

A sister procedure that is filed on the same screens is another `Procedimiento`: pages and flows take it as it is.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


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


class Firmante(StrEnum):
    """Who signs a printed copy (step 12)."""

    ASESOR = "asesor"
    USUARIO = "usuario"


@dataclass(frozen=True, slots=True)
class Copia:
    """One printed copy of the solicitud de trámite: for whom it is, who signs it, and whether it says when the visit is."""

    destino: str
    firma: Firmante
    con_cita: bool = False


@dataclass(frozen=True, slots=True)
class Procedimiento:
    """What a procedure asks for on the screens of Serviweb, word for word as its catalogues show it."""

    codigo: str
    nombre: str
    zona: str
    medio: str
    servicio: str
    tipo: str
    causal: str
    documento: str
    copias: tuple[Copia, ...]
    prefijo_referencia: str

    def observacion(self, *, solicitud: str, suscriptor: str, ruta: str, celular: str, referencia: str) -> str:
        """The text of Observación: the request; Código, Ruta, Número de celular (step 9), and the referencia last.

        The referencia is how the robot finds its own trámite again, so it closes the text.
        """
        return f"{solicitud} Código: {suscriptor}, Ruta: {ruta}, Número de celular: {celular}. Ref. {referencia}"


VISITA_DOMICILIARIA = Procedimiento(
    codigo="SC-PQRS-PRO-018",
    nombre="Visita domiciliaria",
    zona="FLORENCIA",
    medio="PERSONAL",
    servicio="ALCANTARILLADO",
    tipo="PETICIÓN INTERNA",
    causal="VISITA DOMICILIARIA",
    documento="Solicitud de trámite",
    copias=(
        Copia(destino="Copia para el cliente", firma=Firmante.ASESOR, con_cita=True),
        Copia(destino="Copia para el archivo", firma=Firmante.USUARIO),
    ),
    prefijo_referencia="VD",
)
