"""Robots and people in one sheet, meeting between any two HTTP calls, with answers lost on the way."""

import contextlib
import os
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from fixtures.procesos import MockGoogle
from fixtures.reloj import Reloj
from robot.errors import CitaLost, CupoTaken, GoogleUnavailable, NoCupos
from robot.models import Cita, Radicado
from robot.settings import Settings
from robot.sheets import Programacion
from tests.planilla import rows_of, visible_rows

LONG_RUN = "INTERLEAVING_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("INTERLEAVING_EXAMPLES", "6"))
HOY = "2026-11-17"
"""The day for all that meet: on any other, the same numbers would make another run."""
HINDERED = (CitaLost, CupoTaken, GoogleUnavailable, NoCupos)

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


robots = st.integers(0, 1)
at_call = st.integers(0, 5)
at_write = st.integers(0, 1)


class Encuentros(RuleBasedStateMachine):
    """Two robots and people at work in one spreadsheet. Before each thing a robot does, it is settled what people do at its
    n-th call and what the network does to its n-th write.
    """

    citas = Bundle("citas")

    def __init__(self, google: MockGoogle, settings: Settings, *, metadata_follows: bool) -> None:
        super().__init__()
        google.reset(metadata_sigue_orden=metadata_follows, hoy=HOY)
        self.google = google
        self.planilla = google.state()["spreadsheets"][1]["title"]
        only = settings.programacion.model_copy(update={"planillas": (self.planilla,)})
        self.robots = [Programacion(only, settings.google, Reloj.set_to(HOY).now) for _ in range(2)]
        self.held: dict[str, Cita] = {}
        self.noted: dict[str, str] = {}
        self.typed = 0
        self.number = 0

    @initialize()
    def settle_nothing(self) -> None:
        self.google.faults()

    @rule(people=st.lists(edits, max_size=3), call=at_call, fault=network, write=at_write)
    def settle(self, people: list[dict[str, Any]], call: int, fault: str, write: int) -> None:
        """What people and the network will do during what comes next."""
        ediciones = []
        for one in people:
            self.typed += 1
            value = {"value": f"persona {self.typed}"} if one["accion"] == "type" else {}
            ediciones.append({**one, **value, "spreadsheet": self.planilla})
        faults: dict[str, Mapping[str, Any]] = {"edicion_antes": {"veces": 1, "saltar": call, "ediciones": ediciones}}
        if fault:
            faults[fault] = {"veces": 1, "saltar": write, "ruta": "batchUpdate$"}
        self.google.faults(**faults)

    @rule(target=citas, robot=robots, looked=st.booleans())
    def book(self, robot: int, looked: bool) -> str:
        self.number += 1
        referencia = f"VD-{self.number}"
        with contextlib.suppress(*HINDERED):
            if looked:
                self.robots[robot].require_free(fecha=None, hora=None)
            self.held[referencia] = self.robots[robot].book(
                referencia=referencia, suscriptor=f"9{self.number:05d}", ruta="007", asesor="Ana"
            )
        return referencia

    @rule(referencia=citas, robot=robots)
    def note_radicado(self, referencia: str, robot: int) -> None:
        if (cita := self.held.get(referencia)) is None:
            return
        with contextlib.suppress(*HINDERED):
            numero = self.noted.get(referencia, f"2026-{referencia}")
            self.robots[robot].write_radicado(cita, Radicado(numero=numero))
            self.noted[referencia] = numero

    @rule(referencia=citas, robot=robots)
    def verify(self, referencia: str, robot: int) -> None:
        if (cita := self.held.get(referencia)) is not None:
            with contextlib.suppress(*HINDERED):
                self.robots[robot].verify(cita)

    @rule(referencia=citas, robot=robots)
    def release(self, referencia: str, robot: int) -> None:
        if referencia in self.noted or (cita := self.held.pop(referencia, None)) is None:
            return
        with contextlib.suppress(*HINDERED):
            self.robots[robot].release(cita)

    def teardown(self) -> None:
        self.google.faults()
        state = self.google.state()
        everything = [cell for row in visible_rows(self.google) for cell in row]
        for edit in state["ediciones"]:
            if edit["accion"] == "type":
                assert everything.count(edit["value"]) == 1, "what a person typed is there once"
        for referencia, cita in self.held.items():
            (row,) = rows_of(self.google, cita.suscriptor)
            self.robots[0].verify(cita)
            if referencia in self.noted:
                assert self.noted[referencia] in row


@pytest.mark.parametrize("metadata_follows", [True, False])
def test_no_cupo_has_two_owners_and_no_typed_value_is_lost(
    google: MockGoogle, settings: Settings, metadata_follows: bool
) -> None:
    run_state_machine_as_test(
        lambda: Encuentros(google, settings, metadata_follows=metadata_follows),  # type: ignore[arg-type]  # any factory does
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=12,
            derandomize=not LONG_RUN,
            phases=[Phase.generate, Phase.shrink] if LONG_RUN else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
