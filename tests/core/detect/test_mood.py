"""What the comparison of moods must find, must leave alone, and must take back."""
# ruff: noqa: S311 - made-up moods need no secrecy

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, sqrt
from random import Random
from statistics import fmean
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.days import COLUMNS
from streams.core.detect.fall import SOUGHT
from streams.core.detect.mood import findings, judge
from streams.core.moments import NEVER, Day, date_day
from streams.core.policy import MoodPolicy, Policy
from streams.core.state import EMPTY, Alarm, Record
from tests.core.builders import POLICY, START, check_in

DAY_0 = date_day(START.date())
WIDE = [(name, "i8") for name in COLUMNS.names or ()]
"""Days with room for moods that nobody can report."""
MoodsByDay = Mapping[Day, Sequence[float]]


def totals(moods: MoodsByDay) -> NDArray[Any]:
    hundredths = {day: [round(mood * 100) for mood in moods[day]] for day in sorted(moods) if moods[day]}
    return np.array([(day, len(h), sum(h), sum(m * m for m in h), 0) for day, h in hundredths.items()], WIDE)


def judged(moods: MoodsByDay, last_alarm: Day | None = None, policy: MoodPolicy | None = None) -> Alarm | None:
    days = totals(moods)
    return judge(days, len(days) - 1, NEVER if last_alarm is None else last_alarm, policy or POLICY.mood)


def by_the_book(moods: MoodsByDay, last_alarm: Day | None, policy: MoodPolicy) -> tuple[float, float, int] | None:
    """Score, and Z and day of the likeliest fall, written down as the equations stand, report by report."""
    day = max(moods)
    seen = []
    for since in range(day - 23, day):
        if not moods.get(since) or (last_alarm is not None and since <= last_alarm):
            continue
        a = [mood for d, of_day in moods.items() if since <= d for mood in of_day]
        b = [mood for d, of_day in moods.items() if since - 60 <= d < since for mood in of_day]
        if len(a) < 3 or len(b) < 8:
            continue
        spread = sum((mood - fmean(b)) ** 2 for mood in b)
        v = (policy.within_weight * policy.within**2 + spread) / (policy.within_weight + len(b) - 1)
        noise = v * policy.inflation
        kappa = policy.between**2 / (policy.between**2 + noise / len(b))
        m = policy.mean + kappa * (fmean(b) - policy.mean)
        z = (m - fmean(a)) / sqrt(kappa * noise / len(b) + noise / len(a))
        worth = v / (kappa * noise / len(b) + noise / len(a))
        seen.append((exp(SOUGHT * z * sqrt(worth) - SOUGHT**2 * worth / 2), z, since))
    if not seen:
        return None
    return log(sum(likelier for likelier, *_ in seen)), *max(seen)[1:]


def test_z_and_score_by_hand() -> None:
    # B: 10 reports of 8. v = 20·1.5²/29 = 1.5517, v·c = 5.1207, κ = 1.44/(1.44 + .51207) = .73768,
    # m = 5.5 + κ·2.5 = 7.3442; A: 3 reports of 1. Z = 6.3442/√(κ·.51207 + 1.70690) = 4.3940
    # N = v/(κ·.51207 + 1.70690) = .74433; evidence .8·Z·√N - .8²·N/2 = 2.7946, with no other day to fall on.
    moods: MoodsByDay = {day: [8] for day in range(10)} | {10: [1, 1], 11: [1]}
    alarm = judged(moods, last_alarm=9, policy=MoodPolicy(threshold=2.7))
    assert alarm is not None
    assert (alarm.z, alarm.score) == (pytest.approx(4.3940, abs=5e-4), pytest.approx(2.7946, abs=5e-4))
    assert (alarm.day, alarm.since) == (11, 10)
    assert (alarm.n_after, alarm.mean_after, alarm.n_before, alarm.mean_before) == (3, 1, 10, 8)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(10, 230), st.one_of(st.none(), st.integers(1, 40)))
