"""Why Google refused a write, found out by looking at what stands in its way: its own words come in the account's language."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from robot.planilla.cells import Columna, Valor, text_of
from robot.planilla.grid import Area
from robot.planilla.rows import FilaLeida
from robot.programacion.answers import ProtectedRange, protected_areas
from robot.programacion.batch import DIARIO_ID

FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(range,warningOnly,requestingUserCanEdit),"
    "data(startRow,rowData.values.dataValidation(strict,condition)))"
)
_CELL_LIMIT = 10_000_000
_A_DIARY_LINE = 61


def why_refused(
    data: Mapping[str, Any], hoja_id: int, fila: FilaLeida, escrito: Mapping[Columna, Valor], cuenta: str
) -> str:
    """Say what stands in the way of a write, and what to do, in Spanish; blank if nothing is seen.

    Args:
        data: the answer to `FIELDS` for the row.
        cuenta: the robot's account, where it is known.
    """
    sheets: Sequence[Mapping[str, Any]] = data.get("sheets", [])
    hoja = next((sheet for sheet in sheets if int(sheet["properties"].get("sheetId", 0)) == hoja_id), None)
    if hoja is None:
        return ""
    diario = next((sheet for sheet in sheets if int(sheet["properties"].get("sheetId", 0)) == DIARIO_ID), {})
    title = f"«{hoja['properties']['title']}», fila {fila.indice + 1}"
    columns = {fila.encabezado.columnas[columna]: columna for columna in escrito}
    editor = (
        f"agregue a {cuenta} como editor del rango" if cuenta else "agregue la cuenta del robot como editora del rango"
    )
    for one in _protected(hoja):
        if names := [columna.value.upper() for at, columna in columns.items() if one.covers((fila.indice, at))]:
            return f"{title}: {', '.join(names)} está en un rango protegido; {editor} o quite la protección."
    if _protected(diario):
        name = diario["properties"]["title"]
        return f"La hoja oculta «{name}», que el robot necesita, está protegida; {editor} o quite la protección."
    listed = sorted(columns.items(), key=lambda one: not _is_listed(_rule(hoja, one[0])))
    for at, columna in listed:
        if not _is_accepted(_rule(hoja, at), escrito[columna]):
            return (
                f"{title}: la columna {columna.value.upper()} solo admite los valores de su lista, y lo que se iba a escribir "
                "no está en ella; agréguelo a la lista, o permita otros valores en la validación de datos."
            )
    if _cells(sheets) + _A_DIARY_LINE > _CELL_LIMIT:
        return (
            "La planilla llegó al límite de celdas de Google; borre hojas o filas que ya no se usan, "
            "y las líneas más viejas de la hoja oculta robot_diario."
        )
    return ""


def _protected(sheet: Mapping[str, Any]) -> Sequence[Area]:
    return protected_areas(msgspec.convert(sheet.get("protectedRanges", []), list[ProtectedRange]))


def _rule(sheet: Mapping[str, Any], column: int) -> Mapping[str, Any]:
    rows = [row for block in sheet.get("data", []) for row in block.get("rowData", [])]
    cells = rows[0].get("values", []) if rows else []
    rule: Mapping[str, Any] = cells[column].get("dataValidation", {}) if column < len(cells) else {}
    return rule


def _is_listed(rule: Mapping[str, Any]) -> bool:
    """Whether a rule tells itself what it accepts; of others it can only be supposed that they refuse."""
    return bool(rule.get("condition", {}).get("type") == "ONE_OF_LIST")


def _is_accepted(rule: Mapping[str, Any], value: Valor) -> bool:
    condition = rule.get("condition", {})
    if not rule.get("strict") or not text_of(value):
        return True
    match condition.get("type"):
        case "ONE_OF_LIST":
            return text_of(value) in [str(one.get("userEnteredValue", "")) for one in condition.get("values", [])]
        case None:
            return True
        case _:
            return False


def _cells(sheets: Sequence[Mapping[str, Any]]) -> int:
    grids = [sheet["properties"].get("gridProperties", {}) for sheet in sheets]
    return sum(int(grid.get("rowCount", 0)) * int(grid.get("columnCount", 0)) for grid in grids)
