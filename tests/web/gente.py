"""People at the counter, who use the form through a connection that breaks and then do what people do."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from robot.referencia import Referencia
from tests.web.conftest import CLAVE

_AGAIN = 30
_OF_ONE = re.compile(r"/solicitudes/([A-Z]{2}-[0-9A-Z]{8})(?:[?#]|$)")


@dataclass
class Persona:
    """Somebody who is signed in, or will be. What the connection swallows is looked for, and done again where it is not there.

    Attributes:
        perdidas: how often the connection broke under their hands.
        suyas: the solicitudes that they know to be theirs.
    """

    page: Page
    url: str
    clave: str
    perdidas: int = 0
    suyas: list[Referencia] = field(default_factory=list)

    def open(self, ruta: str) -> None:
        """Have a page before them, signing in where it asks for that."""
        for _ in range(_AGAIN):
            try:
                self.page.goto(self.url + ruta)
                if self.page.get_by_role("button", name="Ingresar").is_visible():
                    self._sign_in()
                    continue
                return
            except (PlaywrightError, AssertionError):
                self.perdidas += 1
        raise AssertionError(f"{ruta} never came")

    def _sign_in(self) -> None:
        self.page.get_by_label("Asesor").fill(self.clave)
        self.page.get_by_label("Clave").fill(CLAVE)
        self.page.get_by_role("button", name="Ingresar").click()
        expect(self.page.get_by_role("button", name="Salir")).to_be_visible()

    def until(self, ruta: str, done: Callable[[Page], bool], act: Callable[[Page], None]) -> None:
        """Act on a page, again and again, until it shows there that it is done."""
        for _ in range(_AGAIN):
            self.open(ruta)
            try:
                if done(self.page):
                    return
                act(self.page)
            except (PlaywrightError, AssertionError):
                self.perdidas += 1
        raise AssertionError(f"{ruta}: it was never done")

    def hand_in(self, valores: Mapping[str, str], *, otra: bool = False, cupo: int | None = None) -> Referencia:
        """Fill Nueva solicitud and send it, until its own page is there.

        Args:
            otra: the suscriptor has another one already, and this is another visita.
            cupo: which of the free ones is chosen; the first that is free at the time where nothing is said.
        """
        self.open("/solicitudes/nueva")
        return self.send(lambda: self._fill(valores, cupo), otra=otra)

    def correct(self, referencia: Referencia, enlace: str, valores: Mapping[str, str]) -> Referencia:
        """Go the way that the page of a rejected one offers, mend what is to be mended, and send it."""

        def again() -> None:
            self.open(f"/solicitudes/{referencia}")
            self.page.get_by_role("link", name=enlace).click()
            self._fill(valores, None)

        again()
        return self.send(again, filled=True)

    def send(self, fill: Callable[[], None], *, otra: bool = False, filled: bool = False) -> Referencia:
        for _ in range(_AGAIN):
            try:
                if not filled:
                    fill()
                if otra and self.page.get_by_label("Es otra visita").is_visible():
                    self.page.get_by_label("Es otra visita").check()
                self.page.get_by_role("button", name="Radicar").click()
                if (arrived := self._arrived()) is not None:
                    return arrived
                filled = True
            except (PlaywrightError, AssertionError):
                self.perdidas += 1
                if (taken := self._taken_all_the_same()) is not None:
                    return taken
                filled = self._left_behind()
        raise AssertionError("it was never handed in")

    def _arrived(self) -> Referencia | None:
        """Where sending it has led; nothing where the form asks something."""
        expect(self.page.get_by_role("alert").or_(self.page.locator("#avance"))).to_be_visible()
        told = _OF_ONE.search(self.page.url)
        return self._mine(Referencia(told[1])) if told else None

    def _mine(self, referencia: Referencia) -> Referencia:
        if referencia not in self.suyas:
            self.suyas.append(referencia)
        return referencia

    def _taken_all_the_same(self) -> Referencia | None:
        """The newest in the Bandeja, if it is none that they know."""
        self.open("/solicitudes")
        links = self.page.get_by_role("rowheader").get_by_role("link").all_inner_texts()
        return next((self._mine(Referencia(one)) for one in links[:1] if Referencia(one) not in self.suyas), None)

    def _left_behind(self) -> bool:
        """Whether the form still has what they typed."""
        self.open("/solicitudes/nueva")
        if not self.page.get_by_role("link", name="Seguir con ella").is_visible():
            return False
        self.page.get_by_role("link", name="Seguir con ella").click()
        return bool(self.page.get_by_label("Nombre completo").input_value())

    def _fill(self, valores: Mapping[str, str], cupo: int | None) -> None:
        for etiqueta, value in valores.items():
            self.page.get_by_label(etiqueta, exact=True).fill(value)
        if cupo is not None:
            self.choose(cupo)

    def choose(self, cupo: int) -> None:
        """Of the free ones within the legal term, wherever in the list it is."""
        self.page.locator("details.mas-dias").evaluate_all("all => all.forEach(one => one.open = true)")
        self.page.locator(".dia:not(.tarde) .cupo input").nth(cupo).check()
