"""The month's petitions in numbers: each is counted once, and days are working days of Colombia."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from robot.informes.mes import TITULOS, Peticion, Recuento, as_rows, count, last_of
from robot.models import Estado
from robot.workdays import Calendario

CALENDARIO = Calendario()
NOVIEMBRE = dt.date(2026, 11, 1)
HOY = dt.date(2026, 12, 10)
DIAS = st.dates(NOVIEMBRE, last_of(NOVIEMBRE))
PETICIONES = st.builds(
    lambda estado, recibida, dias: Peticion(
        estado, recibida, recibida + dt.timedelta(days=dias) if dias is not None else None
    ),
    st.sampled_from(list(Estado)),
    DIAS,
    st.none() | st.integers(0, 60),
)


@given(st.lists(PETICIONES, max_size=30))
def test_each_petition_is_counted_once(peticiones: list[Peticion]) -> None:
    mes = count(NOVIEMBRE, peticiones, CALENDARIO, HOY)
    for estado, cuenta in [*mes.por_estado.items(), (None, mes.todas)]:
        own = [one for one in peticiones if estado in {None, one.estado}]
        assert cuenta.recibidas == len(own)
        assert sum(cuenta.tramos) == len([one for one in own if one.respondida])
        no_term = [one for one in own if not one.respondida and one.estado in {Estado.RECHAZADA, Estado.CANCELADA}]
        assert cuenta.en_termino + cuenta.vencidas == len(own) - sum(cuenta.tramos) - len(no_term)
    assert {len(row) for row in as_rows(mes)} == {len(TITULOS)}


def test_days_to_answer_leave_out_weekends_and_festivos() -> None:
    """2 November 2026 is a festivo (Todos los Santos), and so is the 16th (Independencia de Cartagena)."""
    friday = dt.date(2026, 10, 30)
    for answered, days, tramos in (
        (friday, 0, [1, 0, 0, 0]),
        (dt.date(2026, 11, 3), 1, [1, 0, 0, 0]),
        (dt.date(2026, 11, 10), 6, [0, 1, 0, 0]),
        (dt.date(2026, 11, 24), 15, [0, 0, 1, 0]),
        (dt.date(2026, 11, 25), 16, [0, 0, 0, 1]),
    ):
        cuenta = Recuento()
        cuenta.add(Peticion(Estado.RADICADA, friday, answered), CALENDARIO, HOY)
        assert (cuenta.dias, cuenta.tramos) == ([days], tramos), answered


def test_a_term_runs_out_the_day_after_its_last_one() -> None:
    recibida = dt.date(2026, 11, 3)
    vence = CALENDARIO.vence(recibida)
    for hoy, expected in ((vence, (1, 0)), (vence + dt.timedelta(days=1), (0, 1))):
        cuenta = Recuento()
        cuenta.add(Peticion(Estado.RADICADA, recibida), CALENDARIO, hoy)
        assert (cuenta.en_termino, cuenta.vencidas) == expected
