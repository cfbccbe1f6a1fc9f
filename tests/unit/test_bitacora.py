"""The log tells what happened and never whose it was, whoever writes the line."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robot.log import about, configure
from robot.settings import BitacoraSettings, Formato

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    """What was logged so far, a dictionary a line."""
    archivo = tmp_path / "una.jsonl"
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure(BitacoraSettings(formato=Formato.JSON, nivel="debug", archivo=archivo))
    yield lambda: [json.loads(line) for line in archivo.read_text(encoding="utf-8").splitlines()]
    root.handlers[:], root.level = handlers, level


def test_a_line_of_ours_has_its_fields_and_the_solicitud_it_is_about(lines: Lines) -> None:
    with about(referencia="VD-7K3Q9M2X", corrida=1):
        logging.getLogger("robot.engine").info("parte terminada", extra={"etapa": "cita", "ms": 12})
    (line,) = lines()
    assert {name: line[name] for name in ("event", "referencia", "corrida", "etapa", "ms", "level")} == {
        "event": "parte terminada",
        "referencia": "VD-7K3Q9M2X",
        "corrida": 1,
        "etapa": "cita",
        "ms": 12,
        "level": "info",
    }
    assert line["instante"].endswith("-05:00")


def test_a_field_that_is_not_on_the_list_is_left_out(lines: Lines) -> None:
    logging.getLogger("robot.engine").info("parte terminada", extra={"cedula": "40765123", "celular": "3105550101"})
    assert "40765123" not in str(lines())
    assert "3105550101" not in str(lines())


@pytest.mark.parametrize(
    "words",
    [
        *("de 40765123", "de 40.765.123", "al 310 555 0101", "de 'Rosa Elvira'", 'de "Rosa"'),
        *("del NIT 900.123.456-8", "de AB123456", "de ce412345", "al 310) 555-0101", "al 584121234567"),
    ],
)
def test_what_a_library_writes_into_its_words_is_covered(lines: Lines, words: str) -> None:
    logging.getLogger("otra").warning(f"No se pudo leer la fila {words}, código 503")  # noqa: G004  # as libraries do
    (line,) = lines()
    assert line["event"].startswith("No se pudo leer la fila ")
    assert line["event"].endswith("•••, código 503")


def test_what_a_library_fills_its_words_with_is_covered(lines: Lines) -> None:
    logging.getLogger("otra").warning("Falló %s en %d ms", "Rosa Elvira", 12)
    assert lines()[0]["event"] == "Falló ••• en ••• ms"


def test_of_an_exception_only_kind_and_place_are_told(lines: Lines) -> None:
    name = "Rosa Elvira"
    try:
        raise ValueError(name)
    except ValueError:
        logging.getLogger("otra").exception("Falló")
    (line,) = lines()
    assert line["clase"] == "ValueError"
    assert "test_bitacora.py" in line["donde"]
    assert "Rosa" not in str({**line, "donde": ""})
