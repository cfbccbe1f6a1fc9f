"""Changes of a cita after its trámite is filed: one at a time of each solicitud, asked for by people or by what a worker saw.

That one is under way is the column `traslado` of its solicitud, which one conditional `UPDATE` sets; an execution of it writes
with the solicitud's `ficha`, as those of a run do.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from robot.errors import ActoImposible, EjecucionAbandonada
from robot.flows.traslado import COPIA_NUEVA, Cambio, ClaseDeTraslado, EstadoDeTraslado, SituacionDeCita
from robot.models import Cita, Estado, Resultado
from robot.record.dossier import Expediente, TrasladoVisto
from robot.record.entries import cita_columns, now, row_of, tell
from robot.record.solicitudes import Registro
from robot.record.tables import solicitudes, traslados
from robot.referencia import Referencia

EncolarTraslado = Callable[[sa.Connection, str, int], None]
"""Queues the run with this number of the change with this name, within the transaction of the connection."""
_WORDS = {ClaseDeTraslado.MOVER: "mover", ClaseDeTraslado.CANCELAR: "cancelar", ClaseDeTraslado.SEGUIR: "seguir"}


class Traslados:
    """Asks for them, and tells how they ended.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def ask(
        self,
        referencia: Referencia,
        clase: ClaseDeTraslado,
        *,
        quien: str,
        encolar: EncolarTraslado,
        fecha: dt.date | None = None,
        hora: dt.time | None = None,
        motivo: str = "",
    ) -> str:
        """Keep what is to become of a cita, and queue it; its name.

        Raises:
            ActoImposible: it is under way already, or is not RADICADA, or has no cita to cancel; in words.
            BadInput: there is none with this referencia.
        """
        solicitud = self._registro.solicitud(referencia)
        detalle = f"Pidió {_asked(clase, fecha, hora)}. {motivo}".strip()
        if solicitud is not None and clase is not ClaseDeTraslado.SEGUIR:
            detalle = self._registro.without_personal_data(referencia, detalle)
        row = solicitudes.c
        cancelled = row.cita_situacion == SituacionDeCita.CANCELADA
        may = [row.referencia == referencia, row.estado == Estado.RADICADA, row.traslado.is_(None)]
        may.append(row.datos.is_not(None))
        if clase is ClaseDeTraslado.CANCELAR:
            may.append(sa.or_(row.cita_situacion.is_(None), sa.not_(cancelled)))

        def work(connection: sa.Connection) -> str | None:
            line = traslados.c
            count = sa.select(sa.func.count()).select_from(traslados).where(line.referencia == referencia)
            identidad = f"{referencia}.cita-{connection.execute(count).scalar_one() + 1}"
            taken = sa.update(solicitudes).where(*may).values(traslado=identidad, cambiada=now())
            if not connection.execute(taken).rowcount:
                return None
            connection.execute(
                sa.insert(traslados).values(
                    identidad=identidad,
                    referencia=referencia,
                    corrida=1,
                    clase=clase,
                    estado=EstadoDeTraslado.PEDIDO,
                    quien=quien,
                    instante=now(),
                    fecha=fecha,
                    hora=f"{hora:%H:%M}" if hora is not None else None,
                )
            )
            if clase is not ClaseDeTraslado.SEGUIR:
                tell(connection, referencia, Estado.RADICADA, quien, detalle)
            encolar(connection, identidad, 1)
            return identidad

        identidad = self._registro.transaction(work)
        if identidad is None:
            raise self._why_not(referencia)
        return identidad

    def _why_not(self, referencia: Referencia) -> ActoImposible:
        expediente = self._registro.expediente(referencia)
        if expediente.estado is not Estado.RADICADA:
            if expediente.estado.terminado:
                return ActoImposible(f"Está {expediente.estado.value}: solo la cita de una RADICADA se cambia.")
            return ActoImposible("El robot todavía la está radicando; espere a que quede RADICADA.")
        if expediente.traslado and (open_one := self.of(expediente.traslado)) is not None:
            who = f"{open_one.quien} lo pidió a las {open_one.instante:%H:%M}"
            return ActoImposible(f"Su cita ya se está cambiando ({who}). Espere a que termine y mire cómo quedó.")
        if (seen := expediente.situacion) is not None and seen.cancelada:
            return ActoImposible(f"La cita ya está cancelada: {seen.quien}, {seen.instante:%d/%m/%Y %H:%M}.")
        return ActoImposible("Sus datos personales ya se eliminaron; cámbiela a mano en Programación.")

    def of(self, identidad: str) -> TrasladoVisto | None:
        """A change by its name."""
        query = sa.select(traslados).where(traslados.c.identidad == identidad)
        found = self._registro.transaction(lambda connection: connection.execute(query).first())
        return _as_seen(found) if found is not None else None

    def newest(self, referencia: Referencia) -> TrasladoVisto | None:
        """The last change that people asked for of a solicitud's cita."""
        line = traslados.c
        query = sa.select(traslados).where(line.referencia == referencia, line.clase != ClaseDeTraslado.SEGUIR)
        newest = query.order_by(line.instante.desc(), line.identidad.desc()).limit(1)
        found = self._registro.transaction(lambda connection: connection.execute(newest).first())
        return _as_seen(found) if found is not None else None

    def known_ruta(self, referencia: Referencia) -> str:
        """The ruta that the row of a cita said when it was left last; blank where none was."""
        line = traslados.c
        query = sa.select(line.ruta).where(line.referencia == referencia, line.ruta != "")
        newest = query.order_by(line.instante.desc()).limit(1)
        return str(self._registro.transaction(lambda connection: connection.execute(newest).scalar_one_or_none()) or "")

    def open_ones(self) -> list[TrasladoVisto]:
        """Those under way."""
        query = sa.select(traslados).where(traslados.c.estado == EstadoDeTraslado.PEDIDO)
        return [_as_seen(one) for one in self._registro.transaction(lambda connection: connection.execute(query).all())]

    def take(self, identidad: str, *, corrida: int) -> "ConstanciaDeTraslado | None":
        """Become the only execution that may end a change; nothing where this run of it is over."""
        seen = self.of(identidad)
        if seen is None or seen.corrida != corrida or seen.estado is not EstadoDeTraslado.PEDIDO:
            return None
        ficha = uuid.uuid4().hex
        mine = sa.update(solicitudes).where(solicitudes.c.traslado == identidad).values(ficha=ficha)
        if not self._registro.transaction(lambda connection: connection.execute(mine).rowcount):
            return None
        return ConstanciaDeTraslado(self._registro, seen, ficha)

    def take_up_again(self, seen: TrasladoVisto, *, encolar: EncolarTraslado, detalle: str, ficha: str = "") -> bool:
        """Queue another run of a change that did not come to its end; whether it was this one's to queue."""
        line, row = traslados.c, solicitudes.c
        mine = [row.referencia == seen.referencia, row.traslado == seen.identidad]
        if ficha:
            mine.append(row.ficha == ficha)
        this = [line.identidad == seen.identidad, line.corrida == seen.corrida]

        def work(connection: sa.Connection) -> bool:
            held = connection.execute(sa.update(solicitudes).where(*mine).values(ficha=None, cambiada=now())).rowcount
            again = sa.update(traslados).where(*this, line.estado == EstadoDeTraslado.PEDIDO)
            if not held or not connection.execute(again.values(corrida=line.corrida + 1, detalle=detalle)).rowcount:
                return False
            if detalle != seen.detalle:
                told = f"No se ha podido terminar el cambio de la cita; el robot insiste. {detalle}"
                tell(connection, str(seen.referencia), Estado.RADICADA, "robot", told)
            encolar(connection, seen.identidad, seen.corrida + 1)
            return True

        return self._registro.transaction(work)

    def complete(self) -> int:
        """Tell lists of the citas of the version before, which kept them sealed alone; of how many it was news."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(
            row.estado == Estado.RADICADA,
            row.resultado.is_not(None),
            row.cita_fecha.is_(None),
            row.cita_situacion.is_(None),
        )
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        return sum(self._complete_one(self._registro.as_expediente(one)) for one in found)

    def _complete_one(self, expediente: Expediente) -> int:
        if expediente.cita is None:
            return 0
        row = solicitudes.c
        change = sa.update(solicitudes).where(row.referencia == expediente.referencia, row.cita_fecha.is_(None))
        values = cita_columns(expediente.cita)
        return self._registro.transaction(lambda connection: connection.execute(change.values(**values)).rowcount)


class ConstanciaDeTraslado:
    """What one execution of a change may write.

    Its methods raise `EjecucionAbandonada` once another execution has taken it up.
    """

    def __init__(self, registro: Registro, seen: TrasladoVisto, ficha: str) -> None:
        self._registro = registro
        self.pedido = seen
        self.ficha = ficha

    def close(self, cambio: Cambio) -> None:
        """The change is over: done, or impossible and all as it was."""
        pedido = self.pedido
        mine = sa.update(solicitudes).where(
            solicitudes.c.referencia == pedido.referencia, solicitudes.c.ficha == self.ficha
        )

        def work(connection: sa.Connection) -> bool:
            row = row_of(connection, str(pedido.referencia))
            if row is None or row.ficha != self.ficha:
                how = sa.select(traslados.c.estado).where(traslados.c.identidad == pedido.identidad)
                return connection.execute(how).scalar_one_or_none() != EstadoDeTraslado.PEDIDO
            values: dict[str, Any] = {"ficha": None, "traslado": None, "cambiada": now()}
            if cambio.situacion is not None:
                resultado = self._registro.as_expediente(row).resultado
                values |= self._changed(resultado, cambio)
            connection.execute(mine.values(**values))
            estado = EstadoDeTraslado.HECHO if cambio.situacion is not None else EstadoDeTraslado.IMPOSIBLE
            this = sa.update(traslados).where(traslados.c.identidad == pedido.identidad)
            over = this.values(estado=estado, terminado=now(), detalle=cambio.motivo, ruta=cambio.ruta)
            connection.execute(over)
            if cambio.situacion is not None or pedido.clase is not ClaseDeTraslado.SEGUIR:
                told = _told(pedido, cambio, row.cita_fecha, row.cita_hora)
                tell(connection, str(pedido.referencia), Estado.RADICADA, pedido.quien, told)
            return True

        if not self._registro.transaction(work):
            raise EjecucionAbandonada

    def _changed(self, resultado: Resultado | None, cambio: Cambio) -> dict[str, Any]:
        pedido = self.pedido
        values: dict[str, Any] = {
            "cita_situacion": cambio.situacion,
            "cita_quien": pedido.quien,
            "cita_instante": now(),
            **cita_columns(cambio.cita),
        }
        if resultado is not None:
            documento = cambio.documento
            others = tuple(one for one in resultado.avisos if not one.startswith(_OF_COPIES))
            changed = resultado.model_copy(
                update={
                    "cita": cambio.cita,
                    "documento": documento,
                    "copias": documento.archivo if documento is not None else None,
                    "avisos": tuple(dict.fromkeys((*others, *cambio.avisos))),
                }
            )
            values["resultado"] = self._registro.sealed(changed.model_dump_json(context={"completa": True}))
        return values


_OF_COPIES = ("Copias pendientes.", "Copias pendientes:", COPIA_NUEVA)


def _asked(clase: ClaseDeTraslado, fecha: dt.date | None, hora: dt.time | None) -> str:
    what = f"{_WORDS[clase]} la cita"
    if clase is not ClaseDeTraslado.MOVER:
        return what
    if fecha is None:
        return f"{what} al primer cupo libre"
    return f"{what} al {fecha:%d/%m/%Y}" + (f" a las {hora:%H:%M}" if hora is not None else "")


def _told(pedido: TrasladoVisto, cambio: Cambio, fecha: dt.date | None, hora: str | None) -> str:
    """How it ended, as the history tells it."""
    was = f" (era el {fecha:%d/%m/%Y} a las {hora})" if fecha is not None else ""
    match cambio.situacion:
        case SituacionDeCita.MOVIDA:
            return f"Cita movida {_to(cambio.cita)}{was}."
        case SituacionDeCita.A_MANO:
            return f"Una persona pasó la visita a mano {_to(cambio.cita)}{was}; el robot la sigue."
        case SituacionDeCita.CANCELADA:
            return f"Cita cancelada{was}; el trámite sigue en Serviweb."
        case None:
            return f"No se pudo {_WORDS[pedido.clase]} la cita; quedó como estaba. {cambio.motivo}"


def _to(cita: Cita | None) -> str:
    return f"al {cita.fecha:%d/%m/%Y} a las {cita.hora:%H:%M}" if cita is not None else ""


def _as_seen(row: sa.Row[Any]) -> TrasladoVisto:
    return TrasladoVisto(
        identidad=row.identidad,
        referencia=Referencia(row.referencia),
        corrida=row.corrida,
        clase=ClaseDeTraslado(row.clase),
        estado=EstadoDeTraslado(row.estado),
        quien=row.quien,
        instante=row.instante,
        fecha=row.fecha,
        hora=dt.time.fromisoformat(row.hora) if row.hora else None,
        ruta=row.ruta,
        detalle=row.detalle,
    )
