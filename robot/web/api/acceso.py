"""Which program asks, by the llave that it shows with each request."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from robot.record.programs import Alcance, Llave
from robot.web.api.juntas import Juntas
from robot.web.api.problemas import too_many, without_llave, without_scope
from robot.web.servicio import Con

_bearer = HTTPBearer(
    scheme_name="llave",
    auto_error=False,
    description="La llave del programa; la da quien administra el robot.",
)


async def known(
    request: Request,
    con: Con,
    scopes: SecurityScopes,
    shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Llave:
    """The llave that is shown, if it is in force and may be used for what is asked.

    Raises:
        PeticionNegada.
    """
    asked: Juntas[str, Llave | None] = request.app.state.llaves
    llave = await asked.do(shown.credentials) if shown is not None else None
    if llave is None:
        raise without_llave(shown="authorization" in request.headers)
    if (segundos := con.limites.to_wait(llave.programa)) > 0:
        raise too_many(segundos)
    for alcance in map(Alcance, scopes.scopes):
        if alcance not in llave.alcances:
            raise without_scope(alcance)
    return llave


QuienCrea = Annotated[Llave, Security(known, scopes=[Alcance.CREAR.value])]
QuienLee = Annotated[Llave, Security(known, scopes=[Alcance.LEER.value])]
