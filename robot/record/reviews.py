"""Filled forms that wait for somebody's word before Guardar."""

import sqlalchemy as sa

from robot.errors import (
    ActoImposible,
)
from robot.flows.constancia import Etapa
from robot.models import Decision, Estado, FormularioVisto
from robot.record.dossier import Revision
from robot.record.entries import tell
from robot.record.solicitudes import Registro
from robot.record.tables import revisiones
from robot.referencia import Referencia


class Revisiones:
    """Those of the registro."""

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def pending(self, referencia: Referencia) -> Revision | None:
        """The filled form that waits for somebody's word, or nothing."""
        line = revisiones.c
        query = sa.select(revisiones).where(line.referencia == referencia, line.estado == Decision.PEDIDA)
        found = self._registro.transaction(lambda connection: connection.execute(query).first())
        if found is None or found.datos is None:
            return None
        visto = FormularioVisto.model_validate_json(self._registro.opened(found.datos))
        return Revision(visto, found.vence)

    def decide(self, referencia: Referencia, decision: Decision, *, quien: str) -> None:
        """Somebody's word on the filled form.

        Raises:
            ActoImposible: no form waits for it any more.
        """
        line = revisiones.c

        def work(connection: sa.Connection) -> bool:
            change = sa.update(revisiones).where(line.referencia == referencia, line.estado == Decision.PEDIDA)
            if not connection.execute(change.values(estado=decision, quien=quien, datos=None)).rowcount:
                return False
            tell(connection, referencia, Estado.EN_CURSO, quien, f"Revisión: {decision.value.lower()}.", Etapa.REVISION)
            return True

        if not self._registro.transaction(work):
            raise ActoImposible("La revisión ya se respondió o venció.")
