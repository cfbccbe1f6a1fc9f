"""No cell of a file for spreadsheets is ever a formula, and what is none stays as it is."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.informes.csv_files import as_csv

BEFORE = st.text(alphabet=" \t\r\n\x00\x0b\xa0\u200b\u2003\u202e\u3000\ufeff", max_size=4)
SIGN = st.sampled_from("=+-@＝＋－＠﹢﹣﹦﹫⁼⁺⁻")


def cell_of(cell: str) -> str:
    lines = csv.reader(io.StringIO(as_csv(["a"], [[cell]]).removeprefix("\ufeff"), newline=""), delimiter=";")
    return list(lines)[1][0]


@given(BEFORE, SIGN, st.text(max_size=20))
def test_what_a_spreadsheet_may_take_for_a_formula_is_text(before: str, sign: str, rest: str) -> None:
    assert cell_of(before + sign + rest) == "'" + before + sign + rest


@pytest.mark.parametrize("cell", ["", "001008", " 2026-000123", "RADICADA", "a=b", "'=1"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert cell_of(cell) == cell
