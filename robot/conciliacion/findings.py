"""What conciliación can find: every kind of difference, with what it means and what to do, for people to read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from robot.conciliacion.sides import FilaDePlanilla, SolicitudVista, TramiteLeido


class Severidad(StrEnum):
    """How much it matters."""

    ALTA = "alta"
    MEDIA = "media"
    BAJA = "baja"


class Accion(StrEnum):
    """A repair that the robot can make.

    Whether it may do so unasked is said by each finding.
    """

    ESCRIBIR_RADICADO = "escribir el radicado en la columna pqr"
    LIBERAR_CUPO = "liberar el cupo"
    DECIDIR_RADICADA = "terminar la solicitud con ese radicado"
    DECIDIR_NO_GUARDADA = "radicarla de nuevo: no se guardó"


class Tipo(StrEnum):
    """A kind of difference between Serviweb, Programación and the robot."""

    REFERENCIA_REPETIDA = "dos trámites con una referencia"
    CUPO_CON_DOS_DUENOS = "dos dueños de un cupo"
    RADICADO_DE_OTRO = "radicado de otro suscriptor"
    RADICADO_REPETIDO = "el mismo radicado en dos filas"
    RADICADO_DESCONOCIDO = "radicado que Serviweb no conoce"
    TRAMITE_SIN_CITA = "trámite sin cita"
    CITA_BORRADA = "la fila de la cita ya no está"
    CITA_VACIADA = "la fila de la cita está vacía"
    CITA_CAMBIADA = "la fila de la cita dice otra cosa"
    CITA_MOVIDA = "la cita está en otro cupo"
    TERMINO_VENCIDO = "término legal vencido"
    VISITA_TARDE = "visita después del término legal"
    TERMINO_POR_VENCER = "término legal por vencer"
    POR_VERIFICAR_RESUELTA = "solicitud por verificar que ya se puede decidir"
    POR_VERIFICAR_PENDIENTE = "solicitud por verificar"
    CUPO_RETENIDO = "cupo retenido por una solicitud que no siguió"
    CITA_SIN_RADICADO = "cita sin radicado, con trámite en Serviweb"
    CITA_PASADA_SIN_RADICADO = "cita que ya pasó, sin radicado"
    CITA_SIN_TRAMITE = "cita sin radicado y sin trámite"
    CITA_EN_DIA_CERRADO = "cita en día no hábil"
    SUSCRIPTOR_REPETIDO = "el mismo suscriptor dos veces"
    CODIGO_IMPOSIBLE = "código que no puede existir"
    FILA_ILEGIBLE = "fila que no se puede leer"
    CUPO_NO_OFRECIDO = "filas que parecen libres y no se ofrecen"

    @property
    def severidad(self) -> Severidad:
        return _TEXTOS[self][0]

    @property
    def que_paso(self) -> str:
        return _TEXTOS[self][1]

    @property
    def que_hacer(self) -> str:
        return _TEXTOS[self][2]


_ALTA, _MEDIA, _BAJA = Severidad.ALTA, Severidad.MEDIA, Severidad.BAJA
_TEXTOS: Mapping[Tipo, tuple[Severidad, str, str]] = {
    Tipo.REFERENCIA_REPETIDA: (
        _ALTA,
        "Serviweb guardó más de un trámite para la misma solicitud del robot.",
        "Anule en Serviweb los que sobran; deje el que está en Programación.",
    ),
    Tipo.CUPO_CON_DOS_DUENOS: (
        _ALTA,
        "El mismo día, hora y cuadrilla está asignado a dos suscriptores.",
        "Decida cuál de los dos se queda con la visita, pase el otro a un cupo libre y avísele.",
    ),
    Tipo.RADICADO_DE_OTRO: (
        _ALTA,
        "El radicado de la fila pertenece en Serviweb a otro suscriptor.",
        "Abra el trámite en Serviweb y corrija en la fila el código o el radicado, el que esté mal.",
    ),
    Tipo.RADICADO_REPETIDO: (
        _ALTA,
        "Varias filas tienen el mismo radicado.",
        "Deje el radicado solo en la fila de su visita; libere o corrija las demás.",
    ),
    Tipo.RADICADO_DESCONOCIDO: (
        _ALTA,
        "Serviweb no tiene ningún trámite con ese radicado.",
        "Revise si se escribió mal o si el trámite se anuló, y corrija la fila.",
    ),
    Tipo.TRAMITE_SIN_CITA: (
        _ALTA,
        "El trámite está en Serviweb y ninguna fila de Programación lo tiene.",
        "Asigne una visita antes de que venza el término y escriba el radicado en su fila.",
    ),
    Tipo.CITA_BORRADA: (
        _ALTA,
        "El robot apartó esa fila y ya no aparece en Programación.",
        "Asigne otra visita, escriba el radicado en su fila y avise al usuario.",
    ),
    Tipo.CITA_VACIADA: (
        _ALTA,
        "La fila que el robot apartó fue vaciada por una persona.",
        "Si fue un error, escriba de nuevo código, ruta, asesor y radicado; si no, asigne otra visita.",
    ),
    Tipo.CITA_CAMBIADA: (
        _ALTA,
        "Una persona escribió otra cosa en la fila que el robot apartó.",
        "Confirme de quién es la visita y asigne otra al que la perdió.",
    ),
    Tipo.CITA_MOVIDA: (
        _BAJA,
        "Una persona pasó la visita a otro día u hora.",
        "Confirme que el usuario sabe de la nueva fecha. No hay nada que corregir: el robot toma esa fila como la cita.",
    ),
    Tipo.TERMINO_VENCIDO: (
        _ALTA,
        "El término legal (Ley 142 de 1994, art. 158) ya terminó y la visita no se ha hecho.",
        "Responda al usuario de inmediato. Si ya se respondió, márquelo en la solicitud.",
    ),
    Tipo.VISITA_TARDE: (
        _ALTA,
        "El término legal (Ley 142 de 1994, art. 158) no ha terminado, pero la visita es después.",
        "Adelante la visita, o responda al usuario antes de que termine.",
    ),
    Tipo.TERMINO_POR_VENCER: (
        _MEDIA,
        "Faltan pocos días hábiles para responder (Ley 142 de 1994, art. 158) y la visita no se ha hecho.",
        "Asegure que la visita se haga en la fecha y la respuesta salga a tiempo.",
    ),
    Tipo.POR_VERIFICAR_RESUELTA: (
        _MEDIA,
        "El robot no pudo saber si Serviweb guardó, y ahora se sabe.",
        "Acepte la reparación: el robot termina la solicitud desde ahí.",
    ),
    Tipo.POR_VERIFICAR_PENDIENTE: (
        _MEDIA,
        "El robot no pudo terminar la solicitud y espera a una persona.",
        "Abra la solicitud, lea lo que el robot vio y decídala.",
    ),
    Tipo.CUPO_RETENIDO: (
        _MEDIA,
        "La fila está apartada para una solicitud que fue rechazada o cancelada.",
        "Acepte la reparación: el robot vacía lo que él escribió y el cupo queda libre.",
    ),
    Tipo.CITA_SIN_RADICADO: (
        _MEDIA,
        "La visita está asignada, su trámite está en Serviweb y la columna pqr está vacía.",
        "Acepte la reparación, o escriba el radicado en la columna pqr.",
    ),
    Tipo.CITA_PASADA_SIN_RADICADO: (
        _MEDIA,
        "La fecha de la visita ya pasó y la fila no tiene radicado.",
        "Si la visita se hizo, busque o registre su trámite; si no se hizo, asígnela de nuevo.",
    ),
    Tipo.CITA_SIN_TRAMITE: (
        _MEDIA,
        "La visita está asignada y Serviweb no tiene ningún trámite reciente de ese suscriptor.",
        "Registre el trámite en Serviweb y escriba el radicado, o libere el cupo.",
    ),
    Tipo.CITA_EN_DIA_CERRADO: (
        _MEDIA,
        "La visita cae en domingo, festivo o cierre de la empresa.",
        "Pásela a un día hábil y avise al usuario.",
    ),
    Tipo.SUSCRIPTOR_REPETIDO: (
        _BAJA,
        "El suscriptor tiene más de una visita en pocos días.",
        "Confirme que son solicitudes distintas; si es la misma, libere una.",
    ),
    Tipo.CODIGO_IMPOSIBLE: (
        _MEDIA,
        "Lo escrito en la columna código no tiene la forma de un código de suscriptor.",
        "Corrija el código en la fila.",
    ),
    Tipo.FILA_ILEGIBLE: (
        _BAJA,
        "El robot no puede leer la fila completa: le falta un dato o está mal escrito.",
        "Corrija la fila para que se entienda.",
    ),
    Tipo.CUPO_NO_OFRECIDO: (
        _BAJA,
        "Nadie ha escrito en esas filas, pero algo que el robot no entiende puede significar que no son cupos.",
        "Si son cupos, quite lo que estorba o permítalo en la configuración; si no lo son, no hay nada que hacer.",
    ),
}


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """One difference, with what each side shows of it.

    Attributes:
        tramites: the evidence in Serviweb.
        filas: the evidence in Programación.
        solicitudes: the evidence in the robot's record.
        detalle: what is particular to this one.
        reparacion: what the robot could do about it.
        sola: the robot may do that unasked, because it is proven and nothing a person typed is changed.
        procedimiento: the names of the procedures that it may be about.
    """

    tipo: Tipo
    tramites: tuple[TramiteLeido, ...] = ()
    filas: tuple[FilaDePlanilla, ...] = ()
    solicitudes: tuple[SolicitudVista, ...] = ()
    detalle: str = ""
    reparacion: Accion | None = None
    sola: bool = False
    procedimiento: str = ""

    @property
    def clave(self) -> str:
        """The same for the same difference in every run."""
        parts = [
            self.tipo.name,
            *sorted(one.radicado for one in self.tramites),
            *sorted(
                f"{one.planilla_id}/{one.hoja_id}/{one.fecha}/{one.hora}/{one.codigo}/{one.pqr}" for one in self.filas
            ),
            *sorted(one.referencia for one in self.solicitudes),
        ]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]

    @property
    def suscriptor(self) -> str:
        """Who it is about: as the rows say, else Serviweb, else the robot; the first of several."""
        sides = (
            [one.codigo for one in self.filas],
            [one.suscriptor for one in self.tramites],
            [one.suscriptor for one in self.solicitudes],
        )
        return next((min(codes) for side in sides if (codes := [code for code in side if code])), "")

    @property
    def radicado(self) -> str:
        """The number that it is about, as Serviweb says, else the rows; the first of several."""
        sides = ([one.radicado for one in self.tramites], [one.pqr for one in self.filas])
        return next((min(numbers) for side in sides if (numbers := [number for number in side if number])), "")
