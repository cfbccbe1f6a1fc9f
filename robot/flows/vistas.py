"""What was seen on a walk through the screens of a Serviweb, what was not, and whether the robot could work there."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from robot.pages.inspeccion import ElementoHallado, Hallado
from robot.perfil.ajustes import Propuesta


@dataclass(frozen=True, slots=True)
class Vista:
    """A screen as it was seen.

    Attributes:
        captura: a picture as base64, with everything that was typed or looked up covered; blank if there is none.
        ancho, alto: its size, in pixels.
    """

    pantalla: str
    titulo: str
    captura: str
    ancho: int
    alto: int
    hallazgos: tuple[ElementoHallado, ...]


@dataclass(frozen=True, slots=True)
class Opcion:
    """An option that the procedure chooses, in the catalogue on screen."""

    catalogo: str
    opcion: str
    presente: bool
    detalle: str = ""


@dataclass(frozen=True, slots=True)
class NoVisto:
    """What this look could not see, and how it can be."""

    que: str
    como: str


def _missing(opciones: Iterable[Opcion]) -> list[str]:
    return [f"la opción «{one.opcion}» de {one.catalogo}" for one in opciones if not one.presente]


@dataclass(frozen=True, slots=True)
class ProcedimientoVisto:
    """Whether a solicitud could be filed by a procedure, as far as the form tells without saving anything.

    Attributes:
        opciones: everything that it chooses, or lets choose.
        tropiezos: what kept the walk from seeing that, for people.
        planilla: what its schedule says, where one was looked at.
        sin_planilla: why its schedule cannot be read, for people; blank where it can, or was not looked at.
    """

    codigo: str
    version: str
    nombre: str
    opciones: tuple[Opcion, ...]
    tropiezos: tuple[str, ...]
    planilla: tuple[str, ...] = ()
    sin_planilla: str = ""

    @property
    def se_puede_radicar(self) -> bool:
        return not self.faltan

    @property
    def faltan(self) -> tuple[str, ...]:
        """What keeps a solicitud from being filed by it, for people."""
        unread = (f"su planilla: {self.sin_planilla}",) if self.sin_planilla else ()
        return (*_missing(self.opciones), *self.tropiezos, *unread)


@dataclass(slots=True)
class Verificacion:
    """What came of the walk.

    Attributes:
        tropiezos: what kept the walk from a screen, or would keep the robot from its work, for people.
        avisos: what the robot can work with, but has people decide more than they need to.
        resultados: how many trámites CONSULTA showed that could be read.
        vacia_vista: CONSULTA said that there is nothing, and was understood.
        documento_visto: the document of a trámite was made.
        no_vistos: what a look without saving cannot know.
        procedimientos: whether solicitudes could be filed by each one in use, that of the walk first.
    """

    url: str
    instante: dt.datetime
    vistas: list[Vista] = field(default_factory=list)
    opciones: list[Opcion] = field(default_factory=list)
    tropiezos: list[str] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)
    resultados: int = 0
    vacia_vista: bool = False
    documento_visto: bool = False
    no_vistos: list[NoVisto] = field(default_factory=list)
    procedimientos: list[ProcedimientoVisto] = field(default_factory=list)

    @property
    def hallazgos(self) -> list[ElementoHallado]:
        return [one for vista in self.vistas for one in vista.hallazgos]

    @property
    def propuestas(self) -> list[Propuesta]:
        """What is proposed for what keeps the robot from its work, by thing, the likeliest first."""
        return [propuesta for one in self.hallazgos if one.impide for propuesta in one.propuestas]

    @property
    def nombradas(self) -> set[tuple[str, str]]:
        """Screen and name of everything that was looked for where it should be."""
        return {(one.pantalla, one.elemento) for one in self.hallazgos if one.hallado is not Hallado.SIN_LLEGAR}

    @property
    def puede_trabajar(self) -> bool:
        """Everything that the robot needs is there, once, and it has read results of CONSULTA."""
        return not (
            self.tropiezos
            or not self.resultados
            or any(one.impide for one in self.hallazgos)
            or any(not one.presente for one in self.opciones)
            or any(not one.se_puede_radicar for one in self.procedimientos)
        )

    @property
    def impedimentos(self) -> str:
        """What keeps the robot from working, in one sentence; blank where nothing does."""
        if self.puede_trabajar:
            return ""
        missing = [f"«{one.elemento}» en {one.pantalla} ({one.hallado})" for one in self.hallazgos if one.impide]
        missing += _missing(self.opciones)
        beside = [one for one in self.procedimientos[1:] if not one.se_puede_radicar]
        missing += [f"para {one.nombre}: {', '.join(one.faltan)}" for one in beside]
        if not self.resultados and not self.tropiezos:
            missing.append("resultados no vistos (indique el código de un suscriptor que tenga trámites)")
        return f"Revise: {'; '.join(missing)}." if missing else "Vea qué pantalla no se pudo abrir."


def unseen(done: Verificacion) -> Iterator[NoVisto]:
    """What nobody can know who saves nothing."""
    if not done.resultados:
        yield NoVisto("Los resultados de la consulta", "repita con el código de un suscriptor que tenga trámites")
    if not done.vacia_vista:
        yield NoVisto(
            "Lo que la consulta muestra cuando no hay nada", "repita con el código de un suscriptor sin trámites"
        )
    if not done.documento_visto:
        yield NoVisto(
            "El documento impreso de un trámite",
            "repita con un guardado de prueba: el radicado de un trámite que ese suscriptor ya tiene",
        )
    yield NoVisto(
        "Las palabras con que Serviweb dice que guardó, y el radicado en ellas",
        "radique una solicitud de verdad y mire su seguimiento; si queda POR VERIFICAR, ponga las palabras en patrones.guardado",
    )
