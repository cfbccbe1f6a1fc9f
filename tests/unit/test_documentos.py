"""What README and docs tell holds: a path leads to a file, a command is one, and a word of the code is explained."""

import ast
import re
import unicodedata
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
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)
CLASS_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
ENGLISH = """
    adapter answer api asked assigner attribute back bad booker booking browser business calls cell changed clock colour
    configuration connection credentials cups data deadline developer dialog dimension disk document does entered error
    expired extended failure file files fit folder folders format found frozen gone google grid group http incomplete
    input instant ipp kept lease line login look lost mailbox malformed mark mender menu message metadata mismatch
    missing moment not operation option outcome own page parts postgres printer progress properties protected proxy
    queue range read reader reading refused rejection request robot rounds row same screen second section sent server
    session settings sheet shift signs silent socket spreadsheet stamp stretch struct tag taken temporary text timed
    transient unanswered unavailable unexpected unknown unreadable unusable unwritable up value wear web window writer
    wrong yet
"""
ALIKE = {"api", "cups", "data", "does", "error", "google", "http", "menu", "metadata", "postgres", "proxy", "robot"}
"""Names, and words that Spanish has, too, or nearly."""
SPANISH_ENDING = re.compile(r"([aiou]s?|cion|dad|dor)$")


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


def _plain(word: str) -> str:
    """A word without its accents, as one and as a man's: «leídas» is «leido»."""
    bare = "".join(one for one in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(one))
    return re.sub("a$", "o", re.sub("e$", "", re.sub("(?<=[aeiou])s$", "", bare)))


def _plain_words(*texts: str) -> set[str]:
    return {_plain(word) for text in texts for word in re.findall(r"[^\W\d_]+", text)}


def _explained() -> set[str]:
    """The words of the first column of GLOSSARY.md, and every one that stands in italics by itself."""
    text = (ROOT / "GLOSSARY.md").read_text("utf-8").partition("|---|---|")[2]
    return _plain_words(*re.findall(r"^\| (.+?) \|", text, re.M), *re.findall(r"\*(\w+)\*", text))


def _words_of_classes() -> dict[str, str]:
    """Each word of a class name, with a class that has it."""
    trees = (ast.parse(one.read_text("utf-8")) for one in sorted((ROOT / "robot").rglob("*.py")))
    classes = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return {word.lower(): name for name in classes for word in CLASS_WORD.findall(name)}


def test_every_spanish_word_of_a_class_name_is_explained() -> None:
    explained = _explained()
    foreign = {word: name for word, name in _words_of_classes().items() if word not in ENGLISH.split()}
    assert {word: name for word, name in foreign.items() if _plain(word) not in explained} == {}


def test_no_spanish_hides_among_the_english_words() -> None:
    """None is a word of the glossary or of what people read, or ends as Spanish does, but for the few that are told."""
    english = ENGLISH.split()
    assert english == sorted(set(english) & _words_of_classes().keys())
    read = [(ROOT / one).read_text("utf-8") for one in ("docs/manual.md", "docs/operacion.md", "docs/planillas.md")]
    spanish = _explained() | _plain_words(*(CODE.sub("", one) for one in read))
    assert {one for one in english if _plain(one) in spanish or SPANISH_ENDING.search(one)} == ALIKE
