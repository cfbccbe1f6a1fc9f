"""Conciliación over both mocks, as the command and the schedule do it."""

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fixtures.planilla import visitas
from fixtures.procesos import Mock, MockGoogle
from robot.conciliacion.findings import Tipo
from robot.intake import Ventanilla
from robot.models import ZONA_HORARIA, Estado
from robot.record.dossier import Expediente
from robot.referencia import Referencia
from robot.sheets import Programacion
from tests.conciliacion.conftest import Conciliar
from tests.engine.conftest import ROOT, Workers
from tests.paciencia import eventually, patience
from tests.planilla import place_with, row_at, rows_of, visible_rows
from tests.taller import Taller

Accept = Callable[..., Referencia]
Ended = Callable[[Referencia], Expediente]
WRITE = "batchUpdate$"
LOOK_UP = r"GET .*consulta\.do"


def found(ventanilla: Ventanilla, identidad: str) -> list[tuple[Tipo, str]]:
    informe = ventanilla.conciliaciones.report(identidad)
    assert informe is not None
    return [(one.tipo, one.suscriptor) for one in informe.hallazgos]


def filed_by_the_robot(ventanilla: Ventanilla, accept: Accept, **changes: object) -> Expediente:
    """A solicitud seen through to its end by the worker of this process."""
    own = accept(**changes)
    eventually(lambda: ventanilla.registro.expediente(own).estado.terminado)
    return ventanilla.registro.expediente(own)


@pytest.mark.calendario
@pytest.mark.larga
def test_where_all_agree_nothing_is_found_nothing_is_changed_and_nobodys_session_is_ended(
    acuerdo: list[str], conciliar: Conciliar, ventanilla: Ventanilla, accept: Accept, serviweb: Mock, google: MockGoogle
) -> None:
    filed_by_the_robot(ventanilla, accept)
    before, tramites, sesiones = visible_rows(google), serviweb.state()["tramites"], serviweb.state()["cookies"]
    asked = google.state()["peticiones"]
    done = conciliar(reparar=True)
    assert found(ventanilla, done.identidad) == []
    assert (visible_rows(google), serviweb.state()["tramites"]) == (before, tramites)
    assert set(sesiones) < set(serviweb.state()["cookies"])
    books, to_find_them_and_sign_in = len(google.state()["spreadsheets"]), 3
    assert google.state()["peticiones"] - asked <= 3 * books + to_find_them_and_sign_in


@pytest.mark.calendario
@pytest.mark.cada_skin
def test_differences_that_people_and_failures_made_are_found_and_what_is_proven_is_repaired(
    acuerdo: list[str],
    conciliar: Conciliar,
    ventanilla: Ventanilla,
    accept: Accept,
    serviweb: Mock,
    google: MockGoogle,
    programacion: Programacion,
) -> None:
    code_of = {row[6]: row[3] for _, row in visitas(google)}
    contested, blank, wrong, twice = (place_with(google, number) for number in acuerdo[-5:-1])
    google.edit(accion="clear", **contested.cell("G"))
    google.edit(accion="clear", **blank.cell("G"))
    google.edit(accion="type", **wrong.cell("G"), value="2026-777777", raw=True)
    google.edit(accion="type", **twice.cell("D"), value="SIN DATO", raw=True)
    nobody_is_at_it = dt.datetime.now(ZONA_HORARIA) - dt.timedelta(hours=1)
    serviweb.seed_tramites(
        [{"suscriptor": "001050", "fecha": f"{nobody_is_at_it:%Y-%m-%d %H:%M:%S}", "observacion": "Código: 001050"}]
    )
    mine = filed_by_the_robot(ventanilla, accept)
    held_without_a_solicitud(ventanilla, accept, programacion)
    row = place_with(google, mine.radicado or "")
    google.edit(accion="clear", **row.cell("G"))
    typed = [{"accion": "type", **contested.cell("G"), "value": "LO TENGO", "raw": True}]
    google.faults(edicion_antes={"veces": 1, "ruta": WRITE, "ediciones": typed})

    done = conciliar(reparar=True)

    assert sorted(found(ventanilla, done.identidad)) == sorted(
        [
            (Tipo.CITA_SIN_RADICADO, code_of[acuerdo[-5]]),
            (Tipo.CITA_SIN_RADICADO, code_of[acuerdo[-4]]),
            (Tipo.RADICADO_DESCONOCIDO, code_of[acuerdo[-3]]),
            (Tipo.TRAMITE_SIN_CITA, code_of[acuerdo[-3]]),
            (Tipo.CODIGO_IMPOSIBLE, "SIN DATO"),
            (Tipo.TRAMITE_SIN_CITA, "001050"),
            (Tipo.CITA_SIN_RADICADO, "001008"),
            (Tipo.CUPO_RETENIDO, "999999"),
        ]
    )
    assert (row_at(google, blank)[6], row_at(google, row)[6]) == (acuerdo[-4], mine.radicado)
    assert (row_at(google, wrong)[6], row_at(google, twice)[3]) == ("2026-777777", "SIN DATO")
    assert row_at(google, contested)[6] == "LO TENGO"
    assert (done.pendientes, done.cuentas["reparados"], rows_of(google, "999999")) == (5, 3, [])
    rows = visible_rows(google)
    assert conciliar(reparar=True).cuentas["reparados"] == 0
    assert visible_rows(google) == rows


