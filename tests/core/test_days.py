"""Packed day totals behave as a dictionary of sums would."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from streams.core import days
from streams.core.days import DayTotal

REPORTS = st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 1000)), max_size=20)


def packed(reports: list[tuple[int, int]]) -> bytes:
    rows = b""
    for day, mood in reports:
        rows = days.with_report(rows, day, mood, 1, 60)
    return rows


def summed(reports: list[tuple[int, int]]) -> list[DayTotal]:
    by_day: dict[int, list[int]] = defaultdict(list)
    for day, mood in reports:
        by_day[day].append(mood)
    return [
        DayTotal(day, len(moods), sum(moods), sum(mood * mood for mood in moods), 60)
        for day, moods in sorted(by_day.items())
    ]


@given(REPORTS)
def test_each_day_counts_its_reports(reports: list[tuple[int, int]]) -> None:
    assert list(days.totals(packed(reports))) == summed(reports)
    assert days.newest(packed(reports)) == (summed(reports)[-1] if reports else None)
    assert days.columns(packed(reports))["squares"].tolist() == [day.squares for day in summed(reports)]
    assert [days.find(packed(reports), day) for day in range(-4, 11)] == [
        next((total for total in summed(reports) if total.day == day), None) for day in range(-4, 11)
    ]


@given(REPORTS, st.integers(0, 19))
def test_a_report_that_is_counted_out_leaves_no_trace(reports: list[tuple[int, int]], which: int) -> None:
    if which < len(reports):
        day, mood = reports[which]
        assert days.with_report(packed(reports), day, mood, -1, 60) == packed(reports[:which] + reports[which + 1 :])


@given(REPORTS, st.integers(-5, 12))
def test_what_is_older_is_let_go(reports: list[tuple[int, int]], first: int) -> None:
    assert days.since(packed(reports), first) == packed([report for report in reports if report[0] >= first])


def test_a_full_day_fits() -> None:
    full = packed([(0, 1000)] * days.MOST)
    assert days.newest(full) == DayTotal(0, days.MOST, 1000 * days.MOST, 1_000_000 * days.MOST, 60)


@given(REPORTS, st.integers(0, 1000))
def test_the_newest_report_is_counted_as_any_other(reports: list[tuple[int, int]], mood: int) -> None:
    rows = packed(reports)
    last = max((day for day, _ in reports), default=0)
    for day in (last, last + 1):
        assert days.with_newest_report(rows, day, mood, 60) == days.with_report(rows, day, mood, 1, 60)
