"""What the owners of the schedule were promised: one cupo a solicitud, nothing overwritten, no false refusal."""

import datetime as dt

import pytest
from gspread.utils import ValueRenderOption

from fixtures.planilla import Place, rows, visitas
from fixtures.procesos import MockGoogle
from robot.errors import CitaLost, GoogleUnavailable, NoCupos, SheetUnusable
from robot.models import Radicado
from robot.settings import Settings
from robot.sheets import Programacion
from tests.fixtures.cliente import client
from tests.planilla import first_free, row_at, rows_of, tags
from tests.sheets.a_medias import half_done

BATCH = ":batchUpdate"
_UNTAKEN = 3
"""How many cells of a row have something in them where nobody has booked: day, hour, crew."""
RUTA_POR_FORMULA = '=IFERROR(VLOOKUP(D{row};Base!A:B;2;FALSE);"")'


def book(programacion: Programacion, referencia: str = "VD-UNO", codigo: str = "001008", **wish: object) -> object:
    return programacion.book(referencia=referencia, suscriptor=codigo, ruta="011", asesor="Ana Torres", **wish)  # type: ignore[arg-type]


def bury_diary(google: MockGoogle, planilla_id: str, lines: int) -> None:
    """So many lines come to stand above what the robot wrote, as if others had written them."""
    diary = client(google).open_by_key(planilla_id).worksheet("robot_diario")
    diary.insert_rows([["x"]] * lines, row=2)


@pytest.mark.calendario
def test_a_tagged_row_is_the_solicituds_own_however_many_lines_others_have_written_since(
    settings: Settings, google: MockGoogle
) -> None:
    cita = Programacion(settings.programacion, settings.google).book(
        referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres"
    )
    bury_diary(google, cita.planilla_id, 80)
    again = Programacion(settings.programacion, settings.google)
    assert book(again, first_attempt=False) == cita
    assert len(rows_of(google, "001008")) == 1
    assert [tag["value"] for tag in tags(google)] == ["VD-UNO"]


@pytest.mark.calendario
def test_a_tagged_row_is_the_solicituds_own_where_a_person_has_emptied_the_diary(
    settings: Settings, google: MockGoogle
) -> None:
    first = Programacion(settings.programacion, settings.google)
    cita = first.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres")
    client(google).open_by_key(cita.planilla_id).worksheet("robot_diario").batch_clear(["A2:BZ50"])
    again = Programacion(settings.programacion, settings.google)
    assert book(again, first_attempt=False) == cita
    assert len(rows_of(google, "001008")) == 1


@pytest.mark.calendario
def test_what_a_dead_robot_left_is_mended_though_the_first_reading_fails(
    settings: Settings, google: MockGoogle
) -> None:
    row = half_done(settings, google)
    later = Programacion(settings.programacion, settings.google)
    google.faults(error_antes={"veces": -1, "ruta": "DataFilter"})
    with pytest.raises(GoogleUnavailable):
        later.cupos(dt.date.min, dt.date.max)
    google.faults()
    later.cupos(dt.date.min, dt.date.max)
    assert row_at(google, row)[3] == "00777"


@pytest.mark.calendario
def test_what_a_dead_robot_left_is_mended_by_conciliacion_however_deep_in_the_diary(
    settings: Settings, google: MockGoogle
) -> None:
    row = half_done(settings, google)
    bury_diary(google, row.spreadsheet, 80)
    Programacion(settings.programacion, settings.google).filas()
    assert row_at(google, row)[3] == "00777"
    assert tags(google) == []


@pytest.mark.calendario
def test_a_spreadsheet_that_cannot_be_read_hinders_no_other_and_is_named(
    settings: Settings, google: MockGoogle
) -> None:
    google.edit(
        accion="add_spreadsheet", value="Programación de turnos", folder="Programación", rows=[["Técnico", "Turno"]]
    )
    programacion = Programacion(settings.programacion, settings.google)
    assert programacion.cupos(dt.date.min, dt.date.max)
    book(programacion)
    assert any("turnos" in line and "faltan: fecha" in line for line in programacion.check())


