"""Each procedure as it was when a solicitud was accepted by it, for good: the files may change and go."""

import contextlib
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from robot.errors import ProcedimientoCambiado, ProcedimientoIlegible
from robot.procedure.definition import Procedimiento
from robot.record.database import transaction
from robot.record.entries import now
from robot.record.tables import procedimientos, solicitudes


class Definiciones:
    """Kept by código and version, which never come to mean something else.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, base: sa.Engine) -> None:
        self._base = base
        self._known: dict[tuple[str, str], Procedimiento] = {}

    def keep(self, procedimiento: Procedimiento) -> None:
        """Keep a procedure unless it is kept already.

        Raises:
            ProcedimientoCambiado: what is kept under its código and version is another one.
        """
        cual = procedimiento.codigo, procedimiento.version
        if self._known.get(cual) == procedimiento:
            return
        values = {
            "codigo": procedimiento.codigo,
            "version": procedimiento.version,
            "definicion": procedimiento.as_json(),
            "sha256": procedimiento.sha256,
            "instante": now(),
        }

        def work(connection: sa.Connection) -> str:
            kept = _kept(connection, *cual)
            if kept is None:
                connection.execute(sa.insert(procedimientos).values(**values))
            return procedimiento.sha256 if kept is None else str(kept.sha256)

        try:
            sha256 = transaction(self._base, work)
        except sa.exc.IntegrityError:  # somebody else has just kept it
            sha256 = transaction(self._base, work)
        if sha256 != procedimiento.sha256:
            raise ProcedimientoCambiado(f"{procedimiento.codigo}, versión {procedimiento.version}.")
        self._known[cual] = procedimiento

    def of(self, codigo: str, version: str) -> Procedimiento:
        """The procedure as it was kept.

        Raises:
            ProcedimientoIlegible: it says something that this version of the robot does not know, or is not there.
        """
        cual = codigo, version
        if cual not in self._known:
            kept = transaction(self._base, lambda connection: _kept(connection, codigo, version))
            try:
                self._known[cual] = Procedimiento.model_validate_json(kept.definicion if kept is not None else "")
            except ValidationError:
                raise ProcedimientoIlegible(f"{codigo}, versión {version}.") from None
        return self._known[cual]

    def causal_of(self, codigo: str, version: str, chosen: str) -> str:
        """As what a solicitud is filed, by its procedure and what it chose; blank where that cannot be told."""
        if chosen:
            return chosen
        try:
            causales = self.of(codigo, version).causales
        except ProcedimientoIlegible:
            return ""
        return causales[0] if len(causales) == 1 else ""

    def names(self) -> dict[str, str]:
        """What each procedure by which a solicitud was ever accepted is called by its newest version, by código."""
        line = procedimientos.c
        used = sa.exists().where(solicitudes.c.procedimiento == line.codigo)
        query = sa.select(line.codigo, line.version).where(used).order_by(line.instante)
        found = {}
        for codigo, version in transaction(self._base, lambda connection: connection.execute(query).all()):
            found[codigo] = codigo
            with contextlib.suppress(ProcedimientoIlegible):
                found[codigo] = self.of(codigo, version).nombre
        return found

    def used(self) -> list[Procedimiento]:
        """Those by which a solicitud was ever accepted, as far as this version of the robot understands them."""
        row = solicitudes.c
        query = sa.select(row.procedimiento, row.version).where(row.procedimiento.is_not(None)).distinct()
        found = []
        for codigo, version in transaction(self._base, lambda connection: connection.execute(query).all()):
            with contextlib.suppress(ProcedimientoIlegible):
                found.append(self.of(codigo, version))
        return found


def _kept(connection: sa.Connection, codigo: str, version: str) -> sa.Row[Any] | None:
    line = procedimientos.c
    query = sa.select(procedimientos).where(line.codigo == codigo, line.version == version)
    return connection.execute(query).first()
