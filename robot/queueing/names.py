"""What the engine calls its queues, the flows in them and their runs. What is kept goes by these names: they stay."""

from robot.record.solicitudes import ORIGINAL
from robot.referencia import Referencia

COLA = "solicitudes"
APARTE = "solicitudes-aparte"
"""Where what no worker of this version can do waits for one of another version; nobody takes anything from it."""
FLUJO = "radicar"
FLUJO_POR_PROCEDIMIENTO = "radicar por procedimiento"
"""The same, of a solicitud by another procedure than the one that workers of a version without procedures know."""
CONCILIAR = "conciliar"
VERIFICAR = "verificar"
REPARAR = "reparar"
TRASLADAR = "trasladar"
RECIBIR = "recibir"
DE_SOLICITUDES = frozenset({FLUJO, FLUJO_POR_PROCEDIMIENTO})
ANUNCIOS = "anuncios"
"""A queue of its own: programs that do not answer hold nobody else up."""
ANUNCIAR = "anunciar"
FLUJOS = DE_SOLICITUDES | {CONCILIAR, VERIFICAR, REPARAR, TRASLADAR, RECIBIR}
"""What a worker of this version does of what is queued."""
VERSION_DEL_FLUJO = "1"
"""Held still, so that a new version of the robot goes on with what an older one began (docs/decisiones/0007)."""
APLICACION = "serviweb-robot"


def run_id(referencia: Referencia, corrida: int) -> str:
    """The engine's name for a run: the referencia itself, with the number of the run from the second on."""
    return str(referencia) if corrida == 1 else f"{referencia}.{corrida}"


def solicitud_of_run(run: str) -> Referencia:
    """Whose run of `DE_SOLICITUDES` it is."""
    return Referencia(run.partition(".")[0])


def move_run_id(identidad: str, corrida: int) -> str:
    """The engine's name for a run of a change of a cita."""
    return identidad if corrida == 1 else f"{identidad}.{corrida}"


def flow_of(codigo: str, version: str) -> str:
    """What is queued for a solicitud by a procedure."""
    return FLUJO if (codigo, version) == ORIGINAL else FLUJO_POR_PROCEDIMIENTO
