from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from streams.core.duty import read_teams
from tests.core.duty.teams import BERLIN, berlin, team

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "working"),
    [
        ((2026, 11, 23, 7, 59), False),
        ((2026, 11, 23, 8, 0), True),
        ((2026, 11, 23, 16, 59), True),
        ((2026, 11, 23, 17, 0), False),
        ((2026, 11, 27, 14, 29), True),
        ((2026, 11, 27, 14, 30), False),
        ((2026, 11, 28, 10, 0), False),
    ],
)
def test_a_day_begins_and_ends_at_its_minutes(at: tuple[int, ...], working: bool) -> None:
    assert team().working(berlin(*at)) == working


def test_public_holidays_and_closed_days_are_free() -> None:
    day = berlin(2026, 3, 8, 10)  # a Sunday; the 8th of March is a holiday in Berlin alone
    assert not team().working(day)
    monday = berlin(2027, 3, 8, 10)
    assert team(holidays="{country: DE, subdivision: BY}").working(monday)
    assert not team(holidays="{country: DE, subdivision: BE}").working(monday)
    assert not team(closed="[2027-03-08]").working(monday)
    assert team(closed="[2027-03-08]").next_working(monday) == berlin(2027, 3, 9, 8)


def test_the_next_working_morning_passes_over_the_weekend_and_christmas() -> None:
    berliners = team(holidays="{country: DE, subdivision: BE}")
    assert berliners.next_working(berlin(2026, 11, 27, 14, 30)) == berlin(2026, 11, 30, 8)
    assert berliners.next_working(berlin(2026, 12, 24, 18)) == berlin(2026, 12, 28, 8)
    assert berliners.next_working(berlin(2026, 11, 23, 12)) == berlin(2026, 11, 23, 12)


def test_eight_in_the_morning_stays_eight_when_the_clocks_change() -> None:
    assert team().next_working(datetime(2026, 3, 27, 20, tzinfo=UTC)) == datetime(2026, 3, 30, 6, tzinfo=UTC)
    assert team().next_working(datetime(2026, 10, 23, 20, tzinfo=UTC)) == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_hours_that_the_clocks_jump_over_or_repeat_are_as_long_as_they_are() -> None:
    written = """{version: v, default: t, teams: {t: {zone: Europe/Berlin, working_hours: {
        week: {sunday: 01:00-05:00}}}}}"""
    night = read_teams(written).of(None)
    for begins, following, length in (
        (berlin(2026, 3, 22, 1), berlin(2026, 3, 29, 1), 4),
        (berlin(2026, 3, 29, 1), berlin(2026, 4, 5, 1), 3),
        (berlin(2026, 10, 25, 1), berlin(2026, 11, 1, 1), 5),
    ):
        assert night.after(begins, length * HOUR - MINUTE) == begins + length * HOUR - MINUTE
        assert night.after(begins, length * HOUR) == following


def test_working_time_passes_in_working_hours_alone() -> None:
    friday = berlin(2026, 11, 27, 13)
    assert team().after(friday, HOUR) == friday + HOUR
    assert team().after(friday, 1.5 * HOUR) == berlin(2026, 11, 30, 8)
    assert team().after(friday, 2 * HOUR) == berlin(2026, 11, 30, 8, 30)
    assert team().after(berlin(2026, 11, 28, 3), 9 * HOUR) == berlin(2026, 12, 1, 8)


@given(st.integers(0, 365 * 24 * 60), st.integers(0, 60 * 60))
def test_more_work_is_never_done_sooner_and_always_ends_within_hours(at: int, minutes: int) -> None:
    now = berlin(2026, 1, 1) + at * MINUTE
    done = team().after(now, minutes * MINUTE)
    assert done >= now + minutes * MINUTE
    assert team().working(done)
    assert team().after(now, (minutes + 1) * MINUTE) > done


def test_a_team_whose_days_are_all_closed_is_told_now_rather_than_never() -> None:
    written = """{version: v, default: t, teams: {t: {zone: UTC, working_hours: {
        week: {sunday: 01:00-05:00}, holidays: {country: DE}, closed: [CLOSED]}}}}"""
    first = datetime(2026, 1, 4, tzinfo=UTC)
    closed = ", ".join((first + timedelta(days=7 * week)).date().isoformat() for week in range(60))
    never = read_teams(written.replace("CLOSED", closed)).of(None)
    assert never.next_working(first) == first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sunday: 01:00-05:00", "sunday: 05:00-01:00", "ends before it begins"),
        ("sunday: 01:00-05:00", "sunday: 0100", "has to look like"),
        ("sunday: 01:00-05:00", "someday: 01:00-05:00", "someday"),
        ("week: {sunday: 01:00-05:00}", "week: {}", "no day of the week"),
        ("country: DE", "country: XX", "no holidays are known"),
        ("country: DE", "country: DE, subdivision: XX", "no holidays are known"),
        ("zone: UTC", "zone: Berlin", "no such time zone"),
        ("zone: UTC", "zone: ../etc/passwd", "no such time zone"),
        ("default: t", "default: u", "not among the teams"),
    ],
)
def test_a_mistake_is_told(old: str, new: str, said: str) -> None:
    written = """{version: v, default: t, teams: {t: {zone: UTC, working_hours: {
        week: {sunday: 01:00-05:00}, holidays: {country: DE}}}}}"""
    read_teams(written)
    assert old in written
    with pytest.raises(ValidationError, match=said):
        read_teams(written.replace(old, new))


def test_the_zone_is_the_teams_own() -> None:
    assert team().zone == BERLIN
