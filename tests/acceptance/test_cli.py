"""The command line as a process, as an asesor or another program runs it."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fixtures.procesos import Mock, MockGoogle
from robot.cli import app
from robot.settings import PREFIX
from tests.conftest import CLAVE, SOLICITUD
from tests.paciencia import patience
from tests.planilla import rows_of, tags, visible_rows

ROOT = Path(__file__).resolve().parents[2]
Environment = Mapping[str, str]
Run = Callable[..., subprocess.CompletedProcess[str]]


def run(environment: Environment, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "robot", *arguments],
        env={**environment, "PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=patience(),
    )


def ask(environment: Environment, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """As `run`, in this process: for what no process of its own, and no browser, need show."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        done = CliRunner(env=environment).invoke(app, arguments, input=stdin)
    finally:
        for own in set(root.handlers).difference(before):
            own.close()
        root.handlers[:] = before
        root.setLevel(level)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def radicar(environment: Environment, how: Run = run, **changes: object) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON on stdout, and stderr."""
    done = how(environment, "radicar", "-", "--json", stdin=json.dumps({**SOLICITUD, **changes}))
    assert done.stdout.count("\n") == 1, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def assert_untouched(serviweb: Mock, google: MockGoogle) -> None:
    assert serviweb.state()["tramites"] == []
    assert tags(google) == []
    assert rows_of(google, "001008") == []


def assert_tells_no_personal_data(done: subprocess.CompletedProcess[str], kept: Path) -> None:
    """Neither on a console nor in the name of a file."""
    shown = done.stdout + done.stderr + " ".join(str(one) for one in kept.rglob("*"))
    for secret in ("40765123", "40.765.123", "Rosa Elvira Muñoz", "3105550101", CLAVE):
        assert secret not in shown


@pytest.mark.parametrize(
    ("how", "changes", "code", "words"),
    [
        (ask, {"cedula": "12"}, 2, "«cedula»"),
        (ask, {"celular": "601555"}, 2, "«celular»"),
        (ask, {"fecha": "2020-01-01"}, 2, "ya pasó"),
        (ask, {"asesor": "nadie"}, 2, "«nadie» no está configurado"),
        (run, {"suscriptor": "999999"}, 3, "no conoce el código"),
    ],
)
def test_bad_input_has_its_message_and_exit_code(
    environment: Environment,
    serviweb: Mock,
    google: MockGoogle,
    how: Run,
    changes: dict[str, object],
    code: int,
    words: str,
) -> None:
    exit_code, resultado, stderr = radicar(environment, how, **changes)
    assert exit_code == code
    assert words in resultado["error"]["mensaje"]
    assert words in " ".join(stderr.split())
    assert_untouched(serviweb, google)


def test_malformed_json_is_bad_input(environment: Environment) -> None:
    done = ask(environment, "radicar", "-", "--json", stdin="{mal")
    assert done.returncode == 2
    assert "JSON válido" in json.loads(done.stdout)["error"]["mensaje"]


@pytest.mark.parametrize(
    ("how", "name", "value", "code", "words"),
    [
        (ask, "SERVIWEB__URL", "", 2, "SERVIWEB__URL"),
        (run, "SERVIWEB__URL", "http://127.0.0.1:9", 5, "Serviweb no responde"),
        (ask, "GOOGLE__CREDENCIALES", "/no/existe.json", 2, "GOOGLE__CREDENCIALES"),
        (ask, "NAVEGADOR__EJECUTABLE", "/no/existe", 2, "NAVEGADOR__EJECUTABLE"),
        (ask, "SERVIWEB__ESPERA_SEGUNDOS", "mucho", 2, "espera_segundos"),
    ],
)
def test_a_wrong_setting_has_its_message_and_exit_code(
    environment: Environment, serviweb: Mock, google: MockGoogle, how: Run, name: str, value: str, code: int, words: str
) -> None:
    exit_code, resultado, _ = radicar({**environment, PREFIX + name: value}, how)
    assert (exit_code, resultado["error"]["mensaje"].count(words) > 0) == (code, True), resultado["error"]
    assert_untouched(serviweb, google)


@pytest.mark.larga
def test_a_solicitud_is_filed_from_a_file_once_the_password_is_right_and_a_wrong_one_is_tried_again_only_when_asked(
    environment: Environment, serviweb: Mock, google: MockGoogle, tmp_path: Path
) -> None:
    """With the browser that the robot finds; neither password is named anywhere."""
    file = tmp_path / "solicitud.json"
    file.write_text(json.dumps(SOLICITUD), encoding="utf-8")
    wrong = {**environment, PREFIX + "ASESORES__ANA__CLAVE": "hola-mundo-9"}
    done = run(wrong, "radicar", str(file), "--json")
    assert (done.returncode, serviweb.state()["fallos_de_ingreso"]) == (2, {"asesor1": 1})
    resultado = json.loads(done.stdout)
    assert "no aceptó el usuario" in resultado["error"]["mensaje"]
    assert "hola-mundo-9" not in done.stdout + done.stderr
    checked = run(wrong, "diagnostico")
    assert "no se ha probado de nuevo. Respondió: «Usuario o contraseña incorrectos.»" in " ".join(
        checked.stdout.split()
    )
    assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 1}
    assert run(wrong, "reintentar", resultado["referencia"], "--probar-clave").returncode == 2
    assert serviweb.state()["fallos_de_ingreso"] == {"asesor1": 2}
    unset = {name: value for name, value in environment.items() if name != PREFIX + "NAVEGADOR__EJECUTABLE"}
    filed = run(unset, "reintentar", resultado["referencia"])
    (tramite,) = serviweb.state()["tramites"]
    assert filed.returncode == 0
    assert tramite["radicado"] in filed.stdout
    assert "Guardar el trámite" in filed.stderr
    assert rows_of(google, "001008")[0][6] == tramite["radicado"]
    assert_tells_no_personal_data(filed, tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("GOOGLE__API", "http://127.0.0.1:9", 5, "Google no responde"),
        ("PROGRAMACION__CARPETA", "Otra", 2, "carpeta «Otra»"),
    ],
)
def test_a_programacion_that_cannot_be_read_has_its_message_and_exit_code(
    environment: Environment, name: str, value: str, code: int, words: str
) -> None:
    done = ask({**environment, PREFIX + name: value}, "cupos", "--json")
    assert (done.returncode, words in done.stdout + " ".join(done.stderr.split())) == (code, True), done.stderr


@pytest.mark.larga
def test_an_undecidable_outcome_has_its_exit_code_and_keeps_the_cupo(
    environment: Environment, serviweb: Mock, google: MockGoogle
) -> None:
    serviweb.faults(corte_antes={"veces": 1, "ruta": "guardar"})
    code, resultado, _ = radicar(environment)
    assert (code, resultado["estado"]) == (4, "POR VERIFICAR")
    assert resultado["cita"] is not None
    assert len(rows_of(google, "001008")) == 1


def test_what_serviweb_says_of_people_is_in_no_output_and_no_file_name(
    environment: Environment, serviweb: Mock, tmp_path: Path
) -> None:
    serviweb.faults(alerta_inesperada={"veces": -1, "texto": "Rosa Elvira Muñoz 40765123 3105550101"})
    done = run(environment, "radicar", "-", "--json", stdin=json.dumps(SOLICITUD))
    assert "•••" in done.stdout
    assert_tells_no_personal_data(done, tmp_path)


@pytest.mark.calendario
def test_cupos_are_a_table_or_json(environment: Environment) -> None:
    table = run(environment, "cupos")
    assert table.returncode == 0
    assert "cupos libres" in table.stdout
    listed = json.loads(ask(environment, "cupos", "--json").stdout)["cupos"]
    assert set(listed[0]) == {"fecha", "hora", "planilla", "hoja", "cuadrilla"}
    first = listed[0]["fecha"]
    one_day = json.loads(ask(environment, "cupos", "--json", "--desde", first, "--hasta", first).stdout)["cupos"]
    assert {cupo["fecha"] for cupo in one_day} == {first}
    assert ask(environment, "cupos", "--desde", "ayer").returncode == 2


def test_diagnostico_ticks_everything_on_the_mocks(
    environment: Environment, serviweb: Mock, google: MockGoogle
) -> None:
    before = visible_rows(google)
    done = run(environment, "diagnostico")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    for what in (
        "Disco",
        "Reloj",
        "Base de datos",
        "Cola",
        "Trabajadores",
        "Navegador",
        "Serviweb, asesor ana",
        "Programación",
        "Impresora",
    ):
        assert what in done.stdout
    assert visible_rows(google) == before
    assert serviweb.state()["tramites"] == []


def test_diagnostico_names_the_remedy_of_what_is_wrong_and_tells_that_nobody_works_on_what_waits(
    environment: Environment,
) -> None:
    asked = ask(environment, "radicar", "-", "--encolar", "--json", stdin=json.dumps(SOLICITUD))
    assert asked.returncode == 0, asked.stderr
    broken = {**environment, PREFIX + "ASESORES__ANA__CLAVE": "mala", PREFIX + "PROGRAMACION__CARPETA": "Otra"}
    done = run(broken, "diagnostico")
    assert done.returncode == 2
    told = " ".join(done.stdout.split())
    assert "Guarde la clave correcta" in told
    assert "carpeta «Otra»" in told
    assert "1 en cola" in told
    assert "nadie las radica" in told


def test_diagnostico_tells_that_the_clock_is_wrong(environment: Environment) -> None:
    class Yesterday(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:  # as the standard library calls it
            self.send_response_only(404)
            self.send_header("Date", "Tue, 24 Nov 2026 12:00:00 GMT")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Yesterday) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run({**environment, PREFIX + "GOOGLE__API": f"http://127.0.0.1:{server.server_port}"}, "diagnostico")
        server.shutdown()
    assert "adelantado" in done.stdout


def test_help_is_in_spanish(environment: Environment) -> None:
    done = run(environment, "--help")
    assert done.returncode == 0
    assert "Radica visitas domiciliarias" in done.stdout


def test_a_console_that_lacks_a_sign_shows_a_plainer_one(environment: Environment) -> None:
    command = [sys.executable, "-m", "robot", "resolver", "ninguna"]
    for code_page, quoted in (("cp850", "«resolver»"), ("ascii", '"resolver"')):
        variables = {**environment, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": code_page}
        done = subprocess.run(command, env=variables, capture_output=True, check=False)
        said = done.stderr.decode(code_page)
        assert done.returncode == 2, said
        assert said.startswith("x La solicitud")
        assert quoted in said
