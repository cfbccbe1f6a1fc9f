"""A cita that moves: one cupo at the end whatever breaks, and what people write meanwhile is theirs."""

import contextlib
import dataclasses
import datetime as dt
import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fixtures.planilla import Place, rows
from fixtures.procesos import MockGoogle
from robot.errors import CupoTaken
from robot.flows.partes import Dato
from robot.flows.traslado import Cambio, ClaseDeTraslado, CorredorDeTraslado, D, Encargo, SituacionDeCita, Traslado
from robot.models import Radicado, Solicitud
from robot.referencia import Referencia
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import place_with, row_at, rows_of, tags, visible_rows
from tests.procedimientos import VISITA_DOMICILIARIA

REFERENCIA = Referencia.of_key("VD", "una")
RADICADO = Radicado(numero="2026-000123")
WRITE = "batchUpdate$"
AT_LENGTH = os.environ.get("LARGAS") == "si"
STEP = 1 if AT_LENGTH else 7
"""Each call to Google is the last one of a killed robot where there is time for it, else every seventh."""
New = Callable[..., Solicitud]


class Muerto(BaseException):
    """The process was killed here."""


class Memoria:
    """Keeps the outcome of every part that ended, as the engine does."""

    def __init__(self) -> None:
        self._kept: dict[str, Dato] = {}

    def __call__(self, nombre: str, tipo: type[D], hacer: Callable[[], D]) -> D:
        if nombre not in self._kept:
            self._kept[nombre] = hacer()
        kept = self._kept[nombre]
        assert isinstance(kept, tipo)
        return kept


def killed_at(call: int) -> Callable[[], None]:
    """What a robot does before each call to Google, dying at one of them."""
    left = [call]

    def pace() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Muerto

    return pace


@dataclasses.dataclass
class Visita:
    """A cita that is filed, with its radicado in its row, and what its row said before it was booked."""

    google: MockGoogle
    settings: Settings
    encargo: Encargo
    place: Place
    before: list[str]

    def move(
        self, ritmo: Callable[[], None] = lambda: None, memoria: CorredorDeTraslado | None = None, **changes: object
    ) -> Cambio:
        robot = Programacion(self.settings.programacion, self.settings.google, ritmo=ritmo)
        encargo = dataclasses.replace(self.encargo, **changes)  # type: ignore[arg-type]  # fields of it
        return Traslado(encargo, robot, memoria or Memoria()).run()

    @property
    def rows(self) -> list[Any]:
        return [list(row) for row in rows_of(self.google, "001008")]


def filed(google: MockGoogle, settings: Settings, solicitud: Solicitud, clase: ClaseDeTraslado) -> Visita:
    robot = Programacion(settings.programacion, settings.google)
    *_, wished = robot.cupos(dt.date.min, dt.date.max)
    free = robot.cupos(dt.date.min, dt.date.max)[0]
    untouched = {tuple(row[:2]): list(row) for row in visible_rows(google)}
    cita = robot.book(
        referencia=REFERENCIA, suscriptor="001008", ruta="007", asesor="Ana Torres", fecha=free.fecha, hora=free.hora
    )
    robot.write_radicado(cita, RADICADO)
    place = place_with(google, RADICADO.numero)
    encargo = Encargo(
        identidad=f"{REFERENCIA}.cita-1",
        clase=clase,
        referencia=REFERENCIA,
        solicitud=solicitud,
        radicado=RADICADO,
        cita=cita,
        ruta="",
        asesor="Ana Torres",
        fecha=wished.fecha if clase is ClaseDeTraslado.MOVER else None,
        hora=wished.hora if clase is ClaseDeTraslado.MOVER else None,
        documento=None,
        copias=VISITA_DOMICILIARIA.copias,
    )
    return Visita(google, settings, encargo, place, untouched.get(tuple(row_at(google, place)[:2]), []))


def taken_up(visita: Visita, killed: Callable[[], None]) -> tuple[Cambio, bool]:
    """What becomes of a change whose robot is killed, and is taken up by another one; and whether it was killed at all.

    What the engine has kept of the parts stays.
    """
    memoria = Memoria()
    try:
        return visita.move(killed, memoria), False
    except Muerto:
        return visita.move(memoria=memoria), True


