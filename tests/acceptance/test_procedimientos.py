"""Procedures on the command line: what there is, what is in use, whether Serviweb offers it, and filing by one."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.models import ZONA_HORARIA
from robot.procedimientos import shipped
from robot.procedimientos.archivo import HERE
from robot.settings import PREFIX
from robot.workdays import Calendario
from tests.acceptance.test_cli import ask, run
from tests.acceptance.test_solicitudes import answer
from tests.conftest import SOLICITUD
from tests.procedimientos import add_schedule, with_own_schedule

Environment = Mapping[str, str]
EJEMPLO = (HERE / "ejemplos" / "taponamiento.toml").read_text(encoding="utf-8")


@pytest.fixture
def environment(environment: Environment, tmp_path: Path) -> Environment:
    """An office that has everything in use, and a file of its own whose causal Serviweb does not offer."""
    own = (
        EJEMPLO.replace("EJ-TAPONAMIENTO", "PROPIO").replace('"TA"', '"PR"').replace("TAPONAMIENTO ALC", "TAPÓN DE ALC")
    )
    (tmp_path / "propios").mkdir()
    (tmp_path / "propios" / "propio.toml").write_text(own, encoding="utf-8")
    return {
        **environment,
        PREFIX + "PROCEDIMIENTOS__CARPETA": str(tmp_path / "propios"),
        PREFIX + "PROCEDIMIENTOS__ACTIVOS": json.dumps([*shipped(), "*"]),
    }


def test_a_solicitud_names_its_procedure_and_the_command_may_name_another(environment: Environment) -> None:
    listed = answer(environment, "procedimientos")
    assert [(one["codigo"], one["version"]) for one in listed["procedimientos"] if one["activo"] and one["propio"]] == [
        ("PROPIO", "01")
    ]
    assert {one["activo"] for one in listed["procedimientos"]} == {True}
    request = json.dumps({**SOLICITUD, "procedimiento": "EJ-ALTO-CONSUMO", "medio": "PERSONAL"})
    lacking = ask(environment, "radicar", "-", "--encolar", "--json", stdin=request)
    assert lacking.returncode == 2
    assert "«respuestas.consumo»: falta este dato" in json.loads(lacking.stdout)["error"]["mensaje"]
    done = ask(environment, "radicar", "-", "--encolar", "--json", "--procedimiento", "PROPIO", stdin=request)
    queued = json.loads(done.stdout)
    assert queued["referencia"].startswith("PR-")
    told = answer(environment, "estado", queued["referencia"])
    assert told["procedimiento"] == {"codigo": "PROPIO", "version": "01"}


def test_what_comes_again_with_its_key_is_judged_by_the_procedure_of_then(environment: Environment) -> None:
    """As by the API: other procedures may be in use by now, and its own may ask for more."""
    asked = {**SOLICITUD, "procedimiento": "PROPIO", "medio": "PERSONAL", "clave_idempotencia": "mostrador 7"}

    def handed_in(where: Environment, **changes: object) -> tuple[int, dict[str, Any]]:
        done = ask(where, "radicar", "-", "--encolar", "--json", stdin=json.dumps({**asked, **changes}))
        return done.returncode, json.loads(done.stdout)

    _, first = handed_in(environment)
    without = {**environment, PREFIX + "PROCEDIMIENTOS__ACTIVOS": '["SC-PQRS-PRO-018"]'}
    code, again = handed_in(without)
    assert (code, again["referencia"], again["estado"]) == (0, first["referencia"], "EN COLA"), again
    for changed in ({"solicitud": "Otra cosa."}, {"clave_idempotencia": "mostrador 8"}):
        code, refused = handed_in(without, **changed)
        assert (code, refused["referencia"]) == (2, None), refused
        assert "no es un procedimiento de esta oficina" in refused["error"]["mensaje"]
    unnamed = {"procedimiento": None, "medio": None}
    first_of_all = {**environment, PREFIX + "PROCEDIMIENTOS__ACTIVOS": '["SC-PQRS-PRO-018", "PROPIO"]'}
    other_first = {**environment, PREFIX + "PROCEDIMIENTOS__ACTIVOS": '["EJ-ALCANTARILLADO-ROTO"]'}
    one = handed_in(first_of_all, **unnamed, clave_idempotencia="mostrador 9")
    same = handed_in(other_first, **unnamed, clave_idempotencia="mostrador 9")
    assert (one[0], same[0], same[1]["referencia"]) == (0, 0, one[1]["referencia"]), same


def test_a_failure_of_ours_is_no_estado_of_a_solicitud(environment: Environment) -> None:
    nowhere = {**environment, PREFIX + "SERVIWEB__URL": "serviweb"}
    told = ask(nowhere, "radicar", "-", stdin=json.dumps(dict(SOLICITUD)))
    assert (told.returncode, "RECHAZADA" in told.stdout + told.stderr) == (2, False), told.stdout
    assert "dirección de Serviweb" in " ".join(told.stderr.split())
    done = json.loads(ask(nowhere, "radicar", "-", "--json", stdin=json.dumps(dict(SOLICITUD))).stdout)
    assert (done["referencia"], done["estado"], done["error"]["tipo"]) == (None, None, "ConfigurationError")
    bad = json.loads(ask(environment, "radicar", "-", "--json", stdin=json.dumps({"asesor": "ana"})).stdout)
    assert (bad["estado"], bad["error"]["tipo"]) == ("RECHAZADA", "BadInput")


def test_cupos_are_those_of_the_schedule_of_the_procedure_and_estado_lists_those_of_one(
    environment: Environment, google: MockGoogle, tmp_path: Path
) -> None:
    (with_own_schedule(tmp_path / "otros") / "geofono.toml").rename(tmp_path / "propios" / "geofono.toml")
    dia = Calendario().vence(dt.datetime.now(ZONA_HORARIA).date(), 2)
    add_schedule(google, "Geófono", [(dia, dt.time(6, 40))])
    theirs = answer(environment, "cupos", "--procedimiento", "geofono")["cupos"]
    assert [(one["fecha"], one["hora"]) for one in theirs] == [(str(dia), "06:40")]
    none = ask(environment, "cupos", "--json", "--procedimiento", "PROPIO")
    assert (none.returncode, "no lleva cita" in none.stdout) == (2, True)
    request = json.dumps({**SOLICITUD, "procedimiento": "PROPIO", "medio": "PERSONAL"})
    ask(environment, "radicar", "-", "--encolar", "--json", stdin=request)
    listed = {
        one: answer(environment, "estado", "--procedimiento", one)["solicitudes"] for one in ("PROPIO", "GEOFONO")
    }
    assert {codigo: len(some) for codigo, some in listed.items()} == {"PROPIO": 1, "GEOFONO": 0}


def test_the_schedule_of_each_procedure_is_told_by_name_and_one_that_cannot_be_read_hides_no_other(
    environment: Environment, google: MockGoogle, tmp_path: Path
) -> None:
    own = (with_own_schedule(tmp_path / "otros") / "geofono.toml").read_text(encoding="utf-8")
    own = own.replace("Fuga imperceptible (geófono)", "Geófono")
    (tmp_path / "propios" / "geofono.toml").write_text(own, encoding="utf-8")
    seen = answer(environment, "programacion", "verificar", code=2)
    (falla,) = seen["fallas"]
    assert falla["procedimientos"] == ["Geófono"], falla
    theirs = {name for hoja in seen["hojas"] for name in hoja["procedimientos"]}
    assert "Visita domiciliaria" in theirs
    assert "Geófono" not in theirs
    lines = run(environment, "diagnostico").stdout.splitlines()
    named = [line for line in lines if "Programación, Geófono" in line]
    assert len(named) == 1, lines
    assert named[0].startswith("✗"), named
    assert any(line.startswith("✓ Programación, Visita domiciliaria") for line in lines), lines
    dia = Calendario().vence(dt.datetime.now(ZONA_HORARIA).date(), 2)
    add_schedule(google, "Geófono", [(dia, dt.time(6, 40))])
    understood = answer(environment, "programacion", "verificar", "--informe", str(tmp_path))
    planillas = {hoja["planilla"]: hoja["procedimientos"] for hoja in understood["hojas"]}
    assert planillas[f"Geófono {dia.year}"] == ["Geófono"], planillas
    report = (tmp_path / "programacion.html").read_text(encoding="utf-8")
    assert "<h2>Geófono</h2>" in report


def test_it_is_said_of_each_procedure_in_use_whether_it_could_be_filed_and_nothing_is_saved(
    environment: Environment, serviweb: Mock, tmp_path: Path
) -> None:
    (with_own_schedule(tmp_path / "otros") / "geofono.toml").rename(tmp_path / "propios" / "geofono.toml")
    done = run(environment, "procedimientos", "verificar", "--json")
    assert done.returncode == 2, done.stderr
    seen = json.loads(done.stdout)["procedimientos"]
    assert {one["codigo"]: one["se_puede_radicar"] for one in seen} == {
        **dict.fromkeys(shipped(), True),
        "PROPIO": False,
        "GEOFONO": False,
    }, seen
    own = next(one for one in seen if one["codigo"] == "PROPIO")
    missing = [one["opcion"] for one in own["opciones"] if not one["presente"]]
    assert missing == ["TAPÓN DE ALCANTARILLADO"]
    assert {one["codigo"] for one in seen if one["sin_planilla"]} == {"GEOFONO"}, "its spreadsheets are not there"
    assert {one["codigo"] for one in seen if not one["planilla"]} == {
        "GEOFONO",
        "PROPIO",
        "EJ-TAPONAMIENTO",
        "EJ-ALCANTARILLADO-ROTO",
    }
    assert serviweb.state()["tramites"] == []
