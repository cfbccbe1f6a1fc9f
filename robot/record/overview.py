"""What the record tells of many solicitudes at once: lists, searches, counts, times. It changes nothing."""

import datetime as dt
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from robot.conciliacion.sides import SolicitudVista
from robot.errors import ProcedimientoIlegible
from robot.informes.mes import ClaseDePeticion, Peticion
from robot.models import ZONA_HORARIA, Cita, Estado
from robot.procedure import Paso
from robot.reading.equality import normalized
from robot.record.dossier import EstadoDeEntrega, Expediente, Impresion, PasoVisto
from robot.record.prints import as_impresion
from robot.record.solicitudes import ORIGINAL, Registro
from robot.record.tables import impresiones, latidos, pasos, solicitudes
from robot.referencia import Referencia
from robot.workdays import TERMINO_DIAS_HABILES

PENDIENTES = (Estado.EN_COLA, Estado.EN_CURSO, Estado.POR_VERIFICAR)
"""However old, somebody waits for them: the robot, or a person."""
_BY_NUMBER = {paso.numero: paso for paso in Paso}


@dataclass(frozen=True, slots=True)
class PorVencer:
    """Which RADICADAS are to be answered first: those that came up to a day and have not been answered.

    Attributes:
        de, sin: only by these procedures, as código and version; by none of these.
    """

    hasta: dt.date
    de: tuple[tuple[str, str], ...] = ()
    sin: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Filtro:
    """Which solicitudes are wanted; what is blank does not narrow it.

    Attributes:
        asesor: key of the one who handed them in.
        texto: a radicado, a código de suscriptor or a referencia, or the beginning of one; a document, a telephone, or words of
            a name.
        desde, hasta: days on which they were handed in, both included.
        cita_desde, cita_hasta: days of their cita, both included.
        cuadrilla: the crew of their cita, or the beginning of its name.
        entrega: how far their paper has come.
        procedimiento: código of the one by which they are filed.
        por_vencer: those that are to be answered first by any of these.
    """

    asesor: str = ""
    estados: tuple[Estado, ...] = ()
    texto: str = ""
    desde: dt.date | None = None
    hasta: dt.date | None = None
    cita_desde: dt.date | None = None
    cita_hasta: dt.date | None = None
    cuadrilla: str = ""
    entrega: EstadoDeEntrega | None = None
    procedimiento: str = ""
    por_vencer: tuple[PorVencer, ...] = ()


@dataclass(frozen=True, slots=True)
class Avance:
    """How far one solicitud has come, and its prints; something differs whenever anything of it does."""

    estado: Estado
    etapa: str
    cambiada: dt.datetime
    pasos: tuple[PasoVisto, ...]
    impresiones: tuple[Impresion, ...] = ()
    traslado: str = ""

    @property
    def quieta(self) -> bool:
        """Nothing changes any more unless a person asks for it."""
        return self.estado.terminado and not self.traslado and not any(one.abierta for one in self.impresiones)


@dataclass(frozen=True, slots=True)
class Tiempos:
    """How long a step took, in milliseconds, over a number of solicitudes."""

    paso: Paso
    cuantas: int
    mediana: float
    p95: float


