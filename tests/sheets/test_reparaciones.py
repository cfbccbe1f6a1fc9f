"""What conciliación writes into Programación: only where nobody else has, and safe to repeat."""

import pytest

from fixtures.planilla import Place
from fixtures.procesos import MockGoogle
from robot.conciliacion.sides import FilaDePlanilla
from robot.errors import CitaLost
from robot.models import Radicado
from robot.sheets import Programacion
from tests.planilla import first_free, row_at, rows_of, tags, visible_rows
from tests.sheets.test_booking import BATCH, book

pytestmark = pytest.mark.calendario
NUMERO = Radicado(numero="2026-000777")


@pytest.fixture
def fila(programacion: Programacion) -> FilaDePlanilla:
    """A cita that a person made and whose radicado nobody has written."""
    return next(one for one in programacion.filas() if one.codigo and not one.pqr and not one.aparte)


def place_of(fila: FilaDePlanilla) -> Place:
    return Place(fila.planilla_id, fila.hoja, fila.numero)


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
    google.edit(accion="insert_row", **place_of(fila).moved(-1).edit())
    programacion.write_found_radicado(fila, NUMERO)
    assert pqr_of(google, fila.codigo) == NUMERO.numero


def test_an_answer_that_was_lost_is_not_written_over(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla
) -> None:
    programacion.write_found_radicado(fila, Radicado(numero="2026-1"))
    google.edit(accion="clear", **place_of(fila).cell("G"))
    google.faults(corte_despues={"veces": 1, "ruta": BATCH})
    programacion.write_found_radicado(fila, NUMERO)
    assert pqr_of(google, fila.codigo) == NUMERO.numero


@pytest.mark.parametrize(("cell", "value"), [("G", "2026-000001"), ("D", "00999")])
def test_a_row_that_says_something_else_by_now_is_left_alone(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla, cell: str, value: str
) -> None:
    google.edit(accion="type", **place_of(fila).cell(cell), value=value, raw=True)
    before = visible_rows(google)
    with pytest.raises(CitaLost):
        programacion.write_found_radicado(fila, NUMERO)
    assert visible_rows(google) == before


@pytest.mark.parametrize("column", ["G", "D"])
def test_what_a_person_types_in_the_instant_of_a_repair_stays(
    programacion: Programacion, google: MockGoogle, fila: FilaDePlanilla, column: str
) -> None:
    typed = [{"accion": "type", **place_of(fila).cell(column), "value": "00777", "raw": True}]
    google.faults(edicion_antes={"veces": 1, "ruta": BATCH, "saltar": 1, "ediciones": typed})
    with pytest.raises(CitaLost):
        programacion.write_found_radicado(fila, NUMERO)
    values = row_at(google, place_of(fila))
    assert values["DEFG".index(column) + 3] == "00777"
    assert NUMERO.numero not in values


def test_a_cupo_that_a_person_has_written_into_is_left_to_people(
    programacion: Programacion, google: MockGoogle
) -> None:
    cita = book(programacion)
    row = next(one for one in programacion.filas() if one.referencia)
    google.edit(accion="type", **place_of(row).cell("F"), value="Marta Ruiz", raw=True)
    with pytest.raises(CitaLost):
        programacion.release_untouched(cita)
    assert list(rows_of(google, "001008")[0][3:6]) == ["001008", "007", "Marta Ruiz"]


def test_an_untouched_cupo_is_freed_once(programacion: Programacion, google: MockGoogle) -> None:
    free = first_free(google)
    cita = book(programacion)
    for _ in range(2):
        programacion.release_untouched(cita)
    assert (rows_of(google, "001008"), tags(google)) == ([], [])
    google.edit(accion="type", **free.cell("D"), value="001008", raw=True)
    programacion.release_untouched(cita)
    assert len(rows_of(google, "001008")) == 1


def test_every_row_tells_where_it_is_and_what_cannot_be_read(programacion: Programacion, google: MockGoogle) -> None:
    above = first_free(google).moved(-1)
    cita = book(programacion)
    google.edit(accion="type", **above.cell("B"), value="por la tarde")
    filas = programacion.filas()
    (mine,) = [one for one in filas if one.codigo == "001008"]
    assert (mine.referencia, mine.marca) == ("VD-UNO", cita.marca)
    assert row_at(google, place_of(mine))[3] == "001008"
    assert [one.ilegible for one in filas if place_of(one) == above] == ["la hora"]
    assert not any(one.ilegible for one in filas if one.aparte)
