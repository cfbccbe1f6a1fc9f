"""Deleting what is not to be kept any longer: personal data, files, and what the engine has of runs (Ley 1581 de 2012)."""

import datetime as dt

from robot.flows.evidencia import drop_files
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado
from robot.queueing.names import run_id
from robot.record.database import shrink
from robot.record.retention import Retencion
from robot.referencia import Referencia

_AT_LEAST_KEPT = dt.timedelta(days=1)
"""What is still of use to somebody at work today is no remains, however soon data are to be deleted."""


def purge(ventanilla: Ventanilla, *, dias: int, quien: str) -> list[Referencia]:
    """Delete the personal data, files and runs of what ended more than `dias` days ago; which solicitudes those were."""
    now = dt.datetime.now(ZONA_HORARIA)
    before = now - dt.timedelta(days=dias)
    long_ago = min(before, now - _AT_LEAST_KEPT)
    retencion = Retencion(ventanilla.registro)
    old = retencion.purgeable(before)
    ventanilla.queue.forget_before(before, long_ago)
    ventanilla.conciliaciones.drop_before(before)
    ventanilla.anuncios.drop_before(before)
    ventanilla.recepciones.drop_before(before)
    ventanilla.correos.drop_before(before)
    for referencia, corridas in old:
        ventanilla.queue.forget([run_id(referencia, number) for number in range(1, corridas + 1)])
        drop_files(ventanilla.settings.datos, referencia)
        retencion.purge(referencia, quien=quien)
    retencion.purge_lotes(before)
    retencion.drop_remains(long_ago)
    if not ventanilla.registro.expedientes([Estado.EN_CURSO], limite=1):
        shrink(ventanilla.base)
    return [referencia for referencia, _ in old]
