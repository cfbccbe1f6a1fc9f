"""A program that uses the API over HTTP, as one that knows nothing of the robot would."""

import uuid
from collections.abc import Mapping

import requests

from robot.record.programs import Alcance
from robot.web.servicio import Servicio
from tests.conftest import SOLICITUD
from tests.paciencia import patience


class Programa:
    """One llave at an address."""

    def __init__(self, url: str, llave: str) -> None:
        self.url = url + "/api/v1"
        self.llave = llave

    def ask(
        self,
        method: str,
        ruta: str,
        *,
        json: object = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        shown = {"authorization": f"Bearer {self.llave}", **(headers or {})}
        return requests.request(
            method,
            self.url + ruta,
            json=json,
            data=data,
            headers=shown,
            timeout=patience(20),
            allow_redirects=False,
        )

    def get(self, ruta: str) -> requests.Response:
        return self.ask("get", ruta)

    def hand_in(self, clave: str | None = "", /, **changes: object) -> requests.Response:
        """A solicitud with other values where a test says so; with a key of its own where it is blank, without one where None."""
        asked: Mapping[str, object] = {**SOLICITUD, **changes}
        key = clave if clave != "" else uuid.uuid4().hex
        headers = {"idempotency-key": key} if key is not None else {}
        return self.ask("post", "/solicitudes", json=asked, headers=headers)


def new_program(
    url: str,
    servicio: Servicio,
    programa: str = "crm",
    *,
    asesores: tuple[str, ...] = ("ana",),
    alcances: tuple[Alcance, ...] = tuple(Alcance),
) -> Programa:
    """A program with a llave of its own."""
    texto, _ = servicio.llaves.create(programa, alcances=alcances, asesores=asesores, quien="prueba")
    return Programa(url, texto)
