"""The ids of the tags that the robot puts on its rows: they follow from what the row is for."""

import hashlib
from collections.abc import Sequence

from robot.conciliacion.sides import FilaDePlanilla
from robot.programacion.answers import CLAVE_MARCA

_BOOKING_ATTEMPTS = 10


def tag_of(referencia: str, salt: int) -> int:
    """The id of a referencia's tag; another `salt` where Google already has that id for something else."""
    digest = hashlib.sha256(f"{CLAVE_MARCA}:{referencia}:{salt}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1


def tag_on(fila: FilaDePlanilla, referencia: str) -> int:
    """The id of a referencia's tag on a row; where it has none there, one that nothing else has: lines of the diary go by it."""
    if fila.marca is not None and fila.referencia == referencia:
        return fila.marca
    return tag_of(f"{referencia} {fila.planilla_id} {fila.hoja_id} {fila.fecha} {fila.hora}", 0)


def tags_of(de: str) -> Sequence[int]:
    """The ids that the tag of a booking may have, in the order in which they are tried."""
    return [tag_of(de, salt) for salt in range(_BOOKING_ATTEMPTS)]
