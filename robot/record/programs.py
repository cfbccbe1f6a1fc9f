"""The programs that hand in by the API, known by their llaves, and what each has handed in.

Of a llave only its SHA-256 is kept: it holds 256 random bits, which nobody guesses however fast the hash is. A slow hash, as
passwords of people have, would take 64 MiB and a tenth of a second of every request, and guard nothing more.
"""

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from robot.errors import ActoImposible, BadInput, Problema
from robot.models import Estado
from robot.record.dossier import Expediente
from robot.record.entries import now, row_of
from robot.record.solicitudes import Registro
from robot.record.tables import llaves, solicitudes
from robot.referencia import Referencia

TODOS = "*"
"""In the place of the keys of asesores: everyone."""
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_FORM = re.compile(rf"svr_[{_ALPHABET}]{{8}}_[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_WORTH_NOTING = dt.timedelta(minutes=1)
"""The last use is told to the minute, so that not every request writes."""
_SECRET_BYTES = 32


class Alcance(StrEnum):
    """What a llave may be used for."""

    CREAR = "solicitudes:crear"
    LEER = "solicitudes:leer"


@dataclass(frozen=True, slots=True)
class Receptor:
    """Where a program is told what becomes of its solicitudes, and the secret that it is signed with."""

    url: str = field(repr=False)
    secreto: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Llave:
    """One llave, without what it opens with.

    Attributes:
        programa: the program that shows it; what was handed in is the program's, whichever of its llaves it showed.
        asesores: for whom it may hand in; `TODOS` is everyone.
        vence: good until then; for ever if None.
        usada: when it was shown last, to the minute.
    """

    identidad: str
    programa: str
    alcances: frozenset[Alcance]
    asesores: tuple[str, ...]
    creada: dt.datetime
    quien: str
    vence: dt.datetime | None
    usada: dt.datetime | None
    revocada: dt.datetime | None
    revocada_por: str | None
    receptor: Receptor | None

    @property
    def vigente(self) -> bool:
        return self.revocada is None and (self.vence is None or self.vence > now())

    def may_file_for(self, asesor: str) -> bool:
        return TODOS in self.asesores or asesor in self.asesores

    @property
    def only_asesor(self) -> str | None:
        """The one whom it hands in for where none is told; None if there are several."""
        return self.asesores[0] if len(self.asesores) == 1 and self.asesores[0] != TODOS else None


class Llaves:
    """Every llave that was ever made.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def create(
        self,
        programa: str,
        *,
        alcances: Collection[Alcance],
        asesores: Collection[str],
        quien: str,
        vence: dt.datetime | None = None,
        receptor: Receptor | None = None,
    ) -> tuple[str, Llave]:
        """Make one; its text, which is kept nowhere, and what is.

        Raises:
            BadInput: with all that is wrong.
        """
        _require_sense(programa, alcances, asesores, vence)
        identidad = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        texto = f"svr_{identidad}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        sealed = None
        if receptor is not None:
            sealed = self._registro.sealed(json.dumps({"url": receptor.url, "secreto": receptor.secreto}))
        values = {
            "identidad": identidad,
            "programa": programa,
            "hash": _hashed(texto),
            "alcances": " ".join(sorted(alcances)),
            "asesores": " ".join(sorted({one.lower() for one in asesores})),
            "creada": now(),
            "quien": quien,
            "vence": vence,
            "receptor": sealed,
        }
        new = sa.insert(llaves).values(**values).returning(llaves)
        row = self._registro.transaction(lambda connection: connection.execute(new).one())
        return texto, self._as_llave(row)

    def of(self, textos: Sequence[str]) -> list[Llave | None]:
        """The llaves in force that programs show, and that they were shown; None for each that is none."""
        hashes = [_hashed(one) if _FORM.fullmatch(one) else "" for one in textos]
        if not any(hashes):
            return [None] * len(hashes)
        query = sa.select(llaves).where(llaves.c.hash.in_(set(hashes)))
        rows = self._registro.transaction(lambda connection: connection.execute(query).all())
        found = {row.hash: llave for row in rows if (llave := self._as_llave(row)).vigente}
        for one in found.values():
            self._note_use(one)
        return [found.get(one) for one in hashes]

    def _note_use(self, llave: Llave) -> None:
        at = now()
        if llave.usada is not None and at - llave.usada < _WORTH_NOTING:
            return
        line = llaves.c
        before = sa.or_(line.usada.is_(None), line.usada < at - _WORTH_NOTING)
        used = sa.update(llaves).where(line.identidad == llave.identidad, before).values(usada=at)
        self._registro.transaction(lambda connection: connection.execute(used))

    def revoke(self, identidad: str, *, quien: str) -> Llave:
        """Shut one out, from the next request on.

        Raises:
            BadInput: there is none of this name.
            ActoImposible: it is revoked already.
        """
        line = llaves.c
        mine = line.identidad == identidad.strip().lower()
        gone = sa.update(llaves).where(mine, line.revocada.is_(None)).values(revocada=now(), revocada_por=quien)
        row = self._registro.transaction(lambda connection: connection.execute(gone.returning(llaves)).first())
        if row is not None:
            return self._as_llave(row)
        if any(one.identidad == identidad.strip().lower() for one in self.all()):
            raise ActoImposible("Esa llave ya está revocada.")
        raise BadInput([Problema("llave", f"no hay ninguna llave «{identidad}».")])

    def all(self) -> list[Llave]:
        query = sa.select(llaves).order_by(llaves.c.programa, llaves.c.creada)
        return [self._as_llave(row) for row in self._registro.transaction(lambda c: c.execute(query).all())]

    def receivers(self) -> Mapping[str, Llave]:
        """The programs that are told of their solicitudes, each with its newest llave in force that says where."""
        line = llaves.c
        query = sa.select(llaves).where(line.receptor.is_not(None), line.revocada.is_(None)).order_by(line.creada)
        rows = self._registro.transaction(lambda connection: connection.execute(query).all())
        return {one.programa: one for one in map(self._as_llave, rows) if one.vigente}

    def _as_llave(self, row: sa.Row[Any]) -> Llave:
        receptor = json.loads(self._registro.opened(row.receptor)) if row.receptor else None
        return Llave(
            identidad=row.identidad,
            programa=row.programa,
            alcances=frozenset(Alcance(one) for one in row.alcances.split() if one in set(Alcance)),
            asesores=tuple(row.asesores.split()),
            creada=row.creada,
            quien=row.quien,
            vence=row.vence,
            usada=row.usada,
            revocada=row.revocada,
            revocada_por=row.revocada_por,
            receptor=Receptor(**receptor) if receptor is not None else None,
        )


class DelPrograma:
    """What programs have handed in: to each its own, and nothing else.

    Raises (everywhere):
        RegistroUnavailable: the database does not answer.
    """

    def __init__(self, registro: Registro) -> None:
        self._registro = registro

    def one(self, programa: str, referencia: Referencia) -> Expediente | None:
        """A solicitud of the program's; None if there is none, or it is somebody else's."""
        row = self._registro.transaction(lambda connection: row_of(connection, referencia))
        return self._registro.as_expediente(row) if row is not None and row.programa == programa else None

    def those(self, programa: str, referencias: Iterable[Referencia]) -> Mapping[Referencia, Expediente]:
        """These, as far as they are the program's."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(row.programa == programa, row.referencia.in_([*referencias]))
        found = self._registro.transaction(lambda connection: connection.execute(query).all())
        return {one.referencia: one for one in map(self._registro.as_expediente, found)}

    def some(
        self, programa: str, *, limite: int, estados: Collection[Estado] = (), despues: Expediente | None = None
    ) -> list[Expediente]:
        """Those of the program, the newest first, from behind one of them on."""
        row = solicitudes.c
        query = sa.select(solicitudes).where(row.programa == programa)
        if estados:
            query = query.where(row.estado.in_(list(estados)))
        if despues is not None:
            query = query.where(
                sa.tuple_(row.creada, row.referencia)
                < sa.tuple_(sa.literal(despues.creada, row.creada.type), sa.literal(str(despues.referencia)))
            )
        newest = query.order_by(row.creada.desc(), row.referencia.desc()).limit(limite)
        found = self._registro.transaction(lambda connection: connection.execute(newest).all())
        return [self._registro.as_expediente(one) for one in found]


def _hashed(texto: str) -> str:
    return hashlib.sha256(texto.encode()).hexdigest()


def _require_sense(
    programa: str, alcances: Collection[Alcance], asesores: Collection[str], vence: dt.datetime | None
) -> None:
    problems = []
    if not _NAME.fullmatch(programa):
        problems.append(Problema("programa", "es un nombre corto en minúsculas, como «crm»: letras, cifras, . _ -"))
    if not alcances:
        problems.append(Problema("alcance", f"indique al menos uno: {', '.join(Alcance)}."))
    if not asesores:
        problems.append(Problema("asesor", "indique por quién puede radicar, o «*» por todos."))
    if vence is not None and vence <= now():
        problems.append(Problema("vence", "ya pasó."))
    if problems:
        raise BadInput(problems)