def killed_at_every_call(
    google: MockGoogle, settings: Settings, solicitud: Solicitud, clase: ClaseDeTraslado
) -> Iterator[tuple[Visita, Cambio, int]]:
    """A change of a cita each time with another call to Google as the last one, until there is none to be killed at."""
    for call in itertools.count(step=STEP):
        google.reset()
        visita = filed(google, settings, solicitud, clase)
        cambio, killed = taken_up(visita, killed_at(call))
        yield visita, cambio, call
        if not killed:
            return


@pytest.fixture
def visita(google: MockGoogle, settings: Settings, solicitud: New) -> Visita:
    return filed(google, settings, solicitud(), ClaseDeTraslado.MOVER)


def blank(row: list[str]) -> bool:
    return not any(row[3:7])


def assert_moved(visita: Visita, cambio: Cambio) -> None:
    """One row, with all that the old one said, one tag; the old row is as it was."""
    assert cambio.situacion is SituacionDeCita.MOVIDA, cambio.motivo
    assert cambio.cita is not None
    (row,) = visita.rows
    assert row[3:7] == ["001008", "007", "Ana Torres", RADICADO.numero]
    assert place_with(visita.google, RADICADO.numero) != visita.place
    assert blank(list(row_at(visita.google, visita.place)))
    assert [tag["value"] for tag in tags(visita.google)] == [REFERENCIA]
    assert (cambio.cita.fecha, cambio.cita.hora) == (visita.encargo.fecha, visita.encargo.hora)


@pytest.mark.calendario
def test_a_moved_cita_leaves_its_row_as_it_was_and_takes_all_along(visita: Visita, google: MockGoogle) -> None:
    google.edit(accion="note", **visita.place.cell("H"), value="Perro bravo")
    google.edit(accion="type", **visita.place.cell("H"), value="llamar antes", raw=True)
    cambio = visita.move()
    assert_moved(visita, cambio)
    assert cambio.avisos == ()
    assert row_at(google, visita.place)[7] == "llamar antes"


