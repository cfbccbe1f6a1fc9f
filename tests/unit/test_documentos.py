"""What README and docs name is there: who follows a path finds the file, and who types a command has it."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from robot.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PATH = re.compile(r"(?<![\w/.~-])((?:robot|tests|fixtures|bench|docs|perfiles|despliegue|scripts)/[\w./-]*\w)")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"(?<![\w/.-])serviweb-robot ((?:[a-z]+\b ?)+)")


def _paths(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    yield from (found[1] for found in PATH.finditer(text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_every_path_and_link_of_the_documents_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {path for path in _paths(document) if not (ROOT / path).exists() and not any(ROOT.glob(f"{path}*"))}
    linked = {link for link in LINK.findall(text) if not (document.parent / link).exists()}
    assert not named | linked


def test_every_command_of_the_documents_is_one() -> None:
    top = typer.main.get_command(app)
    assert isinstance(top, TyperGroup)
    for document in DOCUMENTS:
        for told in COMMAND.findall(document.read_text(encoding="utf-8")):
            first, *rest = told.split()
            assert first in top.commands, (document.name, told)
            group = top.commands[first]
            if isinstance(group, TyperGroup) and rest:
                assert rest[0] in group.commands, (document.name, told)


def test_every_room_says_what_lives_there() -> None:
    rooms = [one for one in (ROOT / "robot").rglob("__init__.py") if "versions" not in one.parts]
    assert [str(one) for one in rooms if not one.read_text(encoding="utf-8").startswith('"""')] == []
    assert len(list((ROOT / "robot").glob("*.py"))) <= 20


def test_a_class_name_means_one_thing() -> None:
    modules = sorted((ROOT / "robot").rglob("*.py"))
    names = Counter(name for one in modules for name in re.findall(r"^class ([A-Z]\w+)", one.read_text("utf-8"), re.M))
    assert [name for name, times in names.items() if times > 1] == []
