"""PQR → CONSULTA: how the robot finds its own trámite again."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator

from robot.models import ZONA_HORARIA, Radicado
from robot.pages.aprendizaje import learn
from robot.pages.encima import close_messages
from robot.pages.escucha import Moment
from robot.pages.espera import Check
from robot.pages.localizadores import Raiz, action, is_one_of
from robot.pages.paginador import SHORTEST_PAGE, Paginador
from robot.pages.respuesta import Respuesta
from robot.pages.resultados import EVERY_ROW, ROWS_BELOW, Pagina, TramiteVisto, read_cards, read_page
from robot.pages.serviweb import Pantalla, Serviweb
from robot.perfil.screens import PANTALLAS
from robot.reading.equality import drawn_text, normalized, whole_text

_NOMBRE = "consulta"
_DIAS = ("desde", "hasta")
_LATELY = dt.timedelta(days=7)
"""A trámite that is looked for was sent within so many days, as a rule."""
_MAY_COME_MS = 1_500.0
_OPENS_WITHIN_MS = 400.0
_CONTROLS = "descendant::input[not(@type='hidden' or @type='checkbox')] or descendant::select or descendant::textarea"
"""With them what has the names of columns is a form."""
_UNTOLD = "Lo que muestra la consulta no se distingue de lo que mostraba antes, o llegó antes que la respuesta."
_CUT_SHORT = "La consulta no muestra completa la observación de los trámites del suscriptor."


@dataclass(frozen=True, slots=True)
class Busqueda:
    """What a look-up by suscriptor and referencia found.

    Attributes:
        vistos: the trámites whose text holds the referencia.
        numeros: the radicados of all trámites of the suscriptor that were seen, in the order of the screen.
        falta: why finding nothing would not prove that nothing is there, as a Spanish sentence; blank where every row of every
            page came with this search, could be read whole, and the screen shows that there are no others.
    """

    vistos: tuple[TramiteVisto, ...]
    falta: str = ""
    numeros: tuple[str, ...] = ()

    @property
    def radicados(self) -> tuple[Radicado, ...]:
        return tuple(one.radicado for one in self.vistos)

    @property
    def concluyente(self) -> bool:
        return not self.falta


class ConsultaPage:
    """The search form and its pages of results. Constructing it waits for the form."""

    def __init__(self, serviweb: Serviweb) -> None:
        self._serviweb = serviweb
        self.pantalla = serviweb.pantalla(_NOMBRE)
        self.suscriptor = self.pantalla.find("suscriptor")
        self.buscar = self.pantalla.find("buscar").first
        self._respuesta = Respuesta(serviweb, self, self.pantalla.frame, self.pantalla.ancla)
        self._falta = ""
        learn(self.pantalla)

    @property
    def falta(self) -> str:
        """Why the pages of the last search, read to the end, are not known to be all; blank where they are."""
        return self._falta

    def find(self, *, suscriptor: str, referencia: str) -> Busqueda:
        """Look through every page of the suscriptor's trámites for the referencia.

        Where that finds nothing, and proves nothing or had many to look through (a count may lie, and a page be passed over),
        it is looked for more narrowly, which can only find it.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        vistos: list[TramiteVisto] = []
        numeros: list[str] = []
        whole = True
        self._respuesta.listen()
        try:
            for page in self._pages(suscriptor):
                whole = whole and page.entera
                numeros += page.numeros
                vistos += _ours(page, referencia)
            told = self._respuesta.distinta or self._empty_answer(suscriptor, referencia)
        finally:
            self._respuesta.deafen()
        falta = self._falta or ("" if whole else _CUT_SHORT) or ("" if told else _UNTOLD)
        if not vistos and (falta or len(numeros) >= SHORTEST_PAGE):
            vistos = self._find_narrowly(suscriptor, referencia)
        return Busqueda(tuple(vistos), falta, tuple(numeros))

    def _empty_answer(self, suscriptor: str, referencia: str) -> bool:
        """Whether a table that had no rows before the search was answered has none because none were answered."""
        empty = not self.en_fichas and self.resultados(self._respuesta.marco).count() == 1 and not self._rows()
        return empty and self._respuesta.lacks(referencia, asked=suscriptor)

    def _find_narrowly(self, suscriptor: str, referencia: str) -> list[TramiteVisto]:
        """Look by the referencia itself where there is a field for it, or else among the last days."""
        wanted = self.pantalla.find("referencia").first
        if wanted.is_visible() and wanted.is_editable():
            with self.pantalla.using("referencia"):
                wanted.fill(referencia)
            found = [one for page in self._pages(suscriptor) for one in _ours(page, referencia)]
            wanted.fill("")
            return found
        if not self.takes_dates:
            return []
        today = dt.datetime.now(ZONA_HORARIA).date()
        for formato in self._serviweb.perfil.formatos_fecha:
            pages = self.between(today - _LATELY, today, formato, suscriptor=suscriptor)
            if found := [one for page in pages for one in _ours(page, referencia)]:
                return found
        return []

    def since(self, *, suscriptor: str, causales: Iterable[str], desde: dt.date) -> tuple[TramiteVisto, ...]:
        """The suscriptor's trámites of these causales from a day on, as far as the results tell day and causal.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        wanted = {normalized(causal) for causal in causales}
        return tuple(
            one
            for page in self._pages(suscriptor)
            for one in page.tramites
            if one.fecha is not None and one.fecha >= desde and normalized(one.causal) in wanted
        )

    def show(self, *, suscriptor: str, radicado: Radicado, referencia: str) -> Busqueda:
        """Have the page of results on screen that a trámite stands on; the last one where none has it.

        Those seen on the way whose text holds the referencia; not all that there are.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        vistos: list[TramiteVisto] = []
        for page in self._pages(suscriptor):
            vistos += _ours(page, referencia)
            if radicado.numero in page.numeros:
                break
        return Busqueda(tuple(vistos), _CUT_SHORT)

    @property
    def takes_dates(self) -> bool:
        """Whether the search can be narrowed to some days."""
        fields = [self.pantalla.find(name).first for name in _DIAS]
        return all(field.is_visible() and field.is_editable() for field in fields)

    def between(self, desde: dt.date, hasta: dt.date, formato: str, *, suscriptor: str = "") -> Iterator[Pagina]:
        """Page after page of the trámites of some days, both included.

        Args:
            formato: how the days are written, as strftime takes it; a field made for dates needs none.
            suscriptor: whose trámites; everybody's where nothing is said.

        Raises:
            ScreenChanged: there is nowhere to write the days, or the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        for name, day in zip(_DIAS, (desde, hasta), strict=True):
            field = self.pantalla.find(name).first
            with self.pantalla.using(name):
                made_for_dates = field.get_attribute("type") == "date"
                field.fill(day.isoformat() if made_for_dates else day.strftime(formato))
                if field.get_attribute("aria-expanded") == "true":
                    field.press("Enter")  # its calendar lies over the page until it has taken what was typed
                field.blur()
        yield from self._pages(suscriptor)

    def everything(self) -> Iterator[Pagina]:
        """Page after page of everybody's trámites.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        if self.takes_dates:
            for name in _DIAS:
                self.pantalla.find(name).first.fill("")
        yield from self._pages("")

    def of(self, suscriptor: str) -> Iterator[Pagina]:
        """Page after page of one suscriptor's trámites."""
        yield from self._pages(suscriptor)

    def open_tramite(self, radicado: Radicado) -> None:
        """Open one of the trámites that the results show: by its number, or by what its row has to open it.

        Raises:
            ScreenChanged: its row has nothing to click.
        """
        number = whole_text(radicado.numero)
        marco = self._respuesta.marco
        part = self._part(marco)
        with self.pantalla.using("radicado"):
            if not self.en_fichas:
                self._respuesta.primero.evaluate(EVERY_ROW, radicado.numero)
            link = part.get_by_role("link", name=number).or_(part.get_by_role("button", name=number))
            row = part.get_by_role("row").filter(has=marco.get_by_text(number)).filter(visible=True).last
            # What an earlier search left in a tab that is not shown any more has the same words.
            if (link := link.filter(visible=True)).count():
                self._open(link.first.click)
            elif (opener := self._opener(row)).count():
                self._open(opener.first.click)
            else:
                self._open_row(part, part.get_by_text(number).filter(visible=True).first)

    def _open_row(self, part: Raiz, number: Locator) -> None:
        """A row that has nothing to open it opens itself, or with something beside the results, or by double click."""
        before = self._serviweb.pedidos.moment()
        self._open(number.click)
        if self._left(before):
            return
        beside = self._opener(part).first
        if beside.is_visible() and beside.is_enabled():
            self._open(beside.click)
        else:
            self._open(number.dblclick)

    def _open(self, click: Callable[[], object]) -> None:
        with self._serviweb.settled():
            click()

    def _left(self, before: Moment) -> bool:
        """Whether what was clicked since has led to a trámite, or to a page or a request that was never made before.

        What was asked for before may come from the click, too, or from the page itself: only what comes of it can tell.
        """
        serviweb = self._serviweb

        def led(milliseconds: float) -> None:
            if not self._leads(before):
                serviweb.espera.await_news(milliseconds)
                assert self._leads(before)  # noqa: S101  # a check asserts, like Playwright's own

        deadline = time.monotonic() + serviweb.espera_ms / 1000
        while not serviweb.espera.comes_within(_OPENS_WITHIN_MS, led):
            if serviweb.dialogos.seen:
                return True
            if not serviweb.trafico.busy(pages_only=False) or time.monotonic() > deadline:
                return False
        return True

    def _leads(self, before: Moment) -> bool:
        serviweb = self._serviweb
        if before.has_led_on():
            return True
        there = (Pantalla(serviweb, "impresion", frame).ancla.first for frame in serviweb.candidates("impresion"))
        return any(one.is_visible() for one in there)

    def _opener(self, part: Raiz) -> Locator:
        """What opens the trámite of a row, in the row or beside the results, as the perfil says or by its usual names."""
        if "abrir" in self._serviweb.perfil.pantalla(_NOMBRE).localizadores:
            named = self.pantalla.find("abrir")
            return part.locator(named) if isinstance(part, Locator) else named
        return action(part, *PANTALLAS[_NOMBRE].elementos["abrir"].etiquetas)

    def _pages(self, suscriptor: str) -> Iterator[Pagina]:
        """Search, and read page after page.

        What a page repeats of those before is left out: rows may have moved on while they were read, or more come below.
        """
        with self.pantalla.using("suscriptor"):
            if self._serviweb.aprendido.maneras:
                self.suscriptor.click(trial=True)
            self.suscriptor.fill(suscriptor)
        respuesta, paginador = self._respuesta, Paginador(self.pantalla)
        self._falta = "No se leyeron todas las páginas de la consulta."
        respuesta.distinta = told = True
        known: set[tuple[str, ...]] = set()
        seen: list[tuple[str, ...]] = []
        self._ask("buscar", self.buscar.click, asked=suscriptor)
        there = self._await_results()
        while there:
            page = self._read_page()
            if page.numeros and page.numeros in seen:
                paginador.came_twice(unchanged=page.numeros == seen[-1])
                respuesta.distinta = told
                break
            seen.append(page.numeros)
            fresh = Pagina(tuple(one for one in page.tramites if one.celdas not in known))
            known.update(one.celdas for one in fresh.tramites)
            yield fresh
            told = respuesta.distinta
            if self._go_on(paginador, leidos=len(known), largo=len(page.tramites)):
                there = self._await_results()
            elif self._read_page() == page:  # else more came by itself meanwhile
                break
        if not there:
            paginador.ran_out()
        self._falta = paginador.falta

    def _go_on(self, paginador: Paginador, *, leidos: int, largo: int) -> bool:
        """Have more results come, if there is a way to them; whether any are to be expected."""
        respuesta = self._respuesta
        part = self._part(respuesta.marco)
        with self.pantalla.using("siguiente"):
            vuelta = paginador.after(part, respuesta.primero, leidos=leidos, largo=largo, cards=self.en_fichas)
        if vuelta is None or not largo:
            return False
        if not vuelta.tal_vez:
            self._ask("siguiente", vuelta.hacer, unless=respuesta.shown)
            return True
        self._serviweb.trafico.forget()
        respuesta.begin()
        vuelta.hacer()
        more = self._serviweb.espera.comes_within(_MAY_COME_MS, respuesta.announced)
        paginador.scrolled(more=more)
        return more

    def _ask(
        self, campo: str, click: Callable[[], object], *, asked: str | None = None, unless: Check | None = None
    ) -> None:
        """Do what asks the server for results."""
        self._respuesta.begin(asked)
        with self.pantalla.using(campo), self._serviweb.settled(sends=True, unless=unless):
            click()
            if asked is not None:
                self._respuesta.keep_out_what_is_early()

    def _part(self, frame: Frame) -> Raiz:
        """Where in a frame the results are."""
        return self.pantalla.raiz if frame is self.pantalla.frame else frame

    @property
    def en_fichas(self) -> bool:
        """The perfil says that each result stands for itself, without a table."""
        return "fila" in self._serviweb.perfil.pantalla(_NOMBRE).localizadores

    def resultados(self, frame: Frame) -> Locator:
        """What tells that results are there: the headers of their tables, or each of them."""
        if not self.en_fichas:
            return self._headers(frame)
        return self.pantalla.in_frame(frame).find("fila").filter(visible=True)

    def _headers(self, frame: Frame) -> Locator:
        """The rows of column names: proper ones, plain cells with both names that are needed, or whatever has both of them."""
        columnas = self._serviweb.perfil.columnas
        numero, texto = drawn_text(*columnas.radicado), drawn_text(*columnas.observacion)
        row = frame.get_by_role("row")
        proper = row.filter(has=frame.get_by_role("columnheader", name=numero))
        plain = row.filter(has=frame.get_by_role("cell", name=numero)).filter(has=frame.get_by_role("cell", name=texto))
        nearest = f"xpath=ancestor::*[.//*[{is_one_of('.', columnas.observacion)}]][1][not({_CONTROLS})]"
        drawn = frame.get_by_text(numero).filter(visible=True).locator(nearest)
        return proper.or_(plain).or_(drawn).filter(visible=True)

    def palabras(self, frame: Frame) -> Locator:
        """What says that there is nothing."""
        return frame.get_by_text(self._serviweb.pattern("sin_resultados")).filter(visible=True)

    def _await_results(self) -> bool:
        """Whether there is a page of results; waits for it, or for the words that say there is nothing."""
        serviweb = self._serviweb
        with self.pantalla.using("resultados", self._respuesta.since):
            came = self._respuesta.first()
        if came == "dialogo":
            said = " ".join(serviweb.dialogos.take())
            if not serviweb.pattern("sin_resultados").search(said):
                serviweb.raise_for_dialog(said)
        if came == "nada":
            close_messages(serviweb)
        return came == "tabla"

    def _rows(self) -> list[list[str]]:
        rows: list[list[str]] = self._respuesta.primero.evaluate(ROWS_BELOW)["rows"]
        return rows

    def _read_page(self) -> Pagina:
        columnas, marco = self._serviweb.perfil.columnas, self._respuesta.marco
        with self.pantalla.using("resultados"):
            # What comes after the header, rows and the way to the next page, may not be there yet.
            marco.wait_for_load_state("domcontentloaded")
            if self.en_fichas:
                return read_cards(self.resultados(marco).all_inner_texts(), columnas)
            read = self._respuesta.primero.evaluate(EVERY_ROW, None)
        return read_page(read["names"], read["rows"], columnas)


def _ours(page: Pagina, referencia: str) -> list[TramiteVisto]:
    """The trámites of a page whose text holds the referencia."""
    return [one for one in page.tramites if any(referencia in cell for cell in one.celdas)]