def test_it_is_the_equations(seed: int, length: int, alarm_ago: int | None) -> None:
    random = Random(seed)
    moods = {
        day: [random.randint(0, 1000) / 100 for _ in range(random.choice([0, 1, 3]))]
        for day in range(300, 300 + length)
    }
    moods[max(moods)] = [random.randint(0, 400) / 100]
    last_alarm = None if alarm_ago is None else max(moods) - alarm_ago
    policy = MoodPolicy(threshold=1e-9)
    expected = by_the_book(moods, last_alarm, policy)
    alarm = judged(moods, last_alarm, policy)
    if expected is None or expected[0] <= policy.threshold:
        assert alarm is None
    else:
        assert alarm is not None
        assert (alarm.score, alarm.z, alarm.since) == (
            pytest.approx(expected[0], rel=1e-9),
            pytest.approx(expected[1], rel=1e-9),
            expected[2],
        )


EAGER = MoodPolicy(threshold=1e-9)


@pytest.mark.parametrize(("before", "after", "alarms"), [(8, 3, True), (7, 3, False), (8, 2, False)])
def test_fewer_reports_than_it_needs_say_nothing(before: int, after: int, alarms: bool) -> None:
    moods: MoodsByDay = {day: [9] for day in range(before)} | {40: [0] * (after - 1), 41: [0]}
    assert (judged(moods, policy=EAGER) is not None) == alarms


def test_one_day_alone_says_nothing() -> None:
    past: MoodsByDay = {day: [9] for day in range(40)}
    assert judged(past | {40: [0] * 9}, last_alarm=39, policy=EAGER) is None
    assert judged(past | {40: [0] * 8, 41: [0]}, last_alarm=39, policy=EAGER) is not None


def test_a_fall_lies_no_further_back_than_24_days_and_is_held_against_the_60_before() -> None:
    recent: MoodsByDay = {100: [0], 123: [0, 0]}
    for eight_before, since in ((range(92, 100), 100), (range(40, 48), 100), (range(39, 47), None)):
        alarm = judged({day: [9] for day in eight_before} | recent, policy=EAGER)
        assert (alarm and alarm.since) == since
    assert judged({day: [9] for day in range(92, 100)} | {100: [0], 124: [0, 0]}, policy=EAGER) is None


@pytest.mark.parametrize("mood", [0, 3, 10])
def test_a_constant_mood_alarms_nobody(mood: float) -> None:
    assert not findings(after([check_in(day, mood) for day in range(120)]).state, "p-1", POLICY)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([-2, 0, 1.25]), st.sampled_from([0.5, 0.75, 1.5]))
def test_moving_and_stretching_moods_and_population_together_changes_no_z(
    seed: int, shift: float, scale: float
) -> None:
    random = Random(seed)
    moods: MoodsByDay = {day: [random.randint(2, 9)] for day in range(60)} | {day: [1, 2] for day in range(60, 66)}
    moved = {day: [round(mood * scale + shift, 2) for mood in of_day] for day, of_day in moods.items()}
    plain = MoodPolicy(threshold=1e-9)
    fitted = plain.model_copy(
        update={"mean": plain.mean * scale + shift, "between": 1.2 * scale, "within": 1.5 * scale}
    )
    one, other = judged(moods, policy=plain), judged(moved, policy=fitted)
    assert one is not None
    assert other is not None
    assert other.z == pytest.approx(one.z)
    assert other.score == pytest.approx(one.score)


def test_a_rise_is_no_alarm() -> None:
    assert judged({day: [3] for day in range(40)} | {day: [9, 9] for day in range(40, 50)}) is None


def test_an_alarm_needs_more_than_the_threshold() -> None:
    moods: MoodsByDay = {day: [8] for day in range(10)} | {day: [1] for day in range(10, 13)}
    alarm = judged(moods, policy=EAGER)
    assert alarm is not None
    assert judged(moods, policy=MoodPolicy(threshold=alarm.score)) is None


def test_a_policy_with_hardly_any_spread_of_its_own_does_not_lose_its_head() -> None:
    moods: MoodsByDay = {day: [7.77] for day in range(50)}
    assert judged(moods, policy=MoodPolicy(mean=7.77, within=1e-9, within_weight=1e-9)) is None


def after(events: Iterable[AnyEvent], record: Record = EMPTY, *, closes: Day | None = None) -> Record:
    return analyse("p-1", record, list(events), POLICY, closes=closes, now=0).record


def course(days: Iterable[int], mood: float, *, times: int = 2, offset: int = 0) -> list[AnyEvent]:
    return [
        check_in(day + slot / 24, mood + (slot % 2) / 2, offset=offset) for day in days for slot in range(9, 9 + times)
    ]


