"""One instrument's totals over an episode of care: first against last, and what was confirmed on the way.

Called by the termination review and by programme outcomes, so that a patient's review and the clinic's figures agree.
Caseness and reliable change are the instrument's own (NHS Talking Therapies manual); recovery is reliable improvement
from caseness to below it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from schemas.questionnaires import INSTRUMENTS, Instrument
from schemas.review_view import ScoreChange, Verdict
from streams.core.course import BASELINE_OF, HELD, course_of, reaches
from streams.core.entry import ScoreEntry
from streams.core.moments import Day, day_date, local_day

CONFIRMED_FROM: Final = BASELINE_OF + HELD
"""Totals that it takes to confirm a change: those of the baseline, and those that show it."""


def changes(scores: Sequence[ScoreEntry], first: Day, last: Day) -> tuple[ScoreChange, ...]:
    """Each instrument's change within the days of an episode, both counted.

    Args:
        scores: all of one patient's, in time order.
        first: the day it opened.
        last: the day it closed, or today.
    """
    within = [score for score in scores if first <= local_day(score.time, score.offset) <= last]
    by_instrument = {name: [score for score in within if score.instrument == name] for name in INSTRUMENTS}
    return tuple(_change(INSTRUMENTS[name], course) for name, course in by_instrument.items() if course)


def _change(instrument: Instrument, scores: Sequence[ScoreEntry]) -> ScoreChange:
    first, last = scores[0].total / 100, scores[-1].total / 100
    watch = last + instrument.reliable_change
    return ScoreChange(
        instrument=instrument.name,
        n=len(scores),
        first=first,
        first_on=_on(scores[0]),
        first_band=instrument.band(first),
        last=last,
        last_on=_on(scores[-1]),
        last_band=instrument.band(last),
        reliable_change=instrument.reliable_change,
        first_to_last=_first_to_last(instrument, first, last) if len(scores) > 1 else "not_enough",
        confirmed=_confirmed(instrument, scores),
        watch_total=watch if watch <= instrument.total_maximum else None,
    )


def _first_to_last(instrument: Instrument, first: float, last: float) -> Verdict:
    if reaches(last - first, instrument.reliable_change):
        return "deteriorated"
    if not reaches(first - last, instrument.reliable_change):
        return "no_reliable_change"
    return "recovered" if reaches(first, instrument.caseness) and instrument.caseness > last else "improved"


def _confirmed(instrument: Instrument, scores: Sequence[ScoreEntry]) -> Verdict:
    """How things stand at the last total. A deterioration that was beyond doubt at once needs no second total."""
    standing = course_of(scores, instrument)[-1]
    if standing.deteriorated or standing.news is not None:
        return "deteriorated"
    if len(scores) < CONFIRMED_FROM:
        return "not_enough"
    if standing.recovered:
        return "recovered"
    return "improved" if standing.improved else "no_reliable_change"


def _on(score: ScoreEntry) -> date:
    return day_date(local_day(score.time, score.offset))
