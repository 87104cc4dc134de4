"""`deterioration.reliable`: has a questionnaire's total risen by more than measurement error, and stayed there?

What counts is `streams.core.course`'s to say: two totals in a row, or a step into the severe band beyond doubt.
"""

from typing import Final

from schemas.alerts import Finding, Severity
from schemas.questionnaires import INSTRUMENTS
from streams.core.course import Deterioration, course_of
from streams.core.entry import ScoreEntry
from streams.core.ids import hashed_id
from streams.core.moments import day_date, local_day, moment
from streams.core.policy import Policy
from streams.core.state import State

RULE: Final = "deterioration.reliable"


READS: Final = frozenset({"scores", "others"})


def reads(state: State) -> object:
    """What findings follow from."""
    return state.scores, state.others


def still(_: State, __: Policy) -> bool:
    """Days are nothing to it."""
    return True


def findings(state: State, patient: str, _: Policy) -> list[Finding]:
    """Every confirmed reliable deterioration and step into the severe band in the patient's scores."""
    found = []
    scores = all_scores(state)
    for name in sorted({score.instrument for score in scores}):
        course = course_of([score for score in scores if score.instrument == name], INSTRUMENTS[name])
        found += [_finding(standing.news, name, patient) for standing in course if standing.news]
    return found


def all_scores(state: State) -> list[ScoreEntry]:
    """The patient's totals in (time, mark) order, passed and open."""
    return [*state.scores, *(known for known in state.others if isinstance(known, ScoreEntry))]


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
