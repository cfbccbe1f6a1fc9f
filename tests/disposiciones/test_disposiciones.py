"""Whatever the layout: what is offered is a free cupo of the truth, at its place; with nothing around it, all of it is read."""

import datetime as dt
import os
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.planilla.cells import Columna
from robot.planilla.rows import FilaLeida
from robot.planilla.worksheet import HojaLeida, read_worksheet
from tests.disposiciones.disposiciones import LEIDAS, Disposicion, una_celda
from tests.disposiciones.lectura import CRITERIO, HOY
from tests.disposiciones.lienzo import Lienzo, Visita

EXAMPLES = int(os.environ.get("EJEMPLOS", "24"))
LARGAS = int(os.environ.get("EJEMPLOS", "1500"))
CUADRILLAS = ("Cuadrilla 1", "Cuadrilla Norte", "Contratista Ríos")

dias = st.lists(st.integers(1, 150).map(lambda n: HOY + dt.timedelta(days=n)), min_size=1, max_size=5, unique=True).map(
    sorted
)
horas = st.lists(
    st.sampled_from([dt.time(hour, minute) for hour in range(7, 18) for minute in (0, 30)]),
    min_size=1,
    max_size=4,
    unique=True,
).map(sorted)


@st.composite
def verdades(draw: st.DrawFn, crews: Sequence[str] = CUADRILLAS) -> list[Visita]:
    """A schedule: some days, the same hours on each, for one crew or several; some are taken."""
    days, hours, several = draw(dias), draw(horas), draw(st.integers(1, len(crews)))
    taken = draw(st.integers(0, 2**60))
    visits: list[Visita] = []
    for day in days:
        for hour in hours:
            for crew in crews[:several]:
                number = len(visits)
                valores = (f"{1000 + number:06d}", "011", "Luz Marina", f"2026-{number}" if number % 3 else None)
                visits.append(Visita(day, hour, crew, valores if taken >> number % 60 & 1 else None))
    return visits


def draw(disposicion: Disposicion, verdad: Sequence[Visita], azar: object, *, ruido: bool) -> tuple[Lienzo, HojaLeida]:
    lienzo = Lienzo(azar, ruido)  # type: ignore[arg-type]
    if disposicion.__name__ == "semana":
        only = verdad[0].cuadrilla
        verdad = [Visita(one.fecha, one.hora, "", one.valores) for one in verdad if one.cuadrilla == only]
    disposicion(lienzo, verdad)
    return lienzo, read_worksheet(lienzo.grid, lienzo.hoja, lienzo.planilla, CRITERIO, {})


Hallada = tuple[tuple[int, int], dt.date | None, dt.time | None, str]


def where(fila: FilaLeida) -> Hallada:
    return (fila.indice, fila.encabezado.columnas[Columna.CODIGO]), fila.fecha, fila.hora, fila.cuadrilla


def meant(lienzo: Lienzo, *, libres: bool) -> Counter[Hallada]:
    return Counter(
        (one.lugar, one.visita.fecha, one.visita.hora, one.visita.cuadrilla)
        for one in lienzo.escritas
        if one.libre == libres
    )


def never_a_wrong_cupo(disposicion: Disposicion, verdad: Sequence[Visita], azar: object) -> None:
    lienzo, leida = draw(disposicion, verdad, azar, ruido=True)
    offered = Counter(where(fila) for fila in leida.filas if fila.libre)
    assert not offered - meant(lienzo, libres=True), show(lienzo)


def all_of_it(disposicion: Disposicion, verdad: Sequence[Visita], azar: object) -> None:
    lienzo, leida = draw(disposicion, verdad, azar, ruido=False)
    offered = Counter(where(fila) for fila in leida.filas if fila.libre)
    assert offered == meant(lienzo, libres=True), show(lienzo)
    entered = [fila for fila in leida.filas if fila.codigo is not None and not fila.aparte]
    taken = {where(fila): (fila.codigo, fila.ruta, fila.asesor, fila.pqr) for fila in entered}
    assert taken == {
        (one.lugar, one.visita.fecha, one.visita.hora, one.visita.cuadrilla): one.visita.valores
        for one in lienzo.escritas
        if one.visita.valores
    }, show(lienzo)


def show(lienzo: Lienzo) -> str:
    lines = [f"{number}: {line}" for number, line in enumerate(lienzo.filas)]
    return "\n".join((f"{lienzo.planilla} / {lienzo.hoja}", *lines, str(lienzo.merges)))


cada_una = pytest.mark.parametrize("disposicion", LEIDAS, ids=lambda one: one.__name__)
AZAR = st.randoms(use_true_random=False)


@cada_una
def test_no_layout_gives_a_wrong_cupo_whatever_stands_around_it(disposicion: Disposicion) -> None:
    @settings(max_examples=EXAMPLES)
    @given(verdades(), AZAR)
    def check(verdad: list[Visita], azar: object) -> None:
        never_a_wrong_cupo(disposicion, verdad, azar)

    check()


@cada_una
def test_every_visit_is_read_where_nothing_stands_around_it(disposicion: Disposicion) -> None:
    @settings(max_examples=EXAMPLES)
    @given(verdades(), AZAR)
    def check(verdad: list[Visita], azar: object) -> None:
        all_of_it(disposicion, verdad, azar)

    check()


@pytest.mark.larga
@cada_una
@pytest.mark.parametrize("rule", [never_a_wrong_cupo, all_of_it])
def test_layouts_at_length(disposicion: Disposicion, rule: object) -> None:
    @settings(max_examples=LARGAS)
    @given(verdades(), AZAR)
    def check(verdad: list[Visita], azar: object) -> None:
        rule(disposicion, verdad, azar)  # type: ignore[operator]

    check()


@settings(max_examples=EXAMPLES)
@given(verdades(), AZAR)
def test_a_week_with_each_visit_in_one_cell_is_refused_in_words(verdad: list[Visita], azar: object) -> None:
    lienzo, leida = draw(una_celda, verdad, azar, ruido=False)
    assert not leida.filas
    if len({one.fecha for one in verdad}) >= 3 and len({one.hora for one in verdad}) >= 3:
        assert "CÓDIGO" in " ".join(leida.ajenas.values()), show(lienzo)
