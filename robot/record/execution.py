"""What one execution of a run keeps for good: `robot.flows.constancia.Constancia` over the database."""

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel

from robot.errors import Cancelada, EjecucionAbandonada, ProcesoPerdido, RegistroUnavailable, sentence_of
from robot.flows.constancia import Dicho, EstadoEnvio, Etapa, reserved, with_reserved_words
from robot.models import (
    Decision,
    DocumentoCopias,
    Estado,
    EstadoImpresion,
    FormularioVisto,
    Radicado,
    Resultado,
)
from robot.procedure import Paso
from robot.record.database import transaction
from robot.record.entries import cita_columns, note_print, now, row_of, tell
from robot.record.prints import TurnoDurable, begin, give_up, hold, newest_print, take_over
from robot.record.tables import historia, pasos, revisiones, solicitudes

Sello = Callable[[BaseModel], bytes]
"""Encrypts what may hold personal data."""

CausalDe = Callable[[sa.Row[Any]], str]
"""As what a solicitud is filed, by its procedure and what it chose; blank where that cannot be told."""
_MAY_BE_FILED = (Estado.EN_COLA, Estado.EN_CURSO, Estado.POR_VERIFICAR)

T = TypeVar("T")


class ConstanciaDurable:
    """Writes only while its `ficha` is the solicitud's.

    Every method raises `EjecucionAbandonada` once another execution has taken the solicitud, and `ProcesoPerdido` where the
    database does not answer: that is no outcome of what a part was doing, whatever was sent meanwhile.
    """

    def __init__(
        self,
        base: sa.Engine,
        referencia: str,
        ficha: str,
        ejecutor: str,
        *,
        sello: Sello,
        cifra: Fernet,
        causal_of: CausalDe,
    ) -> None:
        self._base = base
        self._referencia = referencia
        self._ficha = ficha
        self._ejecutor = ejecutor
        self._sello = sello
        self._cifra = cifra
        self._causal_of = causal_of
        self.parando = threading.Event()
        """Set when this process ends: whoever waits for a person here leaves it to the next execution."""
        self._mine = (solicitudes.c.referencia == referencia, solicitudes.c.ficha == ficha)
        self._at_begin: sa.Row[Any] | None = None
        self._begun: frozenset[str] = frozenset()

    def empezar(self, etapa: Etapa) -> bool:
        may = (*self._mine, solicitudes.c.cancelacion.is_(None)) if etapa.cancelable else self._mine
        line = historia.c
        before = sa.select(line.etapa).where(line.referencia == self._referencia, line.etapa.is_not(None)).distinct()

        def work(connection: sa.Connection) -> tuple[sa.Row[Any] | None, frozenset[str]]:
            change = sa.update(solicitudes).where(*may).values(estado=Estado.EN_CURSO, etapa=etapa, cambiada=now())
            row = connection.execute(change.returning(solicitudes)).first()
            begun = frozenset(connection.execute(before).scalars())
            if row is not None:
                tell(connection, self._referencia, Estado.EN_CURSO, self._ejecutor, "", etapa)
            return row, begun

        row, begun = self._do(work)
        if row is None:
            self._require_mine()
            raise Cancelada
        self._at_begin, self._begun = row, begun | {etapa}
        return etapa not in begun

    def comenzada(self, etapa: Etapa) -> bool:
        return etapa in self._begun

    def en_cola_antes(self, desde: dt.datetime) -> Mapping[str, str]:
        row, line = solicitudes.c, historia.c
        queued = sa.select(sa.func.max(line.numero)).where(
            line.referencia == row.referencia, line.estado == Estado.EN_COLA, line.etapa.is_(None)
        )
        turno = queued.correlate(solicitudes).scalar_subquery()

        def work(connection: sa.Connection) -> list[sa.Row[Any]]:
            this = sa.select(row.suscriptor, turno.label("turno")).where(row.referencia == self._referencia)
            own = connection.execute(this).one()
            others = sa.select(row.referencia, row.procedimiento, row.version, row.causal).where(
                row.suscriptor == own.suscriptor,
                row.referencia != self._referencia,
                row.estado.in_(_MAY_BE_FILED),
                row.creada >= desde,
                turno < own.turno,
            )
            return list(connection.execute(others))

        return {one.referencia: self._causal_of(one) for one in self._do(work)}

    def pasos(self, notas: Sequence[tuple[Paso, int | None]]) -> None:
        took: dict[int, int] = defaultdict(int)
        going: dict[int, bool] = {}
        for paso, ms in notas:
            took[paso.numero] += ms or 0
            going[paso.numero] = ms is None
        line = pasos.c

        def work(connection: sa.Connection) -> None:
            for numero, en_curso in going.items():
                this = sa.update(pasos).where(line.referencia == self._referencia, line.paso == numero)
                values = {"ms": line.ms + took[numero], "en_curso": en_curso}
                if not connection.execute(this.values(**values)).rowcount:
                    new = {"referencia": self._referencia, "paso": numero, "ms": took[numero], "en_curso": en_curso}
                    connection.execute(sa.insert(pasos).values(**new))

        transaction(self._base, work)

    @property
    def envio(self) -> EstadoEnvio | None:
        row = self._known()
        return EstadoEnvio(row.envio) if row.envio else None

    @property
    def enviado_en(self) -> dt.datetime | None:
        sent: dt.datetime | None = self._known().enviado_en
        return sent

    @property
    def envios(self) -> int:
        return int(self._known().envios)

    @property
    def radicado(self) -> Radicado | None:
        row = self._known()
        return Radicado(numero=row.radicado) if row.radicado else None

    @property
    def radicado_dicho(self) -> Radicado | None:
        row = self._known()
        return Radicado(numero=row.radicado_dicho) if row.radicado_dicho else None

    @property
    def dicho(self) -> Dicho | None:
        row = self._known()
        return Dicho(row.dicho) if row.dicho else None

    @property
    def corregido(self) -> Radicado | None:
        row = self._known()
        return Radicado(numero=row.corregido) if row.corregido else None

    def enviar(self) -> None:
        row = solicitudes.c
        instante = now()
        unsent = sa.or_(row.envio.is_(None), row.enviado_en == instante)
        may = sa.update(solicitudes).where(*self._mine, row.cancelacion.is_(None), unsent)

        def work(connection: sa.Connection) -> bool:
            sent = may.values(
                envio=EstadoEnvio.SIN_RESPUESTA,
                enviado_en=instante,
                envios=row.envios + 1,
                dicho=None,
                cambiada=instante,
            )
            if not connection.execute(sent).rowcount:
                return False
            self._tell(connection, "Envía el formulario a Serviweb.")
            return True

        if not self._do(work):
            if self._require_mine().cancelacion is None:
                raise EjecucionAbandonada
            raise Cancelada

    def otra_confirmada(self) -> None:
        self._change("Serviweb preguntó si se radica otra, y se respondió que sí: alguien lo confirmó.")

    def respondido(self) -> None:
        self._change("Serviweb respondió sin confirmar.", envio=EstadoEnvio.RESPONDIDO)

    def nada_guardado(self) -> None:
        self._change("Se comprobó que Serviweb no guardó nada.", envio=None, enviado_en=None)

    def guardado(self, radicado: Radicado) -> None:
        numero = radicado.numero
        self._change(f"Radicado {numero}.", envio=None, enviado_en=None, radicado_dicho=None, radicado=numero)

    def show_before_saving(self, visto: FormularioVisto, plazo: dt.timedelta) -> dt.datetime:
        row = self._require_mine()
        vence = now() + plazo
        sealed = self._sello(visto)
        line = revisiones.c
        this = line.referencia == self._referencia
        asked = {"estado": Decision.PEDIDA, "quien": None, "datos": sealed, "corrida": row.corrida}

        def work(connection: sa.Connection) -> dt.datetime:
            known = connection.execute(sa.select(revisiones).where(this)).first()
            if known is not None and known.corrida == row.corrida:
                if known.estado == Decision.PEDIDA:
                    connection.execute(sa.update(revisiones).where(this).values(datos=sealed))
                until: dt.datetime = known.vence
                return until
            connection.execute(sa.delete(revisiones).where(this))
            connection.execute(sa.insert(revisiones).values(referencia=self._referencia, vence=vence, **asked))
            connection.execute(sa.update(solicitudes).where(*self._mine).values(cambiada=now()))
            return vence

        return self._do(work)

    @property
    def decision(self) -> Decision:
        if self.parando.is_set():
            raise EjecucionAbandonada
        if self._require_mine().cancelacion is not None:
            raise Cancelada
        query = sa.select(revisiones.c.estado).where(revisiones.c.referencia == self._referencia)
        return Decision(self._do(lambda connection: connection.execute(query).scalar_one()))

    def reserve(self, words: str) -> str:
        return reserved(self._cifra.encrypt(words.encode()).decode())

    def _opened(self, token: str) -> str:
        try:
            return self._cifra.decrypt(token).decode()
        except InvalidToken:  # another key since; the text is told without them
            return "•••"

    def copias_hechas(self, documento: DocumentoCopias) -> None:
        self._do(
            lambda connection: note_print(
                connection, self._referencia, documento, EstadoImpresion.PDF, impresora="", quien=self._ejecutor
            )
        )

    def por_imprimir(self, documento: DocumentoCopias, impresora: str, servidor: str) -> TurnoDurable | EstadoImpresion:
        def work(connection: sa.Connection) -> TurnoDurable | EstadoImpresion:
            if hold(connection, self._referencia) != self._ficha:
                raise EjecucionAbandonada
            last = newest_print(connection, self._referencia, impresora)
            if last is not None and last.estado is EstadoImpresion.ENVIANDO:
                if last.servidor != servidor:
                    return give_up(connection, last)
                return take_over(connection, self._do, last) or last.estado
            if last is not None and last.estado is not EstadoImpresion.NO_IMPRESA:
                return last.estado
            return begin(
                connection,
                self._do,
                self._referencia,
                documento,
                impresora=impresora,
                servidor=servidor,
                quien=self._ejecutor,
            )

        return self._do(work)

    def close(self, resultado: Resultado) -> None:
        """The run is over; how it ended is in the record, whoever reads it."""
        sealed = self._sello(with_reserved_words(resultado, self._opened))
        detalle = sentence_of(resultado.error.clase) if resultado.error else f"Radicado {resultado.radicado}."

        def work(connection: sa.Connection) -> bool:
            values = {
                "estado": resultado.estado,
                "etapa": None,
                "ficha": None,
                "cancelacion": None,
                "cambiada": now(),
                "terminada": now(),
                "resultado": sealed,
                **cita_columns(resultado.cita),
            }
            if connection.execute(sa.update(solicitudes).where(*self._mine).values(**values)).rowcount:
                tell(connection, self._referencia, resultado.estado, self._ejecutor, detalle)
                connection.execute(sa.delete(revisiones).where(revisiones.c.referencia == self._referencia))
                return True
            row = row_of(connection, self._referencia)
            return row is not None and row.resultado == sealed

        if not self._do(work):
            raise EjecucionAbandonada

    def _known(self) -> sa.Row[Any]:
        """The row as the part began with it, until this execution changes it: nobody else does while it is EN CURSO, but to
        cancel or to relieve, which every change asks about (`_mine`).
        """
        return self._at_begin or self._require_mine()

    def _do(self, work: Callable[[sa.Connection], T]) -> T:
        self._at_begin = None
        try:
            return transaction(self._base, work)
        except RegistroUnavailable:
            raise ProcesoPerdido from None

    def _require_mine(self) -> sa.Row[Any]:
        row = self._do(lambda connection: row_of(connection, self._referencia))
        if row is None or row.ficha != self._ficha:
            raise EjecucionAbandonada
        return row

    def _change(self, detalle: str, **values: str | None) -> None:
        def work(connection: sa.Connection) -> bool:
            change = sa.update(solicitudes).where(*self._mine).values(**values, cambiada=now())
            if not connection.execute(change).rowcount:
                return False
            self._tell(connection, detalle)
            return True

        if not self._do(work):
            raise EjecucionAbandonada

    def _tell(self, connection: sa.Connection, detalle: str) -> None:
        tell(connection, self._referencia, Estado.EN_CURSO, self._ejecutor, detalle, Etapa.GUARDAR)
