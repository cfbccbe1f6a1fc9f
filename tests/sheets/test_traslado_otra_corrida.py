"""A move that is done again because Google fell silent: whatever was done by then, one row has código and radicado."""

import contextlib
import itertools
from collections.abc import Callable
from typing import NamedTuple

import pytest

from fixtures.procesos import MockGoogle
from robot.errors import GoogleUnavailable
from robot.flows.partes import Dato
from robot.flows.traslado import ClaseDeTraslado, D, SituacionDeCita
from robot.models import Solicitud
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import row_at, tags
from tests.sheets.test_traslado import (
    AT_LENGTH,
    RADICADO,
    REFERENCIA,
    Visita,
    assert_moved,
    blank,
    by_hand,
    filed,
    wished_place,
)

New = Callable[..., Solicitud]
PARTS = ("búsqueda", "cupo", "radicado", "liberación")


class Silencio(NamedTuple):
    """From when on nothing more is answered in a run: before a part is done, or after that, when its outcome is lost."""

    parte: str
    hecha: bool


EACH = [Silencio(parte, hecha) for parte, hecha in itertools.product(PARTS, (False, True))]
TWICE = [
    (Silencio("liberación", False), Silencio("búsqueda", False)),
    (Silencio("liberación", True), Silencio("cupo", False)),
    (Silencio("liberación", True), Silencio("radicado", False)),
    (Silencio("radicado", True), Silencio("radicado", True)),
]
"""The second silence, after what the first one left."""


class Interrumpido:
    """Does the parts of one run until Google is silent, then none any more."""

    def __init__(self, silencio: Silencio, answers_again: bool) -> None:
        self._silencio = silencio
        self._silent = False
        self._answers_again = answers_again

    def __call__(self, nombre: str, tipo: type[D], hacer: Callable[[], D]) -> D:
        strikes = nombre == self._silencio.parte and not self._silent
        self._silent = self._silent or (strikes and not self._silencio.hecha)
        if self._silent and (strikes or not self._answers_again):
            raise GoogleUnavailable
        done: Dato = hacer()
        assert isinstance(done, tipo)
        if strikes:
            self._silent = True
            raise GoogleUnavailable
        return done


def filed_once(google: MockGoogle, settings: Settings, solicitud: New) -> Visita:
    return filed(google, settings, solicitud(), ClaseDeTraslado.MOVER)


@pytest.fixture
def visita(google: MockGoogle, settings: Settings, solicitud: New) -> Visita:
    return filed_once(google, settings, solicitud)


@pytest.mark.calendario
@pytest.mark.parametrize("answers_again", [False, pytest.param(True, marks=pytest.mark.larga)])
@pytest.mark.parametrize(("first", "second"), list(itertools.product(EACH, EACH)) if AT_LENGTH else TWICE)
def test_a_move_that_is_done_again_leaves_one_row_with_the_radicado(
    visita: Visita, google: MockGoogle, first: Silencio, second: Silencio, answers_again: bool
) -> None:
    """It is moved, or where the cita was; never in both rows, never in none."""
    cambio = None
    for number, silencio in enumerate((first, second)):
        with contextlib.suppress(GoogleUnavailable):
            cambio = visita.move(memoria=Interrumpido(silencio, answers_again), otra_vez=number > 0)
            break
    else:
        cambio = visita.move(otra_vez=True)
    assert cambio is not None
    if cambio.situacion is not None:
        assert_moved(visita, cambio)
        return
    (row,) = visita.rows
    assert row[3:7] == ["001008", "007", "Ana Torres", RADICADO.numero]
    assert list(row_at(google, visita.place)) == row
    assert [tag["value"] for tag in tags(google)] == [REFERENCIA]


@pytest.mark.calendario
def test_a_row_moved_by_hand_is_left_by_a_move_that_is_done_again(visita: Visita) -> None:
    there = by_hand(visita)
    with pytest.raises(GoogleUnavailable):
        visita.move(memoria=Interrumpido(Silencio("liberación", False), answers_again=False))
    cambio = visita.move(otra_vez=True)
    assert_moved(visita, cambio)
    assert blank(list(row_at(visita.google, there)))


