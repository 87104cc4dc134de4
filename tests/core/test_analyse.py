"""What follows from one batch, beyond what its steps' own tests show."""

from datetime import timedelta

import pytest

from streams.core.analyse import analyse
from streams.core.clock import GRACE, SETTLING, day_due
from streams.core.detect.quiet import WATCHED
from streams.core.moments import date_day, micros
from streams.core.state import EMPTY
from tests.core.builders import POLICY, START, check_in, heartbeat, interaction, phq9

DAY_0 = date_day(START.date())


def at_day(day: float) -> int:
    return micros(START + timedelta(days=day))


def test_nothing_changes_nothing() -> None:
    result = analyse("p-1", EMPTY, [], POLICY, closes=None, now=0)
    assert result.record.state == EMPTY.state
    assert (list(result.points), list(result.signals), list(result.conflicting), result.late) == ([], [], [], 0)


def test_the_newest_day_is_due_some_hours_after_it_is_over_where_the_patient_is() -> None:
    record = analyse("p-1", EMPTY, [check_in(3.5, 5, offset=-300)], POLICY, closes=None, now=at_day(3.5)).record
    midnight = at_day(4) + 5 * 3600 * 1_000_000
    assert day_due(record, midnight + GRACE - 1) is None
    assert day_due(record, midnight + GRACE) == DAY_0 + 3


def test_old_days_are_due_once_nothing_arrived_for_a_while() -> None:
    record = analyse("p-1", EMPTY, [check_in(3.5, 5)], POLICY, closes=None, now=at_day(90)).record
    assert day_due(record, at_day(90) + SETTLING - 1) is None
    assert day_due(record, at_day(90) + SETTLING) == DAY_0 + 88


def test_each_silent_day_is_due_after_the_other_until_silence_is_no_news_any_more() -> None:
    record = analyse("p-1", EMPTY, [check_in(3.5, 5)], POLICY, closes=None, now=at_day(3.5)).record
    for day in range(3, 3 + WATCHED + 1):
        close = at_day(day + 1) + GRACE
        assert (day_due(record, close - 1), day_due(record, close)) == (None, DAY_0 + day)
        record = analyse("p-1", record, [], POLICY, closes=DAY_0 + day, now=close).record
    assert record.closes_at == 0
    assert day_due(record, at_day(1000)) is None


def test_a_report_of_a_day_that_the_clock_has_closed_opens_it_no_more_and_a_later_one_is_given_its_time() -> None:
    record = analyse("p-1", EMPTY, [check_in(3.5, 5)], POLICY, closes=None, now=at_day(3.5)).record
    closed = analyse("p-1", record, [], POLICY, closes=DAY_0 + 9, now=at_day(11)).record
    late = analyse("p-1", closed, [check_in(3.9, 5)], POLICY, closes=None, now=at_day(11)).record
    assert late.state.judged_through == DAY_0 + 3
    later = analyse("p-1", late, [check_in(6.5, 5)], POLICY, closes=None, now=at_day(11)).record
    assert later.state.judged_through == DAY_0 + 5
    assert day_due(later, at_day(11) + SETTLING - 1) is None
    assert day_due(later, at_day(11) + SETTLING) == DAY_0 + 9


@pytest.mark.parametrize(("heard_live", "due"), [(False, False), (True, True)])
def test_whom_nobody_heard_but_in_imports_is_not_waited_for(heard_live: bool, due: bool) -> None:
    past = [check_in(day, 5, history=True) for day in range(20)]
    record = analyse("p-1", EMPTY, past, POLICY, closes=DAY_0 + 19, now=at_day(400)).record
    live = [heartbeat(25)] if heard_live else []
    record = analyse("p-1", record, live, POLICY, closes=None, now=at_day(400)).record
    assert (record.closes_at > 0) == due


def test_without_a_mood_report_no_day_is_ever_due() -> None:
    record = analyse("p-1", EMPTY, [heartbeat(1), phq9(2, 5), interaction(3)], POLICY, closes=None, now=0).record
    assert day_due(record, at_day(1000)) is None


def test_a_late_report_of_imported_history_is_a_point_without_a_mark() -> None:
    record = analyse("p-1", EMPTY, [check_in(40, 5)], POLICY, closes=None, now=0).record
    late = analyse("p-1", record, [check_in(1, 5, history=True), check_in(2, 5)], POLICY, closes=None, now=0)
    assert [line.split(",")[0] for line in late.points] == ["mood", "mood", "late"]
    assert late.late == 2
