"""What people do to the schedule while the robot works on it: no second cupo, nothing lost, no false refusal."""

import datetime as dt

import pytest
import requests
from google.auth.exceptions import RefreshError

from fixtures.planilla import Place, visitas
from fixtures.procesos import MockGoogle
from robot.errors import GoogleUnavailable, SheetUnusable
from robot.models import Cita, Radicado
from robot.programacion import google as way
from robot.settings import Settings
from robot.sheets import Programacion
from tests.fixtures.cliente import client
from tests.planilla import first_free, rows_of, tags
from tests.sheets.a_medias import half_done
from tests.sheets.test_booking import BATCH, book

pytestmark = pytest.mark.calendario
ALL = (dt.date.min, dt.date.max)
NUMERO = Radicado(numero="2026-1")
PRIVATE = ("40.765.123", "40765123", "310 555 0101", "3105550101")


def new(settings: Settings, **changes: object) -> Programacion:
    return Programacion(settings.programacion.model_copy(update=changes), settings.google)


def warm(settings: Settings) -> Programacion:
    """One that has read everything, so that it goes by what it remembers."""
    programacion = new(settings)
    programacion.cupos(*ALL)
    return programacion


def booked(google: MockGoogle, codigo: str = "001008") -> Place:
    return next(place for place, row in visitas(google) if row[3] == codigo)


def diary_of(cita: Cita) -> dict[str, str]:
    return {"spreadsheet": cita.planilla_id, "sheet": "robot_diario"}


def tab_of(place: Place) -> dict[str, str]:
    return {"spreadsheet": place.spreadsheet, "sheet": place.sheet}


def holding(google: MockGoogle, codigo: str) -> int:
    """How many rows hold a código, in hidden worksheets, too."""
    sheets = [sheet for one in google.state()["spreadsheets"] for sheet in one["sheets"]]
    diaries = [sheet for sheet in sheets if sheet["values"] and "entrada" in sheet["values"][0]]
    return sum(codigo in row for sheet in sheets if sheet not in diaries for row in sheet["values"])


def test_a_tab_that_a_person_hides_meanwhile_is_not_booked(settings: Settings, google: MockGoogle) -> None:
    programacion, row = warm(settings), first_free(google)
    google.edit(accion="hide_tab", **tab_of(row))
    assert book(programacion).planilla_id != row.spreadsheet


def test_a_tagged_row_that_a_person_gave_another_hour_is_the_solicituds_own(
    settings: Settings, google: MockGoogle
) -> None:
    book(new(settings))
    google.edit(accion="type", **booked(google).cell("B"), value="16:00")
    again = book(new(settings), first_attempt=False)
    assert (again.hora, holding(google, "001008")) == (dt.time(16), 1)


@pytest.mark.parametrize("edit", [{"accion": "hide_tab"}, {"accion": "rename_tab", "value": "Copia de Visitas"}])
def test_no_second_cupo_is_taken_while_the_first_is_in_a_tab_that_is_not_read(
    settings: Settings, google: MockGoogle, edit: dict[str, str]
) -> None:
    google.edit(accion="duplicate_tab", **tab_of(first_free(google)), value="Otra cuadrilla")
    book(new(settings))
    place = booked(google)
    google.edit(**edit, **tab_of(place))
    with pytest.raises(SheetUnusable, match="que el robot ya tomó"):
        book(new(settings), first_attempt=False)
    assert (holding(google, "001008"), len(tags(google))) == (1, 1)


@pytest.mark.parametrize("edit", [{"accion": "rename_tab", "value": "diario viejo"}, {"accion": "delete_tab"}])
def test_a_diary_that_people_rename_or_delete_hinders_nobody(
    settings: Settings, google: MockGoogle, edit: dict[str, str]
) -> None:
    programacion = new(settings)
    cita = book(programacion)
    google.edit(**edit, **diary_of(cita))
    book(programacion, "VD-DOS", "002222", fecha=cita.fecha)
    book(new(settings), "VD-TRES", "003333", fecha=cita.fecha)
    programacion.write_radicado(cita, NUMERO)
    programacion.release(cita, corregido=NUMERO)
    assert [holding(google, one) for one in ("001008", "002222", "003333")] == [0, 1, 1]


