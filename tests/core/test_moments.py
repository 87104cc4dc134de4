from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.moments import (
    DAY,
    MINUTE,
    closed_through,
    date_day,
    day_close,
    day_date,
    local_day,
    micros,
    moment,
    offset_minutes,
)

OFFSETS = st.integers(-1439, 1439)
AWARE = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - UTC is added


@given(AWARE, OFFSETS)
def test_a_moment_survives_the_way_there_and_back_to_the_microsecond(at: datetime, offset: int) -> None:
    back = moment(micros(at), offset)
    assert back == at
    assert offset_minutes(back) == offset


@given(AWARE, OFFSETS)
def test_a_local_day_is_the_date_on_the_wall(at: datetime, offset: int) -> None:
    there = at.astimezone(timezone(timedelta(minutes=offset)))
    assert day_date(local_day(micros(at), offset)) == there.date()


@given(AWARE, OFFSETS)
def test_a_day_closes_at_the_midnight_after_it(at: datetime, offset: int) -> None:
    day = local_day(micros(at), offset)
    assert micros(at) < day_close(day, offset) <= micros(at) + DAY
    assert moment(day_close(day, offset), offset).time() == datetime.min.time()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-29T01:59:59.999999+01:00", "2026-03-29"),
        ("2026-03-29T23:59:59.999999+02:00", "2026-03-29"),
        ("2026-10-25T02:30:00+02:00", "2026-10-25"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25"),
        ("2026-12-31T23:59:59.999999-12:00", "2026-12-31"),
        ("2027-01-01T00:00:00+14:00", "2027-01-01"),
        ("2028-02-29T00:00:00+05:45", "2028-02-29"),
    ],
)
def test_clock_changes_year_ends_and_leap_days(written: str, day: str) -> None:
    at = datetime.fromisoformat(written)
    assert day_date(local_day(micros(at), offset_minutes(at))) == date.fromisoformat(day)


def test_the_day_of_a_clock_change_closes_in_the_offset_of_its_last_report() -> None:
    day = date_day(date(2026, 10, 25))
    assert moment(day_close(day, 60)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert day_close(day, 60) - day_close(day, 120) == 60 * MINUTE


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates_and_days_name_each_other(on: date) -> None:
    assert day_date(date_day(on)) == on


def test_a_date_with_a_time_is_the_date_it_shows() -> None:
    assert date_day(datetime(2026, 6, 1, 23, tzinfo=UTC)) == date_day(date(2026, 6, 1))


HOUR = 60


@pytest.mark.parametrize(
    ("ends", "at", "over"),
    [
        ([(5, 0)], day_close(5, 0) - 1, 4),
        ([(5, 0)], day_close(5, 0), 5),
        ([(5, -5 * HOUR)], day_close(5, 0), 4),
        ([(5, 0)], day_close(9, 0), 9),
        ([(5, -5 * HOUR), (6, 9 * HOUR)], day_close(5, 0), 4),  # flown east: day 6 has begun, day 5 is not over there
        ([(5, -5 * HOUR), (6, 9 * HOUR)], day_close(5, -5 * HOUR), 5),
        ([(5, 14 * HOUR), (6, 14 * HOUR)], day_close(5, 14 * HOUR), 5),
        ([(5, -12 * HOUR), (6, 14 * HOUR)], day_close(6, 14 * HOUR), 4),  # the date line: day 5 ends after day 6
        ([(5, -12 * HOUR), (6, 14 * HOUR)], day_close(5, -12 * HOUR), 6),
        ([(5, 2 * HOUR), (6, 1 * HOUR)], day_close(5, 2 * HOUR), 5),  # clocks went back in the night
    ],
)
def test_a_day_is_over_when_it_and_all_before_it_are(ends: list[tuple[int, int]], at: int, over: int) -> None:
    assert closed_through(ends, at) == over