@pytest.mark.calendario
def test_a_cell_with_a_formula_is_never_written_into(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    formula = RUTA_POR_FORMULA.format(row=row.row)
    google.edit(accion="formula", **row.cell("E"), value=formula, shows="#N/A")
    cita = programacion.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres")
    programacion.write_radicado(cita, Radicado(numero="2026-1"))
    ruta = client(google).open_by_key(row.spreadsheet).worksheet(row.sheet)
    assert ruta.acell(f"E{row.row}", value_render_option=ValueRenderOption.formula).value == formula
    assert row_at(google, row)[3:7] == ["001008", "#N/A", "Ana Torres", "2026-1"]
    programacion.release(cita, corregido=Radicado(numero="2026-1"))
    assert ruta.acell(f"E{row.row}", value_render_option=ValueRenderOption.formula).value == formula
    assert "001008" not in row_at(google, row)


@pytest.mark.calendario
def test_what_a_formula_gives_for_ruta_is_no_entry_of_anybody(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    google.edit(accion="formula", **row.cell("E"), value="=RUTA_DE(D9)", shows="999")
    cita = programacion.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres")
    programacion.verify(cita)
    assert row_at(google, row)[3:6] == ["001008", "999", "Ana Torres"]


@pytest.mark.calendario
def test_a_radicado_is_not_written_over_a_formula(programacion: Programacion, google: MockGoogle) -> None:
    cita = programacion.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres")
    row = next(place for place, held in visitas(google) if held[3] == "001008")
    google.edit(accion="formula", **row.cell("G"), value="=X1", shows="")
    with pytest.raises(CitaLost, match="fórmula"):
        programacion.write_radicado(cita, Radicado(numero="2026-1"))


@pytest.mark.calendario
def test_writes_that_are_not_answered_are_never_told_as_taken_cupos(settings: Settings, google: MockGoogle) -> None:
    few = settings.google.model_copy(update={"intentos": 2})
    programacion = Programacion(settings.programacion, few)
    programacion.cupos(dt.date.min, dt.date.max)
    google.faults(error_antes={"veces": -1, "ruta": BATCH})
    with pytest.raises(GoogleUnavailable):
        book(programacion)
    google.faults(error_antes={"veces": 1, "ruta": BATCH})
    book(programacion, first_attempt=False)
    assert len(rows_of(google, "001008")) == 1


@pytest.mark.calendario
def test_a_spreadsheet_that_is_thrown_away_or_added_meanwhile_is_noticed(
    settings: Settings, google: MockGoogle
) -> None:
    at_once = settings.programacion.model_copy(update={"renovar_segundos": 0.0})
    programacion = Programacion(at_once, settings.google)
    cita = programacion.book(referencia="VD-UNO", suscriptor="001008", ruta="011", asesor="Ana Torres")
    google.edit(accion="copy_spreadsheet", spreadsheet=cita.planilla_id, value="Programación adicional")
    google.edit(accion="trash", spreadsheet=cita.planilla_id)
    google.faults(error_antes={"veces": -1, "ruta": "/drive/"})
    assert cita.planilla in {cupo.planilla for cupo in programacion.cupos(dt.date.min, dt.date.max)}
    google.faults()
    offered = {cupo.planilla for cupo in programacion.cupos(dt.date.min, dt.date.max)}
    assert "Programación adicional" in offered
    assert cita.planilla not in offered
    with pytest.raises(CitaLost):
        programacion.verify(cita)


@pytest.mark.calendario
def test_a_copy_is_no_schedule_and_a_shortcut_leads_to_one(settings: Settings, google: MockGoogle) -> None:
    first, *_ = google.state()["spreadsheets"]
    google.edit(accion="copy_spreadsheet", spreadsheet=first["id"], value=f"Copia de {first['title']}")
    google.edit(accion="add_xlsx", value="Programación vieja.xlsx", folder="Programación")
    programacion = Programacion(settings.programacion, settings.google)
    assert not {one.planilla for one in programacion.cupos(dt.date.min, dt.date.max) if "Copia" in one.planilla}
    told = " ".join(programacion.check())
    assert "parece una copia" in told
    assert "archivo de Excel" in told


@pytest.mark.calendario
def test_what_stands_in_the_way_of_a_write_is_told_with_what_to_do(settings: Settings, google: MockGoogle) -> None:
    google.reset(idioma="es")
    row = first_free(google)
    google.edit(accion="validate", **row.cell("F"), list=["LUZ MARINA P."], strict=True)
    with pytest.raises(SheetUnusable, match="ASESOR solo admite los valores de su lista"):
        book(Programacion(settings.programacion, settings.google))
    google.edit(accion="protect", spreadsheet=row.spreadsheet, sheet=row.sheet)
    for book_of_month in google.state()["spreadsheets"]:
        for sheet in book_of_month["sheets"]:
            if not sheet["hidden"]:
                google.edit(accion="protect", spreadsheet=book_of_month["id"], sheet=sheet["title"])
    with pytest.raises(SheetUnusable, match=r"agregue a robot@.* como editor del rango protegido"):
        book(Programacion(settings.programacion, settings.google))
    assert rows_of(google, "001008") == []


def whole_free_day(google: MockGoogle, planilla_id: str) -> Place:
    """The first row of a day of ten cupos on which nobody has booked, in a spreadsheet that writes the day on every row."""
    found = [(place, held) for place, held in rows(google) if place.spreadsheet == planilla_id]
    days = (found[at : at + 10] for at in range(len(found) - 9))
    return next(
        day[0][0]
        for day in days
        if all(len(held) == _UNTAKEN for _, held in day) and len({held[0] for _, held in day}) == 1
    )


@pytest.mark.calendario
def test_a_row_with_anything_that_is_not_understood_is_not_offered_and_the_reason_is_told(
    settings: Settings, google: MockGoogle
) -> None:
    *_, later = google.state()["spreadsheets"]
    first = whole_free_day(google, later["id"])
    google.edit(accion="note", **first.cell("D"), value="pendiente de confirmar")
    google.edit(accion="hide_row", **first.moved(1).edit())
    google.edit(accion="colour", **first.moved(2).cell("D"), value="#ff0000")
    google.edit(accion="type", **first.moved(3).cell("H"), value="ALMUERZO")
    google.edit(accion="formula", **first.moved(4).cell("D"), value="=Z9", shows="")
    google.edit(accion="type", **first.moved(5).cell("H"), value="TRUE")
    programacion = Programacion(settings.programacion, settings.google)
    dudosas = [one for one in programacion.oferta(dt.date.min, dt.date.max).dudosas if one.planilla == later["title"]]
    told = {one.fila: one for one in dudosas}
    assert [told[first.row + n].motivo for n in range(6)] == [
        "hay una nota en una celda",
        "la fila está oculta",
        "la celda de CODIGO está pintada (#ff0000)",
        "dice «ALMUERZO» en OBSERVACIONES",
        "hay una fórmula en CODIGO",
        "hay una casilla marcada en OBSERVACIONES",
    ]
    hidden = told[first.row + 1]
    assert hidden.fecha is not None
    for cupo in programacion.cupos(hidden.fecha, hidden.fecha):
        book(programacion, f"VD-{cupo.hora:%H}{cupo.cuadrilla[-1]}", "002222", fecha=cupo.fecha, hora=cupo.hora)
    with pytest.raises(NoCupos, match=r"Hay 6 filas que parecen libres y el robot no ofrece porque no las entiende"):
        book(programacion, fecha=hidden.fecha)
    assert {row_at(google, first.moved(n))[3:6] == ["002222", "011", "Ana Torres"] for n in range(6)} == {False}
