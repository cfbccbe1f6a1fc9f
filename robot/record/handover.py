"""Steps 13 and 14: the solicitudes de trámite of a day, handed to the coordinador, and assigned to a contratista."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from robot.informes.entregas import Tramite
from robot.models import ZONA_HORARIA, Estado
from robot.record.dossier import Expediente
from robot.record.entries import now, tell
from robot.record.solicitudes import Registro
from robot.record.tables import solicitudes
from robot.referencia import Referencia

_LONGEST_NAME = 60


class Entregas:
    """Lists them, and notes what became of their paper.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def of_day(self, dia: dt.date, asesor: str = "") -> list[Tramite]:
        """The solicitudes that were handed in on a day and are RADICADA, by asesor; of one asesor, or of all."""
        row = solicitudes.c
        begin = dt.datetime.combine(dia, dt.time(), ZONA_HORARIA)
        query = sa.select(solicitudes).where(
            row.estado == Estado.RADICADA,
            row.creada >= begin,
            row.creada < begin + dt.timedelta(days=1),
            *([row.asesor == asesor] if asesor else []),
        )
        ordered = query.order_by(row.asesor, row.creada, row.referencia)
        found = self._registro.transaction(lambda connection: connection.execute(ordered).all())
        names = self._registro.definiciones.names()
        return [as_tramite(self._registro.as_expediente(one), names) for one in found]

    def by_radicado(self, radicados: Sequence[str]) -> dict[str, Tramite]:
        """The robot's solicitudes among the visits of a day."""
        query = sa.select(solicitudes).where(solicitudes.c.radicado.in_(list(radicados)))
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        names = self._registro.definiciones.names()
        seen = [as_tramite(self._registro.as_expediente(one), names) for one in found]
        return {one.radicado: one for one in seen}

    def deliver(self, referencias: Iterable[Referencia], *, quien: str, entregada: bool = True) -> int:
        """Note that the paper of each was handed to the coordinador, or take that back; of how many it was news."""
        row = solicitudes.c
        if entregada:
            fits, values = row.entregada.is_(None), {"entregada": now(), "entregada_por": quien}
            told = "Solicitud de trámite entregada al coordinador."
        else:
            fits, values = row.entregada.is_not(None), {"entregada": None, "entregada_por": None}
            told = "La solicitud de trámite no se ha entregado al coordinador."
        return self._note(referencias, fits, values, quien=quien, told=told)

    def assign(self, referencias: Iterable[Referencia], contratista: str, *, quien: str) -> int:
        """Note that the visit of each was given to a contratista or crew; to nobody, where the name is blank."""
        row = solicitudes.c
        name = " ".join("".join(sign for sign in contratista if sign.isprintable()).split())[:_LONGEST_NAME]
        if name:
            fits = sa.or_(row.asignada_a.is_(None), row.asignada_a != name)
            values: dict[str, Any] = {"asignada": now(), "asignada_a": name, "asignada_por": quien}
            told = f"Asignada a {name}."
        else:
            fits, values = row.asignada.is_not(None), dict.fromkeys(("asignada", "asignada_a", "asignada_por"))
            told = "Ya no está asignada a nadie."
        return self._note(referencias, fits, values, quien=quien, told=told)

    def _note(
        self,
        referencias: Iterable[Referencia],
        fits: sa.ColumnElement[bool],
        values: dict[str, Any],
        *,
        quien: str,
        told: str,
    ) -> int:
        row = solicitudes.c
        wanted = [str(one) for one in referencias]
        change = sa.update(solicitudes).where(row.referencia.in_(wanted), row.estado == Estado.RADICADA, fits)

        def work(connection: sa.Connection) -> int:
            noted = connection.execute(change.values(**values).returning(row.referencia)).scalars().all()
            for referencia in noted:
                tell(connection, referencia, Estado.RADICADA, quien, told)
            return len(noted)

        return self._registro.transaction(work)


def as_tramite(expediente: Expediente, names: Mapping[str, str]) -> Tramite:
    """A solicitud as the lists show it.

    Args:
        names: of the procedures, by código.
    """
    cita, entrega = expediente.cita, expediente.entrega
    return Tramite(
        referencia=expediente.referencia,
        asesor=expediente.asesor,
        radicado=expediente.radicado or "",
        suscriptor=expediente.suscriptor,
        fecha=cita.fecha if cita is not None else None,
        hora=cita.hora if cita is not None else None,
        cuadrilla=cita.cuadrilla if cita is not None else "",
        cancelada=expediente.situacion is not None and expediente.situacion.cancelada,
        entregada=entrega.entregada,
        entregada_por=entrega.entregada_por,
        asignada=entrega.asignada,
        asignada_a=entrega.asignada_a,
        asignada_por=entrega.asignada_por,
        estado=entrega.estado.value,
        procedimiento=names.get(expediente.procedimiento, expediente.procedimiento),
        codigo=expediente.procedimiento,
    )