class Panorama:
    """Reads the record.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def search(self, filtro: Filtro, *, limite: int, salto: int = 0) -> tuple[list[Expediente], int]:
        """A stretch of what fits, the newest first, and how many there are in all."""
        conditions = self._conditions(filtro)
        row = solicitudes.c
        newest = (row.creada.desc(), row.referencia.desc())
        # what a list goes by stands in indexes; rows are long, and only those that are shown are read
        shown = sa.select(row.referencia).where(*conditions).order_by(*newest).limit(limite).offset(salto)
        query = sa.select(solicitudes).where(row.referencia.in_(shown)).order_by(*newest)
        count = sa.select(sa.func.count()).select_from(solicitudes).where(*conditions)

        def work(connection: sa.Connection) -> tuple[list[Expediente], int]:
            rows = connection.execute(query).all()
            return [self._registro.as_expediente(one) for one in rows], connection.execute(count).scalar_one()

        return self._registro.transaction(work)

    def _conditions(self, filtro: Filtro) -> list[sa.ColumnElement[bool]]:
        row = solicitudes.c
        conditions: list[sa.ColumnElement[bool]] = []
        if filtro.asesor:
            conditions.append(row.asesor == filtro.asesor)
        if filtro.estados:
            conditions.append(row.estado.in_(list(filtro.estados)))
        if text := filtro.texto.strip():
            begun = _beginning_with(text, self._registro.base.dialect.name)
            conditions.append(row.referencia.in_(sa.union(*begun, *self._registro.indice.matches(text))))
        if filtro.desde:
            conditions.append(row.creada >= _begin_of(filtro.desde))
        if filtro.hasta:
            conditions.append(row.creada < _begin_of(filtro.hasta + dt.timedelta(days=1)))
        if filtro.cita_desde:
            conditions.append(row.cita_fecha >= filtro.cita_desde)
        if filtro.cita_hasta:
            conditions.append(row.cita_fecha <= filtro.cita_hasta)
        if filtro.cuadrilla.strip():
            conditions.append(row.cuadrilla.in_(self._crews(filtro.cuadrilla)))
        conditions += _by_procedure(filtro.procedimiento)
        if filtro.entrega is not None:
            conditions += _handed_over(filtro.entrega)
        conditions += _by_term(filtro.por_vencer)
        return conditions

    def _crews(self, texto: str) -> list[str]:
        """The crews whose name begins so, whatever its capitals and accents: of those, SQLite knows the English ones alone."""
        begin = normalized(texto)
        query = sa.select(solicitudes.c.cuadrilla).where(solicitudes.c.cuadrilla.is_not(None)).distinct()
        known = self._registro.transaction(lambda connection: connection.execute(query).scalars().all())
        return [one for one in known if begin and normalized(one).startswith(begin)]

    def last_procedure(self, asesor: str) -> str:
        """The código of the procedure of the solicitud that the asesor handed in last; blank where there is none."""
        found, _ = self.search(Filtro(asesor=asesor), limite=1)
        return found[0].procedimiento if found else ""

    def visitas_recientes(self, suscriptor: str, desde: dt.datetime) -> list[Expediente]:
        """Solicitudes of the suscriptor that were handed in since then and came to something, or may yet."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(
            row.suscriptor == suscriptor,
            row.creada >= desde,
            row.estado.not_in([Estado.RECHAZADA, Estado.CANCELADA]),
        )
        newest = query.order_by(row.creada.desc())
        return self._registro.transaction(
            lambda connection: [self._registro.as_expediente(one) for one in connection.execute(newest)]
        )

    def terms(self) -> dict[int, list[tuple[str, str]]]:
        """The procedures by which solicitudes were accepted, as código and version, by their legal term in working days."""
        terms: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for one in self._registro.definiciones.used():
            terms[one.termino_dias_habiles].append((one.codigo, one.version))
        return terms

    def unanswered(self, cuales: PorVencer, *, limite: int) -> tuple[list[Expediente], int]:
        """Some of those that are to be answered first, the oldest before the others, and how many there are in all."""
        own = _to_be_answered(cuales)
        query = sa.select(solicitudes).where(own).order_by(solicitudes.c.creada).limit(limite)
        count = sa.select(sa.func.count()).select_from(solicitudes).where(own)

        def work(connection: sa.Connection) -> tuple[list[Expediente], int]:
            rows = connection.execute(query).all()
            return [self._registro.as_expediente(one) for one in rows], connection.execute(count).scalar_one()

        return self._registro.transaction(work)

    def visits(self, dia: dt.date) -> list[tuple[Expediente, Cita]]:
        """The visits that were booked for a day, by their hour."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(row.estado == Estado.RADICADA, row.cita_fecha == dia)
        rows = self._registro.transaction(lambda connection: connection.execute(query).all())
        every = map(self._registro.as_expediente, rows)
        kept = [one for one in every if one.situacion is None or not one.situacion.cancelada]
        return sorted(
            ((one, one.cita) for one in kept if one.cita is not None),
            key=lambda both: (both[1].hora, both[1].cuadrilla, both[0].referencia),
        )

    def avances(self, referencias: Iterable[Referencia]) -> Mapping[Referencia, Avance]:
        """How far each has come, in three queries for all of them."""
        wanted = [str(one) for one in referencias]
        row, line = solicitudes.c, pasos.c
        states = sa.select(row.referencia, row.estado, row.etapa, row.cambiada, row.traslado).where(
            row.referencia.in_(wanted)
        )
        steps = sa.select(pasos).where(line.referencia.in_(wanted)).order_by(line.paso)
        prints = sa.select(impresiones).where(impresiones.c.referencia.in_(wanted), impresiones.c.impresora != "")

        def work(connection: sa.Connection) -> Mapping[Referencia, Avance]:
            found = {
                Referencia(one.referencia): Avance(
                    Estado(one.estado), one.etapa or "", one.cambiada, (), traslado=one.traslado or ""
                )
                for one in connection.execute(states)
            }
            for one in connection.execute(steps):
                own = Referencia(one.referencia)
                if own in found and one.paso in _BY_NUMBER:
                    visto = PasoVisto(_BY_NUMBER[one.paso], None if one.en_curso else one.ms)
                    found[own] = replace(found[own], pasos=(*found[own].pasos, visto))
            for one in connection.execute(prints.order_by(impresiones.c.numero)):
                own = Referencia(one.referencia)
                if own in found:
                    found[own] = replace(found[own], impresiones=(*found[own].impresiones, as_impresion(one)))
            return found

        return self._registro.transaction(work)

    def for_conciliacion(self, desde: dt.datetime) -> list[SolicitudVista]:
        """The solicitudes that were handed in since then, and every one that has not come to its end."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(
            sa.or_(
                row.creada >= desde,
                row.estado.in_(PENDIENTES),
            )
        )
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        return [_as_seen(self._registro.as_expediente(one)) for one in found]

    def counts(self, desde: dt.datetime) -> Mapping[Estado, int]:
        """How many there are in each estado, of those handed in since then; and all that wait for somebody."""
        row = solicitudes.c
        query = (
            sa.select(row.estado, sa.func.count())
            .where(sa.or_(row.creada >= desde, row.estado.in_(PENDIENTES)))
            .group_by(row.estado)
        )
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        by_estado = {Estado(estado): count for estado, count in found}
        return {estado: by_estado.get(estado, 0) for estado in Estado}

    def received(self, desde: dt.date, hasta: dt.date) -> list[Peticion]:
        """What counts of the petitions that came from one day to another, both included."""
        row = solicitudes.c
        columns = (row.estado, row.creada, row.respondida, row.procedimiento, row.version, row.causal)
        query = sa.select(*columns).where(*self._conditions(Filtro(desde=desde, hasta=hasta)))
        return [
            Peticion(
                Estado(estado),
                creada.date(),
                respondida.date() if respondida else None,
                *self._kind(codigo or ORIGINAL[0], version or ORIGINAL[1], causal or ""),
            )
            for estado, creada, respondida, codigo, version, causal in self._registro.transaction(
                lambda connection: connection.execute(query).all()
            )
        ]

    def _kind(self, codigo: str, version: str, causal: str) -> tuple[ClaseDePeticion, int]:
        """As what a petition is filed by a procedure, and its legal term."""
        try:
            own = self._registro.definiciones.of(codigo, version)
        except ProcedimientoIlegible:
            return ClaseDePeticion(codigo, causal=causal), TERMINO_DIAS_HABILES
        return ClaseDePeticion(
            own.nombre, own.servicio, own.tipo, causal or " / ".join(own.causales)
        ), own.termino_dias_habiles

    def por_verificar(self, asesor: str = "") -> int:
        """How many wait for a person to decide; of one asesor, or of all."""
        row = solicitudes.c
        query = sa.select(sa.func.count()).where(
            row.estado == Estado.POR_VERIFICAR, *([row.asesor == asesor] if asesor else [])
        )
        return self._registro.transaction(lambda connection: connection.execute(query).scalar_one())

    def times(self, desde: dt.datetime) -> Sequence[Tiempos]:
        """How long each step took in the solicitudes that ended since then."""
        row, line = solicitudes.c, pasos.c
        ended = sa.select(row.referencia).where(row.terminada >= desde, row.estado == Estado.RADICADA)
        query = sa.select(line.paso, line.ms).where(line.referencia.in_(ended))
        taken: dict[int, list[int]] = {}
        for paso, ms in self._registro.transaction(lambda connection: connection.execute(query).all()):
            taken.setdefault(paso, []).append(ms)
        return [
            Tiempos(paso, len(all_ms), statistics.median(all_ms), _p95(all_ms))
            for paso in Paso
            if (all_ms := taken.get(paso.numero))
        ]

    def workers(self, silencio_segundos: float) -> list[str]:
        """The executor ids that have given a sign of life within that time."""
        since = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(seconds=silencio_segundos)
        query = sa.select(latidos.c.ejecutor).where(latidos.c.instante >= since).order_by(latidos.c.ejecutor)
        return list(self._registro.transaction(lambda connection: connection.execute(query).scalars().all()))