def test_what_is_wrong_with_the_diary_is_told(settings: Settings, google: MockGoogle) -> None:
    programacion = new(settings)
    cita = book(programacion)
    google.edit(accion="protect", **diary_of(cita))
    with pytest.raises(SheetUnusable, match=r"«robot_diario».*está protegida; agregue a robot@"):
        book(programacion, "VD-DOS", "002222", fecha=cita.fecha)
    with pytest.raises(SheetUnusable, match=r"«robot_diario».*está protegida"):
        programacion.write_radicado(cita, NUMERO)
    google.edit(accion="delete_tab", **diary_of(cita))
    google.edit(accion="add_tab", spreadsheet=cita.planilla_id, value="robot_diario", rows=[["x"]])
    with pytest.raises(SheetUnusable, match="otra hoja con el nombre robot_diario"):
        book(programacion, "VD-DOS", "002222", fecha=cita.fecha)


@pytest.mark.parametrize(("columns", "edit"), [(7, "insert_column"), (8, "delete_column")])
def test_columns_that_people_add_or_delete_meanwhile_are_no_taken_cupo(
    settings: Settings, google: MockGoogle, columns: int, edit: str
) -> None:
    row = first_free(google)
    client(google).open_by_key(row.spreadsheet).worksheet(row.sheet).resize(cols=columns)
    programacion = warm(settings)
    google.edit(accion=edit, **tab_of(row), column="A" if edit == "insert_column" else "H")
    assert book(programacion).planilla_id == row.spreadsheet


def test_rows_beyond_what_the_before_image_holds_are_not_written_into(settings: Settings, google: MockGoogle) -> None:
    row = first_free(google)
    client(google).open_by_key(row.spreadsheet).worksheet(row.sheet).insert_cols([[]] * 52, col=1)
    programacion = new(settings)
    cita = book(programacion)
    assert cita.planilla_id != row.spreadsheet
    assert holding(google, "001008") == 1
    assert any("más allá de la 50" in one.motivo for one in programacion.oferta(*ALL).dudosas)


