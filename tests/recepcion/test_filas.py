"""Which row is which request, whatever people do to the rows: a pure rule."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from robot.recepcion.rows import ColumnaPropia, FilaEscrita, FilaTomada, at_rest, which_is_which


@dataclass(frozen=True)
class _Linea:
    """A row in the making: what it says, the referencia beside it, the tag on it, and whose it truly is; -1 is nobody's."""

    dice: str
    referencia: str
    marca: int
    de: int


def _rows(lines: Sequence[_Linea]) -> list[FilaEscrita]:
    return [
        FilaEscrita(
            indice=at + 1,
            celdas={},
            dicho={},
            huella=one.dice,
            marcas=frozenset({one.marca} if one.marca else ()),
            respuestas={ColumnaPropia.SOLICITUD: one.referencia},
        )
        for at, one in enumerate(lines)
    ]


def _taken(at: int, *, aceptada: bool = True, perdida: bool = False) -> FilaTomada:
    return FilaTomada(100 + at, f"R{at}", 1, f"d{at}", aceptada=aceptada, perdida=perdida)


def _line(at: int) -> _Linea:
    return _Linea(f"d{at}", f"R{at}", 100 + at, at)


acts = st.lists(
    st.tuples(
        st.sampled_from(["sort", "sort without tags", "sort what they wrote", "copy", "new", "mend"]), st.randoms()
    ),
    max_size=5,
)


@given(st.integers(1, 6), acts)
def test_each_request_keeps_its_row_and_no_row_is_two_requests(
    count: int, done: list[tuple[str, random.Random]]
) -> None:
    lines = [_line(at) for at in range(count)]
    mended: set[int] = set()
    for act, chance in done:
        lines = _do(act, lines, chance, mended)
    found = which_is_which(_rows(lines), [_taken(at) for at in range(count)])
    assert sorted(row.indice for row in [*found.de.values(), *found.nuevas]) == list(range(1, len(lines) + 1))
    for marca, row in found.de.items():
        line, at = lines[row.indice - 1], marca - 100
        assert line.dice == f"d{at}" or line.referencia == f"R{at}"
        assert at in mended or line.dice == f"d{at}"
    assert all(one.marca - 100 in mended for one in found.sin_fila)


def _do(act: str, lines: list[_Linea], chance: random.Random, mended: set[int]) -> list[_Linea]:
    at = chance.randrange(len(lines))
    match act:
        case "copy":
            return [*lines, replace(lines[at], marca=0)]
        case "new":
            return [*lines[:at], _Linea("nueva", "", 0, -1), *lines[at:]]
        case "mend":
            mended.add(lines[at].de)
            return [*lines[:at], replace(lines[at], dice=f"otra {lines[at].dice}"), *lines[at + 1 :]]
    order = chance.sample(range(len(lines)), len(lines))
    moved = [lines[old] for old in order]
    if act == "sort without tags":
        return [replace(line, marca=lines[new].marca) for new, line in enumerate(moved)]
    if act == "sort what they wrote":
        return [replace(lines[new], dice=line.dice, de=line.de) for new, line in enumerate(moved)]
    return moved


def test_of_a_row_and_its_copy_the_one_with_the_tag_is_the_request() -> None:
    copy = replace(_line(0), marca=0)
    found = which_is_which(_rows([copy, _line(0)]), [_taken(0)])
    assert found.de[100].indice == 2
    assert [row.indice for row in found.nuevas] == [1]


def test_what_is_asked_again_after_its_row_was_gone_is_another_request() -> None:
    again = _Linea("d0", "", 0, -1)
    found = which_is_which(_rows([again]), [_taken(0, perdida=True)])
    assert (len(found.nuevas), len(found.sin_fila)) == (1, 1)


def test_a_tag_alone_is_believed_only_until_the_request_is_handed_in() -> None:
    tagged = _Linea("otra cosa", "", 100, 0)
    assert which_is_which(_rows([tagged]), [_taken(0, aceptada=False)]).de[100].indice == 1
    assert which_is_which(_rows([tagged]), [_taken(0)]).sin_fila


def test_of_two_rows_that_say_the_same_one_may_be_half_typed() -> None:
    rows = _rows([replace(_line(0), marca=0), replace(_line(0), marca=0)])
    assert [row.indice for row in at_rest(rows, {"d0": 1})] == [1]
    assert len(at_rest(rows, {"d0": 2})) == 2
