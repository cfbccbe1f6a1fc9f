"""Somebody who uses the form without a browser: what a page answers costs no Chromium then."""

import html
import re
from collections.abc import Iterator

import requests

from tests.paciencia import patience
from tests.web.conftest import CLAVE


class Visitante:
    """One sign-in of the form at an address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def get(self, ruta: str) -> requests.Response:
        return self._session.get(self.url + ruta, headers={"accept": "text/html"}, timeout=patience(20))

    def ask(self, method: str, ruta: str) -> requests.Response:
        """Any method, with the cookies of the sign-in and nothing else."""
        return self._session.request(method, self.url + ruta, timeout=patience(20))

    def watch(self, ruta: str) -> Iterator[str]:
        """The lines of a page's events as they come, until they end."""
        with self._session.get(self.url + ruta, stream=True, timeout=patience(20)) as answer:
            yield from answer.iter_lines(chunk_size=1, decode_unicode=True)

    def post(self, ruta: str, /, **fields: str | list[str]) -> requests.Response:
        """Send a form as the page that stands there would, and follow where it leads."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/ingreso").text)
        assert token is not None
        data = {**fields, "csrf": token[1]}
        return self._session.post(self.url + ruta, data=data, headers={"accept": "text/html"}, timeout=patience(20))

    def send(self, ruta: str, nombre: str, contenido: bytes) -> requests.Response:
        """Send a form with a file."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/mi-cuenta").text)
        assert token is not None
        sent = {"archivo": (nombre, contenido)}
        headers = {"accept": "text/html"}
        return self._session.post(
            self.url + ruta, data={"csrf": token[1]}, files=sent, headers=headers, timeout=patience(20)
        )

    def enter(self, clave: str, password: str = CLAVE) -> requests.Response:
        return self.post("/ingreso", asesor=clave, clave=password)

    def is_in(self) -> bool:
        return self.get("/mi-cuenta").url.endswith("/mi-cuenta")


def text_of(answer: requests.Response) -> str:
    """What a page says, as one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
