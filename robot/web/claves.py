"""Passwords of the form as its pages handle them: made for one use, chosen anew, looked at one after the other."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from fastapi.concurrency import run_in_threadpool

from robot.record.access import Tope
from robot.record.accounts import CLAVE_MAXIMA, CLAVE_MINIMA, Cuenta
from robot.web.guardia import one
from robot.web.servicio import Servicio

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _IN_A_GROUP = 3, 4
T = TypeVar("T")


def for_one_use() -> str:
    """A password that can be read out and written down: twelve signs that nobody takes for one another."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


async def in_turn(con: Servicio, work: Callable[[], T]) -> T:
    """Do what hashes a password when its turn has come: each takes 64 MiB and every core for a moment.

    Raises:
        Demasiado: as many wait as may.
    """
    async with con.limites.conocidos.taken():
        return await run_in_threadpool(work)


def problems_of(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is wrong with a new password, typed twice."""
    nueva = one(fields, "nueva")
    if not CLAVE_MINIMA <= len(nueva) <= CLAVE_MAXIMA:
        return {"nueva": [f"Debe tener entre {CLAVE_MINIMA} y {CLAVE_MAXIMA} caracteres."]}
    return {} if nueva == one(fields, "otra_vez") else {"otra_vez": ["No es igual a la de arriba."]}


def change(con: Servicio, cuenta: Cuenta, *, actual: str, nueva: str) -> dict[str, list[str]]:
    """Give an account the password that its own person wants, if the one of now is right; else what is wrong.

    Tries of the one of now are counted, as at the sign-in.

    Args:
        actual: blank where it was of one use, with which the person has just signed in.
    """
    if cuenta.provisional is None:
        topes = [Tope(f"clave propia {cuenta.clave}", con.settings.web.intentos, cede=True)]
        if con.intentos.spend(topes) > 0:
            return {"actual": ["Demasiados intentos. Espere un minuto."]}
        if con.cuentas.verified(cuenta.clave, actual) is None:
            return {"actual": ["No es su clave de ahora."]}
        con.intentos.give_back(topes)
    if con.cuentas.verified(cuenta.clave, nueva) is not None:
        return {"nueva": ["Es la misma de ahora. Escoja otra."]}
    con.cuentas.set_password(cuenta.clave, nueva, quien=cuenta.clave)
    return {}