def alarm_days(record: Record) -> list[int]:
    return [alarm.day - DAY_0 for alarm in record.state.alarms]


def test_the_first_14_days_alarm_nobody() -> None:
    steep = course(range(8), 9) + course(range(8, 16), 0)
    assert alarm_days(after(steep)) == [14]


def test_a_day_is_judged_when_a_later_day_reports_and_not_before() -> None:
    running = after(course(range(40), 8) + course([40], 1, times=4))
    assert (alarm_days(running), running.state.judged_through) == ([], DAY_0 + 39)
    over = after(course([41], 8, times=1), running)
    assert (alarm_days(over), over.state.judged_through) == ([40], DAY_0 + 40)


def test_seven_quiet_days_follow_an_alarm_and_later_windows_start_after_it() -> None:
    record = after(course(range(40), 9) + course(range(40, 75), 1))
    first, second = record.state.alarms[:2]
    assert second.day >= first.day + 8
    assert second.since > first.day


def test_the_clock_closes_a_day_once() -> None:
    record = after(course(range(40), 8) + course([40], 1, times=4))
    closed = after([], record, closes=DAY_0 + 40)
    assert (alarm_days(closed), closed.state.judged_through) == ([40], DAY_0 + 40)
    assert after([], closed, closes=DAY_0 + 40) == closed


def test_the_clock_leaves_no_trace_in_what_is_found_once_the_next_day_reports() -> None:
    past, next_day = course(range(40), 8) + course([40], 1, times=4), course([41], 5)
    closed = after(next_day, after([], after(past), closes=DAY_0 + 40))
    assert findings(closed.state, "p-1", POLICY) == findings(after(past + next_day).state, "p-1", POLICY) != []


def test_a_late_report_of_a_day_that_the_clock_closed_is_judged_at_once() -> None:
    past = course(range(40), 8) + course([40], 1, times=4)
    closed = after([], after(past), closes=DAY_0 + 40)
    late = after([check_in(40.9, 0)], closed)
    [alarm] = late.state.alarms
    assert alarm.n_after == closed.state.alarms[0].n_after + 1


def test_a_late_report_can_take_an_alarm_back() -> None:
    fallen = after(course(range(40), 8) + course([40], 1, times=4) + course([42], 7))
    assert alarm_days(fallen) == [40]
    brightened = after([check_in(40 + n / 100, 9) for n in range(20)], fallen)
    assert alarm_days(brightened) == []


def test_a_late_report_can_raise_one() -> None:
    quiet = after(course(range(40), 8) + course([42], 8))
    assert alarm_days(quiet) == []
    assert alarm_days(after([check_in(41 + n / 100, 0) for n in range(12)], quiet)) == [41]


def test_it_is_raised_at_the_midnight_where_the_patient_was() -> None:
    home, away = course(range(40), 8, offset=60), course([40], 0, times=4, offset=-300)
    [finding] = findings(after(home + away + course([42], 8, offset=-300)).state, "p-1", POLICY)
    assert finding.raised_at.isoformat() == "2026-07-12T00:00:00-05:00"
    assert (str(finding.since), finding.evidence["until"]) == ("2026-07-10", "2026-07-11")


def test_the_evidence_says_what_changed_since_when_and_how_much_was_heard() -> None:
    record = after(course(range(40), 8) + course([40], 1, times=4) + course([42], 8))
    [finding] = findings(record.state, "p-1", POLICY)
    [alarm] = record.state.alarms
    assert finding.severity == "high"
    assert finding.evidence["recent"] == {"n": alarm.n_after, "mean": round(alarm.mean_after, 3)}
    assert finding.evidence["before"] == {"n": alarm.n_before, "mean": round(alarm.mean_before, 3)}
    assert finding.evidence["z"] == round(alarm.z, 3)
    assert finding.evidence["score"] == round(alarm.score, 3) > POLICY.mood.threshold
    assert "events" not in finding.evidence


def test_a_stricter_policy_alarms_less() -> None:
    events = course(range(40), 7) + course(range(40, 44), 4)
    strict = Policy(version="strict", mood=MoodPolicy(threshold=50))
    assert alarm_days(after(events)) != []
    assert analyse("p-1", EMPTY, events, strict, closes=None, now=0).record.state.alarms == ()