def _as_seen(expediente: Expediente) -> SolicitudVista:
    cita = expediente.resultado.cita if expediente.resultado else None
    cancelada = expediente.situacion if expediente.situacion is not None and expediente.situacion.cancelada else None
    seen = SolicitudVista(
        referencia=expediente.referencia,
        estado=Estado.EN_CURSO if expediente.traslado else expediente.estado,
        suscriptor=expediente.suscriptor,
        creada=expediente.creada,
        cambiada=expediente.cambiada,
        radicado=expediente.radicado or "",
        respondida=expediente.respondida is not None,
        procedimiento=expediente.procedimiento,
        version=expediente.version,
        cancelada=f"{cancelada.quien} el {cancelada.instante:%d/%m/%Y a las %H:%M}" if cancelada is not None else "",
    )
    if cita is None:
        return seen
    return replace(
        seen,
        planilla_id=cita.planilla_id,
        hoja_id=cita.hoja_id,
        fecha=cita.fecha,
        hora=cita.hora,
        cuadrilla=cita.cuadrilla,
        marca=cita.marca,
    )


def _beginning_with(text: str, dialect: str) -> list[sa.Select[tuple[str]]]:
    """The referencias of what begins so, each by an index of its own."""
    row = solicitudes.c
    columns = (row.referencia, row.radicado, row.suscriptor)
    return [
        sa.select(row.referencia).where(_begins(column, one, dialect))
        for column in columns
        for one in sorted({text, text.upper()})
    ]


