"""A file with many solicitudes on the command line, as a process, to the end of every row."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.procesos import Mock, MockGoogle
from tests.acceptance.test_cli import ask, assert_tells_no_personal_data, run
from tests.entradas.test_archivos import book, saved, separated
from tests.entradas.test_filas import GOOD, TITLES
from tests.planilla import rows_of

Environment = Mapping[str, str]


@pytest.mark.larga
def test_every_row_of_a_file_is_filed_once_and_given_back_with_what_became_of_it(
    environment: Environment, serviweb: Mock, google: MockGoogle, tmp_path: Path
) -> None:
    archivo = tmp_path / "lote.csv"
    content = separated([TITLES, GOOD, ["999999", *GOOD[1:]], ["1", *GOOD[1:]]]).encode("cp1252")
    archivo.write_bytes(content)
    refused = ask(environment, "radicar", str(archivo), "--json", "--asesor", "ana")
    told = json.loads(refused.stdout)
    assert (refused.returncode, told["lote"], told["preguntas"]) == (2, None, ["solo_buenas"])
    assert [(one["fila"], one["columna"]) for one in told["problemas"]] == [(4, "A")]
    assert serviweb.state()["tramites"] == []

    command = ("radicar", str(archivo), "--json", "--asesor", "ana", "--aceptar", "solo-buenas")
    done = run(environment, *command)
    filed = json.loads(done.stdout)
    assert done.returncode == 3, done.stderr
    assert [(one["fila"], one["estado"]) for one in filed["solicitudes"]] == [
        (2, "RADICADA"),
        (3, "RECHAZADA"),
        (4, "NO TOMADA"),
    ]
    (tramite,) = serviweb.state()["tramites"]
    assert filed["solicitudes"][0]["radicado"] == tramite["radicado"]
    assert len(rows_of(google, "001008")) == 1
    assert_tells_no_personal_data(done, tmp_path / "datos")

    result = tmp_path / "lote-resultado.csv"
    assert filed["resultado"] == str(result)
    lines = result.read_text("utf-8-sig").splitlines()
    assert tramite["radicado"] in lines[1]
    assert "no conoce el código" in lines[2]
    assert stat.S_IMODE(result.stat().st_mode) == 0o600
    assert archivo.read_bytes() == content

    again = json.loads(ask(environment, *command, "--encolar").stdout)
    assert [one["estado"] for one in again["solicitudes"]] == ["RADICADA", "EN COLA", "NO TOMADA"]
    assert len(serviweb.state()["tramites"]) == 1
    seen = json.loads(ask(environment, "lotes", "ver", filed["lote"].lower(), "--json").stdout)
    assert [one["radicado"] for one in seen["solicitudes"]] == [tramite["radicado"], "", ""]


def test_a_file_is_known_for_a_table_by_what_it_holds(environment: Environment, tmp_path: Path) -> None:
    template = tmp_path / "plantilla.xlsx"
    assert ask(environment, "lotes", "plantilla", str(template)).returncode == 0
    empty = ask(environment, "radicar", str(template), "--asesor", "ana")
    assert (empty.returncode, "0 filas" in empty.stderr) == (2, True)
    nameless = ask(environment, "radicar", "-", "--json", stdin=separated([TITLES, ["1", *GOOD[1:]]]))
    assert "Falta la columna «Asesor»." in nameless.stderr
    whole = book(TITLES, GOOD)[0]
    (tmp_path / "lote.dat").write_bytes(saved(whole))
    done = ask(environment, "radicar", str(tmp_path / "lote.dat"), "--asesor", "ana", "--aceptar", "todo")
    assert (done.returncode, "es una de estas palabras" in done.stderr) == (2, True)
    same = ask(environment, "radicar", str(tmp_path / "lote.dat"), "--resultado", str(tmp_path / "lote.dat"))
    assert "es el mismo archivo" in same.stderr
