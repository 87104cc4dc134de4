"""`deterioration.reliable`: has a questionnaire's total risen by more than measurement error, and stayed there?

Against the mean of the first two scores, on two scores in a row. After a confirmed reliable improvement the baseline is
the mean of the two scores that confirmed it, so that a relapse is seen. A step into the severe band that is reliable in
size is raised at once. Reliable change: NHS Talking Therapies manual, by instrument in schemas/questionnaires/*.yaml.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from schemas.alerts import Finding, Severity
from schemas.questionnaires import INSTRUMENTS, Instrument
from streams.core.ids import hashed_id
from streams.core.moments import day_date, local_day, moment
from streams.core.state import ScoreEntry, State

RULE: Final = "deterioration.reliable"


@dataclass(frozen=True, slots=True)
class Deterioration:
    """Scores that show it, the last one just in, against `baseline` (points)."""

    baseline: float
    scores: tuple[ScoreEntry, ...]
    into_severe: bool


def findings(state: State, patient: str) -> list[Finding]:
    """Every confirmed reliable deterioration and step into the severe band in the patient's scores."""
    found = []
    scores = all_scores(state)
    for name in sorted({score.instrument for score in scores}):
        course = [score for score in scores if score.instrument == name]
        found += [_finding(seen, name, patient) for seen in deteriorations(course, INSTRUMENTS[name])]
    return found


def all_scores(state: State) -> list[ScoreEntry]:
    """The patient's totals in (time, mark) order, passed and open."""
    return [*state.scores, *(known for known in state.open if isinstance(known, ScoreEntry))]


def deteriorations(course: Sequence[ScoreEntry], instrument: Instrument) -> Iterator[Deterioration]:
    """Walk one instrument's scores in time order; yield each deterioration once, when it is first known."""
    if len(course) < 2:  # noqa: PLR2004 - a baseline is the mean of two
        return
    baseline = (course[0].total + course[1].total) / 200
    worse_before = better_before = raised = False
    for last, score in pairwise(course[1:]):
        change = score.total / 100 - baseline
        worse, better = change >= instrument.reliable_change, -change >= instrument.reliable_change
        into_severe = worse and _severe(score, instrument) and not _severe(last, instrument)
        if worse and not raised and (worse_before or into_severe):
            yield Deterioration(baseline, (last, score) if worse_before else (score,), into_severe)
            raised = True
        if better and better_before:
            baseline = (last.total + score.total) / 200
            better = False
        if not worse:
            raised = False
        worse_before, better_before = worse, better


def _severe(score: ScoreEntry, instrument: Instrument) -> bool:
    return instrument.band(score.total / 100) == instrument.severe_band


def _finding(seen: Deterioration, instrument: str, patient: str) -> Finding:
    first, last = seen.scores[0], seen.scores[-1]
    since = day_date(local_day(first.time, first.offset))
    return Finding(
        alert_id=hashed_id(patient, RULE, instrument, since.isoformat()),
        patient=patient,
        rule=RULE,
        severity=Severity.HIGH,
        raised_at=moment(last.time, last.offset),
        since=since,
        evidence={
            "instrument": instrument,
            "baseline": seen.baseline,
            "totals": [score.total / 100 for score in seen.scores],
            "into_severe": seen.into_severe,
            "events": [score.event_id for score in seen.scores if score.event_id],
        },
    )
