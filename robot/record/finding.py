"""Finding a solicitud by who asks, though that is encrypted: fingerprints of documents, telephones and words of names.

Each is an HMAC with a key that follows from the database's own, so that whoever has the database alone can tell that two
solicitudes share a word, and not which word it is (decision 42).
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable
from typing import Self

import sqlalchemy as sa

from robot.cipher import derived_secret
from robot.errors import RegistroUnavailable
from robot.models import Solicitud
from robot.reading.documents import Identificacion, Unreadable
from robot.reading.equality import normalized
from robot.reading.phones import phone_writings, read_phones
from robot.record.database import transaction
from robot.record.tables import indice, solicitudes
from robot.settings import Settings

_BYTES = 16
_BATCH = 200
_SHORTEST_WORD = 3
"""Shorter ones are particles, which every other name has."""
_NOT_OF_A_NUMBER = re.compile(r"[^0-9A-Z]")
_SHORTEST_NUMBER = 4

_log = logging.getLogger(__name__)


class Indice:
    """Makes the fingerprints, keeps them beside a solicitud, and finds by them."""

    def __init__(self, llave: str) -> None:
        self._key = bytes.fromhex(llave)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises: ConfigurationError: there is no key."""
        return cls(derived_secret(settings, "índice de quién pide"))

    def lines(self, solicitud: Solicitud, referencia: str) -> list[dict[str, object]]:
        """What stands in the table for a solicitud."""
        told = {("documento", one) for one in Identificacion.of(solicitud.cedula).writings}
        told |= {("teléfono", one) for one in _phones(solicitud.celular)}
        told |= {("nombre", one) for one in _words(solicitud.nombre)}
        prints = sorted({self._print(kind, text) for kind, text in told})
        return [{"palabra": one, "referencia": referencia} for one in prints]

    def add(self, connection: sa.Connection, solicitud: Solicitud, referencia: str) -> None:
        """Have a solicitud found by who asks that has just been accepted as one of the index."""
        connection.execute(sa.insert(indice), self.lines(solicitud, referencia))

    def keep(self, connection: sa.Connection, solicitud: Solicitud, referencia: str) -> None:
        """Have a solicitud found by who asks from now on, whatever stood there of it."""
        connection.execute(sa.delete(indice).where(indice.c.referencia == referencia))
        self.add(connection, solicitud, referencia)
        row = solicitudes.c
        connection.execute(sa.update(solicitudes).where(row.referencia == referencia).values(indexada=True))

    def fill(self, base: sa.Engine, read: Callable[[bytes], Solicitud]) -> None:
        """Keep what is missing: of solicitudes that a version without an index has accepted.

        Args:
            read: what was asked, of what the record holds encrypted.

        Raises:
            RegistroUnavailable: the database does not answer.
        """
        row = solicitudes.c
        left = sa.select(row.referencia, row.datos).where(row.indexada.is_(None), row.datos.is_not(None))
        left = left.order_by(row.referencia).limit(_BATCH).with_for_update()

        def some(after: str) -> Callable[[sa.Connection], tuple[str, int]]:
            def work(connection: sa.Connection) -> tuple[str, int]:
                batch = connection.execute(left.where(row.referencia > after)).all()
                unread = sum(not self._kept(connection, read, one.datos, one.referencia) for one in batch)
                return (batch[-1].referencia if batch else ""), unread

            return work

        after, unread = transaction(base, some(""))
        while after:
            after, more = transaction(base, some(after))
            unread += more
        if unread:
            _log.warning("solicitudes de otra llave: nadie las encuentra por quien las pide", extra={"cuantas": unread})

    def _kept(
        self, connection: sa.Connection, read: Callable[[bytes], Solicitud], datos: bytes, referencia: str
    ) -> bool:
        """Whether it could be kept: what another key has encrypted is told by whoever opens it."""
        try:
            asked = read(datos)
        except RegistroUnavailable:
            return False
        self.keep(connection, asked, referencia)
        return True

    def matches(self, texto: str) -> list[sa.Select[tuple[str]]]:
        """Queries of the referencias of who has this document, this telephone, or a name with all of these words."""
        line = indice.c

        def holding(palabra: bytes) -> sa.Select[tuple[str]]:
            return sa.select(line.referencia).where(line.palabra == palabra)

        found = [holding(self._print(kind, numero)) for kind, numero in sorted(_numbers_in(texto))]
        first, *others = [self._print("nombre", word) for word in sorted(_words(texto))] or [b""]
        if first:
            found.append(holding(first).where(*(line.referencia.in_(holding(one)) for one in others)))
        return found

    def _print(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind} {text}".encode(), hashlib.sha256)[:_BYTES]


def forget(connection: sa.Connection, referencias: sa.Select[tuple[str]] | str) -> None:
    """Have one solicitud, or those of a query, found by nobody any more."""
    line = indice.c.referencia
    which = line == referencias if isinstance(referencias, str) else line.in_(referencias)
    connection.execute(sa.delete(indice).where(which))


def _words(text: str) -> set[str]:
    return {
        word for word in normalized(text).split() if len(word) >= _SHORTEST_WORD and not any(map(str.isdigit, word))
    }


def _phones(kept: str) -> Iterable[str]:
    try:
        return phone_writings(kept)
    except Unreadable:  # accepted when other telephones were
        return (re.sub(r"\D", "", kept),)


def _numbers_in(text: str) -> set[tuple[str, str]]:
    """The document and the telephone that a text may be, however it is written."""
    bare = _NOT_OF_A_NUMBER.sub("", text.upper())
    if sum(map(str.isdigit, bare)) < _SHORTEST_NUMBER:
        return set()
    found = {("documento", bare), ("teléfono", bare)}
    found |= {("documento", one) for one in Identificacion.of(text).writings}
    try:
        return found | {("teléfono", one) for one in phone_writings(read_phones(text))}
    except Unreadable:
        return found