@pytest.mark.larga
def test_a_solicitud_in_doubt_is_decided_once_its_tramite_shows(
    acuerdo: list[str],
    conciliar: Conciliar,
    ventanilla: Ventanilla,
    accept: Accept,
    serviweb: Mock,
    google: MockGoogle,
) -> None:
    serviweb.faults(guardado_tardio={"veces": 1, "ruta": ".*"})
    mine = filed_by_the_robot(ventanilla, accept)
    assert mine.estado is Estado.POR_VERIFICAR
    serviweb.faults()
    eventually(lambda: len(serviweb.state()["tramites"]) > len(acuerdo))
    done = conciliar(reparar=True)
    assert found(ventanilla, done.identidad) == [(Tipo.POR_VERIFICAR_RESUELTA, "001008")]
    eventually(lambda: ventanilla.registro.expediente(mine.referencia).estado.terminado)
    assert ventanilla.registro.expediente(mine.referencia).estado is Estado.RADICADA
    (row,) = rows_of(google, "001008")
    assert row[6] == serviweb.state()["tramites"][-1]["radicado"]


@pytest.mark.calendario
@pytest.mark.usefixtures("acuerdo")
@pytest.mark.larga
def test_what_serviweb_tells_to_be_answered_is_answered_in_the_record(
    conciliar: Conciliar, ventanilla: Ventanilla, accept: Accept, serviweb: Mock
) -> None:
    mine = filed_by_the_robot(ventanilla, accept).referencia
    conciliar()
    assert ventanilla.registro.expediente(mine).respondida is None
    serviweb.faults(respondidos={"veces": -1})
    conciliar()
    assert ventanilla.registro.expediente(mine).respondida is not None
    assert ventanilla.registro.historia(mine)[-1].detalle == "Serviweb dice que se respondió."


def held_without_a_solicitud(ventanilla: Ventanilla, accept: Accept, programacion: Programacion) -> Referencia:
    """A cupo that the robot holds for a solicitud that was refused."""
    own = filed_by_the_robot(ventanilla, accept, suscriptor="999999").referencia
    programacion.book(referencia=own, suscriptor="999999", ruta="007", asesor="Ana Torres")
    return own


@pytest.mark.usefixtures("acuerdo")
@pytest.mark.larga
def test_a_stopped_worker_leaves_to_the_next_one_only_what_it_has_not_read(
    taller: Taller, ventanilla: Ventanilla, serviweb: Mock
) -> None:
    record = ventanilla.conciliaciones
    serviweb.faults(espera_antes={"veces": 1, "ruta": LOOK_UP, "saltar": 8, "segundos": 1})
    with taller.motor(ventanilla):
        identidad = ventanilla.rondas.conciliar(reparar=False, quien="clara")
        eventually(lambda: serviweb.struck().get("espera_antes", 0) > 0)
    assert not record.get(identidad).estado.terminado
    read = record.get(identidad).hecho
    assert read >= 1
    before = looked_up(serviweb)
    with taller.motor(ventanilla):
        eventually(lambda: record.get(identidad).estado.terminado)
    assert (record.get(identidad).pendientes, len(record.newest(10))) == (0, 1)
    assert len(looked_up(serviweb)) - len(before) < len(before)


