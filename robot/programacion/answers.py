"""What Google answers to the reading of a spreadsheet, as types, and the worksheets that it tells.

`msgspec` makes them: a month of two thousand rows is sixteen thousand cells, and dictionaries of them cost more than the rest.
"""

from collections.abc import Sequence

import msgspec

from robot.planilla.cells import Fila, Valor
from robot.planilla.grid import Area, Grid, Lugar, Marca, error_text, spills_of, with_spills

CLAVE_MARCA = "serviweb-robot"
"""The key of the developer metadata that the robot puts on rows."""

FIELDS = (
    "properties(title,locale),sheets("
    "properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),merges,"
    "protectedRanges(range,warningOnly,requestingUserCanEdit),"
    "data(startRow,startColumn,"
    "rowData.values(effectiveValue,userEnteredValue.formulaValue,note,"
    "userEnteredFormat(backgroundColor,textFormat.strikethrough)),"
    "rowMetadata(hiddenByUser,hiddenByFilter,developerMetadata(metadataId,metadataKey,metadataValue)),"
    "columnMetadata.hiddenByUser))"
)
"""What one reading asks of a spreadsheet: as little as tells everything that is on a row."""

_WHITE = "#ffffff"
_NO_END = 2**31


class _Struct(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A part of an answer. Google leaves out what is false, zero or blank."""


class GridError(_Struct, frozen=True):
    type: str = ""


class ExtendedValue(_Struct, frozen=True):
    number_value: int | float | None = None
    string_value: str | None = None
    bool_value: bool | None = None
    error_value: GridError | None = None


class EnteredValue(_Struct, frozen=True):
    formula_value: str = ""


class Colour(_Struct, frozen=True):
    red: float = 0
    green: float = 0
    blue: float = 0


class TextFormat(_Struct, frozen=True):
    strikethrough: bool = False


class CellFormat(_Struct, frozen=True):
    background_color: Colour | None = None
    text_format: TextFormat = TextFormat()


class CellData(_Struct, frozen=True):
    effective_value: ExtendedValue | None = None
    formatted_value: str = ""
    user_entered_value: EnteredValue = EnteredValue()
    note: str = ""
    user_entered_format: CellFormat = CellFormat()


class RowData(_Struct, frozen=True):
    values: Sequence[CellData] = ()


class DeveloperMetadata(_Struct, frozen=True):
    metadata_id: int = 0
    metadata_key: str = ""
    metadata_value: str = ""


class Dimension(_Struct, frozen=True):
    """What is told of a row or a column."""

    hidden_by_user: bool = False
    hidden_by_filter: bool = False
    developer_metadata: Sequence[DeveloperMetadata] = ()


class GridData(_Struct, frozen=True):
    row_data: Sequence[RowData] = ()
    row_metadata: Sequence[Dimension] = ()
    column_metadata: Sequence[Dimension] = ()


class GridRange(_Struct, frozen=True):
    """A rectangle of cells; a side that is not told has no end."""

    start_row_index: int = 0
    end_row_index: int = _NO_END
    start_column_index: int = 0
    end_column_index: int = _NO_END

    @property
    def area(self) -> Area:
        return Area(self.start_row_index, self.end_row_index, self.start_column_index, self.end_column_index)


class ProtectedRange(_Struct, frozen=True):
    range: GridRange = GridRange()
    warning_only: bool = False
    requesting_user_can_edit: bool = False


class GridProperties(_Struct, frozen=True):
    row_count: int = 0
    column_count: int = 0


class SheetProperties(_Struct, frozen=True):
    sheet_id: int = 0
    title: str = ""
    hidden: bool = False
    grid_properties: GridProperties = GridProperties()


class Sheet(_Struct, frozen=True):
    """A worksheet."""

    properties: SheetProperties = SheetProperties()
    merges: Sequence[GridRange] = ()
    protected_ranges: Sequence[ProtectedRange] = ()
    data: Sequence[GridData] = ()


class SpreadsheetProperties(_Struct, frozen=True):
    title: str = ""
    locale: str = ""


class Answer(_Struct, frozen=True):
    """What was asked of a spreadsheet with `FIELDS`."""

    properties: SpreadsheetProperties = SpreadsheetProperties()
    sheets: Sequence[Sheet] = ()


_decoder = msgspec.json.Decoder(Answer)


def read_answer(answer: bytes) -> Answer:
    return _decoder.decode(answer)


def grid_of(sheet: Sheet) -> Grid:
    """What stands on a worksheet."""
    values: list[Fila] = []
    formulas: dict[Lugar, str] = {}
    notes: set[Lugar] = set()
    fills: dict[Lugar, str] = {}
    struck: set[Lugar] = set()
    hidden: dict[int, str] = {}
    tags: dict[int, Sequence[Marca]] = {}
    columns: Sequence[Dimension] = ()
    for block in sheet.data[:1]:
        for at, row in enumerate(block.row_data):
            values.append([value_of(cell.effective_value) for cell in row.values])
            for column, cell in enumerate(row.values):
                if formula := cell.user_entered_value.formula_value:
                    formulas[at, column] = formula
                if cell.note:
                    notes.add((at, column))
                if cell.user_entered_format.text_format.strikethrough:
                    struck.add((at, column))
                if colour := _painted(cell.user_entered_format.background_color):
                    fills[at, column] = colour
        columns = block.column_metadata
        hidden = {at: why for at, one in enumerate(block.row_metadata) if (why := _why_hidden(one))}
        tags = {at: own for at, one in enumerate(block.row_metadata) if (own := _marks(one.developer_metadata))}
    return Grid(
        values=values,
        formulas=with_spills(formulas, len(values)),
        spills=spills_of(formulas, values),
        notes=frozenset(notes),
        fills=fills,
        struck=frozenset(struck),
        merges=[one.area for one in sheet.merges],
        hidden=hidden,
        hidden_columns=frozenset(at for at, one in enumerate(columns) if one.hidden_by_user),
        protected=protected_areas(sheet.protected_ranges),
        tags=tags,
    )


def protected_areas(ranges: Sequence[ProtectedRange]) -> list[Area]:
    """What of a worksheet the account that asked must not change."""
    return [one.range.area for one in ranges if not one.warning_only and not one.requesting_user_can_edit]


def value_of(held: ExtendedValue | None) -> Valor:
    """What a cell holds; an error of a formula as its text."""
    if held is None:
        return None
    if held.string_value is not None:
        return held.string_value
    if held.number_value is not None:
        return held.number_value
    return held.bool_value if held.error_value is None else error_text(held.error_value.type)


def _painted(colour: Colour | None) -> str:
    """The colour of a cell as `#rrggbb`; blank for none, and for white."""
    if colour is None:
        return ""
    named = "#" + "".join(f"{round(255 * part):02x}" for part in (colour.red, colour.green, colour.blue))
    return "" if named == _WHITE else named


def _why_hidden(row: Dimension) -> str:
    return "la fila está oculta" if row.hidden_by_user else "un filtro oculta la fila" if row.hidden_by_filter else ""


def _marks(metadata: Sequence[DeveloperMetadata]) -> Sequence[Marca]:
    return [Marca(one.metadata_value, one.metadata_id) for one in metadata if one.metadata_key == CLAVE_MARCA]
