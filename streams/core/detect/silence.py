"""`silence`: is less heard of a patient than their own habit lets one expect, and what is it that fell silent?

Judged for each local day that is over, whether a later report or the clock closed it. Three kinds are told apart:
- `offline`: not even the phone was heard, though it usually is;
- `unanswered`: the phone was alive, and asked where it usually does, and nothing was answered for days;
- `dropping_off`: in the last 14 days there were at most a share of the answers of the 28 before, or none whatever the
  phone did.

Each takes a chance below the policy's that so few are any of this patient's days (`counts`), and a shorter one will do
after recent risk: a safety alert within 14 days, or a questionnaire whose newest total within 28 is in the severe band.
Silence is no mood, so nothing of it is counted as one. Days with an answer that arrives late are no silence any more,
which revises the alert. Nobody is silent who never answered, nor outside of all episodes of care where any is known.
Imported answers are no habit unless a phone was heard: a study that pauses or ends is not a patient who falls silent.
"""

from typing import Final

from msgspec.structs import replace
from pydantic import JsonValue

from schemas.alerts import Finding, Severity
from streams.core import days
from streams.core.detect.answering import keeps_answering
from streams.core.detect.quiet import WATCHED, QuietDays, first_watched
from streams.core.ids import hashed_id
from streams.core.judged_by import judged_then_by
from streams.core.moments import NEAR, Day, closed_through, day_close, day_date, moment
from streams.core.policy import Policy
from streams.core.signs import ends, last_report
from streams.core.state import HORIZON, Silence, State
from streams.core.therapy import present

RULE: Final = "silence"


def judge_silence(state: State, policy: Policy, *, changed_from: Day | None) -> State:
    """Judge each local day that is over and was not judged before, or that something late bears on.

    Args:
        state: with all that was heard, behind the horizon or not.
        policy: thresholds.
        changed_from: the first local day of which anything new was heard, or came to be unheard, or that a changed step
            of care, or what was imported, may bear on.
    """
    over = _over(state)
    sure = min(state.silence_judged, over)
    if changed_from is not None:
        sure = min(sure, _heard_before(state, changed_from))
    if sure == over == state.silence_judged:
        return state
    if keeps_answering(state, sure, over, policy):
        return replace(state, silence_judged=over)
    quiet = QuietDays(state, judged_then_by(state, policy, RULE))
    silences = tuple(silence for silence in state.silences if quiet.first <= silence.day <= sure)
    for day in quiet.to_judge(sure, over):
        silence = quiet.judge(day, silences[-1] if silences else None)
        if silence is not None:
            silences = (*silences, silence)
    return replace(state, silence_judged=over, silences=silences)


def watched_anew(before: State, after: State) -> Day | None:
    """The first day that is watched, where what was imported made it another: all since is to be judged again."""
    if before.history_until == after.history_until:
        return None
    first = first_watched(after)
    return None if first == first_watched(before) else first


READS: Final = frozenset({"silences", "course", "others"})


def reads(state: State) -> object:
    """What findings follow from."""
    return (state.silences, state.course, state.others) if state.silences else ()


def still(_: State, __: Policy) -> bool:
    """A day that closes changes nothing but the silences."""
    return True


def findings(state: State, patient: str, _: Policy) -> list[Finding]:
    """The silences that stand, but for those outside of all care that is known of."""
    if not state.silences:
        return []
    course = present(state)
    return [
        _finding(silence, patient)
        for silence in state.silences
        if not course.episodes or course.care_on(silence.day) is not None
    ]


def watched_through(state: State) -> Day | None:
    """The last local day on which silence may still begin to be told of; None where nobody is heard but in imports."""
    answered = [*(day.day for day in days.last(state.day_totals, 1)), *state.told[-1:]]
    last = ends(state, 1)
    if not answered or not last or day_close(*last[-1]) <= state.history_until:
        return None
    return max(answered) + WATCHED


def _over(state: State) -> Day:
    """The last local day that is over: a later report came, the clock closed it, or nothing of it can arrive."""
    known = ends(state, NEAR)
    if not known:
        return 0
    return closed_through(known, max(last_report(state), state.newest - HORIZON, state.silence_closed))


def _heard_before(state: State, day: Day) -> Day:
    """The last day before `day` on which anything was heard; what is new on `day` may bear on those between."""
    for most in (NEAR, 0):
        before = [heard for heard, _ in ends(state, most) if heard < day]
        if before:
            return before[-1]
    return day - 1


def _finding(silence: Silence, patient: str) -> Finding:
    since = day_date(silence.since)
    evidence: dict[str, JsonValue] = {
        "kind": silence.kind,
        "until": day_date(silence.day).isoformat(),
        "recent": _counts(silence.recent, silence.habit),
        "before": _counts(silence.habit, silence.habit),
        "chance": float(f"{silence.chance:.1g}"),
        "risk": list(silence.risk),
    }
    return Finding(
        alert_id=hashed_id(patient, RULE, since.isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.HIGH if silence.risk else Severity.WARNING,
        raised_at=moment(day_close(silence.day, silence.offset), silence.offset),
        since=since,
        evidence=evidence,
    )


def _counts(told: tuple[int, int, int, int], habit: tuple[int, int, int, int]) -> dict[str, JsonValue]:
    """By name; of prompts and heartbeats nothing where the habit knows none."""
    by_name = zip(("days", "answers", "prompts", "phone_alive_days"), told, habit, strict=True)
    return {name: count for name, count, usual in by_name if usual or name == "answers"}
