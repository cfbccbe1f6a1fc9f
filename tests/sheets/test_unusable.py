"""What an asesor is told when the schedule cannot be used."""

import datetime as dt
import json
from pathlib import Path

import pytest

from fixtures.procesos import MockGoogle
from robot.errors import ConfigurationError, SheetUnusable
from robot.settings import Settings
from robot.sheets import Programacion


def cupos(settings: Settings, **changes: object) -> object:
    programacion = Programacion(settings.programacion.model_copy(update=changes), settings.google)
    return programacion.cupos(dt.date.min, dt.date.max)


def test_the_folder_may_be_given_by_id(settings: Settings) -> None:
    assert cupos(settings, carpeta="carpeta-programacion")


@pytest.mark.calendario
@pytest.mark.parametrize("carpeta", ["Programacion2025", "No existe", "a spreadsheet"])
def test_a_folder_that_does_not_exist_is_named(settings: Settings, google: MockGoogle, carpeta: str) -> None:
    if carpeta == "a spreadsheet":
        carpeta = google.state()["spreadsheets"][0]["id"]
    with pytest.raises(SheetUnusable, match=carpeta):
        cupos(settings, carpeta=carpeta)


def test_a_folder_that_is_not_shared_is_named(settings: Settings, google: MockGoogle) -> None:
    google.edit(accion="unshare", folder="Programación")
    with pytest.raises(SheetUnusable, match=r"Programación.*compártala con robot@"):
        cupos(settings)


def test_a_folder_without_matching_spreadsheets_is_said_so(settings: Settings) -> None:
    with pytest.raises(SheetUnusable, match="patrón"):
        cupos(settings, planillas=("nómina",))


@pytest.mark.calendario
def test_a_spreadsheet_in_the_trash_is_not_used(settings: Settings, google: MockGoogle) -> None:
    first = google.state()["spreadsheets"][0]
    google.edit(accion="trash", spreadsheet=first["id"])
    assert {cupo.planilla for cupo in cupos(settings)} == {google.state()["spreadsheets"][1]["title"]}  # type: ignore[attr-defined]


def test_missing_columns_are_named(settings: Settings, google: MockGoogle) -> None:
    for book in google.state()["spreadsheets"]:
        google.edit(accion="type", spreadsheet=book["id"], cell="G3", value="Otra cosa")
    with pytest.raises(SheetUnusable, match="faltan: pqr"):
        cupos(settings)


def test_read_only_permission_is_said_so(settings: Settings, google: MockGoogle) -> None:
    for book in google.state()["spreadsheets"]:
        google.edit(accion="read_only", spreadsheet=book["id"])
    programacion = Programacion(settings.programacion, settings.google)
    with pytest.raises(SheetUnusable, match="permiso de edición"):
        programacion.book(referencia="VD-UNO", suscriptor="001008", ruta="1", asesor="Ana")


@pytest.mark.parametrize("content", ["{}", "no es json", '{"type": "service_account"}', "[]"])
def test_a_useless_key_file_is_refused(settings: Settings, tmp_path: Path, content: str) -> None:
    key = tmp_path / "mala.json"
    key.write_text(content)
    with pytest.raises(ConfigurationError, match="GOOGLE__CREDENCIALES"):
        Programacion(settings.programacion, settings.google.model_copy(update={"credenciales": key}))


def test_a_key_that_google_does_not_know_is_refused(settings: Settings, google: MockGoogle, tmp_path: Path) -> None:
    forged = {**google.credentials("usuario"), "refresh_token": "1//otro"}
    key = tmp_path / "falsa.json"
    key.write_text(json.dumps(forged))
    own = settings.google.model_copy(update={"credenciales": key})
    with pytest.raises(ConfigurationError, match="no aceptó las credenciales"):
        Programacion(settings.programacion, own).cupos(dt.date.min, dt.date.max)
