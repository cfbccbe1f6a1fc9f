"""What counts as the same writing of a code, a number, a name, a text and an option."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.reading.equality import (
    same_code,
    same_name,
    same_number,
    same_option,
    same_phone,
    same_text,
    share_a_word,
)

CODES = st.from_regex(r"[0-9]{3,12}", fullmatch=True)
CEDULAS = st.from_regex(r"[1-9][0-9]{3,9}", fullmatch=True)
CELULARES = st.from_regex(r"3[0-9]{9}", fullmatch=True)
WORDS = st.from_regex(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]{3,12}", fullmatch=True)
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
TEXTS = st.text(st.characters(codec="cp1252", exclude_categories=["C"]), min_size=1, max_size=80)
BETWEEN = st.sampled_from([" - ", " – ", ": ", " ", " / ", " ("])
THOUSANDS = st.sampled_from([",", ".", "'", "’", " ", "\u00a0"])


def grouped(number: str, mark: str) -> str:
    return f"{int(number):,}".replace(",", mark)


@given(CODES, CODES)
def test_two_codes_are_never_the_same(one: str, other: str) -> None:
    assert same_code(one, other) == (one == other)


@given(CODES, NAMES, BETWEEN)
def test_a_code_may_stand_before_its_name_and_no_other(code: str, name: str, between: str) -> None:
    assert same_code(f"{code}{between}{name.upper()}", code, nombre=name)
    assert not same_code(f"{code}{between}{name}", code)
    assert not same_code(f"{code}{between}{code}1", code, nombre=name)
    assert not same_code(f"{code}1{between}{name}", code, nombre=name)


@given(CODES, st.integers(1, 6))
def test_zeros_before_a_code_count_unless_the_screen_wrote_them_itself(code: str, zeros: int) -> None:
    padded = "0" * zeros + code
    assert not same_code(padded, code)
    assert not same_code(code, padded)
    assert same_code(padded, code, written=padded)
    assert same_code(code, padded, written=code)
    assert not same_code(f"0{padded}", code, written=padded)


@given(CODES, CODES)
def test_what_the_screen_wrote_never_makes_another_code_the_same(code: str, other: str) -> None:
    if int(code) != int(other):
        assert not same_code(other, code, written=other)


@given(CEDULAS, CEDULAS, THOUSANDS, NAMES, BETWEEN)
def test_a_number_is_the_same_however_it_is_grouped_and_another_never(
    one: str, other: str, mark: str, name: str, between: str
) -> None:
    for shown in (one, grouped(one, mark), f"000{one}", f"{grouped(one, mark)}{between}{name}"):
        assert same_number(shown, one, nombre=name)
        assert same_number(shown, other, nombre=name) == (one == other)


@pytest.mark.parametrize(
    "shown", ["174021876-1", "174021876 1", "17402187", "174.021.8761", "174,021.876", "1,74021876", ""]
)
def test_digits_that_are_cut_added_or_grouped_oddly_are_another_number(shown: str) -> None:
    assert not same_number(shown, "1740218761")


@given(CELULARES, CELULARES)
def test_a_celular_is_the_same_with_any_marks(one: str, other: str) -> None:
    for shown in (
        f"({one[:3]}) {one[3:6]}-{one[6:]}",
        f"+57 {one[:3]} {one[3:]}",
        f"{one[:3]}.{one[3:6]}.{one[6:]}",
        f"{one[:1]},{one[1:4]},{one[4:]}",
    ):
        assert same_phone(shown, one)
        assert same_phone(shown, other) == (one == other)
    assert not same_phone(one[:7], one)
    assert not same_phone(f"57{one}", one)


@given(NAMES, st.randoms())
def test_a_name_is_the_same_in_capitals_without_accents_and_in_another_order(name: str, chance: random.Random) -> None:
    turned = name.upper().split()
    chance.shuffle(turned)
    unaccented = " ".join(turned).translate(str.maketrans("ÁÉÍÓÚÜ", "AEIOUU"))
    assert same_name(unaccented, name)
    assert share_a_word(unaccented, name)


@pytest.mark.parametrize(
    ("one", "other"), [("李", "王"), ("Łukasz", "Ukasz"), ("Ana de la Cruz", "Ana de la Rosa"), ("", ""), ("-", "·")]
)
def test_two_people_never_have_the_same_name(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_particles_are_no_common_word() -> None:
    assert share_a_word("MUÑOZ DE LA PEÑA ROSA", "Rosa Elvira Muñoz")
    assert not share_a_word("JUAN DE LA CRUZ Y DEL RÍO", "Rosa de la Peña y Muñoz")


@given(TEXTS)
def test_a_text_is_the_same_in_capitals(text: str) -> None:
    assert same_text(text.upper(), text)
    assert same_text(f"  {text}\r\n".replace(" ", "  "), text)


@given(TEXTS, st.data())
def test_a_text_that_lost_or_changed_a_letter_is_another(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    if text[at].strip():
        assert not same_text(text[:at] + text[at + 1 :], text) or text[at] in text[:at][-1:] + text[at + 1 :][:1]
        if text[at] != "?":
            assert not same_text(f"{text[:at]}?{text[at + 1 :]}", text)


def test_a_text_without_its_accents_is_another() -> None:
    assert not same_text("SE REBOSO LA CANERIA", "Se rebosó la cañería")


def test_an_option_is_the_same_with_its_number_before_it_and_a_longer_one_never() -> None:
    assert same_option("04 - VISITA DOMICILIARIA", "Visita domiciliaria")
    assert same_option("\u00a0Visita domiciliaria ", "VISITA DOMICILIARIA")
    assert not same_option("VISITA DOMICILIARIA ACUEDUCTO", "VISITA DOMICILIARIA")
