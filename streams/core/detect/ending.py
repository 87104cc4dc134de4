"""`ending.reaction`: do symptoms rise, or does mood fall, in the termination phase?

The end of a therapy is a loss of its own, and IPT speaks of it: this is for the brief, not an alarm. Once for each
termination phase and measure, on the first occasion:
- a questionnaire's total lies a reliable change above the mean of its last two before the phase (or the only one);
- at the close of a local day, mood of the phase so far lies lower than in the 28 days before it,
  Z = (mean_B - mean_A) / sqrt(v·c·(1/n_A + 1/n_B)), with v and c of the mood comparison.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from math import sqrt
from typing import Final

from pydantic import JsonValue

from schemas.alerts import Finding, Severity
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import Phase
from streams.core.course import reaches
from streams.core.days import DayTotal, until
from streams.core.detect.reliable import all_scores
from streams.core.entry import ScoreEntry
from streams.core.episode import Care, PhaseSpan, spans
from streams.core.ids import hashed_id
from streams.core.moments import DAY, Micros, day_close, day_date, local_day, moment
from streams.core.policy import Policy
from streams.core.state import State
from streams.core.therapy import present

RULE: Final = "ending.reaction"
BEFORE: Final = 28
"""Days before the phase that mood is compared with."""
LONGEST: Final = 60
"""Days of the phase that are looked at: it has about three weekly sessions, and mood is not kept for ever."""
LEAST_BEFORE: Final = 8
"""Mood reports in the days before."""
TOLD_WITHIN: Final = 90 * DAY
"""A phase that was said to have begun longer ago than this is not looked at."""


READS: Final = frozenset({"course", "scores", "others", "day_totals", "judged_through"})


def reads(state: State) -> object:
    """What findings follow from."""
    if not present(state).episodes:
        return ()
    return state.course, state.scores, state.others, until(state.day_totals, state.judged_through)


def still(state: State, policy: Policy) -> bool:
    """A day that closes may tell something of whoever comes to the end of a therapy."""
    return not any(_endings(state, policy))


def findings(state: State, patient: str, policy: Policy) -> list[Finding]:
    """Each reaction to an ending."""
    found: list[Finding] = []
    for care, span in _endings(state, policy):
        found += _symptoms(state, span, patient)
        found += _mood(state, span, patient, care, policy)
    return found


def _endings(state: State, policy: Policy) -> Iterator[tuple[Care, PhaseSpan]]:
    """The termination phases, whenever they are, each with its episode."""
    for care in present(state).episodes.values():
        for span in spans(care, policy.phases):
            if span.phase is Phase.TERMINATION and span.known - span.first * DAY <= TOLD_WITHIN:
                yield care, span


def _symptoms(state: State, span: PhaseSpan, patient: str) -> Iterator[Finding]:
    """The first reliable rise of each instrument."""
    scores = all_scores(state)
    for name in sorted({score.instrument for score in scores}):
        course = [score for score in scores if score.instrument == name]
        before = [score for score in course if _day(score) < span.first][-2:]
        if not before:
            continue
        baseline = sum(score.total for score in before) / len(before) / 100
        within = (score for score in course if _lies_in(_day(score), span))
        reliable = INSTRUMENTS[name].reliable_change
        risen = next((score for score in within if reaches(score.total / 100 - baseline, reliable)), None)
        if risen is not None:
            evidence: dict[str, JsonValue] = {"instrument": name, "baseline": baseline, "totals": [risen.total / 100]}
            yield _finding(patient, span, name, evidence, at=risen.time, offset=risen.offset)


def _mood(state: State, span: PhaseSpan, patient: str, care: Care, policy: Policy) -> Iterator[Finding]:
    """The first day at whose close mood of the phase so far was lower than before it."""
    days = state.days
    before = _added([day for day in days if span.first - BEFORE <= day.day < span.first])
    if before.n < LEAST_BEFORE:
        return
    phase = _added([])
    for day in takewhile(lambda day: day.day <= state.judged_through, days):
        if not _lies_in(day.day, span) or day.day >= span.first + LONGEST:
            continue
        phase = _added([phase, day])
        ending = policy.on(care.team_on(day.day), span.phase).ending
        if phase.n >= ending.least and (z := _fall(phase, before, policy)) > ending.threshold:
            evidence: dict[str, JsonValue] = {
                "z": round(z, 3),
                "until": day_date(day.day).isoformat(),
                "recent": {"n": phase.n, "mean": round(phase.total / phase.n / 100, 3)},
                "before": {"n": before.n, "mean": round(before.total / before.n / 100, 3)},
            }
            yield _finding(patient, span, "", evidence, at=day_close(day.day, day.offset), offset=day.offset)
            return


def _fall(phase: DayTotal, before: DayTotal, policy: Policy) -> float:
    """How far mood fell, in standard errors of the difference."""
    mean = before.total / before.n
    squares = max(before.squares - before.n * mean**2, 0) / 10_000
    mood = policy.mood
    variance = (mood.within_weight * mood.within**2 + squares) / (mood.within_weight + before.n - 1)
    return (mean - phase.total / phase.n) / 100 / sqrt(variance * mood.inflation * (1 / phase.n + 1 / before.n))


def _added(days: Sequence[DayTotal]) -> DayTotal:
    return DayTotal(0, sum(day.n for day in days), sum(d.total for d in days), sum(d.squares for d in days), 0)


def _day(score: ScoreEntry) -> int:
    return local_day(score.time, score.offset)


def _lies_in(day: int, span: PhaseSpan) -> bool:
    return span.first <= day and (span.last is None or day <= span.last)


def _finding(
    patient: str, span: PhaseSpan, measure: str, evidence: dict[str, JsonValue], *, at: Micros, offset: int
) -> Finding:
    """Known when both the measure and the phase's beginning were."""
    since = day_date(span.first)
    return Finding(
        alert_id=hashed_id(patient, RULE, measure, since.isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.INFO,
        raised_at=moment(max(at, span.known), offset),
        since=since,
        evidence=evidence,
    )