@pytest.mark.calendario
def test_a_cancelling_that_is_done_again_says_nothing_before_it_knows(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    visita = filed(google, settings, solicitud(), ClaseDeTraslado.CANCELAR)
    for number, silencio in enumerate((Silencio("liberación", True), Silencio("búsqueda", False))):
        with pytest.raises(GoogleUnavailable):
            visita.move(memoria=Interrumpido(silencio, answers_again=False), otra_vez=number > 0)
    assert visita.move(otra_vez=True).situacion is SituacionDeCita.CANCELADA
    assert (visita.rows, tags(google)) == ([], [])


@pytest.mark.calendario
def test_a_move_into_whose_row_a_person_has_written_another_radicado_ends_where_it_began(
    visita: Visita, google: MockGoogle
) -> None:
    """The whole row stays, and is told: it may be another visit of the same suscriptor."""
    place = wished_place(visita)

    def meets_a_person(nombre: str, tipo: type[D], hacer: Callable[[], D]) -> D:
        if nombre == "radicado":
            google.edit(accion="type", **place.cell("G"), value="2026-999999", raw=True)
        done: Dato = hacer()
        assert isinstance(done, tipo)
        return done

    cambio = visita.move(memoria=meets_a_person)
    assert cambio.situacion is None
    assert "El cupo nuevo" in cambio.motivo
    assert "(pqr) y quedó como está" in cambio.motivo
    assert list(row_at(google, visita.place)[3:7]) == ["001008", "007", "Ana Torres", RADICADO.numero]
    assert list(row_at(google, place)[3:7]) == ["001008", "007", "Ana Torres", "2026-999999"]
    assert len(tags(google)) == 1


@pytest.mark.calendario
def test_a_move_ends_where_the_spreadsheet_of_the_cita_has_left_the_folder(visita: Visita, google: MockGoogle) -> None:
    """No cupo is taken beside one that the robot cannot leave; why is told."""
    google.edit(accion="move", spreadsheet=visita.place.spreadsheet)
    cambio = visita.move()
    assert cambio.situacion is None
    assert "ya no está en la carpeta" in cambio.motivo
    assert len(visita.rows) == 1


@pytest.mark.calendario
def test_a_cita_whose_row_cannot_be_left_is_not_said_to_be_cancelled(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    """Else the next look at the sheet would follow it there, and take it for one that a person gave a row again."""
    visita = filed(google, settings, solicitud(), ClaseDeTraslado.CANCELAR)
    at = visita.place
    google.edit(accion="protect", spreadsheet=at.spreadsheet, sheet=at.sheet, range=f"A{at.row}:H{at.row}")
    cambio = visita.move()
    assert cambio.situacion is None
    assert "rango protegido" in cambio.motivo
    assert len(visita.rows) == 1


@pytest.mark.calendario
def test_a_cancelled_cita_that_a_person_gave_a_row_again_is_left_without_touching_the_tags_of_others(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    """It has no tag by then; one without an id would be everybody's."""
    visita = filed(google, settings, solicitud(), ClaseDeTraslado.CANCELAR)
    said = list(row_at(google, visita.place))
    others = Programacion(settings.programacion, settings.google)
    others.book(referencia="VD-OTRA", suscriptor="001015", ruta="", asesor="Luis")
    assert visita.move().situacion is SituacionDeCita.CANCELADA
    for at, column in enumerate("DEFG", start=3):
        google.edit(accion="type", **visita.place.moved(2).cell(column), value=said[at], raw=True)
    followed = visita.move(clase=ClaseDeTraslado.SEGUIR, cita=None)
    assert followed.situacion is SituacionDeCita.A_MANO
    assert followed.cita is not None
    assert visita.move(identidad=f"{REFERENCIA}.cita-3", cita=followed.cita).situacion is SituacionDeCita.CANCELADA
    assert visita.rows == []
    assert [tag["value"] for tag in tags(google)] == ["VD-OTRA"]
