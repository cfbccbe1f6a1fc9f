"""How the record keeps an instant: whole, told in Colombian time, and in the order in which things happened."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from robot.models import ZONA_HORARIA
from robot.record.tables import Instant

ZONES = st.sampled_from([ZONA_HORARIA, dt.UTC, ZoneInfo("Europe/Madrid"), dt.timezone(dt.timedelta(hours=9))])
INSTANTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001  # the zone is drawn
SQLITE, POSTGRES = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has them


@given(INSTANTS)
def test_an_instant_comes_back_to_the_millisecond_in_colombian_time(instant: dt.datetime) -> None:
    for dialect in (SQLITE, POSTGRES):
        kept = Instant().process_bind_param(instant, dialect)
        told = Instant().process_result_value(kept, dialect)
        assert told is not None
        assert told.tzinfo is ZONA_HORARIA
        assert dt.timedelta(0) <= instant - told < dt.timedelta(milliseconds=1)


@given(st.lists(INSTANTS, max_size=8))
def test_what_sqlite_keeps_of_instants_sorts_as_they_do(instants: list[dt.datetime]) -> None:
    in_order = sorted(instants)
    kept = [str(Instant().process_bind_param(one, SQLITE)) for one in in_order]
    assert all(one <= other for one, other in pairwise(kept))


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(dt.datetime(2026, 11, 27), SQLITE)  # noqa: DTZ001  # that is what is refused
