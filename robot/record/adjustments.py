"""The record of what the robot proposes where a screen changed, and of the lines that people have accepted.

Nothing of a person stands in it but who accepted a line, and who took it back.
"""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from robot.errors import ActoImposible
from robot.perfil.ajustes import Ajuste, Propuesta
from robot.record import database as bd
from robot.record.entries import now
from robot.record.tables import ajustes, propuestas
from robot.settings import Settings

T = TypeVar("T")
_ROW = propuestas.c
_LINE = ajustes.c


@dataclass(frozen=True, slots=True)
class Aceptado:
    """A line as it was accepted.

    Attributes:
        numero: its version; of one thing, the newest that was not taken back holds.
        antes, ahora: what the thing was and what it is by this line, in Spanish.
        revertido, revertido_por: when it was taken back, and by whom, if it was.
        vigente: it holds now.
    """

    numero: int
    ajuste: Ajuste
    antes: str
    ahora: str
    quien: str
    instante: dt.datetime
    revertido: dt.datetime | None
    revertido_por: str
    vigente: bool


class Ajustes:
    """Every proposal and every line.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base

    def _do(self, work: Callable[[sa.Connection], T]) -> T:
        return bd.transaction(self._base, work)

    def propose(self, propuestas_de_ahora: Sequence[Propuesta], *, vistas: Collection[tuple[str, str]] = ()) -> None:
        """Keep what is proposed now, in the place of what was for the same things.

        Args:
            vistas: screen and name of what else was looked at: for what was found there is nothing to propose any more.
        """
        looked_at = {*vistas, *((one.pantalla, one.elemento) for one in propuestas_de_ahora)}

        def work(connection: sa.Connection) -> None:
            for pantalla, elemento in looked_at:
                connection.execute(_of(sa.delete(propuestas), pantalla, elemento))
            for orden, one in enumerate(propuestas_de_ahora):
                told = {"linea": one.linea, "antes": one.antes, "ahora": one.ahora, "cambios": one.cambios}
                named = {"pantalla": one.pantalla, "elemento": one.elemento, "orden": orden}
                connection.execute(sa.insert(propuestas).values(**named, **told, parecido=one.parecido, vista=now()))

        if looked_at:
            self._do(work)

    def pending(self) -> list[Propuesta]:
        """What is proposed and nobody has accepted yet, by screen and name, the likeliest first."""
        query = sa.select(propuestas).order_by(_ROW.pantalla, _ROW.elemento, _ROW.orden)
        return [
            Propuesta(row.pantalla, row.elemento, row.linea, row.antes, row.ahora, row.cambios, row.parecido)
            for row in self._do(lambda connection: connection.execute(query).all())
        ]

    def accept(self, ajuste: Ajuste, *, quien: str) -> None:
        """Somebody accepts a line that is proposed: it holds from the next solicitud on.

        Raises:
            ActoImposible: it is not proposed any more.
        """

        def work(connection: sa.Connection) -> None:
            this = _of(sa.select(propuestas), ajuste.pantalla, ajuste.elemento).where(_ROW.linea == ajuste.linea)
            found = connection.execute(this).first()
            if found is None:
                raise ActoImposible("El robot ya no propone esa línea: recargue la página.")
            named = {"pantalla": ajuste.pantalla, "elemento": ajuste.elemento, "linea": ajuste.linea}
            told = {"antes": found.antes, "ahora": found.ahora}
            connection.execute(sa.insert(ajustes).values(**named, **told, quien=quien, instante=now()))
            connection.execute(_of(sa.delete(propuestas), ajuste.pantalla, ajuste.elemento))

        self._do(work)

    def revert(self, numero: int, *, quien: str) -> None:
        """Somebody takes a line back: what held before it holds again.

        Raises:
            ActoImposible: there is none of this number, or it was taken back before.
        """
        this = sa.update(ajustes).where(_LINE.numero == numero, _LINE.revertido.is_(None))
        values = {"revertido": now(), "revertido_por": quien}
        if not self._do(lambda connection: connection.execute(this.values(**values)).rowcount):
            raise ActoImposible("Esa línea ya no está en uso: recargue la página.")

    def in_force(self) -> tuple[Ajuste, ...]:
        """The lines that hold now."""
        return tuple(one.ajuste for one in reversed(self.history()) if one.vigente)

    def history(self) -> list[Aceptado]:
        """Every line that was ever accepted, the newest first."""
        rows = self._do(lambda connection: connection.execute(sa.select(ajustes).order_by(_LINE.numero.desc())).all())
        told: list[Aceptado] = []
        held: set[tuple[str, str]] = set()
        for row in rows:
            vigente = row.revertido is None and (row.pantalla, row.elemento) not in held
            if vigente:
                held.add((row.pantalla, row.elemento))
            told.append(
                Aceptado(
                    numero=row.numero,
                    ajuste=Ajuste(row.pantalla, row.elemento, row.linea),
                    antes=row.antes,
                    ahora=row.ahora,
                    quien=row.quien,
                    instante=row.instante,
                    revertido=row.revertido,
                    revertido_por=row.revertido_por or "",
                    vigente=vigente,
                )
            )
        return told


def accepted_lines(settings: Settings) -> tuple[Ajuste, ...]:
    """The lines that hold now, for who has nothing else to do with the database."""
    return tuple(one.ajuste for one in reversed(every_line(settings)) if one.vigente)


def every_line(settings: Settings) -> list[Aceptado]:
    """As `Ajustes.history`.

    Raises:
        RegistroUnavailable, ConfigurationError.
    """
    base = bd.open_database(settings)
    try:
        return Ajustes(base).history()
    finally:
        base.dispose()


Query = TypeVar("Query", sa.Delete, "sa.Select[sa.Row[tuple[object, ...]]]")


def _of(query: Query, pantalla: str, elemento: str) -> Query:
    """A query of the proposals for one thing."""
    return query.where(_ROW.pantalla == pantalla, _ROW.elemento == elemento)
