"""What follows from one batch, beyond what its steps' own tests show."""

from datetime import timedelta

from streams.core.analyse import GRACE, SETTLING, analyse, day_due
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
    assert day_due(record, at_day(90) + SETTLING) == DAY_0 + 3


def test_a_closed_day_is_due_no_more_until_a_later_one_reports() -> None:
    record = analyse("p-1", EMPTY, [check_in(3.5, 5)], POLICY, closes=None, now=at_day(3.5)).record
    closed = analyse("p-1", record, [], POLICY, closes=DAY_0 + 3, now=at_day(5)).record
    assert day_due(closed, at_day(100)) is None
    late = analyse("p-1", closed, [check_in(3.9, 5)], POLICY, closes=None, now=at_day(5)).record
    assert day_due(late, at_day(100)) is None
    later = analyse("p-1", late, [check_in(4.5, 5)], POLICY, closes=None, now=at_day(5)).record
    assert day_due(later, at_day(100)) == DAY_0 + 4


def test_without_a_mood_report_no_day_is_ever_due() -> None:
    record = analyse("p-1", EMPTY, [heartbeat(1), phq9(2, 5), interaction(3)], POLICY, closes=None, now=0).record
    assert day_due(record, at_day(1000)) is None


def test_a_late_report_of_imported_history_is_a_point_without_a_mark() -> None:
    record = analyse("p-1", EMPTY, [check_in(40, 5)], POLICY, closes=None, now=0).record
    late = analyse("p-1", record, [check_in(1, 5, history=True), check_in(2, 5)], POLICY, closes=None, now=0)
    assert [line.split(",")[0] for line in late.points] == ["mood", "mood", "late"]
    assert late.late == 2
