"""`deterioration.mood`: is mood of late lower than before? Judged once for each local day, when it is over.

Empirical-Bayes generalised likelihood ratio on day totals. For every window A of the last w = 2 … 28 days against the
up to 180 days B before it, the baseline is shrunk towards the population and

    Z_w = (m - mean_A) / sqrt(κ·v·c/n_B + v·c/n_A)

An alarm when the largest Z exceeds h; the w that gives it says since which day. Seven quiet days follow an alarm, and
later windows start after it. Sums of sums do not depend on the order of arrival, so neither does any of this.
"""

from collections.abc import Callable, Mapping
from datetime import date
from math import sqrt
from typing import Final, NamedTuple

from msgspec.structs import replace

from schemas.alerts import Finding, Severity
from streams.core import days, moods
from streams.core.days import DayTotal
from streams.core.entry import MoodEntry
from streams.core.ids import hashed_id
from streams.core.moments import NEAR, Day, closed_through, day_close, day_date, local_day, moment
from streams.core.policy import MoodPolicy, Policy
from streams.core.state import HORIZON, Alarm, State
from streams.core.therapy import phases_known

RULE: Final = "deterioration.mood"
SHORTEST, LONGEST, BASELINE = 2, 28, 180
"""Days in window A, and the most in window B."""
LEAST_AFTER, LEAST_BEFORE = 3, 8
"""Reports that A and B must hold."""
FIRST_DAYS: Final = 14
"""No alarm while a patient is this new."""
QUIET_DAYS: Final = 7
"""Days without an alarm after one."""


def judge_days(state: State, policy: Policy, *, changed_from: Day | None) -> State:
    """Judge each local day that is over and was not judged before, or whose totals changed since.

    A day is over when a later report came after its midnight, when the clock has closed it, or when nothing of it can
    come any more: a traveller's next day may begin before the last one is over where it was spent.
    """
    over = _over(state)
    judged = min(state.judged_through, over)
    sure = judged if changed_from is None else min(judged, changed_from - 1)
    alarms = tuple(alarm for alarm in state.alarms if alarm.day <= sure)
    to_judge = [day for day in state.days if sure < day.day <= over] if sure < over else []
    if to_judge:
        totals = {day.day: day for day in state.days}
        first_alarm_day = first_report_day(state) + FIRST_DAYS
        policy_on = _policy_on(state, policy)
        for day in to_judge:
            last_alarm = alarms[-1].day if alarms else None
            muted = last_alarm is not None and day.day <= last_alarm + QUIET_DAYS
            if day.day < first_alarm_day or muted:
                continue
            alarm = judge(totals, day.day, last_alarm, policy_on(day.day))
            if alarm is not None:
                alarms = (*alarms, alarm)
    return replace(state, judged_through=over, alarms=alarms)


def judge(totals: Mapping[Day, DayTotal], day: Day, last_alarm: Day | None, policy: MoodPolicy) -> Alarm | None:
    """Compare the days up to `day` with those before, at its close.

    Args:
        totals: the patient's days with a report.
        day: the local day that is over, one of `totals`.
        last_alarm: day of the last alarm; the recent window starts after it.
        policy: population values and threshold.
    """
    longest = LONGEST if last_alarm is None else min(LONGEST, day - last_alarm)
    last = _running_sums(totals, day)
    best, found = policy.threshold, None
    for width in range(SHORTEST, longest + 1):
        after, before = last[width], last[width + BASELINE].minus(last[width])
        if after.n < LEAST_AFTER or before.n < LEAST_BEFORE:
            continue
        z = fall(after, before, policy)
        if z > best:
            best, found = z, (width, after, before)
    if found is None:
        return None
    width, after, before = found
    since = day - width + 1
    return Alarm(day, totals[day].offset, since, after.n, after.mean, before.n, before.mean, best)


class Window(NamedTuple):
    """The reports of some days: how many, the sum of their moods (hundredths) and of the squares."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        """Mean mood in points."""
        return self.total / self.n / 100

    def minus(self, part: "Window") -> "Window":
        """Without `part`, which lies inside."""
        return Window(self.n - part.n, self.total - part.total, self.squares - part.squares)


def fall(after: Window, before: Window, policy: MoodPolicy) -> float:
    """Z: how far mood in `after` lies below what `before` and the population let expect, in standard errors."""
    scatter = (before.squares - before.total * before.total / before.n) / 10_000
    variance = (policy.within_weight * policy.within**2 + max(scatter, 0)) / (policy.within_weight + before.n - 1)
    noise = variance * policy.inflation
    trust = policy.between**2 / (policy.between**2 + noise / before.n)
    expected = policy.mean + trust * (before.mean - policy.mean)
    return (expected - after.mean) / sqrt(trust * noise / before.n + noise / after.n)


def findings(state: State, patient: str, _: Policy) -> list[Finding]:
    """The alarms that stand, as findings; they were judged by the policy of their day."""
    return [_finding(alarm, patient) for alarm in state.alarms]


def first_report_day(state: State) -> Day:
    """The local day of the patient's first mood report; there must be one."""
    if state.first_day is not None:
        return state.first_day
    first = next(known for known in state.open if isinstance(known, MoodEntry))
    return local_day(first.time, first.offset)


def _policy_on(state: State, policy: Policy) -> Callable[[Day], MoodPolicy]:
    """What a day is judged by: its phase of therapy decides, where the policy makes a difference."""
    if not policy.mood.threshold_by_phase:
        return lambda _: policy.mood
    phase = phases_known(state, policy.phases)
    return lambda day: policy.mood.in_phase(phase(day))


def _over(state: State) -> Day:
    """The last local day that is over; 0 when no day has a report."""
    newest = days.newest(state.day_totals)
    if newest is None:
        return 0
    reports = [moods.newest(state.moods), *(known for known in state.others if isinstance(known, MoodEntry))]
    last = max((report.time for report in reports if report is not None), default=0)
    ends = [(day.day, day.offset) for day in days.last(state.day_totals, NEAR)]
    return min(newest.day, closed_through(ends, max(last, state.newest - HORIZON, state.clock_closed)))


def _running_sums(totals: Mapping[Day, DayTotal], day: Day) -> list[Window]:
    """The windows of the last 0, 1, 2 … days up to `day`; whole numbers, so exact."""
    n = total = squares = 0
    windows = [Window(0, 0, 0)]
    for back in range(LONGEST + BASELINE):
        known = totals.get(day - back)
        if known is not None:
            n, total, squares = n + known.n, total + known.total, squares + known.squares
        windows.append(Window(n, total, squares))
    return windows


def _finding(alarm: Alarm, patient: str) -> Finding:
    since: date = day_date(alarm.since)
    return Finding(
        alert_id=hashed_id(patient, RULE, since.isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.HIGH,
        raised_at=moment(day_close(alarm.day, alarm.offset), alarm.offset),
        since=since,
        evidence={
            "z": round(alarm.z, 3),
            "since": since.isoformat(),
            "until": day_date(alarm.day).isoformat(),
            "recent": {"n": alarm.n_after, "mean": round(alarm.mean_after, 3)},
            "before": {"n": alarm.n_before, "mean": round(alarm.mean_before, 3)},
        },
    )