def test_rows_that_a_person_cuts_off_in_that_instant_are_no_refusal(settings: Settings, google: MockGoogle) -> None:
    programacion, row = warm(settings), first_free(google)
    rows = client(google).open_by_key(row.spreadsheet).worksheet(row.sheet).row_count
    gone = [{"accion": "delete_row", **row.edit(), "count": rows - row.row + 1}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": gone})
    book(programacion)
    assert holding(google, "001008") == 1


def test_a_tab_that_a_person_hides_between_two_readings_is_no_failure(settings: Settings, google: MockGoogle) -> None:
    cita = book(new(settings))
    hidden = [{"accion": "hide_tab", "spreadsheet": cita.planilla_id, "sheet": cita.hoja}]
    google.faults(edicion_despues={"veces": 1, "ruta": "getByDataFilter", "ediciones": hidden})
    assert new(settings).filas()


def test_a_spreadsheet_that_comes_back_from_the_trash_is_offered_again(settings: Settings, google: MockGoogle) -> None:
    programacion = new(settings, renovar_segundos=0.0)
    before = programacion.cupos(*ALL)
    *_, later = google.state()["spreadsheets"]
    google.edit(accion="trash", spreadsheet=later["id"])
    assert len(programacion.cupos(*ALL)) < len(before)
    google.edit(accion="untrash", spreadsheet=later["id"])
    for _ in range(2):
        assert programacion.cupos(*ALL) == before


def test_a_shortcut_to_a_spreadsheet_in_the_trash_is_no_schedule(settings: Settings, google: MockGoogle) -> None:
    first, *_ = google.state()["spreadsheets"]
    google.edit(accion="add_shortcut", value="Programación (acceso)", folder="Programación", target=first["id"])
    google.edit(accion="trash", spreadsheet=first["id"])
    assert first["title"] not in {cupo.planilla for cupo in new(settings).cupos(*ALL)}


def test_no_cupo_is_refused_before_every_spreadsheet_was_looked_at_anew(settings: Settings, google: MockGoogle) -> None:
    """People lengthen one spreadsheet into days that only another one had when they were read."""
    programacion = warm(settings)
    day = programacion.cupos(*ALL)[-1].fecha
    first, *_ = google.state()["spreadsheets"]
    end = len(first["sheets"][0]["values"]) + 2
    for column, value in (("A", f"{day:%d/%m/%Y}"), ("B", "11:00 a. m.")):
        google.edit(accion="type", spreadsheet=first["id"], sheet="Visitas", cell=f"{column}{end}", value=value)
    assert book(programacion, fecha=day, hora=dt.time(11)).planilla_id == first["id"]


def test_a_row_closed_to_the_robot_that_it_cannot_give_back_hinders_no_other(
    settings: Settings, google: MockGoogle
) -> None:
    row = half_done(settings, google)
    google.edit(accion="protect", **tab_of(row), range=f"A{row.row}:H{row.row}")
    programacion = new(settings)
    oferta = programacion.oferta(*ALL)
    assert len({cupo.planilla for cupo in oferta.cupos}) == len(google.state()["spreadsheets"])
    assert any("no se pudo devolver una fila" in one.motivo and "protegido" in one.motivo for one in oferta.dudosas)


def test_a_quota_of_drive_is_waited_out(settings: Settings, google: MockGoogle) -> None:
    google.faults(error_antes={"veces": 1, "ruta": "/drive/", "status": 403, "motivo": "userRateLimitExceeded"})
    assert new(settings).cupos(*ALL)


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ChunkedEncodingError(),
        RefreshError("unavailable", retryable=True),  # type: ignore[no-untyped-call]  # google-auth has no types
    ],
)
def test_what_google_fails_in_is_no_fault_of_the_settings(error: Exception) -> None:
    assert isinstance(way.as_robot_error(error, ""), GoogleUnavailable)


def test_the_column_that_certainly_refuses_is_named(settings: Settings, google: MockGoogle) -> None:
    row = first_free(google)
    google.edit(accion="add_tab", spreadsheet=row.spreadsheet, value="Listas", rows=[[""]])
    google.edit(accion="type", spreadsheet=row.spreadsheet, sheet="Listas", cell="A1", value="007", raw=True)
    google.edit(accion="validate", **row.cell("E"), list_range="Listas!A1:A3", strict=True)
    google.edit(accion="validate", **row.cell("F"), list=["LUZ"], strict=True)
    with pytest.raises(SheetUnusable, match="columna ASESOR"):
        book(new(settings))


def test_what_people_type_where_it_does_not_belong_is_not_repeated(settings: Settings, google: MockGoogle) -> None:
    row = first_free(google)
    for at, private in enumerate(PRIVATE):
        google.edit(accion="type", **row.moved(at).cell("B"), value=private, raw=True)
    last = row.moved(len(PRIVATE))
    google.edit(accion="type", **last.cell("H"), value="festivo " * 6000)
    google.edit(accion="type", **last.moved(1).cell("I"), value="algo")
    google.edit(accion="type", **tab_of(row), cell="I3", value=f"Visita {PRIVATE[-1]}")
    google.edit(accion="type", **tab_of(row), cell="H3", value="OBSERVACIONES " * 600)
    told = " ".join(one.motivo for one in new(settings).oferta(*ALL).dudosas)
    assert not [private for private in PRIVATE if private in told]
    assert "no se entiende la hora" in told
    assert len(told) < 2000


