"""`deterioration.mood`: is mood of late lower than before? Judged once for each local day, when it is over.

Each of the last 24 days could be the one on which mood fell. For each with a report, the reports A since it are held
against the up to 60 days before it, and `fall` says how many times likelier a fall on that day makes them. An alarm
when the sum of these is large enough: its logarithm, the score, exceeds the policy's threshold. The likeliest day says
since when. Seven quiet days follow an alarm, and later windows start after it. Sums of sums do not depend on the order
of arrival, so neither does any of this.

To add the likelihoods up rather than to take the largest Z finds more at the same false alarms, and makes false alarms
as frequent where moods of a day are alike as where they are not. A longer baseline than 60 days finds no more, and is
late where mood rose during therapy. Figures, and what was tried and left: docs/detection.md.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from msgspec.structs import replace
from numpy.typing import NDArray

from schemas.alerts import Finding, Severity
from streams.core import days
from streams.core.compiled import compiled
from streams.core.detect.fall import Likeliest, Usual, likeliest
from streams.core.entry import MoodEntry
from streams.core.ids import hashed_id
from streams.core.judged_by import judged_then_by
from streams.core.moments import NEAR, NEVER, Day, closed_through, day_close, day_date, local_day, moment
from streams.core.open_days import newest_report
from streams.core.policy import MoodPolicy, Policy
from streams.core.state import HORIZON, Alarm, State
from streams.core.therapy import present

RULE: Final = "deterioration.mood"
LONGEST: Final = 24
"""Days that A reaches back."""
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
    to_judge = days.rows(state.day_totals, sure + 1, over)
    if to_judge:
        known = days.columns(state.day_totals)
        first_day = first_report_day(state)
        policy_on = judged_then_by(state, policy, "mood")
        for row in to_judge:
            alarm = alarm_on(known, row, first_day, alarms, policy_on(int(known[row]["day"])).mood)
            if alarm is not None:
                alarms = (*alarms, alarm)
    return replace(state, judged_through=over, alarms=alarms)


def alarm_on(
    known: NDArray[Any], row: int, first_day: Day, alarms: Sequence[Alarm], policy: MoodPolicy
) -> Alarm | None:
    """The alarm at the close of one day, if there is to be one.

    Args:
        known: the patient's days with a report, as `days.columns` has them.
        row: the row of the local day that is over.
        first_day: of the patient's first report.
        alarms: those before, oldest first.
        policy: population values and threshold.
    """
    last_alarm = alarms[-1].day if alarms else NEVER
    quiet = is_quiet(int(known[row]["day"]), first_day, last_alarm)
    return None if quiet else judge(known, row, last_alarm, policy)


def judge(known: NDArray[Any], row: int, last_alarm: Day, policy: MoodPolicy) -> Alarm | None:
    """Compare the days up to one with those before, at its close, as `alarm_on` is told; `NEVER` is no last alarm."""
    found = compared(known, row, last_alarm, Usual.of(policy))
    if found.score <= policy.threshold:
        return None
    after, before = found.total_after / found.n_after / 100, found.total_before / found.n_before / 100
    today, offset, since = int(known[row]["day"]), int(known[row]["offset"]), int(known[found.start]["day"])
    return Alarm(today, offset, since, found.n_after, after, found.n_before, before, found.z, found.score)


@compiled
def is_quiet(today: Day, first_day: Day, last_alarm: Day) -> bool:
    """Whether nothing may be alarmed at the close of `today`: the patient is new, or the last alarm is."""
    return today < first_day + FIRST_DAYS or today <= last_alarm + QUIET_DAYS


@compiled
def compared(known: NDArray[Any], row: int, last_alarm: Day, usual: Usual) -> Likeliest:
    """The comparison at the close of the day of a row; the recent window starts after the day of the last alarm."""
    return likeliest(known, row, max(known[row].day - LONGEST, last_alarm) + 1, usual)


READS: Final = frozenset({"alarms"})


def reads(state: State) -> object:
    """What findings follow from."""
    return state.alarms


def still(state: State, policy: Policy) -> bool:
    """A day that closes changes nothing but the alarms, where one threshold holds for all days."""
    return not policy.varies("mood") or not present(state).episodes


def findings(state: State, patient: str, _: Policy) -> list[Finding]:
    """The alarms that stand, as findings; they were judged by the policy of their day."""
    return [_finding(alarm, patient) for alarm in state.alarms]


def first_report_day(state: State) -> Day:
    """The local day of the patient's first mood report; there must be one."""
    if state.first_day is not None:
        return state.first_day
    first = next(known for known in state.open if isinstance(known, MoodEntry))
    return local_day(first.time, first.offset)


def _over(state: State) -> Day:
    """The last local day that is over; 0 when no day has a report."""
    newest = days.newest(state.day_totals)
    if newest is None:
        return 0
    report = newest_report(state)
    last = 0 if report is None else report.time
    ends = days.offsets(state.day_totals, NEAR)
    return min(newest.day, closed_through(ends, max(last, state.newest - HORIZON, state.clock_closed)))


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
            "score": round(alarm.score, 3),
            "since": since.isoformat(),
            "until": day_date(alarm.day).isoformat(),
            "recent": {"n": alarm.n_after, "mean": round(alarm.mean_after, 3)},
            "before": {"n": alarm.n_before, "mean": round(alarm.mean_before, 3)},
        },
    )
