"""PQR → CONSULTA: how the robot finds its own trámite again."""

import contextlib
import re
from dataclasses import dataclass

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator, expect

from robot.errors import ScreenChanged
from robot.models import Radicado
from robot.pages.localizadores import Raiz, whole_text
from robot.pages.serviweb import Serviweb
from robot.pantallas import PANTALLAS

_NOMBRE = "consulta"
_TITULO = PANTALLAS[_NOMBRE].titulo
_CUT = re.compile(r"(…|\.\.\.)\s*$")
_ROWS_BELOW = """header => {
  const cells = row => [...row.querySelectorAll(
    ':scope > td, :scope > th, :scope > [role=cell], :scope > [role=gridcell], :scope > [role=columnheader]')]
    .map(cell => cell.innerText.trim());
  const names = cells(header);
  const below = part => [...part.querySelectorAll('tr, [role=row]')]
    .filter(row => header.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING && row.offsetParent !== null)
    .map(cells).filter(row => row.length === names.length);
  let part = header.parentElement, rows = [];
  for (; part && !rows.length; part = part.parentElement) rows = below(part);
  return {names, rows};
}"""
"""The names of the columns, and the cells of every row below them, also where the header is a table of its own."""


@dataclass(frozen=True, slots=True)
class Busqueda:
    """What a look-up by suscriptor and referencia found.

    Attributes:
        radicados: the trámites whose text holds the referencia.
        concluyente: every row of every page could be read whole, so that finding nothing proves that nothing is there.
    """

    radicados: tuple[Radicado, ...]
    concluyente: bool


@dataclass(frozen=True, slots=True)
class _Pagina:
    """One page of results: its numbers, those whose row holds the referencia, and whether it could be read whole."""

    numeros: list[str]
    nuestros: list[Radicado]
    entera: bool


class ConsultaPage:
    """The search form and its pages of results. Constructing it waits for the form."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(_NOMBRE)
        self.suscriptor = self.pantalla.find("suscriptor")
        self.buscar = self.pantalla.find("buscar").first
        self._resultados: Frame = self.pantalla.frame

    def find(self, *, suscriptor: str, referencia: str) -> Busqueda:
        """Look through every page of the suscriptor's trámites for the referencia.

        Raises:
            ScreenChanged: the results have no column Radicado.
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
            page = self._read_page(referencia)
            concluyente = concluyente and page.entera and page.numeros not in pages
            if page.numeros in pages:
                break
            pages.append(page.numeros)
            radicados += page.nuestros
            siguiente = self._siguiente()
            with self.pantalla.using("siguiente"):
                last = siguiente is None or not siguiente.is_enabled()
            if siguiente is None or last:
                break
            with self.pantalla.using("siguiente"), self._serviweb.settled(sends=True):
                siguiente.click()
        return Busqueda(tuple(radicados), concluyente)

    def open_tramite(self, radicado: Radicado) -> None:
        """Open one of the trámites just found.

        Raises:
            ScreenChanged: its row has nothing to click.
        """
        number = whole_text(radicado.numero)
        part = self._part(self._resultados)
        link = part.get_by_role("link", name=number).or_(part.get_by_role("button", name=number))
        with self.pantalla.using("radicado"), self._serviweb.settled():
            (link if link.count() else part.get_by_text(number)).first.click()

    def _siguiente(self) -> Locator | None:
        """What leads to the next page of results, where there is one."""
        for frame in dict.fromkeys((self._resultados, self.pantalla.frame)):
            screen = self.pantalla if frame is self.pantalla.frame else self.pantalla.in_frame(frame)
            found = screen.find("siguiente").first
            if found.is_visible():
                return found
        return None

    def _part(self, frame: Frame) -> Raiz:
        """Where in a frame the results are."""
        return self.pantalla.raiz if frame is self.pantalla.frame else frame

    def _header(self, frame: Frame) -> Locator:
        """The row of the column names: proper ones, or plain cells with both names that are needed."""
        columnas = self._serviweb.perfil.columnas
        numero, texto = whole_text(*columnas.radicado), whole_text(*columnas.observacion)
        row = frame.get_by_role("row")
        proper = row.filter(has=frame.get_by_role("columnheader", name=numero))
        plain = row.filter(has=frame.get_by_role("cell", name=numero)).filter(has=frame.get_by_role("cell", name=texto))
        return proper.or_(plain).filter(visible=True).last

    def _await_results(self) -> bool:
        """Whether there are rows; waits for the table or for the words that say there is nothing."""
        serviweb, own = self._serviweb, self.pantalla.frame

        def table(milliseconds: float) -> None:
            for frame in serviweb.marcos:
                with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                    if frame is not own and self._header(frame).is_visible():
                        self._resultados = frame
                        return
            expect(self._header(own)).to_be_visible(timeout=milliseconds)
            self._resultados = own

        with self.pantalla.using("resultados"):
            came = serviweb.first_of(tabla=table, nada=serviweb.shows("sin_resultados", own))
        if came == "dialogo":
            said = " ".join(serviweb.dialogos.take())
            if not serviweb.pattern("sin_resultados").search(said):
                serviweb.raise_for_dialog(said)
        if came == "nada":
            serviweb.close_messages()
        return came == "tabla"

    def _read_page(self, referencia: str) -> _Pagina:
        with self.pantalla.using("resultados"):
            read = self._header(self._resultados).evaluate(_ROWS_BELOW)
        names: list[str] = read["names"]
        rows: list[list[str]] = read["rows"]
        columnas = self._serviweb.perfil.columnas
        number_at = _column(names, columnas.radicado)
        text_at = _column(names, columnas.observacion)
        if number_at is None:
            raise ScreenChanged("Los resultados no tienen la columna Radicado.", pantalla=_TITULO, campo="resultados")
        found = [Radicado(numero=row[number_at]) for row in rows if any(referencia in cell for cell in row)]
        whole = bool(rows) and text_at is not None and not any(_CUT.search(row[text_at]) for row in rows)
        return _Pagina([row[number_at] for row in rows], found, whole)


def _column(names: list[str], wanted: tuple[str, ...]) -> int | None:
    pattern = whole_text(*wanted)
    return next((at for at, name in enumerate(names) if pattern.match(name)), None)
