"""The booking protocol: a cupo has one owner, and what a person typed is never lost."""

import contextlib
import datetime as dt
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from fixtures.procesos import MockGoogle
from robot.errors import CitaLost, CupoTaken, GoogleUnavailable, NoCupos
from robot.models import ZONA_HORARIA, Cita, Radicado
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import first_free, row_at, rows_of, tags, visible_rows
from tests.sheets.a_medias import half_done

BATCH = r"batchUpdate$"


def book(programacion: Programacion, referencia: str = "VD-UNO", codigo: str = "001008", **wish: object) -> Cita:
    return programacion.book(referencia=referencia, suscriptor=codigo, ruta="007", asesor="Ana Torres", **wish)  # type: ignore[arg-type]


@pytest.mark.calendario
def test_a_booking_fills_codigo_ruta_and_asesor_of_one_row(programacion: Programacion, google: MockGoogle) -> None:
    free = first_free(google)
    cita = book(programacion)
    (row,) = rows_of(google, "001008")
    assert row == row_at(google, free)
    assert list(row[3:6]) == ["001008", "007", "Ana Torres"]
    assert [tag["value"] for tag in tags(google)] == ["VD-UNO"]
    assert cita.planilla_id == free.spreadsheet


@pytest.mark.calendario
def test_warm_calls_are_few(programacion: Programacion) -> None:
    day = programacion.cupos(dt.date.min, dt.date.max)[-1].fecha
    book(programacion, fecha=day)
    programacion.llamadas.clear()
    cita = book(programacion, "VD-DOS", "001015", fecha=day)
    assert programacion.llamadas == {"getByDataFilter": 1, "batchUpdate": 1}
    programacion.llamadas.clear()
    programacion.verify(cita)
    assert programacion.llamadas == {"getByDataFilter": 1}
    programacion.llamadas.clear()
    programacion.write_radicado(cita, Radicado(numero="2026-1"))
    assert programacion.llamadas == {"getByDataFilter": 1, "batchUpdate": 1}
    programacion.llamadas.clear()
    programacion.cupos(day, day)
    assert sum(programacion.llamadas.values()) == 1


@pytest.mark.calendario
def test_the_wished_cupo_is_taken_or_refused(programacion: Programacion, google: MockGoogle) -> None:
    wished = programacion.cupos(dt.date.min, dt.date.max)[-1]
    first = book(programacion, fecha=wished.fecha, hora=wished.hora)
    assert (first.fecha, first.hora) == (wished.fecha, wished.hora)
    crews = sum(
        (cupo.fecha, cupo.hora) == (wished.fecha, wished.hora)
        for cupo in programacion.cupos(wished.fecha, wished.fecha)
    )
    for number in range(crews):
        book(programacion, f"VD-{number}", fecha=wished.fecha, hora=wished.hora)
    with pytest.raises(CupoTaken):
        book(programacion, "VD-TARDE", fecha=wished.fecha, hora=wished.hora)
    assert len(rows_of(google, "001008")) == len({tag["value"] for tag in tags(google)})


def test_no_free_cupo_is_said_so(programacion: Programacion) -> None:
    with pytest.raises(NoCupos):
        book(programacion, fecha=dt.date(2031, 1, 1))


@pytest.mark.calendario
def test_a_person_faster_by_an_instant_keeps_the_cupo(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    typed = [{"accion": "type", **row.cell("D"), "value": "00777", "raw": True}]
    book(programacion, "VD-CALIENTE", "001015", fecha=programacion.cupos(dt.date.min, dt.date.max)[-1].fecha)
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "ediciones": typed})
    book(programacion)
    assert row_at(google, row)[3:] == ["00777"]
    (ours,) = rows_of(google, "001008")
    assert row_at(google, row.moved(1)) == ours


