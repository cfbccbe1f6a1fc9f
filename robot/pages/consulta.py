"""PQR → CONSULTA: how the robot finds its own trámite again."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator, expect

from robot.errors import ScreenChanged
from robot.models import ZONA_HORARIA, Radicado
from robot.pages.localizadores import Raiz, whole_text
from robot.pages.serviweb import Serviweb
from robot.pantallas import PANTALLAS
from robot.planilla import normalized, parse_fecha

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
class TramiteVisto:
    """One row of the results.

    Attributes:
        fecha: the day of it, where the results tell.
        causal: as they show it; blank where they do not.
        celdas: the whole row as it reads.
    """

    radicado: Radicado
    fecha: dt.date | None
    causal: str
    celdas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pagina:
    """One page of results, and whether every observación on it could be read whole."""

    tramites: tuple[TramiteVisto, ...]
    entera: bool

    @property
    def numeros(self) -> tuple[str, ...]:
        return tuple(one.radicado.numero for one in self.tramites)


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
        radicados: list[Radicado] = []
        concluyente = True
        for page in self._pages(suscriptor):
            concluyente = concluyente and page is not None and page.entera
            radicados += [
                one.radicado
                for one in (page.tramites if page else ())
                if any(referencia in cell for cell in one.celdas)
            ]
        return Busqueda(tuple(radicados), concluyente)

    def since(self, *, suscriptor: str, causal: str, desde: dt.date) -> tuple[TramiteVisto, ...]:
        """The suscriptor's trámites of a causal from a day on, as far as the results tell day and causal.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        return tuple(
            one
            for page in self._pages(suscriptor)
            for one in (page.tramites if page else ())
            if one.fecha is not None and one.fecha >= desde and normalized(one.causal) == normalized(causal)
        )

    def _pages(self, suscriptor: str) -> Iterator[_Pagina | None]:
        """Search, and read page after page; nothing where the same page comes twice, so that some may be missing."""
        with self.pantalla.using("suscriptor"):
            self.suscriptor.fill(suscriptor)
        with self.pantalla.using("buscar"), self._serviweb.settled(sends=True):
            self.buscar.click()
        seen: list[tuple[str, ...]] = []
        while self._await_results():
            page = self._read_page()
            if page.numeros in seen:
                yield None
                return
            seen.append(page.numeros)
            yield page
            siguiente = self._siguiente()
            with self.pantalla.using("siguiente"):
                last = siguiente is None or not siguiente.is_enabled()
            if siguiente is None or last:
                return
            with self.pantalla.using("siguiente"), self._serviweb.settled(sends=True):
                siguiente.click()

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

    def _read_page(self) -> _Pagina:
        with self.pantalla.using("resultados"):
            read = self._header(self._resultados).evaluate(_ROWS_BELOW)
        names: list[str] = read["names"]
        rows: list[list[str]] = read["rows"]
        columnas = self._serviweb.perfil.columnas
        number_at = _column(names, columnas.radicado)
        text_at = _column(names, columnas.observacion)
        if number_at is None:
            raise ScreenChanged("Los resultados no tienen la columna Radicado.", pantalla=_TITULO, campo="resultados")
        fecha_at, causal_at = _column(names, columnas.fecha), _column(names, columnas.causal)
        tramites = tuple(
            TramiteVisto(
                radicado=Radicado(numero=row[number_at]),
                fecha=_day(row[fecha_at]) if fecha_at is not None else None,
                causal=row[causal_at] if causal_at is not None else "",
                celdas=tuple(row),
            )
            for row in rows
        )
        whole = bool(rows) and text_at is not None and not any(_CUT.search(row[text_at]) for row in rows)
        return _Pagina(tramites, whole)


def _day(text: str) -> dt.date | None:
    """The day in a cell that may tell the hour, too."""
    return parse_fecha(re.split(r"[\sT]", text.strip())[0], dt.datetime.now(ZONA_HORARIA).date())


def _column(names: list[str], wanted: tuple[str, ...]) -> int | None:
    pattern = whole_text(*wanted)
    return next((at for at, name in enumerate(names) if pattern.match(name)), None)