@pytest.mark.calendario
def test_a_move_killed_before_any_call_ends_with_one_cupo_and_nothing_is_done_twice(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    calls = 0
    for visita, cambio, calls in killed_at_every_call(google, settings, solicitud(), ClaseDeTraslado.MOVER):
        assert_moved(visita, cambio)
        assert cambio.avisos == (), calls
    assert calls + STEP > 8


@pytest.mark.calendario
def test_a_cancelled_cita_killed_before_any_call_gives_its_cupo_back(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    calls = 0
    for visita, cambio, calls in killed_at_every_call(google, settings, solicitud(), ClaseDeTraslado.CANCELAR):
        assert (cambio.situacion, cambio.cita, cambio.avisos) == (SituacionDeCita.CANCELADA, None, ()), calls
        assert (visita.rows, tags(google)) == ([], [])
        assert blank(list(row_at(google, visita.place)))
    assert calls + STEP > 3


@pytest.mark.calendario
@pytest.mark.parametrize("fault", ["corte_despues", pytest.param("error_despues", marks=pytest.mark.larga)])
@pytest.mark.parametrize("write", [0, *(pytest.param(at, marks=pytest.mark.larga) for at in (1, 2))])
def test_a_move_whose_answer_is_lost_is_made_once(visita: Visita, google: MockGoogle, fault: str, write: int) -> None:
    google.faults(**{fault: {"veces": 1, "saltar": write, "ruta": WRITE}})
    assert_moved(visita, visita.move())


@pytest.mark.calendario
def test_a_cupo_that_was_just_taken_leaves_the_cita_where_it_is(visita: Visita, google: MockGoogle) -> None:
    other = Programacion(visita.settings.programacion, visita.settings.google)
    for number in range(5):
        with contextlib.suppress(CupoTaken):
            other.book(
                referencia=f"VD-OTRA{number}",
                suscriptor="001015",
                ruta="",
                asesor="Luis",
                fecha=visita.encargo.fecha,
                hora=visita.encargo.hora,
            )
    before = visible_rows(google)
    cambio = visita.move()
    assert cambio.situacion is None
    assert "ya no está libre" in cambio.motivo
    assert visible_rows(google) == before


@pytest.mark.calendario
def test_what_a_person_corrected_in_the_row_goes_along(visita: Visita, google: MockGoogle) -> None:
    google.edit(accion="type", **visita.place.cell("E"), value="099", raw=True)
    cambio = visita.move()
    (row,) = visita.rows
    assert row[3:7] == ["001008", "099", "Ana Torres", RADICADO.numero]
    assert blank(list(row_at(google, visita.place)))
    assert cambio.avisos == ()


columns = st.sampled_from("DEFG")


def test_what_people_type_into_either_row_meanwhile_is_there_once(
    google: MockGoogle, settings: Settings, solicitud: New
) -> None:
    """At any call, with a robot that may die at a later one."""

    @hypothesis_settings(max_examples=40 if AT_LENGTH else 2, derandomize=True, phases=[Phase.generate])
    @given(columns, st.booleans(), st.integers(3, 14), st.integers(0, 6), st.sampled_from(list(ClaseDeTraslado)[:2]))
    def meet(column: str, old: bool, call: int, later: int, clase: ClaseDeTraslado) -> None:
        google.reset()
        visita = filed(google, settings, solicitud(), clase)
        place = visita.place if old else wished_place(visita)
        typed: Mapping[str, Any] = {"accion": "type", **place.cell(column), "value": "UNA PERSONA", "raw": True}
        google.faults(edicion_antes={"veces": 1, "saltar": call, "ediciones": [typed]})
        cambio, _ = taken_up(visita, killed_at(call + later))
        struck = bool(google.struck().get("edicion_antes"))
        google.faults()
        everything = [cell for row in visible_rows(google) for cell in row]
        assert ("UNA PERSONA" in everything) == struck
        overwritten = struck and old and column == "G" and cambio.situacion is None
        assert everything.count(RADICADO.numero) == int(
            cambio.situacion is not SituacionDeCita.CANCELADA and not overwritten
        )
        given_to_somebody_else = column == "D" and not old
        if cambio.situacion is SituacionDeCita.MOVIDA and not given_to_somebody_else:
            assert place_with(google, RADICADO.numero) != visita.place

    meet()


def wished_place(visita: Visita) -> Place:
    robot = Programacion(visita.settings.programacion, visita.settings.google)
    wished = next(
        hoja_fila
        for hoja in robot.hojas()
        for hoja_fila in hoja.filas
        if (hoja_fila.fecha, hoja_fila.hora) == (visita.encargo.fecha, visita.encargo.hora) and hoja_fila.libre
    ) if visita.encargo.fecha else None  # fmt: skip
    if wished is None:
        return visita.place
    return next(
        place
        for place, _ in rows(visita.google)
        if (place.spreadsheet, place.sheet, place.row) == (wished.planilla_id, wished.hoja, wished.numero)
    )


@pytest.mark.calendario
@pytest.mark.parametrize("metadata_follows", [pytest.param(True, marks=pytest.mark.larga), False])
def test_a_row_that_a_person_moved_by_hand_is_the_cita(
    google: MockGoogle, settings: Settings, solicitud: New, metadata_follows: bool
) -> None:
    google.reset(metadata_sigue_orden=metadata_follows)
    visita = filed(google, settings, solicitud(), ClaseDeTraslado.SEGUIR)
    by_hand(visita)
    cambio = visita.move()
    assert cambio.situacion is SituacionDeCita.A_MANO
    assert cambio.cita is not None
    assert (cambio.cita.fecha, cambio.cita.hora) != (visita.encargo.cita.fecha, visita.encargo.cita.hora)  # type: ignore[union-attr]
    assert visita.move(cita=cambio.cita).situacion is None
    moved = dataclasses.replace(visita, encargo=dataclasses.replace(visita.encargo, cita=cambio.cita))
    again = moved.move(clase=ClaseDeTraslado.MOVER)
    assert again.situacion is SituacionDeCita.MOVIDA
    assert len(moved.rows) == 1
    assert [tag["value"] for tag in tags(google)] == [REFERENCIA]


def by_hand(visita: Visita) -> Place:
    """A person cuts what a row says about the visit and pastes it some rows below."""
    row, below = row_at(visita.google, visita.place), visita.place.moved(2)
    for at, column in enumerate("DEFG", start=3):
        visita.google.edit(accion="clear", **visita.place.cell(column))
        visita.google.edit(accion="type", **below.cell(column), value=row[at], raw=True)
    return below
