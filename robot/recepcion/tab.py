"""One sheet of requests in Google: looking at it, and writing the robot's own columns beside what people wrote.

A look is two calls, a write is one, whatever the number of rows. What a write met is in its answer, and in the hidden sheet:

1. Every cell that is written had, at that instant, what it had at the look, and its row said the same: written.
2. Else that cell gets back exactly what it had, and the row waits for another look.
3. A robot that dies in between leaves the hidden sheet, and `leftover` puts back what a person had there.
"""

import logging
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import msgspec
from google.auth.exceptions import GoogleAuthError
from gspread.exceptions import APIError
from requests import RequestException

from robot.errors import RequestSheetUnusable, RobotError, SheetUnusable
from robot.planilla.cells import Valor, text_of
from robot.planilla.grid import Area
from robot.programacion import google
from robot.programacion.answers import Answer, GridData, Sheet, protected_areas, read_answer, value_of
from robot.programacion.batch import Peticion
from robot.programacion.calls import Calls
from robot.recepcion.requests import ANSWER_FIELDS, CLAVE_FILA, RESPUESTAS_ID, Anotacion, Celda, images_in, write_body
from robot.recepcion.rows import ColumnaPropia, Textos
from robot.settings import GoogleSettings

_TABS_FIELDS = (
    "properties(title,locale),sheets(properties(sheetId,title,gridProperties),"
    "protectedRanges(range,warningOnly,requestingUserCanEdit))"
)
_GRID_FIELDS = (
    "properties(title,locale),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "data(rowData.values(effectiveValue,formattedValue),"
    "rowMetadata.developerMetadata(metadataId,metadataKey,metadataValue)))"
)
_PUT_BACK_ATTEMPTS = 4
_REFUSED = 400

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FilaCruda:
    """A row as Google answers it: what its cells hold, what they show, the robot's tags on it."""

    indice: int
    valores: Sequence[Valor]
    mostrado: Sequence[str]
    marcas: frozenset[int] = frozenset()

    def at(self, column: int) -> str:
        """What a cell holds, as text."""
        return text_of(self.valores[column]) if column < len(self.valores) else ""


@dataclass(frozen=True)
class HojaMirada:
    """A look at the whole sheet.

    Attributes:
        locale: how it reads what people type.
        columnas: where the robot's columns are; those that are missing are at the right end, where nothing is.
        faltan: those that are not there yet.
        filas: every row, blank ones too.
        renglones, ancho: how many rows and columns the sheet has.
        borrador: how many lines the hidden sheet has; 0 where it is not there.
        dejado: what the hidden sheet says.
    """

    planilla: str
    titulo: str
    locale: str
    hoja_id: int
    encabezado: int
    columnas: Mapping[ColumnaPropia, int]
    faltan: frozenset[ColumnaPropia]
    filas: Sequence[FilaCruda]
    renglones: int
    ancho: int
    borrador: int
    dejado: tuple[str, Mapping[Celda, str], Mapping[Celda, str]]
    protegidas: Sequence[Area] = ()

    def answers_of(self, fila: FilaCruda) -> Textos:
        return {one: fila.at(at) for one, at in self.columnas.items() if one not in self.faltan}

    def written(self) -> "HojaMirada":
        """The same after a first write: the robot's columns and the hidden sheet are there."""
        ancho = max(self.ancho, *(at + 1 for at in self.columnas.values()))
        return replace(self, faltan=frozenset(), ancho=ancho, borrador=max(self.borrador, self.renglones + 1))

    def is_protected(self, row: int) -> bool:
        """Whether the robot's account must not write its columns in a row."""
        return any(area.covers((row, at)) for area in self.protegidas for at in self.columnas.values())


@dataclass(frozen=True)
class Respondida:
    """What came of a write: the rows that are not answered, and how many cells were given back to whoever was faster."""

    ajenas: frozenset[int]
    devueltas: int = 0


@dataclass
class _Hojas:
    """Of the sheet and the hidden one, what is needed to read and write them."""

    id: int
    renglones: int
    ancho: int
    lineas: int = 0
    protegidas: Sequence[Area] = field(default_factory=list)


class Pestana:
    """A worksheet, by the id of its spreadsheet and its title.

    Args:
        ritmo: called before each call to Google; it may wait.
    """

    def __init__(self, planilla: str, titulo: str, settings: GoogleSettings, ritmo: Callable[[], None]) -> None:
        self._planilla = planilla
        self._titulo = titulo
        self._calls = Calls(settings, ritmo)

    @property
    def llamadas(self) -> Counter[str]:
        return self._calls.llamadas

    def look(self, find_header: Callable[[Sequence[FilaCruda]], int | None]) -> HojaMirada:
        """See the whole sheet as it is now.

        Args:
            find_header: the row of the titles, or None if there is none.

        Raises:
            RequestSheetUnusable: it is not there, or its titles are not.
            GoogleUnavailable, ConfigurationError.
        """
        with self._spanish():
            tabs = self._tabs()
            filters: list[Peticion] = [{"gridRange": {"sheetId": tabs.id}}]
            filters += [{"gridRange": {"sheetId": RESPUESTAS_ID}}] if tabs.lineas else []
            answer = read_answer(self._calls.grids(self._planilla, filters, _GRID_FIELDS))
        sheet = next((one for one in answer.sheets if one.properties.sheet_id == tabs.id), None)
        if sheet is None:
            raise RequestSheetUnusable(f"La hoja «{self._titulo}» ya no está en la planilla.")
        filas = _rows(sheet)
        encabezado = find_header(filas)
        if encabezado is None:
            raise RequestSheetUnusable(
                f"La hoja «{self._titulo}» de «{answer.properties.title}» no tiene una fila con los títulos de las columnas."
            )
        columnas, faltan = _own_columns(filas, encabezado)
        grid = sheet.properties.grid_properties
        return HojaMirada(
            planilla=answer.properties.title,
            titulo=self._titulo,
            locale=answer.properties.locale,
            hoja_id=tabs.id,
            encabezado=encabezado,
            columnas=columnas,
            faltan=faltan,
            filas=filas,
            renglones=grid.row_count,
            ancho=grid.column_count,
            borrador=tabs.lineas,
            dejado=images_in(_hidden(answer)),
            protegidas=tabs.protegidas,
        )

    def _tabs(self) -> _Hojas:
        data = msgspec.convert(self._calls.spreadsheet(self._planilla, _TABS_FIELDS), Answer)
        own = [one for one in data.sheets if one.properties.title == self._titulo]
        if not own:
            raise RequestSheetUnusable(f"La planilla «{data.properties.title}» no tiene una hoja «{self._titulo}».")
        hidden = [one for one in data.sheets if one.properties.sheet_id == RESPUESTAS_ID]
        lines = hidden[0].properties.grid_properties.row_count if hidden else 0
        properties = own[0].properties
        grid = properties.grid_properties
        protected = protected_areas(own[0].protected_ranges)
        return _Hojas(properties.sheet_id, grid.row_count, grid.column_count, lines, protected)

    def write(
        self,
        vista: HojaMirada,
        textos: Mapping[Celda, str],
        marcas: Mapping[int, tuple[int, str]],
        begin: Callable[[str], None],
    ) -> Respondida:
        """Write answers and tags at once; what was not as it had been seen is given back.

        Args:
            begin: keeps the name of the write before it leaves, for whoever finds it half done.

        Raises:
            GoogleUnavailable: nobody knows whether it was written; the next look tells.
            RequestSheetUnusable, ConfigurationError.
        """
        header = {(vista.encabezado, one): one.value for one in vista.faltan}
        anotacion = Anotacion(
            nombre=secrets.token_hex(6),
            hoja_id=vista.hoja_id,
            columnas=vista.columnas,
            textos={**header, **textos},
            marcas=marcas,
        )
        begin(anotacion.nombre)
        with self._spanish():
            try:
                meant = self._write(vista, anotacion)
            except APIError as refused:
                if google.status_of(refused) == _REFUSED and self._has_changed(vista, anotacion):
                    return Respondida(frozenset({row for row, _ in textos} | set(marcas)))
                raise
            wrong = {cell: text for cell, text in meant.before.items() if cell[0] in meant.ajenas}
            lost = [marca for row, (marca, _) in marcas.items() if row in meant.ajenas]
            if wrong or lost:
                self._put_back(vista, anotacion, wrong, lost)
        return Respondida(meant.ajenas, meant.devueltas)

    def _write(self, vista: HojaMirada, anotacion: Anotacion) -> "_Hallado":
        body = write_body(anotacion, vista.titulo, rows=vista.renglones, columns=vista.ancho, lines=vista.borrador)
        answer = self._calls.change(self._planilla, body, fields=ANSWER_FIELDS)
        after = msgspec.convert(answer["updatedSpreadsheet"], Answer)
        sheet = next(one for one in after.sheets if one.properties.sheet_id == vista.hoja_id)
        _, before, _ = images_in(_hidden(after))
        return _met(vista, anotacion, _rows(sheet), before)

    def _has_changed(self, vista: HojaMirada, anotacion: Anotacion) -> bool:
        """Whether rows, columns or tags came or went since the look, for which Google refuses the whole write."""
        tabs = self._tabs()
        if (tabs.id, tabs.renglones, tabs.ancho, tabs.lineas) != (
            vista.hoja_id,
            vista.renglones,
            vista.ancho,
            vista.borrador,
        ):
            return True
        marca = next((marca for marca, _ in anotacion.marcas.values()), None)
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataId": marca}}]}
        return marca is not None and bool(self._calls.search(self._planilla, "/developerMetadata:search", body))

    def _put_back(
        self, vista: HojaMirada, anotacion: Anotacion, before: Mapping[Celda, str], lost: Sequence[int]
    ) -> None:
        """Give cells what they had before the robot wrote; whoever types in that very instant gets theirs back, too."""
        wrong, expected = dict(before), dict(anotacion.textos)
        for _ in range(_PUT_BACK_ATTEMPTS):
            undo = replace(anotacion, nombre=secrets.token_hex(6), textos=wrong, marcas={}, sin_marca=lost)
            body = write_body(undo, vista.titulo, rows=vista.renglones, columns=vista.ancho, lines=vista.renglones + 1)
            answer = self._calls.change(self._planilla, body, fields=ANSWER_FIELDS)
            _, found, _ = images_in(_hidden(msgspec.convert(answer["updatedSpreadsheet"], Answer)))
            faster = {cell: found.get(cell, "") for cell in wrong if found.get(cell, "") != expected.get(cell, "")}
            if not faster:
                return
            expected, wrong, lost = wrong, faster, []
        _log.warning("no se pudo devolver lo que decían unas celdas")

    def leftover(self, vista: HojaMirada, is_ours: Callable[[str], bool]) -> int:
        """Put back what a write that nobody saw the end of has taken from people; how many cells that were.

        A cell that does not hold any more what was put there is somebody's by now, and stays.
        """
        _, before, written = vista.dejado
        by_row = {fila.indice: fila for fila in vista.filas}
        wrong = {
            cell: text
            for cell, text in before.items()
            if cell in written
            and not is_ours(text)
            and (fila := by_row.get(cell[0])) is not None
            and fila.at(vista.columnas[cell[1]]) == written[cell]
        }
        if wrong:
            anotacion = Anotacion("", vista.hoja_id, vista.columnas, {cell: written[cell] for cell in wrong})
            with self._spanish():
                self._put_back(vista, anotacion, wrong, [])
        return len(wrong)

    @contextmanager
    def _spanish(self) -> Iterator[None]:
        """The border where errors of gspread, google-auth and the connection become ours."""
        try:
            yield
        except RobotError:
            raise
        except (APIError, RequestException, GoogleAuthError, google.Unanswered) as error:
            if google.status_of(error) == _REFUSED:
                raise RequestSheetUnusable(
                    f"Google no dejó escribir en la hoja «{self._titulo}»: mire si sus columnas «Robot: …» o la hoja oculta "
                    "robot_respuestas están protegidas, o si la planilla llegó a su límite."
                ) from None
            ours = google.as_robot_error(error, self._calls.cuenta)
            if isinstance(ours, SheetUnusable):
                raise RequestSheetUnusable(ours.detalle) from None
            raise ours from (None if isinstance(ours, RobotError) else error)


@dataclass(frozen=True)
class _Hallado:
    """What a write met: the rows that were not as they had been seen, what the written cells had held, and how many of them
    somebody had just typed.
    """

    ajenas: frozenset[int]
    before: Mapping[Celda, str]
    devueltas: int


def _met(vista: HojaMirada, anotacion: Anotacion, after: Sequence[FilaCruda], before: Mapping[Celda, str]) -> _Hallado:
    """Compare each written row with what was seen of it; where the titles are not in their place, none is as it was."""
    own = frozenset(vista.columnas.values())
    seen, now = ({fila.indice: fila for fila in rows} for rows in (vista.filas, after))
    titles_moved = any(
        before.get((vista.encabezado, one), "") != ("" if one in vista.faltan else one.value) for one in vista.columnas
    )
    blank = FilaCruda(0, (), ())
    wrong = set()
    for row in {row for row, _ in anotacion.textos} | set(anotacion.marcas):
        was, held = seen.get(row, blank), now.get(row, blank)
        if titles_moved or _of_people(was, own) != _of_people(held, own):
            wrong.add(row)
    typed = 0
    for cell in anotacion.textos:
        row, which = cell
        had = "" if which in vista.faltan else seen.get(row, blank).at(vista.columnas[which])
        if before.get(cell, "") != had:
            wrong.add(row)
            typed += bool(before.get(cell))
    return _Hallado(frozenset(wrong), {cell: before.get(cell, "") for cell in anotacion.textos}, typed)


def _of_people(fila: FilaCruda, own: Collection[int]) -> list[tuple[int, str]]:
    return [(at, text) for at, value in enumerate(fila.valores) if at not in own and (text := text_of(value))]


def _own_columns(
    filas: Sequence[FilaCruda], encabezado: int
) -> tuple[Mapping[ColumnaPropia, int], frozenset[ColumnaPropia]]:
    """Where the robot's columns are, and which are to be made right of everything that anybody has written."""
    titles = filas[encabezado]
    found = {}
    for one in ColumnaPropia:
        places = [at for at in range(len(titles.valores)) if titles.at(at) == one.value]
        if places:
            found[one] = places[0]
    end = max((len(fila.valores) for fila in filas), default=0)
    missing = [one for one in ColumnaPropia if one not in found]
    return {**found, **{one: end + at for at, one in enumerate(missing)}}, frozenset(missing)


def _rows(sheet: Sheet) -> list[FilaCruda]:
    block = sheet.data[0] if sheet.data else GridData()
    tags = [
        frozenset(tag.metadata_id for tag in one.developer_metadata if tag.metadata_key == CLAVE_FILA)
        for one in block.row_metadata
    ]
    return [
        FilaCruda(
            at,
            [value_of(cell.effective_value) for cell in row.values],
            [cell.formatted_value for cell in row.values],
            tags[at] if at < len(tags) else frozenset(),
        )
        for at, row in enumerate(block.row_data)
    ]


def _hidden(answer: Answer) -> Sequence[Sequence[str]]:
    """What the hidden sheet holds, as text."""
    sheet = next((one for one in answer.sheets if one.properties.sheet_id == RESPUESTAS_ID), None)
    return [[fila.at(at) for at in range(len(fila.valores))] for fila in _rows(sheet)] if sheet is not None else []