@pytest.mark.larga
@pytest.mark.usefixtures("acuerdo")
def test_a_killed_worker_goes_on_where_it_was(ventanilla: Ventanilla, workers: Workers, serviweb: Mock) -> None:
    record = ventanilla.conciliaciones
    serviweb.faults(espera_antes={"veces": 1, "ruta": LOOK_UP, "saltar": 8, "segundos": 30})
    first = workers.start()
    identidad = ventanilla.rondas.conciliar(reparar=False, quien="clara")
    eventually(lambda: serviweb.struck().get("espera_antes", 0) > 0)
    assert record.get(identidad).hecho >= 1
    first.kill()
    before = looked_up(serviweb)
    serviweb.faults()
    workers.start()
    eventually(lambda: record.get(identidad).estado.terminado)
    assert (record.get(identidad).pendientes, len(record.newest(10))) == (0, 1)
    whole = looked_up(serviweb)
    again = ventanilla.rondas.conciliar(reparar=False, quien="clara")
    eventually(lambda: record.get(again).estado.terminado)
    assert len(whole) - len(before) < len(looked_up(serviweb)) - len(whole)


def looked_up(serviweb: Mock) -> list[str]:
    return [one for one in serviweb.state()["registro"] if re.search(LOOK_UP, one)]


def command(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "robot", "conciliar", *words],
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=patience(),
    )


@pytest.mark.calendario
@pytest.mark.larga
def test_the_command_tells_what_it_found_and_writes_the_reports(
    acuerdo: list[str], environment: Mapping[str, str], google: MockGoogle, tmp_path: Path
) -> None:
    row = place_with(google, acuerdo[-3])
    google.edit(accion="clear", **row.cell("G"))
    done = command(environment, "--json", "--informe", str(tmp_path / "informe"))
    told = json.loads(done.stdout)
    assert done.returncode == 1
    (one,) = told["hallazgos"]
    assert (one["tipo"], one["radicado"], one["sola"]) == ("CITA_SIN_RADICADO", acuerdo[-3], True)
    assert one["programacion"][0]["numero"] == row.row
    html, csv, data = (next((tmp_path / "informe").glob(f"*.{kind}")) for kind in ("html", "csv", "json"))
    assert acuerdo[-3] in html.read_text(encoding="utf-8")
    assert re.search(r"(src|href)=\"https?:", html.read_text(encoding="utf-8")) is None
    assert acuerdo[-3] in csv.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8")) == told


@pytest.mark.larga
def test_the_command_repairs_and_says_that_nothing_is_left(
    acuerdo: list[str], environment: Mapping[str, str], google: MockGoogle
) -> None:
    row = place_with(google, acuerdo[-3])
    google.edit(accion="clear", **row.cell("G"))
    repaired = command(environment, "--reparar")
    assert (repaired.returncode, "No queda ninguna diferencia" in repaired.stdout) == (0, True)
    assert row_at(google, row)[6] == acuerdo[-3]


@pytest.mark.larga
@pytest.mark.calendario
def test_a_visit_that_a_person_moved_is_told_once_and_followed_and_a_cancelled_one_is_told_by_whom(
    acuerdo: list[str], conciliar: Conciliar, ventanilla: Ventanilla, accept: Accept, google: MockGoogle
) -> None:
    mine = filed_by_the_robot(ventanilla, accept)
    place = place_with(google, mine.radicado or "")
    row, below = row_at(google, place), place.moved(2)
    for at, column in enumerate("DEFG", start=3):
        google.edit(accion="clear", **place.cell(column))
        google.edit(accion="type", **below.cell(column), value=row[at], raw=True)
    assert found(ventanilla, conciliar().identidad) == [(Tipo.CITA_MOVIDA, mine.suscriptor)]
    eventually(lambda: ventanilla.registro.expediente(mine.referencia).situacion is not None)
    assert found(ventanilla, conciliar().identidad) == []

    ventanilla.cancel_cita(mine.referencia, quien="clara")
    eventually(lambda: not ventanilla.registro.expediente(mine.referencia).traslado)
    done = conciliar()
    informe = ventanilla.conciliaciones.report(done.identidad)
    assert informe is not None
    assert informe.hallazgos == ()
    assert any(f"{mine.radicado} no tiene cita: la canceló clara" in one for one in informe.avisos)
