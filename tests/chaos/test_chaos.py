"""The short version of `make chaos`."""

from pathlib import Path

from tests.chaos.carrera import Plan, run


def test_a_short_chaos_run_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    carrera = run(Plan(semilla=5, golpes=2, pausa=(1.0, 2.5), en_cola=1), tmp_path)
    juicio = carrera.juicio
    assert {what: cases for what, cases in juicio.defectos.items() if cases} == {}
    assert juicio.aceptadas > 0
    assert sum(carrera.golpes.values()) == 2
