"""Commands: the command line tells what to type, and nobody else does."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from typer.core import TyperGroup

from robot.cli import app
from robot.commands.console import COMMANDS, report
from robot.errors import (
    Cancelada,
    CupoTaken,
    OutcomeUnknown,
    PrinterRefused,
    RobotError,
)
from robot.models import EVIDENCIA_GUARDADA, Estado, FallaInformada, Resultado

ROBOT = Path(__file__).resolve().parents[2] / "robot"
COMMAND = re.compile(
    r"\bserviweb-robot [a-z]|`(?:reintentar|resolver|imprimir|estado|cupos|radicar|conciliar|diagnostico|trabajador|asesor)\b"
    r"|(?<![\w-])--[a-z]|\b(?:apt-get|lpstat|python -m)\b|\bcomando lp\b"
)
OF_THE_COMMAND_LINE = {"cli.py", "captura.py"}
"""Beside the package of its commands; what `pantallas capturar` writes is read by whoever typed that."""
ARGUMENTS_OF_A_BROWSER = {"browser.py"}
REFERENCIA = "VD-7K3Q9M2X"


def _texts(source: str) -> Iterator[str]:
    """Every text in it that is no docstring."""
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_no_text_that_a_browser_may_show_holds_a_command() -> None:
    quiet = OF_THE_COMMAND_LINE | ARGUMENTS_OF_A_BROWSER
    modules = [one for one in ROBOT.rglob("*.py") if one.name not in quiet and one.parent.name != "commands"]
    texts = [(one.name, text) for one in modules for text in _texts(one.read_text(encoding="utf-8"))]
    pages = [(one.name, one.read_text(encoding="utf-8")) for one in ROBOT.rglob("*.html")]
    assert len(modules) > 100
    assert pages
    assert [(where, text) for where, text in texts if COMMAND.search(text)] == []
    assert [where for where, text in pages if re.search(r"serviweb-robot [a-z]|`", text)] == []


def test_the_help_is_in_spanish_whatever_the_language_of_the_machine() -> None:
    for words in ([], ["radicar"], ["asesor", "agregar"]):
        environment = {**os.environ, "LANG": "en_US.UTF-8", "LANGUAGE": "en"}
        command = [sys.executable, "-m", "robot", *words, "--help"]
        told = subprocess.run(
            command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
        ).stdout
        assert re.search(r"Uso: .*\[OPCIONES\]", told), told
        assert "Muestra esta ayuda y termina." in told
        assert not re.search(r"\b(Usage|Options|Arguments|Commands|required|env var|Show)\b", told), told


def test_what_typer_says_is_compiled_as_it_is_written() -> None:
    folder = ROBOT / "commands" / "idioma" / "es" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as written, (folder / "messages.mo").open("rb") as compiled:
        known = {str(one.id): one.string for one in read_po(written) if one.id}
        assert known == {str(one.id): one.string for one in read_mo(compiled) if one.id}


def test_every_command_that_is_told_is_one() -> None:
    told = [command.split() for commands in COMMANDS.values() for command in commands]
    for words in (words for words in told if words[0] == "serviweb-robot"):
        command, rest = typer.main.get_command(app), words[1:]
        while isinstance(command, TyperGroup):
            command, *rest = command.commands[rest[0]], *rest[1:]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


def _told(error: RobotError | None, *avisos: str, estado: Estado = Estado.RECHAZADA) -> Resultado:
    falla = FallaInformada.of(error) if error is not None else None
    return Resultado(referencia=REFERENCIA, estado=estado, avisos=avisos, error=falla)


@pytest.mark.parametrize(
    ("resultado", "commands"),
    [
        (_told(CupoTaken()), ["cupos"]),
        (_told(Cancelada(), estado=Estado.CANCELADA), [f"reintentar {REFERENCIA}"]),
        (
            _told(OutcomeUnknown(), EVIDENCIA_GUARDADA, estado=Estado.POR_VERIFICAR),
            [
                f"resolver {REFERENCIA} --radicado NÚMERO",
                f"resolver {REFERENCIA} --no-guardado",
                f"estado {REFERENCIA} --evidencia",
            ],
        ),
        (_told(None, PrinterRefused("Sin papel.").texto, estado=Estado.RADICADA), [f"imprimir {REFERENCIA}"]),
    ],
)
def test_the_command_line_adds_what_to_type_to_what_is_to_be_done(
    resultado: Resultado, commands: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    report(resultado, as_json=False)
    assert re.findall(r"→ serviweb-robot (.*)", capsys.readouterr().err) == commands
