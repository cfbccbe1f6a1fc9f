"""PQR → CONSULTA: how the robot finds its own trámite again."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from robot.errors import ScreenChanged
from robot.models import Radicado
from robot.pages.localizadores import whole_text
from robot.pages.serviweb import Pantalla, Serviweb

_NOMBRE, _TITULO = "consulta", "Consulta"
_CUT = re.compile(r"(…|\.\.\.)\s*$")


@dataclass(frozen=True, slots=True)
class Busqueda:
    """What a look-up by suscriptor and referencia found.

    Attributes:
        radicados: the trámites whose text holds the referencia.
        concluyente: every row of every page could be read whole, so that finding nothing proves that nothing is there.
    """

    radicados: tuple[Radicado, ...]
    concluyente: bool


class ConsultaPage:
    """The search form and its pages of results. Constructing it waits for the form."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(_NOMBRE, _TITULO, self._buscar)
        self.suscriptor = self.pantalla.field("suscriptor", "Suscriptor", "Código de suscriptor", "Código suscriptor")
        self.buscar = self._buscar(self.pantalla)

    @staticmethod
    def _buscar(pantalla: Pantalla) -> Locator:
        return pantalla.action("buscar", "Buscar", "Consultar")

    def find(self, *, suscriptor: str, referencia: str) -> Busqueda:
        """Look through every page of the suscriptor's trámites for the referencia.

        Raises:
            ScreenChanged: the results have no column Radicado or Observación.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        with self.pantalla.using("suscriptor"):
            self.suscriptor.fill(suscriptor)
        with self.pantalla.using("buscar"), self._serviweb.settled(sends=True):
            self.buscar.click()
        radicados: list[Radicado] = []
        pages: list[list[str]] = []
        concluyente = True
        while self._await_results():
            page, found, whole = self._read_page(referencia)
            concluyente = concluyente and whole and page not in pages
            if page in pages:
                break
            pages.append(page)
            radicados += found
            siguiente = self.pantalla.action("siguiente", "Siguiente", "Siguiente »", ">", ">>")
            with self.pantalla.using("siguiente"):
                last = siguiente.count() == 0 or not siguiente.first.is_enabled()
            if last:
                break
            with self.pantalla.using("siguiente"), self._serviweb.settled(sends=True):
                siguiente.first.click()
        return Busqueda(tuple(radicados), concluyente)

    def open_tramite(self, radicado: Radicado) -> None:
        """Open one of the trámites just found.

        Raises:
            ScreenChanged: its row has no link.
        """
        with self.pantalla.using("radicado"), self._serviweb.settled():
            self.pantalla.frame.get_by_role("link", name=whole_text(radicado.numero)).click()

    def _header(self) -> Locator:
        named = self.pantalla.frame.get_by_role("columnheader", name=whole_text("Radicado"))
        return self.pantalla.frame.get_by_role("row").filter(has=named)

    def _await_results(self) -> bool:
        """Whether there are rows; waits for the table or for the words that say there is nothing."""
        nothing = self.pantalla.frame.get_by_text(self._serviweb.pattern("sin_resultados"))
        with self.pantalla.using("resultados"):
            came = self._serviweb.first_of(
                tabla=lambda ms: expect(self._header().first).to_be_visible(timeout=ms),
                nada=lambda ms: expect(nothing.first).to_be_visible(timeout=ms),
            )
        if came == "dialogo":
            said = " ".join(self._serviweb.dialogos.take())
            if not self._serviweb.pattern("sin_resultados").search(said):
                self._serviweb.raise_for_dialog(said)
        return came == "tabla"

    def _read_page(self, referencia: str) -> tuple[list[str], list[Radicado], bool]:
        """The numbers on this page, those whose row holds the referencia, and whether every row could be read whole."""
        with self.pantalla.using("resultados"):
            header = self._header().first
            names = header.get_by_role("columnheader").all_inner_texts()
            table = self.pantalla.frame.get_by_role("table").filter(has=header).last
            rows = [
                row.get_by_role("cell").all_inner_texts()
                for row in table.get_by_role("row").all()
                if row.get_by_role("cell").count() == len(names)
            ]
        number_at = _column(names, "Radicado", "No. radicado", "Número de radicado")
        text_at = _column(names, "Observación", "Observaciones", "Descripción")
        if number_at is None:
            raise ScreenChanged("Los resultados no tienen la columna Radicado.", pantalla=_TITULO, campo="resultados")
        found = [Radicado(numero=row[number_at].strip()) for row in rows if any(referencia in cell for cell in row)]
        whole = text_at is not None and not any(_CUT.search(row[text_at]) for row in rows)
        return [row[number_at].strip() for row in rows], found, whole


def _column(names: list[str], *wanted: str) -> int | None:
    patterns = [whole_text(name) for name in wanted]
    return next((at for at, name in enumerate(names) if any(pattern.match(name) for pattern in patterns)), None)
