"""The robot's own record of its solicitudes: what each is, where it stands, everything that happened to it, every print.

It lives in the engine's database, so that accepting a solicitud and queueing it are one transaction. What identifies the
person who asks is encrypted and goes when its time is over; the history holds no personal data and stays.

Two rules make it safe for several processes: whatever decides something is one conditional `UPDATE`, and every execution
writes with its own `ficha`, so that one that was relieved of its work can change nothing any more.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel

from robot.cipher import LLAVE
from robot.errors import (
    ActoImposible,
    BadInput,
    EnvioEnDuda,
    Problema,
    ProcedimientoIlegible,
    RegistroUnavailable,
    struck_out,
)
from robot.flows.constancia import Dicho, EstadoEnvio, Etapa, Resolucion
from robot.flows.traslado import SituacionDeCita
from robot.models import ZONA_HORARIA, Estado, Reglas, Resultado, Solicitud
from robot.procedure import Paso
from robot.procedure.definition import Procedimiento
from robot.record import database as bd
from robot.record.dossier import Expediente, Impresion, PasoVisto, Suceso
from robot.record.entries import handover_of, now, row_of, situation_of, tell
from robot.record.execution import ConstanciaDurable
from robot.record.finding import Indice
from robot.record.prints import Impresiones
from robot.record.procedures import Definiciones
from robot.record.repeats import Huella
from robot.record.tables import historia, latidos, pasos, revisiones, solicitudes
from robot.referencia import Referencia

Encolar = Callable[[sa.Connection, int], None]
"""Queues the run with this number within the transaction of the connection."""

T = TypeVar("T")


ORIGINAL = ("SC-PQRS-PRO-018", "01")
"""The procedure of what a process of a version without procedures accepts, which can file by no other one."""
_ACCEPTED = Reglas(suscriptor=".*", ruta=".*", ahora=dt.datetime.min.replace(tzinfo=ZONA_HORARIA), aceptada=True)
"""What was accepted once is not judged again: its fecha may be over, and the rules may have changed."""


class Registro:
    """Every solicitud that was ever accepted.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, motor: sa.Engine, cifra: Fernet, indice: Indice) -> None:
        self.base = motor
        self.papel = Impresiones(motor)
        self.indice = indice
        self.definiciones = Definiciones(motor)
        self._cifra = cifra

    def transaction(self, work: Callable[[sa.Connection], T]) -> T:
        """Do `work` in one transaction, again after a lost connection; it must be safe to do twice."""
        return bd.transaction(self.base, work)

    def lately(self, huella: Huella, *, quien: str) -> Referencia | None:
        """The solicitud in which the same was asked for a while ago, which is told in its history; nothing if there is none."""

        def work(connection: sa.Connection) -> Referencia | None:
            huella.let_go(connection)
            return huella.holder(connection, quien)

        return self.transaction(work)

    def fill_index(self) -> None:
        """Have those found by who asks that a version without the index has accepted; the others are not touched."""
        self.indice.fill(self.base, self.asked_in)

    def asked_in(self, datos: bytes) -> Solicitud:
        """What was accepted, of what is kept of it encrypted; it is not judged again."""
        return Solicitud.model_validate_json(self.opened(datos), context=_ACCEPTED)

    def of_body(self, referencia: Referencia) -> Referencia | None:
        """The solicitud whose referencia is this one, or would be if it were of the same procedure; nothing if there is none."""
        query = sa.select(solicitudes.c.referencia).where(solicitudes.c.cuerpo == referencia.cuerpo)
        found = self.transaction(lambda connection: connection.execute(query).scalar_one_or_none())
        if found is None and self._row(referencia) is not None:  # a process of the version before has accepted it
            return referencia
        return Referencia(found) if found is not None else None

    def procedimiento(self, referencia: Referencia) -> Procedimiento:
        """The procedure by which a solicitud is filed, as it was when that was accepted.

        Raises:
            BadInput: there is no such solicitud.
            ProcedimientoIlegible.
        """
        expediente = self.expediente(referencia)
        return self.definiciones.of(expediente.procedimiento, expediente.version)

    def is_readable(self, referencia: Referencia) -> bool:
        """Whether this version of the robot understands the procedure of a solicitud."""
        try:
            self.procedimiento(referencia)
        except ProcedimientoIlegible:
            return False
        return True

    def solicitud(self, referencia: Referencia) -> Solicitud | None:
        """What was asked for, or nothing where its personal data are gone.

        Raises:
            RegistroUnavailable: the key is not the one that it was encrypted with.
        """
        row = self._row(referencia)
        if row is None or row.datos is None:
            return None
        return self.asked_in(row.datos).model_copy(update={"procedimiento": row.procedimiento or ORIGINAL[0]})

    def expediente(self, referencia: Referencia) -> Expediente:
        """How a solicitud stands.

        Raises:
            BadInput: there is none with this referencia.
        """
        row = self._row(referencia)
        if row is None:
            raise BadInput([Problema("referencia", f"no hay ninguna solicitud {referencia}.")])
        return self.as_expediente(row)

    def expedientes(self, estados: Sequence[Estado] = (), *, limite: int = 200) -> list[Expediente]:
        """The newest first."""
        query = sa.select(solicitudes).order_by(solicitudes.c.creada.desc(), solicitudes.c.referencia).limit(limite)
        if estados:
            query = query.where(solicitudes.c.estado.in_(list(estados)))
        return [self.as_expediente(row) for row in self._all(query)]

    def historia(self, referencia: Referencia) -> list[Suceso]:
        """Everything that happened to a solicitud, in order."""
        query = sa.select(historia).where(historia.c.referencia == referencia).order_by(historia.c.numero)
        return [
            Suceso(
                instante=row.instante,
                estado=Estado(row.estado),
                etapa=Etapa(row.etapa) if row.etapa else None,
                quien=row.quien,
                detalle=row.detalle,
            )
            for row in self._all(query)
        ]

    def impresiones(self, referencia: Referencia) -> Sequence[Impresion]:
        """The print ledger of a solicitud, in order."""
        return self.papel.of(referencia)

    def pasos(self, referencia: Referencia) -> list[PasoVisto]:
        """The steps of the procedure that the robot has got to, in order."""
        query = sa.select(pasos).where(pasos.c.referencia == referencia).order_by(pasos.c.paso)
        by_number = {paso.numero: paso for paso in Paso}
        return [
            PasoVisto(by_number[row.paso], None if row.en_curso else row.ms)
            for row in self._all(query)
            if row.paso in by_number
        ]

    def cancel(self, referencia: Referencia, *, quien: str, motivo: str) -> Estado:
        """Cancel at once what was never begun; have everything else stop, and free its cupo, before Guardar.

        The estado after it.

        Raises:
            ActoImposible: it has ended, or its form has been sent.
        """
        motivo = self.without_personal_data(referencia, motivo)
        row = solicitudes.c

        def work(connection: sa.Connection) -> Estado | None:
            instante = now()
            open_and_unsent = (row.referencia == referencia, row.envio.is_(None), row.radicado.is_(None))
            untouched = connection.execute(
                sa.update(solicitudes)
                .where(*open_and_unsent, row.estado == Estado.EN_COLA, row.corrida == 1)
                .values(estado=Estado.CANCELADA, cancelacion=quien, cambiada=instante, terminada=instante)
            )
            if untouched.rowcount:
                tell(connection, referencia, Estado.CANCELADA, quien, motivo or "Cancelada.")
                return Estado.CANCELADA
            begun = connection.execute(
                sa.update(solicitudes)
                .where(*open_and_unsent, row.estado.in_([Estado.EN_COLA, Estado.EN_CURSO]))
                .values(cancelacion=quien, cambiada=instante)
                .returning(row.estado)
            ).scalar_one_or_none()
            if begun is None:
                return None
            tell(connection, referencia, Estado(begun), quien, f"Pidió cancelar. {motivo}".strip())
            return Estado(begun)

        done = self.transaction(work)
        if done is not None:
            return done
        expediente = self.expediente(referencia)
        if expediente.estado.terminado and expediente.envio is None and expediente.radicado is None:
            raise ActoImposible(f"Ya terminó: {expediente.estado.value}.")
        if expediente.estado is Estado.POR_VERIFICAR and expediente.radicado is None:
            raise EnvioEnDuda
        raise ActoImposible("El robot ya envió Guardar: ya no se puede cancelar; si sobra, anúlela en Serviweb.")

    def reopen(
        self,
        referencia: Referencia,
        *,
        quien: str,
        detalle: str,
        desde: Sequence[Estado],
        encolar: Encolar,
        resolucion: Resolucion | None = None,
        cancelar: bool = False,
    ) -> None:
        """Queue another run of a solicitud that has ended.

        Args:
            desde: the estados it may be in.
            resolucion: what a person found in Serviweb.
            cancelar: it is to free the cupo and end there.

        Raises:
            ActoImposible: it is in another estado, or its personal data are gone.
        """
        detalle = self.without_personal_data(referencia, detalle)
        row = solicitudes.c

        def work(connection: sa.Connection) -> bool:
            values: dict[str, Any] = {
                "estado": Estado.EN_COLA,
                "corrida": row.corrida + 1,
                "cancelacion": quien if cancelar else None,
                "cambiada": now(),
                "terminada": None,
                "resultado": None,
                "avisada": None,
                "anunciada": None,
            }
            if resolucion is not None:
                values |= _decided(resolucion)
            opened = connection.execute(
                sa.update(solicitudes)
                .where(
                    row.referencia == referencia,
                    row.estado.in_(list(desde)),
                    row.datos.is_not(None),
                    row.traslado.is_(None),
                    sa.or_(row.cita_situacion.is_(None), row.cita_situacion != SituacionDeCita.CANCELADA),
                )
                .values(**values)
                .returning(row.corrida)
            ).scalar_one_or_none()
            if opened is None:
                return False
            connection.execute(sa.delete(pasos).where(pasos.c.referencia == referencia))
            tell(connection, referencia, Estado.EN_COLA, quien, detalle)
            encolar(connection, opened)
            return True

        if not self.transaction(work):
            expediente = self.expediente(referencia)
            if expediente.estado in desde and expediente.traslado:
                raise ActoImposible("Se está cambiando su cita; espere a que termine.")
            if expediente.situacion is not None and expediente.situacion.cancelada:
                raise ActoImposible("Su cita está cancelada: asígnele otra primero.")
            if expediente.estado in desde:
                raise ActoImposible("Sus datos personales ya se eliminaron; ingrésela de nuevo.")
            numero = f" con el radicado {expediente.radicado}" if expediente.radicado else ""
            raise ActoImposible(f"Está {expediente.estado.value}{numero}.")

    def take(self, referencia: Referencia, *, corrida: int, ejecutor: str) -> "ConstanciaDurable | None":
        """Become the only execution that may change a solicitud; nothing where this run is over.

        Whoever had it before can change nothing any more.
        """
        ficha = uuid.uuid4().hex
        row = solicitudes.c

        def work(connection: sa.Connection) -> bool:
            taken = connection.execute(
                sa.update(solicitudes)
                .where(
                    row.referencia == referencia,
                    row.corrida == corrida,
                    row.estado.in_([Estado.EN_COLA, Estado.EN_CURSO]),
                )
                .values(ficha=ficha, ejecutor=ejecutor)
            )
            return taken.rowcount > 0

        if not self.transaction(work):
            return None
        return ConstanciaDurable(
            *(self.base, referencia, ficha, ejecutor),
            sello=self.sealed_model,
            cifra=self._cifra,
            causal_of=self._causal_of,
        )

    def _causal_of(self, row: sa.Row[Any]) -> str:
        codigo, version = row.procedimiento or ORIGINAL[0], row.version or ORIGINAL[1]
        return self.definiciones.causal_of(codigo, version, row.causal or "")

    def give_up(self, referencia: Referencia, corrida: int, resultado: Resultado) -> bool:
        """The engine will not go on with a run: a person must look. Whether it was so; not where the run is over by now."""
        row = solicitudes.c

        def work(connection: sa.Connection) -> bool:
            closed = connection.execute(
                sa.update(solicitudes)
                .where(
                    row.referencia == referencia,
                    row.corrida == corrida,
                    row.estado.in_([Estado.EN_COLA, Estado.EN_CURSO]),
                )
                .values(
                    estado=Estado.POR_VERIFICAR,
                    ficha=None,
                    cambiada=now(),
                    terminada=now(),
                    resultado=self.sealed_model(resultado),
                )
            )
            if closed.rowcount:
                connection.execute(sa.delete(revisiones).where(revisiones.c.referencia == referencia))
                tell(connection, referencia, Estado.POR_VERIFICAR, "motor", "El motor no siguió con ella.")
            return closed.rowcount > 0

        return self.transaction(work)

    def beat(self, ejecutor: str) -> None:
        """A worker shows that it is there."""

        def work(connection: sa.Connection) -> None:
            seen = {"instante": now()}
            this = sa.update(latidos).where(latidos.c.ejecutor == ejecutor).values(**seen)
            if not connection.execute(this).rowcount:
                connection.execute(sa.insert(latidos).values(ejecutor=ejecutor, **seen))

        self.transaction(work)

    def as_expediente(self, row: sa.Row[Any]) -> Expediente:
        return Expediente(
            referencia=Referencia(row.referencia),
            estado=Estado(row.estado),
            asesor=row.asesor,
            usuario=row.usuario,
            suscriptor=row.suscriptor,
            creada=row.creada,
            cambiada=row.cambiada,
            terminada=row.terminada,
            corrida=row.corrida,
            etapa=Etapa(row.etapa) if row.etapa else None,
            radicado=row.radicado,
            dicho=Dicho(row.dicho) if row.dicho else None,
            envio=EstadoEnvio(row.envio) if row.envio else None,
            cancelacion=row.cancelacion,
            ejecutor=row.ejecutor,
            resultado=Resultado.model_validate_json(self.opened(row.resultado)) if row.resultado else None,
            respondida=row.respondida,
            situacion=situation_of(row),
            traslado=row.traslado or "",
            entrega=handover_of(row),
            procedimiento=row.procedimiento or ORIGINAL[0],
            version=row.version or ORIGINAL[1],
            causal=row.causal or "",
        )

    def sealed_solicitud(self, solicitud: Solicitud) -> bytes:
        """What was asked for; its procedure is a column, and what it says to that only stands there where it says something."""
        said = {"procedimiento", *(name for name in ("medio", "causal", "respuestas") if not getattr(solicitud, name))}
        return self.sealed(solicitud.model_dump_json(exclude=said))

    def sealed_model(self, data: BaseModel) -> bytes:
        """Personal data, encrypted whole."""
        return self.sealed(data.model_dump_json(context={"completa": True}))

    def sealed(self, text: str) -> bytes:
        """A text that may hold personal data, encrypted."""
        return self._cifra.encrypt(text.encode())

    def opened(self, sealed: bytes) -> bytes:
        """What was encrypted, in the clear.

        Raises:
            RegistroUnavailable: the key is not the one that it was encrypted with.
        """
        try:
            return self._cifra.decrypt(sealed)
        except InvalidToken:
            raise RegistroUnavailable("La llave no es la que cifró los datos.", campo=LLAVE) from None

    def _row(self, referencia: str) -> sa.Row[Any] | None:
        return self.transaction(lambda connection: row_of(connection, referencia))

    def _all(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return self.transaction(lambda connection: connection.execute(query).all())

    def without_personal_data(self, referencia: Referencia, text: str) -> str:
        solicitud = self.solicitud(referencia)
        if solicitud is None:
            return text
        try:
            answers = self.procedimiento(referencia).personal(solicitud.respuestas)
        except ProcedimientoIlegible:  # nobody knows which of them are
            answers = tuple(solicitud.respuestas.values())
        return struck_out(text, (*solicitud.secretos, *answers))


def _decided(resolucion: Resolucion) -> dict[str, Any]:
    """What changes by what a person decides. A radicado that only a person told is taken back by what is said next."""
    row = solicitudes.c
    told = row.dicho.in_([one for one in Dicho if one.radicado])
    values: dict[str, Any] = {
        "radicado_dicho": resolucion.radicado,
        "dicho": resolucion.dicho,
        "corregido": sa.case((told, row.radicado), else_=row.corregido),
    }
    if resolucion.radicado is None:
        values |= {"envio": None, "enviado_en": None, "radicado": sa.case((told, None), else_=row.radicado)}
    return values