def _begins(column: sa.Column[str], text: str, dialect: str) -> sa.ColumnElement[bool]:
    if dialect == "sqlite":  # which uses no index for LIKE, and compares texts sign by sign
        return sa.and_(column >= text, column < text + chr(sys.maxunicode))
    return column.startswith(text, autoescape=True)


def _by_procedure(codigo: str) -> list[sa.ColumnElement[bool]]:
    """What a process of the version before has accepted names none."""
    row = solicitudes.c
    unnamed = [row.procedimiento.is_(None)] if codigo == ORIGINAL[0] else []
    return [sa.or_(row.procedimiento == codigo, *unnamed)] if codigo else []


def _by_term(por_vencer: Sequence[PorVencer]) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(*map(_to_be_answered, por_vencer))] if por_vencer else []


def _to_be_answered(cuales: PorVencer) -> sa.ColumnElement[bool]:
    row = solicitudes.c
    cual = sa.tuple_(row.procedimiento, row.version)
    of_these: list[sa.ColumnElement[bool]] = [cual.in_(cuales.de)] if cuales.de else []
    if cuales.sin:
        of_these.append(sa.or_(row.procedimiento.is_(None), cual.not_in(cuales.sin)))
    came = row.creada < _begin_of(cuales.hasta + dt.timedelta(days=1))
    return sa.and_(row.estado == Estado.RADICADA, row.respondida.is_(None), came, *of_these)


def _handed_over(estado: EstadoDeEntrega) -> list[sa.ColumnElement[bool]]:
    row = solicitudes.c
    match estado:
        case EstadoDeEntrega.ASIGNADA:
            return [row.asignada.is_not(None)]
        case EstadoDeEntrega.ENTREGADA:
            return [row.entregada.is_not(None), row.asignada.is_(None)]
        case EstadoDeEntrega.SIN_ENTREGAR:
            return [row.estado == Estado.RADICADA, row.entregada.is_(None), row.asignada.is_(None)]


def _begin_of(dia: dt.date) -> dt.datetime:
    return dt.datetime.combine(dia, dt.time(), ZONA_HORARIA)


def _p95(values: Sequence[int]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else float(values[0])
