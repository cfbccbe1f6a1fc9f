"""PQR → CONSULTA: how the robot finds its own trámite again."""

import contextlib
import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Locator, expect

from robot.errors import ScreenChanged
from robot.igualdad import whole_text
from robot.models import ZONA_HORARIA, Radicado
from robot.pages.localizadores import Raiz
from robot.pages.serviweb import Serviweb
from robot.pantallas import PANTALLAS
from robot.perfil import Columnas
from robot.planilla import normalized, parse_fecha, parse_hora

_NOMBRE = "consulta"
_TITULO = PANTALLAS[_NOMBRE].titulo
_DIAS = ("desde", "hasta")
_HOUR = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]\.?\s*m\.?)?", re.IGNORECASE)
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
_MARKS = f"""(all, kind) => {{
  const known = window[Symbol.for('serviweb-robot-consulta')] ??= new WeakMap();
  const named = e => known.get(e) ?? (known.set(e, String(Math.random())), known.get(e));
  const holds = {{
    tabla: e => JSON.stringify(({_ROWS_BELOW})(e).rows),
    fichas: () => all.map(e => e.innerText).join(),
    palabras: e => e.innerText,
  }}[kind];
  return all.map(e => all.some(other => other !== e && e.contains(other)) ? null : named(e) + holds(e));
}}"""
"""What tells each thing from others and from itself with another content; nothing for one that others are in."""
_ANSWER_AS_BEFORE_SECONDS = 2.0
"""So long after the last answer, what stands there as it stood before the search is taken for what came."""


Look = Callable[[Frame], Locator]


@dataclass(frozen=True, slots=True)
class Busqueda:
    """What a look-up by suscriptor and referencia found.

    Attributes:
        vistos: the trámites whose text holds the referencia.
        concluyente: every row of every page came with this search and could be read whole, so that finding nothing proves
            that nothing is there.
    """

    vistos: tuple["TramiteVisto", ...]
    concluyente: bool

    @property
    def radicados(self) -> tuple[Radicado, ...]:
        return tuple(one.radicado for one in self.vistos)


@dataclass(frozen=True, slots=True)
class TramiteVisto:
    """One row of the results.

    Attributes:
        fecha: the day of it, where the results tell.
        hora: the hour, where they tell.
        causal, suscriptor, situacion: as they show them; blank where they do not.
        celdas: the whole row as it reads.
        observacion: blank where it is not shown.
        entero: its observación is shown, and whole.
    """

    radicado: Radicado
    fecha: dt.date | None
    causal: str
    celdas: tuple[str, ...]
    hora: dt.time | None = None
    suscriptor: str = ""
    situacion: str = ""
    observacion: str = ""
    entero: bool = True


