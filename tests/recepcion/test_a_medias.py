"""A sheet of requests whatever breaks and whoever types in that instant: nothing twice, nothing lost, theirs is back at once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from robot.receiving.sheet import MiradorDeHoja
from robot.recepcion.rows import ColumnaPropia
from robot.record.tables import filas_tomadas
from tests.recepcion.conftest import LUIS, PLANILLA, ROSA, HojaDePrueba

Hoja = Callable[..., HojaDePrueba]
WRITE = ":batchUpdate"
SOLICITUD = ColumnaPropia.SOLICITUD


def typing(**edit: object) -> dict[str, object]:
    return {"spreadsheet": PLANILLA, "accion": "type", **edit}


def settled(prueba: HojaDePrueba, *, count: int) -> None:
    """After whatever happened: so many solicitudes, each with one row that names it."""
    for _ in range(3):
        assert not prueba.look().falla
    assert len(prueba.handed_in) == count
    named = sorted(prueba.answers(row)[SOLICITUD] for row in range(2, len(prueba.values) + 1))
    assert named == sorted(str(one.referencia) for one in prueba.ventanilla.registro.expedientes())
    assert len(prueba.marcas) == len({one for one, _ in prueba.marcas}) == count


@pytest.mark.parametrize(
    "fault",
    [
        "corte_antes",
        "corte_despues",
        *(pytest.param(one, marks=pytest.mark.larga) for one in ("error_antes", "error_despues")),
    ],
)
def test_a_write_whose_answer_is_lost_is_settled_at_the_next_look(hoja: Hoja, fault: str) -> None:
    prueba = hoja(ROSA, LUIS)
    prueba.look()
    prueba.google.faults(**{fault: {"veces": 1, "ruta": WRITE}})
    assert "Google" in prueba.look().falla
    assert prueba.google.struck() == {fault: 1}
    assert prueba.handed_in == []
    prueba.google.faults()
    settled(prueba, count=2)


def test_a_crash_between_tag_and_handing_in_or_before_it_was_noted_hands_in_once(hoja: Hoja) -> None:
    prueba = hoja(ROSA)
    prueba.take()
    with prueba.ventanilla.base.begin() as connection:
        connection.execute(sa.update(filas_tomadas).values(aceptada=None))
    settled(prueba, count=1)


def test_a_crash_before_any_call_leaves_nothing_half_done(hoja: Hoja) -> None:
    class Crash(BaseException):
        pass

    prueba = hoja(ROSA, LUIS)
    prueba.look()
    for at in range(1, 4):
        left = [at]

        def die(left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Crash

        with pytest.raises(Crash):
            MiradorDeHoja(prueba.ventanilla, prueba.ajustes, die).receive()
    settled(prueba, count=2)


@pytest.mark.parametrize(
    "edits",
    [
        [{"accion": "insert_row", "row": 2}],
        [{"accion": "delete_row", "row": 2}],
        [{"accion": "sort", "column": "D", "from_row": 2}],
        [typing(cell="F2", value="Otra cosa.")],
        [{"accion": "insert_column", "column": "B"}],
        [{"accion": "insert_column", "column": "J"}],
        [{"accion": "delete_column", "column": "A"}],
    ],
    ids=["insert", "delete", "sort", "mend", "column among theirs", "column among the robot's", "column gone"],
)
@pytest.mark.parametrize(
    "first", [pytest.param(True, marks=pytest.mark.larga), False], ids=["first write", "later write"]
)
def test_what_people_do_in_the_instant_of_a_write_is_noticed_and_nothing_of_theirs_is_touched(
    hoja: Hoja, edits: list[dict[str, object]], first: bool
) -> None:
    prueba = hoja(ROSA, LUIS)
    if not first:
        prueba.take()
        prueba.type("B4", "'001011")
        for cell, value in zip("CDEF", ["1117500201", "Ana Gil", "no tiene", "Otra fuga."], strict=True):
            prueba.type(f"{cell}4", value)
    prueba.look()
    everyone = [{"spreadsheet": PLANILLA, **one} for one in edits]
    prueba.google.faults(edicion_antes={"veces": 1, "ruta": WRITE, "ediciones": everyone})
    prueba.look()
    prueba.google.faults()
    typed = {"Rosa Elvira Muñoz", "Luis Mora", "Ana Gil"}
    deleted = edits[0]["accion"] == "delete_row"
    for _ in range(3):
        prueba.look()
    titles = prueba.values[0]
    theirs = [
        [text for at, text in enumerate(line) if at >= len(titles) or not titles[at].startswith("Robot: ")]
        for line in prueba.values[1:]
    ]
    assert not any("VD-" in text or text == "EN COLA" for line in theirs for text in line)
    present = {text for line in theirs for text in line} & typed
    assert present == ({"Luis Mora"} if first else {"Luis Mora", "Ana Gil"}) if deleted else present >= {"Luis Mora"}
    answered = {line[titles.index(SOLICITUD.value)] for line in prueba.values[1:] if any(line)}
    assert "" not in answered
    assert len(prueba.handed_in) == len(set(prueba.handed_in))


def test_who_types_into_a_cell_of_the_robot_in_the_instant_of_its_write_gets_it_back(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    prueba.look()
    edits = [typing(cell="J2", value="urgente"), typing(cell="J1", value="Prioridad")]
    prueba.google.faults(edicion_antes={"veces": 1, "ruta": WRITE, "ediciones": edits})
    informe = prueba.look()
    prueba.google.faults()
    assert (informe.tomadas, informe.devueltas) == (0, 2)
    assert (prueba.values[0][9], prueba.values[1][9]) == ("Prioridad", "urgente")
    assert prueba.look().tomadas == 2
    assert (prueba.values[0][9], prueba.values[1][9]) == ("Prioridad", "urgente")
    settled(prueba, count=2)


def test_a_robot_that_dies_before_it_gives_back_leaves_it_to_the_next_one(hoja: Hoja) -> None:
    prueba = hoja(ROSA, LUIS)
    prueba.take()
    prueba.edit("clear", cell="J2")
    edits = [typing(cell="J2", value="urgente")]
    prueba.google.faults(
        edicion_antes={"veces": 1, "ruta": WRITE, "ediciones": edits},
        corte_despues={"veces": 1, "ruta": WRITE},
    )
    assert "Google" in prueba.look().falla
    assert prueba.values[1][9] == "EN COLA"
    prueba.google.faults()
    assert prueba.look().devueltas == 1
    assert prueba.values[1][9] == "urgente"
    assert prueba.look().ajenas == 1


@pytest.mark.parametrize("count", [100, pytest.param(1000, marks=pytest.mark.larga)])
def test_a_thousand_rows_are_taken_with_few_calls_to_google(hoja: Hoja, count: int) -> None:
    rows = [
        ["", f"'{100000 + at}", "40.765.123", "Rosa Elvira Muñoz", "no tiene", f"Fuga {at}."] for at in range(count)
    ]
    prueba = hoja(*rows)
    before = prueba.google.state()["peticiones"]
    assert prueba.take().tomadas == count
    assert prueba.look().tomadas == 0
    assert prueba.google.state()["peticiones"] - before <= 12
    assert len({prueba.answers(row)[SOLICITUD] for row in (2, 50, count + 1)}) == 3
