"""Whoever follows docs/procedimientos.md, and nothing else, adds a procedure: what it tells to do is done here word by word."""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock, MockGoogle
from robot.models import ZONA_HORARIA
from robot.settings import CONFIG_VARIABLE
from robot.workdays import Calendario
from tests.acceptance.test_cli import ROOT, run
from tests.acceptance.test_solicitudes import answer
from tests.fixtures.cliente import client

Environment = Mapping[str, str]
DOCS = (ROOT / "docs" / "procedimientos.md").read_text(encoding="utf-8")
SAID_FOLDER = "/etc/serviweb-robot/procedimientos"


def blocks(language: str) -> list[str]:
    """What the docs tell to write, in order, as it stands there."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", DOCS, re.DOTALL | re.MULTILINE)
    return ["\n".join(line.removeprefix(indent) for line in text.splitlines()) for indent, text in found]


def commands() -> list[list[str]]:
    """What they tell to type, in order."""
    typed = re.findall(r"`serviweb-robot ([^`]+)`", DOCS)
    return [line.split() for line in typed]


@pytest.fixture
def environment(environment: Environment, google: MockGoogle, tmp_path: Path) -> Environment:
    """Where steps 1 and 2 are done: the file, its lines in `robot.toml`, and the spreadsheets of its citas."""
    settings, whole = blocks("toml")
    own = tmp_path / "procedimientos"
    own.mkdir()
    (own / "medidores.toml").write_text(whole, encoding="utf-8")
    assert SAID_FOLDER in settings
    config = tmp_path / "robot.toml"
    config.write_text(settings.replace(SAID_FOLDER, str(own)), encoding="utf-8")
    carpeta = tomllib.loads(whole)["cita"]["carpeta"]
    drive = client(google).http_client
    made = drive.request(
        "post",
        "https://www.googleapis.com/drive/v3/files",
        json={"name": carpeta, "mimeType": "application/vnd.google-apps.folder"},
    )
    assert made.ok
    header = re.search(r"and (FECHA[A-ZÓ, ]+) as", " ".join(DOCS.split()))
    assert header is not None
    titles = header[1].split(", ")
    dia = Calendario().vence(dt.datetime.now(ZONA_HORARIA).date(), 2)
    row = [f"{dia:%d/%m/%Y}", "08:00", *[""] * (len(titles) - 2)]
    google.edit(
        accion="add_spreadsheet", id="medidores", value=f"Programación {dia.year}", folder=carpeta, rows=[titles, row]
    )
    return {**environment, CONFIG_VARIABLE: str(config)}


def test_who_follows_the_docs_adds_a_procedure_whose_tramite_and_cita_are_its_own(
    environment: Environment, serviweb: Mock, google: MockGoogle, tmp_path: Path
) -> None:
    asked = json.loads(blocks("json")[0])
    codigo = asked["procedimiento"]
    listed, verify, file, *_ = commands()
    assert [listed, verify, file] == [
        ["procedimientos"],
        ["procedimientos", "verificar"],
        ["radicar", "solicitud.json"],
    ]
    assert codigo in [one["codigo"] for one in answer(environment, *listed)["procedimientos"] if one["activo"]]
    seen = json.loads(run(environment, *verify, "--json").stdout)["procedimientos"]
    own = next(one for one in seen if one["codigo"] == codigo)
    assert own["se_puede_radicar"], own
    assert any("1 filas libres" in line for line in own["planilla"]), own
    solicitud = tmp_path / file[1]
    solicitud.write_text(blocks("json")[0], encoding="utf-8")
    done = run(environment, file[0], str(solicitud), "--json")
    assert done.returncode == 0, done.stderr
    filed = json.loads(done.stdout)
    (tramite,) = serviweb.state()["tramites"]
    written = tomllib.loads(blocks("toml")[1])
    assert tramite["causal"] == asked["causal"]
    assert [tramite[name] for name in ("zona", "servicio", "tipo")] == [
        written[name] for name in ("zona", "servicio", "tipo")
    ]
    assert tramite["medio"] == asked["medio"]
    assert f"Medidor: {asked['respuestas']['medidor']}." in tramite["observacion"]
    assert tramite["observacion"].endswith(f"Ref. {filed['referencia']}")
    assert filed["referencia"].startswith(written["prefijo_referencia"])
    booked = {
        book["id"]: row
        for book in google.state()["spreadsheets"]
        for sheet in book["sheets"]
        for row in sheet["values"]
        if tramite["radicado"] in row
    }
    assert list(booked) == ["medidores"], "in its own spreadsheet, and in no other one"
    assert asked["suscriptor"] in booked["medidores"]