@dataclass(frozen=True, slots=True)
class Pagina:
    """One page of results."""

    tramites: tuple[TramiteVisto, ...]

    @property
    def entera(self) -> bool:
        """There is something on it, and every observación could be read whole."""
        return bool(self.tramites) and all(one.entero for one in self.tramites)

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
        self._primero: Locator = self.pantalla.ancla
        self._left_over: set[str] = set()
        self._told_apart = True

    def find(self, *, suscriptor: str, referencia: str) -> Busqueda:
        """Look through every page of the suscriptor's trámites for the referencia.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        vistos: list[TramiteVisto] = []
        concluyente = True
        for page in self._pages(suscriptor):
            concluyente = concluyente and page is not None and page.entera
            vistos += [one for one in (page.tramites if page else ()) if any(referencia in cell for cell in one.celdas)]
        return Busqueda(tuple(vistos), concluyente and self._told_apart)

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

    @property
    def takes_dates(self) -> bool:
        """Whether the search can be narrowed to some days."""
        fields = [self.pantalla.find(name).first for name in _DIAS]
        return all(field.is_visible() and field.is_editable() for field in fields)

    def between(self, desde: dt.date, hasta: dt.date, formato: str) -> Iterator[Pagina | None]:
        """Page after page of everybody's trámites of some days, both included; nothing where a page comes twice.

        Args:
            formato: how the days are written, as strftime takes it; a field made for dates needs none.

        Raises:
            ScreenChanged: there is nowhere to write the days, or the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        for name, day in zip(_DIAS, (desde, hasta), strict=True):
            field = self.pantalla.find(name).first
            with self.pantalla.using(name):
                made_for_dates = field.get_attribute("type") == "date"
                field.fill(day.isoformat() if made_for_dates else day.strftime(formato))
        yield from self._pages("")

    def everything(self) -> Iterator[Pagina | None]:
        """Page after page of everybody's trámites; nothing where a page comes twice.

        Raises:
            ScreenChanged: the results have no column Radicado.
            SessionExpired, ServiwebUnavailable, UnexpectedDialog.
        """
        if self.takes_dates:
            for name in _DIAS:
                self.pantalla.find(name).first.fill("")
        yield from self._pages("")

    def of(self, suscriptor: str) -> Iterator[Pagina | None]:
        """Page after page of one suscriptor's trámites; nothing where a page comes twice."""
        yield from self._pages(suscriptor)

    def _pages(self, suscriptor: str) -> Iterator[Pagina | None]:
        """Search, and read page after page; nothing where the same page comes twice, so that some may be missing."""
        with self.pantalla.using("suscriptor"):
            self.suscriptor.fill(suscriptor)
        self._told_apart = True
        self._remember_left_over()
        trafico = self._serviweb.trafico
        since = trafico.total
        with self.pantalla.using("buscar"), self._serviweb.settled(sends=True):
            self.buscar.click()
        seen: list[tuple[str, ...]] = []
        while self._await_results(since):
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
            self._remember_left_over()
            since = trafico.total
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

    def _headers(self, frame: Frame) -> Locator:
        """The rows of column names: proper ones, or plain cells with both names that are needed."""
        columnas = self._serviweb.perfil.columnas
        numero, texto = whole_text(*columnas.radicado), whole_text(*columnas.observacion)
        row = frame.get_by_role("row")
        proper = row.filter(has=frame.get_by_role("columnheader", name=numero))
        plain = row.filter(has=frame.get_by_role("cell", name=numero)).filter(has=frame.get_by_role("cell", name=texto))
        return proper.or_(plain).filter(visible=True)

    @property
    def _in_cards(self) -> bool:
        """The perfil says that each result stands for itself, without a table."""
        return "fila" in self._serviweb.perfil.pantalla(_NOMBRE).localizadores

    def _results(self, frame: Frame) -> Locator:
        """What tells that results are there: the headers of their tables, or each of them."""
        if not self._in_cards:
            return self._headers(frame)
        return self.pantalla.in_frame(frame).find("fila").filter(visible=True)

    def _words(self, frame: Frame) -> Locator:
        """What says that there is nothing."""
        return frame.get_by_text(self._serviweb.pattern("sin_resultados")).filter(visible=True)

    def _marks(self, look: Look, frame: Frame) -> list[str | None]:
        drawn = "fichas" if self._in_cards else "tabla"
        marks: list[str | None] = look(frame).evaluate_all(_MARKS, "palabras" if look == self._words else drawn)
        return marks

    def _remember_left_over(self) -> None:
        """What earlier searches left on screen, in this window of the page or in another, is no answer to the next one."""
        self._left_over = set()
        for frame in self._serviweb.marcos:
            with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                for look in (self._results, self._words):
                    self._left_over.update(mark for mark in self._marks(look, frame) if mark is not None)

    def _new(self, look: Look) -> tuple[Frame, Locator] | None:
        """The last of the things looked for that was not there before the search, or not like this; and its frame."""
        for frame in self._serviweb.marcos:
            with contextlib.suppress(PlaywrightError):  # a frame that is just being replaced
                marks = enumerate(self._marks(look, frame))
                new = [at for at, mark in marks if mark is not None and mark not in self._left_over]
                if new:
                    return frame, look(frame).nth(new[-1])
        return None

    def _await_new(self, look: Look, milliseconds: float) -> tuple[Frame, Locator]:
        """As `_new`; asserts that it comes in time, like Playwright's own checks."""
        came = self._new(look)
        if came is None:
            if self._left_over:
                self._serviweb.await_news(milliseconds)
            else:
                expect(look(self.pantalla.frame).first).to_be_visible(timeout=milliseconds)
            came = self._new(look)
        assert came is not None  # noqa: S101  # a check asserts
        return came

    def _await_results(self, since: int) -> bool:
        """Whether there are rows; waits for the table or for the words that say there is nothing.

        Args:
            since: how many requests had been made before they were asked for.
        """
        serviweb = self._serviweb
        with self.pantalla.using("resultados", since):
            came = self._first_answer(since)
        if came == "dialogo":
            said = " ".join(serviweb.dialogos.take())
            if not serviweb.pattern("sin_resultados").search(said):
                serviweb.raise_for_dialog(said)
        if came == "nada":
            serviweb.close_messages()
        return came == "tabla"

    def _first_answer(self, since: int) -> str:
        """Which came first: a table, words that there is nothing, a dialog.

        A page may show either before its server has answered; so it counts as long as something is awaited only when the wait
        is half over, some pages keeping one request open for ever, and then proves nothing.
        """
        serviweb = self._serviweb
        begun = answered = time.monotonic()

        def came_in_answer(look: Look, milliseconds: float) -> tuple[Frame, Locator]:
            new = self._await_new(look, milliseconds)
            if serviweb.trafico.awaits(since):
                serviweb.await_news(milliseconds)
                assert time.monotonic() - begun > serviweb.espera_ms / 2_000  # noqa: S101  # a check asserts
                self._told_apart = False
            return new

        def table(milliseconds: float) -> None:
            self._resultados, self._primero = came_in_answer(self._results, milliseconds)

        def nothing(milliseconds: float) -> None:
            came_in_answer(self._words, milliseconds)

        def as_before(_: float) -> None:
            nonlocal answered
            if serviweb.trafico.awaits(since):
                answered = time.monotonic()
            assert self._left_over  # noqa: S101  # a check asserts
            assert time.monotonic() - answered > _ANSWER_AS_BEFORE_SECONDS  # noqa: S101  # as above

        came = serviweb.first_of(tabla=table, nada=nothing, igual=as_before)
        if came == "igual":
            self._told_apart = False
            self._left_over = set()
            came = serviweb.first_of(tabla=table, nada=nothing)
        return came

    def _table(self) -> tuple[list[str], list[list[str]]]:
        read = self._primero.evaluate(_ROWS_BELOW)
        return read["names"], read["rows"]

    def _cards(self) -> tuple[list[str], list[list[str]]]:
        """The cards as a table would have them, by the names of the columns."""
        columnas: dict[str, tuple[str, ...]] = self._serviweb.perfil.columnas.model_dump()
        labels = {
            names[0]: re.compile(rf"(?:{'|'.join(map(re.escape, names))})\s*(?::|$)\s*(.*)", re.IGNORECASE)
            for names in columnas.values()
        }
        cards = self.pantalla.in_frame(self._resultados).find("fila").filter(visible=True)
        return list(labels), [_values(text, labels) for text in cards.all_inner_texts()]

    def _read_page(self) -> Pagina:
        with self.pantalla.using("resultados"):
            # What comes after the header, rows and the way to the next page, may not be there yet.
            self._resultados.wait_for_load_state("domcontentloaded")
            names, rows = self._cards() if self._in_cards else self._table()
        columnas = self._serviweb.perfil.columnas
        number_at = _column(names, columnas.radicado)
        if number_at is None:
            raise ScreenChanged("Los resultados no tienen la columna Radicado.", pantalla=_TITULO, campo="resultados")
        tramites = tuple(_tramite(row, number_at, columnas, names) for row in rows)
        return Pagina(tramites)


