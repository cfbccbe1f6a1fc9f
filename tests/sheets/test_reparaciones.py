"""What conciliación writes into Programación: only where nobody else has, and safe to repeat."""

import pytest

from fixtures.procesos import MockGoogle
from robot.errors import CitaLost
from robot.models import Radicado
from robot.planilla import FilaDePlanilla
from robot.sheets import Programacion
from tests.planilla import first_sheet, rows_of, tags
from tests.sheets.test_booking import BATCH, book

NUMERO = Radicado(numero="2026-000777")


@pytest.fixture
def fila(programacion: Programacion) -> FilaDePlanilla:
    """A cita that a person made and whose radicado nobody has written."""
    return next(one for one in programacion.filas() if one.codigo and not one.pqr and not one.aparte)


def pqr_of(google: MockGoogle, codigo: str) -> str:
    (row,) = rows_of(google, codigo)
    return row[6] if len(row) > 6 else ""


def test_a_found_radicado_is_written_once_into_the_row_of_a_person(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla
) -> None:
    for _ in range(2):
        programacion.write_found_radicado(fila, NUMERO)
    assert pqr_of(google, fila.codigo) == NUMERO.numero
    assert tags(google) == []


def test_it_is_found_again_where_rows_have_moved(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla
) -> None:
    google.edit(accion="insert_row", row=fila.numero - 3)
    programacion.write_found_radicado(fila, NUMERO)
    assert pqr_of(google, fila.codigo) == NUMERO.numero


def test_an_answer_that_was_lost_is_not_written_over(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla
) -> None:
    programacion.write_found_radicado(fila, Radicado(numero="2026-1"))
    google.edit(accion="clear", cell=f"G{fila.numero}")
    google.faults(corte_despues={"veces": 1, "ruta": BATCH})
    programacion.write_found_radicado(fila, NUMERO)
    assert pqr_of(google, fila.codigo) == NUMERO.numero


@pytest.mark.parametrize(("cell", "value"), [("G", "2026-000001"), ("D", "00999")])
def test_a_row_that_says_something_else_by_now_is_left_alone(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla, cell: str, value: str
) -> None:
    google.edit(accion="type", cell=f"{cell}{fila.numero}", value=value, raw=True)
    before = first_sheet(google)["values"]
    with pytest.raises(CitaLost):
        programacion.write_found_radicado(fila, NUMERO)
    assert first_sheet(google)["values"] == before


@pytest.mark.parametrize("column", ["G", "D"])
def test_what_a_person_types_in_the_instant_of_a_repair_stays(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla, column: str
) -> None:
    typed = [{"accion": "type", "cell": f"{column}{fila.numero}", "value": "00777", "raw": True}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": typed})
    with pytest.raises(CitaLost):
        programacion.write_found_radicado(fila, NUMERO)
    values = first_sheet(google)["values"][fila.numero - 1]
    assert values["DEFG".index(column) + 3] == "00777"
    assert NUMERO.numero not in values


def test_a_cupo_that_a_person_has_written_into_is_left_to_people(
    programacion: Programacion, google: MockGoogle
) -> None:
    cita = book(programacion)
    row = next(one for one in programacion.filas() if one.referencia).numero
    google.edit(accion="type", cell=f"F{row}", value="Marta Ruiz", raw=True)
    with pytest.raises(CitaLost):
        programacion.release_untouched(cita)
    assert list(rows_of(google, "001008")[0][3:6]) == ["001008", "007", "Marta Ruiz"]


def test_an_untouched_cupo_is_freed_once(programacion: Programacion, google: MockGoogle) -> None:
    cita = book(programacion)
    for _ in range(2):
        programacion.release_untouched(cita)
    assert (rows_of(google, "001008"), tags(google)) == ([], [])
    google.edit(accion="type", cell="D20", value="001008", raw=True)
    programacion.release_untouched(cita)
    assert len(rows_of(google, "001008")) == 1


def test_every_row_tells_where_it_is_and_what_cannot_be_read(programacion: Programacion, google: MockGoogle) -> None:
    cita = book(programacion)
    google.edit(accion="type", cell="B24", value="por la tarde")
    filas = programacion.filas()
    (mine,) = [one for one in filas if one.codigo == "001008"]
    assert (mine.referencia, mine.marca) == ("VD-UNO", cita.marca)
    assert first_sheet(google)["values"][mine.numero - 1][3] == "001008"
    assert [one.ilegible for one in filas if one.numero == 24 and one.ilegible] == ["la hora"]
    assert not any(one.ilegible for one in filas if one.aparte)
