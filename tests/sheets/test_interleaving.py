"""Robots and people in one sheet, meeting between any two HTTP calls, with answers lost on the way."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fixtures.procesos import MockGoogle
from robot.errors import CitaLost, CupoTaken, GoogleUnavailable, NoCupos
from robot.models import Cita, Radicado
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import rows_of, visible_rows

LONG_RUN = "INTERLEAVING_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("INTERLEAVING_EXAMPLES", "6"))

columns = st.sampled_from("DEFGH")
rows = st.integers(4, 12)
typing = st.builds(lambda c, r: {"accion": "type", "cell": f"{c}{r}", "si_vacia": True}, columns, rows)
edits = st.one_of(
    typing,
    typing,
    st.builds(lambda r, n: {"accion": "insert_row", "row": r, "count": n}, rows, st.integers(1, 3)),
    st.builds(lambda r: {"accion": "delete_row", "row": r, "si_vacia": True}, rows),
    st.builds(lambda c: {"accion": "sort", "from_row": 4, "column": c}, st.sampled_from("ABCD")),
)
network = st.sampled_from(["", "", "", "corte_antes", "corte_despues", "error_antes", "error_despues", "html_despues"])


@dataclass(frozen=True)
class Turn:
    """What one robot does, what people do at its n-th call, and what the network does to its n-th write."""

    action: str
    robot: int
    which: int
    people: list[dict[str, Any]]
    at_call: int
    fault: str
    at_write: int


turns = st.builds(
    Turn,
    action=st.sampled_from(["book", "book", "book", "radicado", "release", "verify"]),
    robot=st.integers(0, 1),
    which=st.integers(0, 9),
    people=st.lists(edits, max_size=3),
    at_call=st.integers(0, 5),
    fault=network,
    at_write=st.integers(0, 1),
)


@dataclass
class World:
    """The robots, and what each believes to have."""

    google: MockGoogle
    robots: list[Programacion]
    planilla: str
    held: dict[str, Cita] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    typed: int = 0

    def prepare(self, turn: Turn) -> None:
        people = []
        for one in turn.people:
            self.typed += 1
            value = {"value": f"persona {self.typed}"} if one["accion"] == "type" else {}
            people.append({**one, **value, "spreadsheet": self.planilla})
        faults: dict[str, Mapping[str, Any]] = {
            "edicion_antes": {"veces": 1, "saltar": turn.at_call, "ediciones": people}
        }
        if turn.fault:
            faults[turn.fault] = {"veces": 1, "saltar": turn.at_write, "ruta": "batchUpdate$"}
        self.google.faults(**faults)

    def act(self, number: int, turn: Turn) -> None:
        robot = self.robots[turn.robot]
        if turn.action == "book" or not self.held:
            self.book(robot, f"VD-{number}", f"9{number:05d}")
            return
        referencia = sorted(self.held)[turn.which % len(self.held)]
        cita = self.held[referencia]
        if turn.action == "verify":
            robot.verify(cita)
        elif turn.action == "radicado":
            robot.write_radicado(cita, Radicado(numero=f"2026-{number}"))
            self.noted[referencia] = f"2026-{number}"
        elif referencia not in self.noted:
            del self.held[referencia]
            self.unsure.add(referencia)
            robot.release(cita)
            self.unsure.discard(referencia)

    def book(self, robot: Programacion, referencia: str, codigo: str) -> None:
        self.unsure.add(referencia)
        self.held[referencia] = robot.book(referencia=referencia, suscriptor=codigo, ruta="007", asesor="Ana")
        self.unsure.discard(referencia)


@pytest.mark.parametrize("metadata_follows", [True, False])
@given(st.lists(turns, min_size=1, max_size=7))
@hypothesis_settings(
    max_examples=EXAMPLES,
    derandomize=not LONG_RUN,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_cupo_has_two_owners_and_no_typed_value_is_lost(
    google: MockGoogle, settings: Settings, metadata_follows: bool, todo: list[Turn]
) -> None:
    google.reset(metadata_sigue_orden=metadata_follows)
    title = google.state()["spreadsheets"][1]["title"]
    only = settings.programacion.model_copy(update={"planillas": (title,)})
    world = World(google, [Programacion(only, settings.google) for _ in range(2)], title)
    for number, turn in enumerate(todo):
        world.prepare(turn)
        with contextlib.suppress(CitaLost, CupoTaken, NoCupos, GoogleUnavailable):
            world.act(number, turn)
    google.faults()
    state = google.state()
    note(f"{state['ediciones']}")
    everything = [cell for row in visible_rows(google) for cell in row]
    for edit in state["ediciones"]:
        if edit["accion"] == "type":
            assert everything.count(edit["value"]) == 1
    for referencia, cita in world.held.items():
        (row,) = rows_of(google, cita.suscriptor)
        world.robots[0].verify(cita)
        if referencia in world.noted:
            assert world.noted[referencia] in row