def test_a_person_typing_a_number_gets_the_number_back(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    typed = [{"accion": "type", **row.cell("E"), "value": "42"}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": typed})
    book(programacion)
    assert row_at(google, row)[3:] == ["", "42"]
    google.edit(accion="type", **row._replace(row=1).cell("H"), value=f"=E{row.row}")
    assert len(rows_of(google, "001008")) == 1


@pytest.mark.calendario
@pytest.mark.parametrize(
    "edit",
    [
        {"accion": "insert_row"},
        {"accion": "delete_row"},
        {"accion": "insert_column", "column": "A"},
        {"accion": "insert_column", "column": "D"},
        {"accion": "rename_sheet", "value": "Otro nombre"},
    ],
)
def test_a_sheet_that_moves_under_the_write_is_put_back(
    programacion: Programacion, google: MockGoogle, edit: dict[str, object]
) -> None:
    programacion.cupos(dt.date.min, dt.date.max)
    above = first_free(google).moved(-1).edit()
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": [{**above, **edit}]})
    before = Counter(str(" ".join(row).split()) for row in visible_rows(google))
    cita = book(programacion)
    programacion.verify(cita)
    ours = [row for row in visible_rows(google) if "001008" in row]
    assert len(ours) == 1
    after = Counter(str(" ".join(row).split()) for row in visible_rows(google) if "001008" not in row)
    gone = (before - after).total()
    assert gone == (2 if edit["accion"] == "delete_row" else 1)


@pytest.mark.parametrize("fault", ["corte_despues", "error_despues", "html_despues"])
def test_an_answer_lost_after_the_write_is_adopted_not_repeated(
    programacion: Programacion, google: MockGoogle, fault: str
) -> None:
    programacion.cupos(dt.date.min, dt.date.max)
    google.faults(**{fault: {"veces": 1, "ruta": BATCH, "saltar": 1}})
    book(programacion)
    assert google.struck() == {fault: 1}
    assert len(rows_of(google, "001008")) == 1
    assert len(tags(google)) == 1


@pytest.mark.parametrize("fault", ["corte_antes", "error_antes", "html_antes", "cuota"])
def test_a_write_that_never_arrived_is_made(programacion: Programacion, google: MockGoogle, fault: str) -> None:
    programacion.cupos(dt.date.min, dt.date.max)
    google.faults(**{fault: {"veces": 1, "ruta": BATCH}})
    book(programacion)
    assert len(rows_of(google, "001008")) == 1


def test_reads_are_repeated_but_not_for_ever(programacion: Programacion, google: MockGoogle) -> None:
    google.faults(error_antes={"veces": 2, "ruta": "GET"})
    assert programacion.cupos(dt.date.min, dt.date.max)
    google.faults(error_antes={"veces": -1, "ruta": "spreadsheets"})
    with pytest.raises(GoogleUnavailable):
        programacion.cupos(dt.date.min, dt.date.max)
    assert google.struck()["error_antes"] == 3


def test_a_second_attempt_adopts_the_cita_of_the_first(settings: Settings, google: MockGoogle) -> None:
    def attempt() -> Cita:
        fresh = Programacion(settings.programacion, settings.google)
        return book(fresh, first_attempt=False)

    assert attempt() == attempt()
    assert len(rows_of(google, "001008")) == 1


@pytest.mark.calendario
def test_what_a_dead_robot_left_half_done_is_mended_by_the_next(settings: Settings, google: MockGoogle) -> None:
    row = first_free(google)
    google.edit(accion="type", **row.cell("H"), value="disponible")
    assert half_done(settings, google) == row
    Programacion(settings.programacion, settings.google).cupos(dt.date.min, dt.date.max)
    assert row_at(google, row)[3] == "00777"
    assert tags(google) == []


def test_a_tag_id_taken_by_something_else_is_no_obstacle(programacion: Programacion, google: MockGoogle) -> None:
    above = first_free(google).moved(-1)
    cita = book(programacion, "VD-UNO", "001008")
    programacion.release(cita)
    google.edit(accion="tag", **above.edit(), id=cita.marca, key="otra-herramienta", value="suya")
    again = book(programacion, "VD-UNO", "001008")
    assert again.marca != cita.marca
    assert sorted(tag["value"] for tag in tags(google)) == ["VD-UNO", "suya"]
    programacion.verify(again)


def test_release_frees_the_cupo_and_may_be_repeated(programacion: Programacion, google: MockGoogle) -> None:
    before = visible_rows(google)
    cita = book(programacion)
    programacion.release(cita)
    programacion.release(cita)
    assert visible_rows(google) == before
    assert tags(google) == []


def test_release_leaves_alone_what_a_person_changed(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    cita = book(programacion)
    google.edit(accion="type", **row.cell("D"), value="00999", raw=True)
    programacion.release(cita)
    assert list(row_at(google, row)[3:6]) == ["00999", "007", "Ana Torres"]


def test_the_radicado_goes_into_its_row_once(programacion: Programacion, google: MockGoogle) -> None:
    above = first_free(google).moved(-1)
    cita = book(programacion)
    google.edit(accion="insert_row", **above.edit(), count=3)
    programacion.write_radicado(cita, Radicado(numero="2026-004301"))
    programacion.write_radicado(cita, Radicado(numero="2026-004301"))
    (row,) = rows_of(google, "001008")
    assert row[6] == "2026-004301"


def test_the_radicado_never_replaces_another_value(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    cita = book(programacion)
    google.edit(accion="type", **row.cell("G"), value="manual")
    with pytest.raises(CitaLost):
        programacion.write_radicado(cita, Radicado(numero="2026-1"))
    assert rows_of(google, "001008")[0][6] == "manual"


def test_a_radicado_typed_in_the_same_instant_by_a_person_stays(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    cita = book(programacion)
    typed = [{"accion": "type", **row.cell("G"), "value": "manual"}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "ediciones": typed})
    with pytest.raises(CitaLost):
        programacion.write_radicado(cita, Radicado(numero="2026-1"))
    assert rows_of(google, "001008")[0][6] == "manual"


@pytest.mark.parametrize("fault", ["corte_despues", "error_despues"])
def test_a_radicado_whose_answer_was_lost_is_there(programacion: Programacion, google: MockGoogle, fault: str) -> None:
    cita = book(programacion)
    google.faults(**{fault: {"veces": 1, "ruta": BATCH}})
    programacion.write_radicado(cita, Radicado(numero="2026-1"))
    assert rows_of(google, "001008")[0][6] == "2026-1"


@pytest.mark.calendario
@pytest.mark.parametrize("metadata_follows", [True, False])
def test_a_cita_is_found_after_a_sort_whether_tags_follow_or_not(
    programacion: Programacion, google: MockGoogle, metadata_follows: bool
) -> None:
    google.reset(metadata_sigue_orden=metadata_follows)
    next_month = google.state()["spreadsheets"][1]["title"]
    last = programacion.cupos(dt.date.min, dt.date.max)[-1]
    cita = book(programacion, fecha=last.fecha)
    google.edit(accion="sort", spreadsheet=next_month, from_row=4, column="D")
    programacion.verify(cita)
    programacion.write_radicado(cita, Radicado(numero="2026-1"))
    (row,) = rows_of(google, "001008")
    assert row[6] == "2026-1"


def test_a_deleted_or_retyped_row_is_a_lost_cita(programacion: Programacion, google: MockGoogle) -> None:
    row = first_free(google)
    cita = book(programacion)
    google.edit(accion="type", **row.cell("D"), value="otro")
    with pytest.raises(CitaLost):
        programacion.verify(cita)
    google.edit(accion="delete_row", **row.edit())
    with pytest.raises(CitaLost):
        programacion.verify(cita)


def test_text_stays_text(programacion: Programacion, google: MockGoogle) -> None:
    formula = '=HYPERLINK("http://malo","clic")'
    programacion.book(referencia="VD-UNO", suscriptor="000123", ruta=formula, asesor="=1+1")
    (row,) = rows_of(google, "000123")
    assert list(row[4:6]) == [formula, "=1+1"]


def test_two_robots_never_share_a_cupo(settings: Settings, google: MockGoogle) -> None:
    robots = [Programacion(settings.programacion, settings.google) for _ in range(2)]
    for number in range(6):
        book(robots[number % 2], f"VD-{number}", f"00{number}008")
    taken = [(c.get("row")) for c in tags(google)]
    assert len(taken) == len(set(taken)) == 6


def test_authorized_user_credentials_work_as_well(settings: Settings, google: MockGoogle, tmp_path: Path) -> None:
    key = tmp_path / "usuario.json"
    key.write_text(json.dumps(google.credentials("usuario")))
    own = settings.google.model_copy(update={"credenciales": key})
    assert Programacion(settings.programacion, own).cupos(dt.date.min, dt.date.max)


def test_an_expired_token_is_renewed(programacion: Programacion, google: MockGoogle) -> None:
    book(programacion)
    google.faults(token_vencido=1)
    book(programacion, "VD-DOS", "001015")
    assert len(rows_of(google, "001015")) == 1


def test_a_cupo_retaken_for_the_same_suscriptor_is_not_given_back_again(
    programacion: Programacion, google: MockGoogle
) -> None:
    first = book(programacion)
    programacion.release(first)
    second = book(programacion, "VD-DOS", fecha=first.fecha, hora=first.hora)
    assert (second.fecha, second.hora, second.cuadrilla) == (first.fecha, first.hora, first.cuadrilla)
    programacion.release(first)
    programacion.verify(second)
    assert len(rows_of(google, "001008")) == 1


def test_a_radicado_is_not_noted_on_another_cita_of_the_same_suscriptor(
    programacion: Programacion, google: MockGoogle
) -> None:
    row = first_free(google)
    first = book(programacion)
    for column in "DEF":
        google.edit(accion="clear", **row.cell(column))
    second = book(programacion, "VD-DOS", fecha=first.fecha, hora=first.hora)
    assert second.cuadrilla == first.cuadrilla
    with pytest.raises(CitaLost):
        programacion.write_radicado(first, Radicado(numero="2026-000001"))
    assert len(rows_of(google, "001008")[0]) == 6
    programacion.write_radicado(second, Radicado(numero="2026-000002"))
    assert rows_of(google, "001008")[0][6] == "2026-000002"


@pytest.mark.calendario
def test_two_citas_of_one_suscriptor_at_one_hour_are_told_apart(programacion: Programacion, google: MockGoogle) -> None:
    cupos = programacion.cupos(dt.date.min, dt.date.max)
    wished = next(one for one, other in pairwise(cupos) if (one.fecha, one.hora) == (other.fecha, other.hora))
    first = book(programacion, fecha=wished.fecha, hora=wished.hora)
    second = book(programacion, "VD-DOS", fecha=first.fecha, hora=first.hora)
    assert second.cuadrilla != first.cuadrilla
    programacion.write_radicado(second, Radicado(numero="2026-000002"))
    programacion.write_radicado(first, Radicado(numero="2026-000001"))
    noted = {row[2]: row[6] for row in rows_of(google, "001008")}
    assert noted == {first.cuadrilla: "2026-000001", second.cuadrilla: "2026-000002"}


def test_three_robots_that_write_over_each_other_leave_the_row_to_the_first(
    settings: Settings, google: MockGoogle
) -> None:
    """All three chose the same row. Uno has it; Dos and Tres write over it before either has put back what it met."""
    robots = {name: Programacion(settings.programacion, settings.google) for name in ("UNO", "DOS", "TRES")}
    book(robots["UNO"], "VD-DIARIO", "000001")  # the hidden sheet is there from now on
    for robot in robots.values():
        robot.cupos(dt.date.min, dt.date.max)
    google.faults(
        espera_antes={"veces": 2, "ruta": BATCH, "segundos": 1.0},
        espera_despues={"veces": 2, "ruta": BATCH, "saltar": 1, "segundos": 0.6},
    )
    pause = threading.Event()
    with ThreadPoolExecutor(3) as threads:
        second = threads.submit(book, robots["DOS"], "VD-DOS", "000022")
        pause.wait(0.3)
        third = threads.submit(book, robots["TRES"], "VD-TRES", "000033")
        pause.wait(0.2)
        first = threads.submit(book, robots["UNO"], "VD-UNO", "000011")
        citas = [one.result() for one in (first, second, third)]
    google.faults()
    assert [len(rows_of(google, cita.suscriptor)) for cita in citas] == [1, 1, 1]
    for cita in citas:
        robots["UNO"].verify(cita)
    assert len({(cita.fecha, cita.hora, cita.cuadrilla) for cita in citas}) == 3
    before = visible_rows(google)
    later = Programacion(
        settings.programacion, settings.google, lambda: dt.datetime.now(ZONA_HORARIA) + dt.timedelta(minutes=5)
    )
    later.cupos(dt.date.min, dt.date.max)
    assert visible_rows(google) == before, "there is nothing left to mend"


@pytest.mark.calendario
@pytest.mark.parametrize("dies", [False, True])
def test_a_row_that_moves_while_it_is_given_back_costs_nobody_anything(
    settings: Settings, google: MockGoogle, dies: bool
) -> None:
    """A person is faster, so the row is to be given back; another inserts a row, so that it hits the row above."""
    robot = Programacion(settings.programacion, settings.google)
    book(robot, "VD-DIARIO", "000001")
    row = first_free(google)
    day = robot.cupos(dt.date.min, dt.date.max)[0].fecha
    typed = [{"accion": "type", **row.cell("D"), "value": "persona 1", "raw": True}]
    moved = [{"accion": "insert_row", **row._replace(row=2).edit()}]
    faults: dict[str, object] = {
        "edicion_despues": {"veces": 1, "ruta": ":getByDataFilter$", "ediciones": typed},
        "edicion_antes": {"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": moved},
    }
    if dies:
        faults["error_antes"] = {"veces": -1, "saltar": 4}
    google.faults(**faults)
    before = [r for r in visible_rows(google) if len(r) > 3]
    with contextlib.suppress(GoogleUnavailable):
        book(robot, "VD-UNO", fecha=day)
    google.faults()
    later = Programacion(
        settings.programacion, settings.google, lambda: dt.datetime.now(ZONA_HORARIA) + dt.timedelta(minutes=5)
    )
    later.cupos(dt.date.min, dt.date.max)
    assert [r for r in visible_rows(google) if len(r) > 3 and r[3] not in {"001008", "persona 1"}] == before
    assert [r[3:] for r in visible_rows(google) if "persona 1" in r] == [["persona 1"]]
    assert len(rows_of(google, "001008")) == (0 if dies else 1)
