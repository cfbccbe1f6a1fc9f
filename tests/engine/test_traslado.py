"""Moving and cancelling a cita by a worker: durable, without Serviweb, one at a time, each answer in words."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pydantic import SecretStr

from fixtures.procesos import Mock, MockGoogle
from robot import llavero
from robot.engine import Motor
from robot.errors import ActoImposible
from robot.flows.traslado import EstadoDeTraslado, SituacionDeCita
from robot.intake import Ventanilla
from robot.llavero import SECRETS_VARIABLE
from robot.models import Asesor, Cupo, Solicitud
from robot.record.accounts import Cuentas, Rol
from robot.sheets import Programacion
from tests.engine.conftest import ROOT, Workers
from tests.paciencia import eventually, patience
from tests.planilla import place_with, row_at, rows_of, tags
from tests.radicada import Radicada, file_one

New = Callable[..., Solicitud]
WRITE = "batchUpdate$"


@pytest.fixture
def radicada(ventanilla: Ventanilla, solicitud: New) -> Radicada:
    return file_one(ventanilla, solicitud())


def last_cupo(ventanilla: Ventanilla) -> Cupo:
    settings = ventanilla.settings
    return Programacion(settings.programacion, settings.google).cupos(dt.date.min, dt.date.max)[-1]


def customers_copy(radicada: Radicada) -> str:
    documento = radicada.expediente.resultado.documento  # type: ignore[union-attr]  # it is RADICADA
    assert documento is not None
    with pypdfium2.PdfDocument(documento.archivo) as pdf:
        assert len(pdf) == 2
        return str(pdf[0].get_textpage().get_text_bounded())


@pytest.mark.calendario
def test_a_move_needs_no_serviweb_takes_all_along_and_is_told_and_then_cancelled_once(
    ventanilla: Ventanilla, radicada: Radicada, motor: Motor, google: MockGoogle, serviweb: Mock
) -> None:
    serviweb.faults(error_antes=-1)
    asked, before, wished = serviweb.state()["peticiones"], place_with(google, "2026-000123"), last_cupo(ventanilla)
    assert f"{radicada.cita.hora:%H:%M}" in customers_copy(radicada)

    moved = ventanilla.move(radicada.referencia, fecha=wished.fecha, hora=wished.hora, quien="clara", motivo="Llamó.")

    with pytest.raises(ActoImposible, match="clara lo pidió"):
        ventanilla.cancel_cita(radicada.referencia, quien="luis")
    assert radicada.changed(moved).estado is EstadoDeTraslado.HECHO
    expediente = radicada.expediente
    assert expediente.cita is not None
    assert expediente.situacion is not None
    assert (expediente.cita.fecha, expediente.cita.hora) == (wished.fecha, wished.hora)
    assert (expediente.situacion.situacion, expediente.situacion.quien) == (SituacionDeCita.MOVIDA, "clara")
    (row,) = rows_of(google, "001008")
    assert row[3:7] == ["001008", "007", "Ana Torres", "2026-000123"]
    assert not any(row_at(google, before)[3:7])
    assert [tag["value"] for tag in tags(google)] == [radicada.referencia]
    assert f"{wished.hora:%H:%M}" in customers_copy(radicada)
    assert "Radicado 2026-000123" in customers_copy(radicada)
    assert any("Pidió mover la cita" in one and "Llamó." in one for one in radicada.told)
    assert any(one.startswith("Cita movida al") for one in radicada.told)
    with pytest.raises(ActoImposible, match="ya es el"):
        ventanilla.move(radicada.referencia, fecha=wished.fecha, hora=wished.hora, quien="clara")

    cancelled = ventanilla.cancel_cita(radicada.referencia, quien="luis")
    assert radicada.changed(cancelled).estado is EstadoDeTraslado.HECHO
    with pytest.raises(ActoImposible, match="ya está cancelada: luis"):
        ventanilla.cancel_cita(radicada.referencia, quien="clara")
    with pytest.raises(ActoImposible, match="cancelada"):
        ventanilla.registro.reopen(
            radicada.referencia, quien="x", detalle="", desde=[radicada.expediente.estado], encolar=lambda *_: None
        )
    assert (rows_of(google, "001008"), tags(google), radicada.expediente.cita) == ([], [], None)
    assert "Cita:" not in customers_copy(radicada)

    again = ventanilla.move(radicada.referencia, fecha=None, hora=None, quien="clara")
    assert radicada.changed(again).estado is EstadoDeTraslado.HECHO
    (row,) = rows_of(google, "001008")
    assert row[3:7] == ["001008", "007", "Ana Torres", "2026-000123"]
    assert serviweb.state()["peticiones"] == asked


@pytest.fixture
def of_luis(ventanilla: Ventanilla, solicitud: New, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Radicada:
    """One of an asesor whose account was opened in the browser."""
    monkeypatch.setenv(SECRETS_VARIABLE, str(tmp_path))
    llavero.keep(Asesor(clave_asesor="luis", usuario="asesor2", clave=SecretStr("x"), nombre="Luis Mora"))
    Cuentas(ventanilla.base).add("luis", nombre="Luis Mora", rol=Rol.ASESOR, password="x" * 12, quien="clara")
    return file_one(ventanilla, solicitud(asesor="luis"))


@pytest.mark.calendario
def test_a_cita_that_is_booked_again_names_an_asesor_who_is_not_in_the_settings(
    ventanilla: Ventanilla, of_luis: Radicada, motor: Motor, google: MockGoogle
) -> None:
    """The row that had the name is blank by then, and the account is shut out."""
    of_luis.changed(ventanilla.cancel_cita(of_luis.referencia, quien="clara"))
    llavero.forget("luis")
    of_luis.changed(ventanilla.move(of_luis.referencia, fecha=None, hora=None, quien="clara"))
    (row,) = rows_of(google, "001008")
    assert row[3:7] == ["001008", "007", "Luis Mora", "2026-000123"]


def test_a_solicitud_in_flight_has_no_cita_to_move(ventanilla: Ventanilla, solicitud: New) -> None:
    own = ventanilla.accept(solicitud(), quien="ana")
    with pytest.raises(ActoImposible, match="todavía la está radicando"):
        ventanilla.move(own, fecha=None, hora=None, quien="clara")


@pytest.mark.calendario
def test_a_move_goes_on_when_google_answers_again_and_meanwhile_says_so(
    ventanilla: Ventanilla, radicada: Radicada, motor: Motor, google: MockGoogle
) -> None:
    """Google is silent from the first write on, so that nobody can see whether a cupo was taken."""
    wished = last_cupo(ventanilla)
    silent = {"veces": -1, "ruta": "batchUpdate$|developerMetadata:search", "saltar": 0}
    google.faults(error_despues={"veces": 1, "ruta": WRITE}, error_antes={**silent, "saltar": 3})
    moved = ventanilla.move(radicada.referencia, fecha=wished.fecha, hora=wished.hora, quien="clara")
    eventually(
        lambda: (
            (seen := ventanilla.traslados.of(moved)) is not None
            and (seen.corrida > 1 or not radicada.expediente.traslado)
        )
    )
    google.faults()
    seen = radicada.changed(moved)
    (row,) = rows_of(google, "001008")
    expected = wished if seen.estado is EstadoDeTraslado.HECHO else radicada.cita
    assert radicada.expediente.cita is not None
    assert (radicada.expediente.cita.fecha, radicada.expediente.cita.hora) == (expected.fecha, expected.hora)
    assert row[6] == "2026-000123"
    assert len(tags(google)) == 1


@pytest.mark.calendario
@pytest.mark.parametrize("write", [2, *(pytest.param(at, marks=pytest.mark.larga) for at in (0, 1))])
def test_a_worker_killed_in_a_move_leaves_it_to_the_next_one(
    workers: Workers, ventanilla: Ventanilla, radicada: Radicada, google: MockGoogle, write: int
) -> None:
    """At the booking of the new cupo, at its radicado, at the leaving of the old one; each was applied."""
    wished, before = last_cupo(ventanilla), place_with(google, "2026-000123")
    google.faults(espera_despues={"veces": 1, "ruta": WRITE, "saltar": write, "segundos": 4})
    moved = ventanilla.move(radicada.referencia, fecha=wished.fecha, hora=wished.hora, quien="clara")
    worker = workers.start()
    eventually(lambda: any(google.struck().values()))
    worker.kill()
    worker.wait()
    google.faults()
    workers.start()
    assert radicada.changed(moved).estado is EstadoDeTraslado.HECHO
    (row,) = rows_of(google, "001008")
    assert row[3:7] == ["001008", "007", "Ana Torres", "2026-000123"]
    assert not any(row_at(google, before)[3:7])
    assert len(tags(google)) == 1


@pytest.mark.calendario
def test_a_row_that_a_person_moved_is_followed_and_said_to_be_moved_by_hand(
    ventanilla: Ventanilla, radicada: Radicada, motor: Motor, google: MockGoogle
) -> None:
    place = place_with(google, "2026-000123")
    row, below = row_at(google, place), place.moved(2)
    for at, column in enumerate("DEFG", start=3):
        google.edit(accion="clear", **place.cell(column))
        google.edit(accion="type", **below.cell(column), value=row[at], raw=True)
    before = rows_of(google, "001008")

    ventanilla.follow_cita(radicada.referencia, quien="conciliación")
    eventually(lambda: radicada.expediente.situacion is not None)

    expediente = radicada.expediente
    assert expediente.situacion is not None
    assert expediente.cita is not None
    assert expediente.situacion.situacion is SituacionDeCita.A_MANO
    assert (expediente.cita.fecha, expediente.cita.hora) != (radicada.cita.fecha, radicada.cita.hora)
    assert f"{expediente.cita.hora:%H:%M}" in customers_copy(radicada)
    assert any("Una persona pasó la visita a mano" in one for one in radicada.told)
    ventanilla.follow_cita(radicada.referencia, quien="conciliación")
    eventually(lambda: not radicada.expediente.traslado)
    assert radicada.expediente.cita == expediente.cita
    assert rows_of(google, "001008") == before, "following writes nothing"


@pytest.mark.calendario
@pytest.mark.larga
def test_the_command_line_moves_and_cancels_and_says_why_it_could_not(
    ventanilla: Ventanilla, radicada: Radicada, environment: Mapping[str, str], google: MockGoogle
) -> None:
    wished = last_cupo(ventanilla)

    def cita(*words: str) -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "robot", "cita", *words, "--json", "--quien", "clara"],
            env={**environment, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=patience(),
        )
        return done.returncode, json.loads(done.stdout)

    code, told = cita(
        "mover", radicada.referencia, "--fecha", wished.fecha.isoformat(), "--hora", f"{wished.hora:%H:%M}"
    )
    assert (code, told["cambio"]["estado"], told["cita"]["fecha"]) == (0, "HECHO", wished.fecha.isoformat())
    (row,) = rows_of(google, "001008")
    assert row[6] == "2026-000123"
    code, told = cita("mover", radicada.referencia, "--fecha", "2026-01-01")
    assert (code, told["error"]["tipo"]) == (2, "BadInput")