def test_a_duplicated_tab_leaves_the_cita_where_it_is(settings: Settings, google: MockGoogle) -> None:
    programacion = new(settings)
    cita = book(programacion)
    google.edit(accion="duplicate_tab", spreadsheet=cita.planilla_id, sheet=cita.hoja, value="Visitas (2)")
    programacion.write_radicado(cita, NUMERO)
    assert sorted(NUMERO.numero in row for row in rows_of(google, "001008")) == [False, True]
    assert book(new(settings), first_attempt=False).hoja == cita.hoja


def test_a_row_that_a_person_merged_is_given_back(settings: Settings, google: MockGoogle) -> None:
    programacion = new(settings)
    cita = book(programacion)
    row = booked(google)
    google.edit(accion="merge", **tab_of(row), range=f"D{row.row}:D{row.row + 1}")
    programacion.release(cita)
    assert holding(google, "001008") == 0


@pytest.mark.parametrize(
    ("edit", "columns"),
    [
        ({"accion": "note", "value": "la pidió el alcalde"}, "F"),
        ({"accion": "colour", "value": "#ff0000"}, "D"),
        ({"accion": "type", "value": "RESERVADO"}, "H"),
        ({"accion": "hide_row"}, ""),
        ({"accion": "merge"}, "DE"),
    ],
    ids=["note", "colour", "word", "hidden", "merged"],
)
def test_a_sign_that_a_person_puts_on_the_row_in_that_instant_keeps_the_robot_off_it(
    settings: Settings, google: MockGoogle, edit: dict[str, str], columns: str
) -> None:
    programacion, row = warm(settings), first_free(google)
    on = {"range": f"{columns[0]}{row.row}:{columns[-1]}{row.row}", "cell": f"{columns[0]}{row.row}"} if columns else {}
    signed = [{**row.edit(), **edit, **on}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": signed})
    book(programacion)
    taken = booked(google)
    assert google.struck() == {"edicion_antes": 1}
    assert taken != row
    assert (holding(google, "001008"), len(tags(google))) == (1, 1)


def test_no_second_cupo_is_taken_while_the_first_is_in_a_file_outside_the_folder(
    settings: Settings, google: MockGoogle
) -> None:
    cita = book(new(settings))
    google.edit(accion="move", spreadsheet=cita.planilla_id)
    with pytest.raises(SheetUnusable, match=f"«{cita.planilla}», que ya no está en la carpeta"):
        book(new(settings), first_attempt=False)
    google.edit(accion="move", spreadsheet=cita.planilla_id, folder="Programación")
    assert book(new(settings), first_attempt=False) == cita
    assert holding(google, "001008") == 1


@pytest.mark.parametrize("left", [30, 4], ids=["its image", "its columns"])
def test_a_diary_that_a_person_has_narrowed_is_made_wide_again(
    settings: Settings, google: MockGoogle, left: int
) -> None:
    programacion = new(settings)
    cita = book(programacion)
    diary = client(google).open_by_key(cita.planilla_id).worksheet("robot_diario")
    diary.resize(cols=left)
    for one in (programacion, new(settings)):
        book(one, f"VD-{id(one)}", "001015", fecha=cita.fecha)
    programacion.write_radicado(cita, NUMERO)
    assert NUMERO.numero in rows_of(google, "001008")[0]
    assert client(google).open_by_key(cita.planilla_id).worksheet("robot_diario").col_count > left


@pytest.mark.parametrize("fault", ["html_antes", "html_despues"])
def test_a_page_that_a_proxy_answers_with_200_is_no_answer_of_google(
    settings: Settings, google: MockGoogle, fault: str
) -> None:
    programacion = warm(settings)
    google.faults(**{fault: {"veces": 1, "ruta": BATCH, "saltar": 1, "status": 200}})
    book(programacion)
    assert holding(google, "001008") == 1
    google.faults(**{fault: {"veces": -1, "ruta": "DataFilter", "status": 200}})
    with pytest.raises(GoogleUnavailable, match="Llegó una página"):
        programacion.cupos(*ALL)