def _values(card: str, labels: Mapping[str, re.Pattern[str]]) -> list[str]:
    """What stands behind each label in the text of a card, on its line or on the next one; blank where it is not there."""
    lines = [line.strip() for line in card.splitlines() if line.strip()]
    found = []
    for pattern in labels.values():
        at, match = next(((at, m) for at, line in enumerate(lines) if (m := pattern.match(line))), (0, None))
        following = lines[at + 1] if at + 1 < len(lines) else ""
        found.append("" if match is None else match[1].strip() or following)
    return found


def _tramite(row: list[str], number_at: int, columnas: Columnas, names: list[str]) -> TramiteVisto:
    def cell(wanted: tuple[str, ...]) -> str:
        at = _column(names, wanted)
        return row[at].strip() if at is not None else ""

    text_at = _column(names, columnas.observacion)
    return TramiteVisto(
        radicado=Radicado(numero=row[number_at]),
        fecha=_day(cell(columnas.fecha)),
        hora=_hour(cell(columnas.fecha)),
        causal=cell(columnas.causal),
        suscriptor=cell(columnas.suscriptor),
        situacion=cell(columnas.estado),
        celdas=tuple(row),
        observacion=cell(columnas.observacion),
        entero=text_at is not None and _CUT.search(row[text_at]) is None,
    )


def _day(text: str) -> dt.date | None:
    """The day in a cell that may tell the hour, too."""
    return parse_fecha(re.split(r"[\sT]", text.strip())[0], dt.datetime.now(ZONA_HORARIA).date())


def _hour(text: str) -> dt.time | None:
    found = _HOUR.search(text)
    return parse_hora(found[0]) if found else None


def _column(names: list[str], wanted: tuple[str, ...]) -> int | None:
    pattern = whole_text(*wanted)
    return next((at for at, name in enumerate(names) if pattern.match(name)), None)
