"""Working days and legal terms, on every day of three years."""

import datetime as dt
import itertools

import holidays

from robot.workdays import TERMINO_DIAS_HABILES, Calendario

CIERRE = dt.date(2027, 12, 24)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2028, 12, 31)
FESTIVOS = holidays.country_holidays("CO")


def is_habil(day: dt.date) -> bool:
    return day.weekday() < 5 and day not in FESTIVOS and day != CIERRE


def test_a_term_ends_on_the_fifteenth_working_day_after_it_began() -> None:
    calendario = Calendario([CIERRE])
    for number in range((LAST - FIRST).days + 1):
        began = FIRST + dt.timedelta(days=number)
        later = (began + dt.timedelta(days=n) for n in itertools.count(1))
        *_, fifteenth = itertools.islice(filter(is_habil, later), TERMINO_DIAS_HABILES)
        assert calendario.vence(began) == fifteenth
        assert calendario.faltan(fifteenth, began) == TERMINO_DIAS_HABILES
        assert calendario.faltan(began, fifteenth) == -TERMINO_DIAS_HABILES
